"""The rows about text and hashes: normalize, canonical, gitdiff."""

from __future__ import annotations

import pytest

from changetrack import (
    TextDiff,
    apply_text,
    canonical_json,
    diff_text,
    hash_json,
    hash_markdown,
    normalize_markdown,
    parse_unified,
    revert_text,
    wire,
)
from tests.spec.rows import Row, is_same, load_cases

_HEADER = ["--- previous", "+++ current"]


@pytest.mark.parametrize("row", load_cases("normalize"))
def test_normalize(row: Row) -> None:
    """The markdown becomes the row's normal form, which stays as it is and gives the hash."""
    normal = normalize_markdown(row["markdown"])
    assert normal == row["normalized"]
    assert normalize_markdown(normal) == normal
    assert hash_markdown(row["markdown"]) == row["hash"]


@pytest.mark.parametrize("row", load_cases("canonical"))
def test_canonical(row: Row) -> None:
    """The JSON is spelled as the row says, reads back as what it is, and gives the hash."""
    value = wire.load(row["json"])
    canonical = canonical_json(value)
    assert canonical.decode() == row["canonical"]
    assert canonical_json(wire.load(canonical)) == canonical
    assert hash_json(value) == row["hash"]


@pytest.mark.parametrize("row", load_cases("gitdiff"))
def test_gitdiff(row: Row) -> None:
    """Diff, compare, apply, compare, revert, compare; then diff again, and nothing is left."""
    previous, current = normalize_markdown(row["previous"]), normalize_markdown(row["current"])
    diff = diff_text(row["previous"], row["current"], context=row.get("context", 3))
    assert diff.text == row.get("text", diff.text)
    assert is_same(diff.ast, row.get("ast", diff.ast))
    assert is_same(parse_unified(diff.text), diff.ast)
    assert (diff.additions, diff.deletions) == _counts(row)
    for form in (diff, diff.text):
        assert apply_text(form, previous) == current
        assert revert_text(form, current) == previous
    again = diff_text(apply_text(diff, previous), current)
    assert not again
    assert again == TextDiff(again.old, again.new, [])
    assert again.text == ""


def _counts(row: Row) -> tuple[int, int]:
    """Return how many lines the row says are added and deleted."""
    if "text" not in row:
        return row["additions"], row["deletions"]
    lines = row["text"].split("\n")
    assert not row["text"] or lines[:2] == _HEADER
    signs = [line[:1] for line in lines[2:]]
    return signs.count("+"), signs.count("-")
