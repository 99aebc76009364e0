"""What a mail shows of a diff."""

from __future__ import annotations

import pytest

from changetrack import JsonObject
from changetrack.monitor.mail.excerpts import EXCERPT_LINES, LINE_CHARS, Excerpt, Line, read_excerpt
from tests.monitor.mail.news import diff_texts

ROWS = "\n".join(f"row {number}" for number in range(100))


def test_an_excerpt_shows_lines_without_their_signs() -> None:
    """The names of the sides are left out, hunks are told apart, and blank lines stay."""
    before = "a\n\nb\n" + ROWS + "\nz"
    after = "a\n\nc\n" + ROWS + "\ny"
    assert read_excerpt(diff_texts(before, after)) == Excerpt(
        (
            Line("same", "a"),
            Line("same", ""),
            Line("del", "b"),
            Line("add", "c"),
            Line("same", "row 0"),
            Line("same", "row 1"),
            Line("same", "row 2"),
            Line("gap", ""),
            Line("same", "row 97"),
            Line("same", "row 98"),
            Line("same", "row 99"),
            Line("del", "z"),
            Line("add", "y"),
        )
    )


def test_a_page_that_was_rewritten_shows_both_its_sides() -> None:
    """A run is cut in favour of the one behind it, and what is left out is counted."""
    excerpt = read_excerpt(diff_texts(ROWS, ROWS.replace("row", "line")))
    kinds = [line.kind for line in excerpt.lines]
    assert kinds == ["del"] * 12 + ["gap"] + ["add"] * 12
    assert excerpt.omitted == 200 - 24


def test_an_excerpt_is_bounded_whatever_the_diff_is() -> None:
    """Forty lines of two hundred characters; a diff of a million lines is not even split."""
    changes = "".join(f"@@ -{at} +{at} @@\n-{'o' * 300}\n+{'n' * 300}\n" for at in range(1_000))
    excerpt = read_excerpt({"text": f"--- previous\n+++ current\n{changes}"})
    assert len(excerpt.lines) <= EXCERPT_LINES
    assert max(len(line.text) for line in excerpt.lines) == LINE_CHARS
    huge = read_excerpt({"text": "+x\n" * 1_000_000})
    assert (len(huge.lines), huge.omitted) == (12, 1_000_000 - 12)


def test_fields_come_before_the_text() -> None:
    """In mixed mode there are both; values that are long or odd are cut."""
    diff: JsonObject = {
        "json": {
            "plans[0].price": {"previous": "$19", "current": "$24"},
            "seats": {"previous": 3, "current": None},
            "note": {"previous": "", "current": "a\nb" + "c" * 100},
            "tags": {"previous": ["a"], "current": {"b": True}},
        },
        "text": "--- previous\n+++ current\n@@ -1 +1 @@\n-a\n+b\n",
    }
    assert read_excerpt(diff).lines == (
        Line("field", "plans[0].price: $19 → $24"),
        Line("field", "seats: 3 → null"),
        Line("field", f'note: "" → a b{"c" * 60}…'),
        Line("field", 'tags: ["a"] → {"b": true}'),
        Line("del", "a"),
        Line("add", "b"),
    )


def test_a_map_of_a_thousand_fields_shows_the_first() -> None:
    """The others are counted."""
    fields: JsonObject = {f"f{at}": {"previous": at, "current": -at} for at in range(1_000)}
    excerpt = read_excerpt({"json": fields})
    assert (len(excerpt.lines), excerpt.omitted) == (EXCERPT_LINES, 1_000 - EXCERPT_LINES)


def test_a_tree_of_hunks_is_no_map_of_fields() -> None:
    """In text mode `json` is the tree of the same diff, which the text says already."""
    shown = diff_texts("a", "b")
    assert isinstance(shown["json"], dict)
    assert read_excerpt(shown).lines == (Line("del", "a"), Line("add", "b"))


@pytest.mark.parametrize(
    "diff", [None, {}, {"text": None}, {"text": 1}, {"json": []}, {"json": {"a": 1}}]
)
def test_a_diff_that_shows_nothing_is_no_excerpt(diff: JsonObject | None) -> None:
    """Whatever is there instead, nothing breaks."""
    assert read_excerpt(diff) == Excerpt()


def test_what_a_page_writes_controls_nothing() -> None:
    """Escapes, line breaks of other kinds, turns of direction and half characters are replaced."""
    hostile = "\x1b]0;x\x07 a\u2028b \u202egnp.exe \x00 \ud800 \x85 tab\there"
    (line,) = read_excerpt({"text": f"+{hostile}"}).lines
    assert line.text == "\ufffd]0;x\ufffd a\ufffdb \ufffdgnp.exe \ufffd \ufffd \ufffd tab\there"
