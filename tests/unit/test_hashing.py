"""JSON at its edges: what Python has and JSON has not, what orjson refuses, what nobody expects."""

from __future__ import annotations

import datetime as dt
import enum
import sys
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from changetrack import canonical_json, hash_json, hash_markdown
from changetrack._hashing import (
    copy_json,
    dump_json,
    hash_plain_json,
    hash_text,
    load_json,
    same_json,
)
from changetrack._models import JsonValue
from changetrack.errors import InvalidJson, InvalidText, JsonTooDeep, NumberTooLong
from tests.strategies.json_values import nest

BIG = 2**64
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class Colour(enum.Enum):
    """A word with a name."""

    RED = "red"


class Level(enum.IntEnum):
    """A number with a name."""

    HIGH = 3


class Point(NamedTuple):
    """A tuple with names."""

    x: int
    y: float


class Word(str):
    """A string that is more, as parsers give them."""

    __slots__ = ()


@dataclass
class Plan:
    """An object that somebody might take for JSON."""

    price: int


@pytest.mark.parametrize(
    ("value", "copied"),
    [
        ((1, (2, [3])), [1, [2, [3]]]),
        (Point(1, 2.0), [1, 2.0]),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (Word("x"), "x"),
        ({Word("k"): Word("v")}, {"k": "v"}),
        (Level.HIGH, 3),
        (Colour.RED, "red"),
        ([BIG, (True, None)], [BIG, [True, None]]),
        ([None, (BIG, Level.HIGH, Word("x"))], [None, [BIG, 3, "x"]]),
    ],
)
def test_python_values_become_plain_json(value: object, copied: JsonValue) -> None:
    """What stands for JSON is taken for it, however it is read."""
    found = copy_json(value)
    assert repr(found) == repr(copied)
    assert canonical_json(value) == canonical_json(copied)  # type: ignore[arg-type]


@pytest.mark.parametrize("beside", [None, BIG], ids=["fast", "exact"])
@pytest.mark.parametrize(
    ("value", "problem", "path"),
    [
        ([{"a": float("nan")}], "nan is not a JSON number", "[1][0].a"),
        (float("inf"), "inf is not a JSON number", "[1]"),
        ((1, -float("inf")), "-inf is not a JSON number", "[1][1]"),
        ({"a": {1: 2}}, "a key is int, not a string", "[1].a"),
        ({None: 1}, "a key is NoneType, not a string", "[1]"),
        ({"a": b"x"}, "bytes is not a JSON type", "[1].a"),
        ({"a": {"x"}}, "set is not a JSON type", "[1].a"),
        (dt.date(2026, 1, 1), "date is not a JSON type", "[1]"),
        ([Plan(19)], "Plan is not a JSON type", "[1][0]"),
        (object(), "object is not a JSON type", "[1]"),
        ({"a": "x\ud800"}, "a string holds a lone surrogate", "[1].a"),
        ({"b": {"\udc00": 1}}, "a string holds a lone surrogate", "[1].b"),
    ],
)
@pytest.mark.parametrize("function", [copy_json, canonical_json, dump_json, hash_json])
def test_what_is_not_json_is_refused(
    function: Callable[[object], object], value: object, problem: str, path: str, beside: JsonValue
) -> None:
    """By every function, with the place where it stands."""
    with pytest.raises(InvalidJson) as caught:
        function([beside, value])
    assert (caught.value.problem, caught.value.path) == (problem, path)


@pytest.mark.parametrize("size", [1, 300])
def test_a_value_in_itself_is_refused(size: int) -> None:
    """It would never end."""
    loop: list[object] = []
    value = loop
    for _ in range(size):
        value = [value]
    loop.append(value)
    with pytest.raises(InvalidJson) as caught:
        copy_json({"a": loop})
    assert caught.value == InvalidJson(
        "the value contains itself", "send a tree", caught.value.path
    )


def test_a_value_at_two_places_is_fine() -> None:
    """Only a value within itself is a loop."""
    shared: JsonValue = [BIG]
    assert copy_json([shared, {"a": shared}, shared]) == [[BIG], {"a": [BIG]}, [BIG]]


def test_integers_have_as_many_digits_as_python_converts() -> None:
    """Beyond, writing them would be quadratic."""
    most = sys.get_int_max_str_digits()
    assert canonical_json(10 ** (most - 1)) == b"1" + b"0" * (most - 1)
    with pytest.raises(NumberTooLong) as caught:
        canonical_json({"a": [10**most]})
    assert caught.value == NumberTooLong(most, "a[0]")


@pytest.mark.parametrize("value", [None, False, 0, "", [], {}])
def test_only_null_is_hashed_as_nothing(value: JsonValue) -> None:
    """Whatever else looks empty is something."""
    assert (hash_json(value) == NOTHING) is (value is None)
    assert hash_plain_json(value) == hash_json(value)


def test_text_that_no_utf8_carries_has_no_hash() -> None:
    """The error says where, also after normalizing."""
    with pytest.raises(InvalidText) as caught:
        hash_markdown("\n\na\r\n\ud800")
    assert caught.value == InvalidText(2)
    with pytest.raises(InvalidText) as caught:
        hash_text("\udfff", "previous.markdown")
    assert caught.value == InvalidText(0, "previous.markdown")


@pytest.mark.parametrize(
    "text",
    [
        f'[{BIG}, "x",]',
        f'[{BIG}, "\\ud800"]',
        f"[{BIG}, NaN]",
        f"[{BIG}, 1e999]",
        f'[{10**400}, "\t"]',
        f"[{10**400}, Infinity]",
        f'[{10**400}, "\\udfff"]',
        f'[{10**400}, "\\ud800\\u0041"]',
        f"[{10**400}] x",
    ],
)
def test_text_with_big_integers_is_read_as_strictly(text: str) -> None:
    """The second, exact reading forgives nothing that the first one does not."""
    for form in (text, text.encode()):
        with pytest.raises(InvalidJson):
            load_json(form, depth=128, digits=4_300)


def test_bytes_with_big_integers_must_be_utf8() -> None:
    """Also where the standard library reads them."""
    with pytest.raises(InvalidJson):
        load_json(b"[1%s, \xff]" % (b"0" * 400), depth=128, digits=4_300)


@pytest.mark.parametrize("depth", [130, 1_000, 5_000])
def test_big_integers_too_deep_to_read_are_too_deep(depth: int) -> None:
    """Where the standard library gives up, the answer is the same as where orjson does."""
    for number in (BIG, 10**400):
        text = dump_json(nest(depth, number))
        with pytest.raises(JsonTooDeep) as caught:
            load_json(text, depth=128, digits=4_300)
        assert caught.value == JsonTooDeep(128)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        ([1], [True], False),
        ([0.0], [-0.0], False),
        (0.0, -0.0, False),
        (1, 1.0, False),
        (None, None, True),
        (None, {}, False),
        ({"a": None}, {}, False),
        (BIG, BIG, True),
        (float(BIG), BIG, False),
        ([BIG], [float(BIG)], False),
        ("e\u0301", "\u00e9", False),
        (nest(2_000, 1), nest(2_000, 1), True),
        (nest(2_000, 1), nest(2_000, 1.0), False),
    ],
)
def test_equality_is_typed(one: JsonValue, other: JsonValue, same: bool) -> None:  # noqa: FBT001
    """Two values are the same when their canonical texts are."""
    assert same_json(one, other) is same
    assert same_json(other, one) is same
    assert (canonical_json(one) == canonical_json(other)) is same
