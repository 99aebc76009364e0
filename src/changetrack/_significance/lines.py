"""A hunk as changes of single lines, and rows of tables as changes of single cells."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from changetrack._significance.carried import NOTHING_CARRIED
from changetrack._significance.readings import Reading, read_texts
from changetrack._structure.table_syntax import split_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from changetrack._significance.carried import Carried
    from changetrack._structure.models import RichHunk


# Between the steps of a way down a page, or into a table.
STEP = " \u203a "


class LineChange(NamedTuple):
    """A line or a cell before and after; None where there was or is none.

    `label` names it where it is a cell: the row and the column. `column` is the column alone.
    """

    old: Reading | None
    new: Reading | None
    label: str | None = None
    column: str = ""

    @property
    def sides(self) -> tuple[Reading, ...]:
        """The sides that are there."""
        return tuple(side for side in (self.old, self.new) if side is not None)


class _Lines(NamedTuple):
    """The lines of a hunk that changed and are not blank, as they belong together."""

    pairs: list[tuple[str, str]]
    removed: list[str]
    added: list[str]


def list_line_changes(hunk: RichHunk, carried: Carried = NOTHING_CARRIED) -> list[LineChange]:
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
    changes: list[LineChange] = []
    for old, new in sides:
        cells = _split_row(old, new, header) if header else None
        changes += [_read_change(old, new, is_code=hunk.place.fenced)] if cells is None else cells
    if len(lines.removed) == len(lines.added) == 1:
        changes = _join_alike(changes)
    return changes


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


def _read_change(old: str | None, new: str | None, *, is_code: bool) -> LineChange:
    texts = [text for text in (old, new) if text is not None]
    readings = read_texts(*texts, is_code=is_code)
    return LineChange(
        old=readings[0] if old is not None else None,
        new=readings[-1] if new is not None else None,
    )


def _join_alike(changes: list[LineChange]) -> list[LineChange]:
    """Join the one line that went and the one that came, if they differ in their values only."""
    gone = [change for change in changes if change.new is None]
    come = [change for change in changes if change.old is None]
    if len(gone) != 1 or len(come) != 1:
        return changes
    old, new = gone[0].old, come[0].new
    if old is None or new is None or old.rest != new.rest:
        return changes
    others = [change for change in changes if change not in (gone[0], come[0])]
    # Read together, they share their way of writing numbers.
    return [
        *others,
        _read_change(old.raw, new.raw, is_code=False)._replace(
            label=come[0].label, column=come[0].column
        ),
    ]


def _split_row(old: str | None, new: str | None, header: Sequence[str]) -> list[LineChange] | None:
    """Return the cells of a row that differ; None where a line is no row of the table."""
    olds = None if old is None else split_cells(old)
    news = None if new is None else split_cells(new)
    if any(cells is not None and len(cells) != len(header) for cells in (olds, news)):
        return None
    key = (news or olds or [""])[0]
    return list(_pair_cells(olds or [], news or [], header, key))


def _pair_cells(
    olds: Sequence[str], news: Sequence[str], header: Sequence[str], key: str
) -> Iterator[LineChange]:
    for old, new, column in zip_longest(olds, news, header):
        if old == new or not (old or new):
            continue
        change = _read_change(old or None, new or None, is_code=False)
        label = f"{key}{STEP}{column}" if column and column != key else key or None
        yield change._replace(label=label, column=column or "")
