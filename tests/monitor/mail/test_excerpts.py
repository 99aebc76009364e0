"""How much a mail shows of a diff, in both its parts."""

from __future__ import annotations

import re

import pytest

from changetrack import JsonObject
from changetrack.monitor.mail.excerpts import EXCERPT_CAPS, Excerpt, Room
from tests.monitor.mail.news import diff_texts
from tests.renderings import find_number, read_page

ROWS = "\n".join(f"row {number}" for number in range(100))


def write(diff: JsonObject | None) -> Excerpt:
    """Return what is shown where there is room enough."""
    excerpt = Room(pages=1, diffs=1).write(diff)
    assert excerpt is not None
    return excerpt


def count_signs(excerpt: Excerpt) -> dict[str, int]:
    """Return how many lines went and came, as both parts of a mail show them."""
    page = read_page(excerpt.html)
    signs = [text for _, text in page.cells if text in {"+", "-"}]
    shown = {sign: signs.count(sign) for sign in "-+"}
    assert shown == {sign: sum(line.startswith(sign) for line in excerpt.lines) for sign in shown}
    return shown


def count_left(excerpt: Excerpt) -> int:
    """Return how many lines both parts say that they leave out."""
    told = r"… ([\d,]+) more changed lines"
    left = find_number(told, "\n".join(excerpt.lines))
    assert find_number(told, read_page(excerpt.html).words) == left
    return left


def test_an_excerpt_shows_lines_where_they_stand() -> None:
    """The names of the sides are left out, hunks are told apart, and blank lines stay."""
    before = "a\n\nb\n" + ROWS + "\nz"
    after = "a\n\nc\n" + ROWS + "\ny"
    assert write(diff_texts(before, after)).lines == (
        "Line 3:",
        " a",
        " ",
        "-b",
        "+c",
        " row 0",
        " row 1",
        " row 2",
        "Line 104:",
        " row 97",
        " row 98",
        " row 99",
        "-z",
        "+y",
    )


def test_what_differs_in_a_line_is_marked() -> None:
    """As in every other diff: word by word, and the value of a field as well."""
    excerpt = write(diff_texts("Pro costs $29 a month", "Pro costs $24 a month"))
    words = re.findall(r"<(del|ins)[^>]*>([^<]*)</\1>", excerpt.html)
    assert words == [("del", "$29"), ("ins", "$24")]


def test_a_page_that_was_rewritten_shows_both_its_sides() -> None:
    """A run is cut in favour of the one behind it, and what is left out is counted."""
    excerpt = write(diff_texts(ROWS, ROWS.replace("row", "line")))
    assert count_signs(excerpt) == {"-": 12, "+": 12}
    assert [line for line in excerpt.lines if line[0] not in "-+"] == [
        "Lines 1-100:",
        "… 88 more changed lines (88 deleted)",
        "… 88 more changed lines (88 added)",
    ]
    assert count_left(excerpt) == 200 - 24


def test_an_excerpt_is_bounded_whatever_the_diff_is() -> None:
    """Forty lines of two hundred characters; a diff of a million lines is not even split."""
    changes = "".join(f"@@ -{at} +{at} @@\n-{'o' * 300}\n+{'n' * 300}\n" for at in range(1, 1_001))
    excerpt = write({"text": f"--- previous\n+++ current\n{changes}"})
    shown = sum(count_signs(excerpt).values())
    assert shown <= EXCERPT_CAPS.rows
    assert count_left(excerpt) == 2_000 - shown
    assert max(map(len, excerpt.lines)) < EXCERPT_CAPS.line_chars + 30
    huge = write({"text": "+x\n" * 1_000_000})
    assert (count_signs(huge)["+"], count_left(huge)) == (12, 1_000_000 - 12)


def test_little_room_shows_both_sides_all_the_same() -> None:
    """A mail of many pages has little room for each diff, and none for one more."""
    rewritten = diff_texts(ROWS, ROWS.replace("row", "line"))
    room = Room(pages=35, diffs=2)
    for _ in range(2):
        excerpt = room.write(rewritten)
        assert excerpt is not None
        assert count_signs(excerpt) == {"-": 1, "+": 1}
        assert count_left(excerpt) == 198
    assert room.write(rewritten) is None


def test_fields_come_before_the_text() -> None:
    """In mixed mode there are both; values that are long or odd are cut."""
    diff: JsonObject = {
        "json": {
            'plans[name="Pro"].price': {"previous": "$19", "current": "$24"},
            "seats": {"previous": 3, "current": None},
            "note": {"previous": "", "current": "a\nb" + "c" * 100},
            "tags": {"previous": ["a"], "current": {"b": True}},
        },
        "text": "--- previous\n+++ current\n@@ -1 +1 @@\n-a\n+b\n",
    }
    assert write(diff).lines == (
        '~ plans[name="Pro"].price: "$19" → "$24" (+26.3 %)',
        "- seats: 3",
        f'~ note: "" → "a\\nb{"c" * 75}…',
        '~ tags: ["a"] → {"b":true}',
        "Line 1:",
        "-a",
        "+b",
    )


def test_a_map_of_a_thousand_fields_shows_the_first() -> None:
    """The others are counted."""
    fields: JsonObject = {f"f{at}": {"previous": at, "current": -at} for at in range(1_000)}
    excerpt = write({"json": fields})
    assert excerpt.lines[-2:] == ("~ f11: 11 → -11 (-200.0 %)", "… 988 more fields")
    assert "… 988 more fields" in excerpt.html


def test_a_tree_of_hunks_is_no_map_of_fields() -> None:
    """In text mode `json` is the tree of the same diff, which the text says already."""
    shown = diff_texts("a", "b")
    assert isinstance(shown["json"], dict)
    assert write(shown).lines == ("Line 1:", "-a", "+b")


@pytest.mark.parametrize(
    "diff",
    [None, {}, {"text": None}, {"text": 1}, {"json": []}, {"json": {"a": 1}}, {"text": "no diff"}],
)
def test_a_diff_that_shows_nothing_is_no_excerpt(diff: JsonObject | None) -> None:
    """Whatever is there instead, nothing breaks."""
    assert Room(pages=1, diffs=1).write(diff) is None


def test_what_a_page_writes_controls_nothing() -> None:
    """Escapes, line breaks of other kinds, turns of direction and half characters are spelled."""
    hostile = "\x1b]0;x\x07 a\u2028b \u202egnp.exe \x00 \ud800 \x85"
    shown = r"\x1b]0;x\x07 a\u2028b \u202egnp.exe \x00 \ud800 \x85"
    excerpt = write({"text": f"+{hostile}"})
    assert excerpt.lines == ("Line 1:", f"+{shown}")
    assert shown in read_page(excerpt.html).words
