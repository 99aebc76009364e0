"""The values of the JSON that came, went or became others, also inside of those that did."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.paths import format_key_path
from changetrack._hashing import same_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._fielddiff import FieldDiff
    from changetrack._models import (
        FieldChange,
        FieldOp,
        FieldPath,
        ItemKey,
        JsonValue,
        KeyPath,
        PathSegment,
    )

# Values inside of an added or removed one are looked at down to this depth: as deep as patterns go.
_MAX_DEPTH = 64


class Node(NamedTuple):
    """A value and its place; `previous` and `current` as in a field change."""

    op: FieldOp
    path: FieldPath
    key_path: KeyPath | None
    previous: JsonValue = None
    current: JsonValue = None

    @property
    def keys(self) -> KeyPath:
        """The place by the keys of items, where they have any."""
        return self.path if self.key_path is None else self.key_path

    @property
    def spelled(self) -> str:
        """The place as text."""
        return format_key_path(self.keys)


def list_nodes(diff: FieldDiff) -> Iterator[Node]:
    """Yield each change, and after it what came or went with it, from the outside in."""
    for change in diff:
        yield Node(change.op, change.path, change.key_path, change.previous, change.current)
        if change.op in ("remove", "replace"):
            yield from _walk("remove", change, change.previous)
        if change.op in ("add", "replace"):
            yield from _walk("add", change, change.current)


def _walk(op: FieldOp, change: FieldChange, root: JsonValue) -> Iterator[Node]:
    """Yield what is inside of a value, which came or went with it."""
    pending = [(change.path, change.key_path, root)]
    while pending:
        path, keys, value = pending.pop()
        if path != change.path:
            sides = (value, None) if op == "remove" else (None, value)
            yield Node(op, path, keys, *sides)
        if len(path) - len(change.path) < _MAX_DEPTH:
            for segment, child in _list_children(value):
                below = None if keys is None else (*keys, segment)
                pending.append(((*path, segment), below, child))


def _list_children(value: JsonValue) -> Iterator[tuple[PathSegment, JsonValue]]:
    """Yield the values in a container, the last one first."""
    if isinstance(value, dict):
        yield from reversed(value.items())
    elif isinstance(value, list):
        yield from zip(reversed(range(len(value))), reversed(value), strict=True)


def find_place(value: JsonValue, path: KeyPath) -> tuple[JsonValue] | None:
    """Return what stands at a place of a value, in a tuple; None where nothing does.

    >>> find_place({"a": [1, None]}, ("a", 1)), find_place({"a": [1, None]}, ("a", 2))
    ((None,), None)
    """
    found: tuple[JsonValue] | None = (value,)
    for segment in path:
        if found is None:
            return None
        found = _find_child(found[0], segment)
    return found


def _find_child(value: JsonValue, segment: PathSegment | ItemKey) -> tuple[JsonValue] | None:
    if isinstance(value, dict):
        return (value[segment],) if isinstance(segment, str) and segment in value else None
    if not isinstance(value, list) or isinstance(segment, str):
        return None
    if isinstance(segment, int):
        return (value[segment],) if segment < len(value) else None
    return _find_item(value, segment)


def _find_item(items: list[JsonValue], key: ItemKey) -> tuple[JsonValue] | None:
    # An item that had no key is named by a position, which says nothing of now.
    wanted = list(key.values) if key.names else None
    for item in items:
        if isinstance(item, dict):
            values = [item[name] for name in key.names if name in item]
            if same_json(values, wanted):
                return (item,)
    return None
