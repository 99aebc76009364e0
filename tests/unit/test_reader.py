"""Typed fields of an object: absent and null are one, both spellings are known."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from changetrack._reader import Reader
from changetrack.errors import FieldTooLong, InvalidRequest, InvalidSnapshot


def test_absent_and_null_read_as_none() -> None:
    """Whoever sends null means nothing by it."""
    for reader in (Reader({}), Reader({"x": None})):
        assert reader.raw("x") is None
        assert reader.text("x") is None
        assert reader.flag("x") is None
        assert reader.items("x") is None
        assert reader.within("x") is None


def test_fields_are_read_as_what_they_are() -> None:
    """Empty and false are values."""
    reader = Reader(MappingProxyType({"t": "", "f": False, "i": [], "o": {"a": 1}}), "here")
    assert (reader.text("t"), reader.flag("f"), reader.items("i")) == ("", False, [])
    within = reader.within("o")
    assert within is not None
    assert (within.path, within.raw("a")) == ("here.o", 1)


def test_both_spellings_are_known() -> None:
    """But snake_case is for names that are written otherwise."""
    reader = Reader({"content_hash": "a", "capturedAt": "b", "URL": "c", "x": 1})
    assert reader.text("contentHash") == "a"
    assert reader.text("capturedAt") == "b"
    assert reader.raw("x") == 1
    assert reader.raw("url") is None


@pytest.mark.parametrize("value", [None, [], "x", 1, object()])
def test_what_is_no_object_is_refused(value: object) -> None:
    """As the error that the caller names."""
    with pytest.raises(InvalidSnapshot) as caught:
        Reader(value, "previous", error=InvalidSnapshot)
    assert caught.value.path == "previous"
    assert caught.value.remedy == "send a JSON object"


@pytest.mark.parametrize(
    ("method", "value", "problem"),
    [
        ("text", 1, "expected a string, got a number"),
        ("flag", "true", "expected true or false, got a string"),
        ("items", {}, "expected an array, got an object"),
        ("within", [], "expected an object, got an array"),
    ],
)
def test_what_is_of_another_kind_is_refused(method: str, value: object, problem: str) -> None:
    """The error names the place, what was expected and what there is."""
    with pytest.raises(InvalidRequest) as caught:
        getattr(Reader({"x": value}, "batch[0]"), method)("x")
    assert (caught.value.path, caught.value.problem) == ("batch[0].x", problem)


def test_a_label_has_a_limit() -> None:
    """The limit itself is allowed."""
    reader = Reader({"tag": "éé"})
    assert reader.text("tag", at_most=2) == "éé"
    with pytest.raises(FieldTooLong) as caught:
        reader.text("tag", at_most=1)
    assert caught.value == FieldTooLong(1, 2, "tag")


def test_two_spellings_at_once_are_refused() -> None:
    """Also when both say the same, or nothing."""
    with pytest.raises(InvalidRequest) as caught:
        Reader({"contentHash": None, "content_hash": None}).raw("contentHash")
    assert caught.value == InvalidRequest(
        "both contentHash and content_hash are given", "send contentHash only", "contentHash"
    )
