"""What goes beyond the seed's answer: asked for by name, answered under that name, or not there."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import pytest

from changetrack import ChangeTrackError, JsonObject, JsonValue, wire
from tests.definitions import build_validator, close_objects, list_misfits

OLD = "# Pricing\n\n## Pro\n\n$49 per month\n\n| Plan | Price |\n| --- | --- |\n| Pro | $49 |\n\n[Docs](https://a/x)"
NEW = OLD.replace("$49", "$59").replace("a/x", "a/y")
PLANS: list[JsonValue] = [{"name": "Pro", "price": 49}, {"name": "Team", "price": 99}]
BODY: JsonObject = {
    "modes": ["gitDiff", "json"],
    "listKeys": {"plans": "name"},
    "previous": {"markdown": OLD, "json": {"plans": PLANS}},
    "current": {"markdown": NEW, "json": {"plans": [{"name": "New", "price": 1}, *PLANS]}},
}
# These stand beside the diff, and all others in it.
BESIDE = {"summary", "stats", "render"}

_DEFINITIONS: JsonObject = {"$defs": close_objects(wire.describe_wire())}
_ANSWERS = {
    "apply": "SnapshotAnswer",
    "revert": "SnapshotAnswer",
    "compose": "DiffAnswer",
    "blame": "BlameAnswer",
    "pages": "PagesAnswer",
}


def _track(**more: JsonValue) -> JsonObject:
    envelope = wire.answer({**BODY, **more})
    assert list_misfits(build_validator(_DEFINITIONS, "#/$defs/DiffAnswer"), envelope) == []
    return cast("JsonObject", envelope["data"])


def _operate(name: str, body: JsonObject) -> JsonObject:
    envelope = wire.operate(name, body)
    assert list_misfits(build_validator(_DEFINITIONS, f"#/$defs/{_ANSWERS[name]}"), envelope) == []
    return cast("JsonObject", envelope["data"])


def _diff(result: JsonObject) -> JsonObject:
    return cast("JsonObject", result["diff"])


@pytest.mark.parametrize("name", wire.EXTRAS)
def test_each_extra_is_answered_where_it_is_asked_for_and_adds_nothing_else(name: str) -> None:
    """The seed's keys stay as they are, in their order."""
    plain, result = _track(), _track(include=[name])
    added = result.pop(name) if name in BESIDE else _diff(result).pop(name)
    assert added
    assert result == plain


def test_nothing_is_answered_that_nobody_asked_for() -> None:
    """The seed's shape is the whole answer."""
    result = _track()
    keys = ["status", "firstObservation", "contentHash", "snapshot", "diff", "judgment"]
    assert [*result] == keys
    assert [*_diff(result)] == ["text", "json"]


def test_a_keyed_list_is_mapped_by_its_keys() -> None:
    """An item at the head is one addition."""
    added: JsonValue = {"previous": None, "current": {"name": "New", "price": 1}}
    assert _diff(_track())["json"] == {'plans[name="New"]': added}


def test_a_field_that_was_null_is_told_from_one_that_was_missing() -> None:
    """Both are null in the map; here, what was not there is left out."""
    result = wire.answer(
        {
            "modes": ["json"],
            "include": ["fields"],
            "previous": {"json": {"a": None, "c": 1}},
            "current": {"json": {"a": 1, "b": None}},
        }
    )
    fields = _diff(cast("JsonObject", result["data"]))["fields"]
    assert fields == [
        {**_named("replace", "a"), "previous": None, "current": 1},
        {**_named("remove", "c"), "previous": 1},
        {**_named("add", "b"), "current": None},
    ]


def _named(op: str, path: str) -> JsonObject:
    return {"op": op, "path": path, "pointer": f"/{path}", "segments": [path]}


def test_a_merge_patch_that_cannot_be_is_left_out_with_a_warning() -> None:
    """It has no word for a null in an object, and the rest of the answer is as good."""
    body: JsonObject = {
        "modes": ["json"],
        "include": ["mergePatch", "jsonPatch"],
        "previous": {"json": {"a": 1}},
        "current": {"json": {"a": None}},
    }
    result = cast("JsonObject", wire.answer(body)["data"])
    assert {*_diff(result)} == {"json", "jsonPatch"}
    (warning,) = cast("list[str]", result["warnings"])
    assert warning.startswith("mergePatch is left out: a: ")


def test_what_an_option_suppresses_is_listed_and_the_page_is_the_same() -> None:
    """With the numbers that were let pass, and without a diff."""
    body: JsonObject = {
        "modes": ["json"],
        "tolerance": {"price": {"abs": 0.5}},
        "previous": {"json": {"price": 10.0}},
        "current": {"json": {"price": 10.25}},
    }
    result = cast("JsonObject", wire.answer(body)["data"])
    assert (result["status"], result["diff"]) == ("same", None)
    assert result["suppressed"] == [
        {"path": "price", "reason": "tolerance", "previous": 10.0, "current": 10.25}
    ]


