"""How rows and pairs of pages spell what became of hunks, sections, links and tables.

Short enough to be read: spans as the characters that they cut out, a link as text, target and line,
a cell as column, row, previous and current.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._structure import (
    describe_hunks,
    describe_links,
    describe_sections,
    describe_tables,
    find_moves,
    format_section,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from changetrack._structure import (
        LinePair,
        Link,
        LinkChange,
        MovedRun,
        RichHunk,
        SectionChange,
        Span,
        TableChange,
    )
    from changetrack._textdiff import TextDiff
    from tests.spec.rows import Row


def _drop_empty(row: Row) -> Row:
    return {key: value for key, value in row.items() if value not in ([], 0, None, False)}


def spell_hunks(diff: TextDiff) -> list[Row]:
    """Return what is said of each hunk, apart from its id and its lines."""
    return [_spell_hunk(diff, hunk) for hunk in describe_hunks(diff)]


def _spell_hunk(diff: TextDiff, hunk: RichHunk) -> Row:
    place = hunk.place
    table = place.table and {"header": list(place.table.header), "rowKey": place.table.row_key}
    always = {
        "op": hunk.op,
        "heading": list(place.heading),
        "old": [hunk.old_start, hunk.old_lines],
        "new": [hunk.new_start, hunk.new_lines],
    }
    sometimes = {
        "listDepth": place.list_depth,
        "table": table,
        "fenced": place.fenced,
        "pairs": [_spell_pair(diff, pair) for pair in hunk.pairs],
    }
    return always | _drop_empty(sometimes)


def _spell_pair(diff: TextDiff, pair: LinePair) -> Row:
    return {
        "lines": [pair.old_line, pair.new_line],
        "deleted": _cut(diff.old[pair.old_line - 1], pair.deleted),
        "inserted": _cut(diff.new[pair.new_line - 1], pair.inserted),
    }


def _cut(line: str, spans: Sequence[Span]) -> list[str]:
    return [line[start:end] for start, end in spans]


def spell_sections(diff: TextDiff) -> list[Row]:
    """Return what became of each section; its hunks are numbered from zero."""
    hunks = describe_hunks(diff)
    numbers = {hunk.id: number for number, hunk in enumerate(hunks)}
    return [_spell_section(each, numbers) for each in describe_sections(diff, hunks)]


def _spell_section(change: SectionChange, numbers: dict[str, int]) -> Row:
    earlier = change.previous_heading
    sometimes = {
        "previousHeading": None if earlier is None else list(earlier),
        "added": change.added,
        "removed": change.removed,
        "editedAdded": change.edited_added,
        "editedRemoved": change.edited_removed,
        "hunks": [numbers[each] for each in change.hunks],
    }
    return {"heading": list(change.heading), "status": change.status} | _drop_empty(sometimes)


def spell_sentences(diff: TextDiff) -> list[str]:
    """Return the line of text for each section that is not what it was."""
    changes = describe_sections(diff, describe_hunks(diff))
    return [format_section(change) for change in changes if change.status != "unchanged"]


def spell_links(diff: TextDiff) -> list[Row]:
    """Return what became of links and images."""
    return [_spell_link_change(change) for change in describe_links(diff)]


def _spell_link_change(change: LinkChange) -> Row:
    always = {"kind": change.kind, "change": change.change, "heading": list(change.heading)}
    sides = {"previous": _spell_link(change.previous), "current": _spell_link(change.current)}
    return always | _drop_empty(sides)


def _spell_link(link: Link | None) -> list[str | int]:
    return [] if link is None else [link.text, link.target, link.line]


def spell_tables(diff: TextDiff) -> list[Row]:
    """Return what became of tables."""
    return [_spell_table(change) for change in describe_tables(diff)]


def _spell_table(change: TableChange) -> Row:
    always = {"status": change.status, "heading": list(change.heading), "line": change.line}
    sometimes = {
        "columnsAdded": list(change.columns_added),
        "columnsRemoved": list(change.columns_removed),
        "columnsRenamed": [[each.previous, each.current] for each in change.columns_renamed],
        "rowsAdded": list(change.rows_added),
        "rowsRemoved": list(change.rows_removed),
        "cells": [
            [each.column, each.row_key, each.previous, each.current] for each in change.cells
        ],
    }
    return always | _drop_empty(sometimes)


def spell_moves(diff: TextDiff) -> list[Row]:
    """Return which runs of lines stand elsewhere now."""
    return [_spell_move(run) for run in find_moves(diff)]


def _spell_move(run: MovedRun) -> Row:
    edited = {"edited": run.edited}
    old, new = [run.old_start, run.old_lines], [run.new_start, run.new_lines]
    return {"old": old, "new": new} | _drop_empty(edited)


# By the key that the answer stands under.
SPELLINGS: dict[str, Callable[[TextDiff], object]] = {
    "additions": lambda diff: diff.additions,
    "deletions": lambda diff: diff.deletions,
    "hunks": spell_hunks,
    "sections": spell_sections,
    "sentences": spell_sentences,
    "links": spell_links,
    "tables": spell_tables,
    "moves": spell_moves,
}
