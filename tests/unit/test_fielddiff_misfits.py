"""Keys of lists that nothing came of are told, and only those."""

from __future__ import annotations

from typing import cast

import pytest

from changetrack import JsonObject, JsonValue, diff_fields, track, wire
from changetrack._models import ListKeys
from changetrack.errors import InvalidOption

JOBS: JsonValue = {"stellen": [{"id": "A1", "ort": "Bonn"}, {"id": "A2", "ort": "Köln"}], "n": 1}
PAIRED = "so items are paired with what is most like them"
NO_NUMBER = f"list keys: no item of stellen has nr, {PAIRED}"
MANY = "(too many items without a key of their own)"
LATER: JsonValue = {"stellen": [{"id": "A2", "ort": "Bonn"}], "n": 2}


@pytest.mark.parametrize(
    ("list_keys", "warnings"),
    [
        ({"stellen": "id"}, ()),
        ({"stellen": ["id", "ort"]}, ()),
        ("infer", ()),
        ({"jobs": "id"}, ("list keys: jobs meets no list",)),
        ({"n": "id"}, ("list keys: n meets no list",)),
        ({"$": "id"}, ("list keys: $ meets no list",)),
        ({"stellen[*].orte": "id"}, ("list keys: stellen[*].orte meets no list",)),
        ({"*": "id"}, ()),
        (
            {"stellen": "nr"},
            (NO_NUMBER,),
        ),
        (
            {"stellen": ["id", "nr"], "jobs": "id"},
            (
                f"list keys: no item of stellen has id and nr, {PAIRED}",
                "list keys: jobs meets no list",
            ),
        ),
    ],
)
def test_a_key_that_meets_nothing_is_told(list_keys: ListKeys, warnings: tuple[str, ...]) -> None:
    """Of the diff, of the result, and on the wire in the same words."""
    assert diff_fields(JOBS, LATER, list_keys=list_keys).warnings == warnings
    assert track(json=LATER, previous={"json": JOBS}, list_keys=list_keys).warnings == warnings
    body: JsonObject = {
        "modes": ["json"],
        "previous": {"json": JOBS},
        "current": {"json": LATER},
        "listKeys": cast("JsonValue", list_keys),
    }
    answer = wire.answer(body)["data"]
    assert isinstance(answer, dict)
    assert answer.get("warnings", []) == [*warnings]


def test_what_was_there_is_met_also_where_it_is_the_same_or_gone() -> None:
    """A list may be on one side only, and an empty one has no items to have a key."""
    pairs: list[tuple[JsonValue, JsonValue]] = [
        (JOBS, JOBS),
        (JOBS, {}),
        ({}, JOBS),
        ({"stellen": []}, {}),
    ]
    for previous, current in pairs:
        assert diff_fields(previous, current, list_keys={"stellen": "id"}).warnings == ()


def test_there_is_no_warning_on_a_first_observation() -> None:
    """There is nothing to align yet."""
    assert track(json=JOBS, list_keys={"jobs": "id"}).warnings == ()


def test_a_key_of_the_schema_is_told_where_no_item_has_it() -> None:
    """A list that a schema declares may be missing."""
    items: JsonValue = {"type": "object", "properties": {"nr": {}, "id": {}}}
    declared: JsonValue = {"type": "array", "x-key": "nr", "items": items}
    schema: JsonValue = {"type": "object", "properties": {"stellen": declared, "jobs": declared}}
    result = track(json=LATER, previous={"json": JOBS}, schema=schema)
    told = "x-key: no item of stellen has nr, so items are paired with what is most like them"
    assert result.warnings == (told,)


def test_lists_that_were_compared_by_position_are_named() -> None:
    """The first three of them, and the others are counted."""
    previous: JsonValue = {f"l{at}": [{"a": at, "b": n} for n in range(201)] for at in range(5)}
    current: JsonValue = {f"l{at}": [{"a": at, "b": -n} for n in range(2, 203)] for at in range(5)}
    diff = diff_fields(previous, current, list_keys={"l0": "x"})
    assert diff.warnings == (
        f"list keys: no item of l0 has x, {PAIRED}",
        f"list keys: compared by position: l0 {MANY}",
    )
    inferred = diff_fields(previous, current, order="ignore")
    assert inferred.lists_by_position == ("l0", "l1", "l2", "l3", "l4")
    assert inferred.warnings == (
        f"list keys: compared by position: l0, l1, l2, 2 more lists {MANY}",
    )


def test_a_search_that_would_take_long_tells_nothing() -> None:
    """What was not looked at may well be there."""
    wide: JsonValue = {"rows": [{"cells": [1] * 1_000} for _ in range(200)]}
    assert diff_fields(wide, wide, list_keys={"rows[*].cells[*]": "id"}).warnings == ()
    few: JsonValue = {"rows": [{"cells": [1]}]}
    assert diff_fields(few, few, list_keys={"rows[*].cells[*]": "id"}).warnings == (
        "list keys: rows[*].cells[*] meets no list",
    )


def test_any_depth_is_refused_where_each_step_is_named() -> None:
    """It would be accepted, and do nothing."""
    for options, place in (
        ({"list_keys": {"**.rows": "id"}}, 'list_keys["**.rows"]'),
        ({"tolerance": {"a.**": {"abs": 1}}}, 'tolerance["a.**"]'),
    ):
        with pytest.raises(InvalidOption) as caught:
            diff_fields({}, {}, **options)
        assert caught.value.path == place
        assert "** stands in conditions only; name each step" in caught.value.problem
    # The key of this name is written as others that are odd.
    odd = diff_fields({"**": [{"id": 1}]}, {"**": []}, list_keys={'["**"]': "id"})
    assert odd.warnings == ()
    (change,) = odd.changes
    assert change.key_path is not None


def test_a_condition_by_keys_hints_at_what_it_needs() -> None:
    """Without list keys, no item has any."""
    pro: JsonValue = {"plans": [{"name": "Pro", "price": 49}]}
    dearer: JsonValue = {"plans": [{"name": "Pro", "price": 59}]}
    path = 'plans[name="Pro"].price'
    conditions: list[JsonObject] = [
        {"number": {"path": path, "percent": {"gte": 10}}},
        {"field": {"path": path}},
    ]
    hint = f"{path} (without list keys, items go by their position)"
    plain = track(json=dearer, previous={"json": pro}, conditions=conditions)
    assert [verdict.because for verdict in plain.conditions] == [
        f"no number changed at {hint}",
        f"{hint} did not change",
    ]
    keyed = track(
        json=dearer, previous={"json": pro}, conditions=conditions, list_keys={"plans": "name"}
    )
    assert [verdict.met for verdict in keyed.conditions] == [True, True]
