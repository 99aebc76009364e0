"""Options, modes, and what JSON values are called."""

from __future__ import annotations

import pytest

from changetrack import FieldChange, Options
from changetrack._kinds import name_kind
from changetrack._models import read_modes
from changetrack.errors import InvalidOption, UnknownMode


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ([], ("gitDiff",)),
        (["gitDiff"], ("gitDiff",)),
        (["git-diff"], ("gitDiff",)),
        ("json", ("json",)),
        (("json", "gitDiff"), ("json", "gitDiff")),
        (["json", "git-diff", "gitDiff", "json"], ("json", "gitDiff")),
        (iter(["json"]), ("json",)),
    ],
)
def test_modes_have_one_spelling(given: list[str], read: tuple[str, ...]) -> None:
    """Aliases and repetitions vanish, the order stays, none means gitDiff."""
    assert read_modes(given) == read


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (["json", "html"], UnknownMode("html", "modes[1]")),
        ("gitdiff", UnknownMode("gitdiff", "modes[0]")),
        (
            [b"json"],
            InvalidOption(
                "expected a string, got bytes", "use 'gitDiff', 'json' or both", "modes[0]"
            ),
        ),
        (
            [None],
            InvalidOption(
                "expected a string, got null", "use 'gitDiff', 'json' or both", "modes[0]"
            ),
        ),
    ],
)
def test_a_mode_that_nobody_knows_is_named(given: list[object], error: Exception) -> None:
    """The error says which one, and what there is."""
    with pytest.raises(type(error)) as caught:
        read_modes(given)
    assert caught.value == error


@pytest.mark.parametrize(
    ("context", "shown"),
    [
        (-1, "-1"),
        (1_000_001, "1,000,001"),
        (10**30, "a number"),
        pytest.param(10**5_000, "a number", id="longer than Python prints"),
        (3.0, "3.0"),
        (float("nan"), "a number"),
        (True, "a boolean"),
        ("3", "a string"),
        ([[3]], "an array"),
        (None, "null"),
    ],
)
def test_a_context_out_of_range_is_named(context: int, shown: str) -> None:
    """Options are checked when they are made; whatever was given is said in a word or a number."""
    with pytest.raises(InvalidOption) as caught:
        Options(context=context)
    problem = f"expected a whole number from 0 to 1,000,000, got {shown}"
    assert caught.value == InvalidOption(problem, "leave it out for 3", "context")


def test_options_are_values() -> None:
    """Equal when their fields are, whatever spelling the modes had; hashable without a schema."""
    one = Options(modes=["git-diff", "json"])  # type: ignore[arg-type]
    other = Options(modes=("gitDiff", "json"))
    assert one == other
    assert hash(one) == hash(other)


def test_none_given_leaves_an_option_as_it_is() -> None:
    """And false, zero and nothing are given."""
    options = Options(modes=("json",), schema={}, content_type="a", context=5)
    assert options.with_given(modes=None, schema=None, context=None) is options
    assert options.with_given(context=0, track_only_schema=False, content_type="", modes=[]) == (
        Options(schema={}, content_type="", context=0, track_only_schema=False)
    )


def test_changes_at_one_place_hash_alike() -> None:
    """The values of a change may be lists, which nothing can hash."""
    one = FieldChange(op="replace", path=("a", 0), previous=[1], current={})
    assert hash(one) == hash(FieldChange(op="replace", path=("a", 0), previous=[2], current=[]))
    assert hash(one) != hash(FieldChange(op="replace", path=("a", 1)))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "a boolean"),
        (1, "a number"),
        (1.5, "a number"),
        ("", "a string"),
        ([], "an array"),
        ({}, "an object"),
        ((), "tuple"),
        (object(), "object"),
    ],
)
def test_values_have_names(value: object, name: str) -> None:
    """JSON is called what JSON calls it, the rest what Python calls it."""
    assert name_kind(value) == name
