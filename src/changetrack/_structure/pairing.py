"""Which removed line became which added one, in order, by the words that they share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from changetrack._structure.likeness import measure_likeness, read_bag
from changetrack._structure.models import LinePair, Span
from changetrack._structure.words import LINE_CHARS, compare_words
from changetrack._textdiff.edits import compare_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._structure.models import MovedRun
    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Edit

# A line that became another keeps so much of its text.
_LIKE = 0.3
# Of a page, so many characters are compared word by word, counted from the first difference of a
# line to its last: thousands of lines, which is more than anyone reads, in a fifth of a second.
PAGE_CHARS = 400_000
# Each line is compared with each, so many times in one change …
_CELLS = 1_024
# … and so many times on a page.
PAGE_CELLS = 8_192
_NUMBER = re.compile(r"\d++(?:[.,']\d++)*+")


class Pairing:
    """Pairs the lines of one page, change by change, until its budget is spent."""

    def __init__(self, diff: TextDiff) -> None:
        self._old, self._new = diff.old, diff.new
        self._chars, self._cells = PAGE_CHARS, PAGE_CELLS

    def pair(self, edit: Edit) -> tuple[LinePair, ...]:
        """Return the pairs of a change, in order; blank lines, and new ideas, have none.

        They are chosen so that most is shared; when the budget is spent, as they stand across each
        other.
        """
        i, i_end, j, j_end = edit
        if i_end - i == j_end - j == 1:  # as most changes are
            pair = self._compare(i, j) if self._old[i] and self._new[j] else None
            return () if pair is None else (pair,)
        old = [at for at in range(i, i_end) if self._old[at]]
        new = [at for at in range(j, j_end) if self._new[at]]
        if not old or not new:
            return ()
        if self._spend_cells(old, new):
            return self._compare_all(self._align(old, new))
        return self._compare_all(zip(old, new, strict=True)) if len(old) == len(new) else ()

    def pair_run(self, run: MovedRun) -> tuple[LinePair, ...]:
        """Return the pairs of lines that were edited while they moved, in order."""
        i, j = run.old_start - 1, run.new_start - 1
        old, new = self._old[i : i + run.old_lines], self._new[j : j + run.new_lines]
        edits = compare_lines(old, new).edits if run.edited else ()
        return tuple(
            [
                pair
                for start, end, new_start, new_end in edits
                for pair in self.pair((i + start, i + end, j + new_start, j + new_end))
            ]
        )

    def _compare_all(self, places: Iterable[tuple[int, int]]) -> tuple[LinePair, ...]:
        compared = [self._compare(i, j) for i, j in places]
        return tuple([pair for pair in compared if pair is not None])

    def _compare(self, i: int, j: int) -> LinePair | None:
        """Return the pair of two lines, if one became the other."""
        old, new = self._old[i], self._new[j]
        deleted, inserted, coarse = compare_words(old, new, min(LINE_CHARS, self._chars))
        self._chars -= min(LINE_CHARS, _count_compared(deleted) + _count_compared(inserted))
        # How far they are indented says nothing about them.
        size, new_size = len(old.lstrip(" ")), len(new.lstrip(" "))
        # A span swallows the blanks before the next one, so one side may seem to have kept less.
        least = _LIKE * max(size, new_size)
        is_like = size - _sum_spans(deleted) >= least or new_size - _sum_spans(inserted) >= least
        if not is_like and _blur_numbers(old) != _blur_numbers(new):
            return None
        return LinePair(
            old_line=i + 1, new_line=j + 1, deleted=deleted, inserted=inserted, coarse=coarse
        )

    def _spend_cells(self, old: list[int], new: list[int]) -> bool:
        """Return whether each of the lines may be compared with each, and count that."""
        cells = len(old) * len(new)
        if cells == 1:
            return False
        chars = sum([len(self._old[i]) for i in old]) + sum([len(self._new[j]) for j in new])
        if cells > min(_CELLS, self._cells) or chars > self._chars:
            return False
        self._cells -= cells
        self._chars -= chars
        return True

    def _align(self, old: list[int], new: list[int]) -> list[tuple[int, int]]:
        """Return the pairs that share most in all, in order."""
        old_lines = [_Line(self._old[i]) for i in old]
        new_lines = [_Line(self._new[j]) for j in new]
        # What the lines from here on share at best, for each start on both sides.
        best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
        likes = [[one.measure(other) for other in new_lines] for one in old_lines]
        for i in reversed(range(len(old))):
            for j in reversed(range(len(new))):
                like = likes[i][j] if likes[i][j] >= _LIKE else -1.0
                best[i][j] = max(best[i + 1][j + 1] + like, best[i + 1][j], best[i][j + 1])
        return [(old[i], new[j]) for i, j in _follow(best)]


def join_pairs(stayed: Iterable[LinePair], carried: Sequence[LinePair]) -> tuple[LinePair, ...]:
    """Return pairs inside of edits, but for lines that were carried elsewhere, then those."""
    old, new = {pair.old_line for pair in carried}, {pair.new_line for pair in carried}
    left = [each for each in stayed if each.old_line not in old and each.new_line not in new]
    return (*left, *carried)


class _Line:
    """What of a line is compared with each other one."""

    def __init__(self, text: str) -> None:
        self._bag = read_bag(text)
        self._shape = _blur_numbers(text)

    def measure(self, other: _Line) -> float:
        like = measure_likeness(self._bag, other._bag)
        return max(like, _LIKE) if self._shape == other._shape else like


def _follow(best: list[list[float]]) -> list[tuple[int, int]]:
    """Return the pairs that the best sum is made of."""
    pairs = []
    i = j = 0
    while i < len(best) - 1 and j < len(best[0]) - 1:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def _sum_spans(spans: tuple[Span, ...]) -> int:
    return sum([end - start for start, end in spans])


def _count_compared(spans: tuple[Span, ...]) -> int:
    return spans[-1].end - spans[0].start if spans else 0


def _blur_numbers(text: str) -> str:
    return _NUMBER.sub("0", text)
