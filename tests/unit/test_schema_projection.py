"""projection: work that is bounded, and what is shared."""

from __future__ import annotations

import random

import pytest

from changetrack._models import JsonObject, JsonValue, Limits
from changetrack._schema import check_schema, project_fields
from changetrack.errors import InvalidSchema

TOO_MUCH = InvalidSchema(
    "the branches and patterns of the schema take too much work on this value",
    "use fewer of them",
)


def test_a_schema_may_be_checked_before_or_on_the_way() -> None:
    """Either way the same is kept; what cannot be used is refused."""
    schema: JsonValue = {"properties": {"a": {}}}
    value: JsonValue = {"a": 1, "b": 2}
    assert project_fields(value, schema) == {"a": 1}
    assert project_fields(value, check_schema(schema, Limits())) == {"a": 1}
    with pytest.raises(InvalidSchema):
        project_fields(value, {"properties": []})


def test_what_is_kept_is_shared() -> None:
    """A page is not copied once more for being projected."""
    part: JsonValue = [{"x": 1}]
    value: JsonValue = {"a": part, "b": 2}
    projected = project_fields(value, {"properties": {"a": {}}})
    assert isinstance(projected, dict)
    assert projected["a"] is part


def test_a_large_value_under_a_plain_schema_is_cheap() -> None:
    """Places that are alike are read once, whatever the number of values."""
    plan: JsonValue = {"type": "object", "properties": {"price": {"type": "number"}}}
    schema: JsonValue = {"properties": {"plans": {"items": plan}}}
    value: JsonValue = {"plans": [{"price": at, "at": at} for at in range(100_000)]}
    assert project_fields(value, schema) == {"plans": [{"price": at} for at in range(100_000)]}


def test_a_large_map_is_cheap() -> None:
    """So are names that no schema names."""
    schema: JsonValue = {"additionalProperties": {"properties": {"a": {}}}}
    value: JsonValue = {str(at): {"a": 1, "b": 1} for at in range(100_000)}
    assert project_fields(value, schema) == {str(at): {"a": 1} for at in range(100_000)}


def _grow() -> JsonObject:
    """Return a schema whose places are sets of its 100 steps: more than can be told apart."""
    definitions: JsonObject = {"c": {"properties": {"b": {"$ref": "#/$defs/c"}}}}
    assert isinstance(definitions["c"], dict)
    definitions["c"]["properties"] = {
        "a": {"anyOf": [{"$ref": "#/$defs/c"}, {"$ref": "#/$defs/d0"}]},
        "b": {"$ref": "#/$defs/c"},
    }
    for at in range(100):
        following: JsonValue = {"$ref": f"#/$defs/d{at + 1}"}
        definitions[f"d{at}"] = {"properties": {"a": following, "b": following}}
    definitions["d100"] = {"properties": {"c": {}}}
    return {"$ref": "#/$defs/c", "$defs": definitions}


def test_a_schema_that_grows_with_the_value_is_refused() -> None:
    """Every way through a deep value would be a place of its own."""
    dice = random.Random(7)  # noqa: S311 - a fixed sequence
    value: JsonValue = {}
    for _ in range(100_000):
        value = {dice.choice("ab"): value}
    with pytest.raises(InvalidSchema) as caught:
        project_fields(value, _grow())
    assert caught.value == TOO_MUCH


def test_many_patterns_on_many_names_are_refused() -> None:
    """The product of both is the work."""
    patterns: JsonObject = {f"^k{at}x": {} for at in range(900)}
    value: JsonValue = {f"k{at}": at for at in range(3_000)}
    with pytest.raises(InvalidSchema) as caught:
        project_fields(value, {"patternProperties": patterns})
    assert caught.value == TOO_MUCH


def test_patterns_on_many_names_are_fine() -> None:
    """A few of them tell every name."""
    value: JsonValue = {f"{at % 2}_{at}": at for at in range(100_000)}
    projected = project_fields(value, {"patternProperties": {"^1": {}, "x$": {}}})
    assert isinstance(projected, dict)
    assert len(projected) == 50_000
