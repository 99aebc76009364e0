"""What became of each section of a page: the rollup of a diff for people who skim."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from changetrack._structure.models import SectionChange
from changetrack._structure.outline import read_outlines
from changetrack._structure.section_list import read_text
from changetrack._structure.section_pairs import pair_sections
from changetrack._structure.section_rollup import Rollup, list_unchanged
from changetrack._structure.section_shares import name_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from changetrack._structure.models import RichHunk, SectionStatus
    from changetrack._structure.section_list import SectionList
    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Edit


def describe_sections(text_diff: TextDiff, hunks: Sequence[RichHunk]) -> tuple[SectionChange, ...]:
    r"""Return what became of each section, in the order of the page; removed ones where they stood.

    A section is a heading with what follows it up to the next heading of any level. Sections are
    the same where their paths of headings are; otherwise one is renamed where its body stayed, or
    nearly so. One that stands under another heading, or was deleted here and inserted there, is
    moved. All counts together are those of the diff, and an unchanged section has none: the blank
    lines around a change count for the section that changed.

    >>> from changetrack._textdiff import diff_text
    >>> diff = diff_text("# Plans\n\nPro $49\n\n## Free", "# Plans\n\nPro $59\n\n## Free")
    >>> [format_section(each) for each in describe_sections(diff, ())]
    ['Plans: 1 line changed', 'Plans › Free: unchanged']
    """
    old, new, is_carried = read_outlines(text_diff)
    if is_carried:
        return _describe_edited(text_diff, new.listed, hunks)
    pairs = pair_sections(text_diff, old.listed, new.listed)
    return Rollup(text_diff, old.listed, new.listed, pairs).list_changes(hunks)


class _Edited(NamedTuple):
    """What the edits in a section do; its lines are so far up on the previous page."""

    added: int
    removed: int
    start_shift: int
    end_shift: int


def _describe_edited(
    diff: TextDiff, sections: SectionList, hunks: Sequence[RichHunk]
) -> tuple[SectionChange, ...]:
    """Return what became of each section where no edit touches a heading: few of them changed.

    Each edit lies in one section then, that of the line above it.
    """
    changes = list_unchanged(sections)
    starts = [0, *sections.starts]
    ids: dict[int, list[str]] = {}
    for hunk in hunks:
        above = hunk.new_start - bool(hunk.new_lines)
        ids.setdefault(bisect_left(sections.starts, above), []).append(hunk.id)
    for at, edited in _sum_edits(diff.edits, sections).items():
        changes[at] = SectionChange(
            status=_judge(diff, edited, starts[at], sections.ends[at]),
            heading=sections.paths[at],
            slug=sections.slugs[at],
            added=edited.added,
            removed=edited.removed,
            hunks=tuple(ids.get(at, ())),
        )
    # A page that begins with a heading has nothing above it.
    has_top = sections.ends[0] or changes[0].removed
    return tuple(changes if has_top else changes[1:])


def _sum_edits(edits: Sequence[Edit], sections: SectionList) -> dict[int, _Edited]:
    """Return what is edited, by the place of the section."""
    sums: dict[int, _Edited] = {}
    for i, i_end, j, j_end in edits:
        at = bisect_left(sections.starts, j)
        known = sums.get(at)
        added, removed, shift, _ = known or (0, 0, i - j, 0)
        sums[at] = _Edited(added + j_end - j, removed + i_end - i, shift, i_end - j_end)
    return sums


def _judge(diff: TextDiff, edited: _Edited, start: int, end: int) -> SectionStatus:
    old_start, old_end = start + edited.start_shift, end + edited.end_shift
    if not old_end or not end:
        return "removed" if old_end else "added"  # what stands above all headings
    if read_text(diff.old, old_start, old_end) != read_text(diff.new, start, end):
        return "changed"
    return name_status(edited.added, edited.removed)


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
    elif change.status == "moved":
        yield f"moved from {_join_path(earlier)}" if earlier else "moved"
        # All of its lines went and came; these are other ones.
        added, removed = change.edited_added or 0, change.edited_removed or 0
    elif change.status != "changed" or not added + removed:
        yield change.status
    if change.status in _WHOLE:
        yield from _list_counts({"": added + removed})
    else:
        kept = min(added, removed)
        counts = {" changed": kept, " added": added - kept, " removed": removed - kept}
        yield from _list_counts(counts)


_WHOLE = {"added", "removed"}


def _list_counts(counts: dict[str, int]) -> Iterator[str]:
    """Yield the counts that are not zero; only the first one says what it counts."""
    unit = " line"
    for verb, count in counts.items():
        if count:
            yield f"{count}{unit}{'s' if unit and count > 1 else ''}{verb}"
            unit = ""
