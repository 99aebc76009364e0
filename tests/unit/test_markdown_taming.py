"""How lxml's events become a tree."""

from __future__ import annotations

import random
from typing import TypeAlias

import pytest

from changetrack._markdown import html_to_markdown, taming
from changetrack._markdown.elements import BLOCK_BREAK, LINE_BREAK, Element
from changetrack._markdown.taming import TamingTarget, parse_html
from changetrack._markdown.tree import MAX_DEPTH

Shape: TypeAlias = "tuple[str, dict[str, str], bool, list[str | Shape]]"

PIECES = [
    *("<p>", "</p>", "<b class='x<y'>", "<!-- a<b -->", "<script>if(a<b)</script>", "<br/>"),
    *("<![CDATA[x<y]]>", "<?pi <x>", "text ", "é€😀", "&amp;", "&lt", "&#60", "<", "< ", "</"),
    *("<a href='q<r'>", "</a>", "<textarea>a<b></textarea>", "<title>x<y</title>", "-->", "<!"),
    *("<!doctype html <x>", "\r\n", "\r", "<style><!-- <a> --></style>", "<x<y>", "<p <q>"),
]


def _shape(html: str) -> Shape:
    def shape(element: Element) -> Shape:
        children = [each if isinstance(each, str) else shape(each) for each in element.children]
        return element.name, dict(element.attrs), element.bare, children

    return shape(parse_html(html, landmarks=True).root)


def _depth(element: Element) -> int:
    nodes = [each for each in element.children if isinstance(each, Element)]
    return 1 + max(map(_depth, nodes), default=0)


def test_the_size_of_chunks_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is fed in pieces to bound its depth; where they end is nobody's business."""
    dice = random.Random(5)  # noqa: S311 - the same pages every time
    for _ in range(500):
        html = "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 30)))
        shapes = []
        for size in (1, 7, 10**9):
            monkeypatch.setattr(taming, "_CHUNK", size)
            shapes.append(_shape(html))
        assert shapes == shapes[:1] * 3, html


def test_wrappers_leave_breaks_and_unknown_elements_leave_their_text() -> None:
    """Only what Markdown has a word for becomes a node."""
    html = "<div><p>a <span>b</span><x-y>c</x-y></p><em>d</em><br>e</div>"
    emphasis: Shape = ("em", {}, False, ["d"])
    text = [BLOCK_BREAK, "a bc", BLOCK_BREAK, emphasis, LINE_BREAK, "e", BLOCK_BREAK]
    assert _shape(html) == ("[document]", {}, False, text)


def test_white_space_is_what_css_would_show() -> None:
    """One space between words wherever the markup stands, none at the ends of a line."""
    emphasis: Shape = ("b", {}, False, ["b "])
    text = [BLOCK_BREAK, "a ", emphasis, "c", LINE_BREAK, "d", BLOCK_BREAK]
    assert _shape("<p> a <b> b </b> c <br> d </p>") == ("[document]", {}, False, text)


@pytest.mark.parametrize(
    "piece", ["<table><tr><td>", "<ul>", "<b><p><i><p>", "<blockquote><ul><li>"]
)
def test_the_tree_is_never_deeper_than_its_bound(piece: str) -> None:
    """Whatever is done with the tree later is bounded by this."""
    assert _depth(parse_html(piece * 2_000 + "x", landmarks=True).root) <= MAX_DEPTH


def test_what_closes_the_depth_is_not_seen() -> None:
    """End tags are text in some places, and in others it is enough to try them once."""
    text = "a< " * 2_000
    page = parse_html(f"{'<div>' * 600}<textarea>{text}</textarea>", landmarks=False)
    assert "".join(map(str, page.root.children)).strip() == text.strip()


def test_what_closes_the_depth_is_tried_once_where_it_cannot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Inside of a comment nothing closes, however long it is."""
    asked: list[str] = []
    ask = TamingTarget.end_tags

    def count(target: TamingTarget) -> str:
        asked.append(ask(target))
        return asked[-1]

    monkeypatch.setattr(TamingTarget, "end_tags", count)
    parse_html(f"{'<div>' * 850}<!--{'<a' * 20_000}", landmarks=False)
    assert len(asked) == 1


def test_preformatted_text_that_has_no_level_left_is_text() -> None:
    """It loses its lines, and none of its words."""
    assert html_to_markdown(f"{'<table><tr><td>' * 60}<pre>a\n  b</pre>") == "a b"


def test_landmarks_are_nodes_only_where_they_are_asked_for() -> None:
    """Who wants the whole page is not to pay for its parts."""
    html = "<main><div role=navigation>a</div></main>"
    assert _shape(html)[3] == [
        BLOCK_BREAK,
        ("main", {}, False, [("nav", {}, False, ["a"])]),
        BLOCK_BREAK,
    ]
    assert parse_html(html, landmarks=False).root.children == [BLOCK_BREAK, "a", BLOCK_BREAK]


def test_the_first_base_counts() -> None:
    """As in a browser."""
    assert parse_html("<base href=a><base href=b>", landmarks=False).base == "a"
    assert parse_html("<p>", landmarks=False).base is None
