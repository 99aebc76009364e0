"""What holds between any body, its answer, and what is said of both."""

from __future__ import annotations

from hypothesis import given

from changetrack import JsonObject, JsonValue, wire
from tests.definitions import build_validator, close_objects, list_misfits, write_out
from tests.strategies.json_values import copy_plain
from tests.strategies.requests import bodies

_OPEN = wire.describe_wire()
_CLOSED: JsonObject = {"$defs": close_objects(_OPEN)}
_IS_REQUEST = build_validator({"$defs": write_out(_OPEN)}, "#/$defs/DiffRequest")
_IS_ANSWER = {
    list: build_validator(_CLOSED, "#/$defs/BatchAnswer"),
    dict: build_validator(_CLOSED, "#/$defs/DiffAnswer"),
    type(None): build_validator(_CLOSED, "#/$defs/ErrorEnvelope"),
}

# What no schema tells: whether the caller's schema is a good one, a key in two spellings, and the
# kind of one that is spelled in snake_case. The latter two share their reasons with what it does.
_BEYOND_SCHEMAS = {"invalid_schema", "invalid_request", "invalid_snapshot", "invalid_option"}


@given(bodies)
def test_any_answer_is_described_to_the_last_key(body: JsonValue) -> None:
    """Whatever was asked."""
    answer = wire.answer(copy_plain(body))
    assert list_misfits(_IS_ANSWER[type(answer.get("data"))], answer) == []


@given(bodies)
def test_a_body_that_its_schema_refuses_is_refused(body: JsonValue) -> None:
    """Unless what is wrong is not looked at: an item that stands as its error, a schema unused."""
    if not _IS_REQUEST.is_valid(body):
        answer = wire.answer(copy_plain(body))
        assert not answer["success"] or _has_wrong_items(body) or _has_idle_schema(body)


@given(bodies)
def test_a_body_that_its_schema_allows_is_answered(body: JsonValue) -> None:
    """Unless something is wrong with it that no schema tells."""
    if _IS_REQUEST.is_valid(body):
        answer = wire.answer(copy_plain(body))
        assert answer["success"] or answer["reason"] in _BEYOND_SCHEMAS


def _has_wrong_items(body: JsonValue) -> bool:
    return isinstance(body, dict) and body.get("partial") is True


def _has_idle_schema(body: JsonValue) -> bool:
    """Tell whether a page has a schema that is none, and tracks no fields by it."""
    if not isinstance(body, dict):
        return False
    batch = body.get("batch")
    pages = [body, *(batch if isinstance(batch, list) else ())]
    schemas = (page.get("schema") for page in pages if isinstance(page, dict))
    return any(not isinstance(schema, dict | None) for schema in schemas)
