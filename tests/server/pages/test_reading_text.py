"""The text of an element, as somebody reads it aloud."""

from __future__ import annotations

import pytest

from changetrack_server.pages.document import parse_document
from changetrack_server.pages.text import read_noscript, read_text, read_visible_text

TEXTS = [
    ("<p>a<p>b", "a b"),
    ("<p>a</p>b", "a b"),
    ("<b>a</b>b<i>c</i>", "abc"),
    ("<b>a</b> b", "a b"),
    ("a<br>b", "a b"),
    ("<td>1</td><td>2", "1 2"),
    ("a<img>b<input>c", "a b c"),
    (" a \n\t b\xa0 c\u2003d", "a b c d"),
    ("<span>$</span>19<span>.99</span>", "$19.99"),
    ("$19<sup>99</sup>", "$19 99"),
    ("<b>1</b><i></i><b>2</b>", "1 2"),
    ("H<sub>2</sub>O", "H2O"),
    ("a<noscript>b</noscript><iframe>c</iframe>d", "a d"),
    ("a<p hidden>b</p>c", "a b c"),
]


@pytest.mark.parametrize(("html", "text"), TEXTS)
def test_text_is_one_line(html: str, text: str) -> None:
    """Blocks are a space apart, inline elements are not, digits of two elements are."""
    assert read_text(parse_document(html).root) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<title>t</title>a", "a"),
        ("a<p hidden>b<i>c</i></p>d", "a d"),
        ("a<p hidden=until-found>b</p>", "a b"),
        ("a<p style='color:red; DISPLAY : none'>b</p>", "a"),
        ("a<p style='display:block'>b</p>", "a b"),
    ],
)
def test_what_is_seen_leaves_out_what_the_page_hides(html: str, text: str) -> None:
    """By HTML itself or right on the element; style sheets are not read."""
    assert read_visible_text(parse_document(html).root) == text


def test_a_script_and_a_noscript_have_their_text_when_they_are_asked() -> None:
    """Only inside of something else they are left out."""
    document = parse_document(
        "<script type=application/ld+json>{ }</script><noscript>No <p>script</p></noscript>"
    )
    script = next(document.root.iter("script"))
    assert (read_text(script), read_noscript(document.root)) == ("{ }", "No script")
