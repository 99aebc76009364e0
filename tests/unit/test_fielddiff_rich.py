"""Rich fields as whole values, and what bounds them and their patches."""

from __future__ import annotations

from dataclasses import replace

import jsonpatch
import pytest

from changetrack._diffs import Diff
from changetrack._fielddiff import (
    FieldDiff,
    compose_fields,
    describe_fields,
    diff_fields,
    write_json_patch,
    write_merge_patch,
)
from changetrack._fielddiff.models import Delta, RichField
from changetrack._models import JsonValue, Limits
from changetrack.errors import DiffsDoNotMeet

BEFORE: JsonValue = {"plans": [{"name": "Free", "price": 0}, {"name": "Pro", "price": "$20"}]}
AFTER: JsonValue = {
    "plans": [{"name": "Pro", "price": "$15.50"}, {"name": "Free", "price": None}, {"name": "New"}],
    "a/b~c": None,
}


def test_a_field_has_its_place_in_every_form() -> None:
    """Where it is, where it was, by position, by pointer and by key; a null is a value."""
    diff = diff_fields(BEFORE, AFTER, list_keys={"plans": "name"})
    moves = [field for field in describe_fields(diff) if field.op == "move"]
    assert [(move.previous, move.current, move.delta) for move in moves] == [(None, None, None)]
    others = {field.path: field for field in describe_fields(diff) if field.op != "move"}
    assert others == {
        "plans[0].price": RichField(
            op="replace",
            path="plans[0].price",
            pointer="/plans/0/price",
            segments=("plans", 0, "price"),
            key_path='plans[name="Pro"].price',
            origin="plans[1].price",
            previous="$20",
            current="$15.50",
            delta=Delta(
                kind="number",
                previous=20,
                current=15.5,
                absolute=-4.5,
                percent=-22.5,
                currency="$",
            ),
        ),
        "plans[1].price": RichField(
            op="replace",
            path="plans[1].price",
            pointer="/plans/1/price",
            segments=("plans", 1, "price"),
            key_path='plans[name="Free"].price',
            origin="plans[0].price",
            previous=0,
        ),
        "plans[2]": RichField(
            op="add",
            path="plans[2]",
            pointer="/plans/2",
            segments=("plans", 2),
            key_path='plans[name="New"]',
            current={"name": "New"},
        ),
        "a/b~c": RichField(op="add", path="a/b~c", pointer="/a~1b~0c", segments=("a/b~c",)),
    }


def test_fields_are_cut_by_the_length_of_what_names_them_and_by_nothing_else() -> None:
    """A limit on the answer is data, and the answer is its beginning."""
    diff = diff_fields({"a": 1, "b": 2, "long": 3}, {})
    assert [field.path for field in describe_fields(diff)] == ["a", "b", "long"]
    assert describe_fields(replace(diff, limits=Limits(field_entries=2))) == describe_fields(diff)
    # A path and a pointer each: three characters, and nine of the last one.
    for chars, shown in ((5, 1), (6, 2), (14, 2), (15, 3)):
        cut = Diff(None, replace(diff, limits=Limits(field_path_chars=chars)))
        assert [field.path for field in cut.fields] == ["a", "b", "long"][:shown]
        assert (cut.field_count, cut.fields_truncated) == (3, shown < 3)


def test_paths_by_keys_and_origins_count_as_well() -> None:
    """What is named four times is written four times."""
    previous: JsonValue = [{"id": 1, "n": 1}]
    current: JsonValue = [{"id": 2}, {"id": 1, "n": 2}]
    diff = diff_fields(previous, current, list_keys={"$": "id"})
    first, second = describe_fields(diff)
    names = (second.path, second.pointer, second.key_path or "", second.origin or "")
    assert names == ("[1].n", "/1/n", "[id=1].n", "[0].n")
    chars = len("".join((first.path, first.pointer, first.key_path or "", *names)))
    for limit, shown in ((chars - 1, 1), (chars, 2)):
        limits = Limits(field_path_chars=limit)
        assert len(describe_fields(replace(diff, limits=limits))) == shown


def test_of_very_many_texts_the_first_are_read_and_all_are_there() -> None:
    """A number is subtracted wherever it stands."""
    names = [f"k{number}" for number in range(20_002)]
    previous: JsonValue = {**dict.fromkeys(names, "a"), "price": "$1", "n": 1}
    current: JsonValue = {**dict.fromkeys(names, "b"), "price": "$2", "n": 2}
    fields = describe_fields(diff_fields(previous, current))
    assert len(fields) == 20_004
    price, number = fields[-2:]
    assert price.delta is None
    assert number.delta == Delta(kind="number", previous=1, current=2, absolute=1, percent=100)


