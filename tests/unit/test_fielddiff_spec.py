"""The rows about JSON fields: fields, paths, projection."""

from __future__ import annotations

import pytest

from changetrack._fielddiff import (
    FieldDiff,
    apply_fields,
    diff_fields,
    format_path,
    parse_path,
    revert_fields,
)
from changetrack._models import FieldChange, Limits
from changetrack._schema import check_schema, project_fields, validate_fields
from changetrack.errors import InvalidPath, InvalidSchema
from tests.spec.rows import Row, is_same, load_cases


def _expect(row: Row) -> FieldDiff:
    return FieldDiff(
        changes=tuple(
            FieldChange(**{**change, "path": parse_path(change["path"])})
            for change in row["changes"]
        )
    )


@pytest.mark.parametrize("row", load_cases("fields"))
def test_fields(row: Row) -> None:
    """Diff, compare, apply, compare, revert, compare; then diff again, and nothing is left."""
    previous, current = row["previous"], row["current"]
    diff = diff_fields(previous, current)
    assert diff == _expect(row)
    assert [(path, *entry.values()) for path, entry in diff.map.items()] == [
        (change["path"], change["previous"], change["current"]) for change in row["changes"]
    ]
    applied = apply_fields(diff, previous)
    assert is_same(applied, current)
    assert is_same(revert_fields(diff, current), previous)
    assert diff_fields(applied, current) == FieldDiff()


@pytest.mark.parametrize("row", load_cases("paths"))
def test_paths(row: Row) -> None:
    """The text reads as the segments and they print as it, or the error names the character."""
    if "position" in row:
        with pytest.raises(InvalidPath) as caught:
            parse_path(row["text"])
        assert (caught.value.text, caught.value.position) == (row["text"], row["position"])
        return
    path = tuple(row["segments"])
    assert parse_path(row["text"]) == path
    assert (format_path(path) == row["text"]) is not row.get("readOnly", False)


@pytest.mark.parametrize("row", load_cases("projection"))
def test_projection(row: Row) -> None:
    """What the schema declares is kept, once and for all; what is wrong with the value is said."""
    if "refused" in row:
        with pytest.raises(InvalidSchema) as caught:
            check_schema(row["schema"], Limits())
        assert caught.value.path == row["refused"]
        return
    schema = check_schema(row["schema"], Limits())
    projected = project_fields(row["value"], schema)
    assert is_same(projected, row["projected"])
    assert is_same(project_fields(projected, schema), projected)
    assert list(validate_fields(row["value"], schema)) == row.get("warnings", [])
