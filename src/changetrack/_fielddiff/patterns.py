"""Patterns of paths: `plans`, `plans[*].features`, `*.price`, `$` (DESIGN §5).

A pattern is written like a path in which `[*]` is any list position and a bare `*` any key; the key
that is a star is written `["*"]`. Which patterns meet a place is worked out on the way to it, one
step for each segment, whatever their number.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from changetrack._fielddiff.paths import ROOT, format_path, parse_segment
from changetrack.errors import InvalidPath

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._models import PathSegment


class Wildcard(Enum):
    """A segment that stands for any key, or for any list position."""

    KEY = "*"
    ITEM = "[*]"


Pattern: TypeAlias = "tuple[PathSegment | Wildcard, ...]"

# Any number of steps, in the paths of conditions; here it would be looked for everywhere.
ANYWHERE = "**"

_Kept = TypeVar("_Kept")


def parse_pattern(text: str) -> Pattern:
    """Return the pattern that a text stands for.

    Raises:
        InvalidPath: the text is no pattern; the error names the character.

    >>> parse_pattern("plans[*].features")
    ('plans', <Wildcard.ITEM: '[*]'>, 'features')
    """
    if text == ROOT:
        return ()
    segments: list[PathSegment | Wildcard] = []
    position = 0
    while position < len(text) or not segments:
        if text.startswith(Wildcard.ITEM.value, position):
            segments.append(Wildcard.ITEM)
            position += len(Wildcard.ITEM.value)
            continue
        segment, end = parse_segment(text, position)
        is_bare = text[end - 1] != "]"
        if is_bare and segment == ANYWHERE:
            raise InvalidPath(text, position, "** stands in conditions only; name each step")
        segments.append(Wildcard.KEY if is_bare and segment == "*" else segment)
        position = end
    if text.startswith(ROOT) and segments[0] == ROOT:
        raise InvalidPath(text, 0, "leave out the leading $; a lone $ is the whole value")
    return tuple(segments)


def format_pattern(pattern: Pattern) -> str:
    """Return the text of a pattern; the inverse of `parse_pattern`.

    >>> format_pattern(("a", Wildcard.ITEM, "*", Wildcard.KEY))
    'a[*]["*"].*'
    """
    if not pattern:
        return ROOT
    text = "".join(map(_format_segment, pattern))
    if pattern[0] == ROOT:
        return f'["{ROOT}"]{text[2:]}'
    return text.removeprefix(".")


def _format_segment(segment: PathSegment | Wildcard) -> str:
    if isinstance(segment, Wildcard):
        return ".*" if segment is Wildcard.KEY else segment.value
    if segment in {"*", ANYWHERE}:
        return f'["{segment}"]'
    # Behind another segment a key has its dot, and `$` no meaning of its own.
    return format_path((0, segment)).removeprefix("[0]")


class Place(Generic[_Kept]):
    """Where the patterns are on the way down a value.

    `found` is what was kept for the pattern that ends here: for the most literal one where several
    do, compared from the left.
    """

    __slots__ = ("_literals", "_others", "_steps", "found")

    def __init__(self, nodes: tuple[_Node[_Kept], ...]) -> None:
        self.found: _Kept | None = next((node.kept for node in nodes if node.ends), None)
        # The literal way first: a node's place in the row is its rank.
        self._others = {
            str: tuple(node.below[Wildcard.KEY] for node in nodes if Wildcard.KEY in node.below),
            int: tuple(node.below[Wildcard.ITEM] for node in nodes if Wildcard.ITEM in node.below),
        }
        self._literals = {
            segment: nodes
            for node in nodes
            for segment in node.below
            if not isinstance(segment, Wildcard)
        }
        self._steps: dict[PathSegment | type, Place[_Kept] | None] = {}

    def descend(self, segment: PathSegment) -> Place[_Kept] | None:
        """Return the place one step further; None where no pattern goes on."""
        kind = type(segment)
        step = segment if segment in self._literals else kind
        if step not in self._steps:
            nodes = self._others[kind]
            if step is not kind:
                nodes = _follow(self._literals[segment], segment)
            self._steps[step] = Place(nodes) if nodes else None
        return self._steps[step]


def compile_patterns(kept: Iterable[tuple[Pattern, _Kept]]) -> Place[_Kept] | None:
    """Return the place of the patterns at the root of a value; None when there are none."""
    root: _Node[_Kept] = _Node()
    for pattern, each in kept:
        node = root
        for segment in pattern:
            node = node.below.setdefault(segment, _Node())
        node.kept, node.ends = each, True
    return Place((root,)) if root.below or root.ends else None


class _Node(Generic[_Kept]):
    """Where patterns with the same beginning part."""

    __slots__ = ("below", "ends", "kept")

    def __init__(self) -> None:
        self.below: dict[PathSegment | Wildcard, _Node[_Kept]] = {}
        self.kept: _Kept | None = None
        self.ends = False


def _follow(nodes: tuple[_Node[_Kept], ...], segment: PathSegment) -> tuple[_Node[_Kept], ...]:
    wildcard = Wildcard.KEY if isinstance(segment, str) else Wildcard.ITEM
    return tuple(
        node.below[step] for node in nodes for step in (segment, wildcard) if step in node.below
    )
