"""The keywords of JSON Schema: which dialect knows them, what they hold, where schemas nest.

One table instead of the official metaschemas: those are themselves schemas, so a hostile schema
makes checking them slow, and it takes all of jsonschema to do so. Tests hold the table against the
metaschemas. Which references and patterns are safe is decided in `checking`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from changetrack._models import FieldPath, JsonValue

# Numbered by their names: draft-04 to draft-07, 2019-09, 2020-12. Older drafts have other keywords.
DIALECTS = {
    "http://json-schema.org/draft-04/schema": 4,
    "http://json-schema.org/draft-06/schema": 6,
    "http://json-schema.org/draft-07/schema": 7,
    "https://json-schema.org/draft/2019-09/schema": 2019,
    "https://json-schema.org/draft/2020-12/schema": 2020,
}
DRAFT_4 = 4
NEWEST = 2020

_Children: TypeAlias = "Iterator[tuple[FieldPath, JsonValue]]"
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
# In this order: a boolean is an int to Python.
_KINDS = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}


def _no_children(_: JsonValue) -> _Children:
    return iter(())


class Shape(NamedTuple):
    """What a keyword may hold, and which schemas stand in it."""

    wants: str
    accepts: Callable[[JsonValue], bool]
    children: Callable[[JsonValue], _Children] = _no_children


def _is_anything(_: JsonValue) -> bool:
    return True


def _is_string(value: JsonValue) -> bool:
    return isinstance(value, str)


def _is_flag(value: JsonValue) -> bool:
    return isinstance(value, bool)


def _is_list(value: JsonValue) -> bool:
    return isinstance(value, list)


def _is_filled_list(value: JsonValue) -> bool:
    return isinstance(value, list) and bool(value)


def _is_not_empty_list(value: JsonValue) -> bool:
    return value != []


def _is_object(value: JsonValue) -> bool:
    return isinstance(value, dict)


def _is_flag_or_object(value: JsonValue) -> bool:
    return isinstance(value, (bool, dict))


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_positive(value: JsonValue) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _is_integer_count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_count(value: JsonValue) -> bool:
    if isinstance(value, float):
        return value >= 0 and value.is_integer()
    return _is_integer_count(value)


def _are_names(value: JsonValue) -> bool:
    if not isinstance(value, list):
        return False
    names = [item for item in value if isinstance(item, str)]
    return len(value) == len(names) == len(set(names))


def _are_some_names(value: JsonValue) -> bool:
    return bool(value) and _are_names(value)


def _is_type(value: JsonValue) -> bool:
    if isinstance(value, list):
        return _are_some_names(value) and all(name in _TYPES for name in value)
    return isinstance(value, str) and value in _TYPES


def _are_lists_of_names(value: JsonValue) -> bool:
    return isinstance(value, dict) and all(map(_are_names, value.values()))


def _are_dependencies(value: JsonValue) -> bool:
    return isinstance(value, dict) and all(
        _are_names(item) for item in value.values() if isinstance(item, list)
    )


def _itself(value: JsonValue) -> _Children:
    yield (), value


def _itself_unless_flag(value: JsonValue) -> _Children:
    if not isinstance(value, bool):
        yield (), value


def _listed(value: JsonValue) -> _Children:
    for index, child in enumerate(value if isinstance(value, list) else []):
        yield (index,), child


def _named(value: JsonValue) -> _Children:
    for key, child in (value if isinstance(value, dict) else {}).items():
        yield (key,), child


def _itself_or_listed(value: JsonValue) -> _Children:
    return _listed(value) if isinstance(value, list) else _itself(value)


def _named_unless_list(value: JsonValue) -> _Children:
    return (found for found in _named(value) if not isinstance(found[1], list))


_STRING = Shape("a string", _is_string)
_FLAG = Shape("true or false", _is_flag)
_NUMBER = Shape("a number", _is_number)
_POSITIVE = Shape("a number above 0", _is_positive)
_INTEGER_COUNT = Shape("an integer from 0 up", _is_integer_count)
_COUNT = Shape("a whole number from 0 up", _is_count)
_LIST = Shape("a list", _is_list)
_FILLED_LIST = Shape("a list that is not empty", _is_filled_list)
_NAMES = Shape("a list of different strings", _are_names)
_SOME_NAMES = Shape("a list of one or more different strings", _are_some_names)
_NAME_LISTS = Shape("an object of lists of different strings", _are_lists_of_names)
_TYPE = Shape(f"one or a list of {', '.join(_TYPES)}", _is_type)
_ANYTHING = Shape("anything", _is_anything)
_OBJECT = Shape("an object", _is_object)
_SCHEMA = Shape("a schema", _is_anything, _itself)
_FLAG_OR_SCHEMA = Shape("true, false or a schema", _is_flag_or_object, _itself_unless_flag)
_SCHEMA_LIST = Shape("a list of schemas", _is_filled_list, _listed)
_SCHEMA_MAP = Shape("an object of schemas", _is_object, _named)
_SCHEMA_OR_LIST = Shape("a schema or a list of schemas", _is_not_empty_list, _itself_or_listed)
_DEPENDENCIES = Shape(
    "an object of schemas or lists of different strings", _are_dependencies, _named_unless_list
)

_COUNTS = "minLength maxLength minItems maxItems minProperties maxProperties"
# (keywords, shape, first dialect, last dialect)
_TABLE = (
    ("$schema title description format pattern", _STRING, 4, 2020),
    ("$ref $recursiveRef $dynamicRef", _STRING, 4, 2020),
    ("$comment contentMediaType contentEncoding", _STRING, 7, 2020),
    ("$anchor", _STRING, 2019, 2020),
    ("$dynamicAnchor", _STRING, 2020, 2020),
    ("$recursiveAnchor", _FLAG, 2019, 2019),
    ("readOnly", _FLAG, 7, 2020),
    ("writeOnly deprecated", _FLAG, 2019, 2020),
    ("uniqueItems", _FLAG, 4, 2020),
    ("$vocabulary", _OBJECT, 2019, 2020),
    ("examples", _LIST, 6, 2020),
    ("enum", _FILLED_LIST, 4, 6),
    ("enum", _LIST, 7, 2020),
    ("type", _TYPE, 4, 2020),
    ("const", _ANYTHING, 6, 2020),
    ("minimum maximum", _NUMBER, 4, 2020),
    ("exclusiveMinimum exclusiveMaximum", _FLAG, 4, 4),
    ("exclusiveMinimum exclusiveMaximum", _NUMBER, 6, 2020),
    ("multipleOf", _POSITIVE, 4, 2020),
    (_COUNTS, _INTEGER_COUNT, 4, 4),
    (_COUNTS, _COUNT, 6, 2020),
    ("minContains maxContains", _COUNT, 2019, 2020),
    ("required", _SOME_NAMES, 4, 4),
    ("required", _NAMES, 6, 2020),
    ("dependentRequired", _NAME_LISTS, 2019, 2020),
    ("properties patternProperties definitions", _SCHEMA_MAP, 4, 2020),
    ("$defs dependentSchemas", _SCHEMA_MAP, 2019, 2020),
    ("additionalProperties", _FLAG_OR_SCHEMA, 4, 2020),
    ("additionalItems", _FLAG_OR_SCHEMA, 4, 2019),
    ("dependencies", _DEPENDENCIES, 4, 2020),
    ("items", _SCHEMA_OR_LIST, 4, 2019),
    ("items", _SCHEMA, 2020, 2020),
    ("prefixItems", _SCHEMA_LIST, 2020, 2020),
    ("allOf anyOf oneOf", _SCHEMA_LIST, 4, 2020),
    ("not", _SCHEMA, 4, 2020),
    ("contains propertyNames", _SCHEMA, 6, 2020),
    ("if then else", _SCHEMA, 7, 2020),
    ("contentSchema unevaluatedItems unevaluatedProperties", _SCHEMA, 2019, 2020),
)

KEYWORDS: dict[int, dict[str, Shape]] = {
    dialect: {
        keyword: shape
        for keywords, shape, first, last in _TABLE
        if first <= dialect <= last
        for keyword in keywords.split()
    }
    for dialect in DIALECTS.values()
}


def name_kind(value: JsonValue) -> str:
    """Return what a value is, in words.

    >>> name_kind(None), name_kind(True), name_kind([])
    ('null', 'a boolean', 'a list')
    """
    return next(name for kind, name in _KINDS.items() if isinstance(value, kind))
