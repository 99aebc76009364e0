"""Nothing that a page says makes a terminal show something else than is there."""

from __future__ import annotations

import pytest

from changetrack._render import escape_controls


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://\u202egpj.elbisrever/", "https://\\u202egpj.elbisrever/"),
        ("a\u2066b\u2069\u2028c", "a\\u2066b\\u2069\\u2028c"),
        # What Arabic, Hebrew and emoji need stays as it is.
        ("\u200fשלום\u200d", "\u200fשלום\u200d"),
    ],
)
def test_text_that_turns_around_is_spelled_out(text: str, shown: str) -> None:
    """An address cannot be made to read as another one."""
    assert escape_controls(text) == shown
