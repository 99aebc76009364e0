"""What a request may look for in a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from changetrack._definitions.sketches import describe_object, refer
from changetrack._models import FieldOp
from changetrack._significance.conditions.bounds import COMPARISONS
from changetrack._significance.conditions.models import NumberMeasure, TextSide
from changetrack._significance.conditions.reading import MAX_CHARS, STATUSES
from changetrack._significance.models import ChangeClass

if TYPE_CHECKING:
    from changetrack._models import JsonObject

_WORDS: JsonObject = {"type": "string", "maxLength": MAX_CHARS}
_HEADING: JsonObject = {
    "anyOf": [_WORDS, {"type": "array", "items": _WORDS, "minItems": 1}],
}
_PATH: JsonObject = {
    "description": "The pattern of a field's path, such as `plans[*].price`.",
    "type": "string",
}


def describe_conditions() -> JsonObject:
    """Return the definitions of a condition and its parts."""
    condition = refer("Condition")
    several: JsonObject = {"type": "array", "items": condition, "minItems": 1}
    kinds: JsonObject = {
        "number": refer("NumberCondition"),
        "text": refer("TextCondition"),
        "class": {"anyOf": [_CLASS, {"type": "array", "items": _CLASS, "minItems": 1}]},
        "score": refer("NumberBounds"),
        "field": refer("FieldCondition"),
        "section": refer("SectionCondition"),
        "all": several,
        "any": several,
        "not": condition,
    }
    return {
        "Condition": {
            **describe_object(
                "What to look for in a change, by exactly one of these keys. It is met by what"
                " happens, never by what merely is so.",
                {**kinds, "name": _WORDS},
            ),
            "additionalProperties": False,
            "minProperties": 1,
        },
        "NumberBounds": _describe_bounds(),
        "NumberCondition": _describe_number(),
        "TextCondition": _describe_text(),
        "FieldCondition": _describe_field(),
        "SectionCondition": _describe_section(),
    }


_CLASS: JsonObject = {"type": "string", "enum": [*get_args(ChangeClass)]}


def _describe_bounds() -> JsonObject:
    bounds: JsonObject = {key: {"type": "number"} for key in COMPARISONS}
    return {
        **describe_object("Bounds of a number; all of them hold.", bounds),
        "additionalProperties": False,
        "minProperties": 1,
    }


def _describe_number() -> JsonObject:
    measures: JsonObject = {name: refer("NumberBounds") for name in get_args(NumberMeasure)}
    return describe_object(
        "A number that changes by so much, or comes within bounds, by exactly one of percent,"
        " absolute and value: in the field at `path`, and in the text at `heading`, `row` and"
        " `column`; anywhere, where no place is named.",
        {
            "path": _PATH,
            "heading": {
                "description": "In the text, a heading above it, or the path of headings to it.",
                **_HEADING,
            },
            "row": {"description": "In a table, the first cell of its row.", **_WORDS},
            "column": {"description": "In a table, the header of its column.", **_WORDS},
            **measures,
        },
    )


def _describe_text() -> JsonObject:
    sides: JsonObject = dict.fromkeys(get_args(TextSide), _WORDS)
    return describe_object(
        "Words that come or go, by exactly one of these keys.",
        {**sides, "ignoreCase": {"type": "boolean"}},
    )


def _describe_field() -> JsonObject:
    return {
        **describe_object(
            "A field that changes at all, in one way, or into one value.",
            {
                "path": _PATH,
                "op": {"type": "string", "enum": [*get_args(FieldOp)]},
                "becomes": {"description": "The value: any JSON."},
            },
            required=["path"],
        ),
        "additionalProperties": False,
        "not": {"required": ["op", "becomes"]},
    }


def _describe_section() -> JsonObject:
    return {
        **describe_object(
            "A section of the text, by its heading or by the path of headings to it.",
            {
                "heading": _HEADING,
                "status": {"type": "string", "enum": [*STATUSES]},
            },
            required=["heading"],
        ),
        "additionalProperties": False,
    }
