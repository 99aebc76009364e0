"""The rows about what a change means: its classes, what outweighs what, and conditions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from changetrack._diffs import Diff
from changetrack._fielddiff import diff_fields
from changetrack._significance import Significance, evaluate, read_conditions, weigh_hunk
from changetrack._textdiff import diff_text
from changetrack.errors import InvalidOption
from tests.spec.rows import Row, load_cases, load_rows

_PAGES = Path(__file__).parents[1] / "spec" / "pages"


def _diff(row: Row) -> Diff:
    previous, current = row["previous"], row["current"]
    text_diff = field_diff = None
    if "markdown" in previous:
        text_diff = diff_text(previous["markdown"], current["markdown"])
    if "json" in previous:
        keys = row.get("listKeys")
        field_diff = diff_fields(previous["json"], current["json"], list_keys=keys)
    return Diff(text_diff, field_diff)


def _weigh(row: Row) -> Significance:
    return _diff(row).stats.significance


@pytest.mark.parametrize("row", load_cases("significance"))
def test_significance(row: Row) -> None:
    """The classes are these, the score is the sum of its terms and above that of other rows."""
    significance = _weigh(row)
    assert list(significance.classes) == row["classes"]
    assert round(sum(term.value for term in significance.terms), 4) == significance.score
    others = {each["name"]: each for each in load_rows("significance")}
    for name in row.get("above", ()):
        assert significance.score > _weigh(others[name]).score, name


@pytest.mark.parametrize("row", load_cases("conditions"))
def test_conditions(row: Row) -> None:
    """Each condition is met or not, and says by what; or what is wrong is said with its place."""
    if "refused" in row:
        with pytest.raises(InvalidOption) as caught:
            read_conditions(row["conditions"])
        assert caught.value.path == row["refused"]
        assert [words for words in row["says"] if words not in str(caught.value)] == []
        return
    verdicts = evaluate(read_conditions(row["conditions"]), _diff(row))
    assert [verdict.met for verdict in verdicts] == row["met"]
    said = zip(verdicts, row["because"], strict=True)
    assert [(v.because, want) for v, want in said if want not in (None, v.because)] == []
    assert [v.name for v in verdicts] == row.get("names", [None] * len(verdicts))


@pytest.mark.parametrize("pair", sorted(folder.name for folder in _PAGES.iterdir()))
def test_pages(pair: str) -> None:
    """Each hunk of a real page is of these classes, and so is the whole, with these numbers."""
    folder = _PAGES / pair
    # Bytes, because line ends are part of a page.
    sides = [(folder / f"{side}.md").read_bytes().decode() for side in ("previous", "current")]
    expected: Row = json.loads((folder / "expected.json").read_bytes())
    diff = Diff(diff_text(*sides))
    assert [list(weigh_hunk(hunk).classes) for hunk in diff.hunks] == expected["classes"]
    stats = diff.stats
    said = {
        "classes": list(stats.significance.classes),
        "similarity": stats.similarity,
        "movedLines": stats.moved_lines,
    }
    assert {key: value for key, value in said.items() if value} == expected["stats"]
