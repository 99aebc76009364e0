"""What is said of a change beyond its lines: where on the page it is, and what exactly it is.

Lines count from one here, as in every diff that people read; 0 stands for "no line". What a page
has hundreds of is a named tuple, which is made in a third of the time of a dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

HunkOp: TypeAlias = Literal["add", "remove", "replace", "move"]
SectionStatus: TypeAlias = Literal["added", "removed", "renamed", "moved", "changed", "unchanged"]
LinkChangeKind: TypeAlias = Literal["added", "removed", "text", "target", "both"]


class Span(NamedTuple):
    """Characters `start:end` of a line, counted in code points from zero."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePair:
    """A line and what became of it: `deleted` are spans of the old one, `inserted` of the new.

    With `coarse`, the work budget was spent and the spans may hold more than what differs.
    """

    old_line: int
    new_line: int
    deleted: tuple[Span, ...]
    inserted: tuple[Span, ...]
    coarse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedRun:
    """A run of lines that stands elsewhere now, word for word or (`edited`) nearly so.

    Of the lines of an `edited` run, the hunks that it touches say in their `pairs` what differs.
    """

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlace:
    """A row of a table: the names of its columns, and its first cell, which names the row.

    Of a header, the first 100 columns are named, each in 200 characters at most.
    """

    header: tuple[str, ...]
    row_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on the page: the headings above it, outermost first, and what it stands in.

    `slug` is the heading path as one word for links, such as `pricing/pro`; "" above all headings.
    Headings longer than 200 characters end in an ellipsis. All places of a diff repeat no more than
    4,000,000 characters of headings, slugs and headers of tables, and no more than four for each
    character of both pages, or 20,000: those after that have none of them.
    """

    heading: tuple[str, ...] = ()
    slug: str = ""
    list_depth: int = 0
    table: TablePlace | None = None
    fenced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RichHunk:
    """One contiguous change, without context.

    `id` depends on the removed and added lines alone: the same change on two pages, or further down
    on one, has the same id; a second one of the same page gets `-2` behind it. `removed` and
    `added` are the lines; `pairs` say which of them belong together and what in them differs. Lines
    that were edited while they moved stand in the pairs of both hunks, the one that they left and
    the one that they came to, behind the other pairs; one of their lines is outside of each hunk.
    `place` is that of the first line: on the current page, on the previous one where nothing was
    added.
    """

    id: str
    op: HunkOp
    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    removed: tuple[str, ...]
    added: tuple[str, ...]
    place: Place
    pairs: tuple[LinePair, ...] = ()
    moved: tuple[MovedRun, ...] = ()


class SectionChange(NamedTuple):
    """What became of a section, its subsections not counted.

    `heading` is its path on the current page (on the previous one where it was removed), and
    `previous_heading` the path that it had before, where that is another. A section is `moved` when
    it stands elsewhere, with or without changes in it. `added` and `removed` are lines, and `hunks`
    the ids of the changes that touch it. An unchanged section has none of them; the others have
    some, unless a heading that came or went beside them changed what stands in them. Those of
    one that moved are all of its lines, as a rule: `edited_added` and `edited_removed` are the
    lines that are new in it and gone from it, where it was edited on its way.
    """

    status: SectionStatus
    heading: tuple[str, ...]
    slug: str
    previous_heading: tuple[str, ...] | None = None
    added: int = 0
    removed: int = 0
    hunks: tuple[str, ...] = ()
    edited_added: int | None = None
    edited_removed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link or an image as it is written."""

    text: str
    target: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChange:
    """What became of a link or an image."""

    kind: Literal["link", "image"]
    change: LinkChangeKind
    heading: tuple[str, ...]
    previous: Link | None = None
    current: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One cell of a table; None is a cell that is not there."""

    column: str
    row_key: str
    previous: str | None
    current: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRename:
    """A column of a table that has another name now and the cells that it had."""

    previous: str
    current: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """What became of a table; rows are named by their first cell, columns by their header.

    `line` is that of its header, on the current page unless the table was removed. Cells of rows
    and columns that were added or removed are not listed one by one.
    """

    status: Literal["added", "removed", "changed"]
    heading: tuple[str, ...]
    line: int
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    columns_renamed: tuple[ColumnRename, ...] = ()
    rows_added: tuple[str, ...] = ()
    rows_removed: tuple[str, ...] = ()
    cells: tuple[CellChange, ...] = ()
