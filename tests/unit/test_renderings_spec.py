"""The rows about renderings."""

from __future__ import annotations

import pytest

from changetrack import diff_fields, diff_text
from changetrack._diffs import Diff
from changetrack._render import render_added, render_removed, render_terminal, summarize
from tests.spec.rows import Row, load_cases


@pytest.mark.parametrize("row", load_cases("renderings"))
def test_renderings(row: Row) -> None:
    """One diff in one sentence, what came, what went, and for a terminal."""
    diff = Diff(
        diff_text(row["previous"], row["current"]) if "previous" in row else None,
        diff_fields(row["previousJson"], row["currentJson"]) if "previousJson" in row else None,
    )
    assert {
        "summary": summarize(diff),
        "added": render_added(diff),
        "removed": render_removed(diff),
        "terminal": render_terminal(diff, color=False),
    } == {key: row[key] for key in ("summary", "added", "removed", "terminal")}
