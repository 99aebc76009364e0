"""Nulls that a model writes for what a page does not say, taken out again.

An answer may have fifty thousand fields and a schema hundreds of branches, so what a schema says is
put together once for each of its places, and not once for each field.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from changetrack import JsonObject, JsonValue
from changetrack_server.schemas import list_speakers

__all__ = ["drop_nulls"]

# Schemas and their parts that are looked at, in all: a tenth of a second. The largest schema has
# 2,000; only one whose parts say something else on every way through them comes so far.
_MAX_STEPS = 500_000


def drop_nulls(fields: JsonObject, schema: JsonValue) -> JsonObject:
    """Return an object without the null fields that its schema neither requires nor allows.

    Where a schema takes too much work to be read to its end, nulls are left as they are.

    >>> schema = {"properties": {"a": {"type": "string"}, "b": {"type": ["string", "null"]}}}
    >>> drop_nulls({"a": None, "b": None}, schema)
    {'b': None}
    """
    dropper = _Dropper(schema)
    return dropper.drop_in_object(fields, dropper.read([schema]))


@dataclass(slots=True, kw_only=True, eq=False)
class _Place:
    """All that a schema says of the value in one place; by itself, nothing."""

    # The schemas of what is in it.
    properties: dict[str, list[JsonValue]] = field(default_factory=dict)
    items: list[JsonValue] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    allows_null: bool = False
    # Its properties as places, as far as they were asked for.
    known: dict[str, _Place] = field(default_factory=dict)


_UNKNOWN = _Place(allows_null=True)


class _Dropper:
    """Reads one schema along one value."""

    def __init__(self, document: JsonValue) -> None:
        self._document = document
        self._known: dict[tuple[int, ...], _Place] = {}
        self._left = _MAX_STEPS

    def read(self, schemas: list[JsonValue]) -> _Place:
        """Return what these schemas say together, with all their branches and references."""
        key = tuple(dict.fromkeys(map(id, schemas)))
        place = self._known.get(key)
        if place is None:
            place = self._known[key] = self._put_together(schemas)
        return place

    def drop_in_object(self, fields: JsonObject, place: _Place) -> JsonObject:
        """Return an object of a place without what it cannot mean."""
        kept: JsonObject = {}
        for name, value in fields.items():
            if name not in place.properties:
                kept[name] = value
                continue
            below = place.known.get(name)
            if below is None:
                below = place.known[name] = self.read(place.properties[name])
            if value is not None or below.allows_null or name in place.required:
                kept[name] = self._drop(value, below)
        return kept

    def _drop(self, value: JsonValue, place: _Place) -> JsonValue:
        if isinstance(value, dict):
            return self.drop_in_object(value, place)
        if not isinstance(value, list) or not place.items:
            return value
        items = self.read(place.items)
        return [self._drop(item, items) for item in value]

    def _put_together(self, schemas: list[JsonValue]) -> _Place:
        place = _Place()
        for schema in list_speakers(schemas, self._document):
            self._left -= _count_parts(schema)
            if self._left < 0:
                return _UNKNOWN
            properties = schema.get("properties")
            for name, each in properties.items() if isinstance(properties, dict) else ():
                place.properties.setdefault(name, []).append(each)
            if "items" in schema:
                place.items.append(schema["items"])
            required = _get_list(schema, "required")
            place.required.update(name for name in required if isinstance(name, str))
            place.allows_null = place.allows_null or _allows_null(schema)
        return place


def _count_parts(schema: JsonObject) -> int:
    return 1 + sum(len(each) for each in schema.values() if isinstance(each, dict | list))


def _allows_null(schema: JsonObject) -> bool:
    types = schema.get("type")
    names = types if isinstance(types, list) else [types]
    is_const = "const" in schema and schema["const"] is None
    return "null" in names or None in _get_list(schema, "enum") or is_const


def _get_list(schema: JsonObject, keyword: str) -> list[JsonValue]:
    items = schema.get(keyword)
    return items if isinstance(items, list) else []
