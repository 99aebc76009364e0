"""Which fields a condition is about: a path, some of whose parts may be anything.

price                       that field
plans[*].price              of every item of a list
plans[name="Pro"].price     of the item with that key, where lists are matched by keys
*.price                     of every key
**.price                    wherever it stands
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, TypeAlias

from changetrack._fielddiff.paths import ROOT, parse_segment
from changetrack._fielddiff.patterns import Wildcard
from changetrack._hashing import same_json
from changetrack._models import ItemKey
from changetrack.errors import InvalidPath
from changetrack.errors.base import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._models import JsonValue, KeyPath, PathSegment
    from changetrack._significance.conditions.places import Place


class Anywhere(Enum):
    """Any number of segments, none as well."""

    DEPTH = "**"


ANYWHERE: Final = Anywhere.DEPTH

Part: TypeAlias = "PathSegment | ItemKey | Wildcard | Anywhere"

# Nobody writes a longer one by hand; matching takes parts times segments.
MAX_PARTS = 64
_MAX_CHARS = 1_000

_NAME = r'(?:"(?:[^"\\]|\\.)*"|[^.\[\]"=,\\]+)'
_SCALAR = r'(?:"(?:[^"\\]|\\.)*"|-?\d{1,19}(?:\.\d{1,19})?|true|false|null)'
_KEYED = re.compile(rf"\[({_NAME}={_SCALAR}(?:,{_NAME}={_SCALAR})*)\]", re.DOTALL)
_KEY = re.compile(rf"({_NAME})=({_SCALAR})", re.DOTALL)


class Pattern(NamedTuple):
    """A pattern as it was written, and what it says."""

    text: str
    parts: tuple[Part, ...]


def read_pattern(place: Place) -> Pattern:
    """Return the pattern that a text stands for; `$` is the whole value.

    Raises:
        InvalidOption: it is no text, or no pattern; the error names the character.
    """
    text = place.text(_MAX_CHARS)
    parts: list[Part] = []
    at = len(text) if text == ROOT else 0
    while at < len(text):
        try:
            part, at = _read_part(text, at)
        except InvalidPath as error:
            _refuse(place, text, error.position, error.problem)
        except ValueError:
            _refuse(place, text, at, 'expected a key like [name="Pro"]')
        parts.append(part)
    if len(parts) > MAX_PARTS:
        place.refuse(f"the path has {len(parts)} parts", f"use at most {MAX_PARTS}")
    if text.startswith(ROOT) and parts[:1] == [ROOT]:
        _refuse(place, text, 0, "the path begins with $")
    return Pattern(text, tuple(parts))


def _refuse(place: Place, text: str, at: int, problem: str) -> NoReturn:
    # The error of a path says it all itself, but for what may stand in a pattern only.
    said = problem.partition(": ")[2] or problem
    place.refuse(
        f"{quote(text)} at character {at}: {said}",
        'write price, plans[*].price, plans[name="Pro"].price or **.price',
    )


def _read_part(text: str, at: int) -> tuple[Part, int]:
    """Return the part that starts here, and the position behind it."""
    if text.startswith(Wildcard.ITEM.value, at):
        return Wildcard.ITEM, at + len(Wildcard.ITEM.value)
    keyed = _KEYED.match(text, at)
    if keyed:
        pairs = _KEY.findall(keyed[1])
        names = tuple(str(_load(name)) if name[:1] == '"' else name for name, _ in pairs)
        return ItemKey(names, tuple(_load(value) for _, value in pairs)), keyed.end()
    segment, end = parse_segment(text, at)
    is_bare = text[end - 1] != "]"
    return (_WILD.get(segment, segment) if is_bare else segment), end


_WILD: dict[PathSegment, Part] = {"*": Wildcard.KEY, "**": ANYWHERE}


def _load(spelled: str) -> JsonValue:
    import json

    value: JsonValue = json.loads(spelled)
    return value


def matches(
    parts: Sequence[Part], path: Sequence[PathSegment], key_path: KeyPath | None = None
) -> bool:
    """Return whether a pattern fits a whole path.

    >>> matches(("a", Wildcard.ITEM), ("a", 3)), matches((ANYWHERE, "b"), ("a", 0, "b"))
    (True, True)
    """
    keys: KeyPath = tuple(path) if key_path is None else key_path
    # The lengths of path that the parts so far fit.
    fits = [True] + [False] * len(path)
    for part in parts:
        if part is ANYWHERE:
            first = fits.index(True) if True in fits else len(fits)
            fits = [at >= first for at in range(len(fits))]
        else:
            steps = zip(fits, path, keys, strict=False)
            fits = [False, *(fit and _fits(part, segment, key) for fit, segment, key in steps)]
    return fits[-1]


def _fits(part: Part, segment: PathSegment, key: PathSegment | ItemKey) -> bool:
    if isinstance(part, ItemKey):
        return (
            isinstance(key, ItemKey)
            and part.names == key.names
            and same_json(list(part.values), list(key.values))
        )
    if isinstance(part, Wildcard):
        return isinstance(segment, str) is (part is Wildcard.KEY)
    return type(part) is type(segment) and part == segment
