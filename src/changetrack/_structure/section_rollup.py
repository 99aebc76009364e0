"""What became of each section where headings came, went or changed: by following each of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import repeat
from typing import TYPE_CHECKING

from changetrack._structure.models import SectionChange
from changetrack._structure.section_pairs import find_edit
from changetrack._structure.section_shares import Shares, count_lines, hand_over, name_status
from changetrack._textdiff.edits import compare_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._structure.models import RichHunk, SectionStatus
    from changetrack._structure.section_list import SectionList
    from changetrack._structure.section_pairs import SectionPairs
    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Lines


class Rollup:
    """Counts for each section what a diff does in it."""

    def __init__(
        self, text_diff: TextDiff, old: SectionList, new: SectionList, pairs: SectionPairs
    ) -> None:
        self._diff = text_diff
        self._old, self._new, self._pairs = old, new, pairs
        self._shares = [
            Shares(count_lines(old, i, i_end), count_lines(new, j, j_end))
            for i, i_end, j, j_end in text_diff.edits
        ]
        # By section: how many lines, and which hunks touch it.
        self._removed: Counter[int] = Counter()
        self._added: Counter[int] = Counter()
        self._old_hunks: defaultdict[int, list[int]] = defaultdict(list)
        self._new_hunks: defaultdict[int, list[int]] = defaultdict(list)
        self._sum_shares()
        self._ids: list[str] = []

    def list_changes(self, hunks: Sequence[RichHunk]) -> tuple[SectionChange, ...]:
        """Return what became of each section, in order; of the hunks only the ids are told."""
        self._ids = [hunk.id for hunk in hunks]
        new, pairs = self._new, self._pairs
        statuses = {at: self._judge(at, pairs.previous[at]) for at in self._list_touched()}
        same = {at for at, status in statuses.items() if status == "changed" and self._is_same(at)}
        self._hand_over(same)
        changes = list_unchanged(new)
        for at, status in statuses.items():
            changes[at] = self._describe(at, None if at in same else status)
        if -1 in pairs.current:
            changes = self._insert_removed(changes)
        # A page that begins with a heading has nothing above it.
        has_top = new.ends[0] or self._old.ends[0]
        return tuple(changes if has_top else changes[1:])

    def _hand_over(self, same: set[int]) -> None:
        """Count lines in sections that are the same for those that changed beside them."""
        if not same:
            return
        before = {self._pairs.previous[at] for at in same}
        shares = [hand_over(each, before, same, self._pairs) for each in self._shares]
        if shares != self._shares:
            self._shares = shares
            self._sum_shares()

    def _sum_shares(self) -> None:
        """Count lines and hunks by section, from what each edit does in each."""
        sides = ((self._removed, self._old_hunks), (self._added, self._new_hunks))
        for side, (lines, hunks) in enumerate(sides):
            lines.clear()
            hunks.clear()
            for number, share in enumerate(self._shares):
                for at, size in share[side].items():
                    lines[at] = lines.get(at, 0) + size
                    hunks[at].append(number)

    def _list_touched(self) -> set[int]:
        """Return the current sections that are not what they were, or might not be."""
        pairs = self._pairs
        touched = {*self._added, *(pairs.current[at] for at in self._removed)} - {-1}
        if self._old.paths is not self._new.paths:
            paths = [self._old.paths[at] if at >= 0 else None for at in pairs.previous]
            touched.update(at for at, path in enumerate(self._new.paths) if path != paths[at])
        return touched

    def _describe(self, at: int, status: SectionStatus | None) -> SectionChange:
        """Return what became of a section; without a status, by what is left of it in the diff."""
        before = self._pairs.previous[at]
        path = self._new.paths[at]
        earlier = self._old.paths[before] if before >= 0 else path
        numbers = {*self._new_hunks[at], *(self._old_hunks[before] if before >= 0 else ())}
        added, removed = self._added[at], self._removed[before] if before >= 0 else 0
        status = status or name_status(added, removed)
        edited = self._count_edited(at, before) if status == "moved" else (None, None)
        return SectionChange(
            status=status,
            heading=path,
            slug=self._new.slugs[at],
            previous_heading=None if earlier == path else earlier,
            added=added,
            removed=removed,
            hunks=self._name_hunks(sorted(numbers)),
            edited_added=edited[0],
            edited_removed=edited[1],
        )

    def _judge(self, at: int, before: int) -> SectionStatus:
        old, new = self._old, self._new
        if before < 0 or not old.ends[before]:
            return "added"
        if not new.ends[at]:
            return "removed"  # what stood above all headings
        if old.paths[before][-1:] != new.paths[at][-1:]:
            return "renamed"
        is_elsewhere = old.parents[before] != self._pairs.previous[new.parents[at]]
        return "moved" if is_elsewhere or self._is_moved(at, before) else "changed"

    def _is_same(self, at: int) -> bool:
        """Tell whether a section reads as it did, blank lines at its end apart."""
        return self._read_old(self._pairs.previous[at]) == self._read_new(at)

    def _is_moved(self, at: int, before: int) -> bool:
        """Tell whether the heading of a section was deleted here and inserted there."""
        if not at or not before:
            return False
        edits = self._diff.edits
        source = find_edit(self._old.starts[before - 1], edits, 0)
        target = find_edit(self._new.starts[at - 1], edits, 2)
        return source >= 0 <= target and source != target

    def _count_edited(self, at: int, before: int) -> tuple[int | None, int | None]:
        """Return how many lines came and went in a section that moved; None where none did."""
        edits = compare_lines(self._read_old(before), self._read_new(at)).edits
        if not edits:
            return None, None
        added = sum(j_end - j for _, _, j, j_end in edits)
        return added, sum(i_end - i for i, i_end, _, _ in edits)

    def _name_hunks(self, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple([self._ids[number] for number in numbers]) if self._ids else ()

    def _read_old(self, at: int) -> Lines:
        return self._old.read_lines(at, self._diff.old)

    def _read_new(self, at: int) -> Lines:
        return self._new.read_lines(at, self._diff.new)

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
                    hunks=self._name_hunks(self._old_hunks[at]),
                )
                behind[anchor].append(gone)
        return [each for at, change in enumerate(changes) for each in (change, *behind[at])]


def list_unchanged(sections: SectionList) -> list[SectionChange]:
    """Return all sections of a page as unchanged."""
    unchanged: SectionStatus = "unchanged"
    return list(map(SectionChange, repeat(unchanged), sections.paths, sections.slugs))
