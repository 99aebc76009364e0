"""What a change is beyond its lines: where on the page, what in a line, what moved.

`headings` and `titles` make the `outline` of a page, on which `places` finds what a line stands in,
and `place_budget` bounds what that repeats. `words` cuts lines (never inside of what `graphemes`
holds together), `pairing` pairs them, `moves` joins the `runs` that stand elsewhere now and the
`moved_blocks` of which no line stayed as it was, and `hunks` says it all of each change. Of the
page as a whole speak `sections`, `links` and `tables`.
"""

from __future__ import annotations

from changetrack._structure.hunks import describe_hunks
from changetrack._structure.links import describe_links
from changetrack._structure.models import (
    CellChange,
    ColumnRename,
    LinePair,
    Link,
    LinkChange,
    MovedRun,
    Place,
    RichHunk,
    SectionChange,
    Span,
    TableChange,
    TablePlace,
)
from changetrack._structure.moves import find_moves
from changetrack._structure.outline import Outline, Outlines, read_outline, read_outlines
from changetrack._structure.sections import describe_sections, format_section
from changetrack._structure.tables import describe_tables
from changetrack._structure.words import WordDiff, compare_words

__all__ = [
    "CellChange",
    "ColumnRename",
    "LinePair",
    "Link",
    "LinkChange",
    "MovedRun",
    "Outline",
    "Outlines",
    "Place",
    "RichHunk",
    "SectionChange",
    "Span",
    "TableChange",
    "TablePlace",
    "WordDiff",
    "compare_words",
    "describe_hunks",
    "describe_links",
    "describe_sections",
    "describe_tables",
    "find_moves",
    "format_section",
    "read_outline",
    "read_outlines",
]
