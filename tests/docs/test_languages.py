"""The languages that the documentation names are those whose words are known."""

from __future__ import annotations

import re

import pytest

from changetrack._fielddiff.currencies import spell_currencies
from changetrack._fielddiff.months import LANGUAGES as OF_DATES
from changetrack._significance.words import LANGUAGES as OF_STATES
from tests.docs.pages import ROOT

FIELDS = (ROOT / "docs/meaning/fields.md").read_text()
SIGNIFICANCE = (ROOT / "docs/meaning/significance.md").read_text()


@pytest.mark.parametrize(("page", "languages"), [(FIELDS, OF_DATES), (SIGNIFICANCE, OF_STATES)])
def test_the_languages_stand_there_in_their_order(page: str, languages: tuple[str, ...]) -> None:
    """All of them, and no other."""
    assert f"in {', '.join(languages[:-1])} and {languages[-1]}" in page


def test_the_signs_of_currencies_are_known() -> None:
    """Each that stands in the table."""
    (row,) = (line for line in FIELDS.split("\n") if line.startswith("| currencies |"))
    signs = re.split(r",| and every", row.split("|")[2])[0].split()
    assert len(signs) > 30
    assert [sign for sign in signs if not re.fullmatch(spell_currencies(), sign)] == []
