"""What a JSON Schema declares at one place of a value: which fields, which items.

A schema declares fields when it names some, and items when it describes them. Several schemas may
speak of one value: together (`allOf`, `$ref`), or each for a case of its own (`anyOf`, `oneOf`,
`then` and `else`). What they say is collected here; `projection` walks the value along it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from changetrack._models import JsonObject, JsonValue
from changetrack._schema.keywords import DRAFT_4

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from changetrack._schema.checking import CheckedSchema
    from changetrack._schema.metering import Meter

Kind: TypeAlias = Literal["object", "array"]
PYTHON_TYPES: dict[Kind, type] = {"object": dict, "array": list}


class Declarations(NamedTuple):
    """What a schema says about the parts of objects, or of arrays.

    `schemas` are those that declare parts. Where there are none, `admits` tells a schema that lets
    any such value in from one that is about other values.
    """

    schemas: tuple[JsonObject, ...]
    admits: bool

    @property
    def is_free(self) -> bool:
        """Whether such a value may hold anything."""
        return self.admits and not self.schemas


class Reader:
    """Reads one checked schema; remembers what it read."""

    def __init__(self, checked: CheckedSchema, meter: Meter) -> None:
        self._checked = checked
        self._meter = meter
        self._known: dict[tuple[int, Kind], Declarations] = {}

    def read(self, schema: JsonValue, kind: Kind) -> Declarations:
        """Return what a schema declares about values of one kind."""
        if not isinstance(schema, dict):
            return Declarations((), admits=schema is True)
        key = (id(schema), kind)
        if key not in self._known:
            self._known[key] = self._read_schema(schema, kind)
        return self._known[key]

    def combine(self, schemas: Iterable[JsonValue], kind: Kind) -> tuple[JsonObject, ...]:
        """Return all that declares parts of a value which several schemas speak of.

        Nothing when one of them leaves the value free: then it is tracked as a whole.
        """
        read = [self.read(schema, kind) for schema in schemas]
        self._meter.spend(sum(1 + len(each.schemas) for each in read))
        return () if any(each.is_free for each in read) else _unite(read)

    def list_fields(self, schema: JsonObject, name: str) -> Iterator[JsonValue]:
        """Yield the schemas that one schema has for a field; none when it does not declare it."""
        declared = _read_object(self._checked.get(schema, "properties"))
        patterns = _read_object(self._checked.get(schema, "patternProperties"))
        self._meter.spend(1 + len(patterns))
        found = [declared[name]] if name in declared else []
        matched = [child for text, child in patterns.items() if self._meter.search(text, name)]
        if found or matched:
            # A pattern that admits nothing declares nothing either.
            yield from (*found, *(child for child in matched if child is not False))
        else:
            yield from self._list_open(schema, "additionalProperties", "unevaluatedProperties")

    def list_items(self, schema: JsonObject, index: int) -> Iterator[JsonValue]:
        """Yield the schemas that one schema has for an item; no item is ever left out."""
        self._meter.spend(1)
        first = self.list_first_items(schema)
        if index < len(first):
            yield first[index]
            return
        rest = "additionalItems" if first is schema.get("items") else "items"
        yield next(self._list_open(schema, rest, "unevaluatedItems"), True)
        for child in self._checked.children(schema, "contains"):
            if any(self.read(child, kind).schemas for kind in PYTHON_TYPES):
                yield child

    def list_first_items(self, schema: JsonObject) -> list[JsonValue]:
        """Return the schemas that a schema has for single items, from the first on."""
        first = self._checked.get(schema, "prefixItems") or self._checked.get(schema, "items")
        return first if isinstance(first, list) else []

    def list_names(self, schema: JsonObject) -> Collection[str]:
        """Return the fields that a schema names."""
        return _read_object(self._checked.get(schema, "properties"))

    def has_patterns(self, schema: JsonObject) -> bool:
        """Return whether it takes more than names to tell the fields of a schema."""
        return bool(self._checked.get(schema, "patternProperties"))

    def _list_open(self, schema: JsonObject, *keywords: str) -> Iterator[JsonValue]:
        for keyword in keywords:
            found = self._checked.get(schema, keyword)
            if found is not None and found is not False:
                yield found

    def _read_schema(self, schema: JsonObject, kind: Kind) -> Declarations:
        together = [self.read(child, kind) for child in self._list_together(schema)]
        cases = [[self.read(child, kind) for child in case] for case in self._list_cases(schema)]
        own = (schema,) if self._declares(schema, kind) else ()
        # Cases of which each divides the value divide it; one that leaves it free does not …
        decided = [case for case in cases if not any(each.is_free for each in case)]
        if own or any(each.schemas for case in (together, *decided) for each in case):
            # … unless something else divides it: then a case says what else there may be.
            said = [each for case in (together, *cases) for each in case]
            self._meter.spend(sum(1 + len(each.schemas) for each in said))
            return Declarations(_unite([Declarations(own, admits=True), *said]), admits=True)
        admits = (
            self._admits(schema, kind)
            and all(each.admits for each in together)
            and all(any(each.admits for each in case) for case in cases)
        )
        return Declarations((), admits=admits)

    def _declares(self, schema: JsonObject, kind: Kind) -> bool:
        if kind == "array":
            described = self._list_open(schema, "prefixItems", "items", "unevaluatedItems")
            return next(described, None) is not None
        others = self._list_open(schema, "additionalProperties", "unevaluatedProperties")
        is_named = bool(self.list_names(schema)) or self.has_patterns(schema)
        return is_named or next(others, None) is not None

    def _admits(self, schema: JsonObject, kind: Kind) -> bool:
        types = schema.get("type", kind)
        allowed = self._checked.get(schema, "enum")
        if "const" in schema and self._checked.dialect != DRAFT_4:
            allowed = [schema["const"]]
        return (kind in types if isinstance(types, list) else kind == types) and (
            not isinstance(allowed, list)
            or any(isinstance(value, PYTHON_TYPES[kind]) for value in allowed)
        )

    def _list_together(self, schema: JsonObject) -> Iterator[JsonValue]:
        """Yield the schemas that apply whenever this one does."""
        if "$ref" in schema:
            yield self._checked.targets[str(schema["$ref"])]
        yield from self._checked.children(schema, "allOf")

    def _list_cases(self, schema: JsonObject) -> Iterator[list[JsonValue]]:
        """Yield the sets of schemas of which one applies, or none: that is true."""
        for keyword in ("anyOf", "oneOf"):
            branches = list(self._checked.children(schema, keyword))
            if branches:
                yield branches
        if next(self._checked.children(schema, "if"), None) is not None:
            keywords = ("then", "else")
            yield [next(self._checked.children(schema, keyword), True) for keyword in keywords]
        for keyword in ("if", "dependentSchemas", "dependencies"):
            for child in self._checked.children(schema, keyword):
                yield [child, True]


def _read_object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _unite(declarations: Iterable[Declarations]) -> tuple[JsonObject, ...]:
    """Return the schemas of all, each once."""
    united = {id(schema): schema for each in declarations for schema in each.schemas}
    return tuple(united.values())
