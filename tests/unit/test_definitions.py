"""The definitions of the wire say what `wire` does: the same keys, kinds and bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from jsonschema import Draft202012Validator

from changetrack import JsonObject, JsonValue, Limits, wire
from tests.definitions import ALIASES, Recorder, build_validator, list_samples, write_out

# Each bound another one, so that none can stand for another.
LIMITS = Limits(
    tag_chars=1,
    url_chars=2,
    timestamp_chars=3,
    hash_chars=4,
    markdown_chars=5,
    batch_items=6,
)
DEFINITIONS = wire.describe_wire(LIMITS)
IS_REQUEST = build_validator({"$defs": write_out(DEFINITIONS)}, "#/$defs/DiffRequest")

PAGE: JsonValue = {"current": {}}
SAMPLES = [*list_samples(*range(7)), *([PAGE] * length for length in range(8))]


def _properties(name: str) -> JsonObject:
    definition = DEFINITIONS[name]
    assert isinstance(definition, dict)
    properties = definition["properties"]
    assert isinstance(properties, dict)
    return properties


def _record(**values: object) -> Recorder:
    return Recorder(values)  # type: ignore[arg-type]  # it stands for an object of the body


def test_what_is_looked_up_in_a_page_is_described_and_nothing_else() -> None:
    """A new key of the protocol that nobody describes, and one that nobody reads, fail here."""
    hashes = _record()
    previous, current = _record(hashes=hashes), _record()
    body = _record(previous=previous, current=current, include=[])
    wire.read_request(body)  # type: ignore[arg-type]  # as above
    assert {
        "item": body.asked,
        "current": current.asked,
        "previous": previous.asked,
        "hashes": hashes.asked,
    } == {
        "item": {*_properties("DiffItem"), "batch"},
        "current": {*_properties("CurrentPage")},
        "previous": {*_properties("Baseline")},
        "hashes": {*_properties("Hashes")},
    }


def test_what_is_looked_up_in_a_batch_is_described_and_nothing_else() -> None:
    """The same for what its items share, and for an item in it."""
    item = _record(current={}, include=[])
    body = _record(batch=[item], include=[])
    wire.read_request(body)  # type: ignore[arg-type]  # as above
    described = {*_properties("DiffBatch")}, {*_properties("DiffItem")}
    assert (body.asked, item.asked) == described


_PAGE: JsonObject = {"markdown": "a"}
_DIFF: JsonObject = {"text": "--- previous\n+++ current\n@@ -1 +1 @@\n-a\n+a\n"}
_ASKED: dict[str, JsonObject] = {
    "apply": {"previous": _PAGE, "diff": _DIFF},
    "revert": {"current": _PAGE, "diff": _DIFF},
    "compose": {"previous": _PAGE, "diffs": [_DIFF], "include": []},
    "blame": {"snapshots": [_PAGE]},
    "pages": {"previous": [], "current": []},
}


@pytest.mark.parametrize("name", wire.OPERATIONS)
def test_what_is_looked_up_in_an_operation_is_described_and_nothing_else(name: str) -> None:
    """The same for what is asked beside a diff."""
    body = Recorder(_ASKED[name])
    wire.operate(name, body)  # type: ignore[arg-type]  # as above
    assert body.asked == {*_properties(f"{name.capitalize()}Request")}


def _put(value: JsonValue, *path: str) -> JsonObject:
    key, *rest = path
    return {key: _put(value, *rest) if rest else value}


def _list_places() -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in _properties("DiffItem"))
    yield from (("current", name) for name in _properties("CurrentPage"))
    yield from (("previous", name) for name in _properties("Baseline"))
    yield from (("previous", "hashes", name) for name in _properties("Hashes"))


def _is_refused(body: JsonObject) -> bool:
    return not wire.answer(body, limits=LIMITS)["success"]


# A schema counts where fields are tracked.
_ITEM: JsonObject = {"current": {}, "modes": ["json", "gitDiff"]}


@pytest.mark.parametrize("place", [*_list_places()], ids=".".join)
def test_a_field_of_a_page_is_of_the_kind_and_within_the_bound_that_is_described(
    place: tuple[str, ...],
) -> None:
    """What one of the two refuses, the other refuses."""
    bodies = [{**_ITEM, **_put(sample, *place)} for sample in SAMPLES]
    refused = [body for body in bodies if _is_refused(body)]
    assert [body for body in bodies if not IS_REQUEST.is_valid(body)] == refused
    assert not refused or len(refused) < len(bodies)


@pytest.mark.parametrize("name", [*_properties("DiffBatch")])
def test_a_field_of_a_batch_is_of_the_kind_and_within_the_bound_that_is_described(
    name: str,
) -> None:
    """Without a batch there is no current page either, so that is refused as well."""
    batch: JsonObject = {"modes": ["json"], "batch": [{"current": {}}]}
    bodies = [{**batch, name: sample} for sample in SAMPLES]
    refused = [body for body in bodies if _is_refused(body)]
    assert [body for body in bodies if not IS_REQUEST.is_valid(body)] == refused
    assert refused


def test_both_sides_of_every_length_were_tried() -> None:
    """The samples would not notice a bound that is beyond them."""
    lengths = {
        field.get("maxLength")
        for name in ("DiffItem", "CurrentPage", "Baseline")
        for field in _properties(name).values()
        if isinstance(field, dict)
    }
    assert lengths == {None, 1, 2, 3, 4, 5}


def test_a_page_larger_than_described_is_refused_when_it_was_one() -> None:
    """A baseline that is equal to the current page is not looked at more closely."""
    body: JsonObject = {"current": {"markdown": "a"}, "previous": {"markdown": "x" * 6}}
    assert wire.answer(body, limits=LIMITS)["reason"] == "content_too_large"
    assert not IS_REQUEST.is_valid(body)


def test_the_defaults_are_those_of_a_request_that_says_nothing() -> None:
    """A client that writes them down asks for the same."""
    options = {
        name: field["default"]
        for name, field in _properties("DiffItem").items()
        if isinstance(field, dict) and "default" in field
    }
    body: JsonObject = {"current": {}}
    assert wire.read_request({**body, **options}) == wire.read_request(body)
    seed = {"modes", "context", "trackOnlySchema"}
    assert set(options) == seed | {"include", "order", "patchTests", "budget"}


def test_each_other_spelling_of_a_mode_is_described_in_words() -> None:
    """The words of the schema are those of the protocol, and a client may send others."""
    mode = cast("JsonObject", DEFINITIONS["Mode"])
    assert mode["enum"] == ["gitDiff", "json"]
    aliases = {alias: word for alias, word in ALIASES.items() if word in ("gitDiff", "json")}
    assert {alias: f"`{alias}`" in str(mode["description"]) for alias in aliases} == {
        "git-diff": True
    }
    for alias, word in aliases.items():
        said, meant = (wire.answer({"current": {}, "modes": [each]}) for each in (alias, word))
        assert said == meant


def test_a_request_is_one_of_two_objects_that_have_a_name() -> None:
    """A generated client has a class for each; which one it is, the key `batch` tells in words."""
    request = cast("JsonObject", DEFINITIONS["DiffRequest"])
    assert request["anyOf"] == [{"$ref": "#/$defs/DiffItem"}, {"$ref": "#/$defs/DiffBatch"}]
    assert "`batch`" in str(request["description"])
    plain = build_validator({"$defs": DEFINITIONS}, "#/$defs/DiffRequest")
    wrong: JsonObject = {"current": {}, "batch": []}
    assert (plain.is_valid(wrong), IS_REQUEST.is_valid(wrong)) == (True, False)
    assert not wire.answer(wrong)["success"]


def test_the_definitions_are_json_schemas_that_need_nothing_else() -> None:
    """Every reference leads to one of them, wherever they stand."""
    definitions = wire.describe_wire(root="#/components/schemas/")
    Draft202012Validator.check_schema({"$defs": definitions})
    targets = {*_list_references(definitions)}
    assert targets <= {f"#/components/schemas/{name}" for name in definitions}
    assert targets


def _list_references(schema: JsonValue) -> Iterator[str]:
    values = schema.values() if isinstance(schema, dict) else schema
    for value in values if isinstance(schema, dict | list) else ():  # type: ignore[union-attr]
        if isinstance(value, str) and value.startswith("#/"):
            yield value
        else:
            yield from _list_references(value)
