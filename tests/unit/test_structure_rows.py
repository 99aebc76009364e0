"""The rows about sections, links and tables."""

from __future__ import annotations

import pytest

from changetrack import diff_text
from tests.spec.rows import Row, load_cases
from tests.spec.spelling import spell_links, spell_sections, spell_sentences, spell_tables


@pytest.mark.parametrize("row", load_cases("sections"))
def test_sections(row: Row) -> None:
    """Each section is told as the row tells it, in data and in a sentence."""
    diff = diff_text(row["previous"], row["current"])
    assert spell_sections(diff) == row["sections"]
    assert spell_sentences(diff) == row["sentences"]


@pytest.mark.parametrize("row", load_cases("links"))
def test_links(row: Row) -> None:
    """The changes of links and images are those of the row, and no others."""
    assert spell_links(diff_text(row["previous"], row["current"])) == row["links"]


@pytest.mark.parametrize("row", load_cases("tables"))
def test_tables(row: Row) -> None:
    """The changes of tables are those of the row, and no others."""
    assert spell_tables(diff_text(row["previous"], row["current"])) == row["tables"]