def test_a_schema_names_the_key_of_a_list() -> None:
    """`x-key` stands with the list that it is for."""
    items: JsonObject = {"type": "object", "properties": {"name": {}, "price": {}}}
    plans: JsonObject = {"type": "array", "x-key": "name", "items": items}
    schema: JsonObject = {"type": "object", "properties": {"plans": plans}}
    keyed = _track(listKeys=None, schema=schema)
    assert _diff(keyed) == _diff(_track())


def test_conditions_are_judged_in_their_order() -> None:
    """Each with its reason, and its name where it has one."""
    conditions: list[JsonValue] = [
        {"name": "dearer", "number": {"percent": {"gte": 10}}},
        {"text": {"added": "sold out"}},
    ]
    dearer, sold_out = cast("list[JsonObject]", _track(conditions=conditions)["conditions"])
    assert (dearer["name"], dearer["met"], sold_out["met"]) == ("dearer", True, False)
    assert "name" not in sold_out


def test_earlier_snapshots_are_told_apart() -> None:
    """The history says that this page was there before, the baseline that it is back."""
    current = cast("JsonObject", BODY["current"])
    result = _track(history=[current, {"markdown": "x"}], baseline=current)
    history = cast("JsonObject", result["history"])
    assert (history["seenBefore"], history["revertedTo"]) == ([0], 0)
    assert result["baseline"] == {"relation": "reverted", "diff": None}


def test_a_baseline_has_a_diff_of_its_own() -> None:
    """From it to the current page; status and diff are of the last snapshot as ever."""
    result = _track(baseline={"markdown": "x"})
    baseline = cast("JsonObject", result["baseline"])
    assert baseline["relation"] == "further"
    assert [*cast("JsonObject", baseline["diff"])] == ["text", "json"]
    assert _diff(result) == _diff(_track())


def test_a_baseline_is_judged_with_the_tolerance_of_the_request() -> None:
    """Two small steps may be a large one: the last page was still the baseline, this one is not."""
    steps: list[JsonObject] = [{"json": {"price": price}} for price in (1.0, 1.01, 1.02)]
    body: JsonObject = {"modes": ["json"], "tolerance": {"price": {"abs": 0.015}}}
    sides: JsonObject = dict(zip(("baseline", "previous", "current"), steps, strict=True))
    result = cast("JsonObject", wire.answer({**body, **sides})["data"])
    assert result["status"] == "same"
    assert cast("JsonObject", result["baseline"])["relation"] == "new"


def test_a_batch_tells_which_items_changed_alike() -> None:
    """By their positions in the batch; a wrong item and one that is the same are in no group."""
    pages = [("a", "b"), ("a", "a"), ("x\n\na", "x\n\nb"), ("a", "c")]
    batch: list[JsonValue] = [
        {"previous": {"markdown": old}, "current": {"markdown": new}} for old, new in pages
    ]
    batch.insert(1, {"current": {"markdown": 5}})
    envelope = wire.answer({"batch": batch, "cluster": True, "partial": True})
    assert list_misfits(build_validator(_DEFINITIONS, "#/$defs/BatchAnswer"), envelope) == []
    clusters = cast("list[JsonObject]", envelope["clusters"])
    assert [each["members"] for each in clusters] == [[0, 3], [4]]
    assert "clusters" not in wire.answer({"batch": batch, "partial": True})


def test_a_diff_that_comes_back_is_applied_and_undone() -> None:
    """Text and fields, as an answer had them."""
    result = _track(include=["fields"])
    previous = cast("JsonObject", _track(current=BODY["previous"])["snapshot"])
    diff: JsonObject = {name: _diff(result)[name] for name in ("text", "fields")}
    applied = _operate("apply", {"diff": diff, "previous": previous})
    assert applied == {"snapshot": result["snapshot"]}
    undone = _operate("revert", {"diff": diff, "current": result["snapshot"]})
    assert undone == {"snapshot": previous}


def test_several_diffs_are_joined() -> None:
    """The answer is that of the page before the first and the page after the last."""
    pages = ["a\nb\nc", "a\nB\nc", "a\nB\nc\nd"]
    diffs = [_text(*pair) for pair in pairwise(pages)]
    joined = _operate("compose", {"previous": {"markdown": pages[0]}, "diffs": [*diffs]})
    assert joined["diff"] == _diff_of(pages[0], pages[-1])


def _diff_of(old: str, new: str) -> JsonValue:
    envelope = wire.answer({"previous": {"markdown": old}, "current": {"markdown": new}})
    return cast("JsonObject", envelope["data"])["diff"]


def _text(old: str, new: str) -> JsonObject:
    return {"text": cast("JsonObject", _diff_of(old, new))["text"]}


