"""Sitemaps: lists of a site's pages, or lists of such lists; XML, lines of text, or packed."""

from __future__ import annotations

import zlib
from typing import Literal, NamedTuple, TypeAlias

from changetrack_server.egress.charsets import decode
from changetrack_server.errors import EndpointError
from changetrack_server.pages.document import Element
from changetrack_server.pages.urls import is_web_url, write_url
from changetrack_server.pages.xml import XmlReading, name_element, read_text

__all__ = ["MOST_LOCATIONS", "Located", "Sitemap", "SitemapKind", "inflate", "read_sitemap"]

SitemapKind: TypeAlias = Literal["pages", "index"]

# What the protocol allows in one file.
MOST_LOCATIONS = 50_000
# Each page may have its date, its rank, and a thousand images; most have the first two.
_MOST_ELEMENTS = 2_000_000
_MOST_URL = 2_048
# A date with time and zone has 35 characters at most.
_MOST_DATE = 40

_GZIP = b"\x1f\x8b"
# zlib's number for a gzip header around its stream.
_GZIP_BITS = 31

_KINDS: dict[str, SitemapKind] = {"urlset": "pages", "sitemapindex": "index"}
_ENTRIES = frozenset({"url", "sitemap"})


class Located(NamedTuple):
    """An address, and when its page changed last, if that is said."""

    url: str
    lastmod: str | None = None


class Sitemap(NamedTuple):
    """What a sitemap lists; `is_whole` is false where there may be more."""

    kind: SitemapKind
    locations: list[Located]
    is_whole: bool


def inflate(body: bytes, most: int) -> bytes:
    """Return a body that is packed with gzip as it was before; any other as it is.

    Raises:
        EndpointError: it is broken, or has more than `most` bytes.
    """
    pieces: list[bytes] = []
    size = 0
    # One file may be several, one behind the other.
    while body.startswith(_GZIP):
        stream = zlib.decompressobj(_GZIP_BITS)
        try:
            piece = stream.decompress(body, most - size + 1)
        except zlib.error:
            raise EndpointError("bad_encoding") from None
        size += len(piece)
        if size > most:
            raise EndpointError("response_too_large")
        if not stream.eof:
            raise EndpointError("truncated_body")
        pieces.append(piece)
        body = stream.unused_data
    return b"".join(pieces) if pieces else body


def read_sitemap(body: bytes, content_type: str, most: int = MOST_LOCATIONS) -> Sitemap:
    """Return the addresses that a sitemap lists, each once.

    Raises:
        EndpointError: it is no sitemap.
    """
    # A type without an encoding says less than the file itself does.
    text, _ = decode(body, content_type if "charset" in content_type.lower() else "")
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("<"):
        return _read_xml(text, most)
    return _read_lines(text, most)


def _read_xml(text: str, most: int) -> Sitemap:
    found: dict[str, str | None] = {}
    is_cut = False
    reading = XmlReading(text, _MOST_ELEMENTS)
    for element in reading.read():
        if reading.root is None or name_element(reading.root) not in _KINDS:
            break
        if element.getparent() is not reading.root or name_element(element) not in _ENTRIES:
            continue
        located = _read_entry(element)
        if located is not None and located.url not in found:
            if len(found) == most:
                is_cut = True
                break
            found[located.url] = located.lastmod
        _let_go(element, reading.root)
    if reading.root is None or name_element(reading.root) not in _KINDS:
        raise EndpointError("not_a_sitemap")
    locations = [Located(url, lastmod) for url, lastmod in found.items()]
    is_whole = reading.is_whole and not is_cut
    return Sitemap(_KINDS[name_element(reading.root)], locations, is_whole)


def _let_go(element: Element, root: Element) -> None:
    """Empty an element, and drop those before it, so that none is held longer than it is read."""
    element.clear()
    while element.getprevious() is not None:
        del root[0]


def _read_entry(element: Element) -> Located | None:
    parts = {name_element(part): read_text(part) for part in reversed(element)}
    url = _read_url(parts.get("loc", ""))
    lastmod = parts.get("lastmod", "")[:_MOST_DATE]
    return None if url is None else Located(url, lastmod or None)


def _read_url(text: str) -> str | None:
    url = write_url(text)
    return url if len(url) <= _MOST_URL and is_web_url(url) else None


def _read_lines(text: str, most: int) -> Sitemap:
    """Return the sitemap of a file that has an address on each line, and nothing else."""
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line]
    if not lines or not all(map(is_web_url, lines)):
        raise EndpointError("not_a_sitemap")
    urls = [url for url in map(_read_url, dict.fromkeys(lines)) if url]
    return Sitemap("pages", [Located(url) for url in urls[:most]], len(urls) <= most)
