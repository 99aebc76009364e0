"""What of a JSON value a schema declares, and so what is tracked (DESIGN §4.12).

The schema is not asked whether the value fits: a price that has become a list is still the price.
At each place of the value stand all the schemas that speak of it; a field is kept when one of them
declares it, and what none of them divides is kept whole. So nothing that a schema declares is lost,
whichever branch of it applies. What a schema declares is the matter of `declarations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from changetrack._models import JsonObject, JsonValue, Limits
from changetrack._schema.checking import CheckedSchema, check_schema
from changetrack._schema.declarations import Kind, Reader
from changetrack._schema.metering import Budget, Meter, StepsSpentError
from changetrack.errors import InvalidSchema

if TYPE_CHECKING:
    from collections.abc import Iterable

# Steps are spent where places are met that differ from all before, not for each value: a plain
# schema takes a few for each of its fields. So many take about a second.
_MAX_STEPS = 500_000

_Container: TypeAlias = "dict[str, JsonValue] | list[JsonValue]"


def project_fields(
    value: JsonValue, schema: JsonValue | CheckedSchema, budget: Budget | None = None
) -> JsonValue:
    """Return what of a value the schema declares, in the value's own order.

    Only fields of objects are left out, never items of lists. An object is kept whole when no
    schema for it names fields, or when one leaves them open. Idempotent. The value is not changed,
    but what is kept of it is shared and not copied.

    Raises:
        InvalidSchema: the schema was not checked before and cannot be used, or its branches and
            patterns take too much work on this value.

    >>> project_fields({"price": 24, "scrapedAt": "12:07"}, {"properties": {"price": {}}})
    {'price': 24}
    """
    checked = schema if isinstance(schema, CheckedSchema) else check_schema(schema, Limits())
    atlas = _Atlas(Reader(checked, Meter(checked.programs, _MAX_STEPS, budget)))
    try:
        return _project(value, atlas.find([checked.document]))
    except StepsSpentError:
        raise InvalidSchema(
            "the branches and patterns of the schema take too much work on this value",
            "use fewer of them",
        ) from None


def _project(value: JsonValue, place: _Place) -> JsonValue:
    root: list[JsonValue] = [value]
    pending: list[tuple[JsonValue, _Place, _Container, str | int]] = [(value, place, root, 0)]
    while pending:
        found, place, container, key = pending.pop()
        if isinstance(found, dict):
            fields = place.divide("object")
            if fields:
                kept: JsonObject = {}
                for name, child in found.items():
                    below = fields.find_field(name)
                    if below:
                        kept[name] = child
                        pending.append((child, below, kept, name))
                container[key] = kept  # type: ignore[index]
        elif isinstance(found, list):
            items = place.divide("array")
            if items:
                copied = list(found)
                pending += [
                    (child, items.find_item(index), copied, index)
                    for index, child in enumerate(found)
                ]
                container[key] = copied  # type: ignore[index]
    return root[0]


class _Atlas:
    """All places that were met; places of which the same schemas speak are one."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._places: dict[tuple[int, ...], _Place] = {}

    def find(self, schemas: Iterable[JsonValue]) -> _Place:
        different = {id(schema): schema for schema in schemas}
        key = tuple(sorted(different))
        if key not in self._places:
            self._places[key] = _Place(self, list(different.values()))
        return self._places[key]


class _Place:
    """A place in a value, and the schemas that speak of it."""

    def __init__(self, atlas: _Atlas, schemas: list[JsonValue]) -> None:
        self._atlas = atlas
        self._schemas = schemas
        self._divisions: dict[Kind, _Division | None] = {}

    def divide(self, kind: Kind) -> _Division | None:
        """Return how a value of this kind is divided here; None when it is tracked whole."""
        if kind not in self._divisions:
            schemas = self._atlas.reader.combine(self._schemas, kind)
            self._divisions[kind] = _Division(self._atlas, schemas) if schemas else None
        return self._divisions[kind]


class _Division:
    """The parts of the objects or arrays at one place."""

    def __init__(self, atlas: _Atlas, schemas: tuple[JsonObject, ...]) -> None:
        reader = atlas.reader
        self._atlas = atlas
        self._schemas = schemas
        # Every other name, and every further item, is like the next one.
        self._names = {name for schema in schemas for name in reader.list_names(schema)}
        self._is_named_only = not any(map(reader.has_patterns, schemas))
        self._first = max(len(reader.list_first_items(schema)) for schema in schemas)
        self._fields: dict[str | None, _Place | None] = {}
        self._items: dict[int, _Place] = {}

    def find_field(self, name: str) -> _Place | None:
        """Return the place of a field; None when no schema declares it."""
        key = None if self._is_named_only and name not in self._names else name
        if key not in self._fields:
            list_fields = self._atlas.reader.list_fields
            found = [child for schema in self._schemas for child in list_fields(schema, name)]
            self._fields[key] = self._atlas.find(found) if found else None
        return self._fields[key]

    def find_item(self, index: int) -> _Place:
        """Return the place of an item."""
        key = min(index, self._first)
        if key not in self._items:
            list_items = self._atlas.reader.list_items
            found = [child for schema in self._schemas for child in list_items(schema, key)]
            self._items[key] = self._atlas.find(found)
        return self._items[key]
