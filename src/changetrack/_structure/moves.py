"""Lines that were deleted here and inserted there: moves, which a diff of lines cannot say.

What an edit deleted is looked up in what other edits inserted, line by line; equal lines grow into
runs, and runs beside each other into one that was edited on its way. A line has a few places where
it may have come from, so the work is linear in the lines that changed.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from changetrack._structure.likeness import measure_likeness, read_bag
from changetrack._structure.models import MovedRun
from changetrack._structure.moved_blocks import LINE_CHARS, WORD, BlockPairing
from changetrack._structure.runs import Run, chain_runs, grow_runs, pick_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Edit

# So many lines that all stand elsewhere on the page as well are a block, and no boilerplate.
_BLOCK_LINES = 4
# A run that was edited on its way has no more changed lines than this in one place.
_GAP = 3
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
        self._moves += BlockPairing(diff, self._taken_old, self._taken_new).pair()
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
        for at, (chain, move) in enumerate(zip(chains, moves, strict=True)):
            moves[at] = self._widen(move, chain[0])
            self._take(moves[at])
        for chain, move in zip(chains, moves, strict=True):
            self._moves += self._absorb(move, chain[0])

    def _is_believed(self, chain: list[Run]) -> bool:
        old = self._diff.old
        lines = [line for run in chain for line in old[run.old : run.old + run.size] if line]
        if len(lines) == 1:
            line = lines[0]
            is_long = len(line) >= LINE_CHARS and WORD.search(line) is not None
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

    def _absorb(self, move: Edit, run: Run) -> Iterator[Edit]:
        """Yield a move with the equal lines around it, blank and repeated ones too.

        An edit may begin anywhere in what repeats: where a card went, and all cards end alike, the
        end of the card above it went in the stead of its own. So behind the last line of an edit
        its first one follows; what is found there is a move of its own.
        """
        i, i_end, j, j_end = move
        below = _join_steps(self._walk(run, i_end, j_end, 1))
        above = _join_steps(self._walk(run, i - 1, j - 1, -1))
        if above and above[0][1] == i and above[0][3] == j:
            i, _, j, _ = above.pop(0)
        if below and below[0][0] == i_end and below[0][2] == j_end:
            _, i_end, _, j_end = below.pop(0)
        yield i, i_end, j, j_end
        yield from (each for each in above + below if any(self._diff.old[each[0] : each[1]]))

    def _walk(self, run: Run, i: int, j: int, step: int) -> Iterator[tuple[int, int]]:
        """Yield the equal lines that nothing else explains, from one on, round both edits."""
        start, end, _, _ = self._diff.edits[run.old_edit]
        _, _, new_start, new_end = self._diff.edits[run.new_edit]
        old, new = range(start, end), range(new_start, new_end)
        while True:
            i, j = _go_round(i, old), _go_round(j, new)
            is_free = i not in self._taken_old and j not in self._taken_new
            if not is_free or self._diff.old[i] != self._diff.new[j]:
                return
            self._take((i, i + 1, j, j + 1))
            yield i, j
            i, j = i + step, j + step


def _go_round(at: int, places: range) -> int:
    """Return a place, or that at the other end where it is beyond one."""
    return places.start + (at - places.start) % len(places)


def _join_steps(steps: Iterable[tuple[int, int]]) -> list[Edit]:
    """Return lines that follow each other on both sides, in either direction, as one move."""
    moves: list[Edit] = []
    for i, j in steps:
        if moves and (i, j) == (moves[-1][1], moves[-1][3]):
            moves[-1] = (moves[-1][0], i + 1, moves[-1][2], j + 1)
        elif moves and (i + 1, j + 1) == (moves[-1][0], moves[-1][2]):
            moves[-1] = (i, moves[-1][1], j, moves[-1][3])
        else:
            moves.append((i, i + 1, j, j + 1))
    return moves


def _span(chain: list[Run]) -> Edit:
    first, last = chain[0], chain[-1]
    return first.old, last.old + last.size, first.new, last.new + last.size
