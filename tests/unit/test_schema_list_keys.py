"""list_keys: what a schema says about the items of its lists."""

from __future__ import annotations

import pytest

from changetrack._models import JsonValue, Limits
from changetrack._schema import check_schema, find_list_keys
from changetrack.errors import InvalidSchema


@pytest.mark.parametrize(
    ("schema", "keys"),
    [
        ({}, {}),
        ({"x-key": "id"}, {"$": "id"}),
        ({"properties": {"a.b": {"x-key": ["id", "at"]}}}, {'["a.b"]': ("id", "at")}),
        ({"items": {"properties": {"parts": {"x-key": "id"}}}}, {"[*].parts": "id"}),
        ({"items": {"x-key": "id"}}, {"[*]": "id"}),
        (
            {"prefixItems": [{}, {"x-key": "id"}], "items": {"x-key": "no"}},
            {"[1]": "id", "[*]": "no"},
        ),
        ({"additionalProperties": {"x-key": "id"}}, {"*": "id"}),
        ({"allOf": [{"properties": {"a": {"x-key": "x"}}}, {"x-key": "y"}]}, {"$": "y", "a": "x"}),
        ({"anyOf": [{"x-key": "x"}, {"x-key": "y"}]}, {"$": "x"}),
        (
            {"$ref": "#/$defs/list", "$defs": {"list": {"x-key": "id"}}},
            {"$": "id"},
        ),
        ({"const": {"x-key": 5}, "enum": [{"x-key": 5}]}, {}),
    ],
)
def test_keys_are_found_where_the_value_would_be(
    schema: JsonValue, keys: dict[str, str | tuple[str, ...]]
) -> None:
    """Through fields, items, references, and what applies to the same place."""
    assert find_list_keys(check_schema(schema, Limits())) == keys


def test_a_schema_that_contains_itself_ends() -> None:
    """The places nearest to the root come first."""
    node: JsonValue = {
        "x-key": "id",
        "items": {"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}},
    }
    keys = find_list_keys(check_schema(node, Limits()))
    assert list(keys)[:4] == ["$", "[*].left", "[*].right", "[*].left[*].left"]
    assert len(keys) == 256
    wide: JsonValue = {"properties": {f"p{at}": {"$ref": "#"} for at in range(600)}}
    assert find_list_keys(check_schema(wide, Limits())) == {}


@pytest.mark.parametrize("value", [None, 1, [], ["id", 1], ["id", "id"], {}])
def test_a_key_that_is_no_name_is_refused(value: JsonValue) -> None:
    """The error names the place in the value."""
    schema = check_schema({"properties": {"a": {"x-key": value}}}, Limits())
    with pytest.raises(InvalidSchema, match="the x-key of a must be a name"):
        find_list_keys(schema)
