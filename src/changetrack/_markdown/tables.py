"""Tables as lines: one row, one line, and no padding, so that one changed cell changes one line."""

from __future__ import annotations

import re

from changetrack._markdown.elements import CELLS, Element
from changetrack._markdown.escaping import escape_cell

# A cell that spans more columns than this arranges a page. HTML allows 1,000, which would make
# three kilobytes of twenty characters.
_MAX_SPAN = 24
_SPAN = re.compile(r"\s*0*([1-9][0-9]*)\s*", re.ASCII)
_BLANKS = re.compile(r"[ \n]+")


class Row:
    """The cells of a row, collected from left to right.

    `is_head` while all of them are header cells; the last `spare` ones are there only because the
    cell before spans them.
    """

    __slots__ = ("cells", "is_head", "spare")

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.is_head = True
        self.spare = 0

    def add_cell(self, text: str, span: int, *, is_head: bool) -> None:
        """Take the next cell."""
        self.spare = span - 1
        self.cells += [text, *[""] * self.spare]
        self.is_head = self.is_head and is_head


def arranges_only(table: Element) -> bool:
    """Tell whether a table holds no second cell to compare with, or other tables."""
    if table.bare:
        return True
    cells = 0
    for row in table.children:
        if isinstance(row, Element):
            cells += sum(isinstance(each, Element) and each.name in CELLS for each in row.children)
        if cells > 1:
            return False
    return True


def write_cell(text: str) -> str:
    """Return the Markdown of a cell on one line."""
    return escape_cell(_BLANKS.sub(" ", text).strip(" "))


def read_span(raw: str | None) -> int:
    """Return how many columns a cell takes."""
    found = _SPAN.fullmatch(raw or "")
    return min(int(found[1][:3]), _MAX_SPAN) if found else 1


def write_table(rows: list[Row]) -> str:
    """Return a table; without header cells in its first row it gets an empty header.

    Only the header is as wide as the widest row: the format wants it so, and to fill up every row
    would let a single wide one multiply the page.
    """
    seen = [row for row in rows if any(row.cells)]
    if not seen:
        return ""
    # `colspan=99` means all columns; how many there are is for the other rows to say.
    width = max(len(row.cells) - row.spare for row in seen)
    head = seen.pop(0).cells[:width] if seen[0].is_head else []
    lines = [_write_row(head + [""] * (width - len(head))), _write_row(["---"] * width)]
    return "\n".join(lines + [_write_row(row.cells[:width]) for row in seen])


def _write_row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