def test_pointers_that_would_outgrow_the_value_are_not_written() -> None:
    """One long key over many children is in every pointer: then the whole value is replaced."""
    previous: JsonValue = {"k" * 1_000: dict.fromkeys(map(str, range(50)), 1)}
    current: JsonValue = {"k" * 1_000: dict.fromkeys(map(str, range(50)), 2)}
    diff = diff_fields(previous, current, limits=Limits(field_path_chars=20_000))
    whole = {"op": "replace", "path": "", "value": current}
    assert write_json_patch(diff) == [whole]
    test = {"op": "test", "path": "", "value": previous}
    assert write_json_patch(diff, tests=True) == [test, whole]


@pytest.mark.parametrize("step", [1, -1, 7])
def test_a_patch_of_many_items_is_about_as_long_as_they_are(step: int) -> None:
    """Two thousand removals among ten thousand, or all of them in another order."""
    previous: list[JsonValue] = [{"id": number} for number in range(3_000)]
    current = [previous[number * step % 3_000] for number in range(3_000)]
    current = [item for number, item in enumerate(current) if number % 5]
    patch = write_json_patch(diff_fields(previous, current, list_keys={"$": "id"}))
    assert len(patch) <= 3_000
    assert jsonpatch.JsonPatch(patch).apply(previous) == current


def test_order_that_does_not_count_is_patched_with_what_does() -> None:
    """Places in the current value make sense only in its own order."""
    previous: JsonValue = [{"id": 1, "n": 1}, {"id": 2, "n": 2}]
    moved: JsonValue = [{"id": 2, "n": 2}, {"id": 1, "n": 1}]
    changed: JsonValue = [{"id": 2, "n": 3}, {"id": 1, "n": 1}]
    assert write_json_patch(diff_fields(previous, moved, order="ignore")) == []
    patch = write_json_patch(diff_fields(previous, changed, order="ignore"))
    assert jsonpatch.JsonPatch(patch).apply(previous) == changed


def test_what_is_tolerated_is_not_patched() -> None:
    """A patch holds what counts."""
    diff = diff_fields({"a": 1.0, "b": 1}, {"a": 1.001, "b": 2}, tolerance={"a": {"abs": 0.01}})
    assert write_json_patch(diff) == [{"op": "replace", "path": "/b", "value": 2}]
    assert write_merge_patch(diff) == {"b": 2}


def test_diffs_that_do_not_meet_are_not_composed() -> None:
    """The error names the first place where they differ."""
    first = diff_fields({"a": 1}, {"a": 2, "b": [1]})
    second = diff_fields({"a": 2, "b": [2]}, {})
    with pytest.raises(DiffsDoNotMeet) as caught:
        compose_fields(first, second)
    assert caught.value == DiffsDoNotMeet("b[0]")


def test_a_composed_diff_keeps_the_rules_of_the_first() -> None:
    """Items that were told apart by their keys still are."""
    first = diff_fields([{"id": 1}], [{"id": 2}, {"id": 1}], list_keys={"$": "id"})
    second = diff_fields([{"id": 2}, {"id": 1}], [{"id": 3}, {"id": 1}])
    (change,) = compose_fields(first, second)
    assert (change.op, change.path, change.current) == ("add", (0,), {"id": 3})
    assert compose_fields(first, diff_fields(first.current, first.previous)) == FieldDiff()


@pytest.mark.parametrize(
    ("previous", "current"),
    [
        ("9" * 5_000, "8"),
        ("9" * 50, "8"),
        (10**400, 1),
        ("1 111 " * 30, "1 112 " * 30),
        ("1." * 99, "1,"),
        ("", "5"),
        ("٣" * 60, "٤"),
        ("1e400", "1e-400"),
        ("5" + " " * 5_000, "6"),
        ([1], {"a": 2}),
    ],
    ids=["long", "identifier", "large", "table", "dots", "empty", "arabic", "e", "blanks", "list"],
)
def test_what_is_no_number_is_left_alone(previous: JsonValue, current: JsonValue) -> None:
    """However large it is."""
    fields = describe_fields(diff_fields({"a": previous}, {"a": current}))
    assert [field.delta for field in fields] == [None] * len(fields)


def test_a_difference_that_no_double_holds_is_not_said() -> None:
    """The two numbers are, and so is the percentage."""
    (field,) = describe_fields(diff_fields(1e308, -1e308))
    assert field.delta == Delta(kind="number", previous=1e308, current=-1e308, percent=-200.0)
