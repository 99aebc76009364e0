"""schema: validation that always ends, and says what a person can read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from changetrack._models import JsonObject, JsonValue, Limits
from changetrack._schema import check_schema, validate_fields
from changetrack.errors import InvalidSchema
from tests.strategies.json_values import nest

NOT_CHECKED = "the rest was not compared with the schema: there is too much of it"


def test_a_schema_may_be_checked_before_or_on_the_way() -> None:
    """Either way the same is said; what cannot be used is refused."""
    schema: JsonValue = {"type": "string"}
    expected = ("$: must be a string, is a number",)
    assert validate_fields(1, schema) == validate_fields(1, check_schema(schema, Limits()))
    assert validate_fields(1, schema) == expected
    with pytest.raises(InvalidSchema):
        validate_fields(1, {"type": "money"})


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_a37_a_schema_that_refers_to_itself_twice_ends(keyword: str) -> None:
    """Doubling at each level of the value stops when the steps are spent."""
    again: JsonValue = {"$ref": "#/$defs/n"}
    node: JsonValue = {"type": "object", "properties": {"a": {keyword: [again, again]}}}
    value: JsonValue = 1
    for _ in range(40):
        value = {"a": value}
    assert NOT_CHECKED in validate_fields(value, {"$defs": {"n": node}, "$ref": "#/$defs/n"})


def test_alternatives_that_are_never_meant_are_passed_over() -> None:
    """A branch that is false says nothing about the value."""
    schema: JsonValue = {"anyOf": [False, {"properties": {"a": {"type": "string"}}}, False]}
    assert validate_fields({"a": 1}, schema) == ("a: must be a string, is a number",)
    assert validate_fields(1, {"oneOf": [False, False]}) == (
        "$: is not like exactly one of the alternatives in the schema",
    )


def test_a39_unique_items_are_found_in_one_pass() -> None:
    """3,000 objects took 12 s; a repeated one is still found."""
    items: list[JsonValue] = [{"n": number, "m": [number]} for number in range(3_000)]
    assert validate_fields(items, {"uniqueItems": True}) == ()
    items.append({"m": [7], "n": 7})
    assert validate_fields(items, {"uniqueItems": True}) == ("$: has an item twice",)


def test_unique_items_of_a_deep_value_are_paid_for() -> None:
    """Each level would spell the whole of what is below it."""
    schema: JsonValue = {"uniqueItems": True, "items": {"$ref": "#"}}
    value: JsonValue = "x" * 3_000_000
    for _ in range(60):
        value = [value]
    assert validate_fields(value, schema) == (NOT_CHECKED,)


@pytest.mark.parametrize(
    ("unit", "value", "is_multiple"),
    [
        (0.1, 10**400, True),
        (1e-308, 10**400, True),
        (1e-308, 1.5, True),
        (0.1, 1e308, True),
        (0.3, 10**400, False),
        (7, 10**4_000, False),
        (5e-324, 5e-324, True),
        (1.5, True, True),
        (1.5, "1", True),
    ],
)
def test_a40_multiples_of_any_size(unit: float, value: JsonValue, *, is_multiple: bool) -> None:
    """Numbers are compared as they are spelled, however large."""
    expected = () if is_multiple else (f"$: must be a multiple of {unit}",)
    assert validate_fields(value, {"multipleOf": unit}) == expected


_LONG = "page content " * 100_000


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "number"}, _LONG),
        ({"enum": [1]}, _LONG),
        ({"enum": [_LONG[:60_000]]}, 1),
        ({"const": [1]}, [_LONG]),
        ({"maxLength": 5}, _LONG),
        ({"pattern": "^x"}, _LONG),
        ({"not": {}}, {_LONG: _LONG}),
        ({"anyOf": [{"type": "null"}, {"maxLength": 1}]}, _LONG),
        ({"oneOf": [{}, {"minLength": 1}]}, _LONG),
        ({"additionalProperties": False}, {_LONG + str(at): 1 for at in range(9)}),
        ({"additionalProperties": {"type": "null"}}, {"k" * 1_000_000: 1}),
        ({"propertyNames": {"maxLength": 5}}, {_LONG: 1}),
        ({"required": ["r" * 30_000, "q"]}, {}),
        ({"contains": {"type": "null"}}, [_LONG] * 9),
        ({"maximum": 1}, 10**4_000),
        ({"maximum": -(10**4_000)}, 1),
        ({"type": "string"}, 10**4_000),
        ({"dependentRequired": {"a": ["b" * 60_000]}}, {"a": _LONG}),
        ({"type": "string"}, [nest(5_000, _LONG)]),
        ({"const": 1}, nest(100_000, _LONG)),
    ],
)
def test_a_warning_is_short_whatever_it_is_about(schema: JsonObject, value: JsonValue) -> None:
    """It holds nothing of the page but names, and those cut."""
    (line,) = validate_fields(value, schema)
    assert len(line) < 700
    assert _LONG[:80] not in line


def test_many_warnings_are_counted() -> None:
    """Twenty are shown."""
    lines = validate_fields(["x"] * 5_000, {"items": {"type": "number"}})
    assert len(lines) == 21
    assert lines[19:] == ("[19]: must be a number, is a string", "and 4,980 more")


def test_too_much_of_a_value_is_not_checked() -> None:
    """What was found until then is said."""
    lines = validate_fields(["x"] * 150_000, {"items": {"type": "number"}})
    assert (lines[0], lines[-1]) == ("[0]: must be a number, is a string", NOT_CHECKED)
    assert validate_fields(list(range(500_000)), {"items": {}}) == (NOT_CHECKED,)
    many: JsonValue = {str(at): 1 for at in range(500_000)}
    for keyword in ("additionalProperties", "propertyNames"):
        assert validate_fields(many, {keyword: {}}) == (NOT_CHECKED,)


def test_many_patterns_on_many_names_are_paid_for() -> None:
    """The product of both is the work."""
    patterns: JsonObject = {f"^k{at}x": {} for at in range(900)}
    value: JsonValue = {f"k{at}": at for at in range(3_000)}
    assert validate_fields(value, {"patternProperties": patterns}) == (NOT_CHECKED,)


def test_deep_findings_are_paid_for_on_their_way_up() -> None:
    """Each level that hands an error on costs a step."""
    schema: JsonValue = {"items": {"$ref": "#"}, "not": {"type": "string"}}
    value: JsonValue = ["x"] * 10_000
    for _ in range(45):
        value = [value]
    assert NOT_CHECKED in validate_fields(value, schema)


def test_formats_and_unevaluated_fields_are_not_checked() -> None:
    """They would be slow, or a matter of opinion."""
    schema: JsonValue = {
        "format": "regex",
        "allOf": [{"properties": {"a": {}}}],
        "unevaluatedProperties": False,
        "unevaluatedItems": False,
    }
    assert validate_fields({"b": 1}, schema) == validate_fields([1], schema) == ()
    assert validate_fields("(", schema) == ()


@pytest.mark.parametrize(
    ("dialect", "schema", "value", "expected"),
    [
        ("http://json-schema.org/draft-04/schema#", {"type": "integer"}, 1.0, "an integer, is a"),
        ("http://json-schema.org/draft-06/schema#", {"const": 1}, 2, "the one allowed value"),
        (
            "http://json-schema.org/draft-07/schema#",
            {"dependencies": {"a": ["b"]}},
            {"a": 1},
            "lacks",
        ),
        (
            "http://json-schema.org/draft-07/schema#",
            {"items": [{}], "additionalItems": False},
            [1, 2],
            "more items",
        ),
        (
            "https://json-schema.org/draft/2019-09/schema",
            {"contains": {}, "maxContains": 1},
            [1, 2],
            "too many items",
        ),
        (
            "https://json-schema.org/draft/2020-12/schema",
            {"contains": {}, "minContains": 3},
            [1, 2],
            "too few items",
        ),
        (
            "https://json-schema.org/draft/2020-12/schema",
            {"properties": {"a": False}},
            {"a": 1},
            "is not as",
        ),
    ],
)
def test_each_dialect_is_its_own(
    dialect: str, schema: JsonObject, value: JsonValue, expected: str
) -> None:
    """The keywords mean what they mean there."""
    (line,) = validate_fields(value, {"$schema": dialect, **schema})
    assert expected in line


def test_checking_and_projecting_do_not_load_jsonschema() -> None:
    """It takes 75 ms, which only validation costs."""
    program = (
        "import sys; from changetrack._fielddiff import diff_fields;"
        "from changetrack._schema import check_schema, project_fields;"
        "from changetrack._models import Limits;"
        "s = check_schema({'properties': {'a': {'pattern': 'b'}}}, Limits());"
        "assert project_fields({'a': 1, 'b': 2}, s) == {'a': 1};"
        "print('jsonschema' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout == "False\n"
