"""Field changes as a JSON Patch (RFC 6902), whose operations are applied one after the other.

Typed changes name places of the previous or of the current value, as if they all happened at once.
Here each place is where things are when its turn comes: removals first, from the last one on; then
moves, the deepest lists first; then, from the front, what is added or replaced. Thus a removal
shifts nothing that is still to be removed, and whatever stands before an addition stands already
where it will stay.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from changetrack._fielddiff.pointers import format_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._fielddiff.compare import FieldDiff
    from changetrack._models import FieldChange, FieldPath, JsonObject, JsonValue, PathSegment


def write_json_patch(diff: FieldDiff, *, tests: bool = False) -> list[JsonObject]:
    """Return the JSON Patch that leads from the previous value to the current one.

    With `tests`, all that is removed, replaced or moved is tested first: a patch that does not fit
    changes nothing, not even where it is applied step by step. Changes that do not count are no
    part of the patch, but for the order of items: it becomes that of the current value. Where the
    pointers would be longer than `limits.field_path_chars`, the whole value is replaced. Values are
    the diff's own: copy them before changing them.

    >>> from changetrack import diff_fields
    >>> write_json_patch(diff_fields([1, 2, 3], [1, 4]))
    [{'op': 'remove', 'path': '/2'}, {'op': 'replace', 'path': '/1', 'value': 4}]
    """
    patch: list[JsonObject] = []
    chars = 0
    for operation in _list_operations(diff, tests=tests):
        chars += len(str(operation["path"])) + len(str(operation.get("from", "")))
        if chars > diff.limits.field_path_chars:
            return _replace_whole(diff, tests=tests)
        patch.append(operation)
    return patch


def _replace_whole(diff: FieldDiff, *, tests: bool) -> list[JsonObject]:
    test: JsonObject = {"op": "test", "path": "", "value": diff.previous}
    whole: JsonObject = {"op": "replace", "path": "", "value": diff.current}
    return [test, whole] if tests else [whole]


def _list_operations(diff: FieldDiff, *, tests: bool) -> Iterator[JsonObject]:
    # Places of the current value make sense only where the order of items is its order, too.
    changes = (*diff.changes, *diff.list_uncounted_moves())
    if tests:
        yield from _test(changes, diff.previous)
    removed = [change for change in changes if change.op == "remove"]
    for change in reversed(_sort(removed)):
        yield {"op": "remove", "path": format_pointer(change.path)}
    moved = [change for change in changes if change.op == "move"]
    if moved:
        added = [change for change in changes if change.op == "add"]
        for origin, path in _schedule(moved, _note_gaps(removed), _note_gaps(added)):
            yield {"op": "move", "from": format_pointer(origin), "path": format_pointer(path)}
    for change in _sort([change for change in changes if change.op in ("add", "replace")]):
        yield {"op": change.op, "path": format_pointer(change.path), "value": change.current}


def _test(changes: Iterable[FieldChange], previous: JsonValue) -> Iterator[JsonObject]:
    """Test what is there, in places of the previous value: nothing has changed yet."""
    for change in changes:
        if change.op == "add":
            continue
        path = change.path if change.origin is None else change.origin
        value = _find(previous, path) if change.op == "move" else change.previous
        yield {"op": "test", "path": format_pointer(path), "value": value}


def _find(value: JsonValue, path: FieldPath) -> JsonValue:
    for segment in path:
        if isinstance(value, dict):
            value = value[str(segment)]
        elif isinstance(value, list):
            value = value[int(segment)]
    return value


def _sort(changes: list[FieldChange]) -> list[FieldChange]:
    """Return changes in the order of their places; keys come as they came first."""
    ranks: dict[str, int] = {}

    def rank(change: FieldChange) -> list[int]:
        return [
            ranks.setdefault(segment, len(ranks)) if isinstance(segment, str) else segment
            for segment in change.path
        ]

    return sorted(changes, key=rank)


class _Gaps:
    """Positions in the list at some place that one of two values lacks, and what is below it."""

    __slots__ = ("below", "positions")

    def __init__(self) -> None:
        self.positions: list[int] = []
        self.below: dict[PathSegment, _Gaps] = {}


def _note_gaps(changes: Iterable[FieldChange]) -> _Gaps:
    root = _Gaps()
    for change in _sort([change for change in changes if change.path]):
        *above, last = change.path
        if isinstance(last, int):
            gaps = root
            for segment in above:
                gaps = gaps.below.setdefault(segment, _Gaps())
            gaps.positions.append(last)
    return root


def _close_gaps(path: FieldPath, gaps: _Gaps | None) -> FieldPath:
    """Return where a place is once the gaps in the lists on the way to it are closed."""
    closed: list[PathSegment] = []
    for segment in path:
        if gaps is None:
            closed.append(segment)
            continue
        skipped = bisect_left(gaps.positions, segment) if isinstance(segment, int) else 0
        closed.append(segment - skipped if isinstance(segment, int) else segment)
        gaps = gaps.below.get(segment)
    return tuple(closed)


def _schedule(
    moved: list[FieldChange], removed: _Gaps, added: _Gaps
) -> Iterator[tuple[FieldPath, FieldPath]]:
    """Yield where each moved item is when its turn comes, and where it goes.

    Nothing of what is added is there yet, nothing of what is removed is there any more.
    """
    lists: dict[FieldPath, list[tuple[int, int]]] = {}
    for change in moved:
        origin = change.path if change.origin is None else change.origin
        *above, old = _close_gaps(origin, removed)
        new = _close_gaps(change.path, added)[-1]
        lists.setdefault(tuple(above), []).append((int(old), int(new)))
    # While the lists around it are as they were, the way to a list is as it was.
    for above_list in sorted(lists, key=len, reverse=True):
        for old, new in _order_moves(lists[above_list]):
            yield (*above_list, old), (*above_list, new)


def _order_moves(moves: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield moves in one list, given as old and new positions, as steps one after the other.

    Items are taken in their new order. Each then stands right behind the one that it will stand
    behind, and in front of all that still wait in the same place between two items that stay.
    """
    moves = sorted(moves, key=lambda move: move[1])
    olds = sorted(old for old, _ in moves)
    # How many items that stay are before each: where it was, and where it goes.
    stay_before_old = [old - count for count, old in enumerate(olds)]
    stay_before_new = [new - count for count, (_, new) in enumerate(moves)]
    waiting = _Counts(len(olds))
    for done, (old, new) in enumerate(moves):
        turn = bisect_left(olds, old)
        stay = stay_before_old[turn]
        arrived = bisect_right(stay_before_new, stay, 0, done)
        source = stay + waiting.count_before(turn) + arrived
        waiting.take_out(turn)
        ahead = bisect_left(stay_before_old, stay_before_new[done])
        target = new + waiting.count_before(ahead)
        if source != target:
            yield source, target


class _Counts:
    """A row of items of which some are taken out; how many are left before one, in log n steps."""

    def __init__(self, size: int) -> None:
        self._sums = [index & -index for index in range(size + 1)]

    def count_before(self, index: int) -> int:
        count = 0
        while index:
            count += self._sums[index]
            index &= index - 1
        return count

    def take_out(self, index: int) -> None:
        index += 1
        while index < len(self._sums):
            self._sums[index] -= 1
            index += index & -index
