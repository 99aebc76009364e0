"""Which selectors can be used, and that no other one costs more than a message."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack.errors import InvalidSchema
from changetrack_server.extracting.selectors import Selector, compile_selector

PLACE = "schema.properties.price.x-selector"

# Selector, what is taken, whether that was said.
TAKEN = [
    (".price", "", False),
    (".price::text", "", True),
    ("a.more::attr(href)", "href", True),
    ("a::ATTR(HREF)", "href", True),
    ("a::attr('data-id')", "data-id", True),
    ("::attr(id)", "id", True),
    ("::text", "", True),
    ("a::text, b::text", "", True),
]

_CSS = "the selector is not supported or no CSS: "
REFUSED: list[tuple[object, str]] = [
    (5, "the selector is int, not a string"),
    (None, "the selector is NoneType, not a string"),
    ([".a"], "the selector is list, not a string"),
    ("", "the selector is empty"),
    (" \n ", "the selector is empty"),
    ("a" * 513, "the selector has 513 characters, at most 512 are allowed"),
    ("a\x00", "the selector holds characters that cannot be seen"),
    ("a\ud800", "the selector holds characters that cannot be seen"),
    ("a[title='\\1 ']", "the selector is too complex"),
    ("a::text, b", "the selector takes different things of the elements that it lists"),
    (
        "a::attr(href), b::attr(src)",
        "the selector takes different things of the elements that it lists",
    ),
    ("a::before", _CSS + "::before is neither ::text nor ::attr()"),
    ("a::html(x)", _CSS + "::html is neither ::text nor ::attr()"),
    ("a::attr()", _CSS + "::attr() takes the name of one attribute"),
    ("a::attr(a b)", _CSS + "::attr() takes the name of one attribute"),
    ("a:hover-ish", _CSS + "The pseudo-class :hover-ish is unknown"),
    ("a:matches-xpath(b)", _CSS + "The pseudo-class :matches-xpath() is unknown"),
    ("ns|a", _CSS + "namespaces are not supported"),
    ("*|a", _CSS + "namespaces are not supported"),
    ("[ns|a]", _CSS + "namespaces are not supported"),
    ("a:has(b c)", _CSS + "a combination inside of :has() is not supported"),
    ("a:nth-child(x)", _CSS + ":nth-child() takes a position, such as 2n+1"),
    ("//a[@href]", _CSS + "Expected selector, got <DELIM '/' at 0>"),
    (":not(" * 60, "the selector nests more than 8 parentheses"),
]

HOSTILE = [
    *(
        "," * 512,
        "a," * 255 + "a",
        "a " * 256,
        "a>" * 255 + "a",
        "a~" * 255 + "a",
        "a+" * 255 + "a",
    ),
    *(".a" * 256, ":not(a)" * 73, ":has(a)" * 73, "[a]" * 170, ":nth-child(2n)" * 36, "(" * 512),
    *(":not(:not(:not(:not(:not(:not(:not(:not(a))))))))", ":has(" * 8 + "a" + ")" * 8, "\\" * 512),
    *(
        "a:nth-child(" + "9" * 400 + "n+1)",
        "[a='" + "x" * 500 + "']",
        "'" * 512,
        "[" * 512,
        "/*" * 256,
    ),
    *(
        ":is(" + "a," * 200 + "a)",
        "a:contains('" + "]" * 400 + "')",
        "::" * 256,
        "*" * 512,
        "#a" * 256,
    ),
]


@pytest.mark.parametrize(("text", "attribute", "is_explicit"), TAKEN)
def test_a_selector_says_what_it_takes(text: str, attribute: str, is_explicit: bool) -> None:  # noqa: FBT001
    """The text of an element, or one of its attributes."""
    compiled = compile_selector(text)
    assert (compiled.attribute, compiled.is_explicit) == (attribute, is_explicit)


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_B34_other_selectors_are_refused_at_their_place(text: object, problem: str) -> None:
    """With the path of the property, what is wrong, and what to do."""
    with pytest.raises(InvalidSchema) as caught:
        compile_selector(text, PLACE)
    assert (caught.value.path, caught.value.problem) == (PLACE, problem)
    assert caught.value.remedy


def test_who_writes_a_wrong_selector_is_led_to_the_server_s_own_page() -> None:
    """A client has no folder of documentation."""
    with pytest.raises(InvalidSchema) as caught:
        compile_selector("a:foo", PLACE)
    assert caught.value.remedy == "see /docs#fields-of-a-page"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_B34_hostile_selectors_are_read_or_refused_at_once(text: str) -> None:
    """Five hundred commas, parentheses without end: no more than a moment."""
    started = time.process_time()
    _compile_or_refuse(text)
    assert time.process_time() - started < 1


_PIECES = st.sampled_from(
    (
        *("a", "*", ".b", "#c", "[d]", "[e='f']", " ", " > ", " + ", " ~ ", ",", ":not(", ":has("),
        *(
            ":is(",
            ")",
            ":nth-child(",
            "2n+1",
            "::text",
            "::attr(",
            "href",
            "|",
            "\\",
            "'",
            '"',
            "/*",
        ),
        *("$scope", "@href", "text()", "//", "(", "[", "]", "\n", "é", "\U0001f600", ":scope"),
    )
)


@given(text=st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=12).map("".join)))
def test_any_text_is_a_selector_or_refused(text: str) -> None:
    """Nothing else ever comes out of it."""
    _compile_or_refuse(text)


def _compile_or_refuse(text: str) -> Selector | None:
    try:
        return compile_selector(text, PLACE)
    except InvalidSchema as error:
        assert error.path == PLACE  # noqa: PT017 - either way is right
        return None
