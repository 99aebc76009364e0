"""The comparison by rules: lists aligned, places in both values, what does not count (DESIGN §5).

It finds what the plain one does, in the same order, except in lists that are aligned: there, items
follow the current order, and removed ones stand behind the one that stayed before them.
"""

from __future__ import annotations

from itertools import compress
from operator import eq
from typing import TYPE_CHECKING, TypeAlias, cast

from changetrack._fielddiff.budget import Budget
from changetrack._fielddiff.keys import infer_key
from changetrack._fielddiff.ordering import find_moved
from changetrack._fielddiff.pairing import Manner, pair_items
from changetrack._fielddiff.paths import format_key_path
from changetrack._fielddiff.patterns import compile_patterns
from changetrack._fielddiff.sides import (
    PRUNED_DEPTH,
    Absent,
    differ,
    given,
    is_container_pair,
    is_surely_same,
    pair_children,
)
from changetrack._fielddiff.tolerance import is_within
from changetrack._hashing import dump_plain_json, hash_plain_json
from changetrack._models import FieldChange, ItemKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._fielddiff.pairing import Pairing
    from changetrack._fielddiff.patterns import Place
    from changetrack._fielddiff.rules import FieldRules, KeyNames, Margin
    from changetrack._fielddiff.sides import Side
    from changetrack._models import FieldOp, FieldPath, JsonValue, KeyPath, PathSegment

_Items: TypeAlias = "list[JsonValue]"
_KeySegment: TypeAlias = "PathSegment | ItemKey"
# A place in the current value, in the previous one, and by keys.
_At: TypeAlias = "tuple[PathSegment, PathSegment, _KeySegment]"
_Steps: TypeAlias = "Iterator[tuple[_At, Side, Side]]"
_Paths: TypeAlias = "tuple[FieldPath, FieldPath, KeyPath]"


# Who reads more than so many paths is a program, and can see it from the changes. The path of a
# list may be as long as the value is deep.
_MAX_NOTED = 100


class _Level:
    """A pair of containers that the walk is in, and the way to it."""

    __slots__ = ("_paths", "above", "at", "keys", "margins", "steps")

    def __init__(
        self,
        above: _Level | None,
        at: _At,
        keys: Place[KeyNames] | None,
        margins: Place[Margin] | None,
    ) -> None:
        self.above = above
        self.at = at
        self.keys = keys
        self.margins = margins
        self.steps: _Steps = iter(())
        self._paths: _Paths | None = None

    @property
    def paths(self) -> _Paths:
        """The paths of the containers; worked out when the first change in them asks."""
        if self._paths is None:
            trail = []
            level = self
            while level.above is not None:
                trail.append(level.at)
                level = level.above
            trail.reverse()
            del trail[:1]  # the root's place in the list that holds it
            paths = zip(*trail, strict=True) if trail else ((), (), ())
            self._paths = cast("_Paths", tuple(paths))
        return self._paths

    def join(self, at: _At) -> _Paths:
        """Return the paths of a place in the containers."""
        if self.above is None:
            return (), (), ()
        current, previous, keys = self.paths
        return (*current, at[0]), (*previous, at[1]), (*keys, at[2])


