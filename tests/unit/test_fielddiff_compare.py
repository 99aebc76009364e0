"""compare: the field diff as a value, and its limits."""

from __future__ import annotations

import math
from typing import cast

import pytest

from changetrack._fielddiff import FieldDiff, compare_fields, diff_fields
from changetrack._models import FieldChange, JsonValue, Limits
from changetrack.errors import InvalidJson


def test_a_diff_counts_lists_and_tests_its_changes() -> None:
    """It is a collection of its changes, false when there is none."""
    diff = diff_fields({"a": 1, "b": 2}, {"a": 2})
    assert list(diff) == [
        FieldChange(op="replace", path=("a",), previous=1, current=2),
        FieldChange(op="remove", path=("b",), previous=2),
    ]
    assert (len(diff), bool(diff), bool(FieldDiff())) == (2, True, False)


def test_the_map_is_plain_and_made_once() -> None:
    """It goes into JSON as it is; null stands for what was not there."""
    diff = diff_fields({"a": [1, 2]}, {"a": [1], "b": None})
    assert diff.map == {
        "a[1]": {"previous": 2, "current": None},
        "b": {"previous": None, "current": None},
    }
    assert diff.map is diff.map


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        (2**64, float(2**64)),
        ([1], [True]),
        ({"a": 0}, {"a": -0.0}),
    ],
)
def test_diffs_are_equal_as_typed_json(one: JsonValue, other: JsonValue) -> None:
    """Values that Python takes for equal make different diffs."""
    diffs = [diff_fields({"x": None}, {"x": value}) for value in (one, other)]
    assert diffs[0] != diffs[1]
    assert diffs[0] == diff_fields({"x": None}, {"x": one})


def test_diffs_with_other_limits_are_different() -> None:
    """They have different maps."""
    assert diff_fields(1, 2) != diff_fields(1, 2, limits=Limits(field_entries=1))
    assert diff_fields(1, 2) != "a diff"


def test_a25_an_item_inserted_at_the_head_is_cut_in_the_map_only() -> None:
    """A list of 100,000 items pairs by position: the changes are all there, the map has 5,000."""
    items: list[JsonValue] = list(range(100_000))
    diff = diff_fields(items, [-1, *items])
    assert (len(diff), len(diff.map), diff.truncated) == (100_001, 5_000, True)
    assert diff.changes[-1] == FieldChange(op="add", path=(100_000,), current=99_999)


def test_long_keys_do_not_multiply_in_the_map() -> None:
    """One key of 10,000 characters over 1,000 fields: the paths stop at the limit."""
    key = "k" * 10_000
    previous: JsonValue = {key: {str(number): 0 for number in range(1_000)}}
    current: JsonValue = {key: {str(number): 1 for number in range(1_000)}}
    diff = diff_fields(previous, current)
    assert (len(diff), len(diff.map), diff.truncated) == (1_000, 399, True)


def test_what_is_not_json_is_refused_with_its_place() -> None:
    """NaN would be equal to nothing, not even to itself."""
    with pytest.raises(InvalidJson) as caught:
        diff_fields({}, {"a": [math.nan]})
    assert caught.value.path == "a[0]"


def test_tuples_are_read_as_lists() -> None:
    """They are what JSON makes of them."""
    assert not diff_fields(cast("JsonValue", {"a": (1, 2)}), {"a": [1, 2]})


def test_comparing_plain_values_shares_them() -> None:
    """Inside the library nothing is copied twice."""
    part: JsonValue = [1, 2]
    (change,) = compare_fields({"a": part}, {}, Limits())
    assert change.previous is part


@pytest.mark.parametrize("size", [1, 10, 1_000])
def test_equal_parts_are_not_walked(size: int) -> None:
    """The lookalikes of Python's equality are still found in them."""
    rows: list[JsonValue] = [{"id": number, "ok": True} for number in range(size)]
    other: list[JsonValue] = [{"ok": True, "id": number} for number in range(size)]
    assert not diff_fields(rows, other)
    other[-1] = {"id": size - 1, "ok": 1}
    assert diff_fields(rows, other).map == {f"[{size - 1}].ok": {"previous": True, "current": 1}}
