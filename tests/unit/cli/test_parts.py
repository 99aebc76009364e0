"""`--show` and `--include`: the parts of a result, by their names."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from changetrack import Options, track, wire
from changetrack.cli import main
from tests.unit.cli.pages import CHANGED, NEW, OLD, SAME, TROUBLE, Output, Terminal

THEN = """\
# Plans

See [docs](/v1).

![logo](/a.png)

| Plan | Price | Seats |
| --- | --- | --- |
| Pro | $29 | 5 |
| Old | $9 | 1 |

## Legal

Stays.

## Gone

Goes.
"""
NOW = """\
# Plans

See [docs](/v2).

| Plan | Price | Users |
| --- | --- | --- |
| Pro | $24 | 5 |
| Team | $99 | 9 |

## Legal

Stays.

## News

Comes and [stays](/s).
"""
NAMES = ", ".join(wire.EXTRAS)


@pytest.fixture(autouse=True)
def pages(folder: Path) -> Path:
    """Put a page with all that can change into the folder."""
    (folder / "then.md").write_text(THEN)
    (folder / "now.md").write_text(NOW)
    return folder


# What is read, and what is printed of it.
TEXTS: dict[str, tuple[list[str], str]] = {
    "summary": (["old.md", "new.md"], "1 line changed in Pricing.\n"),
    "added": (["old.md", "new.md"], "Line 3, Pricing:\n+ Starter $24\n"),
    "removed": (["old.md", "new.md"], "Line 3, Pricing:\n- Starter $19\n"),
    "sections": (
        ["then.md", "now.md"],
        (
            "Plans: 4 lines changed, 2 removed\nPlans › Gone: removed, 2 lines\n"
            "Plans › News: added, 2 lines\n1 section unchanged\n"
        ),
    ),
    "links": (
        ["then.md", "now.md"],
        (
            "~ [docs](/v1) → [docs](/v2)  (Plans, line 3)\n"
            "- ![logo](/a.png)  (Plans, line 5)\n"
            "+ [stays](/s)  (Plans › News, line 16)\n"
        ),
    ),
    "tables": (
        ["then.md", "now.md"],
        (
            "~ table  (Plans, line 5)\n  ~ column “Seats” → “Users”\n  - row “Old”\n"
            "  + row “Team”\n  ~ Pro, Price: $29 → $24\n"
        ),
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_part_is_printed_by_its_name(name: str, capsys: Output) -> None:
    """In lines for people; the status is that of a diff."""
    arguments, output = TEXTS[name]
    assert main(["diff", "--show", name, *arguments]) == CHANGED
    assert capsys.readouterr() == (output, "")


@pytest.mark.parametrize("name", ["hunks", "fields", "stats", "jsonPatch", "mergePatch"])
def test_what_is_for_programs_is_what_the_api_answers(name: str, capsys: Output) -> None:
    """With indents, and nothing around it."""
    assert main(["diff", "--show", name, "old.json", "new.json"]) == CHANGED
    shown = json.loads(capsys.readouterr().out)
    assert main(["diff", "--json", "--include", f" {name},summary", "old.json", "new.json"])
    answer = json.loads(capsys.readouterr().out)
    assert shown == (answer if name == "stats" else answer["diff"])[name]
    assert answer["summary"].endswith(".")


@pytest.mark.parametrize("name", ["html", "inlineHtml", "inline-html", "MAILHTML"])
def test_html_is_a_document(name: str, capsys: Output) -> None:
    """Ready for a browser: it says its encoding, and has a title."""
    Path("<i>.md").write_text("# Pricing\n\nStarter <script>")
    assert main(["diff", "--show", name, "old.md", "<i>.md"]) == CHANGED
    shown = capsys.readouterr().out
    title = "<title>&lt;i&gt;.md: "
    assert shown.startswith(f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">{title}')
    assert shown.endswith("</body></html>\n")
    assert "<script>" not in shown
    assert ("color-scheme" in shown.split("<body")[0]) is (name != "MAILHTML")


def test_columns_of_a_table_come_and_go(capsys: Output) -> None:
    """They are named, and their cells are not listed."""
    for name, line in {"then.md": "| {} | Old |", "now.md": "| {} | New | More |"}.items():
        cells = line.count("|") - 1
        rows = [line.format("Plan"), "|" + " --- |" * cells]
        rows += [f"| {plan}" + " | x" * (cells - 1) + " |" for plan in ("Pro", "Team")]
        Path(name).write_text("\n".join(rows))
    assert main(["diff", "--show", "tables", "then.md", "now.md"]) == CHANGED
    assert main(["diff", "--show", "tables", "now.md", "then.md"]) == CHANGED
    shown = capsys.readouterr().out
    assert "  + column “More”\n" in shown
    assert "  - column “More”\n" in shown
    assert shown.startswith("~ table  (line 1)\n")


def test_a_rendering_goes_on_where_it_left_off(capsys: Output) -> None:
    """Its last line is the cursor."""
    arguments = ["diff", "--show", "render", "--budget", "200", "then.md", "now.md"]
    assert main(arguments) == CHANGED
    first = capsys.readouterr().out
    cursor = first.rstrip("\n").rpartition(" ")[2]
    assert main([*arguments, "--cursor", cursor]) == CHANGED
    second = capsys.readouterr().out
    result = track(NOW, previous=track(THEN).snapshot)
    assert first == result.render(budget=200).text
    assert second == result.render(budget=200, cursor=cursor).text


def test_a_patch_has_tests_where_they_are_asked_for(capsys: Output) -> None:
    """In what is shown, and in the answer."""
    assert main(["diff", "--show", "jsonPatch", "--patch-tests", "old.json", "new.json"]) == CHANGED
    shown = json.loads(capsys.readouterr().out)
    assert {"op": "test", "path": "/seen", "value": 1} in shown
    arguments = ["--json", "--include", "json-patch", "--patch-tests"]
    assert main(["diff", *arguments, "old.json", "new.json"]) == CHANGED
    assert json.loads(capsys.readouterr().out)["diff"]["jsonPatch"] == shown


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("summary", "Nothing changed.\n"),
        ("fields", "[]\n"),
        ("merge-patch", "{}\n"),
        ("merge_patch", "{}\n"),
        ("added", ""),
        ("render", "Nothing changed.\n"),
    ],
)
def test_a_part_of_nothing_is_one_as_well(name: str, output: str, capsys: Output) -> None:
    """What reads it need not know of a special case."""
    assert main(["diff", "--show", name, "old.json", "old.json"]) == SAME
    assert capsys.readouterr() == (output, "")


def test_the_first_time_there_is_no_part(capsys: Output) -> None:
    """The status says that it is the first time, and the summary does."""
    assert main(["track", "--dry-run", "--state", "s.json", "--show", "fields", "old.json"]) == 1
    assert main(["track", "--dry-run", "--state", "s.json", "--show", "summary", "old.md"]) == 1
    assert capsys.readouterr() == ("[]\nSeen for the first time.\n", "")


def test_a_terminal_gets_colours_and_no_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Headings are written by others."""
    Path("now.md").write_text("# Plans\x1b[2J\n\n[a](/b)\n")
    for name, line in {
        "sections": "\x1b[33mPlans\\x1b[2J: 2 lines added\x1b[m",
        "added": "\x1b[32m+ [a](/b)\x1b[m\n",
        "links": "\x1b[32m+ [a](/b)  (Plans\\x1b[2J, line 3)\x1b[m\n",
    }.items():
        Path("then.md").write_text("# Plans\x1b[2J\n")
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        main(["diff", "--show", name, "then.md", "now.md"])
        assert line in terminal.shown


