"""What is wrong with a value, said in a few words that hold nothing of the page.

`schema` finds it; here are only the words, one row per keyword.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._schema.keywords import name_kind

if TYPE_CHECKING:
    from changetrack._models import JsonValue

_TYPES = {
    "array": "a list",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}

# {limit} is what the keyword holds, {kind} what the value is, {size} how long it is.
_WORDS = {
    "enum": "is none of the allowed values",
    "const": "is not the one allowed value",
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "minLength": "must have at least {limit} characters, has {size}",
    "maxLength": "must have at most {limit} characters, has {size}",
    "minItems": "must have at least {limit} items, has {size}",
    "maxItems": "must have at most {limit} items, has {size}",
    "minProperties": "must have at least {limit} fields, has {size}",
    "maxProperties": "must have at most {limit} fields, has {size}",
    "dependentRequired": "lacks a field that another one requires",
    "dependencies": "lacks a field that another one requires",
    "contains": "no item is as the schema wants one",
    "minContains": "too few items are as the schema wants them",
    "maxContains": "too many items are as the schema wants some",
    "items": "has more items than the schema describes",
    "additionalItems": "has more items than the schema describes",
    "anyOf": "is like none of the alternatives in the schema",
    "oneOf": "is not like exactly one of the alternatives in the schema",
    "not": "is what the schema excludes",
}
_OTHERWISE = "is not as the schema wants it"

# The longest number, pattern or name that is quoted, and how many names.
_MAX_QUOTE = 60
_MAX_NAMES = 5


def describe(keyword: str, limit: JsonValue, value: JsonValue) -> str:
    """Return what is wrong with a value that a keyword refuses.

    >>> describe("minLength", 3, "ab")
    'must have at least 3 characters, has 2'
    """
    size = len(value) if isinstance(value, (str, list, dict)) else 0
    words = _WORDS.get(keyword, _OTHERWISE)
    return words.format(limit=shorten(str(limit)) if "{limit}" in words else "", size=f"{size:,}")


def describe_type(wanted: list[str], value: JsonValue) -> str:
    """Return what is wrong with a value of another type.

    >>> describe_type(["number", "null"], "19")
    'must be a number or null, is a string'
    """
    names = dict.fromkeys(_TYPES[name] for name in wanted)
    return f"must be {' or '.join(names)}, is {name_kind(value)}"


def list_names(names: list[str]) -> str:
    """Return a few names of many.

    >>> list_names(list("abcdefg"))
    "'a', 'b', 'c', 'd', 'e' and 2 more"
    """
    shown = ", ".join(repr(shorten(name)) for name in names[:_MAX_NAMES])
    more = len(names) - _MAX_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown


def shorten(text: str) -> str:
    """Return the beginning of a long text.

    >>> shorten("ab" * 40)[-3:]
    'ab…'
    """
    return text if len(text) <= _MAX_QUOTE else text[:_MAX_QUOTE] + "…"
