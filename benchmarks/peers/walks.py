"""JSON comparers that are not ours: DeepDiff, and the walk that everyone writes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.values import Json

_MISSING = object()


def deep_diff(previous: Json, current: Json) -> object:
    """Return what DeepDiff says, as a plain dict, with its defaults."""
    from deepdiff import DeepDiff

    return DeepDiff(previous, current).to_dict()


def deep_diff_by_key(previous: Json, current: Json) -> object:
    """Return what DeepDiff says of two lists of records, grouped by their `id`."""
    from deepdiff import DeepDiff

    return DeepDiff(previous, current, group_by="id").to_dict()


def deep_diff_unordered(previous: Json, current: Json) -> object:
    """Return what DeepDiff says where the order of items does not count."""
    from deepdiff import DeepDiff

    return DeepDiff(previous, current, ignore_order=True).to_dict()


def keyed_walk(previous: Json, current: Json) -> dict[str, dict[str, Json]]:
    """Return a path map of two lists of records: by their `id` into dictionaries, then a walk."""
    return naive_walk(_by_id(previous), _by_id(current))


def _by_id(records: Json) -> Json:
    rows = records if isinstance(records, list) else []
    return {str(row["id"]): row for row in rows if isinstance(row, dict)}


def naive_walk(previous: Json, current: Json) -> dict[str, dict[str, Json]]:
    """Return a path map by visiting every node, as a JSON Patch maker does."""
    found: dict[str, dict[str, Json]] = {}
    _walk("", previous, current, found)
    return found


def _walk(path: str, previous: object, current: object, found: dict[str, dict[str, Json]]) -> None:
    if isinstance(previous, dict) and isinstance(current, dict):
        for key in [*previous, *(key for key in current if key not in previous)]:
            where = f"{path}.{key}" if path else key
            _walk(where, previous.get(key, _MISSING), current.get(key, _MISSING), found)
    elif isinstance(previous, list) and isinstance(current, list):
        for at in range(max(len(previous), len(current))):
            old = previous[at] if at < len(previous) else _MISSING
            new = current[at] if at < len(current) else _MISSING
            _walk(f"{path}[{at}]", old, new, found)
    elif type(previous) is not type(current) or previous != current:
        found[path or "$"] = {
            "previous": None if previous is _MISSING else previous,  # type: ignore[dict-item]
            "current": None if current is _MISSING else current,  # type: ignore[dict-item]
        }