@pytest.mark.parametrize(
    ("columns", "option", "is_split"),
    [
        ("120", [], True),
        ("119", [], False),
        ("60", ["--side-by-side"], True),
        ("200", ["--no-side-by-side"], False),
    ],
)
def test_sides_stand_beside_each_other_where_there_is_room(
    columns: str,
    option: list[str],
    is_split: bool,  # noqa: FBT001 - a table
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Or where it is said so; without colours, it is the same."""
    monkeypatch.setenv("COLUMNS", columns)
    for color in ("always", "never"):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        main(["diff", "--color", color, *option, "old.md", "new.md"])
        assert (" │ " in terminal.shown) is is_split


@pytest.mark.parametrize("columns", ["70", ""])
def test_what_is_piped_is_side_by_side_on_request_only(
    columns: str, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In as many columns as COLUMNS says, or in 120."""
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["diff", "--side-by-side", "-U0", "old.md", "new.md"]) == CHANGED
    line = "3 - Starter $19".ljust((int(columns or 120) - 3) // 2)
    assert capsys.readouterr().out.split("\n")[1] == f"{line} │ 3 + Starter $24"
    monkeypatch.setenv("COLUMNS", "200")
    for color in ("always", "never"):
        assert main(["diff", "--color", color, "old.md", "new.md"]) == CHANGED
        assert " │ " not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--show", "html", "--stat", "--show", "summary"],
            (
                "--show is given twice, and one part is printed;"
                " leave one out, or name several with --json --include"
            ),
        ),
        (
            ["--show", "htlm"],
            f"--show: there is no 'htlm'; did you mean html? There are {NAMES}",
        ),
        (["--json", "--include", "x"], f"--include: there is no 'x'; use one of {NAMES}"),
        (
            ["--include", "html"],
            (
                "--include names what stands in the JSON, which is not shown;"
                " add --json, or print one of them with --show"
            ),
        ),
        (
            ["--show", "html", "--stat"],
            (
                "--show and --stat both say what is printed;"
                " leave one out; what stands in the JSON as well is named with --include"
            ),
        ),
        (["--budget", "90"], "--budget is of render, which is not shown; add --show render"),
        (
            ["--patch-tests"],
            "--patch-tests is of json-patch, which is not shown; add --show json-patch",
        ),
        (
            ["--show", "render", "--budget", "9"],
            (
                "--budget: expected a whole number from 100 to 1,000,000, got 9;"
                " leave it out for 800"
            ),
        ),
        (
            ["--json", "--include", "render", "--cursor", "9"],
            (
                "--cursor: this is not a cursor;"
                " pass what an earlier rendering of this diff returned as its cursor"
            ),
        ),
        (
            ["--show", "render", "--cursor", "9"],
            (
                "--cursor: this is not a cursor;"
                " pass what an earlier rendering of this diff returned as its cursor"
            ),
        ),
    ],
)
def test_what_cannot_be_shown_is_explained(
    arguments: list[str], message: str, capsys: Output
) -> None:
    """By the option, before anything is printed."""
    assert main(["diff", *arguments, "old.md", "new.md"]) == TROUBLE
    assert capsys.readouterr() == ("", f"changetrack: {message}\n")


