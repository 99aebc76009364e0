"""Whose the lines of an edit are that lie in sections which did not change.

An edit may begin with the end of the section above it, in the stead of its own: a diff of lines
cannot tell two blank lines apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from changetrack._structure.models import SectionStatus
    from changetrack._structure.section_list import SectionList
    from changetrack._structure.section_pairs import SectionPairs

# By section, in order: the number of lines.
_Counts = dict[int, int]


class Shares(NamedTuple):
    """How many lines an edit removes in each previous section, and adds in each current one."""

    removed: _Counts
    added: _Counts


def count_lines(sections: SectionList, start: int, end: int) -> _Counts:
    """Return how many of the lines in this range stand in each section."""
    counts: _Counts = {}
    if start < end:
        first = bisect_right(sections.starts, start)
        for at in range(first, bisect_left(sections.starts, end, first) + 1):
            stop = min(end, sections.ends[at])
            counts[at] = stop - start
            start = stop
    return counts


def hand_over(
    shares: Shares, same_old: Collection[int], same_new: Collection[int], pairs: SectionPairs
) -> Shares:
    """Return the shares without those of sections that are the same, which others beside them have.

    The one above has them, or else the one below, in the edit; where there is none, they stay.
    """
    old, new = shares
    old_takers = [at for at in old if at not in same_old]
    new_takers = [at for at in new if at not in same_new]
    if len(old_takers) == len(old) and len(new_takers) == len(new):
        return shares
    was = [before for at in new_takers if (before := pairs.previous[at]) >= 0]
    became = [at for before in old_takers if (at := pairs.current[before]) >= 0]
    return Shares(_give(old, old_takers, was), _give(new, new_takers, became))


def _give(counts: _Counts, takers: list[int], others: list[int]) -> _Counts:
    """Return what each section has once the takers have it all; where there is none, one other."""
    first = next(iter(takers or others), None)
    if first is None:
        return counts
    left = set(takers)
    given: _Counts = {}
    taker = first
    for at, size in counts.items():
        taker = at if at in left else taker
        given[taker] = given.get(taker, 0) + size
    return given


def name_status(added: int, removed: int) -> SectionStatus:
    """Return what became of a section that reads as it did, and has these lines all the same.

    Only blank ones at its end, or the diff is not the smallest possible.
    """
    if added and removed:
        return "moved"
    return "changed" if added or removed else "unchanged"
