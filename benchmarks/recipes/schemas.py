"""JSON Schemas with a value: what does a schema cost at worst, checked, validated and projected?

A schema that is refused is a good answer, as long as it is refused quickly.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from benchmarks.recipes import Job, Recipe
from benchmarks.values import Json
from changetrack import track
from changetrack.errors import ChangeTrackError

# The schema alone may have 64 KB, so an input is small and its fixed costs weigh.
LEAST_BYTES = 1_000
_MOST_ITEMS = 20_000
_MOST_SCHEMA_BYTES = 20_000
_PATTERNS = (
    "^(a+)+$",
    "^(a|a)*$",
    "(.*a){20}",
    "^[a-z]+$",
    "(x+x+)+y",
    "^(?=a*b)a*$",
    "a{1,900}{1,90}",
)


class Contract:
    """The schema and the value while they grow."""

    def __init__(self, recipe: Recipe) -> None:
        self.scale = recipe.scale
        self.schema: dict[str, Json] = {"type": "object", "properties": {}, "$defs": {}}
        self.value: dict[str, Json] = {}

    def declare(self, schema: Json, value: Json) -> None:
        """Add a property with its schema and its value."""
        name = f"p{len(self.value)}"
        properties = self.schema["properties"]
        assert isinstance(properties, dict)
        properties[name] = schema
        self.value[name] = value

    def define(self, name: str, schema: Json) -> None:
        """Add a definition for local references."""
        definitions = self.schema["$defs"]
        assert isinstance(definitions, dict)
        definitions[name] = schema


def build(recipe: Recipe) -> Job:
    """Return the check that a recipe describes."""
    contract = Contract(recipe)
    for name, one, two in recipe.steps:
        STEPS[name](contract, one, two)
    schema, value = contract.schema, contract.value

    def run() -> object:
        try:
            return track(json=value, previous={"json": {}}, modes=["json"], schema=schema).diff
        except ChangeTrackError as error:
            return error

    return Job(len(json.dumps(schema)) + len(json.dumps(value)), run)


def _properties(contract: Contract, count: int, used: int) -> None:
    names = [f"field{at}" for at in range(min(count, 2_000))]
    value: Json = dict.fromkeys(names[:used], 1)
    contract.declare(
        {"type": "object", "properties": {name: {"type": "string"} for name in names}}, value
    )


def _branches(keyword: str) -> Callable[[Contract, int, int], None]:
    def step(contract: Contract, count: int, depth: int) -> None:
        schema: Json = {"type": "integer"}
        for _ in range(min(depth, 12)):
            if len(json.dumps(schema)) < _MOST_SCHEMA_BYTES:
                schema = {keyword: [schema] * min(count, 6)}
        contract.declare(schema, "no integer")

    return step


def _doubling_refs(contract: Contract, depth: int, keyword: int) -> None:
    word = ("anyOf", "allOf", "oneOf")[keyword % 3]
    depth = min(depth, 40)
    start = f"d{len(contract.value)}"
    for at in range(depth):
        there: Json = {"$ref": f"#/$defs/{start}-{at + 1}"}
        contract.define(f"{start}-{at}", {word: [there, there]})
    contract.define(f"{start}-{depth}", {"type": "integer"})
    contract.declare({"$ref": f"#/$defs/{start}-0"}, "x")


def _recursive(contract: Contract, depth: int, width: int) -> None:
    name = f"r{len(contract.value)}"
    reference: Json = {"$ref": f"#/$defs/{name}"}
    contract.define(name, {"anyOf": [{"type": "null"}, {"items": reference}, {"items": reference}]})
    value: Json = None
    for _ in range(min(depth, 60)):
        value = [value] * min(width, 2)
        if len(json.dumps(value)) > _MOST_ITEMS:
            break
    contract.declare(reference, value)


def _items(contract: Contract, count: int, kind: int) -> None:
    value: Json = list(range(min(count * contract.scale, _MOST_ITEMS * contract.scale)))
    rules: list[Json] = [{"type": "string"}, {"enum": ["a", "b"]}, {"not": {}}, {"const": 1}, False]
    contract.declare({"type": "array", "items": rules[kind % len(rules)]}, value)


def _unique(contract: Contract, count: int, kind: int) -> None:
    count = min(count * contract.scale, _MOST_ITEMS * contract.scale)
    made: list[Json] = []
    for at in range(count):
        shapes: list[Json] = [{"a": [at]}, [at, {}], at]
        made.append(shapes[kind % len(shapes)])
    contract.declare({"type": "array", "uniqueItems": True}, made)


def _contains(contract: Contract, count: int, branches: int) -> None:
    rule: Json = {"contains": {"anyOf": [{"const": f"c{at}"} for at in range(min(branches, 200))]}}
    contract.declare(rule, list(range(min(count * contract.scale, _MOST_ITEMS * contract.scale))))


def _pattern(contract: Contract, length: int, kind: int) -> None:
    rule: Json = {"type": "string", "pattern": _PATTERNS[kind % len(_PATTERNS)]}
    contract.declare(rule, "a" * min(length * contract.scale, 50_000) + "!")


def _pattern_properties(contract: Contract, count: int, keys: int) -> None:
    rules: Json = {f"^k{at}": {"type": "string"} for at in range(min(count, 300))}
    value: Json = {f"k{at}": at for at in range(min(keys * contract.scale, 3_000 * contract.scale))}
    contract.declare({"type": "object", "patternProperties": rules}, value)


def _enum(contract: Contract, count: int, items: int) -> None:
    choices: Json = [[at, {"v": at}] for at in range(min(count, 1_000))]
    contract.declare({"items": {"enum": choices}}, list(range(min(items, 2_000) * contract.scale)))


def _unevaluated(contract: Contract, count: int, depth: int) -> None:
    names = [f"u{at}" for at in range(min(count, 300))]
    schema: Json = {"properties": dict.fromkeys(names, True)}
    for _ in range(min(depth, 10)):
        if len(json.dumps(schema)) > _MOST_SCHEMA_BYTES:
            break
        schema = {"allOf": [schema, schema], "unevaluatedProperties": False}
    contract.declare(schema, {f"x{at}": at for at in range(min(count, 300))})


STEPS: dict[str, Callable[[Contract, int, int], None]] = {
    "properties": _properties,
    "anyOf": _branches("anyOf"),
    "oneOf": _branches("oneOf"),
    "allOf": _branches("allOf"),
    "doubling refs": _doubling_refs,
    "recursive": _recursive,
    "items": _items,
    "unique": _unique,
    "contains": _contains,
    "pattern": _pattern,
    "pattern properties": _pattern_properties,
    "enum": _enum,
    "unevaluated": _unevaluated,
}
