"""Rows for people."""

from __future__ import annotations

from changetrack._models import JsonObject
from changetrack.cli.tables import Sheet, lay_out
from changetrack.cli.views import add_diff, add_judgment, add_page, show_monitor


def test_columns_stand_below_each_other() -> None:
    """Whatever the letters are as wide as, and whatever their colours."""
    rows = [("定価", "failed", "x"), ("e\u0301t", "same", "a\tb\nc\x1b")]
    sheets = Sheet(is_painted=False), Sheet(is_painted=True)
    for sheet in sheets:
        lay_out(sheet, ("NAME", "STATUS", "LAST"), rows)
    plain, painted = (sheet.text for sheet in sheets)
    assert plain.splitlines() == [
        "NAME  STATUS  LAST",
        "定価  failed  x",
        "e\u0301t    same    a\\tb\\nc\\x1b",
    ]
    assert painted.splitlines()[1] == "定価  \x1b[31mfailed\x1b[m  x"


def test_a_page_tells_what_became_of_it() -> None:
    """Its judgment, the text that changed, and the fields; the tree of the text is for programs."""
    sheet = Sheet(is_painted=False)
    judgment: JsonObject = {"meaningful": False, "confidence": "high", "reason": "a counter"}
    fields: JsonObject = {
        "price": {"previous": 1, "current": 2},
        "new": {"previous": None, "current": 3},
        "a[": {"previous": 4, "current": None},
        "files": [],
    }
    diff: JsonObject = {"text": "--- previous\n+++ current\n", "json": fields}
    add_page(sheet, {"status": "changed", "url": "https://x/", "judgment": judgment, "diff": diff})
    assert sheet.text.splitlines() == [
        "changed  https://x/",
        "  not meaningful (high confidence): a counter",
        "--- previous",
        "+++ current",
        "~ price: 1 → 2 (+100.0 %)",
        "+ new: 3",
        "- a[: 4",
    ]


def test_a_painted_diff_shows_what_differs_in_a_line() -> None:
    """Reversed, as in every other diff; what is no diff is painted as far as it looks like one."""
    text = "--- previous\n+++ current\n@@ -7 +7 @@\n-Pro $19\n+Pro $24\n"
    sheet = Sheet(is_painted=True)
    add_diff(sheet, {"text": text, "json": {}})
    add_diff(sheet, {"text": "+strange\x1b[2J"})
    assert sheet.text.splitlines()[2:] == [
        "\x1b[36m@@ -7 +7 @@\x1b[m",
        "\x1b[31m-Pro \x1b[7m$19\x1b[27m\x1b[m",
        "\x1b[32m+Pro \x1b[7m$24\x1b[27m\x1b[m",
        "\x1b[1m--- previous\x1b[m",
        "\x1b[1m+++ current\x1b[m",
        "\x1b[36m@@ -0,0 +1 @@\x1b[m",
        "\x1b[32m+strange\\x1b[2J\x1b[m",
    ]


def test_what_a_strange_server_says_breaks_nothing() -> None:
    """Parts that are missing, or of another kind."""
    sheet = Sheet(is_painted=False)
    show_monitor(sheet, {"webhook": {}, "notification": {"emails": ["a"]}, "targets": [{}]})
    add_judgment(sheet, {})
    add_diff(sheet, {"text": 1, "json": []})
    add_page(sheet, {"error": "x" * 400})
    assert sheet.text.splitlines() == [
        "-        None (-)",
        "email    a",
        "history  - days",
        "  not meaningful (None confidence): ",
        "-  -",
        f"  {'x' * 300}…",
    ]
