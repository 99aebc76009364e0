"""Two states of one table, cell by cell.

Work is counted in cells that are written: a header of many columns over many short rows costs what
it is long, not what it would hold.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._structure.models import CellChange, ColumnRename, TableChange
from changetrack._structure.titles import read_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

Row: TypeAlias = "Sequence[str]"
# Old column → new column.
Columns: TypeAlias = "dict[int, int]"


# Each column that may name the rows is read once; where the first ones do not, nothing does.
_KEY_COLUMNS = 4


class TableRows(NamedTuple):
    """A table with its cells as they are written, and the plain names of its columns."""

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
) -> tuple[dict[int, int], list[int], list[int]]:
    """Return the old row of each new one, and the old and the new rows that are alone.

    Rows of one key are paired in their order, but equal ones first.
    """
    i, j = _choose_key(old, new, named, placed)
    same = {column: column for column in named.values()}
    old_keys = [_name_row(row, i) for row in old.rows]
    new_keys = [_name_row(row, j) for row in new.rows]
    old_rows = [(key, _read_cells(row, named)) for key, row in zip(old_keys, old.rows, strict=True)]
    new_rows = [(key, _read_cells(row, same)) for key, row in zip(new_keys, new.rows, strict=True)]
    pairs: dict[int, int] = {}
    _pair_up(old_rows, new_rows, pairs)
    _pair_up(old_keys, new_keys, pairs)
    taken = set(pairs.values())
    removed = [at for at in range(len(old.rows)) if at not in taken]
    return pairs, removed, [at for at in range(len(new.rows)) if at not in pairs]


def _choose_key(old: TableRows, new: TableRows, named: Columns, placed: Columns) -> tuple[int, int]:
    """Return the column that names the rows on both sides.

    It is the first one of either side, unless no row has the same name then: a first column that
    is new names rows that were there before.
    """
    if named.get(0) == 0:
        return 0, 0
    both = {**named, **placed}
    first = [(i, j) for i, j in both.items() if 0 in {i, j}]
    for i, j in [*first, *named.items()][:_KEY_COLUMNS]:
        names = {_name_row(row, i) for row in old.rows} - {""}
        if not names.isdisjoint(_name_row(row, j) for row in new.rows):
            return i, j
    return 0, 0


def _pair_up(old: Sequence[object], new: Sequence[object], pairs: dict[int, int]) -> None:
    """Pair the places of what is equal, in order; what is paired already stays so."""
    taken = set(pairs.values())
    waiting: defaultdict[object, deque[int]] = defaultdict(deque)
    for at, key in enumerate(old):
        if at not in taken:
            waiting[key].append(at)
    for at, key in enumerate(new):
        if at not in pairs and waiting.get(key):
            pairs[at] = waiting[key].popleft()


def _list_differences(
    old: TableRows, new: TableRows, pairs: dict[int, int], columns: Columns
) -> tuple[list[_Difference], set[int]]:
    """Return the cells that differ, row by row, and the old columns that kept a cell."""
    backward = {j: i for i, j in columns.items()}
    differences: list[_Difference] = []
    kept: set[int] = set()
    for at in sorted(pairs):
        old_row, new_row = old.rows[pairs[at]], new.rows[at]
        places = {columns[i] for i in range(len(old_row)) if i in columns}
        places.update(j for j in range(len(new_row)) if j in backward)
        for j in sorted(places):
            i = backward[j]
            previous, current = _cell(old_row, i), _cell(new_row, j)
            if (previous or "") != (current or ""):
                key = _name_row(new_row)
                differences.append(_Difference(i, j, key, previous, current))
            elif current:
                kept.add(i)
    return differences, kept


def _read_cells(row: Row, columns: Columns) -> frozenset[tuple[int, str]]:
    """Return what a row holds in these columns, whatever their order."""
    return frozenset((columns[at], cell) for at, cell in enumerate(row) if cell and at in columns)


def _cell(row: Row, at: int) -> str | None:
    return row[at] if at < len(row) else None


def _name_row(row: Row, at: int = 0) -> str:
    return read_plain(row[at]) if at < len(row) else ""


def _list_others(header: Row, kept: set[int]) -> tuple[str, ...]:
    return tuple(name for at, name in enumerate(header) if at not in kept)
