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
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from changetrack._hashing import same_json
from changetrack._models import ItemKey
from changetrack.errors.base import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._models import JsonValue, KeyPath
    from changetrack._significance.conditions.places import Place


class Wild(Enum):
    """A part of a pattern that stands for others."""

    KEY = "*"
    POSITION = "[*]"
    ANYWHERE = "**"


Part: TypeAlias = "str | int | ItemKey | Wild"
Pattern: TypeAlias = "tuple[Part, ...]"

# Nobody writes a longer one by hand; matching takes parts times segments.
MAX_PARTS = 64
_MAX_CHARS = 1_000

_SCALAR = r'"(?:[^"\\]|\\.)*"|-?\d{1,19}(?:\.\d{1,19})?|true|false|null'
_KEYED = rf'[^\s.\[\]"=,*]+=(?:{_SCALAR})'
_PART = re.compile(
    rf"(?P<position>\[\*\])|\[(?P<index>0|[1-9]\d{{0,18}})\]|\[(?P<quoted>\"(?:[^\"\\]|\\.)*\")\]"
    rf"|\[(?P<keyed>{_KEYED}(?:,{_KEYED})*)\]"
    r"|(?P<dot>\.?)(?:(?P<anywhere>\*\*)|(?P<key>\*)|(?P<name>[^.\[\]\"*][^.\[\]\"]*))(?=[.\[]|$)",
    re.DOTALL,
)
_KEYED_PART = re.compile(rf"([^\s.\[\]\"=,*]+)=({_SCALAR})", re.DOTALL)


def read_pattern(place: Place) -> Pattern:
    """Return the pattern that a text stands for; `$` is the whole value.

    Raises:
        InvalidOption: it is no text, or no pattern; the error names the character.
    """
    text = place.text(_MAX_CHARS)
    if text == "$":
        return ()
    parts: list[Part] = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        # A dot stands between two names, and only there.
        if found is None or (found["dot"] is not None and bool(found["dot"]) is not bool(at)):
            _refuse(place, text, at)
        parts.append(_read_part(found, place, text))
        at = found.end()
    if len(parts) > MAX_PARTS:
        place.refuse(f"the path has {len(parts)} parts", f"use at most {MAX_PARTS}")
    return tuple(parts)


def _refuse(place: Place, text: str, at: int) -> NoReturn:
    place.refuse(
        f"{quote(text)} at character {at} is no path",
        'write price, plans[*].price, plans[name="Pro"].price or **.price',
    )


def _read_part(found: re.Match[str], place: Place, text: str) -> Part:
    kind = found.lastgroup or ""
    spelled = found[kind]
    if kind in _WILDS:
        return _WILDS[kind]
    if kind == "index":
        return int(spelled)
    if kind == "name":
        return spelled
    try:
        if kind == "quoted":
            return str(_load(spelled))
        pairs = _KEYED_PART.findall(spelled)
        return ItemKey(
            tuple(name for name, _ in pairs), tuple(_load(scalar) for _, scalar in pairs)
        )
    except ValueError:
        _refuse(place, text, found.start())


_WILDS = {"anywhere": Wild.ANYWHERE, "key": Wild.KEY, "position": Wild.POSITION}


def _load(spelled: str) -> JsonValue:
    import json

    value: JsonValue = json.loads(spelled)
    return value


def matches(pattern: Pattern, path: Sequence[str | int], key_path: KeyPath | None = None) -> bool:
    """Return whether a pattern fits a whole path.

    >>> matches(("plans", Wild.POSITION), ("plans", 3)), matches((Wild.ANYWHERE, "a"), ("b", 0, "a"))
    (True, True)
    """
    keys = path if key_path is None else key_path
    # The lengths of path that the parts so far fit.
    fits = [True] + [False] * len(path)
    for part in pattern:
        if part is Wild.ANYWHERE:
            first = fits.index(True) if True in fits else len(fits)
            fits = [at >= first for at in range(len(fits))]
        else:
            fits = [False] + [
                before and _fits(part, path[at], keys[at]) for at, before in enumerate(fits[:-1])
            ]
    return fits[-1]


def _fits(part: Part, segment: str | int, key: str | int | ItemKey) -> bool:
    if isinstance(part, ItemKey):
        return (
            isinstance(key, ItemKey)
            and part.names == key.names
            and same_json(list(part.values), list(key.values))
        )
    if part is Wild.KEY:
        return isinstance(segment, str)
    if part is Wild.POSITION:
        return isinstance(segment, int)
    return type(part) is type(segment) and part == segment


def spell_pattern(pattern: Pattern) -> str:
    """Return a pattern as it may be written.

    >>> spell_pattern(("plans", Wild.POSITION, "price")), spell_pattern((Wild.ANYWHERE, "a.b"))
    ('plans[*].price', '**["a.b"]')
    """
    return "".join(map(_spell_part, pattern)).removeprefix(".") or "$"


def _spell_part(part: Part) -> str:
    if isinstance(part, Wild):
        return part.value if part is Wild.POSITION else f".{part.value}"
    if isinstance(part, int):
        return f"[{part}]"
    if isinstance(part, ItemKey):
        import json

        pairs = zip(part.names, part.values, strict=True)
        return f"[{','.join(f'{name}={json.dumps(value)}' for name, value in pairs)}]"
    from changetrack._fielddiff import format_path

    # After another key, so that it is never taken for the root.
    written = format_path(("a", part))[1:]
    return '["*"]' if written == ".*" else written
