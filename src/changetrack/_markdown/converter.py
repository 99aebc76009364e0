"""From the tame tree to Markdown: markdownify's conversions, walked without recursion.

markdownify does headings, emphasis, code spans, deletions, quotations, definition terms, rules and
the choice of a conversion. Its walk and what it does with lists, tables, links, images and fences
is replaced: those look back over siblings and up to the root for every element, recurse once per
level, and search white space in quadratic time.

`PageRules` stands apart from `MarkdownConverter`, which is loaded with the first page only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from changetrack._markdown.blocks import (
    fence_code,
    find_language,
    indent_item,
    join_pieces,
    link_first_line,
    quote_block,
    trim_blank_lines,
)
from changetrack._markdown.elements import (
    BLOCK_BREAK,
    CELLS,
    FORMATTING,
    HEADINGS,
    LINE_BREAK,
    ROOT,
    Element,
)
from changetrack._markdown.escaping import (
    escape_alt,
    escape_closing_hashes,
    escape_label,
    escape_line_start,
    escape_text,
    escape_title,
)
from changetrack._markdown.links import LinkResolver
from changetrack._markdown.tables import Row, arranges_only, read_span, write_cell, write_table

Tags: TypeAlias = AbstractSet[str]

if TYPE_CHECKING:

    class _Base:
        """What is used of MarkdownConverter, most of which its own stubs leave out."""

        def __init__(self, *, heading_style: str) -> None:
            raise NotImplementedError

        def get_conv_fn_cached(self, tag_name: str) -> Callable[..., str] | None:
            raise NotImplementedError

        def convert_soup(self, soup: Element) -> str:
            raise NotImplementedError

        def convert_code(self, el: Element, text: str, parent_tags: Tags) -> str:
            raise NotImplementedError

        def convert_hN(self, n: int, el: Element, text: str, parent_tags: Tags) -> str:  # noqa: N802
            raise NotImplementedError

        def convert_hr(self, el: Element, text: str, parent_tags: Tags) -> str:
            raise NotImplementedError
else:
    _Base = object

# markdownify's conversions learn from these where they stand.
_INLINE = frozenset({"_inline"})
_NOFORMAT = frozenset({"_noformat"})
_IN_PRE = frozenset({"_noformat", "pre"})
_IN_ITEM = frozenset({"li"})

# What is a single line, whatever stands in it.
_LINES = HEADINGS | {"dt"}
_NUMBER = re.compile(r"\s*([0-9]{1,9})\s*", re.ASCII)
_NO_ROW = Row()
_NO_ROWS: list[Row] = []
_LAST_NUMBER = 999_999_999  # CommonMark reads nine digits


def convert_tree(root: Element, links: LinkResolver) -> str:
    """Return the Markdown of a tame tree."""
    return _converter_class()(links).convert_soup(root)


class _Frame:
    """An element whose children are being converted, and what they left of themselves."""

    __slots__ = ("children", "element", "has_link", "number", "pieces", "row", "rows", "tags")

    def __init__(self, element: Element, tags: Tags) -> None:
        self.element = element
        self.children = iter(element.children)
        self.tags = tags
        self.pieces: list[str] = []
        self.has_link = False
        # Only lists count, only rows have cells, only tables have rows; there may be many elements.
        self.number = read_number(element.get("start"), 1) if element.name == "ol" else 1
        self.row = Row() if element.name == "tr" else _NO_ROW
        self.rows: list[Row] = [] if element.name == "table" else _NO_ROWS


class PageRules(_Base):
    """How each element of a tame tree is written; one instance converts one page."""

    def __init__(self, links: LinkResolver) -> None:
        super().__init__(heading_style="atx")
        self._links = links
        # The open elements; while one is closed, the last of these is its parent.
        self._frames: list[_Frame] = []
        self._at_line_start = True

    def process_tag(self, node: Element, parent_tags: Tags | None = None) -> str:
        """Convert an element and all below it, in the order of the page and without recursion."""
        self._enter(node, parent_tags or frozenset())
        while True:
            frame = self._frames[-1]
            for child in frame.children:
                if isinstance(child, Element):
                    self._enter(child, frame.tags)
                    break
                self._add_text(frame, child)
            else:
                text = self._leave()
                if not self._frames:
                    return text
                self._frames[-1].pieces.append(text)

    def _enter(self, element: Element, outer: Tags) -> None:
        name = element.name
        if name == "table":
            element.bare = "_inline" in outer or arranges_only(element)
        tags = outer | self._context(element)
        self._frames.append(_Frame(element, tags))
        if name not in FORMATTING:
            self._at_line_start = "_inline" not in tags
        elif not element.bare and (name != "a" or "href" in element.attrs):
            self._at_line_start = False

    def _context(self, element: Element) -> Tags:
        match element.name:
            case "pre":
                return _IN_PRE
            case "code" if not element.bare:
                return _NOFORMAT
            case "li":
                return _IN_ITEM
            case name if name in _LINES or (name in CELLS and not self._frames[-2].element.bare):
                return _INLINE
            case _:
                return frozenset()

    def _add_text(self, frame: _Frame, text: str) -> None:
        is_break = text in {BLOCK_BREAK, LINE_BREAK}
        if "_noformat" in frame.tags:
            frame.pieces.append(" " if is_break and "pre" not in frame.tags else text)
        elif is_break:
            frame.pieces.append(text)
            self._at_line_start = "_inline" not in frame.tags
        else:
            escaped = self.escape(text, frame.tags)
            frame.pieces.append(escape_line_start(escaped) if self._at_line_start else escaped)
            self._at_line_start = False

    def _leave(self) -> str:
        frame = self._frames[-1]
        name = frame.element.name
        outer = self._frames[-2].tags if len(self._frames) > 1 else frozenset()
        raw = "_noformat" in frame.tags
        text = "".join(frame.pieces) if raw else join_pieces(frame.pieces)
        if name in FORMATTING:
            text = self._finish_formatting(frame.element, text, outer)
        elif name == "img":
            text = self.convert_img(frame.element, text, outer)
            self._at_line_start = False
        else:
            text = self._finish_block(frame.element, text, outer)
            self._at_line_start = "_inline" not in outer
        self._frames.pop()
        if self._frames:
            self._frames[-1].has_link |= frame.has_link
        return text

    def _finish_formatting(self, element: Element, text: str, outer: Tags) -> str:
        """Write inline markup around the words, and white space around the markup."""
        if element.bare and "_inline" not in outer:
            return self._link_block(element, text) if element.name == "a" else text
        words = text.strip(" \n")
        lead = text[: len(text) - len(text.lstrip(" \n"))]
        trail = text[len(lead) + len(words) :]
        if not words and element.name != "a":
            return text
        return lead + self._convert(element, words, outer) + trail

    def _finish_block(self, element: Element, text: str, outer: Tags) -> str:
        text = self._convert(element, text, outer)
        if "_inline" in outer:
            words = text.strip(" \n")
            return f" {words} " if words else " "
        if not text.strip("\n") or element.name == ROOT:
            return text
        lead = "" if text.startswith("\n") else BLOCK_BREAK
        return lead + text + ("" if text.endswith("\n") else BLOCK_BREAK)

    def _convert(self, element: Element, text: str, outer: Tags) -> str:
        convert = self.get_conv_fn_cached(element.name)
        return convert(element, text, parent_tags=outer) if convert else text

    def _link_block(self, element: Element, text: str) -> str:
        target = self._links.resolve(element.get("href"))
        return text if target is None else link_first_line(text, target)

    def escape(self, text: str, parent_tags: Tags) -> str:  # noqa: ARG002 - markdownify's signature
        """Escape running text."""
        return escape_text(text)

    def convert_a(self, el: Element, text: str, parent_tags: Tags) -> str:
        """Write a link; one without a word in it is called by its label."""
        target = None if "_noformat" in parent_tags else self._links.resolve(el.get("href"))
        frame = self._frames[-1]
        # A link around a link is none, and what should be its target would be text.
        if target is None or frame.has_link:
            return text
        words = text.replace("\n", " ")
        if not words:
            words = escape_text(_one_line(el.get("aria-label") or el.get("title")))
        frame.has_link = bool(words)
        return f"[{escape_label(words)}]({target}{_title(el, words)})" if words else ""

    def convert_img(self, el: Element, text: str, parent_tags: Tags) -> str:  # noqa: ARG002
        """Write an image; one that shows nothing of its own leaves its alternative text."""
        alt = _one_line(el.get("alt"))
        if "_noformat" in parent_tags:
            return alt
        source = self._links.resolve(el.get("src")) or self._links.resolve(el.get("data-src"))
        if source is None:
            return escape_text(alt)
        return f"![{escape_alt(alt)}]({source}{_title(el, alt)})"

    def convert_hN(self, n: int, el: Element, text: str, parent_tags: Tags) -> str:  # noqa: N802
        """Write a heading, if it says anything."""
        words = text.strip(" \n")
        if "_inline" in parent_tags or not words:
            return words
        return super().convert_hN(n, el, escape_closing_hashes(words), parent_tags)

    def convert_hr(self, el: Element, text: str, parent_tags: Tags) -> str:
        """Write a rule; within a line there is none."""
        return "" if "_inline" in parent_tags else super().convert_hr(el, text, parent_tags)

    def convert_blockquote(self, el: Element, text: str, parent_tags: Tags) -> str:  # noqa: ARG002
        """Write a quotation."""
        words = text.strip(" \n")
        if "_inline" in parent_tags or not words:
            return words
        return BLOCK_BREAK + quote_block(words) + BLOCK_BREAK

    def convert_list(self, el: Element, text: str, parent_tags: Tags) -> str:
        """Write a list: tight below the text of an item, apart from everything else."""
        items = text.strip("\n")
        # CommonMark lets an ordered list follow a line of text directly only if it counts from 1.
        tight = "li" in parent_tags and (el.name == "ul" or items.startswith("1. "))
        return (LINE_BREAK if tight else BLOCK_BREAK) + items + BLOCK_BREAK if items else ""

    convert_ul = convert_list
    convert_ol = convert_list

    def convert_li(self, el: Element, text: str, parent_tags: Tags) -> str:  # noqa: ARG002
        """Write an item; its number is counted along, never looked up."""
        parent = self._frames[-2]
        marker = "- "
        if parent.element.name == "ol":
            number = min(read_number(el.get("value"), parent.number), _LAST_NUMBER)
            parent.number = number + 1
            marker = f"{number}. "
        words = text.strip(" \n")
        return LINE_BREAK + indent_item(marker, words) + LINE_BREAK if words else ""

    def convert_pre(self, el: Element, text: str, parent_tags: Tags) -> str:
        """Write a fenced block; within a line, a code span."""
        code = trim_blank_lines(text)
        if not code:
            return ""
        if "_inline" in parent_tags:
            return self.convert_code(el, _one_line(code), parent_tags)
        language = find_language(el.get("class"), el.get("code"))
        return BLOCK_BREAK + fence_code(code, language) + BLOCK_BREAK

    def convert_td(self, el: Element, text: str, parent_tags: Tags) -> str:  # noqa: ARG002
        """Hand a cell to its row; in a table that only arranges, it is a block."""
        _, row, table = self._frames[-1:-4:-1]
        if table.element.bare:
            return text
        row.row.add_cell(write_cell(text), read_span(el.get("colspan")), is_head=el.name == "th")
        return ""

    convert_th = convert_td

    def convert_tr(self, el: Element, text: str, parent_tags: Tags) -> str:  # noqa: ARG002
        """Hand a row to its table."""
        row, table = self._frames[-1:-3:-1]
        if row.row.cells:
            table.rows.append(row.row)
        return text

    def convert_table(self, el: Element, text: str, parent_tags: Tags) -> str:  # noqa: ARG002
        """Write a table below its caption and whatever else stood between its cells."""
        return text + BLOCK_BREAK + write_table(self._frames[-1].rows) + BLOCK_BREAK


@cache
def _converter_class() -> type[PageRules]:
    from markdownify import MarkdownConverter  # 81 ms, with BeautifulSoup; first page only

    return type("PageConverter", (PageRules, MarkdownConverter), {})


def read_number(raw: str | None, default: int) -> int:
    """Return the number that a list counts from, if it is one that Markdown has."""
    found = _NUMBER.fullmatch(raw or "")
    return int(found[1]) if found else default


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _title(element: Element, shown: str) -> str:
    title = _one_line(element.get("title"))
    return f' "{escape_title(title)}"' if title and title != shown else ""
