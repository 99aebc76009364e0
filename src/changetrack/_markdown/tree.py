"""Building the tree: white space as CSS sees it, blocks apart from text, and a bounded depth.

The builder is told what a page holds in document order and never looks back further than one
string, so a page takes linear time whatever it holds.
"""

from __future__ import annotations

import re
from itertools import takewhile

from changetrack._markdown.elements import (
    BLOCK_BREAK,
    FORMATTING,
    LINE_BREAK,
    ROOT,
    Element,
)

# Every level copies its text once, and a real page, whose wrappers leave no level, stays below 40.
MAX_DEPTH = 160
# Each of these indents all lines inside. Forum threads reach 10 or so; without a bound, five bytes
# of `<li>a` could buy a line of any length.
MAX_INDENTS = 12
_INDENTING = frozenset({"blockquote", "li"})

# HTML's own white space, and the no-break space: pages trade one for the other without being seen.
_SPACES = re.compile("[ \t\n\r\f\xa0]+")


class TreeBuilder:
    """Takes a page's text and elements in document order; `root` is the tree."""

    def __init__(self) -> None:
        self.root = Element(ROOT)
        self.top = self.root
        self._path = [self.root]
        self._indents = 0
        self._active: set[str] = set()
        self._words: list[str] = []
        # After a break or a space, further spaces are not seen.
        self._after_space = True
        # Where the last text ended in a space that is not seen either when a block ends there.
        self._loose: tuple[list[Element | str], int] | None = None

    def add_text(self, data: str) -> None:
        """Take the next piece of text; pieces without an element between them become one string."""
        self._words.append(data)

    def add_space(self) -> None:
        """Keep apart what stands before and after, as the edges of a button do."""
        self._words.append(" ")

    def add_raw(self, text: str) -> None:
        """Take text of which every character counts; only inside of `pre`."""
        self.top.children.append(text)

    def add_void(self, element: Element) -> None:
        """Take an element that is seen, but has no text: an image."""
        self._flush()
        self.top.children.append(element)
        self._after_space = False
        self._loose = None

    def break_block(self) -> None:
        """End the current line of text and keep what follows apart from it."""
        self.end_line()
        children = self.top.children
        if not children or children[-1] != BLOCK_BREAK:
            children.append(BLOCK_BREAK)
            self._mark_bare()

    def break_line(self) -> None:
        """End the current line of text within its block; two in a row end the block."""
        self.end_line()
        children = self.top.children
        last = children[-1] if children else ""
        if last == LINE_BREAK:
            children[-1] = BLOCK_BREAK
            self._mark_bare()
        elif last != BLOCK_BREAK:
            children.append(LINE_BREAK)

    def end_line(self) -> None:
        """Take the white space from the end of the current line."""
        self._flush()
        if self._loose is not None:
            children, position = self._loose
            children[position] = str(children[position]).rstrip(" ")
        self._after_space = True
        self._loose = None

    def open_block(self, element: Element) -> bool:
        """Go down into a block; tell whether it got a level of its own.

        Where it did not, because the page is too deep, its text stays and a break keeps it apart.
        """
        indent = element.name in _INDENTING
        if self.is_full or (indent and self._indents == MAX_INDENTS):
            self.break_block()
            return False
        self.end_line()
        self._mark_bare()
        self._indents += indent
        self._push(element)
        return True

    def resume_block(self, element: Element) -> None:
        """Go down into a block that was left just before."""
        self.end_line()
        self._go_on(element)

    def close_block(self) -> None:
        """Go up from a block."""
        self.end_line()
        self._indents -= self.top.name in _INDENTING
        self._pop()

    def open_formatting(self, element: Element) -> bool:
        """Go down into inline markup; tell whether it got a level of its own.

        Markup inside of the same markup adds nothing and gets none.
        """
        if self.is_full or element.name in self._active:
            return False
        self._flush()
        self._active.add(element.name)
        last = self.top.children[-1] if self.top.children else None
        if isinstance(last, Element) and last.name == element.name != "a" and not last.bare:
            # Side by side they would spell `**a****b**`, which is not what it says.
            self._go_on(last)
        else:
            self._push(element)
        return True

    def close_formatting(self) -> None:
        """Go up from inline markup."""
        self._flush()
        self._active.discard(self.top.name)
        self._pop()

    @property
    def is_full(self) -> bool:
        """Whether no level is left."""
        return len(self._path) == MAX_DEPTH

    def _flush(self) -> None:
        if not self._words:
            return
        text = _SPACES.sub(" ", "".join(self._words))
        self._words.clear()
        if self._after_space:
            text = text.lstrip(" ")
        if not text:
            return
        children = self.top.children
        children.append(text)
        self._after_space = text.endswith(" ")
        self._loose = (children, len(children) - 1) if self._after_space else None

    def _push(self, element: Element) -> None:
        self.top.children.append(element)
        self._go_on(element)

    def _go_on(self, element: Element) -> None:
        self._path.append(element)
        self.top = element

    def _pop(self) -> None:
        self._path.pop()
        self.top = self._path[-1]

    def _mark_bare(self) -> None:
        """Leave formatting around a block without its markup; in the block it may open anew."""
        for element in takewhile(_is_markup, reversed(self._path)):
            element.bare = True
            self._active.discard(element.name)


def _is_markup(element: Element) -> bool:
    return element.name in FORMATTING and not element.bare
