"""paths: what the rows of the specification cannot say."""

from __future__ import annotations

import pytest

from changetrack._fielddiff import format_path, parse_path
from changetrack.errors import InvalidPath


def test_an_error_says_what_was_expected_and_what_a_path_looks_like() -> None:
    """The text is quoted, with the character."""
    with pytest.raises(InvalidPath) as caught:
        parse_path("plans[*].price")
    assert str(caught.value) == (
        "'plans[*].price' at character 5: expected a position like [0] or a key like [\"a.b\"]; "
        'write paths like plans[0].price or ["odd.key"].x'
    )


def test_a_path_may_be_long() -> None:
    """A hundred thousand segments are read and printed one after the other."""
    path = ("a", 0, "b.c") * 33_333
    assert parse_path(format_path(path)) == path
