"""What a page says about itself, under the names that clients of the protocol know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from changetrack_server.pages.sight import read_title
from changetrack_server.pages.urls import UrlResolver

if TYPE_CHECKING:
    from changetrack_server.pages.document import Document

__all__ = ["Metadata", "read_metadata", "read_metas"]

Metadata: TypeAlias = "dict[str, str | list[str]]"

# Descriptions have 160 characters; what is much longer is text in the wrong place.
_MAX_CHARS = 2_000
# More `meta` elements than this are no metadata.
_MAX_METAS = 500
_MAX_ALTERNATES = 50
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")

# The name of the protocol, and the names of `meta` elements, the first of which counts.
_WORDS = {
    "description": ("description", "og:description", "twitter:description"),
    "keywords": ("keywords",),
    "robots": ("robots",),
    "author": ("author", "article:author"),
    "ogTitle": ("og:title",),
    "ogDescription": ("og:description",),
    "ogType": ("og:type",),
    "ogSiteName": ("og:site_name",),
    "ogLocale": ("og:locale",),
    "ogDeterminer": ("og:determiner",),
    "publishedTime": ("article:published_time", "og:article:published_time"),
    "modifiedTime": ("article:modified_time", "og:article:modified_time", "og:updated_time"),
    "articleSection": ("article:section",),
    "articleTag": ("article:tag",),
}
_URLS = {
    "ogUrl": ("og:url",),
    "ogImage": ("og:image", "og:image:url", "og:image:secure_url"),
    "ogAudio": ("og:audio", "og:audio:url"),
    "ogVideo": ("og:video", "og:video:url", "og:video:secure_url"),
}
_LINKS = {"canonical": frozenset({"canonical"}), "favicon": frozenset({"icon"})}


def read_metadata(document: Document) -> Metadata:
    """Return what a page says about itself; what it does not say is left out.

    Every value is a string, apart from `ogLocaleAlternate`, a list of them. Addresses are absolute.
    """
    metas = read_metas(document)
    resolve = UrlResolver(document.base_url, document.source_chars).resolve
    found: Metadata = {}
    _add(found, "title", _cut(read_title(document)) or _first(metas, ("og:title",)))
    _add(found, "language", _read_language(document, metas))
    for key, names in _WORDS.items():
        _add(found, key, _first(metas, names))
    for key, names in _URLS.items():
        _add(found, key, resolve(_first(metas, names)) or "")
    for key, relations in _LINKS.items():
        _add(found, key, _find_link(document, relations, resolve))
    others = metas.get("og:locale:alternate", [])[:_MAX_ALTERNATES]
    if others:
        found["ogLocaleAlternate"] = others
    return found


def read_metas(document: Document) -> dict[str, list[str]]:
    """Return the contents of a page's `meta` elements by their names in lower case."""
    found: dict[str, list[str]] = {}
    for element in islice(document.root.iter("meta"), _MAX_METAS):
        content = _cut(" ".join((element.get("content") or "").split()))
        # Pages use one attribute where the vocabulary wants the other.
        names = {element.get(each) or "" for each in ("property", "name", "http-equiv")}
        for name in sorted(" ".join(names).lower().split()):
            if content:
                found.setdefault(name, []).append(content)
    return found


def _add(found: Metadata, key: str, value: str) -> None:
    if value:
        found[key] = value


def _first(metas: Mapping[str, list[str]], names: tuple[str, ...]) -> str:
    return next((metas[name][0] for name in names if name in metas), "")


def _read_language(document: Document, metas: Mapping[str, list[str]]) -> str:
    said = document.language or _first(metas, ("content-language", "language"))
    found = _LANGUAGE.match(said.strip())
    return found[0] if found else ""


def _find_link(
    document: Document, relations: frozenset[str], resolve: Callable[[str], str | None]
) -> str:
    for element in document.root.iter("link"):
        if relations & set((element.get("rel") or "").lower().split()):
            return resolve(element.get("href") or "") or ""
    return ""


def _cut(text: str) -> str:
    return text[:_MAX_CHARS].rstrip()
