"""What a page says about itself, under the protocol's names."""

from __future__ import annotations

import pytest

from changetrack_server.pages.document import parse_document
from changetrack_server.pages.metadata import Metadata, read_metadata
from tests.server.extracting.fixtures import read_file


def _read(html: str) -> Metadata:
    return read_metadata(parse_document(html, url="https://example.com/a/b"))


def test_a_page_that_says_everything() -> None:
    """Every name that is read, whatever attribute it stands in."""
    html = """<html lang="de-CH"><head><title> A
      &amp; B </title><link rel="canonical" href="/c"><link rel="shortcut icon" href="f.ico">
    <meta name="description" content="D"><meta name="keywords" content="k, l">
    <meta name="robots" content="noindex"><meta name="author" content="Ann">
    <meta property="og:title" content="OT"><meta name="og:description" content="OD">
    <meta property="og:url" content="/o"><meta property="og:image" content="//cdn.example/i.png">
    <meta property="og:audio" content="a.mp3"><meta property="og:video" content="v.mp4">
    <meta property="og:type" content="article"><meta property="og:site_name" content="S">
    <meta property="og:locale" content="de_CH"><meta property="og:determiner" content="the">
    <meta property="og:locale:alternate" content="fr_CH">
    <meta property="og:locale:alternate" content="it_CH">
    <meta property="article:published_time" content="P">
    <meta property="article:section" content="X">
    <meta property="article:modified_time" content="M"><meta property="article:tag" content="T">"""
    assert _read(html) == {
        "title": "A & B",
        "language": "de-CH",
        "description": "D",
        "keywords": "k, l",
        "robots": "noindex",
        "author": "Ann",
        "ogTitle": "OT",
        "ogDescription": "OD",
        "ogType": "article",
        "ogSiteName": "S",
        "ogLocale": "de_CH",
        "ogDeterminer": "the",
        "publishedTime": "P",
        "modifiedTime": "M",
        "articleSection": "X",
        "articleTag": "T",
        "ogUrl": "https://example.com/o",
        "ogImage": "https://cdn.example/i.png",
        "ogAudio": "https://example.com/a/a.mp3",
        "ogVideo": "https://example.com/a/v.mp4",
        "canonical": "https://example.com/c",
        "favicon": "https://example.com/a/f.ico",
        "ogLocaleAlternate": ["fr_CH", "it_CH"],
    }


def test_a_real_page() -> None:
    """What it does not say is left out."""
    assert _read(read_file("pricing.html")) == {
        "title": "Pricing – Acme Hosting",
        "language": "en",
        "description": "Plans for teams of every size.",
        "ogTitle": "Acme Hosting pricing",
        "ogSiteName": "Acme Hosting",
        "canonical": "https://example.com/pricing",
    }


@pytest.mark.parametrize(
    ("html", "metadata"),
    [
        ("", {}),
        ("<p>text", {}),
        ("<meta property='og:title' content=T>", {"title": "T", "ogTitle": "T"}),
        ("<title></title><meta property='og:title' content=T>", {"title": "T", "ogTitle": "T"}),
        ("<svg><title>S</title></svg>", {}),
        ("<svg><title>S</title></svg><title>T</title>", {"title": "T"}),
        ("<title>one</title><title>two</title>", {"title": "one"}),
        ("<html lang=' en '>", {"language": "en"}),
        ("<html lang='<script>'>", {}),
        ("<meta http-equiv='Content-Language' content='fr'>", {"language": "fr"}),
        (
            "<meta name=description content=' '><meta name=description content=D>",
            {"description": "D"},
        ),
        ("<meta property='og:description' content=D>", {"description": "D", "ogDescription": "D"}),
        ("<meta property='og:image' content='javascript:x'>", {}),
        ("<meta property='og:image' content='data:image/png;base64,x'>", {}),
        ("<link rel=icon href='data:,'>", {}),
        ("<body><meta name=robots content=none>", {"robots": "none"}),
    ],
)
def test_what_counts(html: str, metadata: Metadata) -> None:
    """The first that says something, wherever it stands, and no address of a script."""
    assert _read(html) == metadata


def test_values_are_bounded() -> None:
    """A text in the wrong place is cut, and so is a list."""
    html = f"<title>{'t' * 9_000}</title><meta name=description content='{'d' * 9_000}'>"
    html += "<meta property='og:locale:alternate' content=x>" * 400
    found = _read(html)
    sizes = {key: len(value) for key, value in found.items()}
    assert sizes == {"title": 2_000, "description": 2_000, "ogLocaleAlternate": 50}
