"""A hunk as changes of single lines, and rows of tables as changes of single cells."""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from changetrack._significance.carried import NOTHING_CARRIED
from changetrack._significance.readings import Reading, cut_common, read_texts
from changetrack._structure.table_syntax import read_header, split_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from changetrack._significance.carried import Carried
    from changetrack._structure.models import RichHunk


# Between the steps of a way down a page, or into a table.
STEP = " \u203a "


class RawChange(NamedTuple):
    """A line or a cell before and after, as it is written; None where there was or is none.

    `label` names it where it is a cell: the row and the column. `column` is the column alone, and
    `row` what stands in front of it.
    """

    old: str | None
    new: str | None
    label: str | None = None
    column: str = ""
    is_code: bool = False
    row: str = ""


class LineChange(NamedTuple):
    """A line, a cell or a value before and after, as it is understood."""

    old: Reading | None
    new: Reading | None
    label: str | None = None
    column: str = ""
    is_code: bool = False
    row: str = ""

    @property
    def sides(self) -> tuple[Reading, ...]:
        """The sides that are there."""
        return tuple(side for side in (self.old, self.new) if side is not None)


class _Lines(NamedTuple):
    """The lines of a hunk that changed and are not blank, as they belong together."""

    pairs: list[tuple[str, str]]
    removed: list[str]
    added: list[str]


def list_changes(hunk: RichHunk, carried: Carried = NOTHING_CARRIED) -> list[RawChange]:
    """Return what changed in a hunk, line by line; what only moved is left out, and blank lines.

    Lines that were edited while they moved are changes of the hunk where they stand now, if
    `carried` knows of them.
    """
    lines = _sort_lines(hunk, carried)
    sides: list[tuple[str | None, str | None]] = [
        *lines.pairs,
        *((line, None) for line in lines.removed),
        *((None, line) for line in lines.added),
    ]
    columns = _find_columns(hunk)
    changes: list[RawChange] = []
    for old, new in sides:
        cells = _split_row(old, new, columns) if columns else None
        changes += [RawChange(old, new, is_code=hunk.place.fenced)] if cells is None else cells
    if len(lines.removed) == len(lines.added) == 1:
        changes = _join_alike(changes)
    return changes


def read_change(raw: RawChange) -> LineChange:
    """Return what a line, a cell or a value said and says."""
    old, new = raw.old, raw.new
    if old is not None and new is not None:
        old, new = cut_common(old, new)
    texts = [text for text in (old, new) if text is not None]
    # Read together, they share their way of writing numbers.
    readings = read_texts(*texts, is_code=raw.is_code)
    return LineChange(
        None if old is None else readings[0],
        None if new is None else readings[-1],
        *raw[2:],
    )


def _sort_lines(hunk: RichHunk, carried: Carried) -> _Lines:
    old_at = {hunk.old_start + at: line for at, line in enumerate(hunk.removed)}
    new_at = {hunk.new_start + at: line for at, line in enumerate(hunk.added)}
    for run in hunk.moved:
        if not run.edited:
            for at in range(run.old_start, run.old_start + run.old_lines):
                old_at.pop(at, None)
            for at in range(run.new_start, run.new_start + run.new_lines):
                new_at.pop(at, None)
    for at in carried.gone.intersection(old_at):
        del old_at[at]
    moved = [
        (carried.origins[at], new_at.pop(at)) for at in sorted(carried.origins.keys() & new_at)
    ]
    pairs = [(old, new) for old, new in moved if old != new]
    pairs += [
        (old_at.pop(pair.old_line), new_at.pop(pair.new_line))
        for pair in hunk.pairs
        if pair.old_line in old_at and pair.new_line in new_at
    ]
    return _Lines(
        pairs=pairs,
        removed=[line for line in old_at.values() if line.strip()],
        added=[line for line in new_at.values() if line.strip()],
    )


def _join_alike(changes: list[RawChange]) -> list[RawChange]:
    """Join the one line that went and the one that came, if they differ in their values only."""
    gone = [change for change in changes if change.new is None]
    come = [change for change in changes if change.old is None]
    if len(gone) != 1 or len(come) != 1:
        return changes
    joined = come[0]._replace(old=gone[0].old)
    old, new = read_change(joined)[:2]
    if old is None or new is None or old.rest != new.rest:
        return changes
    return [*(change for change in changes if change not in (gone[0], come[0])), joined]


class _Columns(NamedTuple):
    """The header of a table on both sides; where they differ, the names are the columns."""

    old: tuple[str, ...]
    new: tuple[str, ...]

    def pair(
        self, olds: Sequence[str] | None, news: Sequence[str] | None
    ) -> Iterator[tuple[str, str, str]]:
        """Yield a cell before and after, and its column; an empty text where there is none."""
        if self.old == self.new:
            yield from zip_longest(olds or (), news or (), self.new, fillvalue="")
            return
        before = dict(zip(self.old, olds or (), strict=False))
        after = dict(zip(self.new, news or (), strict=False))
        for name in dict.fromkeys((*self.new, *self.old)):
            yield before.get(name, ""), after.get(name, ""), name


def _find_columns(hunk: RichHunk) -> _Columns | None:
    """Return the columns of the table that a hunk is in; None where it is in none."""
    if hunk.place.table is None or not hunk.place.table.header:
        return None
    header = hunk.place.table.header
    old, new = _find_header(hunk.removed), _find_header(hunk.added)
    columns = _Columns(old or header, new or header)
    if columns.old == columns.new:
        return columns
    # A name that stands twice names no column.
    are_names = all(len(set(side)) == len(side) and all(side) for side in columns)
    return columns if are_names else _Columns(header, header)


def _find_header(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the header among these lines, if there is exactly one."""
    headers = [header for pair in pairwise(lines) if (header := read_header(*pair))]
    return headers[0] if len(headers) == 1 else ()


def _split_row(old: str | None, new: str | None, columns: _Columns) -> list[RawChange] | None:
    """Return the cells of a row that differ; None where a line is no row of the table."""
    olds = None if old is None else split_cells(old)
    news = None if new is None else split_cells(new)
    sides = ((olds, columns.old), (news, columns.new))
    if any(cells is not None and len(cells) != len(header) for cells, header in sides):
        return None
    if columns.old != columns.new and not any(line.strip(_RULER) for line in (old, new) if line):
        return []  # what stands below the header says nothing
    return list(_pair_cells(columns.pair(olds, news), (news or olds or [""])[0]))


_RULER = "|-:> \t"


def _pair_cells(cells: Iterable[tuple[str, str, str]], key: str) -> Iterator[RawChange]:
    for old, new, column in cells:
        if old == new or not (old or new):
            continue
        label = f"{key}{STEP}{column}" if column and column != key else key or None
        yield RawChange(old or None, new or None, label, column or "", row=key)
