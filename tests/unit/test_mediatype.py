"""Text or binary (contract §3.5): the spec rows have the common types, here are the odd ones."""

from __future__ import annotations

import pytest

from changetrack._mediatype import is_text


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        (None, True),
        ("", False),
        (" text/plain", False),
        ("text", False),
        ("text/", True),
        ("application/x-HTML", True),
        ("application/pdf; profile=xml", True),
        ("İ", False),
        ("multipart/mixed", False),
    ],
)
def test_odd_types(content_type: str | None, expected: bool) -> None:  # noqa: FBT001 - a table
    """The rule is read to the letter, parameters and all."""
    assert is_text(content_type) is expected
