"""Two JSON values in, the list of fields that differ out (DESIGN §2, §4.7, §4.8).

Objects are compared by key, arrays by position, everything else whole. Nothing here recurses, so
depth has no limit. Patching lives in `patching`, the text of paths in `paths`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from changetrack._fielddiff.models import SuppressedChange
from changetrack._fielddiff.paths import count_key_chars, format_key_path, format_path
from changetrack._fielddiff.room import Room
from changetrack._fielddiff.rules import make_rules
from changetrack._fielddiff.sides import (
    PRUNED_DEPTH,
    Absent,
    differ,
    given,
    is_container_pair,
    is_surely_same,
    pair_children,
)
from changetrack._hashing import copy_json, same_json
from changetrack._models import FieldChange, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._fielddiff.budget import Budget
    from changetrack._fielddiff.rules import FieldRules
    from changetrack._fielddiff.sides import Pairs, Side
    from changetrack._models import (
        FieldPair,
        FieldPath,
        JsonValue,
        ListKeys,
        Order,
        PathMap,
        PathSegment,
        Tolerance,
    )

_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class FieldDiff:
    """What differs between two JSON values, in document order.

    `changes` is complete and exact. `map` is the wire's path map, in which null also stands for
    "was not there"; it is cut at `limits.field_entries` entries and has the paths that fit into
    `limits.field_path_chars` characters, and `truncated` says whether some are missing. Two diffs
    are equal when their changes are equal as typed JSON.

    >>> diff_fields({"price": "$19"}, {"price": "$24"}).map
    {'price': {'previous': '$19', 'current': '$24'}}
    """

    changes: tuple[FieldChange, ...] = ()
    limits: Limits = _DEFAULT_LIMITS
    uncounted: tuple[FieldChange, ...] = ()
    lists_by_position: tuple[str, ...] = ()
    rules: FieldRules | None = None
    previous: JsonValue = None
    current: JsonValue = None

    def __init__(
        self,
        *,
        changes: tuple[FieldChange, ...] = (),
        limits: Limits = _DEFAULT_LIMITS,
        uncounted: tuple[FieldChange, ...] = (),
        lists_by_position: tuple[str, ...] = (),
        rules: FieldRules | None = None,
        previous: JsonValue = None,
        current: JsonValue = None,
    ) -> None:
        # What a frozen dataclass does by itself takes a microsecond longer, and most diffs are
        # smaller than that.
        own = self.__dict__
        own["changes"] = changes
        own["limits"] = limits
        own["uncounted"] = uncounted
        own["lists_by_position"] = lists_by_position
        own["rules"] = rules
        own["previous"] = previous
        own["current"] = current

    @cached_property
    def map(self) -> PathMap:
        """The path map, `{path: {"previous": …, "current": …}}`, over the values of `changes`."""
        entries: dict[str, FieldPair] = {}
        room = Room(self.limits.field_path_chars)
        for change in self._list_mapped():
            if len(entries) >= self.limits.field_entries:
                break
            keys = change.key_path
            if room.is_tight and not room.admits(count_key_chars(keys or change.path) - 1):
                continue
            path = format_path(change.path) if keys is None else format_key_path(keys)
            if room.take(len(path)):
                entries[path] = {"previous": change.previous, "current": change.current}
        return entries

    @property
    def truncated(self) -> bool:
        """Whether `map` holds fewer entries than it has to; moves are none."""
        return len(self.map) < len(self._list_mapped())

    @cached_property
    def suppressed(self) -> tuple[SuppressedChange, ...]:
        """The differences that do not count, by their keyed paths, and why."""
        return tuple(map(_describe_uncounted, self.uncounted))

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What nothing came of in the options: keys of lists that are not there, and the like."""
        if self.rules is None or not (self.rules.list_keys or self.lists_by_position):
            return ()
        from changetrack._fielddiff.misfits import list_misfits

        return list_misfits(self.rules, (self.current, self.previous), self.lists_by_position)

    def list_edits(self) -> tuple[FieldChange, ...]:
        """Return all that leads from one value to the other but what a tolerance suppressed.

        The changes, and the moves that do not count: without them the places do not hold.
        """
        moves = tuple(change for change in self.uncounted if change.op == "move")
        return self.changes + moves

    def list_uncounted_moves(self) -> tuple[FieldChange, ...]:
        """Return the moves that do not count, where there is something that does.

        Where there is nothing, nothing is to be done: the order may stay as it is.
        """
        return self.list_edits()[len(self.changes) :] if self.changes else ()

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[FieldChange]:
        return iter(self.changes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FieldDiff):
            return NotImplemented
        return self.limits == other.limits and same_json(self._rows(), other._rows())

    def __hash__(self) -> int:
        return hash(tuple((change.op, change.path) for change in self.changes))

    def __repr__(self) -> str:
        # The values may be whole pages, or deeper than repr() can go.
        return f"<FieldDiff of {len(self.changes)} changes>"

    def _list_mapped(self) -> tuple[FieldChange, ...]:
        if self.rules is None:
            return self.changes
        return tuple(change for change in self.changes if change.op != "move")

    def _rows(self) -> JsonValue:
        return [
            [
                change.op,
                list(change.path),
                change.previous,
                change.current,
                None if change.origin is None else list(change.origin),
                None if change.key_path is None else format_key_path(change.key_path),
            ]
            for change in self.changes
        ]


