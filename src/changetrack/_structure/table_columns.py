"""Two states of one table, cell by cell.

Work is counted in cells that are written: a header of many columns over many short rows costs what
it is long, not what it would hold.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._structure.models import CellChange, ColumnRename, TableChange

if TYPE_CHECKING:
    from collections.abc import Sequence

Row: TypeAlias = "Sequence[str]"
# Old column → new column.
Columns: TypeAlias = "dict[int, int]"


class TableRows(NamedTuple):
    """A table with its cells."""

    header: Row
    rows: Sequence[Row]


class _Difference(NamedTuple):
    """A cell that differs, by its column on both sides."""

    old_column: int
    new_column: int
    row_key: str
    previous: str | None
    current: str | None


def compare_tables(
    old: TableRows, new: TableRows, *, heading: tuple[str, ...], line: int
) -> TableChange | None:
    """Return what became of a table, or None where no cell, row or column did.

    Columns are known by their names, rows by their first cell. A column that changed its name is
    renamed where it kept its place and every cell; otherwise it is one removed and one added, and
    the cells of neither are listed. The order of rows and columns does not count, nor does an
    empty cell against one that is not written.
    """
    named = _match_names(old.header, new.header)
    placed = _match_places(old.header, new.header, named)
    pairs, removed, added = _match_rows(old, new, named, placed)
    differences, seen = _list_differences(old, new, pairs, {**named, **placed})
    broken = {each.old_column for each in differences}
    renamed = {i: j for i, j in placed.items() if i in seen and i not in broken}
    kept = {**named, **renamed}
    change = TableChange(
        status="changed",
        heading=heading,
        line=line,
        columns_added=_list_others(new.header, set(kept.values())),
        columns_removed=_list_others(old.header, set(kept)),
        columns_renamed=tuple(
            ColumnRename(previous=old.header[i], current=new.header[j]) for i, j in renamed.items()
        ),
        rows_added=tuple(_name_row(new.rows[at]) for at in added),
        rows_removed=tuple(_name_row(old.rows[at]) for at in removed),
        cells=tuple(
            CellChange(
                column=new.header[each.new_column],
                row_key=each.row_key,
                previous=each.previous,
                current=each.current,
            )
            for each in differences
            if each.old_column in named
        ),
    )
    return change if _says_something(change) else None


def _says_something(change: TableChange) -> bool:
    columns = change.columns_added or change.columns_removed or change.columns_renamed
    return bool(columns or change.rows_added or change.rows_removed or change.cells)


def _match_names(old: Row, new: Row) -> Columns:
    """Pair columns of the same name; several of one name in their order."""
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for i, name in enumerate(old):
        places[name].append(i)
    return {places[name].popleft(): j for j, name in enumerate(new) if places[name]}


def _match_places(old: Row, new: Row, named: Columns) -> Columns:
    """Pair the columns of other names that stand equally far behind the same column."""
    taken = set(named.values())
    places: dict[tuple[int, int], int] = {}
    anchor, anchor_at = -1, -1
    for i in range(len(old)):
        if i in named:
            anchor, anchor_at = named[i], i
        else:
            places[anchor, i - anchor_at] = i
    placed: Columns = {}
    anchor = -1
    for j in range(len(new)):
        if j in taken:
            anchor = j
        elif (anchor, j - anchor) in places:
            placed[places[anchor, j - anchor]] = j
    return placed


def _match_rows(
    old: TableRows, new: TableRows, named: Columns, placed: Columns
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Return which rows are the same, and the old and the new ones that are alone.

    Rows of one key are paired in their order, but equal ones first.
    """
    i, j = _choose_key(old, new, named, placed)
    pairs: dict[int, int] = {}
    old_left, new_left = list(range(len(old.rows))), list(range(len(new.rows)))
    backward = {column: at for at, column in named.items()}
    keys = (
        (lambda at: _read_cells(old.rows[at], None, i), lambda at: _read_cells(new.rows[at], backward, j)),
        (lambda at: _cell(old.rows[at], i), lambda at: _cell(new.rows[at], j)),
    )
    for old_key, new_key in keys:
        places: defaultdict[object, deque[int]] = defaultdict(deque)
        for at in old_left:
            places[old_key(at)].append(at)
        for at in new_left:
            waiting = places.get(new_key(at))
            if waiting:
                pairs[at] = waiting.popleft()
        taken = set(pairs.values())
        old_left = [at for at in old_left if at not in taken]
        new_left = [at for at in new_left if at not in pairs]
    return [(pairs[at], at) for at in sorted(pairs)], old_left, new_left
