"""rules: what the options say about lists and numbers, and what of it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from changetrack._fielddiff import FieldRules, diff_fields, read_rules
from changetrack._fielddiff.patterns import Wildcard
from changetrack._fielddiff.rules import Margin
from changetrack._models import Options
from changetrack.errors import InvalidOption


def test_nothing_asked_for_is_no_rule() -> None:
    """The plain comparison is what costs nothing."""
    for options in (Options(), Options(list_keys={}, tolerance={})):
        assert read_rules(options) is None
    assert read_rules(Options(), {}) is None


def test_rules_hold_patterns_names_and_margins() -> None:
    """One name or several, absolute or in percent."""
    options = Options(
        list_keys={"plans": "name", "*[*].parts": ["id", "at"]},
        tolerance={"$": {"abs": 0.5}, "plans[0].price": {"percent": 1, "abs": 2}},
    )
    assert read_rules(options) == FieldRules(
        list_keys=(
            (("plans",), ("name",)),
            ((Wildcard.KEY, Wildcard.ITEM, "parts"), ("id", "at")),
        ),
        tolerance=(((), Margin(0.5, None)), (("plans", 0, "price"), Margin(2, 1))),
    )


@pytest.mark.parametrize(
    ("options", "infers"),
    [
        (Options(list_keys="infer"), True),
        (Options(order="ignore"), True),
        (Options(list_keys={"a": "id"}, order="ignore"), True),
        (Options(list_keys={"a": "id"}), False),
    ],
)
def test_a_key_is_looked_for_where_the_order_does_not_count(
    options: Options, *, infers: bool
) -> None:
    """Items can be told from one another only by what they are."""
    rules = read_rules(options)
    assert rules is not None
    assert (rules.infers, rules.order) == (infers, options.order)


def test_what_the_caller_says_of_a_pattern_counts() -> None:
    """The schema has the rest."""
    rules = read_rules(
        Options(list_keys={'["plans"]': "id"}), {"plans": "name", "tags": ("key", "lang")}
    )
    assert rules is not None
    assert dict(rules.list_keys) == {("plans",): ("id",), ("tags",): ("key", "lang")}
    alone = read_rules(Options(), {"plans": "name"})
    declared = frozenset({("plans",)})
    assert alone == FieldRules(list_keys=((("plans",), ("name",)),), declared=declared)


_LIST_KEYS: list[tuple[Any, str, str]] = [
    ("auto", "list_keys", "expected an object by path patterns, got 'auto'"),
    (["id"], "list_keys", "expected an object by path patterns, got an array"),
    ({1: "id"}, "list_keys", "a pattern is a string, not a number"),
    (
        {"a[": "id"},
        'list_keys["a["]',
        "'a[' at character 1: expected a position like [0] or a key like [\"a.b\"]",
    ),
    (
        {"$.a": "id"},
        'list_keys["$.a"]',
        "'$.a' at character 0: leave out the leading $; a lone $ is the whole value",
    ),
    (
        {"": "id"},
        'list_keys[""]',
        "'' at character 0: expected a key; an empty one is written [\"\"]",
    ),
    (
        {"a": "id", '["a"]': "id"},
        'list_keys["[\\"a\\"]"]',
        "this is a, which is there already",
    ),
    ({"a": 1}, "list_keys.a", "expected a name, got a number"),
    ({"a": []}, "list_keys.a", "0 names, from 1 to 16 are allowed"),
    ({"a": ["x", None]}, "list_keys.a", "expected a name, got null"),
    ({"a": ["x", "x"]}, "list_keys.a", "the same name stands there twice"),
    ({"a": ["x"] * 17}, "list_keys.a", "17 names, from 1 to 16 are allowed"),
    (
        {str(at): "id" for at in range(257)},
        "list_keys",
        "257 patterns, at most 256 are allowed",
    ),
    ({"a" + "[*]" * 64: "id"}, "list_keys", "65 segments, at most 64 are allowed"),
]


@pytest.mark.parametrize(("list_keys", "where", "problem"), _LIST_KEYS)
def test_list_keys_that_cannot_be_used_say_where_and_why(
    list_keys: Any,  # noqa: ANN401 - what a caller may write by mistake
    where: str,
    problem: str,
) -> None:
    """The error names the option and the pattern."""
    with pytest.raises(InvalidOption) as caught:
        diff_fields({}, {}, list_keys=list_keys)
    assert caught.value.path.startswith(where)
    assert caught.value.problem == problem


_TOLERANCES: list[tuple[Any, str, str]] = [
    (1, "tolerance", "expected an object by path patterns, got a number"),
    ({"a": 1}, "tolerance.a", "expected an object, got a number"),
    ({"a": {}}, "tolerance.a", "expected abs, percent or both"),
    ({"a": {"rel": 1}}, "tolerance.a", "expected abs, percent or both"),
    ({"a": {"abs": -1}}, "tolerance.a", "expected a number from 0 up, got a number"),
    ({"a": {"abs": True}}, "tolerance.a", "expected a number from 0 up, got a boolean"),
    ({"a": {"percent": float("nan")}}, "tolerance.a", "expected a number from 0 up, got a number"),
    ({"a]": {"abs": 1}}, 'tolerance["a]"]', "'a]' at character 1: expected a dot or a bracket"),
]


@pytest.mark.parametrize(("tolerance", "where", "problem"), _TOLERANCES)
def test_tolerances_that_cannot_be_used_say_where_and_why(
    tolerance: Any,  # noqa: ANN401 - what a caller may write by mistake
    where: str,
    problem: str,
) -> None:
    """A number from zero up, absolute or in percent."""
    with pytest.raises(InvalidOption) as caught:
        diff_fields({}, {}, tolerance=tolerance)
    assert (caught.value.path, caught.value.problem) == (where, problem)


def test_an_order_that_is_none_is_refused() -> None:
    """The two that there are stand in the error."""
    order: Any = "sorted"
    with pytest.raises(InvalidOption) as caught:
        diff_fields([], [], order=order)
    assert caught.value == InvalidOption(
        "expected an order, got 'sorted'", "use 'keep' or 'ignore'", "order"
    )
