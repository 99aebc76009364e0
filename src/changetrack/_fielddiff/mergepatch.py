"""Field changes as a merge patch (RFC 7386), where one can express them.

A merge patch knows no null, which removes there, and no places in lists, which it replaces whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from changetrack._fielddiff.paths import format_path
from changetrack.errors import MergePatchRefused

if TYPE_CHECKING:
    from changetrack._fielddiff.compare import FieldDiff
    from changetrack._models import FieldChange, FieldPath, JsonObject, JsonValue


def write_merge_patch(diff: FieldDiff) -> JsonValue:
    """Return the merge patch that leads from the previous value to the current one.

    A list in which anything changed is replaced whole, and so is a value that is no object. Where
    the order does not count and something else does, lists in another order are replaced too, as
    `write_json_patch` puts them in order. Values are the diff's own: copy them before changing
    them.

    Raises:
        MergePatchRefused: a null appears in an object; the error names the place.

    >>> from changetrack import diff_fields
    >>> write_merge_patch(diff_fields({"a": 1, "b": [1, 2]}, {"b": [1]}))
    {'a': None, 'b': [1]}
    """
    current = diff.current
    if not isinstance(current, dict):
        # Even where nothing changed: an object as the patch would make an object of anything.
        return current
    patch: JsonObject = {}
    for change in (*diff.changes, *diff.list_uncounted_moves()):
        if not change.path:
            _refuse_null(current, ())
            return current
        path, value = _find_replacement(change, current)
        _put(patch, path, value)
    return patch


def _find_replacement(change: FieldChange, current: JsonObject) -> tuple[FieldPath, JsonValue]:
    """Return what a change comes to by keys alone: the list around it, if there is one."""
    value: JsonValue = current
    for depth, segment in enumerate(change.path):
        if isinstance(segment, int):
            return change.path[:depth], value
        # The last key is not there when it was removed.
        value = value.get(segment) if isinstance(value, dict) else None
    if change.op != "remove":
        _refuse_null(change.current, change.path)
    return change.path, None if change.op == "remove" else change.current


def _put(patch: JsonObject, path: FieldPath, value: JsonValue) -> None:
    for segment in path[:-1]:
        child = patch.setdefault(str(segment), {})
        if isinstance(child, dict):
            patch = child
    patch[str(path[-1])] = value


# How a search came to a value: paths are built for errors only, or a deep chain would be quadratic.
_Trail: TypeAlias = "tuple[_Trail, str] | None"


def _refuse_null(value: JsonValue, path: FieldPath) -> None:
    """Refuse a null that stands in objects alone; in a list it is a value like others."""
    pending: list[tuple[JsonValue, _Trail]] = [(value, None)]
    while pending:
        found, trail = pending.pop()
        if found is None:
            raise MergePatchRefused(format_path((*path, *_unwind(trail))))
        if isinstance(found, dict):
            pending += [(child, (trail, key)) for key, child in reversed(found.items())]


def _unwind(trail: _Trail) -> list[str]:
    keys = []
    while trail is not None:
        trail, key = trail
        keys.append(key)
    return keys[::-1]
