"""Selectors find what CSS says they find; cssselect's own translation is the oracle."""

from __future__ import annotations

import pytest
from cssselect import HTMLTranslator
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from changetrack_server.extracting.selectors import compile_selector
from changetrack_server.pages.document import Document, parse_document

PAGE = """<html lang="en-GB"><body id="top">
<div class="a x" id="d1"><p class="b">one<b class="c">1</b></p><p>two</p>
<ul><li class="a">i<li>ii<li class="b a">iii</ul></div>
<div class="a"><section><p class="b c">three<i></i></p><h2>h</h2><p>four<p class="c">five</p>
<input disabled><input type="checkbox" checked><a href="/x">x</a></section></div>
<p class="b" title="It's &quot;so&quot;">six</p></body></html>"""

# Selector, and the texts of what it finds.
FOUND = [
    ("p.b > b", ["1"]),
    ("li:first-child", ["i"]),
    ("li:last-child", ["iii"]),
    ("li:nth-child(2)", ["ii"]),
    ("li:nth-child(-n+2)", ["i", "ii"]),
    ("li:nth-child(n+2)", ["ii", "iii"]),
    ("li:nth-child(odd)", ["i", "iii"]),
    ("li:nth-last-child(1)", ["iii"]),
    ("li:nth-child(0)", []),
    ("section > p:first-of-type", ["three"]),
    ("section > p:nth-of-type(3)", ["five"]),
    ("h2 + p", ["four"]),
    ("h2 ~ p", ["four", "five"]),
    ("h2 + p + p", ["five"]),
    ("p.b ~ h2 ~ p.c", ["five"]),
    ("div.a section p.c:not(.b)", ["five"]),
    ("p:not(section p)", ["one1", "two", "six"]),
    ("p:has(> b)", ["one1"]),
    ("div:has(h2) a", ["x"]),
    ("p:has(+ ul)", ["two"]),
    ("p:has(~ h2)", ["three"]),
    (":is(h2, li.b)", ["iii", "h"]),
    ('p:contains("iv")', ["five"]),
    ('[title="It\'s \\"so\\""]', ["six"]),
    ("a[href^='/'], h2", ["h", "x"]),
    ("P.b:NOT(.c)", ["one1", "six"]),
    (":scope > body > p", ["six"]),
    ("p:lang(en).b.c", ["three"]),
    ("i:only-child, b:only-of-type", ["1", ""]),
    (":checked, input:disabled", ["", ""]),
    ("#d1 .b.a", ["iii"]),
]

_NAMES = st.sampled_from(("*", "b", "div", "li", "p", "section", "ul"))
_CLASSES = st.sampled_from(("", "", ".a", ".b", ".c", "#d1", "[class]", ":first-child"))
_MORE = st.sampled_from(
    (
        *("", "", "", "", ":last-child", ":nth-child(2)", ":nth-child(2n+1)", ":nth-child(-n+2)"),
        *(":nth-last-child(n+2)", ":not(.a)", ":not(div p)", ":has(p)", ":only-child", ":empty"),
    )
)
_COMPOUNDS = st.builds("{}{}{}".format, _NAMES, _CLASSES, _MORE)
_STEPS = st.tuples(st.sampled_from((" ", " > ", " + ", " ~ ")), _COMPOUNDS)


@st.composite
def selectors(draw: st.DrawFn) -> str:
    """Return a selector of up to six compounds."""
    steps = draw(st.lists(_STEPS, max_size=5))
    return draw(_COMPOUNDS) + "".join(combinator + compound for combinator, compound in steps)


@st.composite
def trees(draw: st.DrawFn) -> str:
    """Return a small page in which everything may stand in everything."""
    pieces = st.sampled_from(
        (
            *("<div>", "<div class=a>", "<div class='b a'>", "<section class=c>", "<ul>", "</div>"),
            *("<li>", "<li class=a>", "<p class=b>", "<p id=d1>", "</p>", "</ul>", "</section>"),
            *("<b class=c>x</b>", "<b>y</b>", "text"),
        )
    )
    return "".join(draw(st.lists(pieces, max_size=30)))


def _find(document: Document, selector: str) -> list[object]:
    return list(compile_selector(selector).find(document.root))


def _find_by_oracle(document: Document, selector: str) -> list[object]:
    xpath = HTMLTranslator().css_to_xpath(selector)
    found = etree.XPath(xpath)(document.root)
    assert isinstance(found, list)
    return list(found)


@pytest.mark.parametrize(("selector", "texts"), FOUND)
def test_a_selector_finds_what_css_says(selector: str, texts: list[str]) -> None:
    """Every kind of selector that people write."""
    document = parse_document(PAGE)
    found = compile_selector(selector).find(document.root)
    assert ["".join(map(str, each.itertext())).strip() for each in found] == texts


@given(html=trees(), selector=selectors())
def test_the_translation_means_what_the_one_of_cssselect_means(html: str, selector: str) -> None:
    """Whatever stands in whatever, the same elements are found, in the order of the page."""
    document = parse_document(html)
    assert _find(document, selector) == _find_by_oracle(document, selector)


def test_inside_of_an_element_a_selector_may_name_what_is_around_it() -> None:
    """As in a browser: what is found is inside, what it is found by may be outside."""
    document = parse_document("<section><div class=plan><p class=price>1</p></div></section>")
    (plan,) = compile_selector(".plan").find(document.root)
    found = {
        selector: len(compile_selector(selector).find(plan))
        for selector in ("section .price", ":scope > .price", ".plan", ":scope", ":scope section")
    }
    assert found == {
        "section .price": 1,
        ":scope > .price": 1,
        ".plan": 0,
        ":scope": 0,
        ":scope section": 0,
    }


def test_the_first_match_is_the_first_of_all() -> None:
    """`first` only saves the others."""
    document = parse_document(PAGE)
    for selector, _ in FOUND:
        compiled = compile_selector(selector)
        assert compiled.find(document.root, first=True) == compiled.find(document.root)[:1]
