"""Lines that moved though none of them stayed as it was: told by the words that they kept."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._structure.likeness import WordBag, measure_likeness, read_bag
from changetrack._structure.words import UNSPACED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Edit, Lines

Range: TypeAlias = "tuple[int, int]"

# A single line that moved is believed from this length on, if it has a word: shorter ones are
# prices, ratings and buttons, which come and go by themselves.
LINE_CHARS = 8
WORD = re.compile(r"[^\W\d_]{2}")
# Blocks without a line in common are compared by their words, this many with this many.
_BLOCKS = 32
# Two thirds of the words stayed: less is another text about the same thing.
_LIKE = 2 / 3
_BLOCK_CHARS = 2_000
# What two blocks share is often what all entries of a list share: "Apply now", a unit, an address.
# Of the words that stand nowhere else on either page, half stayed as well …
_LIKE_ALONE = 1 / 2
# … and these are a short word, or two characters where each is one, in bytes of UTF-8.
_TELLING_BYTES = 4
# Numbers tell nothing: those of two entries are equal by chance.
_TELLING = re.compile(rf"[^\W\d_{UNSPACED}]{{2,}}+|[{UNSPACED}]")

# So many characters are searched for words, in a quarter of a second; those that were not looked
# for tell nothing. On a page of 200 KB, these are a thousand words.
_PAGE_CHARS = 400_000_000
_EVERYWHERE = -1


class BlockPairing:
    """Pairs what was deleted with what was inserted elsewhere in nearly the same words.

    Lines that are taken are left alone; those that are paired are taken.
    """

    def __init__(self, diff: TextDiff, taken_old: set[int], taken_new: set[int]) -> None:
        self._diff = diff
        self._taken_old, self._taken_new = taken_old, taken_new
        self._moves: list[Edit] = []
        # How often each word stands in a block, and on both pages together.
        self._words: dict[str, dict[str, int]] = {}
        self._counts: dict[str, int] = {}
        self._room = _PAGE_CHARS

    def pair(self) -> list[Edit]:
        """Return the pairs as edits that say from where to where."""
        edits = self._diff.edits
        removed: list[Range] = [edit[:2] for edit in edits if edit[2] == edit[3]]
        added: list[Range] = [edit[2:] for edit in edits if edit[0] == edit[1]]
        if removed and added:
            # Whole runs of lines first; then lines one by one, as the items of a list move.
            self._pair_all(removed, added, lines_each=0)
            self._pair_all(removed, added, lines_each=1)
        return self._moves

    def _pair_all(
        self, removed: Iterable[Range], added: Iterable[Range], *, lines_each: int
    ) -> None:
        old = _read_blocks(self._diff.old, removed, self._taken_old, lines_each)
        new = _read_blocks(self._diff.new, added, self._taken_new, lines_each)
        likes = [
            (-like, after.start, before.start, before, after)
            for before in old
            for after in new
            if before.may_be(after)
            and (like := measure_likeness(before.bag, after.bag)) >= _LIKE
            and self._is_told(before, after)
        ]
        for *_, before, after in sorted(likes, key=lambda each: each[:3]):
            if before.start not in self._taken_old and after.start not in self._taken_new:
                self._taken_old.update(range(before.start, before.end))
                self._taken_new.update(range(after.start, after.end))
                self._moves.append((before.start, before.end, after.start, after.end))

    def _is_told(self, before: _Block, after: _Block) -> bool:
        """Tell whether two blocks are alike in more than what others on the page have too."""
        old, new = self._count_words(before.text), self._count_words(after.text)
        shared = [word for word in old if word in new and self._is_alone(word, old, new)]
        if len("".join(shared).encode("utf-8", "surrogatepass")) < _TELLING_BYTES:
            return False
        either = [word for word in (*old, *new) if (word in old) != (word in new)]
        others = [word for word in either if self._is_alone(word, old, new)]
        kept = 2 * sum(map(len, shared))
        return kept >= _LIKE_ALONE * (kept + sum(map(len, others)))

    def _count_words(self, text: str) -> dict[str, int]:
        """Return the words of a block, and how often it has them."""
        if text not in self._words:
            words = dict.fromkeys(_TELLING.findall(text))
            self._words[text] = {word: text.count(word) for word in words}
        return self._words[text]

    def _is_alone(self, word: str, old: dict[str, int], new: dict[str, int]) -> bool:
        """Tell whether a word stands nowhere else on both pages, not even inside of another."""
        if word not in self._counts:
            self._room -= len(self._pages)
            self._counts[word] = self._pages.count(word) if self._room >= 0 else _EVERYWHERE
        return self._counts[word] == old.get(word, 0) + new.get(word, 0)

    @cached_property
    def _pages(self) -> str:
        return "\n".join([*self._diff.old, *self._diff.new])


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
        if LINE_CHARS <= len(text) <= _BLOCK_CHARS and WORD.search(text):
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
