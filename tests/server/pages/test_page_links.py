"""The links of a page: absolute, each once, in its order."""

from __future__ import annotations

from changetrack_server.pages.document import parse_document
from changetrack_server.pages.links import Links, list_links
from tests.server.extracting.fixtures import read_file


def _list(html: str, most: int = 100) -> Links:
    return list_links(parse_document(html, url="https://example.com/a/b"), most)


def test_the_links_of_a_page() -> None:
    """Mail and templates are no links of it."""
    assert _list(read_file("pricing.html")) == Links(
        [
            "https://example.com/",
            "https://example.com/login",
            "https://example.com/buy?plan=starter",
            "https://example.com/buy?plan=pro",
        ],
        is_complete=True,
    )


def test_B32_only_what_leads_to_a_page_is_a_link() -> None:
    """No script, no data, no mail, no place in the page itself, nothing twice."""
    html = """<a href="c">1</a><area href="/d"><a href="c">2</a><a>3</a><a href="">4</a>
    <a href="#top">5</a><a href=" #top">6</a><a href="mailto:a@b">7</a><a href="tel:1">8</a>
    <a href="javascript:x">9</a><a href="data:,x">10</a><a href="http://[">11</a>
    <a href="c#part">12</a><a href="//E.example/é">13</a><link href="/style.css">"""
    assert _list(html) == Links(
        [
            "https://example.com/a/c",
            "https://example.com/d",
            "https://example.com/a/c#part",
            "https://E.example/é",
        ],
        is_complete=True,
    )


def test_the_base_of_the_page_counts() -> None:
    """As for a browser."""
    assert _list("<base href='/z/'><a href=a>").urls == ["https://example.com/z/a"]


def test_there_is_an_end_to_links() -> None:
    """And it is said where more were found; the same ones again are not more."""
    html = "<a href=1><a href=2><a href=3>"
    assert _list(html, most=2) == Links(
        ["https://example.com/a/1", "https://example.com/a/2"], is_complete=False
    )
    assert _list(html + "<a href=1>", most=3).is_complete
