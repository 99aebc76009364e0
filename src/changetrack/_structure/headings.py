"""Where the headings and the fenced blocks of a page are, by CommonMark's rules for lines.

One pass looks at the first character of each line, and at the rest of the few that may matter. The
two sides of a diff share most of their lines, so what is known of one side is carried over to the
other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._textdiff.edits import Edit, Lines

# What a heading, the underline of one, a fence, and anything indented begins with.
_SIGNS = frozenset("#=-`~ ")
_IMPORTANT = _SIGNS - {" "}
_FENCES = ("```", "~~~")
_LIST_ITEM = re.compile(r"( *)(?:[-*+]|\d{1,9}[.)])(?: +|$)")
_FENCED_ITEM = re.compile(r" *(?:(?:[-*+]|\d{1,9}[.)]) {1,4})+(?=```|~~~)")
# What no underline turns into a heading: a quote, a table, HTML, a list item, a rule.
_NO_PARAGRAPH = re.compile(
    r" {0,3}(?:[>|]|</?[A-Za-z](?![^<>]*:)|<!|[-*+](?: |$)|\d{1,9}[.)] |([*_])(?: *\1){2,}$)"
)
_CODE = "    "
_INDENT = 3
# A fence stands in the list item above it, at most so many lines up: code begins soon or never.
_LOOK_UP = 32
_LEVELS = {"#": 1, "##": 2, "###": 3, "####": 4, "#####": 5, "######": 6}
_HEADING = re.compile(r"(#{1,6})(?:[ \t]|$)")


class Skeleton(NamedTuple):
    """The headings of a page in order, by line, level and title, and its fenced blocks as ranges.

    Titles are as written, without the signs in front; those of underlined ones are empty here:
    `underlines` holds the line under each of them, by the line of the heading. `ties` are the runs
    of lines that told together what their last one is, both ends counted in, in order; `is_local`
    says that each other line told by itself.
    """

    lines: list[int]
    levels: list[int]
    titles: list[str]
    underlines: dict[int, int]
    fences: list[tuple[int, int]]
    ties: list[tuple[int, int]]
    is_local: bool


def read_skeleton(lines: Lines) -> Skeleton:
    """Return the headings and the fenced blocks of a page."""
    reading = _Reading(lines)
    reading.read()
    if reading.is_doubtful:
        reading = _Reading(lines)
        reading.read_closely()
    return reading.skeleton


def is_carried(known: Skeleton, edits: Sequence[Edit], old: Lines, new: Lines) -> bool:
    """Tell whether the previous page has the headings and fences of the current one.

    Then no edit touches any of them.
    """
    if not known.is_local:
        return False
    ties = known.ties
    for i, i_end, j, j_end in edits:
        at = bisect_left(ties, j, key=itemgetter(1)) if ties else 0
        if at < len(ties) and ties[at][0] <= j_end:
            return False
        for line in old[i:i_end] + new[j:j_end]:
            body = line.lstrip(" ")
            if body[:1] in _IMPORTANT and body[:2] != "- ":
                return False
    return True


class _Reading:
    """Walks from mark to mark of one page."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._heads: list[int] = []
        self._levels: list[int] = []
        self._titles: list[str] = []
        self._underlines: dict[int, int] = {}
        self._fences: list[tuple[int, int]] = []
        self._ties: list[tuple[int, int]] = []
        self._is_local = True
        # A fence was indented, so it may be the end of a block that began in an item of a list.
        self.is_doubtful = False
        # The last underline of what is no paragraph: what goes on below it is none either.
        self._barren = -1
        # Nothing above it is looked at again: the end of front matter, of a heading or a fence.
        self._floor = self._skip_front_matter()

    @property
    def skeleton(self) -> Skeleton:
        return Skeleton(
            self._heads,
            self._levels,
            self._titles,
            self._underlines,
            self._fences,
            self._ties,
            self._is_local,
        )

    def read(self) -> None:
        """Read all but the fences that open behind the sign of an item, which are rare."""
        heads, levels, titles = self._heads, self._levels, self._titles
        floor = self._floor
        for at, line in enumerate(self._lines):
            if line and (first := line[0]) in _SIGNS:
                # Nearly all of these are headings and items, so they are told here, by no call.
                if at < floor:
                    self.is_doubtful |= first == " " and line.lstrip(" ")[:3] in _FENCES
                elif first == "#":
                    signs, _, title = line.partition(" ")
                    level = _LEVELS.get(signs)
                    if level:
                        heads.append(at)
                        levels.append(level)
                        titles.append(title)
                    else:
                        self._read_heading(at, line)
                elif first != "-" or line[1:2] != " ":
                    self._read_other(at, line)
                    floor = self._floor

    def read_closely(self) -> None:
        """Read all."""
        self._is_local = False
        for at, line in enumerate(self._lines):
            if at >= self._floor and line:
                if line[0] in _SIGNS and not line.startswith("- "):
                    self._read_other(at, line)
                elif found := _FENCED_ITEM.match(line):
                    self._read_fence(at, line[found.end() :], found.end())

    def _read_other(self, at: int, line: str) -> None:
        first = line[0]
        if line[:3] in _FENCES:
            self._read_fence(at, line, 0)
        elif first == " ":
            self._read_indented(at, line)
        elif first == "#":
            self._read_heading(at, line)
        elif not line.strip(first):
            self._read_underline(at, first)

    def _read_heading(self, at: int, body: str) -> None:
        found = _HEADING.match(body)
        if found:
            self._add_heading(at, found.end(1), body[found.end() :])

    def _add_heading(self, at: int, level: int, title: str) -> None:
        self._heads.append(at)
        self._levels.append(level)
        self._titles.append(title)

    def _skip_front_matter(self) -> int:
        lines = self._lines
        if lines[:1] != ["---"] or ":" not in "".join(lines[1:2]):
            return 0
        self._is_local = False
        ends = (at for at, line in enumerate(lines[1:], 1) if line in ("---", "..."))
        return next(ends, -1) + 1

    def _read_indented(self, at: int, line: str) -> None:
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        if body[:3] in _FENCES:
            self.is_doubtful = True
            margin = self._find_margin(at, indent)
            if indent - margin <= _INDENT:
                self._read_fence(at, body, margin)
        elif indent <= _INDENT and body[:1] == "#":
            self._read_heading(at, body)
        elif indent <= _INDENT and body[:1] in ("=", "-") and not body.strip(body[0]):
            self._read_underline(at, body[0])

    def _find_margin(self, at: int, indent: int) -> int:
        """Return where the text of the list item begins that the line stands in; 0 in none."""
        for above in reversed(self._lines[max(at - _LOOK_UP, self._floor) : at]):
            found = _LIST_ITEM.match(above)
            if found and found.end() <= indent:
                return found.end()
            if above and above[0] != " " and not found:
                return 0
        return 0

    def _read_fence(self, at: int, body: str, margin: int) -> None:
        """Find the end of the block that this line opens, if it does."""
        sign = body[0]
        rest = body.lstrip(sign)
        if sign == "`" and "`" in rest:
            return  # code in a line
        end = self._find_closing(at + 1, body[: len(body) - len(rest)], margin)
        self._fences.append((at, end))
        self._floor = end

    def _find_closing(self, start: int, fence: str, margin: int) -> int:
        """Return the line after the block: after its closing fence, or where its item ends."""
        lines = self._lines
        for at in range(start, len(lines)):
            line = lines[at]
            if line == fence:
                return at + 1
            if fence in line and not line.strip(" " + fence[0]):
                body = line.lstrip(" ")
                if len(line) - len(body) - margin <= _INDENT and " " not in body:
                    return at + 1
            if margin and line and not line.startswith(" " * margin):
                return at
        self._is_local = False
        return len(lines)

    def _read_underline(self, at: int, sign: str) -> None:
        start = at
        floor = max(self._floor, self._heads[-1] + 1 if self._heads else 0)
        is_paragraph = True
        while is_paragraph and start > floor and self._lines[start - 1]:
            start -= 1
            is_paragraph = start != self._barren and not _NO_PARAGRAPH.match(self._lines[start])
        self._ties.append((start - 1, at))
        if not is_paragraph:
            self._barren = at
            return
        if start == at or self._lines[start].startswith(_CODE):
            self._floor = at + 1  # a rule
        else:
            self._add_heading(start, 1 if sign == "=" else 2, "")
            self._underlines[start] = at
            self._floor = at + 1
