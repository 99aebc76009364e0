"""The rows about aligned lists and differences that do not count."""

from __future__ import annotations

import pytest

from changetrack._fielddiff import (
    apply_fields,
    diff_fields,
    format_key_path,
    format_path,
    revert_fields,
)
from changetrack._models import FieldChange
from tests.spec.rows import Row, is_same, load_cases


def _spell(change: FieldChange) -> Row:
    row: Row = {"op": change.op, "path": format_path(change.path)}
    if change.origin is not None:
        row["origin"] = format_path(change.origin)
    if change.key_path is not None:
        row["keyPath"] = format_key_path(change.key_path)
    if change.op in ("replace", "remove"):
        row["previous"] = change.previous
    if change.op in ("replace", "add"):
        row["current"] = change.current
    return row


@pytest.mark.parametrize("row", load_cases("list-keys"))
def test_list_keys(row: Row) -> None:
    """Diff, compare; the map has all but the moves; apply, compare, revert, compare."""
    previous, current = row["previous"], row["current"]
    diff = diff_fields(
        previous,
        current,
        list_keys=row.get("listKeys"),
        order=row.get("order", "keep"),
        tolerance=row.get("tolerance"),
    )
    assert is_same([_spell(change) for change in diff], row["changes"])
    suppressed = [
        {
            "path": each.path,
            "reason": each.reason,
            "previous": each.previous,
            "current": each.current,
        }
        for each in diff.suppressed
    ]
    assert is_same(suppressed, row.get("suppressed", []))
    assert bool(diff) is bool(row["changes"])
    assert list(diff.map) == [
        change.get("keyPath", change["path"]) for change in row["changes"] if change["op"] != "move"
    ]
    if "tolerance" not in row:
        assert is_same(apply_fields(diff, previous), current)
        assert is_same(revert_fields(diff, current), previous)
