"""The headings of a page, and what a line of it stands in.

Everything is worked out when it is asked for: a page has hundreds of headings, and a change stands
under three of them.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from changetrack._structure.headings import Skeleton, carry_skeleton, read_skeleton
from changetrack._structure.models import Place
from changetrack._structure.places import Lists, Tables
from changetrack._structure.section_list import SectionList, list_sections

if TYPE_CHECKING:
    from changetrack._structure.table_syntax import WrittenTable
    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Lines


class Heading(NamedTuple):
    """A heading by its first line, counted from zero; `setext` ones are underlined."""

    line: int
    level: int
    title: str
    setext: bool


class Section(NamedTuple):
    """Lines `start:end` of a page: a heading and what follows it up to the next one of any level.

    `heading` is the path of titles, outermost first; the lines above all headings have none.
    """

    start: int
    end: int
    heading: tuple[str, ...]
    slug: str
    level: int


class Outline:
    """Where what is on one page. Lines count from zero."""

    def __init__(self, lines: Lines, skeleton: Skeleton, twin: Outline | None = None) -> None:
        self.lines = lines
        self.skeleton = skeleton
        self._starts = skeleton.lines
        self._tables = Tables(lines)
        self._lists = Lists(lines)
        # The outline of the other side, where that has the same headings.
        self._twin = twin

    @cached_property
    def listed(self) -> SectionList:
        """All sections at once, in columns: the quickest form, and what the others are made of."""
        if self._twin is None:
            return list_sections(self.lines, self.skeleton)
        return self._twin.listed._replace(
            starts=self._starts, ends=[*self._starts, len(self.lines)]
        )

    @property
    def headings(self) -> tuple[Heading, ...]:
        """All headings, in order."""
        _, levels, underlines, *_ = self.skeleton
        return tuple(
            [
                Heading(line, level, path[-1], line in underlines)
                for line, level, path in zip(
                    self._starts, levels, self.listed.paths[1:], strict=True
                )
            ]
        )

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order; the first one is above all headings, and may be empty."""
        starts, ends, paths, slugs, _ = self.listed
        return tuple(map(Section, [0, *starts], ends, paths, slugs, [0, *self.skeleton.levels]))

    def find_heading(self, line: int) -> int:
        """Return which heading a line stands under (its own, for a heading); -1 above all."""
        return bisect_right(self._starts, line) - 1

    def find_path(self, heading: int) -> tuple[str, ...]:
        """Return the titles above and of a heading, outermost first."""
        return self.listed.paths[heading + 1]

    def find_slug(self, heading: int) -> str:
        """Return the path of a heading as one word for links; no other one of the page has it."""
        return self.listed.slugs[heading + 1]

    def find_place(self, line: int) -> Place:
        """Return where on the page a line is."""
        heading = self.find_heading(line)
        fence = self.find_fence(line)
        fenced = fence >= 0
        return Place(
            heading=self.find_path(heading),
            slug=self.find_slug(heading),
            # What code looks like says nothing; the list is told from where the code begins.
            list_depth=self._lists.find_depth(fence if fenced else line),
            table=None if fenced else self._tables.locate(line),
            fenced=fenced,
        )

    def find_table(self, line: int) -> WrittenTable | None:
        """Return the table that a line is part of."""
        return None if self.is_fenced(line) else self._tables.find(line)

    def is_fenced(self, line: int) -> bool:
        """Return whether a line stands in a fenced block of code, its fences counted in."""
        return self.find_fence(line) >= 0

    def find_fence(self, line: int) -> int:
        """Return the first line of the fenced block that a line stands in, or -1."""
        fences = self.skeleton.fences
        at = bisect_right(fences, (line, len(self.lines))) - 1
        return fences[at][0] if at >= 0 and line < fences[at][1] else -1


def read_outline(lines: Lines) -> Outline:
    """Return the outline of a page, given as normalized lines."""
    return Outline(lines, read_skeleton(lines))


class Outlines(NamedTuple):
    """Those of the two sides of a diff."""

    old: Outline
    new: Outline


def read_outlines(diff: TextDiff) -> Outlines:
    """Return the outlines of both sides; what the sides share is read once, and once for a diff."""
    known = diff.notes.get("outlines")
    if isinstance(known, Outlines):
        return known
    new = Outline(diff.new, read_skeleton(diff.new))
    skeleton, is_same = carry_skeleton(new.skeleton, diff.edits, diff.old, diff.new)
    outlines = Outlines(Outline(diff.old, skeleton, new if is_same else None), new)
    diff.notes["outlines"] = outlines
    return outlines
