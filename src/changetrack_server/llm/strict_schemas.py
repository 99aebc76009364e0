"""A caller's JSON Schema as one that strict endpoints take.

Such an endpoint holds a model to a schema while it writes, but takes only a part of the language:
an object names all its fields, requires them all and allows no other. So what was optional becomes
nullable, and `nulls` takes those nulls out of the answer again. What cannot be said in that part,
such as a map with any keys, has no strict form: then the schema is told in words.
"""

from __future__ import annotations

import re

from changetrack import JsonObject, JsonValue

__all__ = ["make_strict", "strip_extensions"]

# What strict endpoints document and a reader of a page can heed; the rest is left to validation.
_KEPT = (
    *("description", "pattern", "minimum", "maximum", "multipleOf", "minItems", "maxItems"),
    *("exclusiveMinimum", "exclusiveMaximum"),
)
_FORMATS = (
    *("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"),
)
# Without these, a schema would mean something else.
_UNSAYABLE = frozenset(
    (
        *("allOf", "not", "if", "dependentSchemas", "dependencies", "dependentRequired"),
        *("patternProperties", "prefixItems", "$dynamicRef", "$recursiveRef"),
    )
)
# Where one of them stands and no type, there is an object of unknown fields.
_OF_OBJECTS = frozenset(
    ("required", "additionalProperties", "minProperties", "maxProperties", "propertyNames")
)
_REFERENCE = re.compile(r"#/(\$defs|definitions)/([A-Za-z0-9_.-]+)")
_SCALARS = ("string", "number", "integer", "boolean", "null")
# Where a schema says nothing of the type: what a page can say in a few words.
_ANY_SCALAR: list[JsonValue] = ["string", "number", "boolean", "null"]
_KINDS: dict[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}
# Keywords whose keys are names, and keywords that hold values, where x- is no extension.
_NAMED = frozenset(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"))
_VALUES = frozenset(("enum", "const", "default", "examples", "required", "dependentRequired"))


class _NoStrictFormError(Exception):
    """The schema cannot be said strictly; never leaves this module."""


def make_strict(schema: JsonObject) -> JsonObject | None:
    """Return the strict form of a schema that was checked, or None where it has none.

    >>> schema = {"properties": {"price": {"type": "number", "x-selector": ".price"}}}
    >>> strict = make_strict(schema)
    >>> strict["properties"], strict["required"], strict["additionalProperties"]
    ({'price': {'type': ['number', 'null']}}, ['price'], False)
    """
    writer = _Writer(schema)
    try:
        strict = writer.write(schema)
        return writer.define(strict) if strict.get("type") == "object" else None
    except _NoStrictFormError:
        return None


def strip_extensions(schema: JsonValue) -> JsonValue:
    """Return a schema without its x- keywords, which are meant for us and not for a model.

    >>> strip_extensions({"x-key": "id", "properties": {"x-id": {"x-selector": "b"}}})
    {'properties': {'x-id': {}}}
    """
    if isinstance(schema, list):
        return [strip_extensions(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        keyword: _strip_keyword(keyword, value)
        for keyword, value in schema.items()
        if not keyword.startswith("x-")
    }


def _strip_keyword(keyword: str, value: JsonValue) -> JsonValue:
    if keyword in _NAMED and isinstance(value, dict):
        return {name: strip_extensions(each) for name, each in value.items()}
    return value if keyword in _VALUES else strip_extensions(value)


class _Writer:
    """Writes schemas of one document in their strict form."""

    def __init__(self, document: JsonObject) -> None:
        self._document = document
        self._definitions: dict[str, JsonValue] = {}

    def define(self, strict: JsonObject) -> JsonObject:
        """Return the root with the definitions that were referred to."""
        return strict | {"$defs": self._definitions} if self._definitions else strict

    def write(self, schema: JsonValue) -> JsonObject:
        """Return a schema in its strict form.

        Raises:
            _NoStrictFormError: it has none.
        """
        if schema is True:
            return {"type": _ANY_SCALAR}
        if not isinstance(schema, dict):
            raise _NoStrictFormError
        schema = _unwrap(schema)
        if not _UNSAYABLE.isdisjoint(schema):
            raise _NoStrictFormError
        if "$ref" in schema:
            return self._refer(schema["$ref"])
        kept = {keyword: schema[keyword] for keyword in _KEPT if _is_sayable(schema, keyword)}
        if schema.get("format") in _FORMATS:
            kept["format"] = schema["format"]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self._write_branches(schema, keyword) | kept
        return self._write_type(schema) | kept

    def _write_branches(self, schema: JsonObject, keyword: str) -> JsonObject:
        branches = schema[keyword]
        others = {"properties", "items", "anyOf", "oneOf", "enum", "const"} & schema.keys()
        if not isinstance(branches, list) or others != {keyword}:
            raise _NoStrictFormError
        return {"anyOf": [self.write(branch) for branch in branches]}

    def _write_type(self, schema: JsonObject) -> JsonObject:
        types = _list_types(schema)
        if "object" in types:
            return _as_nullable(self._write_object(schema), types)
        if "array" in types:
            items = self.write(schema.get("items", True))
            return _as_nullable({"type": "array", "items": items}, types)
        values = schema.get("enum", [schema["const"]] if "const" in schema else None)
        strict: JsonObject = {"type": types[0] if len(types) == 1 else [*types]}
        return strict if values is None else strict | {"enum": values}

    def _write_object(self, schema: JsonObject) -> JsonObject:
        properties, required = schema.get("properties"), schema.get("required")
        is_open = isinstance(schema.get("additionalProperties", False), dict)
        if not isinstance(properties, dict) or not properties or is_open:
            raise _NoStrictFormError
        needed = required if isinstance(required, list) else []
        return {
            "type": "object",
            "properties": {
                name: strict if name in needed else _with_null(strict)
                for name, strict in ((name, self.write(each)) for name, each in properties.items())
            },
            "required": [*properties],
            "additionalProperties": False,
        }

    def _refer(self, pointer: JsonValue) -> JsonObject:
        found = _REFERENCE.fullmatch(pointer) if isinstance(pointer, str) else None
        place = self._document.get(found[1]) if found else None
        if not found or not isinstance(place, dict) or found[2] not in place:
            raise _NoStrictFormError
        name = found[2]
        if name not in self._definitions:
            self._definitions[name] = None  # it may refer to itself
            self._definitions[name] = self.write(place[name])
        return {"$ref": f"#/$defs/{name}"}


def _unwrap(schema: JsonObject) -> JsonObject:
    """Return a schema whose `allOf` has one branch, which generators write, without it."""
    branches = schema.get("allOf")
    if not isinstance(branches, list) or len(branches) != 1 or not isinstance(branches[0], dict):
        return schema
    others = {keyword: value for keyword, value in schema.items() if keyword != "allOf"}
    return schema if others.keys() & branches[0].keys() else others | branches[0]


def _is_sayable(schema: JsonObject, keyword: str) -> bool:
    # In draft 4, two of them are flags.
    return keyword in schema and not isinstance(schema[keyword], bool)


def _list_types(schema: JsonObject) -> list[str]:
    """Return the types of a schema's values: those it names, or those of what else it says."""
    given = schema.get("type")
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if isinstance(given, list):
        types = [str(each) for each in given]
    elif isinstance(given, str):
        types = [given]
    elif "properties" in schema or "items" in schema:
        types = ["object" if "properties" in schema else "array"]
    elif isinstance(values, list):
        types = [*dict.fromkeys(_KINDS.get(type(value), "object") for value in values)]
    elif _OF_OBJECTS.isdisjoint(schema):
        types = [str(each) for each in _ANY_SCALAR]
    else:
        raise _NoStrictFormError
    rest = [each for each in types if each not in _SCALARS]
    if rest and len({*types} - {"null"}) > 1:
        raise _NoStrictFormError
    return types


def _as_nullable(strict: JsonObject, types: list[str]) -> JsonObject:
    return _with_null(strict) if "null" in types else strict


def _with_null(strict: JsonObject) -> JsonObject:
    """Return a schema that allows null as well."""
    types, branches, values = strict.get("type"), strict.get("anyOf"), strict.get("enum")
    null: JsonObject = {"type": "null"}
    if isinstance(branches, list):
        return strict if null in branches else strict | {"anyOf": [*branches, null]}
    names = types if isinstance(types, list) else [types]
    if not all(name in _SCALARS for name in names):
        return {"anyOf": [strict, null]}
    if "null" in names:
        return strict
    nullable = strict | {"type": [*names, "null"]}
    return nullable | {"enum": [*values, None]} if isinstance(values, list) else nullable
