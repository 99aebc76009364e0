"""The rows about what is said of a field change: by how much, and as which patch."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from changetrack._fielddiff import (
    FieldDiff,
    describe_fields,
    diff_fields,
    write_json_patch,
    write_merge_patch,
)
from changetrack.errors import MergePatchRefused
from tests.spec.rows import Row, is_same, load_rows

ROWS = load_rows("fields-rich")


def _cases(key: str) -> list[object]:
    return [pytest.param(row, id=row["name"]) for row in ROWS if key in row]


@pytest.mark.parametrize("row", _cases("delta"))
def test_deltas(row: Row) -> None:
    """What two values differ by is known exactly, or nothing is said."""
    (field,) = describe_fields(diff_fields({"a": row["previous"]}, {"a": row["current"]}))
    delta = field.delta and asdict(field.delta)
    known = delta and {key: value for key, value in delta.items() if value is not None}
    assert is_same(known, row["delta"]), known


def _diff(row: Row) -> FieldDiff:
    keys, order = row.get("listKeys"), row.get("order", "keep")
    return diff_fields(row["previous"], row["current"], list_keys=keys, order=order)


@pytest.mark.parametrize("row", _cases("jsonPatch"))
def test_json_patches(row: Row) -> None:
    """Each operation names the place where things are when its turn comes."""
    patch = write_json_patch(_diff(row), tests=row.get("tests", False))
    assert is_same(patch, row["jsonPatch"]), patch


@pytest.mark.parametrize("row", _cases("mergePatch"))
def test_merge_patches(row: Row) -> None:
    """Lists are replaced whole, keys one by one."""
    assert is_same(write_merge_patch(_diff(row)), row["mergePatch"])


@pytest.mark.parametrize("row", _cases("mergeRefused"))
def test_merge_patches_that_cannot_be(row: Row) -> None:
    """The error names the null that a merge patch cannot set."""
    with pytest.raises(MergePatchRefused) as caught:
        write_merge_patch(_diff(row))
    assert caught.value == MergePatchRefused(row["mergeRefused"])
