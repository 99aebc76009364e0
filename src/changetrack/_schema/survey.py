"""One walk over a JSON Schema: what stands where, what refers to what, what it would grow to.

Only schemas are walked, not everything that looks like one: `{"const": {"$ref": 5}}` is a constant.
What is behind a reference is a schema too, wherever it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.paths import format_path
from changetrack._schema.keywords import DRAFT_4, KEYWORDS, name_kind
from changetrack.errors import InvalidSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._models import FieldPath, JsonObject, JsonValue, Limits
    from changetrack._schema.patterns import Program

# All three mean the same where the whole schema is one document.
_REFERENCES = ("$ref", "$recursiveRef", "$dynamicRef")
_ANCHORS = ("$anchor", "$dynamicAnchor")
# These apply their schemas to the value that the schema around them applies to.
_IN_PLACE = (
    *("allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
    *("dependentSchemas", "dependencies"),
)
_MAX_QUOTE = 60
# Of all patterns of a schema together; two hundred dates, or ten of the largest single ones.
_MAX_PATTERN_STEPS = 20_000


class _Place(NamedTuple):
    schema: JsonObject
    path: FieldPath

    def refuse(self, problem: str, remedy: str, *below: str) -> InvalidSchema:
        path = (*self.path, *below)
        return InvalidSchema(problem, remedy, format_path(path) if path else "")


class _Growth(NamedTuple):
    """What a schema applies to one value: nested how deep, and how many schemas in all."""

    depth: int = 0
    schemas: int = 1


class Survey:
    """What is found in one document: its references and where they lead, its patterns."""

    def __init__(self, document: JsonObject, dialect: int) -> None:
        self.dialect = dialect
        self.targets: dict[str, JsonValue] = {}
        self.programs: dict[str, Program] = {}
        self._steps = 0
        self._document = document
        self._keywords = KEYWORDS[dialect]
        self._places: dict[int, _Place] = {}
        self._anchors: dict[str, _Place] = {}
        self._references: dict[int, str] = {}
        self._growths: dict[int, _Growth] = {}

    def visit_all(self) -> None:
        """Check every schema, also those that only a reference leads to."""
        name = self._document.pop(self._identifier, "")
        if not isinstance(name, str):
            problem = f"must be a string, is {name_kind(name)}"
            raise InvalidSchema(problem, "leave it out", self._identifier)
        self._visit(self._document, ())
        # The list grows while it is read: behind a reference there may be others.
        seen = 0
        while seen < len(self._places):
            for place in list(self._places.values())[seen:]:
                seen += 1
                self._follow(place)

    def measure_all(self, limits: Limits) -> None:
        """Refuse references that lead back to where they stand, and branches that multiply."""
        for place in self._places.values():
            growth = self._measure(place, [], limits.schema_depth)
            if growth.depth > limits.schema_depth:
                raise _refuse_depth(place, limits.schema_depth)
            if growth.schemas > limits.schema_expansion:
                raise place.refuse(
                    f"its branches multiply to more than {limits.schema_expansion:,} schemas",
                    "simplify it or raise the limit",
                )

    def rewrite_references(self) -> None:
        """Leave one spelling: a `$ref` with the pointer that is a key of `targets`."""
        for place in self._places.values():
            for keyword in (*_REFERENCES, *_ANCHORS):
                if keyword in self._keywords:
                    place.schema.pop(keyword, None)
            if id(place.schema) in self._references:
                place.schema["$ref"] = self._references[id(place.schema)]

    @property
    def _identifier(self) -> str:
        return "id" if self.dialect == DRAFT_4 else "$id"

    def _visit(self, schema: JsonValue, path: FieldPath) -> None:
        pending = [(schema, path)]
        while pending:
            found, at = pending.pop()
            if isinstance(found, bool) and self.dialect != DRAFT_4:
                continue
            if not isinstance(found, dict):
                problem = f"must be a schema, is {name_kind(found)}"
                raise InvalidSchema(problem, "write an object", format_path(at))
            if id(found) not in self._places:
                place = self._places[id(found)] = _Place(found, at)
                self._check_names(place)
                pending += reversed(list(self._read(place)))

    def _read(self, place: _Place) -> Iterator[tuple[JsonValue, FieldPath]]:
        """Check the keywords of one schema and yield the schemas that stand in them."""
        for keyword, value in place.schema.items():
            shape = self._keywords.get(keyword)
            if shape is None:
                continue
            if not shape.accepts(value):
                problem = f"must be {shape.wants}, is {_quote(value)}"
                raise place.refuse(problem, "correct it or leave it out", keyword)
            if keyword == "pattern":
                self._compile(str(value), place, keyword)
            for below, child in shape.children(value):
                if keyword == "patternProperties":
                    self._compile(str(below[0]), place, keyword, str(below[0]))
                yield child, (*place.path, keyword, *below)

    def _check_names(self, place: _Place) -> None:
        for keyword in ("$schema", self._identifier):
            if keyword in place.schema and place.path:
                raise place.refuse(
                    "a schema inside another has no name or dialect of its own",
                    "leave it out, and refer to it by its place: #/$defs/…",
                    keyword,
                )
        for keyword in _ANCHORS:
            name = place.schema.get(keyword)
            if keyword in self._keywords and isinstance(name, str):
                if name in self._anchors:
                    raise place.refuse("this anchor is already set", "choose another", keyword)
                self._anchors[name] = place

    def _compile(self, pattern: str, place: _Place, *below: str) -> None:
        from changetrack._schema.patterns import compile_pattern  # 3 ms, for patterns only

        if pattern not in self.programs:
            try:
                self.programs[pattern] = compile_pattern(pattern)
            except InvalidSchema as error:
                raise place.refuse(error.problem, error.remedy, *below) from None
            self._steps += len(self.programs[pattern].steps)
            if self._steps > _MAX_PATTERN_STEPS:
                raise place.refuse("the patterns are too large together", "use fewer", *below)

    def _follow(self, place: _Place) -> None:
        found = [keyword for keyword in _REFERENCES if keyword in place.schema]
        if not found:
            return
        if len(found) > 1:
            raise place.refuse("two references stand side by side", "put them into allOf", found[1])
        text = place.schema[found[0]]
        if not isinstance(text, str) or not text.startswith("#"):
            raise place.refuse(
                f"{_quote(text)} is not followed: only the schema itself is read",
                "copy what it names into $defs and write #/$defs/…",
                found[0],
            )
        target, path = self._resolve(text, place, found[0])
        self._visit(target, path)
        pointer = "#" + "".join(f"/{_escape(str(segment))}" for segment in path)
        self.targets[pointer] = target
        self._references[id(place.schema)] = pointer

    def _resolve(self, text: str, place: _Place, keyword: str) -> tuple[JsonValue, FieldPath]:
        from urllib.parse import unquote  # some milliseconds that only references cost

        fragment = unquote(text[1:])
        if fragment in self._anchors:
            return self._anchors[fragment].schema, self._anchors[fragment].path
        found: JsonValue = self._document
        path: FieldPath = ()
        name, *tokens = fragment.split("/")
        for token in [name, *tokens] if name else tokens:
            key = token.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and key in found and not name:
                found, path = found[key], (*path, key)
            elif isinstance(found, list) and key in map(str, range(len(found))):
                found, path = found[int(key)], (*path, int(key))
            else:
                raise place.refuse(
                    f"{_quote(text)} leads nowhere", "write the place of a schema in it", keyword
                )
        return found, path

    def _measure(self, place: _Place, trail: list[int], allowed: int) -> _Growth:
        """Return what one schema grows to; the trail is of the schemas that lead to it in place."""
        key = id(place.schema)
        if key in trail:
            raise place.refuse(
                "a reference leads back here without going into a field or an item",
                "remove the loop",
            )
        if key not in self._growths:
            if len(trail) > allowed:
                raise _refuse_depth(place, allowed)
            trail.append(key)
            growths = [self._measure(child, trail, allowed) for child in self._list_in_place(place)]
            trail.pop()
            self._growths[key] = _Growth(
                depth=1 + max((growth.depth for growth in growths), default=0),
                schemas=1 + sum(growth.schemas for growth in growths),
            )
        return self._growths[key]

    def _list_in_place(self, place: _Place) -> Iterator[_Place]:
        children = [
            child
            for keyword in _IN_PLACE
            if keyword in place.schema and keyword in self._keywords
            for _, child in self._keywords[keyword].children(place.schema[keyword])
        ]
        if id(place.schema) in self._references:
            children.append(self.targets[self._references[id(place.schema)]])
        return (self._places[id(child)] for child in children if isinstance(child, dict))


def _refuse_depth(place: _Place, allowed: int) -> InvalidSchema:
    return place.refuse(
        f"more than {allowed} schemas apply inside one another to one value",
        "simplify it or raise the limit",
    )


def _escape(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1").replace("%", "%25")


def _quote(value: JsonValue) -> str:
    return repr(value[:_MAX_QUOTE]) if isinstance(value, str) else name_kind(value)