def test_lines_and_fields_are_blamed_on_the_snapshot_that_brought_them() -> None:
    """With its time, where it has one."""
    snapshots: list[JsonValue] = [
        {"markdown": "a", "json": {"p": 1}, "capturedAt": "May"},
        {"markdown": "a\nb", "json": {"p": 2}},
    ]
    assert _operate("blame", {"snapshots": snapshots}) == {
        "lines": [
            {"line": 1, "text": "a", "snapshot": 0, "capturedAt": "May"},
            {"line": 2, "text": "b", "snapshot": 1},
        ],
        "fields": [{"path": "p", "value": 2, "snapshot": 1}],
    }


def test_pages_of_a_site_are_each_in_one_list() -> None:
    """One went under another address, one is new, and one changed."""
    previous: list[JsonValue] = [_page("/a", "1"), _page("/b", "2"), _page("/c", "3")]
    current: list[JsonValue] = [_page("/A", "1"), _page("/b", "4"), _page("/d", "5")]
    sets = _operate("pages", {"previous": previous, "current": current})
    assert sets == {
        "new": [_page("/d", "5")],
        "changed": [{"previous": _page("/b", "2"), "current": _page("/b", "4")}],
        "same": [],
        "removed": [_page("/c", "3")],
        "moved": [{"previous": _page("/a", "1"), "current": _page("/A", "1")}],
        "error": [],
        "unseen": [],
        "siteDown": False,
    }
    partly = _operate("pages", {"previous": previous, "current": current, "complete": False})
    assert partly["removed"] == []


def _page(path: str, content_hash: str) -> JsonObject:
    return {"url": f"https://example.com{path}", "contentHash": content_hash}


_PAGE: JsonObject = {"current": {"markdown": "b"}, "previous": {"markdown": "a"}}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"include": ["hunk"]}, "include[0]"),
        ({"include": [5]}, "include[0]"),
        ({"order": "random"}, "order"),
        ({"modes": ["json"], "listKeys": {"plans[": "name"}}, 'listKeys["plans["]'),
        ({"modes": ["json"], "tolerance": {"p": {"abs": -1}}}, "tolerance.p"),
        ({"conditions": [{"nummer": {}}]}, "conditions[0].nummer"),
        ({"budget": 3}, "budget"),
        ({"include": ["render"], "cursor": "x"}, "cursor"),
        ({"history": [{"markdown": 5}]}, "history[0].markdown"),
        ({"baseline": 5}, "baseline"),
        ({"patchTests": "yes"}, "patchTests"),
    ],
)
def test_what_is_wrong_is_named_as_the_wire_spells_it(body: JsonObject, place: str) -> None:
    """In a batch with the item before it."""
    error = wire.answer({**_PAGE, **body})
    assert str(error["error"]).startswith(f"{place}: ")
    assert error["errorCode"] == "invalid_request"
    wrong = wire.answer({"batch": [{**_PAGE, **body}]})
    assert str(wrong["error"]).startswith(f"batch[0].{place}: ")


@pytest.mark.parametrize(
    ("name", "body", "place"),
    [
        ("apply", {}, "diff"),
        ("apply", {"diff": {}}, "previous"),
        ("apply", {"diff": {}, "previous": {"markdown": "a"}}, "diff"),
        (
            "apply",
            {"diff": {"fields": [{"op": "x"}]}, "previous": {"json": 1}},
            "diff.fields[0].op",
        ),
        ("revert", {"diff": {"text": ""}}, "current"),
        ("compose", {"previous": {"markdown": "a"}}, "diffs"),
        ("compose", {"previous": {"markdown": "a"}, "diffs": [{"text": "x"}]}, "diffs[0]"),
        ("blame", {}, "snapshots"),
        ("blame", {"snapshots": [{"markdown": "a"}, {}]}, "snapshots[1]"),
        ("blame", {"snapshots": [{}] * 101}, "snapshots"),
        ("pages", {"previous": []}, "current"),
        ("pages", {"previous": [{}], "current": []}, "previous[0].url"),
    ],
)
def test_what_is_wrong_with_an_operation_is_named(name: str, body: JsonObject, place: str) -> None:
    """By the place in its body."""
    with pytest.raises(ChangeTrackError) as caught:
        wire.operate(name, body)
    assert caught.value.path == place


def test_items_are_blamed_by_their_keys() -> None:
    """What is wrong with a key is said of the key."""
    snapshots: list[JsonValue] = [
        {"json": [{"id": 1, "n": 5}]},
        {"json": [{"id": 2}, {"id": 1, "n": 5}]},
    ]
    fields = _operate("blame", {"snapshots": snapshots, "listKeys": {"$": "id"}})["fields"]
    assert fields == [
        {"path": "[0].id", "value": 2, "snapshot": 1, "keyPath": "[id=2].id"},
        {"path": "[1].id", "value": 1, "snapshot": 0, "keyPath": "[id=1].id"},
        {"path": "[1].n", "value": 5, "snapshot": 0, "keyPath": "[id=1].n"},
    ]
    with pytest.raises(ChangeTrackError) as caught:
        wire.operate("blame", {"snapshots": snapshots, "listKeys": {"$": 5}})
    assert str(caught.value).startswith("listKeys.$: expected a name, got a number")
