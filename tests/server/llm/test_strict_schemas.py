"""Schemas for strict endpoints, and the way back for their answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack import JsonObject, JsonValue
from changetrack_server.llm.complaints import list_complaints
from changetrack_server.llm.nulls import drop_nulls
from changetrack_server.llm.strict_schemas import make_strict, strip_extensions


def _as_object(properties: JsonObject) -> JsonObject:
    return {"type": "object", "properties": properties, "required": [*properties]}


def _strict(properties: JsonObject) -> JsonObject:
    return {**_as_object(properties), "additionalProperties": False}


_ANY: JsonObject = {"type": ["string", "number", "boolean", "null"]}


@pytest.mark.parametrize(
    ("given", "strict"),
    [
        ({"type": "string", "minLength": 2, "title": "T", "default": ""}, {"type": "string"}),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
        ({"type": "string", "format": "uri"}, {"type": "string"}),
        ({"x-selector": ".a"}, _ANY),
        (True, _ANY),
        ({"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
        ({"enum": ["a", 1, None]}, {"type": ["string", "integer", "null"], "enum": ["a", 1, None]}),
        ({"const": 1.5}, {"type": "number", "enum": [1.5]}),
        ({"type": ["integer", "null"]}, {"type": ["integer", "null"]}),
        (
            {"minimum": 0, "exclusiveMinimum": True, "type": "number"},
            {"type": "number", "minimum": 0},
        ),
        ({"items": {"type": "string"}}, {"type": "array", "items": {"type": "string"}}),
        ({"type": "array"}, {"type": "array", "items": _ANY}),
        (
            {"type": ["array", "null"], "items": {"type": "string"}},
            {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
        ),
        (
            {"oneOf": [{"type": "string"}, {"type": "number"}], "description": "d"},
            {"anyOf": [{"type": "string"}, {"type": "number"}], "description": "d"},
        ),
        (
            {"properties": {"b": {"type": "string"}}, "required": ["b"]},
            _strict({"b": {"type": "string"}}),
        ),
        (
            {"allOf": [{"type": "string"}], "description": "d"},
            {"type": "string", "description": "d"},
        ),
    ],
)
def test_the_strict_form_of_a_required_field(given: JsonValue, strict: JsonValue) -> None:
    """What strict endpoints take of it, with the same meaning."""
    assert make_strict(_as_object({"a": given})) == _strict({"a": strict})


@pytest.mark.parametrize(
    ("given", "strict"),
    [
        ({"type": "string"}, {"type": ["string", "null"]}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ({"enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        (
            {"type": "array", "items": {"type": "string"}},
            {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "number"}]},
            {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]},
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
        ),
    ],
)
def test_the_strict_form_of_an_optional_field_allows_null(
    given: JsonValue, strict: JsonValue
) -> None:
    """Once, however it is written."""
    schema: JsonObject = {"type": "object", "properties": {"a": given}}
    assert make_strict(schema) == _strict({"a": strict})


@pytest.mark.parametrize(
    "given",
    [
        {"type": "object"},
        {"type": "object", "properties": {}},
        {"type": "object", "properties": {"b": {}}, "additionalProperties": {"type": "string"}},
        {"type": "object", "patternProperties": {"^a": {}}},
        {"type": "array", "items": [{"type": "string"}]},
        {"type": "array", "prefixItems": [{"type": "string"}]},
        {"type": ["object", "string"], "properties": {"b": {}}},
        {"allOf": [{"type": "string"}, {"minLength": 1}]},
        {"allOf": [{"type": "string"}], "type": "string"},
        {"not": {"type": "string"}},
        {"if": {}, "then": {}},
        {"properties": {"b": {}}, "anyOf": [{"required": ["b"]}]},
        {"properties": {"b": {}}, "anyOf": [{"type": "string"}]},
        {"anyOf": [{"required": ["b"]}, {}]},
        {"enum": [{"b": 1}]},
        {"$ref": "#"},
        {"$ref": "#/properties/a/items"},
        {"$ref": "#/$defs/missing"},
        False,
    ],
)
def test_what_cannot_be_said_strictly_has_no_strict_form(given: JsonValue) -> None:
    """Rather none than one that means something else."""
    assert make_strict(_as_object({"a": given})) is None


def test_references_lead_to_definitions_that_are_strict_too() -> None:
    """Those that are used, wherever they stood; one may refer to itself."""
    comment: JsonObject = {
        "type": "object",
        "properties": {"answers": {"type": "array", "items": {"$ref": "#/definitions/comment"}}},
        "required": ["answers"],
    }
    schema: JsonObject = {
        "definitions": {"comment": comment, "unused": {"not": {}}},
        "properties": {"first": {"$ref": "#/definitions/comment"}},
    }
    reference: JsonObject = {"$ref": "#/$defs/comment"}
    assert make_strict(schema) == {
        **_strict({"first": {"anyOf": [reference, {"type": "null"}]}}),
        "$defs": {"comment": _strict({"answers": {"type": "array", "items": reference}})},
    }


def test_extensions_are_stripped_and_names_and_values_are_not() -> None:
    """A field may be called x-price, and a value may begin like that as well."""
    schema: JsonObject = {
        "x-key": "id",
        "properties": {"x-price": {"x-selector": "b", "enum": ["x-a"], "default": {"x-b": 1}}},
        "anyOf": [{"x-note": 1, "required": ["x-price"]}],
    }
    assert strip_extensions(schema) == {
        "properties": {"x-price": {"enum": ["x-a"], "default": {"x-b": 1}}},
        "anyOf": [{"required": ["x-price"]}],
    }


@pytest.mark.parametrize(
    ("schema", "value", "rest"),
    [
        ({"properties": {"a": {"type": "string"}}}, {"a": None}, {}),
        ({"properties": {"a": {}}}, {"a": None}, {}),
        ({"properties": {"a": True}}, {"a": None}, {}),
        # What is required, allowed or not declared is not ours to remove.
        ({"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"a": None}, {"a": None}),
        ({"properties": {"a": {"type": ["string", "null"]}}}, {"a": None}, {"a": None}),
        ({"properties": {"a": {"enum": ["b", None]}}}, {"a": None}, {"a": None}),
        ({"properties": {"a": {"const": None}}}, {"a": None}, {"a": None}),
        ({"properties": {"a": {"anyOf": [{"type": "null"}]}}}, {"a": None}, {"a": None}),
        ({"properties": {}}, {"a": None}, {"a": None}),
        # Through items, references and branches.
        (
            {
                "properties": {"a": {"items": {"$ref": "#/$defs/b"}}},
                "$defs": {"b": {"properties": {"c": {"type": "string"}}}},
            },
            {"a": [{"c": None}, {"c": "d"}, 1]},
            {"a": [{}, {"c": "d"}, 1]},
        ),
        (
            {
                "anyOf": [
                    {"properties": {"a": {"type": "string"}}},
                    {"properties": {"b": {"type": "null"}}},
                ]
            },
            {"a": None, "b": None},
            {"b": None},
        ),
        (
            {"properties": {"a": {"$ref": "#/properties/b"}, "b": {"type": "null"}}},
            {"a": None},
            {"a": None},
        ),
        ({"properties": {"a": {"$ref": "#there"}}}, {"a": None}, {}),
        (
            {"type": ["object", "null"], "properties": {"a": {"$ref": "#there"}}},
            {"a": None},
            {},
        ),
        ({"properties": {"a": {"$ref": "#/prefixItems/7"}}, "prefixItems": []}, {"a": None}, {}),
        # A reference to itself is refused before it comes here; it would not hang.
        ({"properties": {"a": {"$ref": "#/properties/a"}}}, {"a": None}, {}),
        (
            {"properties": {"a": {"$ref": "#/prefixItems/0"}}, "prefixItems": [{"type": "null"}]},
            {"a": None},
            {"a": None},
        ),
    ],
)
def test_nulls_that_stand_for_nothing_are_dropped(
    schema: JsonObject, value: JsonObject, rest: JsonObject
) -> None:
    """Where the schema neither requires nor allows them."""
    assert drop_nulls(value, schema) == rest


# Laws.

_NAMES = ("a", "b", "c")
_SCALARS: dict[str, st.SearchStrategy[JsonValue]] = {
    "string": st.text(max_size=3),
    "number": st.integers(-5, 5) | st.floats(-5, 5),
    "integer": st.integers(-5, 5),
    "boolean": st.booleans(),
    "null": st.none(),
}


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> tuple[JsonObject, st.SearchStrategy[JsonValue]]:
    """Return a schema of the kind that people write, and a strategy of values that fit it."""
    kind = draw(st.sampled_from(("scalar", "scalar", "nullable", "enum", "array", "object")))
    if kind == "object" and depth:
        return draw(object_schemas(depth))
    if kind == "array" and depth:
        items, values = draw(schemas(depth - 1))
        return {"type": "array", "items": items}, st.lists(values, max_size=3).map(list)
    if kind == "enum":
        return {"enum": ["x", "y"]}, st.sampled_from(("x", "y"))
    name = draw(st.sampled_from(sorted(_SCALARS)))
    if kind == "nullable":
        return {"type": [name, *(["null"] if name != "null" else [])]}, _SCALARS[name] | st.none()
    return {"type": name}, _SCALARS[name]


@st.composite
def object_schemas(
    draw: st.DrawFn, depth: int = 2
) -> tuple[JsonObject, st.SearchStrategy[JsonValue]]:
    """Return a schema of an object with fields, and a strategy of values that fit it."""
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, unique=True))
    fields = {name: draw(schemas(depth - 1)) for name in names}
    required = draw(st.lists(st.sampled_from(names), unique=True))
    schema: JsonObject = {
        "type": "object",
        "properties": {name: field for name, (field, _) in fields.items()},
        "required": [*required],
    }
    must = {name: values for name, (_, values) in fields.items() if name in required}
    may = {name: values for name, (_, values) in fields.items() if name not in required}
    return schema, st.fixed_dictionaries(must, optional=may)


def fill_nulls(value: JsonValue, schema: JsonValue) -> JsonValue:
    """Return a value as a strict endpoint makes a model write it: no field is left out."""
    if not isinstance(schema, dict):
        return value
    if isinstance(value, list):
        return [fill_nulls(item, schema["items"]) for item in value]
    properties = schema.get("properties")
    if not isinstance(value, dict) or not isinstance(properties, dict):
        return value
    return {name: fill_nulls(value.get(name), each) for name, each in properties.items()}


def without_nulls(value: JsonValue) -> JsonValue:
    """Return a value without any field that is null."""
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: without_nulls(each) for name, each in value.items() if each is not None}


@given(st.data())
def test_whatever_fits_the_schema_fits_its_strict_form_and_comes_back(data: st.DataObject) -> None:
    """Filled with nulls it is what a strict endpoint lets a model write; dropped, it is itself."""
    schema, values = data.draw(object_schemas())
    value = data.draw(values)
    strict = make_strict(schema)
    assert strict is not None
    filled = fill_nulls(value, schema)
    assert isinstance(value, dict)
    assert isinstance(filled, dict)
    assert list_complaints(value, schema) == ()
    assert list_complaints(filled, strict) == ()
    back = drop_nulls(filled, schema)
    assert list_complaints(back, schema) == ()
    assert drop_nulls(back, schema) == back
    assert without_nulls(back) == without_nulls(value)


def list_objects(schema: JsonValue) -> list[JsonObject]:
    """Return every schema in a schema that has properties."""
    if isinstance(schema, list):
        return [each for child in schema for each in list_objects(child)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if "properties" in schema else []
    return own + [each for child in schema.values() for each in list_objects(child)]


@given(st.data())
def test_a_strict_form_is_what_strict_endpoints_take(data: st.DataObject) -> None:
    """Every object names all of its fields, and allows no other."""
    schema, _ = data.draw(object_schemas(3))
    for each in list_objects(make_strict(schema)):
        properties = each["properties"]
        assert isinstance(properties, dict)
        assert (each["required"], each["additionalProperties"]) == ([*properties], False)
