"""What became of each section where headings came, went or changed: by following each of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import repeat
from typing import TYPE_CHECKING

from changetrack._structure.models import SectionChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._structure.models import RichHunk, SectionStatus
    from changetrack._structure.section_list import SectionList
    from changetrack._structure.section_pairs import SectionPairs
    from changetrack._textdiff import TextDiff


class Rollup:
    """Counts for each section what a diff does in it."""

    def __init__(
        self, text_diff: TextDiff, old: SectionList, new: SectionList, pairs: SectionPairs
    ) -> None:
        self._diff = text_diff
        self._old, self._new, self._pairs = old, new, pairs
        edits = text_diff.edits
        self._removed = _count_lines(old, [(i, i_end) for i, i_end, _, _ in edits])
        self._added = _count_lines(new, [(j, j_end) for _, _, j, j_end in edits])
        # By section: which hunks touch it.
        self._old_hunks: defaultdict[int, list[int]] = defaultdict(list)
        self._new_hunks: defaultdict[int, list[int]] = defaultdict(list)
        self._ids: list[str] = []

    def list_changes(self, hunks: Sequence[RichHunk]) -> tuple[SectionChange, ...]:
        """Return what became of each section, in order; of the hunks only the ids are told."""
        for number, hunk in enumerate(hunks):
            self._place_hunk(number, hunk)
        new, pairs = self._new, self._pairs
        changes = list_unchanged(new)
        for at in self._list_touched():
            changes[at] = self._describe(at)
        if -1 in pairs.current:
            changes = self._insert_removed(changes)
        # A page that begins with a heading has nothing above it.
        has_top = new.ends[0] or self._old.ends[0]
        return tuple(changes if has_top else changes[1:])

    def _place_hunk(self, number: int, hunk: RichHunk) -> None:
        self._ids.append(hunk.id)
        i, j = hunk.old_start - 1, hunk.new_start - 1
        for at in _find_sections(self._old, i, i + hunk.old_lines):
            self._old_hunks[at].append(number)
        for at in _find_sections(self._new, j, j + hunk.new_lines):
            self._new_hunks[at].append(number)

    def _list_touched(self) -> set[int]:
        """Return the current sections that are not what they were, or might not be."""
        pairs = self._pairs
        touched = {*self._added, *(pairs.current[at] for at in self._removed)} - {-1}
        if self._old.paths is not self._new.paths:
            paths = [self._old.paths[at] if at >= 0 else None for at in pairs.previous]
            touched.update(at for at, path in enumerate(self._new.paths) if path != paths[at])
        return touched

    def _describe(self, at: int) -> SectionChange:
        before = self._pairs.previous[at]
        path = self._new.paths[at]
        earlier = self._old.paths[before] if before >= 0 else path
        numbers = {*self._new_hunks[at], *(self._old_hunks[before] if before >= 0 else ())}
        return SectionChange(
            status=self._judge(at, before),
            heading=path,
            slug=self._new.slugs[at],
            previous_heading=None if earlier == path else earlier,
            added=self._added[at],
            removed=self._removed[before] if before >= 0 else 0,
            hunks=tuple([self._ids[number] for number in sorted(numbers)]),
        )

    def _judge(self, at: int, before: int) -> SectionStatus:
        old, new = self._old, self._new
        if before < 0 or not old.ends[before]:
            return "added"
        if not new.ends[at]:
            return "removed"  # what stood above all headings
        if old.paths[before][-1:] != new.paths[at][-1:]:
            return "renamed"
        if old.parents[before] != self._pairs.previous[new.parents[at]]:
            return "moved"
        if not self._is_same_text(at, before):
            return "changed"
        return "moved" if self._added[at] and self._removed[before] else "unchanged"

    def _is_same_text(self, at: int, before: int) -> bool:
        """Tell whether a section reads as it did, blank lines at its end apart."""
        old = self._old.read_lines(before, self._diff.old)
        return old == self._new.read_lines(at, self._diff.new)

    def _insert_removed(self, changes: list[SectionChange]) -> list[SectionChange]:
        """Return the changes with each section that is gone behind the one that it stood behind."""
        behind: defaultdict[int, list[SectionChange]] = defaultdict(list)
        anchor = 0
        for at, current in enumerate(self._pairs.current):
            anchor = current if current >= 0 else anchor
            if current < 0:
                gone = SectionChange(
                    status="removed",
                    heading=self._old.paths[at],
                    slug=self._old.slugs[at],
                    removed=self._removed[at],
                    hunks=tuple([self._ids[number] for number in self._old_hunks[at]]),
                )
                behind[anchor].append(gone)
        return [each for at, change in enumerate(changes) for each in (change, *behind[at])]


def list_unchanged(sections: SectionList) -> list[SectionChange]:
    """Return all sections of a page as unchanged."""
    unchanged: SectionStatus = "unchanged"
    return list(map(SectionChange, repeat(unchanged), sections.paths, sections.slugs))


def _count_lines(sections: SectionList, ranges: Iterable[tuple[int, int]]) -> Counter[int]:
    """Return how many of the lines in these ranges stand in each section."""
    counts: Counter[int] = Counter()
    for start, end in ranges:
        line = start
        for at in _find_sections(sections, start, end):
            stop = min(end, sections.ends[at])
            counts[at] += stop - line
            line = stop
    return counts


def _find_sections(sections: SectionList, start: int, end: int) -> range:
    """Return which sections some lines stand in."""
    if start >= end:
        return range(0)
    first = bisect_right(sections.starts, start)
    return range(first, bisect_left(sections.starts, end, first) + 1)
