"""What is found, as the type that is wanted, or left out with the reason."""

from __future__ import annotations

import pytest

from changetrack import JsonValue
from changetrack_server.extracting.values import MISSING, Reading, fit_value, read_flag, read_text

TEXTS: list[tuple[str, set[str], Reading]] = [
    ("Pro", set(), Reading("Pro")),
    ("19", set(), Reading("19")),
    ("19", {"null"}, Reading("19")),
    ("19", {"string"}, Reading("19")),
    ("$19.00", {"number"}, Reading(19)),
    ("$19.50", {"number"}, Reading(19.5)),
    ("19.00", {"integer"}, Reading(19)),
    ("19.50", {"integer"}, Reading(MISSING, "is no whole number")),
    ("19.50", {"integer", "null"}, Reading(None, "is no whole number")),
    ("Free", {"number"}, Reading(MISSING, "holds no number")),
    ("Free", {"number", "null"}, Reading(None, "holds no number")),
    ("Free", {"number", "string"}, Reading("Free")),
    ("19", {"number", "string"}, Reading(19)),
    ("Yes", {"boolean"}, Reading(True)),  # noqa: FBT003 - a value
    (" off ", {"boolean"}, Reading(False)),  # noqa: FBT003 - a value
    ("In stock", {"boolean"}, Reading(MISSING, "is neither true nor false")),
    ("In stock", {"boolean", "string"}, Reading("In stock")),
    ("1", {"boolean", "integer"}, Reading(1)),
    ("x", {"object"}, Reading(MISSING, "is text, where the schema wants something else")),
    ("x", {"array", "null"}, Reading(None, "is text, where the schema wants something else")),
]
_WRONG = "where the schema wants something else"
VALUES: list[tuple[JsonValue, set[str], Reading]] = [
    ("1.299", {"number"}, Reading(1.299)),
    ("$1,299", {"number"}, Reading(1299)),
    (19.0, {"number"}, Reading(19)),
    (19.5, {"integer"}, Reading(MISSING, f"is a number, {_WRONG}")),
    (19.0, {"string"}, Reading("19")),
    (True, {"string"}, Reading("true")),
    (True, {"number"}, Reading(MISSING, f"is true or false, {_WRONG}")),
    (True, {"boolean"}, Reading(True)),  # noqa: FBT003 - a value
    ("true", {"boolean"}, Reading(True)),  # noqa: FBT003 - a value
    (None, {"string", "null"}, Reading(None)),
    (None, {"string"}, Reading(MISSING)),
    ({"a": 1}, {"string"}, Reading(MISSING, "is not a single value")),
    (False, set(), Reading(False)),  # noqa: FBT003 - a value
]


@pytest.mark.parametrize(("text", "kinds", "reading"), TEXTS)
def test_a_text_is_read_as_the_strictest_type(text: str, kinds: set[str], reading: Reading) -> None:
    """Numbers before flags before text; null only where nothing can be read."""
    assert read_text(text, kinds, "en") == reading


@pytest.mark.parametrize(("value", "kinds", "reading"), VALUES)
def test_a_value_is_fitted_or_left_out(value: JsonValue, kinds: set[str], reading: Reading) -> None:
    """What a program wrote is read by the rules of programs first."""
    assert fit_value(value, kinds, "en") == reading


def test_a_boolean_attribute_is_true_by_being_there() -> None:
    """`disabled`, `disabled=""` and `disabled="disabled"` are one."""
    flags = [read_flag(value, "disabled", {"boolean"}) for value in ("", " Disabled ", "no", None)]
    assert flags == [Reading(value=True), Reading(value=True), None, None]
    assert read_flag("", "disabled", {"string"}) is None
