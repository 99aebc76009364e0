"""Pages as sites have them, before and after a change, and all that is said of the change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from changetrack import diff_text, normalize_markdown
from changetrack._fielddiff import diff_fields
from tests.spec.rows import Row, is_same
from tests.spec.spelling import SPELLINGS

_PAGES = Path(__file__).parents[1] / "spec" / "pages"
PAIRS = sorted(folder.name for folder in _PAGES.iterdir())


def _read(pair: str, name: str) -> str:
    # Bytes, because line ends are part of a page.
    return (_PAGES / pair / name).read_bytes().decode()


def _expect(pair: str) -> Row:
    expected: Row = json.loads(_read(pair, "expected.json"))
    return expected


@pytest.mark.parametrize("pair", PAIRS)
def test_a_page_pair_is_told_as_a_reader_would(pair: str) -> None:
    """Every key of what is expected is exactly what the diff says."""
    expected = _expect(pair)
    diff = diff_text(_read(pair, "previous.md"), _read(pair, "current.md"))
    asked = [key for key in SPELLINGS if key in expected]
    assert {key: SPELLINGS[key](diff) for key in asked} == {key: expected[key] for key in asked}


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if "fields" in _expect(pair)])
def test_the_json_beside_a_page_is_told_field_by_field(pair: str) -> None:
    """The path map of the two JSON values that stand beside the two pages."""
    previous, current = (
        json.loads(_read(pair, f"{side}.json")) for side in ("previous", "current")
    )
    assert is_same(diff_fields(previous, current).map, _expect(pair)["fields"])


def test_the_pages_are_many_and_of_several_languages() -> None:
    """What the specification asks for is there, and each page is as long as pages are."""
    languages = {_expect(pair)["language"] for pair in PAIRS}
    assert len(PAIRS) >= 16
    assert languages >= {"de", "en", "es", "fr", "ja"}
    for pair in PAIRS:
        page = normalize_markdown(_read(pair, "previous.md"))
        assert page.count("\n") >= 25
