"""What is around a line: the table that it is a row of, the lists that it stands in.

Asked from the top of a page to its end, each line is looked at once in all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from changetrack._structure.models import TablePlace
from changetrack._structure.place_budget import MOST_COLUMNS, cut_names
from changetrack._structure.table_syntax import WrittenTable, list_touched, split_cells
from changetrack._structure.titles import read_plain

if TYPE_CHECKING:
    from changetrack._textdiff.edits import Lines

_LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?: |$)")
_ITEM_SIGNS = frozenset("-*+ 0123456789")
# CommonMark asks for as many blanks as the marker above is wide; people write two.
_STEP = 2


class Tables:
    """The tables of a page, found block by block."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        # Blocks that were looked at: where they start and end, and what tables they hold.
        self._starts: list[int] = []
        self._blocks: list[tuple[int, list[WrittenTable]]] = []
        self._headers: dict[int, tuple[str, ...]] = {}

    def find(self, line: int) -> WrittenTable | None:
        """Return the table that a line is part of."""
        if not self._lines[line]:
            return None
        at = bisect_right(self._starts, line) - 1
        if at < 0 or line >= self._blocks[at][0]:
            at += 1
            start, end = self._find_block(line)
            self._starts.insert(at, start)
            self._blocks.insert(at, (end, self._read_block(start, end)))
        tables = self._blocks[at][1]
        found = bisect_right(tables, line, key=_start_of) - 1
        return tables[found] if found >= 0 and line < tables[found].end else None

    def locate(self, line: int) -> TablePlace | None:
        """Return which row of which table a line is; headers are the names of no row."""
        table = self.find(line) if "|" in self._lines[line] else None
        if table is None:
            return None
        header = self._headers.get(table.start)
        if header is None:
            header = cut_names(tuple(map(read_plain, table.header[:MOST_COLUMNS])))
            self._headers[table.start] = header
        cells = split_cells(self._lines[line]) if line > table.start + 1 else [""]
        return TablePlace(header=header, row_key=read_plain(cells[0]))

    def _find_block(self, line: int) -> tuple[int, int]:
        """Return the run of lines around this one that are not blank."""
        lines = self._lines
        start = end = line
        while start and lines[start - 1]:
            start -= 1
        while end < len(lines) and lines[end]:
            end += 1
        return start, end

    def _read_block(self, start: int, end: int) -> list[WrittenTable]:
        block = self._lines[start:end]
        found = list_touched(block, [(0, len(block), 0, 0)], 0)
        return [each._replace(start=start + each.start, end=start + each.end) for each in found]


def _start_of(table: WrittenTable) -> int:
    return table.start


class Lists:
    """How deep the lines of a page stand in lists."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        # The line that was asked for last, and how far the items that it stood in are indented.
        self._known_line = -1
        self._known: list[int] = []

    def find_depth(self, line: int) -> int:
        """Return in how many items a line stands, its own counted."""
        text = self._lines[line]
        if text[:1] not in _ITEM_SIGNS:
            return 0
        items = self._find_items(line, text)
        self._known_line, self._known = line, items
        return len(items)

    def _find_items(self, line: int, text: str) -> list[int]:
        """Return how far the items around a line are indented, innermost first."""
        items = []
        indent, is_item = _read_item(text)
        if is_item:
            items.append(indent)
        above = line - 1
        while indent >= _STEP and above >= 0:
            if above == self._known_line:
                return items + [each for each in self._known if each + _STEP <= indent]
            text = self._lines[above]
            above -= 1
            if text:
                here, is_item = _read_item(text)
                if is_item and here + _STEP <= indent:
                    items.append(here)
                    indent = here
                elif here == 0 and not is_item:
                    break
        return items


def _read_item(text: str) -> tuple[int, bool]:
    """Return how far a line is indented, and whether it is an item of a list."""
    indent = len(text) - len(text.lstrip(" "))
    return indent, _LIST_ITEM.match(text, indent) is not None
