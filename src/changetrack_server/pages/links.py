"""Where a page leads: its links, each once, in the order of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from changetrack_server.pages.urls import UrlResolver, read_target

if TYPE_CHECKING:
    from changetrack_server.pages.document import Document

__all__ = ["Links", "list_links"]

# Site maps have as many; a page that has more is not read to its end by anybody.
_MAX_LINKS = 10_000


class Links(NamedTuple):
    """The links of a page; `is_complete` is false where there are more than are listed."""

    urls: list[str]
    is_complete: bool


def list_links(document: Document, most: int = _MAX_LINKS) -> Links:
    """Return the absolute http and https addresses that a page links to.

    Mail addresses, scripts and places within the page itself are left out.
    """
    resolver = UrlResolver(document.base_url, document.source_chars)
    found: dict[str, None] = {}
    for element in document.root.iter("a", "area"):
        target = element.get("href") or ""
        if read_target(target).startswith("#"):
            continue
        url = resolver.resolve(target, web_only=True)
        if url is None or url in found:
            continue
        if len(found) == most:
            return Links(list(found), is_complete=False)
        found[url] = None
    return Links(list(found), is_complete=not resolver.is_spent)
