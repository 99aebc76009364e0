"""A hunk as changes of single lines, and rows of tables as changes of single cells."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from changetrack._significance.carried import NOTHING_CARRIED
from changetrack._significance.readings import Reading, cut_common, read_texts
from changetrack._structure.table_syntax import split_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from changetrack._significance.carried import Carried
    from changetrack._structure.models import RichHunk


# Between the steps of a way down a page, or into a table.
STEP = " \u203a "


class RawChange(NamedTuple):
    """A line or a cell before and after, as it is written; None where there was or is none.

    `label` names it where it is a cell: the row and the column. `column` is the column alone.
    """

    old: str | None
    new: str | None
    label: str | None = None
    column: str = ""
    is_code: bool = False


class LineChange(NamedTuple):
    """A line, a cell or a value before and after, as it is understood."""

    old: Reading | None
    new: Reading | None
    label: str | None = None
    column: str = ""
    is_code: bool = False

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
    header = hunk.place.table.header if hunk.place.table else ()
    changes: list[RawChange] = []
    for old, new in sides:
        cells = _split_row(old, new, header) if header else None
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


def _split_row(old: str | None, new: str | None, header: Sequence[str]) -> list[RawChange] | None:
    """Return the cells of a row that differ; None where a line is no row of the table."""
    olds = None if old is None else split_cells(old)
    news = None if new is None else split_cells(new)
    if any(cells is not None and len(cells) != len(header) for cells in (olds, news)):
        return None
    key = (news or olds or [""])[0]
    return list(_pair_cells(olds or [], news or [], header, key))


def _pair_cells(
    olds: Sequence[str], news: Sequence[str], header: Sequence[str], key: str
) -> Iterator[RawChange]:
    for old, new, column in zip_longest(olds, news, header):
        if old == new or not (old or new):
            continue
        label = f"{key}{STEP}{column}" if column and column != key else key or None
        yield RawChange(old or None, new or None, label, column or "")
