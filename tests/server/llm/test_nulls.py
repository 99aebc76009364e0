"""Nulls are taken out in a time that neither a schema nor an answer can stretch."""

from __future__ import annotations

import time

import pytest

from changetrack import JsonObject, JsonValue
from changetrack_server.llm.nulls import drop_nulls

_MANY = 50_000


def _branch(number: int) -> JsonObject:
    return {"properties": {f"p{number}": {"type": "string"}}}


def _nest(levels: int) -> JsonObject:
    """Return a schema of which each choice of keys on the way down is spoken of by other parts."""
    names = [f"d{at}" for at in range(levels)]
    refs: list[JsonValue] = [{"$ref": f"#/$defs/{name}"} for name in names]
    definitions: JsonObject = {
        name: {"properties": {"a": {"anyOf": refs[at:]}, "b": {"anyOf": refs[at + 1 :]}}}
        for at, name in enumerate(names)
    }
    return {"$defs": definitions, "anyOf": refs}


def _fill(levels: int) -> JsonValue:
    return {"a": _fill(levels - 1), "b": _fill(levels - 1)} if levels else None


@pytest.mark.parametrize(
    ("answer", "schema"),
    [
        (
            {f"x{at}": None for at in range(_MANY)},
            {"anyOf": [_branch(at) for at in range(400)]},
        ),
        (
            {f"p{at % 400}{' ' * (at // 400)}": None for at in range(_MANY)},
            {"anyOf": [_branch(at) for at in range(400)]},
        ),
        (
            {"list": [{"p1": None}] * _MANY},
            {"properties": {"list": {"items": {"anyOf": [_branch(at) for at in range(400)]}}}},
        ),
        (
            {"x": {f"x{at}": None for at in range(_MANY)}},
            {"properties": {"x": {"required": [f"y{at}" for at in range(2_000)]}}},
        ),
        ({"a": _fill(14)}, _nest(60)),
    ],
    ids=("no field is known", "some are", "a list", "all are required", "parts of parts"),
)
def test_fifty_thousand_fields_take_a_moment(answer: JsonObject, schema: JsonObject) -> None:
    """A schema is read once for each place, not once for each field."""
    started = time.process_time()
    drop_nulls(answer, schema)
    assert time.process_time() - started < 1


def test_beyond_measure_nothing_is_dropped() -> None:
    """A schema of too many parts is not read to its end; what it says stays unknown."""
    parts: list[JsonValue] = [{"properties": {"a": {"type": "string"}}} for _ in range(300_000)]
    assert drop_nulls({"a": None, "b": {"a": None}}, {"anyOf": parts}) == {
        "a": None,
        "b": {"a": None},
    }
