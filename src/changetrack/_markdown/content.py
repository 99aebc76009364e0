"""The main part of a page: what its owner marks so, or what is left without the frame around it."""

from __future__ import annotations

from collections.abc import Iterator

from changetrack._markdown.elements import Element

# What stands around the content of a page. A header or footer inside of an article is a part of it.
_FRAME = frozenset({"aside", "nav", "search"})
_OUTER_FRAME = frozenset({"footer", "header"})
_SECTIONS = frozenset({"article", "main", "section"})


def main_parts(root: Element) -> Iterator[Element]:
    """Yield what may be the main part of a page, best first.

    First what is marked as `main`, then an article that is the only one, then everything but
    navigation, sidebars, and the header and footer of the page.
    """
    yield from _outermost(root, "main")
    articles = list(_outermost(root, "article"))
    if len(articles) == 1:
        yield articles[0]
    yield _without_frame(root)


def _outermost(root: Element, name: str) -> Iterator[Element]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.name == name:
            yield element
        else:
            waiting += [each for each in reversed(element.children) if isinstance(each, Element)]


def _without_frame(root: Element) -> Element:
    """Return a copy of the tree without the elements that stand around the content."""
    pruned = Element(root.name)
    waiting = [(root, pruned, False)]
    while waiting:
        source, copy, in_section = waiting.pop()
        in_section = in_section or source.name in _SECTIONS
        for child in source.children:
            if isinstance(child, str):
                copy.children.append(child)
            elif child.name not in _FRAME and (in_section or child.name not in _OUTER_FRAME):
                twin = Element(child.name, child.attrs)
                twin.bare = child.bare
                copy.children.append(twin)
                waiting.append((child, twin, in_section))
    return pruned
