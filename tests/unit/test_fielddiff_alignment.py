"""keyed, pairing, similarity: aligned lists beyond the rows of the specification."""

from __future__ import annotations

import subprocess
import sys

import pytest

from changetrack._fielddiff import apply_fields, diff_fields, revert_fields
from changetrack._fielddiff.keys import infer_key
from changetrack._models import FieldChange, ItemKey, JsonValue, Limits
from changetrack.errors import ChangeDoesNotApply


def _list_items(count: int) -> list[JsonValue]:
    return [{"id": at, "name": f"Item {at}", "price": at * 1.5} for at in range(count)]


def test_a25_an_item_inserted_at_the_head_is_one_addition() -> None:
    """A list of 100 items: one change, not one for each field of each of them."""
    items = _list_items(100)
    (change,) = diff_fields(items, [{"id": -1}, *items], list_keys="infer")
    assert change == FieldChange(
        op="add", path=(0,), current={"id": -1}, key_path=(ItemKey(("id",), (-1,)),)
    )
    assert len(diff_fields(items, [{"id": -1}, *items])) == 301


def test_a_shuffled_list_is_a_list_of_moves() -> None:
    """And nothing at all where the order does not count."""
    items = _list_items(400)
    shuffled = [items[at * 171 % 400] for at in range(400)]
    diff = diff_fields(items, shuffled, list_keys={"$": "id"})
    assert {change.op for change in diff} == {"move"}
    assert (diff.map, diff.truncated, bool(diff)) == ({}, False, True)
    ignored = diff_fields(items, shuffled, order="ignore")
    assert (bool(ignored), len(ignored.suppressed)) == (False, len(diff))


def test_moves_do_not_use_up_the_limit_of_the_map() -> None:
    """What the map holds is counted, not what it leaves out."""
    previous: JsonValue = [{"id": at, "v": 0} for at in range(9)]
    current: JsonValue = [{"id": at, "v": at % 2} for at in reversed(range(9))]
    limits = Limits(field_entries=4)
    diff = diff_fields(previous, current, list_keys="infer", limits=limits)
    assert (len(diff), len(diff.map), diff.truncated) == (12, 4, False)
    diff = diff_fields(previous, current, list_keys="infer", limits=Limits(field_entries=3))
    assert (len(diff.map), diff.truncated) == (3, True)


def test_too_many_items_without_a_key_are_compared_by_position() -> None:
    """Above 200 × 200 that are no twins; the diff says of which list."""
    previous: JsonValue = {"rows": [{"a": at, "b": at} for at in range(201)]}
    current: JsonValue = {"rows": [{"a": at + 1_000, "b": at} for at in range(201)]}
    diff = diff_fields(previous, current, list_keys={"rows": "id"})
    assert (len(diff), diff.lists_by_position) == (201, ("rows",))
    assert diff.changes[5].path == ("rows", 5, "a")
    assert apply_fields(diff, previous) == current


def test_all_lists_of_a_diff_share_one_budget() -> None:
    """Two lists of 150 have 45,000 pairs: the second is compared by position."""
    rows: JsonValue = [{"a": at, "b": at} for at in range(150)]
    other: JsonValue = [{"a": at, "b": -at} for at in range(1, 151)]
    keyless = {"x": "no", "y": "no"}
    diff = diff_fields({"x": rows, "y": rows}, {"x": other, "y": other}, list_keys=keyless)
    assert diff.lists_by_position == ("y",)


def test_what_is_most_alike_is_paired() -> None:
    """Each with the one it shares most with, by DeepDiff where several could be."""
    previous: JsonValue = [
        {"kind": "a", "at": 1, "by": "x", "tags": ["p", "q"], "n": 1},
        {"kind": "a", "at": 1, "by": "x", "tags": ["p", "r"], "n": 2},
        {"kind": "a", "at": 1, "by": "x", "tags": ["s", "t"], "n": 3},
    ]
    current: JsonValue = [
        {"kind": "a", "at": 1, "by": "x", "tags": ["t", "s"], "n": 9},
        {"kind": "a", "at": 1, "by": "x", "tags": ["p", "q"], "n": 9},
        {"kind": "a", "at": 1, "by": "x", "tags": ["p", "r"], "n": 9},
    ]
    diff = diff_fields(previous, current, list_keys={"$": "id"})
    moves = [(change.origin, change.path) for change in diff if change.op == "move"]
    assert moves == [((2,), (0,))]
    assert apply_fields(diff, previous) == current


