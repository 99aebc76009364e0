"""Diffs for the terminal: one below the other, side by side, and how wide text is."""

from __future__ import annotations

import pytest

from changetrack import diff_fields, diff_text
from changetrack._diffs import Diff
from changetrack._fielddiff.models import Delta
from changetrack._models import JsonValue
from changetrack._render import render_terminal
from changetrack._render.columns import measure, wrap_pieces
from changetrack._render.lines import Piece
from changetrack._render.wording import spell_delta

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
_DIFF = Diff(diff_text("# Plans\n\nPro is $29", "# Plans\n\nPro is $24\nTeam is $79", context=1))


def test_a_narrow_terminal_shows_a_unified_text() -> None:
    """In the colours of git, with what differs reversed, under its headings."""
    assert render_terminal(_DIFF, width=119) == (
        "\x1b[1m--- previous\x1b[m\n\x1b[1m+++ current\x1b[m\n"
        "\x1b[36m@@ -2,2 +2,3 @@ Plans\x1b[m\n \n"
        "\x1b[31m-Pro is \x1b[7m$29\x1b[27m\x1b[m\n"
        "\x1b[32m+Pro is \x1b[7m$24\x1b[27m\x1b[m\n\x1b[32m+Team is $79\x1b[m\n"
    )
    assert render_terminal(_DIFF) == render_terminal(_DIFF, width=119)


def test_a_wide_terminal_shows_both_sides() -> None:
    """With the numbers of their lines; a side that has nothing is blank."""
    assert render_terminal(_DIFF, width=120, color=False) == (
        "@@ -2,2 +2,3 @@ Plans\n"
        f"2{' ' * 57} │ 2\n"
        f"3 - Pro is $29{' ' * 44} │ 3 + Pro is $24\n"
        f"{' ' * 58} │ 4 + Team is $79\n"
    )


def test_whoever_wants_both_sides_gets_them() -> None:
    """On a terminal of any width, and only then."""
    wide = render_terminal(_DIFF, width=120)
    assert render_terminal(_DIFF, side_by_side=True) == wide
    assert render_terminal(_DIFF, width=200, side_by_side=False) == render_terminal(_DIFF)
    diff = Diff(diff_text("Pro costs $29", "Pro costs $24"))
    narrow = render_terminal(diff, width=5, color=False, side_by_side=True)
    assert narrow.split("\n")[1:] == ["1 - Pro costs $29  │ 1 + Pro costs $24", ""]


def test_long_lines_are_wrapped_at_words() -> None:
    """Both columns keep their width, in letters that are one column wide, or two, or none."""
    words = "alpha beta gamma delta " * 4 + "end"
    wide = "東京都の人口は" * 9
    marks = "e\u0301" * 60
    old, new = f"{words}\n{wide}", f"{words}!\n{marks}"
    lines = render_terminal(Diff(diff_text(old, new)), width=120, color=False).split("\n")
    begin = "alpha beta gamma delta " * 2 + "alpha "
    end = "beta gamma delta alpha beta gamma delta end"
    assert [line.split(" │") for line in lines[1:-1]] == [
        [f"1 - {begin.ljust(54)}", f" 1 + {begin}"],
        [f"    {end.ljust(54)}", f"     {end}!"],
        [f"2 - {wide[:27]}", f" 2 + {marks[:108]}"],
        [f"    {wide[27:54]}", f"     {marks[108:]}"],
        [f"    {wide[54:]}{' ' * (54 - 2 * len(wide[54:]))}", ""],
    ]


