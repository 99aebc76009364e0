"""The headings of a page, and what a line of it stands in.

Everything is worked out when it is asked for: a page has hundreds of headings, and a change stands
under three of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from changetrack._structure.headings import Skeleton, carry_skeleton, read_skeleton
from changetrack._structure.models import Place
from changetrack._structure.places import Lists, Tables
from changetrack._structure.titles import find_initial, read_plain, read_title, spell_slug

if TYPE_CHECKING:
    from changetrack._structure.table_syntax import WrittenTable
    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Lines

# The parent of the outermost headings.
_PAGE = -1


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

    def __init__(self, lines: Lines, skeleton: Skeleton) -> None:
        self.lines = lines
        self.skeleton = skeleton
        self._starts = skeleton.lines
        self._tables = Tables(lines)
        self._lists = Lists(lines)
        self._paths: dict[int, tuple[str, ...]] = {_PAGE: ()}
        self._slugs: dict[int, str] = {_PAGE: ""}
        self._groups: dict[int, dict[str, list[int]]] = {}

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """All headings, in order."""
        _, levels, underlines, *_ = self.skeleton
        return tuple(
            [
                Heading(line, level, self.find_path(at)[-1], line in underlines)
                for at, (line, level) in enumerate(zip(self._starts, levels, strict=True))
            ]
        )

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order; the first one is above all headings, and may be empty."""
        starts, levels = self._starts, self.skeleton.levels
        ends = [*starts[1:], len(self.lines)]
        leading = Section(0, starts[0] if starts else len(self.lines), (), "", 0)
        return (
            leading,
            *[
                Section(start, ends[at], self.find_path(at), self.find_slug(at), levels[at])
                for at, start in enumerate(starts)
            ],
        )

    def find_heading(self, line: int) -> int:
        """Return which heading a line stands under (its own, for a heading); -1 above all."""
        return bisect_right(self._starts, line) - 1

    def find_path(self, heading: int) -> tuple[str, ...]:
        """Return the titles above and of a heading, outermost first."""
        known = self._paths.get(heading)
        if known is None:
            # At most six levels deep, whatever the page.
            known = (*self.find_path(self._parents[heading]), self._read_title(heading))
            self._paths[heading] = known
        return known

    def find_slug(self, heading: int) -> str:
        """Return the path of a heading as one word for links; no other one of the page has it."""
        known = self._slugs.get(heading)
        if known is None:
            parent = self._parents[heading]
            self._spell_group(parent, self._read_groups(parent)[self._read_initial(heading)])
            known = self._slugs[heading]
        return known

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

    @cached_property
    def _parents(self) -> list[int]:
        """The heading that each heading stands under: the nearest one of a lower level."""
        parents = []
        open_levels = [0]
        opened = [_PAGE]
        for at, level in enumerate(self.skeleton.levels):
            while open_levels[-1] >= level:
                open_levels.pop()
                opened.pop()
            parents.append(opened[-1])
            open_levels.append(level)
            opened.append(at)
        return parents

    @cached_property
    def _children(self) -> defaultdict[int, list[int]]:
        children = defaultdict(list)
        for at, parent in enumerate(self._parents):
            children[parent].append(at)
        return children

    def _read_groups(self, parent: int) -> dict[str, list[int]]:
        """Return the headings right under one, by the first letter of their slugs."""
        groups = self._groups.get(parent)
        if groups is None:
            groups = self._groups[parent] = {}
            for at in self._children[parent]:
                groups.setdefault(self._read_initial(at), []).append(at)
        return groups

    def _spell_group(self, parent: int, group: list[int]) -> None:
        """Spell the slugs of headings side by side; one that was taken gets a number behind it."""
        above = self.find_slug(parent)
        prefix = f"{above}/" if above else ""
        seen: dict[str, int] = {}
        for at in group:
            slug = own = spell_slug(self.find_path(at)[-1])
            while slug in seen:
                seen[own] += 1
                slug = f"{own}-{seen[own]}"
            seen[slug] = 0
            self._slugs[at] = prefix + slug

    def _read_initial(self, heading: int) -> str:
        start = self._starts[heading]
        if start in self.skeleton.underlines:
            return find_initial(self._read_title(heading))
        return find_initial(self.lines[start])

    def _read_title(self, heading: int) -> str:
        start = self._starts[heading]
        end = self.skeleton.underlines.get(start)
        if end is None:
            return read_title(self.lines[start])
        return read_plain(" ".join([line.strip() for line in self.lines[start:end]]))


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
    new = read_skeleton(diff.new)
    old = carry_skeleton(new, diff.edits, diff.old, diff.new)
    outlines = Outlines(Outline(diff.old, old), Outline(diff.new, new))
    diff.notes["outlines"] = outlines
    return outlines
