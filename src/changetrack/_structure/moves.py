"""Lines that were deleted here and inserted there: moves, which a diff of lines cannot say.

What an edit deleted is looked up in what other edits inserted, line by line; equal lines grow into
runs, and runs beside each other into one that was edited on its way. A line has a few places where
it may have come from, so the work is linear in the lines that changed.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._structure.likeness import WordBag, measure_likeness, read_bag
from changetrack._structure.models import MovedRun
from changetrack._structure.runs import Run, chain_runs, grow_runs, pick_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Edit, Lines

Range: TypeAlias = "tuple[int, int]"

# A single line that moved is believed from this length on, if it has a word and is the only one of
# its kind: shorter ones are prices, ratings and buttons, which come and go by themselves.
_LINE_CHARS = 8
_WORD = re.compile(r"[^\W\d_]{2}")
# So many lines that all stand elsewhere on the page as well are a block, and no boilerplate.
_BLOCK_LINES = 4
# A run that was edited on its way has no more changed lines than this in one place.
_GAP = 3
# Blocks without a line in common are compared by their words, this many with this many.
_BLOCKS = 32
# Two thirds of the words stayed: less is another text about the same thing.
_LIKE = 2 / 3
_BLOCK_CHARS = 2_000
# A line that was edited keeps half of its words, where its neighbours say that it moved.
_LIKE_BESIDE = 1 / 2


def find_moves(diff: TextDiff) -> tuple[MovedRun, ...]:
    r"""Return the runs of lines that stand elsewhere now, in the order of the current page.

    A run of two lines or more counts, and one line where nothing else is like it. Blank lines alone
    never count. Each line is in one run at most.

    >>> from changetrack._textdiff import diff_text
    >>> diff = diff_text("# A\n\nfirst words\n\n# B\n\n# C", "# A\n\n# B\n\n# C\n\nfirst words")
    >>> [(run.old_start, run.new_start) for run in find_moves(diff)]
    [(3, 7)]
    """
    known = diff.notes.get("moves")
    if not isinstance(known, tuple):
        known = diff.notes["moves"] = _Search(diff).find()
    return known


class _Search:
    """What of one diff moved, as edits that say from where to where."""

    def __init__(self, diff: TextDiff) -> None:
        self._diff = diff
        self._moves: list[Edit] = []
        self._taken_old: set[int] = set()
        self._taken_new: set[int] = set()

    def find(self) -> tuple[MovedRun, ...]:
        diff = self._diff
        removed = [line for i, i_end, _, _ in diff.edits for line in diff.old[i:i_end]]
        added = [line for _, _, j, j_end in diff.edits for line in diff.new[j:j_end]]
        if not removed or not added:
            return ()
        if not set(removed).isdisjoint(filter(None, added)):
            self._find_runs()
        self._pair_blocks()
        return tuple(
            MovedRun(
                old_start=i + 1,
                old_lines=i_end - i,
                new_start=j + 1,
                new_lines=j_end - j,
                edited=diff.old[i:i_end] != diff.new[j:j_end],
            )
            for i, i_end, j, j_end in sorted(self._moves, key=lambda move: move[2])
        )

    def _take(self, move: Edit) -> None:
        self._taken_old.update(range(*move[:2]))
        self._taken_new.update(range(*move[2:]))

    def _find_runs(self) -> None:
        """Find what moved word for word, then what was edited right beside it."""
        chains = [
            chain
            for chain in chain_runs(pick_runs(grow_runs(self._diff), self._diff.old), _GAP)
            if self._is_believed(chain)
        ]
        moves = [_span(chain) for chain in chains]
        for move in moves:
            self._take(move)
        for chain, move in zip(chains, moves, strict=True):
            wide = self._widen(move, chain[0])
            self._take(wide)
            self._moves.append(wide)

    def _is_believed(self, chain: list[Run]) -> bool:
        old = self._diff.old
        lines = [line for run in chain for line in old[run.old : run.old + run.size] if line]
        if len(lines) == 1:
            line = lines[0]
            is_long = len(line) >= _LINE_CHARS and _WORD.search(line) is not None
            return is_long and line in self._unique
        return len(lines) >= _BLOCK_LINES or not self._unique.isdisjoint(lines)

    @cached_property
    def _unique(self) -> frozenset[str]:
        """The lines that both pages have once."""
        old, new = Counter(self._diff.old), Counter(self._diff.new)
        return frozenset(line for line, number in old.items() if number == new[line] == 1)

    def _widen(self, move: Edit, run: Run) -> Edit:
        """Return a move with the lines beside it that went along and were edited."""
        i, i_end, j, j_end = move
        old_edit, new_edit = self._diff.edits[run.old_edit], self._diff.edits[run.new_edit]
        room = min(i - old_edit[0], j - new_edit[2], _GAP)
        above = self._count_alike((i - step, j - step) for step in range(1, room + 1))
        room = min(old_edit[1] - i_end, new_edit[3] - j_end, _GAP)
        below = self._count_alike((i_end + step, j_end + step) for step in range(room))
        return i - above, i_end + below, j - above, j_end + below

    def _count_alike(self, places: Iterable[tuple[int, int]]) -> int:
        """Return how many lines from here on are alike, up to the last one that says something."""
        alike = 0
        for number, (i, j) in enumerate(places, 1):
            if i in self._taken_old or j in self._taken_new:
                break
            old, new = self._diff.old[i], self._diff.new[j]
            if old != new and measure_likeness(read_bag(old), read_bag(new)) < _LIKE_BESIDE:
                break
            if old:
                alike = number
        return alike

    def _pair_blocks(self) -> None:
        """Pair what was deleted with what was inserted elsewhere in nearly the same words."""
        edits = self._diff.edits
        removed: list[Range] = [edit[:2] for edit in edits if edit[2] == edit[3]]
        added: list[Range] = [edit[2:] for edit in edits if edit[0] == edit[1]]
        if not removed or not added:
            return
        # Whole runs of lines first; then lines one by one, as the items of a list move.
        self._pair_all(removed, added, lines_each=0)
        self._pair_all(removed, added, lines_each=1)

    def _pair_all(
        self, removed: Iterable[Range], added: Iterable[Range], *, lines_each: int
    ) -> None:
        old = _read_blocks(self._diff.old, removed, self._taken_old, lines_each)
        new = _read_blocks(self._diff.new, added, self._taken_new, lines_each)
        likes = [
            (-like, after.start, before.start, before, after)
            for before in old
            for after in new
            if before.may_be(after) and (like := measure_likeness(before.bag, after.bag)) >= _LIKE
        ]
        for *_, before, after in sorted(likes, key=lambda each: each[:3]):
            if before.start not in self._taken_old and after.start not in self._taken_new:
                move = (before.start, before.end, after.start, after.end)
                self._take(move)
                self._moves.append(move)


class _Block(NamedTuple):
    """Lines of one edit that nothing else explains, and their words."""

    start: int
    end: int
    text: str
    bag: WordBag

    def may_be(self, other: _Block) -> bool:
        """Return whether one may have become the other, from what is seen without their words.

        A line stays a line, and what is the same was not believed to have moved.
        """
        is_line, other_is_line = self.end - self.start == 1, other.end - other.start == 1
        return is_line == other_is_line and self.text != other.text


def _read_blocks(
    lines: Lines, ranges: Iterable[Range], taken: set[int], lines_each: int
) -> list[_Block]:
    """Return the first runs of lines, or lines, that did not move word for word and say something.

    Runs end at lines that did; with `lines_each`, no run is longer than that.
    """
    blocks: list[_Block] = []
    for start, end in _list_free(lines, ranges, taken, lines_each):
        text = " ".join(lines[start:end])
        if _LINE_CHARS <= len(text) <= _BLOCK_CHARS and _WORD.search(text):
            blocks.append(_Block(start, end, text, read_bag(text)))
            if len(blocks) == _BLOCKS:
                break
    return blocks


def _list_free(
    lines: Lines, ranges: Iterable[Range], taken: set[int], lines_each: int
) -> Iterator[Range]:
    """Yield the runs of lines that are not taken, without the blank ones at their ends."""
    for start, end in ranges:
        first = last = -1
        for at in range(start, end):
            if first >= 0 and (at in taken or lines_each == last - first + 1):
                yield first, last + 1
                first = -1
            if at not in taken and lines[at]:
                first, last = (first if first >= 0 else at), at
        if first >= 0:
            yield first, last + 1


def _span(chain: list[Run]) -> Edit:
    first, last = chain[0], chain[-1]
    return first.old, last.old + last.size, first.new, last.new + last.size


class MovedLines(NamedTuple):
    """The runs that each moved line is part of, by where it was and by where it is."""

    runs: tuple[MovedRun, ...]
    old: dict[int, int]
    new: dict[int, int]

    def find(self, edit: Edit) -> tuple[MovedRun, ...]:
        """Return the runs that an edit deletes or inserts lines of."""
        i, i_end, j, j_end = edit
        numbers = {self.old[at] for at in range(i, i_end) if at in self.old}
        numbers.update(self.new[at] for at in range(j, j_end) if at in self.new)
        return tuple([self.runs[number] for number in sorted(numbers)])

    def explain(self, edit: Edit, removed: Sequence[str], added: Sequence[str]) -> bool:
        """Return whether nothing but blank lines of an edit did not move, all word for word."""
        moved = [self._find(self.old, at) for at, line in enumerate(removed, edit[0]) if line]
        moved += [self._find(self.new, at) for at, line in enumerate(added, edit[2]) if line]
        return all(run is not None and not run.edited for run in moved)

    def _find(self, lines: dict[int, int], at: int) -> MovedRun | None:
        number = lines.get(at)
        return None if number is None else self.runs[number]


def index_moves(runs: tuple[MovedRun, ...]) -> MovedLines:
    """Return the runs by their lines, counted from zero."""
    old: dict[int, int] = {}
    new: dict[int, int] = {}
    for number, run in enumerate(runs):
        start, new_start = run.old_start - 1, run.new_start - 1
        old.update(dict.fromkeys(range(start, start + run.old_lines), number))
        new.update(dict.fromkeys(range(new_start, new_start + run.new_lines), number))
    return MovedLines(runs, old, new)