def test_a_mark_is_not_torn_from_its_letter() -> None:
    """Not even where there is room for nothing."""
    pieces = [Piece("plain", "ae\u0301"), Piece("marked", "東x")]
    rows = ["".join(piece.text for piece in row) for row in wrap_pieces(pieces, 1)]
    assert rows == ["a", "e\u0301", "東", "x"]
    assert [measure(text) for text in ("a\u200d", "\u3000", "ｱ", "👍")] == [1, 2, 1, 2]


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        (f"ab{FAMILY}c", 7, ["ab", f"{FAMILY}c"]),
        (f"{FAMILY}{FAMILY}", 11, [FAMILY, FAMILY]),
        (f"ab {FAMILY}", 8, ["ab ", FAMILY]),
        (FAMILY * 2, 5, [FAMILY[:4], FAMILY[4:], FAMILY[:4], FAMILY[4:]]),
        ("\U0001f44d\U0001f3fd" * 3, 9, ["\U0001f44d\U0001f3fd" * 2, "\U0001f44d\U0001f3fd"]),
        ("\U0001f1e9\U0001f1ea" * 3, 3, ["\U0001f1e9\U0001f1ea"] * 3),
        ("x\U0001f1e9\U0001f1ea", 2, ["x", "\U0001f1e9\U0001f1ea"]),
    ],
)
def test_what_is_seen_as_one_stands_in_one_row(text: str, width: int, rows: list[str]) -> None:
    """Families, skin tones and flags, unless a row has no room for one."""
    found = wrap_pieces([Piece("plain", text)], width)
    assert ["".join(piece.text for piece in row) for row in found] == rows


def test_fields_come_first() -> None:
    """A line each, with what it amounts to, in the colour of what happened."""
    fields = diff_fields({"price": 29, "beta": 1}, {"price": 24, "days": 14})
    assert render_terminal(Diff(_DIFF.text_diff, fields)) == (
        "\x1b[33m~ price: 29 → 24 (-17.2 %)\x1b[m\n"
        "\x1b[31m- beta: 1\x1b[m\n\x1b[32m+ days: 14\x1b[m\n\n"
        f"{render_terminal(_DIFF)}"
    )
    assert render_terminal(Diff(None, fields), color=False) == (
        "~ price: 29 → 24 (-17.2 %)\n- beta: 1\n+ days: 14\n"
    )


def test_items_that_moved_are_fields_as_well() -> None:
    """By their keys, and with where they stood."""
    plans: list[JsonValue] = [{"name": "Free"}, {"name": "Pro"}, {"name": "Team"}]
    fields = diff_fields(plans, [plans[2], plans[0], plans[1]], list_keys={"$": "name"})
    shown = render_terminal(Diff(None, fields), color=False)
    assert shown == '> [name="Team"]: moved, [2] → [0]\n'


def test_moved_lines_have_a_colour_of_their_own() -> None:
    """And a line that says where they went."""
    old = "# A\n\nThese words stand first.\nThey go on.\n\n# B\n\nOthers.\nMore.\nAnd more."
    new = "# B\n\nOthers.\nMore.\nAnd more.\n\n# A\n\nThese words stand first.\nThey go on."
    for width in (None, 120):
        painted = render_terminal(Diff(diff_text(old, new)), width=width)
        assert "\x1b[35m@@ moved to lines 7-10\x1b[m\n" in painted
        assert "\x1b[35m@@ moved from lines 1-4\x1b[m\n" in painted
        assert painted.count("They go on.\x1b[m") == 2


def test_nothing_is_nothing() -> None:
    """A diff without changes has no lines."""
    for width in (None, 120):
        assert render_terminal(Diff(diff_text("a", "a")), width=width) == ""


@pytest.mark.parametrize(
    ("kind", "absolute", "percent", "told"),
    [
        ("number", -5.0, -17.2414, "-17.2 %"),
        ("number", 5.0, None, "+5"),
        ("number", 1e-6, 0.0123, "+0.012 %"),
        ("number", 1234567.0, 123456.7, "+123,456.7 %"),
        ("date", 86_400.0, None, "+1 day"),
        ("date", -5_400.0, None, "-1.5 hours"),
        ("date", 20.0, None, "+20 s"),
        ("boolean", None, None, ""),
    ],
)
def test_differences_are_told_in_words(
    kind: str, absolute: float | None, percent: float | None, told: str
) -> None:
    """By how many percent, by how much where there are none, by how long between two dates."""
    delta = Delta(kind=kind, previous=1, current=2, absolute=absolute, percent=percent)  # type: ignore[arg-type]
    assert spell_delta(delta) == told
