"""The tree of an HTML page: read by lxml event by event, in linear time, and never too deep.

lxml's own tree builder is not used: it stops at 2,048 levels, and an element limit would be looked
at when the memory is gone. Here every tag passes by, so that what nobody reads (scripts, styles,
templates, comments) is never kept, and a page with too many elements ends where it has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from lxml import etree

from changetrack_server.errors import EndpointError
from changetrack_server.pages.urls import resolve_base

__all__ = ["VOID", "Document", "Element", "parse_document"]

Element: TypeAlias = "etree._Element"  # noqa: SLF001 - its only name

# libxml2 looks through all open elements for every end tag that fits none of them. No page nests so
# deep; where one does, its open elements are closed, and what follows stands beside, not inside.
_MAX_OPEN = 512
# The depth is looked at after so many characters, which open 340 elements at most.
_CHUNK = 1_024
# libxml2 appends an attribute by walking over all others. Real elements have a dozen.
_MAX_ATTRIBUTES = 256
# What no function here reads: code, and what is not on the page until a script puts it there.
_DROPPED = frozenset({"style", "template"})
# What holds nothing. libxml2 does not know all of them, and would put the rest of the page in one.
VOID = frozenset(
    {
        *("area", "base", "bgsound", "br", "col", "embed", "hr", "img", "input", "keygen", "link"),
        *("meta", "param", "source", "track", "wbr"),
    }
)
# What a page has one of: what follows its end still belongs to it, as in browsers.
_FRAME = frozenset({"body", "html"})
# What may stand in the head of a page; anything else begins its body.
_IN_HEAD = frozenset(
    {"base", "link", "meta", "noscript", "object", "script", "style", "template", "title"}
)
# What ends a paragraph, apart from what did so in the last century.
_ENDS_P = frozenset(
    {
        *("article", "aside", "details", "dialog", "figcaption", "figure", "footer", "header"),
        *("hgroup", "main", "nav", "search", "section", "summary"),
    }
)
# Where end tags are text, which would be seen.
_RAW_TEXT = frozenset({"noframes", "plaintext", "textarea", "xmp"})
# lxml refuses names and characters that XML has not. `@click` and `v-on:click` are kept, and such
# elements as `<a"b>` leave their text only.
_TAG = re.compile(r"[a-z_][\w.:-]*", re.ASCII)
_ATTRIBUTE = re.compile(r"[a-z_:@][\w.:@-]*", re.ASCII)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Document(NamedTuple):
    """A page as a tree, and its shape: what work on it may cost depends on that.

    `depth` is the mean level of an element, `width` the most children that one has.
    """

    root: Element
    url: str
    # What its links are relative to: its address, or what it declares in `base`.
    base_url: str
    size: int
    depth: float
    width: int
    # Of its text, and of all that was sent.
    chars: int
    source_chars: int

    @property
    def language(self) -> str | None:
        """The language that the page declares, such as `de-CH`."""
        return self.root.get("lang") or self.root.get("xml:lang")


def parse_document(html: str, *, url: str = "", page_elements: int = 200_000) -> Document:
    """Return the tree of a page; there always is one, with `html` as its root.

    Only entities of HTML itself are known, nothing is loaded, and what a page declares about its
    encoding is ignored, for it is text already.

    Raises:
        EndpointError: the page has more than `page_elements` elements.
    """
    target = _Target(page_elements)
    parser = etree.HTMLParser(
        target=target,  # type: ignore[arg-type] # the stubs ask for more than lxml does
        encoding="utf-8",
        no_network=True,
        huge_tree=False,
    )
    # Browsers drop NUL; libxml2 would write U+FFFD, which nobody sees on the page.
    _feed(parser, target, html.replace("\0", ""))
    root = parser.close()
    size = max(target.size, 1)
    return Document(
        root=root,
        url=url,
        base_url=resolve_base(url, target.base),
        size=size,
        depth=target.levels / size,
        width=target.width,
        chars=target.chars,
        source_chars=len(html),
    )


def _feed(parser: etree.HTMLParser, target: _Target, text: str) -> None:
    """Pass a page on piece by piece, and close what is open where that is too much."""
    start, closed_at = 0, 0
    parser.feed("")  # an empty page is a page
    while start < len(text):
        end = text.find("<", start + _CHUNK)
        end = len(text) if end < 0 else end
        parser.feed(text[start:end])
        depth = len(target.open_tags)
        # Inside of a script or a comment nothing closes; trying once is enough.
        if depth > _MAX_OPEN and depth != closed_at:
            parser.feed(target.end_tags())
            closed_at = len(target.open_tags)
        start = end


class _Target:
    """What lxml reports to, in document order and always balanced; it keeps what is read."""

    def __init__(self, most: int) -> None:
        self.open_tags: list[str] = []
        self.base: str | None = None
        self.size = self.levels = self.width = self.chars = 0
        self._most = most
        self._dropped_from: int | None = None
        # For each open tag, whether its end closes an element of the tree.
        self._closes: list[bool] = []
        # The open elements of the tree, and how many children each has.
        self._path: list[str] = []
        self._children: list[int] = []
        self._frame: set[str] = set()
        self._builder = etree.TreeBuilder(parser=etree.HTMLParser())

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Open an element."""
        if self.size == self._most:
            problem = f"the page has more than {self._most:,} elements"
            raise EndpointError("conversion_failed", problem=problem)
        self.size += 1
        self.open_tags.append(tag)
        if self._dropped_from is None and (tag in _DROPPED or _is_code(tag, attrs)):
            self._dropped_from = len(self.open_tags)
        is_new = self._dropped_from is None and tag not in self._frame and _TAG.fullmatch(tag)
        if is_new:
            self._open(tag, attrs)
        if is_new and tag in VOID:
            self._end()
        self._closes.append(bool(is_new) and tag not in _FRAME and tag not in VOID)

    def _open(self, tag: str, attrs: Mapping[str, str]) -> None:
        top = self._path[-1] if self._path else ""
        if (top == "head" and tag not in _IN_HEAD) or (top == "p" and tag in _ENDS_P):
            self._leave(top)
        if tag in _FRAME:
            self._frame.add(tag)
        if self._path:
            self._children[-1] += 1
            self.width = max(self.width, self._children[-1])
        self._path.append(tag)
        self._children.append(0)
        self.levels += len(self._path)
        self._builder.start(tag, _keep_attributes(attrs))  # type: ignore[arg-type] # stubs: invariant
        if tag == "base" and self.base is None:
            self.base = attrs.get("href")

    def _leave(self, tag: str) -> None:
        """End the innermost element where libxml2 does not know that it ends."""
        # Its own end is still to come, and will be of no consequence.
        self._closes[-1 - self.open_tags[-2::-1].index(tag)] = False
        self._end()
        if tag == "head" and "body" not in self._frame:
            self._open("body", {})

    def end(self, tag: str) -> None:  # noqa: ARG002 - lxml passes it
        """Close the innermost element."""
        if self._dropped_from == len(self.open_tags):
            self._dropped_from = None
        self.open_tags.pop()
        if self._closes.pop():
            self._end()

    def _end(self) -> None:
        self._children.pop()
        self._builder.end(self._path.pop())

    def data(self, text: str) -> None:
        """Take text, in pieces of any size."""
        if self._dropped_from is None and self._path:
            self.chars += len(text)
            self._builder.data(_clean(text))

    def close(self) -> Element:
        """Return the root."""
        if not self._frame:
            self._open("html", {})
        while self._path:
            self._end()
        return self._builder.close()

    def end_tags(self) -> str:
        """Return what closes all open elements, but not `body`, nor what is dropped as a whole."""
        if self.open_tags[-1] in _RAW_TEXT:
            return ""
        return "".join(f"</{tag}>" for tag in reversed(self.open_tags[self._dropped_from or 2 :]))


def _is_code(tag: str, attrs: Mapping[str, str]) -> bool:
    """Tell scripts that hold no structured data."""
    return tag == "script" and "ld+json" not in attrs.get("type", "").lower()


def _keep_attributes(attrs: Mapping[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in attrs.items():
        if _ATTRIBUTE.fullmatch(name):
            kept[name] = _clean(value or "")
            if len(kept) == _MAX_ATTRIBUTES:
                break
    return kept


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)
