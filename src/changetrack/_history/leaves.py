"""The leaves of JSON: what it has instead of lines.

A leaf is a value that holds no other: a string, a number, a boolean, null, an empty object or list.
Nothing here recurses, and the way to a leaf is a number, so a deep one costs no more than others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from changetrack._models import FieldPath, JsonValue, PathSegment

ROOT = 0


class Leaf(NamedTuple):
    """A leaf, and the number of its place."""

    place: int
    value: JsonValue


class Places:
    """The places in one or more JSON values, each with a number: equal ways have equal ones."""

    def __init__(self, *, by_position: bool) -> None:
        """Tell the items of a list by their position, or not at all."""
        self._by_position = by_position
        self._numbers: dict[tuple[int, Hashable], int] = {}
        # How one came to each place: from which, by which step.
        self._steps: list[tuple[int, PathSegment]] = [(ROOT, "")]

    def list_leaves(self, root: JsonValue) -> Iterator[Leaf]:
        """Yield the leaves in the order of the document."""
        pending = [Leaf(ROOT, root)]
        while pending:
            place, value = leaf = pending.pop()
            if isinstance(value, dict) and value:
                children = [Leaf(self._step(place, key), child) for key, child in value.items()]
                pending += reversed(children)
            elif isinstance(value, list) and value:
                pending += reversed(self._list_items(place, value))
            else:
                yield leaf

    def unwind(self, place: int) -> FieldPath:
        """Return the path of a place."""
        path = []
        while place != ROOT:
            place, segment = self._steps[place]
            path.append(segment)
        path.reverse()
        return tuple(path)

    def _list_items(self, place: int, items: list[JsonValue]) -> list[Leaf]:
        if self._by_position:
            return [Leaf(self._step(place, at), item) for at, item in enumerate(items)]
        inside = self._step(place, 0)
        return [Leaf(inside, item) for item in items]

    def _step(self, place: int, segment: PathSegment, *, mark: Hashable = None) -> int:
        """Return the place one step further, which `mark` tells from others, if there is one."""
        number = self._numbers.setdefault(
            (place, segment if mark is None else mark), len(self._steps)
        )
        if number == len(self._steps):
            self._steps.append((place, segment))
        return number
