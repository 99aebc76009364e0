"""The rows about requests, held against the definitions of the wire."""

from __future__ import annotations

import json

import pytest

from changetrack import JsonObject, JsonValue, wire
from tests.definitions import build_validator, close_objects, list_misfits, write_out
from tests.spec.rows import Row, find, load_rows, spell_body

ROWS = [row for name in ("change-tracking-diff", "tracking", "errors") for row in load_rows(name)]

_OPEN: JsonObject = {"$defs": wire.describe_wire()}
_CLOSED: JsonObject = {"$defs": close_objects(_OPEN["$defs"])}
IS_REQUEST = build_validator({"$defs": write_out(_OPEN["$defs"])}, "#/$defs/DiffRequest")
IS_ANSWER = {
    name: build_validator(_CLOSED, f"#/$defs/{name}")
    for name in ("DiffAnswer", "BatchAnswer", "ErrorEnvelope")
}

# An item of a partial batch may be anything: what is wrong with it is its answer.
PARTIAL = {"partial_answers_each_item_for_itself", "partial_with_everything_wrong"}

# What no schema can say: text that is no JSON, a limit on all of it, a key in two spellings, `3.0`
# for a whole number, and what makes a schema of the caller's a good one.
BEYOND_SCHEMAS = {
    *("nan", "infinity", "lone_surrogate_escape", "surrogates_in_the_wrong_order"),
    *("surrogate_in_utf8", "cesu_8", "byte_order_mark", "json_of_129_levels"),
    *("both_spellings_of_content_type", "both_spellings_of_content_hash"),
    *("both_spellings_of_captured_at", "context_is_a_fraction"),
    *("schema_has_an_unknown_type", "schema_fetches_over_http", "schema_fetches_a_file"),
    *("schema_refers_to_itself", "schema_of_a_batch_item"),
}


_KINDS = {list: "BatchAnswer", dict: "DiffAnswer", type(None): "ErrorEnvelope"}


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in ROWS])
def test_what_is_answered_is_described_to_the_last_key(row: Row) -> None:
    """A result, a batch of them, or an error: exactly one of them, and nothing beside it."""
    answer = json.loads(wire.encode(wire.answer(spell_body(row))))
    name = _KINDS[type(answer.get("data"))]
    assert list_misfits(IS_ANSWER[name], answer) == []


def test_a_request_is_answered_when_its_schema_says_so() -> None:
    """And is refused when not, but for what is listed."""
    allowed = {row["name"] for row in ROWS if IS_REQUEST.is_valid(_parse(row))}
    answered = {row["name"] for row in ROWS if row["status"] == 200}
    assert answered - allowed == PARTIAL
    assert allowed - answered == BEYOND_SCHEMAS


def _parse(row: Row) -> JsonValue:
    """Return the request as a client would hold it; what Python cannot read is no request."""
    try:
        parsed: JsonValue = json.loads(spell_body(row))
    except (ValueError, RecursionError):
        return None
    return parsed


def test_every_reason_that_is_described_has_its_row() -> None:
    """And no row has another one, but for texts that Python itself must not hold."""
    described = find(_OPEN, "$defs.ErrorEnvelope.properties.reason.enum")
    assert isinstance(described, list)
    refused = {wire.answer(spell_body(row)).get("reason") for row in ROWS}
    beside = {row["expect"].get("reason") for row in load_rows("operations")}
    # A set that is too large would be a row of a megabyte.
    assert {*described} - refused - beside == {"invalid_text", "set_too_large"}
    assert refused - {*described} == {None}
