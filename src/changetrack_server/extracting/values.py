"""What is found in a page, as a value of the type that the schema wants, or why it is none.

Nothing is guessed: what cannot be read as the type is left out, or null where the type allows it,
and the reason is a warning.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Final, NamedTuple, TypeAlias

from changetrack import JsonValue
from changetrack_server.extracting.numbers import Number, read_machine_number, read_number

__all__ = ["MISSING", "Missing", "Reading", "fit_value", "leave_out", "read_flag", "read_text"]

Kinds: TypeAlias = AbstractSet[str]


class Missing(Enum):
    """The kind of `MISSING`: null is a value, and this is none."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

_NUMBERS = frozenset({"integer", "number"})
_FLAGS = {
    **dict.fromkeys(("1", "on", "true", "yes"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


class Reading(NamedTuple):
    """A value, or `MISSING`; and what is to be said about it, such as why it is missing."""

    value: JsonValue | Missing
    problem: str = ""


def read_text(
    text: str, kinds: Kinds, language: str | None = None, *, by_machine: bool = False
) -> Reading:
    """Return a text as one of the types, the strictest first; as it is when there are none.

    With `by_machine` a program wrote the text, so a point is a decimal point.

    >>> read_text("$19.00", {"number"}).value, read_text("Free", {"number", "string"}).value
    (19, 'Free')
    >>> read_text("Free", {"number", "null"})
    Reading(value=None, problem='holds no number')
    """
    if not kinds - {"null"}:
        return Reading(text)
    problem = ""
    if kinds & _NUMBERS:
        found = read_machine_number(text) if by_machine else ""
        number = read_number(text, language) if isinstance(found, str) else found
        if not isinstance(number, str) and _fits(number, kinds):
            return Reading(number)
        problem = number if isinstance(number, str) else "is no whole number"
    if "boolean" in kinds:
        flag = _FLAGS.get(text.strip().lower())
        if flag is not None:
            return Reading(flag)
        problem = problem or "is neither true nor false"
    if "string" in kinds:
        return Reading(text)
    return leave_out(kinds, problem or "is text, where the schema wants something else")


def read_flag(value: str | None, name: str, kinds: Kinds) -> Reading | None:
    """Return whether a boolean attribute, such as `disabled`, is there; None where it is no such.

    >>> read_flag("", "disabled", {"boolean"}), read_flag("a", "class", {"boolean"})
    (Reading(value=True, problem=''), None)
    """
    if value is None or "boolean" not in kinds or value.strip().lower() not in {"", name}:
        return None
    return Reading(value=True)


def fit_value(value: JsonValue, kinds: Kinds, language: str | None = None) -> Reading:
    """Return a single value of structured data as one of the types; as it is when there are none.

    >>> fit_value("1.299", {"number"}).value, fit_value(19.0, {"string"}).value
    (1.299, '19')
    """
    if value is None:
        return leave_out(kinds)
    if isinstance(value, str):
        # Where a source wraps its lines is not what it says.
        return read_text(" ".join(value.split()), kinds, language, by_machine=True)
    if isinstance(value, bool):
        return _fit_flag(kinds, value=value)
    if isinstance(value, (int, float)):
        return _fit_number(value, kinds)
    return leave_out(kinds, "is not a single value")


def leave_out(kinds: Kinds, problem: str = "") -> Reading:
    """Return nothing: null where the type allows it."""
    return Reading(None if "null" in kinds else MISSING, problem)


def _fits(number: Number, kinds: Kinds) -> bool:
    return "number" in kinds or isinstance(number, int)


def _fit_flag(kinds: Kinds, *, value: bool) -> Reading:
    if not kinds or "boolean" in kinds:
        return Reading(value)
    if "string" in kinds:
        return Reading(str(value).lower())
    return leave_out(kinds, "is true or false, where the schema wants something else")


def _fit_number(value: Number, kinds: Kinds) -> Reading:
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if not kinds or (kinds & _NUMBERS and _fits(number, kinds)):
        return Reading(number)
    if "string" in kinds:
        return Reading(str(number))
    return leave_out(kinds, "is a number, where the schema wants something else")
