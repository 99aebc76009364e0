"""What a page is read as, by the type that it was sent with (fastCRW contract §3.5)."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

__all__ = ["Kind", "name_kind"]

Kind: TypeAlias = Literal["binary", "html", "json", "text"]

_HTML = frozenset({"application/xhtml+xml", "text/html"})
# The spec's own list: anything that names one of these is text, whatever stands before the slash.
_TEXT_WORDS = ("json", "xml", "html", "markdown", "javascript", "csv", "yaml")
_JSON = re.compile(r"[^/]*/(?:[^/]+\+)?json")
# What begins an HTML page that was sent without a type, as the sniffing standard has it.
_HTML_START = re.compile(
    r"[\s\ufeff]*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--|<(?:!doctype html|html|head|script|iframe|h1|"
    r"div|font|table|a|style|title|b|body|br|p)[\s>])",
    re.IGNORECASE,
)


def name_kind(content_type: str | None, text: str) -> Kind:
    """Return what a page is; where its type is not said, its beginning tells HTML from text.

    >>> name_kind("text/html; charset=utf-8", ""), name_kind("application/ld+json", "")
    ('html', 'json')
    >>> name_kind("image/svg+xml", ""), name_kind("application/pdf", ""), name_kind(None, "<p>a")
    ('text', 'binary', 'html')
    """
    said = (content_type or "").strip().lower()
    if not said:
        return "html" if _HTML_START.match(text) else "text"
    essence = said.partition(";")[0].strip()
    if essence in _HTML:
        return "html"
    if _JSON.fullmatch(essence):
        return "json"
    is_text = said.startswith("text/") or any(word in said for word in _TEXT_WORDS)
    return "text" if is_text else "binary"
