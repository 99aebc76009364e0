"""What became of each section of a page: the rollup of a diff for people who skim."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from changetrack._structure.models import SectionChange
from changetrack._structure.outline import read_outlines
from changetrack._structure.section_pairs import SectionPairs, pair_sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from changetrack._structure.models import RichHunk, SectionStatus
    from changetrack._structure.section_list import SectionList
    from changetrack._textdiff import TextDiff


def describe_sections(text_diff: TextDiff, hunks: Sequence[RichHunk]) -> tuple[SectionChange, ...]:
    r"""Return what became of each section, in the order of the page; removed ones where they stood.

    A section is a heading with what follows it up to the next heading of any level. Sections are
    the same where their paths of headings are; otherwise one is renamed where its body stayed, or
    nearly so. One that stands under another heading, or with all of its text elsewhere, is moved.
    Blank lines at its end are no change of a section, but they are counted: all counts together are
    those of the diff.

    >>> from changetrack._textdiff import diff_text
    >>> diff = diff_text("# Plans\n\nPro $49\n\n## Free", "# Plans\n\nPro $59\n\n## Free")
    >>> [format_section(each) for each in describe_sections(diff, ())]
    ['Plans: 1 line changed', 'Plans › Free: unchanged']
    """
    outlines = read_outlines(text_diff)
    old, new = outlines.old.listed, outlines.new.listed
    if old.paths is new.paths:
        # No heading was touched.
        places = list(range(len(new.paths)))
        pairs = SectionPairs(places, places)
    else:
        pairs = pair_sections(text_diff, old, new)
    return _Rollup(text_diff, old, new, pairs).list_changes(hunks)


class _Rollup:
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
        for number, hunk in enumerate(hunks):
            self._place_hunk(number, hunk)
        new, pairs = self._new, self._pairs
        changes = [
            SectionChange(status="unchanged", heading=heading, slug=slug)
            for heading, slug in zip(new.paths, new.slugs, strict=True)
        ]
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


def format_section(change: SectionChange) -> str:
    """Return a section's change as a line of text.

    >>> change = SectionChange(
    ...     status="changed", heading=("Pricing", "Pro"), slug="pricing/pro", added=3, removed=2
    ... )
    >>> format_section(change)
    'Pricing › Pro: 2 lines changed, 1 added'
    """
    name = _join_path(change.heading)
    return f"{name}: {', '.join(_list_remarks(change))}"


def _join_path(heading: tuple[str, ...]) -> str:
    return " › ".join(heading) or "top of the page"


def _list_remarks(change: SectionChange) -> Iterator[str]:
    added, removed = change.added, change.removed
    earlier = change.previous_heading
    if change.status == "renamed" and earlier:
        is_sibling = earlier[:-1] == change.heading[:-1]
        yield f"renamed from {earlier[-1] if is_sibling else _join_path(earlier)}"
        # The line of the heading is told already.
        added, removed = max(added - 1, 0), max(removed - 1, 0)
    elif change.status == "moved" and earlier:
        yield f"moved from {_join_path(earlier)}"
    elif change.status != "changed":
        yield change.status
    if change.status in _WHOLE:
        yield from _list_counts({"": added + removed})
    elif change.status in _IN_PART:
        kept = min(added, removed)
        counts = {" changed": kept, " added": added - kept, " removed": removed - kept}
        yield from _list_counts(counts)


# Of the others the numbers say nothing: all lines of a section, or blank ones.
_WHOLE = {"added", "removed"}
_IN_PART = {"changed", "renamed"}


def _list_counts(counts: dict[str, int]) -> Iterator[str]:
    """Yield the counts that are not zero; only the first one says what it counts."""
    unit = " line"
    for verb, count in counts.items():
        if count:
            yield f"{count}{unit}{'s' if unit and count > 1 else ''}{verb}"
            unit = ""
