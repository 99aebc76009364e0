"""Fields that come back as the wire wrote them: moves that do not count, keys, and long paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from changetrack import JsonObject, JsonValue, Limits, Options, diff_fields, track, wire
from changetrack._diffs import Diff
from changetrack._fielddiff import apply_fields
from changetrack._render import render_budget, summarize
from changetrack.errors import ChangeDoesNotApply
from changetrack.wire.extras import write_diff_extras
from tests.definitions import build_validator, close_objects, list_misfits

if TYPE_CHECKING:
    from changetrack import FieldChange

PREVIOUS: JsonValue = {"l": [{"id": 1, "v": 1}, {"id": 2, "v": 2}]}
CURRENT: JsonValue = {"l": [{"id": 2, "v": 2, "z": 9}, {"id": 1, "v": 1}]}
_KEYS: JsonObject = {"listKeys": {"l": "id"}, "order": "ignore"}
_LONG = "k" * 21_000


def _compare(previous: JsonValue, current: JsonValue, **more: JsonValue) -> JsonObject:
    """Return the diff that the wire writes, which its own schema describes."""
    body: JsonObject = {
        "previous": {"json": previous},
        "current": {"json": current},
        "modes": ["json"],
        "include": ["fields", "stats", "summary"],
    }
    envelope = wire.answer({**body, **more})
    definitions: JsonObject = {"$defs": close_objects(wire.describe_wire())}
    assert list_misfits(build_validator(definitions, "#/$defs/DiffAnswer"), envelope) == []
    return cast("JsonObject", envelope["data"])


def _list_fields(answer: JsonObject) -> list[JsonObject]:
    diff = cast("JsonObject", answer["diff"])
    return cast("list[JsonObject]", diff["fields"])


def _lead(operation: str, body: JsonObject) -> JsonValue:
    envelope = wire.operate(operation, body)
    assert envelope["success"], envelope
    data = cast("JsonObject", envelope["data"])
    return cast("JsonObject", data["snapshot"])["json"]


def test_moves_that_do_not_count_are_sent_with_a_mark_and_count_nowhere() -> None:
    """Without them, the places of the others would be those of other items."""
    answer = _compare(PREVIOUS, CURRENT, **_KEYS)
    added, moved = _list_fields(answer)
    assert "uncounted" not in added
    assert moved == {
        "op": "move",
        "path": "l[0]",
        "pointer": "/l/0",
        "segments": ["l", 0],
        "keyPath": "l[id=2]",
        "origin": "l[1]",
        "uncounted": True,
    }
    assert cast("JsonObject", answer["stats"])["fields"] == 1
    assert answer["summary"] == "l[id=2].z added: 9."
    diff = cast("JsonObject", answer["diff"])
    assert _lead("apply", {"diff": diff, "previous": {"json": PREVIOUS}}) == CURRENT
    assert _lead("revert", {"diff": diff, "current": {"json": CURRENT}}) == PREVIOUS
    body: JsonObject = {"diffs": [diff], "previous": {"json": PREVIOUS}, "modes": ["json"]}
    assert _lead("compose", body) == CURRENT


def test_moves_alone_are_no_fields() -> None:
    """Nothing counts, so nothing is to be done."""
    turned: JsonValue = {"l": [{"id": 2, "v": 2}, {"id": 1, "v": 1}]}
    result = track(
        markdown="b",
        json=turned,
        previous={"markdown": "a", "json": PREVIOUS},
        options=Options(modes=("gitDiff", "json"), include=("fields",), order="ignore"),
    )
    assert result.diff is not None
    assert write_diff_extras(result.diff, Options(include=("fields",)))[0] == {"fields": []}


def test_moves_for_which_there_is_no_room_cut_the_fields() -> None:
    """What is left would lead elsewhere."""
    items: list[JsonValue] = [{"id": number} for number in range(50)]
    previous: JsonValue = {_LONG: items, "n": 1}
    current: JsonValue = {_LONG: items[::-1], "n": 2}
    limits = Limits(field_path_chars=100_000)
    fields = diff_fields(previous, current, list_keys={"*": "id"}, order="ignore", limits=limits)
    diff = Diff(None, fields)
    assert [field.path for field in diff.fields] == ["n"]
    assert (diff.uncounted_moves, diff.fields_truncated) == ((), True)
    written, _ = write_diff_extras(diff, Options(include=("fields",)))
    assert len(cast("list[JsonValue]", written["fields"])) == 1
    assert written["fieldsTruncated"] is True


def test_a_change_below_an_item_with_another_key_does_not_apply() -> None:
    """In either direction, whichever place the change is at."""
    fields = diff_fields(PREVIOUS, CURRENT, list_keys={"l": "id"}, order="ignore")
    alone: list[FieldChange] = [*fields]
    with pytest.raises(ChangeDoesNotApply) as caught:
        apply_fields(alone, PREVIOUS)
    assert caught.value == ChangeDoesNotApply("l[0].z", "another item stands there")
    foreign: JsonValue = {"l": [{"id": 2, "v": 2}, {"id": 3, "v": 1}]}
    with pytest.raises(ChangeDoesNotApply):
        apply_fields(fields, foreign)


def test_two_changes_that_name_two_items_at_one_place_are_refused() -> None:
    """One of them is wrong."""
    changes = [
        {"op": "add", "segments": ["l", 0, "a"], "keyPath": "l[id=1].a", "current": 1},
        {"op": "add", "segments": ["l", 0, "b"], "keyPath": "l[id=2].b", "current": 1},
    ]
    body: JsonObject = {
        "diff": {"fields": cast("list[JsonValue]", changes)},
        "previous": {"json": PREVIOUS},
    }
    with pytest.raises(ChangeDoesNotApply) as caught:
        wire.operate("apply", body)
    assert caught.value == ChangeDoesNotApply("l[0].b", "another change names another item there")


def test_one_path_that_is_too_long_costs_the_others_nothing() -> None:
    """It is counted, and judged as all others are."""
    previous: JsonValue = {"a": 1, _LONG: "$1", "z": 1}
    current: JsonValue = {"a": 2, _LONG: "$2", "z": 2}
    limits = Limits(field_path_chars=20_000)
    diff = Diff(None, diff_fields(previous, current, limits=limits))
    assert [field.path for field in diff.fields] == ["a", "z"]
    assert (diff.field_count, diff.fields_truncated, diff.truncated) == (3, True, True)
    assert [*cast("JsonObject", diff.json)] == ["a", "z"]
    assert diff.stats.significance.classes == ("price", "number")
    assert summarize(diff) == "a: 1 → 2 (+100.0 %), z: 1 → 2 (+100.0 %) and 1 more field."
    assert render_budget(diff, budget=800).omitted == 1


def test_a_batch_tells_of_a_change_whose_path_is_too_long() -> None:
    """A batch of 200 with 21,000 characters in a key: nothing of it is called nothing."""
    item: JsonValue = {"previous": {"json": {_LONG: 1}}, "current": {"json": {_LONG: 2}}}
    same: JsonValue = {"previous": {"json": 1}, "current": {"json": 1}}
    include: list[JsonValue] = ["fields", "stats", "summary"]
    condition: JsonObject = {"field": {"path": "*"}}
    envelope = wire.answer(
        {
            "batch": [item, *[same] * 199],
            "modes": ["json"],
            "include": include,
            "conditions": [condition],
        }
    )
    assert envelope["success"], envelope
    told = cast("list[JsonObject]", envelope["data"])[0]
    assert told["summary"] == "1 field changed."
    assert cast("JsonObject", told["stats"])["fields"] == 1
    assert cast("JsonObject", cast("list[JsonValue]", told["conditions"])[0])["met"] is True
    assert cast("JsonObject", told["diff"])["fieldsTruncated"] is True


@pytest.mark.parametrize(("chars", "fields", "entries"), [(40_000, 0, 0), (400_000, 2, 3)])
def test_long_paths_that_do_not_fit_are_not_all_spelled(
    chars: int, fields: int, entries: int
) -> None:
    """Two thousand below one key of control characters: what is short has its place."""
    key = "\x00." * 15_000
    inner = dict.fromkeys(map(str, range(2_000)), 1)
    previous: JsonValue = {key: {**inner}, "n": 1}
    current: JsonValue = {key: dict.fromkeys(inner, 2), "n": 2}
    diff = Diff(None, diff_fields(previous, current, limits=Limits(field_path_chars=chars)))
    assert [field.path[0] for field in diff.fields] == ["["] * fields + ["n"]
    assert [path[0] for path in diff.json] == ["["] * entries + ["n"]
