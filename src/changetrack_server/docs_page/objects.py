"""Schemas as tables that people can read: a row for each field, nested ones under their parent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple, cast

from changetrack import JsonObject, JsonValue, wire
from changetrack_server.docs_page.markup import (
    Markup,
    breakable,
    code,
    element,
    join,
    link,
    write_inline,
)

__all__ = ["Objects", "as_list", "as_object", "list_choices"]

# An object of so few fields is shown where it is used; a larger one has a table of its own.
_MAX_NESTED = 5
_MAX_DEPTH = 2
# A longer list of words would be in the way; that of errors has a table of its own.
_MAX_WORDS = 10


class _Row(NamedTuple):
    """One field: `path` leads to it from the object of the table."""

    path: str
    schema: JsonObject
    is_required: bool
    depth: int


class Objects:
    """The components of a document; its schemas are objects, which have a table each."""

    def __init__(self, components: JsonObject) -> None:
        self._components = components
        self._schemas = as_object(components["schemas"])

    def write_all(self) -> Markup:
        """Return a section for each of them."""
        return join(self._write_section(name) for name in self._schemas)

    def write_fields(self, schema: JsonObject, mark: str = "required") -> Markup:
        """Return the table of an object's fields; of anything else, what it may be.

        `mark` is what is said of a field that must be there.
        """
        found = self.resolve(schema)
        if "properties" not in found:
            return element("p", self.name_type(found), class_="kind")
        # Fields in a row that are described alike are one row.
        groups = groupby(self._list_rows(found, "", 0, set()), key=lambda row: row[1:])
        rows = (self._write_row([*group], mark) for _, group in groups)
        names = ("Field", "Type", "Meaning")
        head = element("tr", *(element("th", name, scope="col") for name in names))
        table = element("table", element("thead", head), element("tbody", *rows))
        return element("div", table, class_="scroll stacked fields")

    def name_type(self, schema: JsonObject) -> Markup:
        """Return what a value may be, in few words, with links to what has a table."""
        if "$ref" in schema:
            return link(f"#{_read_name(schema)}", _read_name(schema))
        choices = list_choices(schema)
        if choices:
            return join((self.name_type(each) for each in choices), " or ")
        words = [schema["const"]] if "const" in schema else as_list(schema.get("enum"))
        if words:
            return _write_words(words)
        kinds = schema.get("type") or "any JSON"
        names = kinds if isinstance(kinds, list) else [kinds]
        return join((self._name_kind(str(name), schema) for name in names), " or ")

    def _name_kind(self, kind: str, schema: JsonObject) -> Markup:
        if kind == "array":
            items = self.name_type(as_object(schema.get("items")))
            return join(["list of ", items, "s" if items in _PLURALS else ""])
        beyond = schema.get("additionalProperties")
        if kind == "object" and isinstance(beyond, dict) and "properties" not in schema:
            return join(["map to ", self.name_type(beyond)])
        return Markup(kind)

    def _write_section(self, name: str) -> Markup:
        schema = as_object(self._schemas[name])
        said = str(schema.get("description", ""))
        return element(
            "section",
            element("h3", link(f"#{name}", name)),
            element("p", write_inline(said)),
            self.write_fields(schema),
            id=name,
            class_="object",
        )

    def resolve(self, schema: JsonObject) -> JsonObject:
        """Return the schema that a reference leads to."""
        while "$ref" in schema:
            _, _, section, name = str(schema["$ref"]).split("/")
            schema = as_object(as_object(self._components[section])[name])
        return schema

    def _list_rows(
        self, schema: JsonObject, prefix: str, depth: int, shown: set[str]
    ) -> Iterator[_Row]:
        """Yield the fields of an object; those of what is in `shown` are in the table already."""
        required = as_list(schema.get("required"))
        for name, value in as_object(schema["properties"]).items():
            field = as_object(value)
            yield _Row(f"{prefix}{name}", field, name in required, depth)
            suffix, kind, nested = self._find_nested(field)
            if nested and depth < _MAX_DEPTH and kind not in shown:
                shown.add(kind)
                yield from self._list_rows(nested, f"{prefix}{name}{suffix}.", depth + 1, shown)

    def _find_nested(self, field: JsonObject) -> tuple[str, str, JsonObject]:
        """Return how a path enters a small object in a field, its type, and the object."""
        suffix = ""
        if field.get("type") == "array":
            suffix, field = "[]", as_object(field.get("items"))
        choices = _list_values(field) or [field]
        found = self.resolve(choices[0])
        is_small = 0 < len(as_object(found.get("properties"))) <= _MAX_NESTED
        return suffix, _spell(choices[0]), found if is_small and len(choices) == 1 else {}

    def _write_row(self, rows: list[_Row], mark: str) -> Markup:
        row = rows[0]
        names = join(map(_write_path, rows), ", ")
        marked = element("small", mark, class_=mark) if row.is_required else ""
        schema = row.schema if "description" in row.schema else self.resolve(row.schema)
        said = str(schema.get("description", ""))
        bounds = " · ".join(_list_bounds(row.schema))
        return element(
            "tr",
            element("th", names, marked, scope="row", class_=f"depth-{row.depth}"),
            element("td", self._name_field(row)),
            element("td", write_inline(said), element("small", bounds) if bounds else ""),
        )

    def _name_field(self, row: _Row) -> Markup:
        """Return the type of a field, without null where it is only another way to be absent."""
        if row.is_required:
            return self.name_type(row.schema)
        kinds = row.schema.get("type")
        if isinstance(kinds, list):
            return self.name_type(
                {**row.schema, "type": [kind for kind in kinds if kind != "null"]}
            )
        choices = _list_values(row.schema)
        return self.name_type({"oneOf": [*choices]} if choices else row.schema)


def _write_path(row: _Row) -> Markup:
    parent, dot, name = row.path.rpartition(".")
    way = element("span", breakable(parent + dot, "."), class_="parent")
    return element("code", way, element("b", name))


def _list_values(schema: JsonObject) -> list[JsonObject]:
    """Return what a value may be one of, apart from null."""
    return [each for each in list_choices(schema) if each != _NULL]


_NULL: JsonObject = {"type": "null"}

_PLURALS = {"boolean", "integer", "number", "object", "string"}

# How a bound of a schema is said.
_BOUNDS = {
    "minLength": "at least {:,} characters",
    "maxLength": "at most {:,} characters",
    "minItems": "at least {:,}",
    "maxItems": "at most {:,}",
    "minimum": "at least {:,}",
    "maximum": "at most {:,}",
    "exclusiveMinimum": "above {:,}",
}
# What goes without saying.
_PLAIN_BOUNDS = {("minLength", 1), ("minItems", 1), ("minimum", 0)}


def _list_bounds(schema: JsonObject) -> Iterator[str]:
    for keyword, words in _BOUNDS.items():
        if keyword in schema and (keyword, schema[keyword]) not in _PLAIN_BOUNDS:
            yield words.format(schema[keyword])
    if "default" in schema:
        yield f"default {_spell(schema['default'])}"


def list_choices(schema: JsonObject) -> list[JsonObject]:
    """Return what a value may be one of; where schemas are joined, those that have a name."""
    joined = [each for each in as_list(schema.get("allOf")) if "$ref" in as_object(each)]
    named = next((schema[each] for each in ("oneOf", "anyOf") if each in schema), joined)
    return cast("list[JsonObject]", named)


def _write_words(words: list[JsonValue]) -> Markup:
    if len(words) > _MAX_WORDS:
        return Markup(f"one of {len(words)} words")
    names = (word if isinstance(word, str) else _spell(word) for word in words)
    return join(map(code, names), " ")


def _read_name(schema: JsonObject) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _spell(value: JsonValue) -> str:
    return wire.encode(value).decode()


def as_object(value: JsonValue) -> JsonObject:
    """Return a value that is an object; of anything else, an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: JsonValue) -> list[JsonValue]:
    """Return a value that is a list; of anything else, an empty one."""
    return value if isinstance(value, list) else []