def test_equal_items_are_found_again_whatever_the_order_of_lists_in_them() -> None:
    """At every level, where the order does not count."""
    previous: JsonValue = [{"tags": [["a", 1], ["b", 2]]}, {"tags": [["a", 1], ["b"]]}]
    current: JsonValue = [{"tags": [["b"], [1, "a"]]}, {"tags": [[2, "b"], ["a", 1]]}]
    diff = diff_fields(previous, current, order="ignore")
    assert (bool(diff), bool(diff.suppressed)) == (False, True)
    assert apply_fields(diff, previous) == current


@pytest.mark.parametrize(
    "leaf",
    ["x\n" * 5_000, "é" * 100_000, 10**400, -(2**70), 1e308, -0.0, {"__class__": 1}, [[[[[]]]]]],
)
def test_odd_values_are_alike_or_not_and_no_crash(leaf: JsonValue) -> None:
    """DeepDiff sees sketches of them; private names count (DeepDiff skips them by default)."""
    previous: JsonValue = [{"__x": at, "leaf": leaf, "a": 1, "b": 2} for at in range(4)]
    current: JsonValue = [{"__x": at + 2, "leaf": leaf, "a": 1, "b": at} for at in range(4)]
    diff = diff_fields(previous, current, list_keys={"$": "id"})
    assert diff
    assert apply_fields(diff, previous) == current
    assert revert_fields(diff, current) == previous


def test_items_wider_than_deepdiff_can_take_are_compared_by_what_they_share() -> None:
    """Thousands of fields in each, and nothing takes long."""
    previous: JsonValue = [{f"k{at}": row * at % 3 for at in range(2_000)} for row in range(20)]
    current: JsonValue = [{f"k{at}": row * at % 4 for at in range(2_000)} for row in range(20)]
    diff = diff_fields(previous, current, list_keys="infer")
    assert apply_fields(diff, previous) == current


@pytest.mark.parametrize(
    ("previous", "current", "names"),
    [
        ([{"title": 1, "id": 1}], [{"title": 1, "id": 1}], ("id",)),
        # Ten per cent may lack it, or have null; more may not.
        ([{"id": at} for at in range(9)] + [{}], [{"id": 1}], ("id",)),
        ([{"id": at} for at in range(9)] + [{"id": None}] * 2, [{"id": 1}], None),
        ([{"id": 1}, {"id": 1}], [{"id": 1}], None),
        ([{"id": 1}, {"id": "1"}, {"id": True}], [{"id": 1}], None),
        # An identity of which nothing is left still is one; an amount is none.
        ([{"id": 1, "city": "a"}], [{"id": 2, "city": "b"}], ("id",)),
        ([{"price": 1}, {"price": 2}], [{"price": 3}, {"price": 2}], None),
        ([{"no": 1, "city": "a"}, {"no": 2, "city": "b"}], [{"no": 1, "city": "b"}], ("city",)),
        ([], [{"x": 1}, {"x": 2}], ("x",)),
        (["a"], ["b"], None),
        ([{"on": True}, {"on": False}], [{"on": False}, {"on": True}], None),
    ],
)
def test_a_key_is_inferred_where_one_is_clear(
    previous: list[JsonValue], current: list[JsonValue], names: tuple[str, ...] | None
) -> None:
    """Unique and present on both sides; of several the likeliest."""
    assert infer_key(previous, current) == names


def test_deepdiff_is_loaded_only_where_it_decides() -> None:
    """Neither keys nor twins need it, nor one candidate alone."""
    script = (
        "import sys; from changetrack import diff_fields;"
        "diff_fields([{'a': 1, 'b': 2}, {'a': 3}], [{'a': 3}, {'a': 1, 'b': 3}], order='ignore');"
        "print('deepdiff' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert ran.stdout == "False\n"


def test_a_move_takes_only_the_item_that_was_meant() -> None:
    """Another one at its place is not moved, forward or back."""
    diff = diff_fields([{"id": 1}, {"id": 2}], [{"id": 2}, {"id": 1}], list_keys="infer")
    for patch, value in ((apply_fields, [{"id": 1}, {"id": 3}]), (revert_fields, [{}, {}])):
        with pytest.raises(ChangeDoesNotApply) as caught:
            patch(diff, value)  # type: ignore[arg-type]
        assert caught.value.problem == "another item stands there"


def test_what_a_tolerance_suppressed_stays_as_it_was() -> None:
    """Both ways."""
    previous: JsonValue = {"a": 1.0, "b": 1}
    current: JsonValue = {"a": 1.1, "b": 2}
    diff = diff_fields(previous, current, tolerance={"a": {"percent": 10}})
    assert apply_fields(diff, previous) == {"a": 1.0, "b": 2}
    assert revert_fields(diff, current) == {"a": 1.1, "b": 1}
