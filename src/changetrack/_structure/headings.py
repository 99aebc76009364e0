"""Where the headings and the fenced blocks of a page are, by CommonMark's rules for lines.

One pass of cheap tests finds the lines that may matter; only those are looked at. The two sides of
a diff share most of their lines, so what is known of one side is carried over to the other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._textdiff.edits import Edit, Lines

# What a heading, the underline of one, a fence, and anything indented begins with.
_SIGNS = frozenset("#=-`~ ")
_IMPORTANT = _SIGNS - {" "}
_INDENTED = frozenset(" `~")
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
_MOST_LEVELS = 6
_AFTER_SIGNS = ("", " ", "\t")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]|$)")


class Skeleton(NamedTuple):
    """The headings of a page in order, by line and level, and its fenced blocks as ranges.

    `underlines` holds the line under each heading that has one, by the line of the heading. `marks`
    are the lines that were looked at. `is_local` says that each of them told what it is by itself.
    """

    lines: list[int]
    levels: list[int]
    underlines: dict[int, int]
    fences: list[tuple[int, int]]
    marks: list[int]
    is_local: bool


def read_skeleton(lines: Lines) -> Skeleton:
    """Return the headings and the fenced blocks of a page."""
    return _Reading(lines).read(_find_marks(lines, 0))


def carry_skeleton(
    known: Skeleton, edits: Sequence[Edit], old: Lines, new: Lines
) -> tuple[Skeleton, bool]:
    """Return the skeleton of the previous page, given that of the current one.

    Also whether it is the same but for the numbers of the lines.
    """
    shared = _list_shared(edits, len(new))
    marks = _carry(known.marks, shared)
    added = [line for _, _, j, j_end in edits for line in new[j:j_end]]
    removed = [at for i, i_end, _, _ in edits for at in _find_marks(old[i:i_end], i)]
    changed = added + [old[at] for at in removed]
    if removed:
        marks = sorted(marks + removed)
    if not known.is_local or any(_is_important(line.lstrip(" ")) for line in changed):
        return _Reading(old).read(marks), False
    starts = _carry([start for start, _ in known.fences], shared)
    lasts = _carry([end - 1 for _, end in known.fences], shared)
    fences = [(start, last + 1) for start, last in zip(starts, lasts, strict=True)]
    carried = _carry(known.lines, shared)
    return known._replace(lines=carried, fences=fences, marks=marks), True


def _is_important(body: str) -> bool:
    return body[:1] in _IMPORTANT and body[:2] != "- "


def _find_marks(lines: Lines, start: int) -> list[int]:
    # Items of lists are many, and none of them is a mark.
    return [
        at
        for at, line in enumerate(lines, start)
        if line and line[0] in _SIGNS and line[:2] != "- "
    ]


def _list_shared(edits: Sequence[Edit], size: int) -> list[tuple[int, int, int]]:
    """Return the runs of current lines that stayed, and how far up each was before."""
    shared = []
    start = shift = 0
    for _, i_end, j, j_end in edits:
        shared.append((start, j, shift))
        start, shift = j_end, i_end - j_end
    return [*shared, (start, size, shift)]


def _carry(lines: list[int], shared: list[tuple[int, int, int]]) -> list[int]:
    """Return where the lines that stayed were before."""
    carried: list[int] = []
    at = 0
    for start, end, shift in shared:
        at = bisect_left(lines, start, at)
        stop = bisect_left(lines, end, at)
        carried += [line + shift for line in lines[at:stop]]
        at = stop
    return carried


class _Reading:
    """Walks from mark to mark of one page."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._heads: list[int] = []
        self._levels: list[int] = []
        self._underlines: dict[int, int] = {}
        self._fences: list[tuple[int, int]] = []
        self._is_local = True
        # Nothing above it is looked at again: the end of front matter, of a heading or a fence.
        self._floor = self._skip_front_matter()

    def read(self, marks: list[int]) -> Skeleton:
        lines, heads, levels = self._lines, self._heads, self._levels
        for at in self._add_fenced_items(marks):
            if at < self._floor:
                continue
            line = lines[at]
            if line[0] == "#":
                # Nearly all marks are headings, so they are read here and not by a call.
                level = len(line) - len(line.lstrip("#"))
                if level <= _MOST_LEVELS and line[level : level + 1] in _AFTER_SIGNS:
                    heads.append(at)
                    levels.append(level)
            else:
                self._read_other(at, line)
        return Skeleton(heads, levels, self._underlines, self._fences, marks, self._is_local)

    def _read_other(self, at: int, line: str) -> None:
        first = line[0]
        if first in _INDENTED:
            self._read_indented(at, line)
        elif not line.strip(first):
            self._read_underline(at, first)
        elif _FENCED_ITEM.match(line):
            self._read_fenced_item(at, line)

    def _skip_front_matter(self) -> int:
        lines = self._lines
        if lines[:1] != ["---"] or ":" not in "".join(lines[1:2]):
            return 0
        self._is_local = False
        ends = (at for at, line in enumerate(lines[1:], 1) if line in ("---", "..."))
        return next(ends, -1) + 1

    def _add_fenced_items(self, marks: list[int]) -> list[int]:
        """Return the marks with the list items that open a fence: such a fence closes indented."""
        lines = self._lines
        indented = [lines[at].lstrip(" ")[:3] for at in marks if lines[at][0] == " "]
        if "```" not in indented and "~~~" not in indented:
            return marks
        self._is_local = False
        fenced = [at for at, line in enumerate(lines) if "```" in line or "~~~" in line]
        return sorted({*marks, *(at for at in fenced if _FENCED_ITEM.match(lines[at]))})

    def _read_indented(self, at: int, line: str) -> None:
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        if body[:3] in ("```", "~~~"):
            margin = self._find_margin(at, indent) if indent else 0
            if indent - margin <= _INDENT:
                self._read_fence(at, body, margin)
        elif indent <= _INDENT and (found := _HEADING.match(body)):
            self._heads.append(at)
            self._levels.append(len(found[1]))
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

    def _read_fenced_item(self, at: int, line: str) -> None:
        found = _FENCED_ITEM.match(line)
        margin = found.end() if found else 0
        self._read_fence(at, line[margin:], margin)

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
        for at, line in enumerate(islice(self._lines, start, None), start):
            if fence in line and not line.strip(" " + fence[0]):
                body = line.lstrip(" ")
                if len(line) - len(body) - margin <= _INDENT and " " not in body:
                    return at + 1
            if margin and line and not line.startswith(" " * margin):
                return at
        self._is_local = False
        return len(self._lines)

    def _read_underline(self, at: int, sign: str) -> None:
        self._is_local = False
        start = at
        floor = max(self._floor, self._heads[-1] + 1 if self._heads else 0)
        while start > floor and self._lines[start - 1]:
            start -= 1
            if _NO_PARAGRAPH.match(self._lines[start]):
                return
        if start == at or self._lines[start].startswith(_CODE):
            self._floor = at + 1  # a rule
        else:
            self._heads.append(start)
            self._levels.append(1 if sign == "=" else 2)
            self._underlines[start] = at
            self._floor = at + 1
