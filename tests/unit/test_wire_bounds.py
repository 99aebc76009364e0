"""What one answer may hold and one request may cost, whatever is asked for together."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from changetrack import JsonObject, JsonValue, Limits, Options, blame_fields, track, wire
from tests.definitions import build_validator, close_objects, list_misfits

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEFINITIONS: JsonObject = {"$defs": close_objects(wire.describe_wire())}
_LONG = "k" * 400
# Two of the paths that begin with the long key, and some short ones.
_NARROW = Limits(field_path_chars=1_000)


def _check(name: str, envelope: JsonObject) -> JsonObject:
    assert list_misfits(build_validator(_DEFINITIONS, f"#/$defs/{name}"), envelope) == []
    return cast("JsonObject", envelope["data"])


def _blame(snapshots: Sequence[JsonValue], limits: Limits, **more: JsonValue) -> JsonObject:
    body: JsonValue = {"snapshots": [{"json": each} for each in snapshots], **more}
    return _check("BlameAnswer", wire.operate("blame", body, limits=limits))


def _answer(body: JsonObject, limits: Limits) -> JsonObject:
    return _check("DiffAnswer", wire.answer({"modes": ["json"], **body}, limits=limits))


def _list_paths(told: JsonValue) -> list[str]:
    fields = cast("list[dict[str, str]]", told)
    return [each.get("keyPath", each["path"]) for each in fields]


def test_a3_blamed_fields_whose_paths_are_too_long_are_left_out_and_counted() -> None:
    """A3: 126 KB made 250 MB; what does not fit costs the others nothing."""
    page: JsonValue = {_LONG: {str(number): number for number in range(5)}, "a": 1}
    told = _blame([page], _NARROW)
    assert _list_paths(told["fields"]) == [f"{_LONG}.0", f"{_LONG}.1", "a"]
    assert told["fieldsTotal"] == 6
    assert len(blame_fields([{"json": page}], limits=_NARROW)) == 6


def test_a3_the_keys_of_items_count_as_their_paths_do() -> None:
    """A3: a long key of an item repeats in each of its fields."""
    page: JsonValue = [{"id": _LONG, **{str(number): number for number in range(5)}}, {"id": 1}]
    told = _blame([page], _NARROW, listKeys={"$": "id"})
    begun = f'[id="{_LONG}"]'
    assert _list_paths(told["fields"]) == [f"{begun}.id", f"{begun}.0", "[id=1].id"]
    assert told["fieldsTotal"] == 7


def test_blame_of_what_fits_is_whole_and_says_nothing_of_it() -> None:
    """The key is only there when something is not."""
    assert [*_blame([{"a": 1}], _NARROW)] == ["fields"]


def test_a3_suppressed_changes_are_cut_and_counted() -> None:
    """A3: by their number and by their paths; in Python all of them are there."""
    before: JsonObject = {_LONG: {str(number): 1 for number in range(5)}, "a": 1}
    after: JsonObject = {_LONG: {str(number): 2 for number in range(5)}, "a": 2}
    margin = {"abs": 5.0}
    body: JsonObject = {
        "tolerance": {"*": {"abs": 5}, "*.*": {"abs": 5}},
        "previous": {"json": before},
        "current": {"json": after},
    }
    told = _answer(body, _NARROW)
    assert _list_paths(told["suppressed"]) == [f"{_LONG}.0", f"{_LONG}.1", "a"]
    assert told["suppressedTotal"] == 6
    few = _answer(body, Limits(field_entries=4))
    assert (len(cast("list[JsonValue]", few["suppressed"])), few["suppressedTotal"]) == (4, 6)
    assert "suppressedTotal" not in _answer(body, Limits())
    options = Options(modes=("json",), tolerance={"*": margin, "*.*": margin})
    result = track(json=after, previous={"json": before}, options=options, limits=_NARROW)
    assert len(result.suppressed) == 6


def test_nothing_that_fits_leaves_an_empty_list_and_its_count() -> None:
    """Who counts what is suppressed is not told that nothing is."""
    body: JsonObject = {
        "tolerance": {_LONG: {"abs": 5}},
        "previous": {"json": {_LONG: 1}},
        "current": {"json": {_LONG: 2}},
    }
    told = _answer(body, Limits(field_path_chars=10))
    assert (told["suppressed"], told["suppressedTotal"]) == ([], 1)
