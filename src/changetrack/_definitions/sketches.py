"""The few shapes that schemas of the wire are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changetrack._models import JsonObject, JsonValue

# Where a schema finds the others, until it is moved.
ROOT = "#/$defs/"


def refer(name: str) -> JsonObject:
    """Return a reference to another definition."""
    return {"$ref": ROOT + name}


def move(schema: JsonValue, root: str) -> JsonValue:
    """Return a schema that finds the others under `root`."""
    if isinstance(schema, dict):
        return {key: move(value, root) for key, value in schema.items()}
    if isinstance(schema, list):
        return [move(value, root) for value in schema]
    if isinstance(schema, str) and schema.startswith(ROOT):
        return root + schema.removeprefix(ROOT)
    return schema


def describe_object(
    description: str, properties: JsonObject, *, required: Sequence[str] = ()
) -> JsonObject:
    """Return the schema of an object."""
    schema: JsonObject = {"description": description, "type": "object"}
    if required:
        schema["required"] = [*required]
    return {**schema, "properties": properties}


def optional(kind: str, description: str, **more: JsonValue) -> JsonObject:
    """Return the schema of a field of a request: null is as good as absent."""
    return {"description": description, "type": [kind, "null"], **more}


def optional_reference(name: str, description: str) -> JsonObject:
    """Return the schema of a field that holds another definition, or null."""
    return {"description": description, "anyOf": [refer(name), {"type": "null"}]}


def list_of(name: str, description: str) -> JsonObject:
    """Return the schema of an array of another definition."""
    return {"description": description, "type": "array", "items": refer(name)}


def describe_success(description: str, data: JsonObject, **more: JsonValue) -> JsonObject:
    """Return the schema of the envelope around what an answer says."""
    always: JsonObject = {"success": {"type": "boolean", "const": True}, "data": data}
    return describe_object(description, {**always, **more}, required=[*always])
