"""The text that a reader sees of an element, on one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from changetrack_server.pages.document import Element

__all__ = ["read_noscript", "read_text", "read_visible_text"]

# What no visitor reads as text, wherever it stands.
_UNSEEN = frozenset({"datalist", "iframe", "noembed", "noscript", "script", "style", "template"})
# What a browser writes in the line; between everything else stands at least a space.
_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "ins", "kbd", "label", "mark", "meter", "nobr", "output", "q", "ruby"),
        *("s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var"),
        "wbr",
    }
)


def read_text(element: Element) -> str:
    """Return the text of an element and all in it, its white space collapsed.

    Blocks are a space apart, and so are two digits in different elements: nobody reads 1999 in
    `$19<sup>99</sup>`. Scripts and the like are left out, unless the element is one.
    """
    return " ".join("".join(_pieces(element, hidden=False)).split())


def read_visible_text(element: Element) -> str:
    """Return what is seen of an element: also without what the page hides, and its head."""
    return " ".join("".join(_pieces(element, hidden=True)).split())


def read_noscript(root: Element) -> str:
    """Return what a page says to those who run no scripts, as we do not."""
    return " ".join(" ".join(read_text(each) for each in root.iter("noscript")).split())


def _pieces(element: Element, *, hidden: bool) -> Iterator[str]:
    last = ""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if event == "start":
            unseen = node is not element and _is_unseen(node, hidden=hidden)
            text = "" if unseen else node.text or ""
            if unseen:
                walk.skip_subtree()
        else:
            text = "" if node is element else node.tail or ""
        if node.tag not in _INLINE or (last.isdecimal() and text[:1].isdecimal()):
            yield " "
            last = ""
        if text:
            yield text
            last = text[-1]


def _is_unseen(element: Element, *, hidden: bool) -> bool:
    return element.tag in _UNSEEN or (hidden and _is_hidden(element))


def _is_hidden(element: Element) -> bool:
    if element.tag == "head":
        return True
    if "hidden" in element.attrib:
        return element.get("hidden", "").strip().lower() != "until-found"
    style = element.get("style")
    return style is not None and "display:none" in style.replace(" ", "").lower()
