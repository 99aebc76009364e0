"""Schemas of the wire held against what reads and writes: as clients do it, and more strictly.

Definitions leave objects open, since a newer server may say more. Of what this one says today, a
key that nothing describes is a miss.

And they say some of it in words alone, which `write_out` puts into their schemas: generators of
clients make names of what stands in an `enum`, and classes of what stands in a union.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from changetrack import JsonObject, JsonValue

# A whole document that holds the definitions, and the way to one of them.
Document: TypeAlias = JsonObject

# What is read as another word of an `enum`. Folded to the name of a constant, both are the same.
ALIASES = {
    "git-diff": "gitDiff",
    "raw_html": "rawHtml",
    "change-tracking": "changeTracking",
    "change_tracking": "changeTracking",
}


def write_out(schema: JsonValue) -> JsonValue:
    """Return a schema that says what this one says in words: the aliases, and what is a batch."""
    if isinstance(schema, list):
        return [write_out(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    written = {key: write_out(value) for key, value in schema.items()}
    words = schema.get("enum")
    if isinstance(words, list):
        written["enum"] = [*words, *(alias for alias, word in ALIASES.items() if word in words)]
    if "DiffRequest" in schema:
        written["DiffRequest"] = _choose_by_batch(cast("JsonObject", schema["DiffRequest"]))
    return written


def _choose_by_batch(request: JsonObject) -> JsonObject:
    """Return the schema of a request, of which a plain union allows a page with a wrong batch."""
    page, batch = cast("list[JsonValue]", request["anyOf"])
    return {"if": {"properties": {"batch": {"type": "null"}}}, "then": page, "else": batch}


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


def list_samples(*lengths: int) -> list[JsonValue]:
    """Return values of every kind, and strings of these lengths."""
    kinds: list[JsonValue] = [None, True, False, 2.5, -1, 0, 1_000_000, 1_000_001, "gitDiff"]
    lists: list[JsonValue] = [[], ["gitDiff"], ["git-diff", "json"], ["gitdiff"], [None], [0], [{}]]
    objects: list[JsonValue] = [{}, {"markdown": None}, {"markdown": 5}, {"json": 5}]
    return [*kinds, *("x" * length for length in lengths), *lists, *objects]


class Recorder(Mapping[str, JsonValue]):
    """An object of a body that writes down what is looked up in it."""

    def __init__(self, values: JsonObject) -> None:
        self._values = values
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> JsonValue:
        self.asked.add(key)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        # Only the other spelling of a key is asked for in this way.
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