class KeyedWalk:
    """One walk over two values, and what it found."""

    def __init__(self, rules: FieldRules, shared: Budget | None = None) -> None:
        self.changes: list[FieldChange] = []
        self.uncounted: list[FieldChange] = []
        self.lists_by_position: list[str] = []
        self._rules = rules
        self._budget = Budget(shared=shared)
        # Moves are no changes where the order does not count.
        self._moves = self.changes if rules.order == "keep" else self.uncounted
        self._pending: list[_Level] = []

    def visit_all(self, previous: JsonValue, current: JsonValue) -> None:
        """Find all that differs."""
        # The root stands in a list of its own, like everything else; so do the patterns.
        keys = compile_patterns(((0, *pattern), names) for pattern, names in self._rules.list_keys)
        margins = compile_patterns(((0, *pattern), each) for pattern, each in self._rules.tolerance)
        top = _Level(None, (0, 0, 0), keys, margins)
        top.steps = iter([((0, 0, 0), previous, current)])
        pending = self._pending
        pending.append(top)
        while pending:
            level = pending[-1]
            for at, old, new in level.steps:
                if not is_container_pair(old, new):
                    if differ(old, new):
                        self._report(level, at, old, new)
                elif len(pending) > PRUNED_DEPTH or not is_surely_same(old, new):
                    pending.append(self._enter(level, at, old, new))
                    break
            else:
                pending.pop()

    def _enter(self, above: _Level, at: _At, old: Side, new: Side) -> _Level:
        keys = above.keys and above.keys.descend(at[0])
        margins = above.margins and above.margins.descend(at[0])
        level = _Level(above, at, keys, margins)
        if isinstance(old, list) and isinstance(new, list):
            named = keys and keys.found
            if named or self._rules.infers:
                names = named or infer_key(old, new)
                level.steps = self._align(level, old, new, names)
                return level
        level.steps = (
            ((segment, segment, segment), one, other)
            for segment, one, other in pair_children(old, new)
        )
        return level

    def _align(self, level: _Level, olds: _Items, news: _Items, names: KeyNames | None) -> _Steps:
        """Report what was added, removed and moved; yield the pairs that may differ."""
        is_deep = len(self._pending) > PRUNED_DEPTH
        manner = Manner(self._budget, self._rules.order, is_deep)
        pairing = pair_items(olds, news, names, manner)
        if pairing.by_position and len(self.lists_by_position) < _MAX_NOTED:
            self.lists_by_position.append(format_key_path(level.paths[2]))
        moved = find_moved(pairing.partners)
        same = [False] * len(news) if is_deep else _find_same(pairing)
        gone = sorted(set(range(len(olds))).difference(pairing.partners), reverse=True)
        stayed = _list_stayed(pairing, moved)
        self._remove_before(level, next(stayed), gone, pairing)
        for new, old in enumerate(pairing.partners):
            if old is None:
                self._add(level, new, pairing)
                continue
            is_moved = new in moved
            if is_moved or not same[new]:
                at = new, old, pairing.find_new_key(new) or new
                if is_moved:
                    self._note_move(level.paths, at)
                if not same[new]:
                    yield at, olds[old], news[new]
            if gone and not is_moved:
                self._remove_before(level, next(stayed), gone, pairing)

    def _report(self, level: _Level, at: _At, old: Side, new: Side) -> None:
        current, previous, keys = level.join(at)
        if isinstance(old, Absent):
            self._put("add", current, keys, current=given(new))
            return
        if isinstance(new, Absent):
            self._put("remove", previous, keys, previous=old)
            return
        margins = level.margins.descend(at[0]) if level.margins else None
        margin = margins.found if margins else None
        is_small = margin is not None and is_within(old, new, margin)
        change = FieldChange(
            op="replace",
            path=current,
            previous=old,
            current=new,
            origin=None if previous == current else previous,
            key_path=None if keys == current else keys,
        )
        (self.uncounted if is_small else self.changes).append(change)

    def _add(self, level: _Level, new: int, pairing: Pairing) -> None:
        current, _, keys = level.join((new, new, pairing.find_new_key(new) or new))
        self._put("add", current, keys, current=pairing.current[new])

    def _remove_before(self, level: _Level, end: int, gone: list[int], pairing: Pairing) -> None:
        """Report what is gone in front of a previous position; the first of them come last."""
        while gone and gone[-1] < end:
            old = gone.pop()
            # A position of the previous list may be that of another item in the current one.
            key = pairing.find_old_key(old) or ItemKey((), (old,))
            _, previous, keys = level.join((old, old, key))
            self._put("remove", previous, keys, previous=pairing.previous[old])

    def _note_move(self, paths: _Paths, at: _At) -> None:
        # Written out: where a long list was shuffled, this is most of the work.
        current, previous, keys = paths
        new, old, key = at
        is_plain = key is new and keys == current
        self._moves.append(
            FieldChange(
                op="move",
                path=(*current, new),
                origin=(*previous, old),
                key_path=None if is_plain else (*keys, key),
            )
        )

    def _put(
        self,
        op: FieldOp,
        path: FieldPath,
        keys: KeyPath,
        *,
        previous: JsonValue = None,
        current: JsonValue = None,
    ) -> None:
        key_path = None if keys == path else keys
        self.changes.append(
            FieldChange(op=op, path=path, previous=previous, current=current, key_path=key_path)
        )


def _list_stayed(pairing: Pairing, moved: frozenset[int]) -> Iterator[int]:
    """Yield where the items stood that did not move, and at last the end of the previous list."""
    for new, old in enumerate(pairing.partners):
        if old is not None and new not in moved:
            yield old
    yield len(pairing.previous)


def _find_same(pairing: Pairing) -> list[bool]:
    """Return, by their current positions, which items are surely the same as their partners.

    As many as possible are told by one comparison: most items of most lists did not change.
    """
    olds, news = pairing.previous, pairing.current
    paired = [None if old is None else olds[old] for old in pairing.partners]
    try:
        same = list(map(eq, paired, news))
    except RecursionError:
        return [False] * len(news)
    one: JsonValue = list(compress(paired, same))
    other: JsonValue = list(compress(news, same))
    if dump_plain_json(one) == dump_plain_json(other):
        return same
    # Key orders that differ, or True for 1: Python takes them for equal.
    if hash_plain_json(one) == hash_plain_json(other):
        return same
    return [
        is_same and is_surely_same(old, new)
        for is_same, old, new in zip(same, paired, news, strict=True)
    ]
