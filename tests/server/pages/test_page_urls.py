"""Where addresses lead, however they are spelled (catalogue B32)."""

from __future__ import annotations

import pytest

from changetrack_server.pages.urls import UrlResolver

BASE = "https://example.com/shop/page?x=1"

RESOLVED = [
    ("a", "https://example.com/shop/a"),
    ("/a", "https://example.com/a"),
    ("../a", "https://example.com/a"),
    ("?y", "https://example.com/shop/page?y"),
    ("#z", "https://example.com/shop/page?x=1#z"),
    ("//b.example/c", "https://b.example/c"),
    (" \n/a\t ", "https://example.com/a"),
    ('/a b"<c>', "https://example.com/a%20b%22%3Cc%3E"),
    ("/é", "https://example.com/é"),
    ("\\a\\b?c\\d", "https://example.com/a/b?c%5Cd"),
    ("HTTPS://B.example", "https://B.example"),
    ("mailto:a@b.example", "mailto:a@b.example"),
    ("tel:+1", "tel:+1"),
    ("", None),
    ("javascript:x()", None),
    (" jAvA\nscript:x()", None),
    ("\x01javascript:x()", None),
    ("vbscript:x", None),
    ("data:text/html,x", None),
    ("blob:https://example.com/x", None),
    ("file:///etc/passwd", None),
    ("about:blank", None),
    ("http://", None),
    ("http://[", None),
    ("https:", "https://example.com/shop/page?x=1"),
    ("a" * 3_000, None),
]


@pytest.mark.parametrize(("raw", "url"), RESOLVED)
def test_an_address_is_absolute_or_leads_nowhere(raw: str, url: str | None) -> None:
    """As a browser reads it, and never to a script."""
    assert UrlResolver(BASE, 1_000).resolve(raw) == url


def test_only_the_web_where_only_that_counts() -> None:
    """A list of links has no mail addresses."""
    resolver = UrlResolver(BASE, 1_000)
    raws = ("a", "mailto:a@b", "ftp://c.example/d", "//e.example")
    urls = [resolver.resolve(raw, web_only=True) for raw in raws]
    assert urls == ["https://example.com/shop/a", None, None, "https://e.example"]


def test_without_an_address_of_the_page_links_stay_relative() -> None:
    """There is nothing to make them absolute with."""
    resolver = UrlResolver("", 1_000)
    urls = [resolver.resolve(raw) for raw in ("a/b", "/c", "javascript:d", "https://e.example")]
    assert urls == ["a/b", "/c", None, "https://e.example"]


def test_a_page_does_not_outgrow_itself() -> None:
    """A long base before very many short links ends; real pages never get there."""
    resolver = UrlResolver(f"https://example.com/{'x' * 2_000}/", 10_000)
    urls = [resolver.resolve("a") for _ in range(1_000)]
    assert sum(len(url) for url in urls if url) < 65_536 + 8 * 10_000 + 4_096
