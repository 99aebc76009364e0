"""Whether a JSON Schema can be used: well formed, bounded, sufficient in itself (DESIGN §4.12).

A schema comes from outside. It may not make us read anything else, nor work without end: it has a
size, a reference stays in the document and may not lead back to where it stands, and branches may
not multiply beyond a limit. What is checked here is not doubted again in `schema` (validation) and
`projection`. How the document is walked is the matter of `survey`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from changetrack._hashing import copy_json, dump_json
from changetrack._schema.keywords import DIALECTS, KEYWORDS, NEWEST, name_kind
from changetrack._schema.survey import Survey
from changetrack.errors import InvalidSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._models import JsonObject, JsonValue, Limits
    from changetrack._schema.patterns import Program

_MAX_QUOTE = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedSchema:
    """A schema that `check_schema` found good, made ready.

    Every reference in `document` is a `$ref` whose text is a key of `targets`; identifiers, anchors
    and `$schema` are gone from it. `programs` holds the compiled patterns by their text.
    """

    dialect: int
    document: JsonObject
    targets: dict[str, JsonValue]
    programs: dict[str, Program]

    def get(self, schema: JsonObject, keyword: str) -> JsonValue:
        """Return what a keyword holds, None where it is absent or unknown in this dialect."""
        return schema.get(keyword) if keyword in KEYWORDS[self.dialect] else None

    def children(self, schema: JsonObject, keyword: str) -> Iterator[JsonValue]:
        """Yield the schemas that stand in a keyword."""
        shape = KEYWORDS[self.dialect].get(keyword)
        if shape and keyword in schema:
            yield from (child for _, child in shape.children(schema[keyword]))


def check_schema(schema: JsonValue, limits: Limits) -> CheckedSchema:
    """Return the schema made ready for use, if it is well formed and safe.

    Nothing outside of it is ever read.

    Raises:
        InvalidSchema: it is malformed, not self-contained, or larger than the limits; the error
            names the place in it.
        InvalidJson: it is not JSON.

    >>> from changetrack._models import Limits
    >>> check_schema({"properties": {"price": {"type": "money"}}}, Limits())
    Traceback (most recent call last):
    ...
    changetrack.errors.InvalidSchema: properties.price.type: must be one or a list of ...
    """
    document = copy_json(schema)
    if not isinstance(document, dict):
        raise InvalidSchema(
            f"a schema is an object, not {name_kind(document)}", "leave it out to track all fields"
        )
    _check_size(document, limits)
    survey = Survey(document, _read_dialect(document))
    survey.visit_all()
    survey.measure_all(limits)
    survey.rewrite_references()
    return CheckedSchema(
        dialect=survey.dialect,
        document=document,
        targets=survey.targets,
        programs=survey.programs,
    )


def _check_size(document: JsonObject, limits: Limits) -> None:
    size = len(dump_json(document))
    if size > limits.schema_bytes:
        raise _too_large(f"{size:,} bytes, at most {limits.schema_bytes:,} are allowed")
    nodes: list[JsonValue] = [document]
    count = depth = 0
    while nodes:
        count += len(nodes)
        nodes = [
            child
            for node in nodes
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        depth += 1
    if count > limits.schema_nodes:
        raise _too_large(f"{count:,} values, at most {limits.schema_nodes:,} are allowed")
    if depth > limits.schema_depth + 1:  # the leaves are no level of nesting
        raise _too_large(f"{depth - 1:,} levels, at most {limits.schema_depth:,} are allowed")


def _too_large(problem: str) -> InvalidSchema:
    return InvalidSchema(f"the schema has {problem}", "simplify it or raise the limit")


def _read_dialect(document: JsonObject) -> int:
    name = document.pop("$schema", None)
    if name is None:
        return NEWEST
    if isinstance(name, str) and name.removesuffix("#") in DIALECTS:
        return DIALECTS[name.removesuffix("#")]
    shown = repr(name[:_MAX_QUOTE]) if isinstance(name, str) else name_kind(name)
    raise InvalidSchema(
        f"{shown} is no dialect that is known here",
        f"leave it out, or use one of {', '.join(DIALECTS)}",
        "$schema",
    )
