"""patching: changes that do not fit, and what is guaranteed about order."""

from __future__ import annotations

from typing import cast

import pytest

from changetrack._fielddiff import apply_fields, diff_fields, revert_fields
from changetrack._models import FieldChange, FieldOp, FieldPath, JsonValue
from changetrack.errors import ChangeDoesNotApply


def _change(
    op: FieldOp, path: FieldPath, previous: JsonValue = None, current: JsonValue = None
) -> FieldChange:
    return FieldChange(op=op, path=path, previous=previous, current=current)


@pytest.mark.parametrize(
    ("value", "change", "where", "problem"),
    [
        ({"a": 1}, _change("replace", ("a",), 2, 3), "a", "it has another value"),
        ({"a": [1]}, _change("replace", ("a",), [True], 3), "a", "it has another value"),
        ({"a": 1}, _change("remove", ("a",), 1.0), "a", "it has another value"),
        ({}, _change("replace", ("a",), None, 3), "a", "it is not there"),
        ({}, _change("remove", ("a",)), "a", "it is not there"),
        ([1], _change("remove", (1,), 1), "[1]", "it is not there"),
        ([1], _change("remove", (-1,), 1), "[-1]", "it is not there"),
        ([1], _change("replace", ("0",), 1, 2), "0", "it is not there"),
        ({"0": 1}, _change("replace", (0,), 1, 2), "[0]", "it is not there"),
        ({"a": None}, _change("add", ("a",), None, 1), "a", "it is already there"),
        ([1], _change("add", (2,), None, 1), "[2]", "there is no such place"),
        ([1], _change("add", ("a",), None, 1), "a", "there is no such place"),
        ({}, _change("add", (0,), None, 1), "[0]", "there is no such place"),
        ({}, _change("add", ("a", "b"), None, 1), "a.b", "there is no such place"),
        ({"a": 1}, _change("add", ("a", "b"), None, 1), "a.b", "there is no such place"),
        ({"a": 1}, _change("replace", (), {"a": 2}, 3), "$", "it has another value"),
        (1, _change("remove", (), 1), "$", "the whole value cannot be removed"),
        (1, _change("add", (), None, 1), "$", "it is already there"),
        ([1], _change("move", (1,)), "[1]", "there is no such place"),
        ({"a": 1}, _change("move", ("a",)), "a", "there is no such place"),
        (1, _change("move", ()), "$", "the whole value cannot be moved"),
    ],
)
def test_a_change_that_does_not_fit_says_where_and_why(
    value: JsonValue, change: FieldChange, where: str, problem: str
) -> None:
    """It lands on the value that it was made from or not at all."""
    with pytest.raises(ChangeDoesNotApply) as caught:
        apply_fields([change], value)
    assert caught.value == ChangeDoesNotApply(where, problem)


def test_a_place_that_is_gone_cannot_be_changed() -> None:
    """Not the item that was removed before, nor what was in it."""
    gone = _change("remove", (0,), [1])
    for after in (gone, _change("replace", (0,), [], 1), _change("replace", (0, 0), 1, 2)):
        with pytest.raises(ChangeDoesNotApply):
            apply_fields([gone, after], [[1]])


@pytest.mark.parametrize(
    ("changes", "where", "problem"),
    [
        (
            [FieldChange(op="move", origin=("a", 0), path=("b", 0))],
            "b[0]",
            "there is no such place",
        ),
        ([_change("replace", ("a",), [1], 2)] * 2, "a", "another change is about the same place"),
        (
            [_change("replace", ("a",), [1], 2), _change("add", ("a", 0), None, 2)],
            "a[0]",
            "another change is about the same place",
        ),
        (
            [_change("add", ("a", 0), None, 2), _change("replace", ("a",), [1], 2)],
            "a",
            "another change is about the same place",
        ),
    ],
)
def test_changes_that_do_not_go_together_are_refused(
    changes: list[FieldChange], where: str, problem: str
) -> None:
    """Items move in their own list, and no place is changed twice."""
    with pytest.raises(ChangeDoesNotApply) as caught:
        apply_fields(changes, {"a": [1], "b": [2]})
    assert caught.value == ChangeDoesNotApply(where, problem)


def test_items_come_and_go_anywhere_in_a_list() -> None:
    """A removal names a previous place, an addition a current one; the rest keeps its order."""
    changes = [
        _change("remove", (0,), "a"),
        _change("add", (1,), None, "x"),
        FieldChange(op="move", origin=(3,), path=(0,)),
        _change("replace", (2,), "b", "B"),
    ]
    applied = apply_fields(changes, ["a", "b", "c", "d"])
    assert applied == ["d", "x", "B", "c"]
    assert revert_fields(changes, applied) == ["a", "b", "c", "d"]


def test_a_failed_change_leaves_the_value_as_it_was() -> None:
    """The changes are tried on a copy."""
    value: JsonValue = {"a": 1, "b": 1}
    with pytest.raises(ChangeDoesNotApply):
        apply_fields([_change("replace", ("a",), 1, 2), _change("replace", ("b",), 2, 1)], value)
    assert value == {"a": 1, "b": 1}


def test_removals_from_a_list_may_come_in_any_order() -> None:
    """Positions are those of the previous value until the end."""
    changes = list(diff_fields({"a": [1, 2, 3]}, {"a": [1]}))
    for order in (changes, changes[::-1]):
        assert apply_fields(order, {"a": [1, 2, 3]}) == {"a": [1]}


def test_an_iterator_of_changes_is_enough() -> None:
    """Some of the changes are a diff too."""
    diff = diff_fields({"a": 1, "b": 1}, {"a": 2, "b": 2})
    assert apply_fields(iter(diff.changes[1:]), {"a": 1, "b": 1}) == {"a": 1, "b": 2}


def test_keys_keep_the_order_of_the_side_that_is_patched() -> None:
    """What is added follows in the order of the other side."""
    previous: JsonValue = {"c": 1, "b": 1, "a": 1}
    current: JsonValue = {"y": 1, "a": 2, "x": 1, "c": 1}
    diff = diff_fields(previous, current)
    applied, reverted = apply_fields(diff, previous), revert_fields(diff, current)
    assert (list(cast("dict[str, int]", applied)), list(cast("dict[str, int]", reverted))) == (
        ["c", "a", "y", "x"],
        ["a", "c", "b"],
    )


def test_many_changes_cost_one_copy() -> None:
    """100,000 fields of one object, and as many items of one list."""
    previous: JsonValue = {"o": {str(at): at for at in range(100_000)}, "l": list(range(100_000))}
    diff = diff_fields(previous, {"o": {}, "l": []})
    assert len(diff) == 200_000
    assert apply_fields(diff, previous) == {"o": {}, "l": []}
    assert revert_fields(diff, {"o": {}, "l": []}) == previous
