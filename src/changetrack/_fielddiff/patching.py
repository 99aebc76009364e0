"""Field changes put onto a value, and taken back (DESIGN §5).

From the typed changes only: the path map cannot tell null from missing. What is expected is
checked, so a diff lands on the value it was made from or not at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from changetrack._fielddiff.paths import format_path
from changetrack._hashing import copy_json, same_json
from changetrack.errors import ChangeDoesNotApply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._models import FieldChange, FieldOp, FieldPath, JsonValue, PathSegment


def apply_fields(changes: Iterable[FieldChange], previous: JsonValue) -> JsonValue:
    """Return the current value that the changes lead to from the previous one.

    Takes a `FieldDiff` or its changes. The result equals the current value as typed JSON; keys that
    both sides have keep the previous side's order, added ones follow in the current side's. Nothing
    that is given is changed or shared.

    Raises:
        ChangeDoesNotApply: the previous value is not what a change expects.
        InvalidJson: a value is not JSON.

    >>> from changetrack import diff_fields
    >>> apply_fields(diff_fields({"price": 19}, {"price": 24, "new": None}), {"price": 19})
    {'price': 24, 'new': None}
    """
    return _apply_all(changes, previous)


def revert_fields(changes: Iterable[FieldChange], current: JsonValue) -> JsonValue:
    """Return the previous value that the changes came from; the inverse of `apply_fields`.

    The result equals the previous value as typed JSON; keys that were removed come back at the end.

    Raises:
        ChangeDoesNotApply: the current value is not what a change expects.
        InvalidJson: a value is not JSON.

    >>> from changetrack import diff_fields
    >>> revert_fields(diff_fields([1, 2, 3], [1]), [1])
    [1, 2, 3]
    """
    return _apply_all(map(_invert, changes), current)


_INVERSE: dict[FieldOp, FieldOp] = {"add": "remove", "remove": "add", "replace": "replace"}


def _invert(change: FieldChange) -> FieldChange:
    return replace(change, op=_INVERSE[change.op], previous=change.current, current=change.previous)


# What is left where a list item was removed, so that positions hold until the end: a list of our
# own, told from an empty one by identity.
_GONE: list[JsonValue] = []

_Container: TypeAlias = "dict[str, JsonValue] | list[JsonValue]"
# The lists that lost items, by identity, each with the path of its first removal.
_Trimmed: TypeAlias = "dict[int, tuple[list[JsonValue], FieldPath]]"


def _apply_all(changes: Iterable[FieldChange], value: JsonValue) -> JsonValue:
    # The root stands in a list, so that it can be replaced like everything else.
    root: list[JsonValue] = [copy_json(value)]
    trimmed: _Trimmed = {}
    for change in changes:
        container, key = _find_container(root, change.path)
        if change.op == "add":
            _add(container, key, change)
            continue
        _expect(container, key, change)
        if change.op == "replace":
            container[key] = copy_json(change.current)  # type: ignore[index]
        else:
            _remove(container, key, change.path, trimmed)
    for items, path in trimmed.values():
        _trim(items, path)
    return root[0]


def _find_container(root: list[JsonValue], path: FieldPath) -> tuple[_Container, PathSegment]:
    """Return the container that holds the place, and its key there."""
    container: _Container = root
    key: PathSegment = 0
    for segment in path:
        child = _get(container, key)
        if child is _GONE or not isinstance(child, (dict, list)):
            raise ChangeDoesNotApply(format_path(path), "there is no such place")
        container, key = child, segment
    return container, key


def _get(container: _Container, key: PathSegment) -> JsonValue:
    """Return what stands at a place, `_GONE` when nothing does."""
    if isinstance(container, dict):
        return container.get(key, _GONE) if isinstance(key, str) else _GONE
    return container[key] if isinstance(key, int) and 0 <= key < len(container) else _GONE


def _add(container: _Container, key: PathSegment, change: FieldChange) -> None:
    if _get(container, key) is not _GONE:
        raise ChangeDoesNotApply(format_path(change.path), "it is already there")
    if isinstance(container, dict) and isinstance(key, str):
        container[key] = copy_json(change.current)
    elif isinstance(container, list) and key == len(container):
        container.append(copy_json(change.current))
    else:
        raise ChangeDoesNotApply(format_path(change.path), "there is no such place")


def _expect(container: _Container, key: PathSegment, change: FieldChange) -> None:
    found = _get(container, key)
    if found is _GONE:
        raise ChangeDoesNotApply(format_path(change.path), "it is not there")
    if not same_json(found, change.previous):
        raise ChangeDoesNotApply(format_path(change.path), "it has another value")


def _remove(container: _Container, key: PathSegment, path: FieldPath, trimmed: _Trimmed) -> None:
    if not path:
        raise ChangeDoesNotApply(format_path(path), "the whole value cannot be removed")
    if isinstance(container, list):
        container[int(key)] = _GONE
        trimmed.setdefault(id(container), (container, path))
    else:
        del container[str(key)]


def _trim(items: list[JsonValue], path: FieldPath) -> None:
    """Drop removed items, which must be the last ones: a gap would shift the items behind it."""
    kept = len(items)
    while kept and items[kept - 1] is _GONE:
        kept -= 1
    if any(item is _GONE for item in items[:kept]):
        raise ChangeDoesNotApply(format_path(path), "only the last items of a list can be removed")
    del items[kept:]
