"""The rows about more than two snapshots, and about sets: history, blame, sets."""

from __future__ import annotations

import pytest

from changetrack._history import blame, blame_fields, find_history
from changetrack._models import JsonValue
from changetrack._sets import PageState, Pair, SetDiff, diff_pages
from changetrack._snapshots import Snapshot
from changetrack.errors import InvalidRequest
from tests.spec.rows import Row, load_cases

_LISTS = ("new", "removed", "error", "unseen")
_PAIRS = ("changed", "same", "moved")


@pytest.mark.parametrize("row", load_cases("history"))
def test_history(row: Row) -> None:
    """Where the current page stands among the earlier ones."""
    previous = None if row["previous"] is None else Snapshot.from_dict(row["previous"])
    history = [Snapshot.from_dict(each) for each in row["history"]]
    found = find_history(Snapshot.from_dict(row["current"]), previous, history)
    assert {
        "seenBefore": list(found.seen_before),
        "revertedTo": found.reverted_to,
        "flapping": found.flapping,
        "closest": found.closest,
        "similarity": found.similarity,
    } == row["expect"]


@pytest.mark.parametrize("row", load_cases("blame"))
def test_blame(row: Row) -> None:
    """With which version each line, or each field, of the newest came."""
    if "fields" in row:
        versions = [{"json": value} for value in row["versions"]]
        fields = blame_fields(versions, list_keys=row.get("listKeys"))
        assert {each.key_path or each.path: each.snapshot for each in fields} == row["fields"]
        return
    lines = blame([{"markdown": text} for text in row["versions"]])
    assert [line.snapshot for line in lines] == row["blamed"]
    assert [line.line for line in lines] == list(range(1, len(lines) + 1))


@pytest.mark.parametrize("row", load_cases("sets"))
def test_sets(row: Row) -> None:
    """What became of each page, or which one is refused; what a row does not name is empty."""
    options = {key: row[key] for key in ("complete", "gate") if key in row}
    if "refused" in row:
        with pytest.raises(InvalidRequest) as caught:
            diff_pages(row["previous"], row["current"])
        assert caught.value.path == row["refused"]
        return
    found = diff_pages(row["previous"], row["current"], **options)
    assert _write(found) == row["expect"]


def _write(found: SetDiff[PageState]) -> dict[str, JsonValue]:
    written: dict[str, JsonValue] = {}
    for name in _LISTS:
        pages: tuple[PageState, ...] = getattr(found, name)
        written[name] = [page.url for page in pages]
    for name in _PAIRS:
        pairs: tuple[Pair[PageState], ...] = getattr(found, name)
        written[name] = [[pair.previous.url, pair.current.url] for pair in pairs]
    written["siteDown"] = found.site_down
    return {name: value for name, value in written.items() if value}
