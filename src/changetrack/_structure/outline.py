"""The headings of a page, and what a line of it stands in.

Everything is worked out when it is asked for: a page has hundreds of headings, and a change stands
under three of them.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from changetrack._structure.headings import Skeleton, is_carried, read_skeleton
from changetrack._structure.models import Place
from changetrack._structure.place_budget import cut_names
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

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._tables = Tables(lines)
        self._lists = Lists(lines)

    @cached_property
    def skeleton(self) -> Skeleton:
        """Where its headings and its fenced blocks are."""
        return read_skeleton(self.lines)

    @cached_property
    def listed(self) -> SectionList:
        """All sections at once, in columns: the quickest form, and what the others are made of."""
        return list_sections(self.lines, self.skeleton)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """All headings, in order."""
        starts, levels, _, underlines, *_ = self.skeleton
        return tuple(
            [
                Heading(line, level, path[-1], line in underlines)
                for line, level, path in zip(starts, levels, self.listed.paths[1:], strict=True)
            ]
        )

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order; the first one is above all headings, and may be empty."""
        starts, ends, paths, slugs, _ = self.listed
        return tuple(map(Section, [0, *starts], ends, paths, slugs, [0, *self.skeleton.levels]))

    def find_heading(self, line: int) -> int:
        """Return which heading a line stands under (its own, for a heading); -1 above all."""
        return bisect_right(self.skeleton.lines, line) - 1

    def find_path(self, heading: int) -> tuple[str, ...]:
        """Return the titles above and of a heading, outermost first."""
        return self.listed.paths[heading + 1]

    def find_slug(self, heading: int) -> str:
        """Return the path of a heading as one word for links; no other one of the page has it."""
        return self.listed.slugs[heading + 1]

    def find_place(self, line: int) -> Place:
        """Return where on the page a line is."""
        heading = self.find_heading(line)
        fence, _ = self.find_block(line)
        fenced = fence >= 0
        return Place(
            heading=cut_names(self.find_path(heading)),
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
        return self.find_block(line)[0] >= 0

    def find_block(self, line: int) -> tuple[int, int]:
        """Return where the fenced block begins and ends that a line is in; -1 twice for none."""
        fences = self.skeleton.fences
        at = bisect_right(fences, (line, len(self.lines))) - 1
        return fences[at] if at >= 0 and line < fences[at][1] else (-1, -1)


class _CarriedOutline(Outline):
    """That of a previous page which has the headings and fences of the current one.

    What was removed stood under the heading, and in the fence, of the line above it, which stayed.
    """

    def __init__(self, diff: TextDiff, current: Outline) -> None:
        super().__init__(diff.old)
        self._edits = diff.edits
        self._current = current

    def find_heading(self, line: int) -> int:
        return self._current.find_heading(self._carry(line))

    def find_path(self, heading: int) -> tuple[str, ...]:
        return self._current.find_path(heading)

    def find_slug(self, heading: int) -> str:
        return self._current.find_slug(heading)

    def find_block(self, line: int) -> tuple[int, int]:
        carried = self._carry(line)
        start, end = self._current.find_block(carried)
        # Below the closing fence, which stayed, nothing is fenced.
        if start < 0 or (carried == end - 1 and self.lines[line] != self._current.lines[carried]):
            return -1, -1
        return self._carry_back(start), self._carry_back(end - 1) + 1

    def _carry(self, line: int) -> int:
        """Return where a line is on the current page, or the one above it, where it was removed."""
        at = bisect_right(self._edits, line, key=itemgetter(0)) - 1
        if at < 0:
            return line
        _, i_end, j, j_end = self._edits[at]
        return j - 1 if line < i_end else line - i_end + j_end

    def _carry_back(self, line: int) -> int:
        """Return where a current line that stayed was."""
        at = bisect_right(self._edits, line, key=itemgetter(3)) - 1
        return line if at < 0 else line - self._edits[at][3] + self._edits[at][1]


def read_outline(lines: Lines) -> Outline:
    """Return the outline of a page, given as normalized lines."""
    return Outline(lines)


class Outlines(NamedTuple):
    """Those of the two sides of a diff; `is_carried` says that no edit touches a heading."""

    old: Outline
    new: Outline
    is_carried: bool


def read_outlines(diff: TextDiff) -> Outlines:
    """Return the outlines of both sides; what the sides share is read once, and once for a diff."""
    known = diff.notes.get("outlines")
    if isinstance(known, Outlines):
        return known
    new = Outline(diff.new)
    kept = is_carried(new.skeleton, diff.edits, diff.old, diff.new)
    old = _CarriedOutline(diff, new) if kept else Outline(diff.old)
    outlines = diff.notes["outlines"] = Outlines(old, new, kept)
    return outlines
