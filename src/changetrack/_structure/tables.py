"""The tables of a page that changed, cell by cell."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._structure.models import TableChange
from changetrack._structure.outline import read_outlines
from changetrack._structure.table_cells import TableRows, compare_tables
from changetrack._structure.table_syntax import WrittenTable, list_touched, split_cells
from changetrack._structure.titles import read_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from changetrack._structure.outline import Outline
    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Edit, Lines

# Behind every line of every page.
_BEYOND = sys.maxsize
# New table → old table, by their places in the lists of both.
_Pairs: TypeAlias = "dict[int, int]"


class _Page(NamedTuple):
    """The tables of one side that the change may have touched."""

    lines: Lines
    outline: Outline
    tables: list[WrittenTable]

    def rows(self, table: WrittenTable) -> Lines:
        """Return the lines below the header."""
        return self.lines[table.start + 2 : table.end]

    def heading(self, table: WrittenTable) -> tuple[str, ...]:
        """Return the headings above a table."""
        return self.outline.find_path(self.outline.find_heading(table.start))

    def names(self, table: WrittenTable) -> _Names:
        """Return what its columns and its rows are called."""
        columns = set(map(read_plain, table.header))
        rows = {read_plain(split_cells(line)[0]) for line in self.rows(table)}
        return _Names(columns - {""}, rows - {""})


class _Names(NamedTuple):
    """What the columns and the rows of a table are called."""

    columns: set[str]
    rows: set[str]


def describe_tables(text_diff: TextDiff) -> tuple[TableChange, ...]:
    r"""Return what became of each table that changed, in the order of the page.

    Tables are followed by the lines that they kept, then by their header, then by their place where
    they share a column or a row. A table that only moved, or whose rows or columns only changed
    their order, did not change. Takes time linear in the tables that the change touches.

    >>> from changetrack._textdiff import diff_text
    >>> head = "| Plan | Price |\n| --- | --- |\n"
    >>> (table,) = describe_tables(diff_text(head + "| Pro | $49 |", head + "| Pro | $59 |"))
    >>> table.cells
    (CellChange(column='Price', row_key='Pro', previous='$49', current='$59'),)
    """
    edits = text_diff.edits
    outlines = read_outlines(text_diff)
    old = _Page(text_diff.old, outlines.old, _list_tables(outlines.old, edits, 0))
    new = _Page(text_diff.new, outlines.new, _list_tables(outlines.new, edits, 2))
    pairs = _pair_tables(old, new, edits)
    changes = [
        ((new.tables[at].start, 1), _compare(old, new, old.tables[pairs[at]], new.tables[at]))
        for at in pairs
    ]
    changes += [
        ((table.start, 1), _list_whole(new, table, is_added=True))
        for table in _leave_out(new, pairs)
    ]
    changes += [
        ((_map_line(table.start, edits), 0), _list_whole(old, table, is_added=False))
        for table in _leave_out(old, set(pairs.values()))
    ]
    return tuple(change for _, change in sorted(changes, key=itemgetter(0)) if change)


def _list_tables(outline: Outline, edits: Sequence[Edit], side: int) -> list[WrittenTable]:
    tables = list_touched(outline.lines, edits, side)
    return [table for table in tables if not outline.is_fenced(table.start)]


def _leave_out(page: _Page, taken: Collection[int]) -> list[WrittenTable]:
    """Return the tables that are not taken."""
    return [table for at, table in enumerate(page.tables) if at not in taken]


def _pair_tables(old: _Page, new: _Page, edits: Sequence[Edit]) -> _Pairs:
    pairs = _pair_by_lines(old.tables, new.tables, edits)
    for trait in _TRAITS:
        taken = set(pairs.values())
        waiting: defaultdict[object, deque[int]] = defaultdict(deque)
        for at, table in enumerate(old.tables):
            if at not in taken:
                waiting[trait(old, table)].append(at)
        for at, table in enumerate(new.tables):
            if at not in pairs and waiting.get(trait(new, table)):
                pairs[at] = waiting[trait(new, table)].popleft()
    _pair_by_place(old, new, edits, pairs)
    return pairs


_Trait: TypeAlias = "Callable[[_Page, WrittenTable], object]"
# What makes two tables one that moved: every line; header and heading; header.
_TRAITS: tuple[_Trait, ...] = (
    lambda page, table: tuple(page.lines[table.start : table.end]),
    lambda page, table: (table.header, page.heading(table)),
    lambda _, table: table.header,
)


def _pair_by_lines(
    old: list[WrittenTable], new: list[WrittenTable], edits: Sequence[Edit]
) -> _Pairs:
    """Pair tables that kept lines, those with the most of them first."""
    starts = [table.start for table in old]
    runs = [(0, 0), *((i_end, j_end) for _, i_end, _, j_end in edits)]
    ends = [*(edit[2] for edit in edits), _BEYOND]
    kept: Counter[tuple[int, int]] = Counter()
    for at, table in enumerate(new):
        for run in range(bisect_right(ends, table.start), len(runs)):
            i, j = runs[run]
            first, last = max(table.start, j), min(table.end, ends[run])
            if first >= table.end:
                break
            back = bisect_right(starts, last - 1 + i - j) - 1
            if first < last and back >= 0:
                # The alignment is the same in most tables.
                spare = first <= table.start + 1 < last
                shared = last - max(first, old[back].start + j - i) - spare
                kept[back, at] += max(min(shared, old[back].end + j - i - first), 0)
    pairs: _Pairs = {}
    taken: set[int] = set()
    for (back, at), count in sorted(kept.items(), key=lambda item: (-item[1], item[0])):
        if count and at not in pairs and back not in taken:
            pairs[at] = back
            taken.add(back)
    return pairs


def _pair_by_place(old: _Page, new: _Page, edits: Sequence[Edit], pairs: _Pairs) -> None:
    """Pair what one edit made of what was there, where both name a column or most rows alike."""
    taken = set(pairs.values())
    waiting: defaultdict[int, deque[int]] = defaultdict(deque)
    for at, table in enumerate(old.tables):
        if at not in taken:
            waiting[_find_edit(table.start, edits, 1)].append(at)
    names = {at: old.names(old.tables[at]) for places in waiting.values() for at in places}
    for at, table in enumerate(new.tables):
        places = waiting.get(_find_edit(table.start, edits, 3))
        if at not in pairs and places and _is_alike(names[places[0]], new.names(table)):
            pairs[at] = places.popleft()


def _find_edit(line: int, edits: Sequence[Edit], end: int) -> int:
    return bisect_right(edits, line, key=itemgetter(end))


def _is_alike(old: _Names, new: _Names) -> bool:
    shared = len(old.rows & new.rows)
    fewest = min(len(old.rows), len(new.rows))
    return not old.columns.isdisjoint(new.columns) or shared * 2 >= max(fewest, 1)


def _map_line(line: int, edits: Sequence[Edit]) -> int:
    """Return where on the current page an old line would stand."""
    at = _find_edit(line, edits, 1)
    if at < len(edits) and edits[at][0] <= line:
        return edits[at][2]
    return line + (edits[at - 1][3] - edits[at - 1][1] if at else 0)


def _compare(
    old: _Page, new: _Page, before: WrittenTable, after: WrittenTable
) -> TableChange | None:
    old_lines, new_lines = old.rows(before), new.rows(after)
    if before.header == after.header:
        # Rows that are equal as written need no cells, and most rows of most tables are.
        common = Counter(old_lines) & Counter(new_lines)
        old_lines, new_lines = _drop(old_lines, common), _drop(new_lines, common)
    return compare_tables(
        TableRows(_name_columns(before), list(map(split_cells, old_lines))),
        TableRows(_name_columns(after), list(map(split_cells, new_lines))),
        heading=new.heading(after),
        line=after.start + 1,
    )


def _name_columns(table: WrittenTable) -> tuple[str, ...]:
    return tuple(map(read_plain, table.header))


def _drop(lines: Lines, common: Counter[str]) -> Lines:
    spare = common.copy()
    kept = []
    for line in lines:
        if spare[line]:
            spare[line] -= 1
        else:
            kept.append(line)
    return kept


def _list_whole(page: _Page, table: WrittenTable, *, is_added: bool) -> TableChange:
    columns = _name_columns(table)
    rows = tuple(read_plain(split_cells(line)[0]) for line in page.rows(table))
    return TableChange(
        status="added" if is_added else "removed",
        heading=page.heading(table),
        line=table.start + 1,
        columns_added=columns if is_added else (),
        columns_removed=() if is_added else columns,
        rows_added=rows if is_added else (),
        rows_removed=() if is_added else rows,
    )
