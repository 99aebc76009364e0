"""The main part of a page: what its owner marks so, or what is left without the frame around it.

The same idea as the library's `main_content` has, on the tree that HTML is written from.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

if TYPE_CHECKING:
    from changetrack_server.pages.document import Element

__all__ = ["Part", "list_main_parts"]

# What stands around the content of a page. A header or footer inside of an article is a part of it.
_FRAME = frozenset({"aside", "dialog", "nav", "search"})
_FRAME_ROLES = frozenset(
    {"alertdialog", "complementary", "dialog", "navigation", "search"},
)
_OUTER_FRAME = frozenset({"footer", "header"})
_OUTER_FRAME_ROLES = frozenset({"banner", "contentinfo"})
# Only a page that means harm has so many main parts without a word.
_MOST_MAINS = 16
_SECTIONS = ("article", "main", "section")


class Part(NamedTuple):
    """An element, and what in it does not belong to it."""

    root: Element
    left_out: frozenset[Element] = frozenset()


def list_main_parts(root: Element) -> Iterator[Part]:
    """Yield what may be the main part of a page, best first, and the whole page last.

    First what is marked as `main`, then an article that is the only one, then everything but
    navigation, sidebars, and the header and footer of the page.
    """
    for element in islice(_outermost(root, "main"), _MOST_MAINS):
        yield Part(element)
    articles = list(islice(_outermost(root, "article"), 2))
    if len(articles) == 1:
        yield Part(articles[0])
    body = next(root.iter("body"), root)
    yield Part(body, frozenset(_list_frame(body)))
    yield Part(body)


def _outermost(root: Element, name: str) -> Iterator[Element]:
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag == name or _role(element) == name:
            walk.skip_subtree()
            yield element


def _list_frame(body: Element) -> Iterator[Element]:
    sections = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        is_section = element.tag in _SECTIONS
        if event == "end":
            sections -= is_section
            continue
        if _is_frame(element) or (not sections and _is_outer_frame(element)):
            walk.skip_subtree()
            yield element
        sections += is_section


def _is_frame(element: Element) -> bool:
    return element.tag in _FRAME or _role(element) in _FRAME_ROLES


def _is_outer_frame(element: Element) -> bool:
    return element.tag in _OUTER_FRAME or _role(element) in _OUTER_FRAME_ROLES


def _role(element: Element) -> str:
    return (element.get("role") or "").strip().lower()
