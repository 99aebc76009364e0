"""Two JSON values in, the list of fields that differ out (DESIGN §2, §4.7, §4.8).

Objects are compared by key, arrays by position, everything else whole. Nothing here recurses, so
depth has no limit. Patching lives in `patching`, the text of paths in `paths`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING, TypeAlias, cast

from changetrack._fielddiff.paths import format_path
from changetrack._hashing import copy_json, dump_plain_json, same_json
from changetrack._models import FieldChange, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._models import FieldPair, FieldPath, JsonValue, PathMap, PathSegment

_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FieldDiff:
    """What differs between two JSON values, in document order.

    `changes` is complete and exact. `map` is the wire's path map, in which null also stands for
    "was not there"; it is cut at `limits.field_entries` entries and at `limits.field_path_chars`
    characters of path, and `truncated` says whether it was. Two diffs are equal when their changes
    are equal as typed JSON.

    >>> diff_fields({"price": "$19"}, {"price": "$24"}).map
    {'price': {'previous': '$19', 'current': '$24'}}
    """

    changes: tuple[FieldChange, ...] = ()
    limits: Limits = _DEFAULT_LIMITS

    @cached_property
    def map(self) -> PathMap:
        """The path map, `{path: {"previous": …, "current": …}}`, over the values of `changes`."""
        entries: dict[str, FieldPair] = {}
        chars = 0
        for change in self.changes[: self.limits.field_entries]:
            path = format_path(change.path)
            chars += len(path)
            if chars > self.limits.field_path_chars:
                break
            entries[path] = {"previous": change.previous, "current": change.current}
        return entries

    @property
    def truncated(self) -> bool:
        """Whether `map` holds fewer entries than there are changes."""
        return len(self.map) < len(self.changes)

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

    def _rows(self) -> JsonValue:
        return [
            [change.op, list(change.path), change.previous, change.current]
            for change in self.changes
        ]


def diff_fields(
    previous: JsonValue, current: JsonValue, *, limits: Limits = _DEFAULT_LIMITS
) -> FieldDiff:
    """Return the fields that differ between two JSON values.

    Equality is typed: ``True``, ``1`` and ``1.0`` are three values, and a field that is null is not
    a field that is missing. Both values are copied first: changing them later does not change the
    diff.

    Raises:
        InvalidJson: a value is not JSON.

    >>> [change.path for change in diff_fields({"a": [1, 2]}, {"a": [1], "b": None})]
    [('a', 1), ('b',)]
    """
    return compare_fields(copy_json(previous), copy_json(current), limits)


def compare_fields(previous: JsonValue, current: JsonValue, limits: Limits) -> FieldDiff:
    """Return the fields that differ between two values that are plain JSON and change no more."""
    return FieldDiff(changes=tuple(_walk(previous, current)), limits=limits)


class _Absent:
    """The type of what is not there; not even null is of that type."""


_ABSENT = _Absent()
_Side: TypeAlias = "JsonValue | _Absent"
_Pairs: TypeAlias = "Iterator[tuple[PathSegment, _Side, _Side]]"

# How the walk came to a container: the way to the one around it, and the place there. Paths are
# built for changes only: one tuple per node would make a deep chain quadratic.
_Trail: TypeAlias = "tuple[_Trail, PathSegment] | None"

# Comparing a subtree before walking it is what makes unchanged parts cheap, but a chain d deep
# would be compared d times. Pages seldom nest deeper than this; below it the walk goes on without.
_PRUNED_DEPTH = 16


def _walk(previous: JsonValue, current: JsonValue) -> Iterator[FieldChange]:
    # The root stands in a container of its own, like everything else; paths leave that out.
    pending: list[tuple[_Pairs, _Trail]] = [(iter([(0, previous, current)]), None)]
    while pending:
        pairs, trail = pending[-1]
        above: FieldPath | None = None
        for segment, old, new in pairs:
            if not _is_container_pair(old, new):
                if _differ(old, new):
                    above = _unwind(trail) if above is None else above
                    yield _describe((*above, segment)[1:], old, new)
            elif len(pending) > _PRUNED_DEPTH or not _is_surely_same(old, new):
                pending.append((_pair_children(old, new), (trail, segment)))
                break
        else:
            pending.pop()


def _is_container_pair(old: _Side, new: _Side) -> bool:
    kind = type(old)
    return (kind is dict or kind is list) and kind is type(new)


def _differ(old: _Side, new: _Side) -> bool:
    """Return whether two sides differ of which one at least is no container."""
    kind = type(old)
    if kind is not type(new) or old != new:
        return True
    # 0.0 == -0.0, but they are written differently, and what is written differently differs.
    return kind is float and old == 0 and repr(old) != repr(new)


def _is_surely_same(old: _Side, new: _Side) -> bool:
    """Return whether two containers are the same; False also where only a walk can tell."""
    try:
        if old != new:  # the fastest "no"; the "yes" also takes True for 1
            return False
    except RecursionError:
        return False
    return dump_plain_json(_given(old)) == dump_plain_json(_given(new))


def _pair_children(old: _Side, new: _Side) -> _Pairs:
    """Pair what stands in two containers of one type: previous order first, then what is added."""
    if isinstance(old, dict) and isinstance(new, dict):
        shared = zip(old, old.values(), map(new.get, old, repeat(_ABSENT)), strict=False)
        added = [key for key in new if key not in old]
        more = zip(added, repeat(_ABSENT), map(new.get, added), strict=False)
        return chain(shared, more) if added else shared
    olds, news = cast("list[JsonValue]", old), cast("list[JsonValue]", new)
    if len(olds) == len(news):
        return zip(range(len(olds)), olds, news, strict=True)
    return zip(
        range(max(len(olds), len(news))),
        chain(olds, repeat(_ABSENT)),
        chain(news, repeat(_ABSENT)),
        strict=False,
    )


def _unwind(trail: _Trail) -> FieldPath:
    path = []
    while trail is not None:
        trail, segment = trail
        path.append(segment)
    path.reverse()
    return tuple(path)


def _describe(path: FieldPath, old: _Side, new: _Side) -> FieldChange:
    if isinstance(old, _Absent):
        return FieldChange(op="add", path=path, current=_given(new))
    if isinstance(new, _Absent):
        return FieldChange(op="remove", path=path, previous=old)
    return FieldChange(op="replace", path=path, previous=old, current=new)


def _given(side: _Side) -> JsonValue:
    return None if isinstance(side, _Absent) else side
