"""A schema as extraction reads it: which fields there are, of which types, and where to look.

Only what describes a value counts: `type`, `properties`, `items`, `required`, `x-selector`, local
`$ref`, and the branches of `allOf`, `anyOf` and `oneOf`, of which each may say something. Whether
the schema is a good one is decided by the library, which reads the same document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

from changetrack import JsonObject, JsonValue, format_path
from changetrack.errors import InvalidSchema
from changetrack_server.extracting.selectors import Selector, compile_selector
from changetrack_server.schemas import list_speakers

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Field", "read_fields"]

Shape: TypeAlias = Literal["array", "object", "single"]

# Of one schema. Somebody who writes so many has a site, not a page.
_MAX_SELECTORS = 200
# Places of a schema, each with the schemas that speak of it; what references unfold to.
_MAX_FIELDS = 2_000
# Schemas that speak of one place.
_MAX_SPEAKERS = 100
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_SAYING = frozenset({"items", "properties", "required", "type", "x-selector"})
_SELECTOR = "x-selector"


@dataclass(slots=True, kw_only=True, eq=False)
class Field:
    """One place of a schema. A schema that refers to itself makes a circle of them."""

    path: str
    kinds: frozenset[str]
    selector: Selector | None
    required: tuple[str, ...]
    properties: dict[str, Field] = field(default_factory=dict)
    items: Field | None = None
    # Whether it or anything in it has a selector.
    has_selectors: bool = False

    @property
    def shape(self) -> Shape:
        """Whether it is a list, an object or a single value."""
        if self.items is not None or "array" in self.kinds:
            return "array"
        return "object" if self.properties or "object" in self.kinds else "single"


def read_fields(schema: JsonValue) -> Field:
    """Return the root of a schema's fields.

    Raises:
        InvalidSchema: it is no object, a selector in it cannot be used, or it has too many.
    """
    if not isinstance(schema, dict):
        raise InvalidSchema("a schema is an object", "leave it out to track all fields", "schema")
    return _Reader(schema).read()


class _Reader:
    """Reads one schema; places of which the same schemas speak are one field."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._known: dict[tuple[int, ...], Field] = {}
        self._waiting: list[tuple[Field, list[JsonObject], str]] = []
        self._selectors = 0

    def read(self) -> Field:
        """Return the root, with all that is below it."""
        root = self._find([self._root], "schema")
        while self._waiting:
            each, speakers, path = self._waiting.pop()
            self._read_parts(each, speakers, path)
        _mark_selectors(self._known.values())
        for each in self._known.values():
            _check_use(each)
        return root

    def _find(self, schemas: Iterable[JsonValue], path: str) -> Field:
        heard = islice(list_speakers(schemas, self._root), _MAX_SPEAKERS)
        speakers = [each for each in heard if not each.keys().isdisjoint(_SAYING)]
        key = tuple(map(id, speakers))
        if key in self._known:
            return self._known[key]
        if len(self._known) == _MAX_FIELDS:
            raise InvalidSchema("the schema unfolds to too many fields", "simplify it", "schema")
        made = Field(
            path=path,
            kinds=frozenset(kind for each in speakers for kind in _list_kinds(each)),
            selector=self._read_selector(speakers, path),
            required=tuple(dict.fromkeys(name for each in speakers for name in _list_names(each))),
        )
        self._known[key] = made
        self._waiting.append((made, speakers, path))
        return made

    def _read_parts(self, each: Field, speakers: list[JsonObject], path: str) -> None:
        parts: dict[str, list[JsonValue]] = {}
        for speaker in speakers:
            for name, schema in _as_object(speaker.get("properties")).items():
                parts.setdefault(name, []).append(schema)
        for name, schemas in parts.items():
            below = _join(path, "properties", name)
            each.properties[name] = self._find(schemas, below)
        items = [speaker["items"] for speaker in speakers if "items" in speaker]
        if items:
            each.items = self._find(items, _join(path, "items"))

    def _read_selector(self, speakers: list[JsonObject], path: str) -> Selector | None:
        said = [each[_SELECTOR] for each in speakers if _SELECTOR in each]
        if not said:
            return None
        self._selectors += 1
        if self._selectors > _MAX_SELECTORS:
            problem = f"the schema has more than {_MAX_SELECTORS} selectors"
            raise InvalidSchema(problem, "split it", "schema")
        return compile_selector(said[0], _join(path, _SELECTOR))


def _check_use(each: Field) -> None:
    """Refuse selectors that do not say what they are for."""
    items = each.items
    has_inner = bool(each.properties) or (items is not None and items.has_selectors)
    selector = each.selector
    if selector is None:
        if each.shape == "array" and has_inner and items is not None and items.selector is None:
            raise InvalidSchema(
                "there are selectors for what is in the items of a list, but none for the items",
                "add an x-selector for the list: each element that it finds is an item",
                each.path,
            )
    elif selector.is_explicit and has_inner:
        taken = f"::attr({selector.attribute})" if selector.attribute else "::text"
        raise InvalidSchema(
            f"the selector takes {taken}, where elements are wanted to look in",
            "leave that out here, and say it where the values are",
            _join(each.path, _SELECTOR),
        )


def _mark_selectors(fields: Iterable[Field]) -> None:
    """Mark the fields that have a selector, or that lead to one."""
    above: dict[int, list[Field]] = {}
    marked = []
    for each in fields:
        parts = [*each.properties.values(), *([each.items] if each.items else [])]
        for part in parts:
            above.setdefault(id(part), []).append(each)
        if each.selector is not None:
            marked.append(each)
    while marked:
        each = marked.pop()
        if not each.has_selectors:
            each.has_selectors = True
            marked += above.get(id(each), [])


def _list_kinds(schema: JsonObject) -> Iterator[str]:
    said = schema.get("type")
    for kind in said if isinstance(said, list) else [said]:
        if isinstance(kind, str) and kind in _TYPES:
            yield kind


def _list_names(schema: JsonObject) -> Iterator[str]:
    required = schema.get("required")
    if isinstance(required, list):
        yield from (name for name in required if isinstance(name, str))


def _as_object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _join(path: str, *names: str) -> str:
    below = format_path(names)
    return f"{path}{below}" if below.startswith("[") else f"{path}.{below}"
