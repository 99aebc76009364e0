"""What holds for the Markdown of any page, and of any text that is no page at all."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from changetrack._markdown import html_to_markdown
from changetrack._normalize import normalize_markdown
from changetrack.errors import InvalidText

# A word in here is seen by nobody.
_UNSEEN = ("script", "style", "template", "noscript", "svg", "iframe", "canvas", "title")
_SEEN = (
    *("a href=/x", "a href='javascript:x'", "article", "aside", "b", "blockquote", "br", "button"),
    *("code", "dd", "del", "details", "div", "dl", "dt", "em", "footer", "form", "h1", "h2", "h6"),
    *("header", "hr", "img src=x alt=y", "label", "li", "main", "nav", "ol start=7", "option"),
    *("p", "p role=main", "pre", "pre class=language-c", "q", "section", "select", "span", "sub"),
    *("summary", "table", "tbody", "td", "td colspan=3", "th", "thead", "tr", "ul", "x-y"),
)
_MARKUP = (
    *("*", "_", "`", "[", "](", ")", "!", "|", "#", "- ", "1. ", "> ", "~~", "\\", "&lt;", "&amp;"),
    *(
        "&nbsp;",
        "\n",
        "\t",
        " ",
        "\r\n",
        "\u2028",
        "\x1c",
        "\0",
        "😀",
        "<!-- c -->",
        "<",
        "&#0;",
    ),
)

# Text in which nothing hides: words are told apart from markup by their numbers.
_WORDS = st.integers(0, 999).map(lambda number: f"w{number}w")
_TAGS = st.sampled_from(_SEEN).flatmap(
    lambda tag: st.sampled_from([f"<{tag}>", f"</{tag.split()[0]}>"])
)
# A bracket right before a word would make a tag of it.
_SPACED = st.sampled_from(_MARKUP).map(lambda text: f"{text} ")
PAGES = st.lists(st.one_of(_TAGS, _WORDS, _SPACED), max_size=60).map("".join)
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
BASES = st.one_of(st.none(), st.sampled_from(["https://example.com/a/b?c", "/d/", "http://["]))


@given(html=ANYTHING, base=ANYTHING, main_content=st.booleans())
@example(html="<p>\ud800", base="", main_content=False)
@example(html="", base="\udfff", main_content=True)
def test_any_text_gives_markdown_or_invalid_text(html: str, base: str, main_content: bool) -> None:  # noqa: FBT001
    """There is no third way out, whatever the text or the base."""
    lone = re.search("[\ud800-\udfff]", html) or re.search("[\ud800-\udfff]", base)
    try:
        outcome: str | InvalidText = html_to_markdown(
            html, base_url=base, main_content=main_content
        )
    except InvalidText as error:
        outcome = error
    if lone:
        path = "html" if lone.string is html else "base_url"
        assert outcome == InvalidText(lone.start(), path)
    else:
        assert isinstance(outcome, str)


@given(PAGES, BASES, st.booleans())
def test_the_same_page_gives_the_same_normal_text(
    html: str,
    base: str | None,
    main_content: bool,  # noqa: FBT001
) -> None:
    """Nothing is left for normalization to do, and nothing depends on what was seen before."""
    markdown = html_to_markdown(html, base_url=base, main_content=main_content)
    assert html_to_markdown(html, base_url=base, main_content=main_content) == markdown
    assert normalize_markdown(markdown) == markdown


@given(PAGES)
@example("<table>w1w<tr>w2w<td>w3w<td>w4w<caption>w5w")
def test_every_word_is_kept(html: str) -> None:
    """As often as it stands on the page; only rows may stand below what stood between them."""
    assert sorted(_words(html_to_markdown(html))) == sorted(_words(html))


@given(PAGES.filter(lambda html: "<t" not in html))
def test_words_keep_their_order(html: str) -> None:
    """Where there are no tables, a reader meets the words as on the page."""
    assert _words(html_to_markdown(html)) == _words(html)


@given(PAGES, st.sampled_from(_UNSEEN), PAGES)
def test_what_nobody_sees_changes_nothing(html: str, tag: str, unseen: str) -> None:
    """A page with and without its scripts is the same page."""
    inside = re.sub(r"<[^>]*>?|[<&-]", " ", unseen)
    assert html_to_markdown(f"{html}<p><{tag}>{inside}</{tag}></p>") == html_to_markdown(
        html + "<p>"
    )


@given(PAGES)
def test_the_main_part_is_never_empty(html: str) -> None:
    """A page that shows something has a main part, and it is a part of the page."""
    whole, main = html_to_markdown(html), html_to_markdown(html, main_content=True)
    assert bool(main) == bool(whole)
    assert not set(_words(main)) - set(_words(whole))


def _words(text: str) -> list[str]:
    return re.findall(r"w\d+w", text)
