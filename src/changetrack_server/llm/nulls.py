"""Nulls that a model writes for what a page does not say, taken out again."""

from __future__ import annotations

from collections.abc import Iterator

from changetrack import JsonObject, JsonValue

__all__ = ["drop_nulls"]

_BRANCHES = ("allOf", "anyOf", "oneOf")


def drop_nulls(fields: JsonObject, schema: JsonValue) -> JsonObject:
    """Return an object without the null fields that its schema neither requires nor allows.

    >>> schema = {"properties": {"a": {"type": "string"}, "b": {"type": ["string", "null"]}}}
    >>> drop_nulls({"a": None, "b": None}, schema)
    {'b': None}
    """
    return _drop_in_object(fields, [schema], schema)


def _drop(value: JsonValue, schemas: list[JsonValue], document: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return _drop_in_object(value, schemas, document)
    if not isinstance(value, list):
        return value
    items = [each["items"] for each in _expand(schemas, document, set()) if "items" in each]
    return [_drop(item, items, document) for item in value]


def _drop_in_object(
    fields: JsonObject, schemas: list[JsonValue], document: JsonValue
) -> JsonObject:
    meant = list(_expand(schemas, document, set()))
    kept: JsonObject = {}
    for name, value in fields.items():
        declared = [known[name] for each in meant if name in (known := _get_properties(each))]
        if value is not None or not _is_made(name, declared, meant, document):
            kept[name] = _drop(value, declared, document)
    return kept


def _is_made(
    name: str, schemas: list[JsonValue], parents: list[JsonObject], document: JsonValue
) -> bool:
    """Return whether a null can only stand for "not there"."""
    is_required = any(name in _get_list(parent, "required") for parent in parents)
    meant = _expand(schemas, document, set())
    return bool(schemas) and not is_required and not any(map(_allows_null, meant))


def _allows_null(schema: JsonObject) -> bool:
    types = schema.get("type")
    names = types if isinstance(types, list) else [types]
    is_const = "const" in schema and schema["const"] is None
    return "null" in names or None in _get_list(schema, "enum") or is_const


def _expand(schemas: list[JsonValue], document: JsonValue, seen: set[int]) -> Iterator[JsonObject]:
    """Yield the schemas with all that they refer to, and all of their branches, each once."""
    for schema in schemas:
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        yield schema
        branches = [each for keyword in _BRANCHES for each in _get_list(schema, keyword)]
        target = _follow(schema.get("$ref"), document)
        yield from _expand([*branches, target], document, seen)


def _follow(pointer: JsonValue, document: JsonValue) -> JsonValue:
    """Return what a reference within the document leads to; null where it leads elsewhere."""
    if not isinstance(pointer, str) or not f"{pointer}/".startswith("#/"):
        return None
    found = document
    for token in pointer.removeprefix("#").split("/")[1:]:
        key = token.replace("%25", "%").replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            found = found.get(key) if isinstance(found, dict) else None
    return found


def _get_properties(schema: JsonObject) -> JsonObject:
    fields = schema.get("properties")
    return fields if isinstance(fields, dict) else {}


def _get_list(schema: JsonObject, keyword: str) -> list[JsonValue]:
    items = schema.get(keyword)
    return items if isinstance(items, list) else []
