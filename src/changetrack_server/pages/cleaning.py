"""The `html` format: a page's markup without anything that runs, loads or hides, written anew.

It is written from the tree and never copied from the page: all text is escaped, only elements whose
text is read as text are left, so that no reader finds markup where the page had none. Whoever shows
it should still give it a Content-Security-Policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from lxml import etree

from changetrack_server.pages.document import VOID
from changetrack_server.pages.landmarks import Part, list_main_parts
from changetrack_server.pages.urls import UrlResolver

if TYPE_CHECKING:
    from changetrack_server.pages.document import Document, Element

__all__ = ["clean_html"]

# What runs, what is another page, what is read by other rules than text, and drawings.
_DROPPED = frozenset(
    {
        *(
            "applet",
            "base",
            "embed",
            "fencedframe",
            "frame",
            "frameset",
            "iframe",
            "link",
            "noembed",
        ),
        *(
            "noframes",
            "noscript",
            "object",
            "param",
            "portal",
            "script",
            "style",
            "svg",
            "template",
        ),
    }
)
# Markup of the last century, under the name that browsers read as they read text.
_RENAMED = {"image": "img", "listing": "pre", "plaintext": "pre", "xmp": "pre"}
_URLS = frozenset(
    {
        *("action", "background", "cite", "data-src", "formaction", "href", "longdesc", "poster"),
        *("src", "usemap", "xlink:href"),
    }
)
# Where a link runs something, loads something unseen or holds a page of its own.
_UNWANTED = frozenset({"http-equiv", "nonce", "ping", "srcdoc", "style", "xmlns"})
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_:.-]*")


def clean_html(document: Document, *, main_content: bool = False) -> str:
    """Return the page's markup without scripts, styles, frames and comments, with absolute links.

    With `main_content` it is the main part alone, if the page marks one or its frame, and never
    without all of its text.
    """
    resolver = UrlResolver(document.base_url, document.source_chars)
    if not main_content:
        return "<!DOCTYPE html>\n" + "".join(_write(Part(document.root), resolver))
    parts = list_main_parts(document.root)
    part = next(filter(_has_text, parts), Part(document.root))
    return "".join(_write(part, resolver))


def _has_text(part: Part) -> bool:
    walk = etree.iterwalk(part.root, events=("start", "end"))
    for event, element in walk:
        text = element.text if event == "start" else element.tail
        if event == "start" and (element.tag in _DROPPED or element in part.left_out):
            walk.skip_subtree()
        elif text and text.strip() and (event == "start" or element is not part.root):
            return True
    return False


def _write(part: Part, resolver: UrlResolver) -> Iterator[str]:
    walk = etree.iterwalk(part.root, events=("start", "end"))
    for event, element in walk:
        tag = _RENAMED.get(element.tag, element.tag)
        if event == "start":
            if tag in _DROPPED or _is_command(element) or element in part.left_out:
                walk.skip_subtree()
                continue
            yield f"<{tag}{''.join(_write_attributes(element, resolver))}>"
            yield _escape(element.text or "")
            continue
        if tag not in VOID and tag not in _DROPPED and element not in part.left_out:
            yield f"</{tag}>"
        if element is not part.root:
            yield _escape(element.tail or "")


def _is_command(element: Element) -> bool:
    """Tell a `meta` that does what a header would do, such as lead elsewhere."""
    return element.tag == "meta" and element.get("http-equiv") is not None


def _write_attributes(element: Element, resolver: UrlResolver) -> Iterator[str]:
    for name, value in _list_attributes(element):
        if name.startswith("on") or name in _UNWANTED or not _ATTRIBUTE.fullmatch(name):
            continue
        kept = _write_value(name, value, resolver)
        if kept is not None:
            yield f' {name}="{_escape(kept)}"'


def _list_attributes(element: Element) -> list[tuple[str, str]]:
    # Bytes stand in the stubs only.
    return cast("list[tuple[str, str]]", element.items())


def _write_value(name: str, value: str, resolver: UrlResolver) -> str | None:
    if name in _URLS:
        is_place = value.strip().startswith("#")
        return value if is_place else resolver.resolve(value)
    if name in {"imagesrcset", "srcset"}:
        return _write_sources(value, resolver)
    return value


def _write_sources(value: str, resolver: UrlResolver) -> str | None:
    """Return a `srcset`: addresses, each with a width or a density, separated by commas."""
    written = []
    for candidate in re.split(r",\s+|,$", value):
        address, *size = candidate.split()[:2] or [""]
        url = resolver.resolve(address, web_only=True)
        if url is not None:
            written.append(" ".join([url, *size]))
    return ", ".join(written) or None


def _escape(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("\xa0", "&nbsp;")
    )
