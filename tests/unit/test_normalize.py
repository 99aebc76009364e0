"""Reading the markdown that a caller gives."""

from __future__ import annotations

import pytest

from changetrack import Limits
from changetrack._normalize import (
    encode_text,
    normalize_lines,
    read_markdown,
    split_lines,
)
from changetrack.errors import ContentTooLarge, InvalidRequest, InvalidText


@pytest.mark.parametrize(
    "text", ["", "\n", "a", "a\n\nb", "a \n\n\nb\n", "\x1c\n\n\n\x1f ", "\r\r\n a", "\n\n\n\n"]
)
def test_lines_are_those_of_the_text(text: str) -> None:
    """The lines that come with a normal text are what splitting it would give."""
    normal, lines = normalize_lines(text)
    assert lines == split_lines(normal)


def test_a_normal_text_is_not_made_anew() -> None:
    """What is normal already costs no second copy of the page."""
    text = "a\n\nb"
    assert normalize_lines(text)[0] is text


def test_a_page_of_the_allowed_size_is_read() -> None:
    """The limit itself is allowed, and counts characters."""
    assert read_markdown("é" * 10, Limits(markdown_chars=10), "page") == ("é" * 10, ["é" * 10])


def test_a_page_beyond_the_allowed_size_is_refused() -> None:
    """Also when normalizing would make it small."""
    with pytest.raises(ContentTooLarge) as caught:
        read_markdown(" " * 11, Limits(markdown_chars=10), "page")
    assert caught.value == ContentTooLarge(10, 11, "page")


@pytest.mark.parametrize("page", [b"a", 5, None, ["a"]])
def test_a_page_that_is_no_text_is_refused(page: str) -> None:
    """Bytes are the usual mistake."""
    with pytest.raises(InvalidRequest) as caught:
        read_markdown(page, Limits(), "page")
    kind = type(page).__name__
    problem = f"the markdown is {kind}, not a string"
    assert caught.value == InvalidRequest(
        problem, "pass text: decode bytes, give JSON as json=", "page"
    )


def test_a_lone_surrogate_is_found() -> None:
    """The error says where it stands."""
    with pytest.raises(InvalidText) as caught:
        encode_text("ab\ud800", "page")
    assert caught.value == InvalidText(2, "page")
