"""What html_to_markdown takes, and what it says about what it does not take."""

from __future__ import annotations

import inspect
import warnings

import pytest

from changetrack._markdown import html_to_markdown
from changetrack.errors import InvalidRequest, InvalidText

_REMEDY = "decode bytes before"


@pytest.mark.parametrize("html", [b"<p>a", None, 1, ["<p>a"]])
def test_html_that_is_no_string_is_an_invalid_request(html: object) -> None:
    """Nothing is guessed about an encoding."""
    with pytest.raises(InvalidRequest) as caught:
        html_to_markdown(html)  # type: ignore[arg-type]
    problem = f"the value is {type(html).__name__}, not a string"
    assert caught.value == InvalidRequest(problem, _REMEDY, "html")


def test_a_base_that_is_no_string_is_an_invalid_request() -> None:
    """The error names the argument."""
    with pytest.raises(InvalidRequest) as caught:
        html_to_markdown("", base_url=b"https://example.com")  # type: ignore[arg-type]
    assert caught.value == InvalidRequest("the value is bytes, not a string", _REMEDY, "base_url")


@pytest.mark.parametrize("code", [0xD800, 0xDFFF])
def test_a_lone_surrogate_is_invalid_text(code: int) -> None:
    """No UTF-8 carries it, so no hash could be taken of what comes out."""
    with pytest.raises(InvalidText) as caught:
        html_to_markdown(f"<p>a{chr(code)}")
    assert caught.value == InvalidText(4, "html")


def test_a_lone_surrogate_in_the_base_is_invalid_text() -> None:
    """It would come out in every link."""
    with pytest.raises(InvalidText) as caught:
        html_to_markdown("", base_url="https://\udc00/")
    assert caught.value == InvalidText(8, "base_url")


def test_main_content_is_a_keyword() -> None:
    """A bare `True` at a call site says nothing."""
    parameter = inspect.signature(html_to_markdown).parameters["main_content"]
    assert parameter.kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize(
    "html", ["", "index.html", "https://example.com/", "<?xml version='1.0'?><rss></rss>"]
)
def test_nothing_is_warned_about(html: str) -> None:
    """A page may look like a file name, an address or XML; that is the caller's business."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        html_to_markdown(html)


def test_no_other_parser_ever_reads_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """html.parser is quadratic on hostile input, so nothing may fall back to it, nor to bs4."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("another parser was asked")

    html_to_markdown("<p>loads the libraries</p>")
    monkeypatch.setattr("html.parser.HTMLParser.feed", refuse)
    monkeypatch.setattr("bs4.BeautifulSoup.__init__", refuse)
    assert html_to_markdown("<p>a<!--") == "a"
