"""The few shapes that an OpenAPI document is made of."""

from __future__ import annotations

from typing import Literal, TypeAlias

from changetrack import JsonObject, JsonValue
from changetrack_server.http.responses import ENVELOPE

__all__ = ["SCHEMAS", "answer_with", "as_json", "nullable", "object_of", "optional", "refer"]

Section: TypeAlias = Literal["schemas", "headers", "parameters", "responses"]

# Where the library's definitions go.
SCHEMAS = "#/components/schemas/"


def refer(name: str, section: Section = "schemas") -> JsonObject:
    """Return a reference to a component."""
    return {"$ref": f"#/components/{section}/{name}"}


def object_of(
    description: str, properties: JsonObject, *, required: tuple[str, ...] = ()
) -> JsonObject:
    """Return the schema of an object; it may hold more than its properties."""
    schema: JsonObject = {"description": description, "type": "object"}
    if required:
        schema["required"] = [*required]
    return {**schema, "properties": properties}


def optional(kind: str, description: str, **more: JsonValue) -> JsonObject:
    """Return the schema of a field of a request: null is as good as absent."""
    return {"description": description, "type": [kind, "null"], **more}


def nullable(name: str, description: str) -> JsonObject:
    """Return the schema of a field that holds a component, or null."""
    return {"description": description, "anyOf": [refer(name), {"type": "null"}]}


def as_json(schema: JsonObject, **more: JsonValue) -> JsonObject:
    """Return the content of a message that is JSON of a schema."""
    return {ENVELOPE: {"schema": schema, **more}}


def answer_with(description: str, content: JsonObject, *headers: str) -> JsonObject:
    """Return a response; besides its own headers it has those of every answer."""
    names = ("RequestId", *headers)
    return {
        "description": description,
        "headers": {_HEADERS[name]: refer(name, "headers") for name in names},
        "content": content,
    }


# The components that describe headers, and the names of those.
_HEADERS = {
    "RequestId": "X-Request-Id",
    "RetryAfter": "Retry-After",
    "Authenticate": "WWW-Authenticate",
    "Allow": "Allow",
}