def diff_fields(
    previous: JsonValue,
    current: JsonValue,
    *,
    list_keys: ListKeys | None = None,
    order: Order = "keep",
    tolerance: Tolerance | None = None,
    limits: Limits = _DEFAULT_LIMITS,
) -> FieldDiff:
    """Return the fields that differ between two JSON values.

    Equality is typed: ``True``, ``1`` and ``1.0`` are three values, and a field that is null is not
    a field that is missing. Both values are copied first: changing them later does not change the
    diff.

    `list_keys` names the fields that identify the items of a list, by the pattern of its path, or
    is "infer"; other lists are compared by position. With the order "ignore", items that only stand
    elsewhere are no change. `tolerance` says how far numbers may go, by the pattern of their path.

    Raises:
        InvalidJson: a value is not JSON.
        InvalidOption: `list_keys`, `order` or `tolerance` cannot be used.

    >>> [change.path for change in diff_fields({"a": [1, 2]}, {"a": [1], "b": None})]
    [('a', 1), ('b',)]
    >>> plans = [{"name": "Pro", "price": 19}], [{"name": "Free"}, {"name": "Pro", "price": 24}]
    >>> diff_fields(*plans, list_keys={"$": "name"}).map['[name="Pro"].price']
    {'previous': 19, 'current': 24}
    """
    rules = make_rules(list_keys, order, tolerance)
    return compare_fields(copy_json(previous), copy_json(current), limits, rules)


def compare_fields(
    previous: JsonValue,
    current: JsonValue,
    limits: Limits,
    rules: FieldRules | None = None,
    *,
    shared: Budget | None = None,
) -> FieldDiff:
    """Return the fields that differ between two values that are plain JSON and change no more.

    With `shared`, what finding like items costs is taken from a budget of several diffs.
    """
    if rules is None:
        changes = tuple(_walk(previous, current))
        return FieldDiff(changes=changes, limits=limits, previous=previous, current=current)
    from changetrack._fielddiff.keyed import KeyedWalk

    walk = KeyedWalk(rules, shared)
    walk.visit_all(previous, current)
    return FieldDiff(
        changes=tuple(walk.changes),
        limits=limits,
        uncounted=tuple(walk.uncounted),
        lists_by_position=tuple(walk.lists_by_position),
        rules=rules,
        previous=previous,
        current=current,
    )


def _describe_uncounted(change: FieldChange) -> SuppressedChange:
    path = format_key_path(change.path if change.key_path is None else change.key_path)
    if change.op == "move":
        previous, current = (change.origin or change.path)[-1], change.path[-1]
        return SuppressedChange(path=path, reason="order", previous=previous, current=current)
    return SuppressedChange(
        path=path, reason="tolerance", previous=change.previous, current=change.current
    )


# How the walk came to a container: the way to the one around it, and the place there. Paths are
# built for changes only: one tuple per node would make a deep chain quadratic.
_Trail: TypeAlias = "tuple[_Trail, PathSegment] | None"


def _walk(previous: JsonValue, current: JsonValue) -> Iterator[FieldChange]:
    # The root stands in a container of its own, like everything else; paths leave that out.
    pending: list[tuple[Pairs, _Trail]] = [(iter([(0, previous, current)]), None)]
    while pending:
        pairs, trail = pending[-1]
        above: FieldPath | None = None
        for segment, old, new in pairs:
            if not is_container_pair(old, new):
                if differ(old, new):
                    above = _unwind(trail) if above is None else above
                    yield _describe((*above, segment)[1:], old, new)
            elif len(pending) > PRUNED_DEPTH or not is_surely_same(old, new):
                pending.append((pair_children(old, new), (trail, segment)))
                break
        else:
            pending.pop()


def _unwind(trail: _Trail) -> FieldPath:
    path = []
    while trail is not None:
        trail, segment = trail
        path.append(segment)
    path.reverse()
    return tuple(path)


def _describe(path: FieldPath, old: Side, new: Side) -> FieldChange:
    if isinstance(old, Absent):
        return FieldChange(op="add", path=path, current=given(new))
    if isinstance(new, Absent):
        return FieldChange(op="remove", path=path, previous=old)
    return FieldChange(op="replace", path=path, previous=old, current=new)
