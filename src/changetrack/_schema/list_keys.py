"""Which fields identify the items of a list, by what a schema says: the annotation `x-key`.

    {"properties": {"plans": {"type": "array", "x-key": "name", "items": …}}}

The schema is followed as the value would be: through properties and items, references, and all that
applies to the same place. A schema that contains itself describes endless places; the work is
bounded, and the places nearest to the root come first.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from changetrack._fielddiff.patterns import Pattern, Wildcard, format_pattern
from changetrack._fielddiff.rules import MAX_PATTERNS, MAX_SEGMENTS
from changetrack.errors import InvalidSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._models import JsonObject, JsonValue
    from changetrack._schema.checking import CheckedSchema

_KEY = "x-key"
# As many as a schema may grow to otherwise: schemas, each counted once for every place.
_MAX_VISITS = 10_000
# These apply to the value that the schema around them applies to.
_IN_PLACE = ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "dependencies")
# These apply to any part of it. A name that is declared as well has its own schema first.
_ANY_PART: dict[str, Wildcard] = {
    "additionalProperties": Wildcard.KEY,
    "unevaluatedProperties": Wildcard.KEY,
    "patternProperties": Wildcard.KEY,
    "additionalItems": Wildcard.ITEM,
    "unevaluatedItems": Wildcard.ITEM,
}

_Visit: TypeAlias = "tuple[JsonObject, Pattern]"


def find_list_keys(checked: CheckedSchema) -> dict[str, str | tuple[str, ...]]:
    """Return the key fields of each list that the schema gives any, by the pattern of its path.

    Where several schemas name keys for one place, the first of them counts.

    Raises:
        InvalidSchema: what stands in `x-key` is neither a name nor a list of names.

    >>> from changetrack._models import Limits
    >>> from changetrack._schema.checking import check_schema
    >>> plans = {"x-key": "name", "items": {"properties": {"tags": {"x-key": ["id", "at"]}}}}
    >>> find_list_keys(check_schema({"properties": {"plans": plans}}, Limits()))
    {'plans': 'name', 'plans[*].tags': ('id', 'at')}
    """
    found: dict[str, str | tuple[str, ...]] = {}
    seen: set[tuple[int, Pattern]] = set()
    pending: deque[_Visit] = deque([(checked.document, ())])
    while pending and len(seen) < _MAX_VISITS and len(found) < MAX_PATTERNS:
        schema, place = pending.popleft()
        if (id(schema), place) in seen:
            continue
        seen.add((id(schema), place))
        if _KEY in schema:
            found.setdefault(format_pattern(place), _read_names(schema[_KEY], place))
        # What applies to the same place comes before what is further down.
        pending.extendleft(
            (child, place) for child in _list_in_place(checked, schema) if isinstance(child, dict)
        )
        # A schema that contains itself a thousand times would fill the memory first.
        if len(place) < MAX_SEGMENTS and len(pending) < _MAX_VISITS:
            pending += (
                (child, (*place, *step))
                for step, child in _list_parts(checked, schema)
                if isinstance(child, dict)
            )
    return found


def _list_in_place(checked: CheckedSchema, schema: JsonObject) -> list[JsonValue]:
    """Return what applies to the same value, the last one first."""
    found = [child for keyword in _IN_PLACE for child in checked.children(schema, keyword)]
    if "$ref" in schema:
        found.insert(0, checked.targets[str(schema["$ref"])])
    return found[::-1]


def _list_parts(checked: CheckedSchema, schema: JsonObject) -> Iterator[tuple[Pattern, JsonValue]]:
    declared = checked.get(schema, "properties")
    for name, child in (declared if isinstance(declared, dict) else {}).items():
        yield (name,), child
    for keyword in ("prefixItems", "items"):
        held = checked.get(schema, keyword)
        if isinstance(held, list):
            yield from (((index,), child) for index, child in enumerate(held))
        elif held is not None:
            yield (Wildcard.ITEM,), held
    for keyword, wildcard in _ANY_PART.items():
        yield from (((wildcard,), child) for child in checked.children(schema, keyword))


def _read_names(value: JsonValue, place: Pattern) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    names = value if isinstance(value, list) else []
    texts = tuple(name for name in names if isinstance(name, str))
    if not texts or len(texts) < len(names) or len(set(texts)) < len(texts):
        raise InvalidSchema(
            f"the {_KEY} of {format_pattern(place)} must be a name, or a list of different names",
            "name the fields that identify an item",
        )
    return texts