def test_a_merge_patch_that_cannot_be_is_trouble(capsys: Output) -> None:
    """Nobody applies half of one; in the answer, it is a warning."""
    Path("null.json").write_text('{"price": null}')
    arguments = ["old.json", "null.json"]
    assert main(["diff", "--show", "mergePatch", *arguments]) == TROUBLE
    assert capsys.readouterr().out == ""
    assert main(["diff", "--json", "--include", "mergePatch", *arguments]) == CHANGED
    assert "mergePatch is left out" in json.loads(capsys.readouterr().out)["warnings"][0]


@pytest.mark.parametrize(
    ("arguments", "warning"),
    [
        (
            ["--show", "links", "old.json", "old.json"],
            "the page is JSON, so there is nothing to show as links",
        ),
        (
            ["--show", "fields", "old.md", "old.md"],
            "the page is text, so there is nothing to show as fields",
        ),
        (
            ["--list-key", "infer", "--tolerance", "a=1", "old.md", "old.md"],
            "the page is text, so nothing comes of --list-key and --tolerance",
        ),
    ],
)
def test_what_a_page_does_not_have_is_said(
    arguments: list[str], warning: str, capsys: Output
) -> None:
    """Nothing would look like no change."""
    assert main(["diff", *arguments]) == SAME
    assert capsys.readouterr().err == f"changetrack: warning: {warning}\n"


def test_the_answer_holds_what_is_included(capsys: Output) -> None:
    """It is that of the API."""
    assert main(["diff", "--json", "--include", "hunks,html", "old.md", "new.md"]) == CHANGED
    options = Options(include=("hunks", "html"))
    result = track(NEW, previous=track(OLD).snapshot, options=options)
    assert (
        capsys.readouterr().out == wire.encode(wire.write_result(result, options)).decode() + "\n"
    )
