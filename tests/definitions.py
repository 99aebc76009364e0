"""Values held against JSON Schemas, loosely as clients do it, or strictly as we do it to ourselves.

Definitions leave objects open, since a newer server may say more. Of what this one says today, a
key that nothing describes is a miss.
"""

from __future__ import annotations

from typing import TypeAlias, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from changetrack import JsonObject, JsonValue

# A whole document that holds the definitions, and the way to one of them.
Document: TypeAlias = JsonObject


def close_objects(schema: JsonValue) -> JsonValue:
    """Return a schema whose objects hold nothing but what they describe."""
    if isinstance(schema, list):
        return [close_objects(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: close_objects(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        closed.setdefault("additionalProperties", False)
    return closed


def build_validator(document: Document, pointer: str) -> Validator:
    """Return what validates by the definition that `pointer` leads to, such as `#/$defs/Diff`."""
    return Draft202012Validator(cast("dict[str, object]", {**document, "$ref": pointer}))


def list_misfits(validator: Validator, value: JsonValue) -> list[str]:
    """Return where a value is not as its schema wants it; nothing when it fits."""
    errors = validator.iter_errors(value)
    return [f"{each.json_path}: {_find_cause(each).message:.300}" for each in errors]


def _find_cause(error: ValidationError) -> ValidationError:
    """Return the error of the alternative that came nearest: the one that got deepest."""
    while error.context:
        error = max(error.context, key=lambda each: len(each.absolute_path))
    return error
