"""What a change is beyond its lines: where on the page, what in a line, what moved.

titles ─▶ headings ─▶ outline (with places) ─▶ hunks ◀─ pairing ◀─ words ◀─ graphemes
▲                   │
moves ◀─ runs, likeness
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
