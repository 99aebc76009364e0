"""A diff as rows: what every view of its lines shows, in which order, and how it is counted.

Each view is these rows in another dress, so none of them can show or count something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby, pairwise, zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from changetrack._render.wording import (
    begin_sentence,
    count,
    list_words,
    spell_heading,
    spell_lines,
    spell_place,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from changetrack._render.caps import Caps
    from changetrack._render.shown import Shown, ShownText
    from changetrack._structure.models import MovedRun, RichHunk, Span
    from changetrack._textdiff import Hunk

Layout: TypeAlias = Literal["split", "inline"]
CellKind: TypeAlias = Literal["same", "deleted", "added"]


class Tally(NamedTuple):
    """What a diff comes to; the same in every view of it."""

    additions: int
    deletions: int
    moved: int
    fields: int

    def __str__(self) -> str:
        told = [
            f"{count(self.additions, 'line')} added" if self.additions else "",
            f"{count(self.deletions, 'line')} deleted" if self.deletions else "",
            f"{count(self.moved, 'line')} moved" if self.moved else "",
            f"{count(self.fields, 'field')} changed" if self.fields else "",
        ]
        return ", ".join(filter(None, told))


class Cell(NamedTuple):
    """A line on its side; `spans` are what differs in it."""

    kind: CellKind
    number: int
    text: str
    spans: tuple[Span, ...] = ()
    is_moved: bool = False


class Row(NamedTuple):
    """A line on each side, or on one of them; `hunk` is the id of the hunk that begins here."""

    old: Cell | None
    new: Cell | None
    hunk: str | None = None


class Header(NamedTuple):
    """Where the rows below stand: `group` is what a unified text has between its `@@`."""

    place: str
    lines: str
    ids: tuple[str, ...]
    group: Hunk | None

    @property
    def title(self) -> str:
        """Where it is, in words."""
        where = begin_sentence(self.lines)
        return f"{where}, {self.place}" if self.place else where


class Note(NamedTuple):
    """A run of lines that moved begins below: on the old side it goes, on the new it comes."""

    run: MovedRun
    is_source: bool


class Rest(NamedTuple):
    """What there was no room for; false where that is nothing."""

    additions: int
    deletions: int

    def __bool__(self) -> bool:
        return self.additions > 0 or self.deletions > 0

    def plus(self, other: Rest) -> Rest:
        """Return both together."""
        return Rest(self.additions + other.additions, self.deletions + other.deletions)

    def __str__(self) -> str:
        kinds = {"added": self.additions, "deleted": self.deletions}
        told = list_words([f"{number:,} {kind}" for kind, number in kinds.items() if number])
        return f"… {self.additions + self.deletions:,} more changed lines ({told})"


Entry: TypeAlias = "Header | Note | Row | Rest"


def count_changes(diff: Shown) -> Tally:
    """Return what a diff comes to."""
    text = diff.text_diff
    return Tally(
        additions=text.additions if text else 0,
        deletions=text.deletions if text else 0,
        moved=sum(run.new_lines for run in list_runs(diff)),
        fields=diff.field_count,
    )


def list_runs(diff: Shown) -> list[MovedRun]:
    """Return the runs of lines that moved, each once, in the order of where they are now."""
    runs = dict.fromkeys(run for hunk in diff.hunks for run in hunk.moved)
    return sorted(runs, key=lambda run: (run.new_start, run.old_start))


def list_rows(diff: Shown, *, layout: Layout, caps: Caps | None = None) -> Iterator[Entry]:
    """Yield the rows of a diff, side by side or one below the other, with their headers.

    Lines that there is no room for, and those that a stored diff was not read for, are counted
    where they would stand.
    """
    if not diff.text_diff:
        return
    meter = _Meter(caps)
    # What stands above the next row, and goes where that goes.
    above: list[Entry] = []
    for entry in _Sides.of(diff).walk(layout):
        if not isinstance(entry, Row):
            above.append(entry)
            continue
        if meter.is_full:
            break
        if meter.admits(entry, above):
            if meter.skipped:
                yield meter.tell_skipped()
            yield from (*above, entry)
        above = []
    left = meter.count_left(diff.text_diff)
    if left:
        yield left


class _Meter:
    """How many rows went out, and of which kind the last ones were."""

    def __init__(self, caps: Caps | None) -> None:
        self._caps = caps
        self._rows = self._chars = self._run = 0
        self._kinds: tuple[CellKind, ...] = ()
        self._told = Rest(0, 0)
        self.skipped = Rest(0, 0)

    @property
    def is_full(self) -> bool:
        caps = self._caps
        return caps is not None and (self._rows >= caps.rows or self._chars >= caps.chars)

    def admits(self, row: Row, above: list[Entry]) -> bool:
        """Tell whether a row goes out, with what is above it, and count it."""
        cells = [cell for cell in (row.old, row.new) if cell]
        kinds = tuple([cell.kind for cell in cells])
        counted = Rest(kinds.count("added"), kinds.count("deleted"))
        is_begun = kinds != self._kinds or any(isinstance(each, Header) for each in above)
        self._run = 1 if is_begun else self._run + 1
        self._kinds = kinds
        if self._caps and self._caps.run is not None and self._run > self._caps.run:
            self.skipped = self.skipped.plus(counted)
            return False
        self._rows += 1 + sum(isinstance(each, Note) for each in above)
        self._chars += sum(len(cell.text) for cell in cells)
        self._told = self._told.plus(counted)
        return True

    def tell_skipped(self) -> Rest:
        """Return what was left out since the last row that went out."""
        told, self.skipped = self.skipped, Rest(0, 0)
        self._told = self._told.plus(told)
        return told

    def count_left(self, text: ShownText) -> Rest:
        """Return what was not told of."""
        return Rest(text.additions - self._told.additions, text.deletions - self._told.deletions)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both sides of a text, and what is known of their lines by number."""

    text: ShownText
    hunks: tuple[RichHunk, ...]
    old_spans: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    new_spans: dict[int, tuple[Span, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, diff: Shown) -> _Sides:
        assert diff.text_diff is not None  # noqa: S101 - its only caller has looked
        sides = cls(diff.text_diff, diff.hunks)
        for hunk in diff.hunks:
            for pair in hunk.pairs:
                sides.old_spans[pair.old_line] = pair.deleted
                sides.new_spans[pair.new_line] = pair.inserted
        return sides

    def walk(self, layout: Layout) -> Iterator[Entry]:
        hunks = iter(self.hunks)
        for group in self.text.hunks:
            members = [next(hunks) for _ in group.edits]
            # A header names its hunks, so those that share a place are known before their rows.
            runs = [[*run] for _, run in groupby(members, lambda hunk: hunk.place.heading)]
            headers = {run[0].id: _head(run) for run in runs}
            yield headers.pop(members[0].id)._replace(group=group)
            for (start, end, edit), hunk in zip_longest(group.steps(), members):
                yield from self._list_same(start, end, edit[2] - (end - start))
                if hunk is not None:
                    if hunk.id in headers:
                        yield headers[hunk.id]
                    yield from self._list_changed(hunk, layout)

    def _list_same(self, start: int, end: int, new_start: int) -> Iterator[Row]:
        for at in range(start, end):
            text = self.text.old[at]
            number = new_start + at - start + 1
            # The current one may differ where a comparison overlooked something.
            shown = self.text.new[number - 1]
            yield Row(Cell("same", at + 1, text), Cell("same", number, shown))

    def _list_changed(self, hunk: RichHunk, layout: Layout) -> Iterator[Entry]:
        old = [
            Cell("deleted", at, text, self.old_spans.get(at, ()))
            for at, text in enumerate(hunk.removed, hunk.old_start)
        ]
        new = [
            Cell("added", at, text, self.new_spans.get(at, ()))
            for at, text in enumerate(hunk.added, hunk.new_start)
        ]
        _mark_moved(old, [(run.old_start, run.old_lines) for run in hunk.moved])
        _mark_moved(new, [(run.new_start, run.new_lines) for run in hunk.moved])
        goes = {run.old_start: Note(run, is_source=True) for run in hunk.moved}
        comes = {run.new_start: Note(run, is_source=False) for run in hunk.moved}
        anchor: str | None = hunk.id
        for left, right in _LAYOUTS[layout](hunk, old, new):
            if left and left.number in goes:
                yield goes[left.number]
            if right and right.number in comes:
                yield comes[right.number]
            yield Row(left, right, anchor)
            anchor = None


def _head(hunks: Sequence[RichHunk]) -> Header:
    places = {spell_place(hunk.place, hunk.added or hunk.removed) for hunk in hunks}
    # Of several rows of a table none is named.
    place = places.pop() if len(places) == 1 else spell_heading(hunks[0].place)
    # On the current page, or on the previous one where nothing of it is left.
    ranges = [(hunk.new_start, hunk.new_lines) for hunk in hunks if hunk.added]
    ranges = ranges or [(hunk.old_start, hunk.old_lines) for hunk in hunks]
    start, (last, size) = ranges[0][0], ranges[-1]
    ids = tuple(hunk.id for hunk in hunks)
    return Header(place, spell_lines(start, last + size - start), ids, None)


def _mark_moved(cells: list[Cell], ranges: list[tuple[int, int]]) -> None:
    """Mark the cells whose line is in a run that moved."""
    first = cells[0].number if cells else 0
    for start, size in ranges:
        for at in range(max(start - first, 0), min(start - first + size, len(cells))):
            cells[at] = cells[at]._replace(is_moved=True)


_Pairs: TypeAlias = "Iterator[tuple[Cell | None, Cell | None]]"


def _stack(_: RichHunk, old: list[Cell], new: list[Cell]) -> _Pairs:
    yield from ((cell, None) for cell in old)
    yield from ((None, cell) for cell in new)


def _align(hunk: RichHunk, old: list[Cell], new: list[Cell]) -> _Pairs:
    """Yield lines that belong together beside each other, and others as they come."""
    fixed = [(-1, -1)]
    for pair in hunk.pairs:
        left, right = pair.old_line - hunk.old_start, pair.new_line - hunk.new_start
        if fixed[-1][0] < left < len(old) and fixed[-1][1] < right < len(new):
            fixed.append((left, right))
    fixed.append((len(old), len(new)))
    for (before_left, before_right), (left, right) in pairwise(fixed):
        yield from zip_longest(old[before_left + 1 : left], new[before_right + 1 : right])
        if left < len(old):
            yield old[left], new[right]


_LAYOUTS = {"split": _align, "inline": _stack}
