"""The rows about hunks: where a change is, what in its lines it is, and what moved."""

from __future__ import annotations

from typing import Any

import pytest

from changetrack._structure import RichHunk, Span, describe_hunks
from changetrack._textdiff import TextDiff, diff_text
from tests.spec.rows import Row, load_cases, load_rows


def _spell_spans(line: str, spans: tuple[Span, ...]) -> list[list[int | str]]:
    return [[start, line[start:end]] for start, end in spans]


def _spell(diff: TextDiff, hunk: RichHunk) -> dict[str, Any]:
    """Return a hunk as the rows write it: what is empty is left out."""
    place = hunk.place
    table = place.table
    spelled = {
        "id": hunk.id,
        "op": hunk.op,
        "old": [hunk.old_start, hunk.old_lines],
        "new": [hunk.new_start, hunk.new_lines],
        "heading": list(place.heading),
        "slug": place.slug,
        "listDepth": place.list_depth,
        "table": table and {"header": list(table.header), "rowKey": table.row_key},
        "fenced": place.fenced,
        "pairs": [
            {
                "old": pair.old_line,
                "new": pair.new_line,
                "deleted": _spell_spans(diff.old[pair.old_line - 1], pair.deleted),
                "inserted": _spell_spans(diff.new[pair.new_line - 1], pair.inserted),
            }
            for pair in hunk.pairs
        ],
        "moved": [
            {
                "old": [run.old_start, run.old_lines],
                "new": [run.new_start, run.new_lines],
                **({"edited": True} if run.edited else {}),
            }
            for run in hunk.moved
        ],
    }
    return {key: value for key, value in spelled.items() if value}


@pytest.mark.parametrize("row", load_cases("hunks"))
def test_hunks(row: Row) -> None:
    """Each hunk is exactly what the row says."""
    diff = diff_text(row["previous"], row["current"])
    assert [_spell(diff, hunk) for hunk in describe_hunks(diff)] == row["hunks"]


def test_the_same_change_has_one_id_wherever_it_is() -> None:
    """The first two rows are one change on two pages."""
    first, second = load_rows("hunks")[:2]
    assert [each["id"] for each in first["hunks"]] == [each["id"] for each in second["hunks"]]
