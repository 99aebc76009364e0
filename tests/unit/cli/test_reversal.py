"""`changetrack apply`, `revert` and `compose`: what was printed, used."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from changetrack import JsonObject, canonical_json, diff_text
from changetrack.cli import main
from changetrack.wire.changes import FIELDS_CUT
from tests.unit.cli.pages import CHANGED, NEW, OLD, SAME, TEXT, TROUBLE, Output, Stdin

THEN: JsonObject = {"price": "$19", "seen": 1}
NOW: JsonObject = {"extra": [1.0], "price": "$24", "seen": 2}
LAST = "# Pricing\n\nStarter $29\n"
REMEDY = "name what `changetrack diff --json --include fields OLD NEW` printed"


def _print(capsys: Output, *arguments: str) -> str:
    assert main(arguments) in {SAME, CHANGED}
    return capsys.readouterr().out


@pytest.mark.parametrize("form", ["answer", "envelope", "diff", "fields"])
def test_a_diff_of_json_goes_both_ways(form: str, capsys: Output) -> None:
    """As the command line printed it, or as the API answered."""
    printed = _print(capsys, "diff", "--json", "--include", "fields", "old.json", "new.json")
    answer = json.loads(printed)
    forms = {
        "answer": answer,
        "envelope": {"success": True, "data": answer},
        "diff": answer["diff"],
        "fields": answer["diff"]["fields"],
    }
    Path("d.json").write_text(json.dumps(forms[form]))
    assert _print(capsys, "apply", "d.json", "old.json") == canonical_json(NOW).decode() + "\n"
    assert _print(capsys, "revert", "d.json", "new.json") == canonical_json(THEN).decode() + "\n"


def test_a_diff_of_keyed_lists_goes_both_ways(capsys: Output) -> None:
    """Moves as well."""
    Path("a.json").write_text('[{"id":1},{"id":2},{"id":3}]')
    Path("b.json").write_text('[{"id":3},{"id":1,"x":null},{"id":4}]')
    printed = _print(
        capsys, "diff", "--json", "--include=fields", "--list-key", "$=id", "a.json", "b.json"
    )
    Path("d.json").write_text(printed)
    assert _print(capsys, "apply", "d.json", "a.json") == Path("b.json").read_text() + "\n"
    assert _print(capsys, "revert", "d.json", "b.json") == Path("a.json").read_text() + "\n"


def test_an_answer_about_markdown_is_applied_as_well(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from standard input."""
    answer = _print(capsys, "diff", "--json", "old.md", "new.md")
    monkeypatch.setattr(sys, "stdin", Stdin(answer.encode()))
    assert _print(capsys, "apply", "-", "old.md") == NEW


@pytest.mark.parametrize("page", ["old.md", "old.json"])
def test_what_says_that_nothing_changed_changes_nothing(page: str, capsys: Output) -> None:
    """It has no diff."""
    Path("d.json").write_text(_print(capsys, "diff", "--json", page, page))
    assert _print(capsys, "apply", "d.json", page) == _print(capsys, "normalize", page)


@pytest.mark.parametrize(
    ("diff", "page", "message"),
    [
        (TEXT, "old.json", f"d: this is no JSON, and the page is JSON; {REMEDY}"),
        (
            '{"diff": {"json": {}}}',
            "old.json",
            f"d: there are no field changes in it, and the page is JSON; {REMEDY}",
        ),
        (
            '[{"op": "remove", "path": "/seen"}]',
            "old.json",
            f"d.fields[0].segments: it is missing; {REMEDY}",
        ),
        (
            '{"status": "changed", "diff": null}',
            "old.json",
            f"d: it does not say what changed: only hashes could be compared; {REMEDY}",
        ),
        (
            '{"fields": []}',
            "old.md",
            (
                "d: there is no text diff in it, and the page is markdown;"
                " name what `changetrack diff OLD NEW` printed"
            ),
        ),
        (
            '{"fields": [{"op": "remove", "segments": ["gone"], "previous": 1}]}',
            "old.json",
            "gone: it is not there; use the snapshot that the diff was made from",
        ),
        ("[]", "null.json", "null.json: the JSON is null; a page needs a value to compare"),
        (
            "{ no diff",
            "old.md",
            (
                "there are no lines that begin with --- and +++;"
                " pass one file's unified diff, such as `diff.text`"
            ),
        ),
    ],
)
def test_what_does_not_apply_is_explained(
    diff: str, page: str, message: str, capsys: Output
) -> None:
    """What it is, and what to name instead."""
    Path("d").write_text(diff)
    Path("null.json").write_text("null")
    assert main(["apply", "d", page]) == TROUBLE
    assert capsys.readouterr() == ("", f"changetrack: {message}\n")


@pytest.fixture
def steps(folder: Path) -> Path:
    """Put a third version into the folder, and the step to it."""
    (folder / "last.md").write_text(LAST)
    (folder / "last.diff").write_text(diff_text(NEW, LAST).text)
    return folder


@pytest.mark.usefixtures("steps")
def test_diffs_are_joined(capsys: Output) -> None:
    """Into what the direct diff is, in every form of it."""
    given = ["old.md", "page.diff", "last.diff"]
    assert main(["compose", *given]) == CHANGED
    assert capsys.readouterr() == (diff_text(OLD, LAST).text, "")
    options = ["--json", "--include", "summary", "-U0"]
    assert main(["compose", *options, *given]) == CHANGED
    joined = capsys.readouterr().out
    assert main(["diff", *options, "old.md", "last.md"]) == CHANGED
    assert capsys.readouterr().out == joined
    assert main(["compose", "--show", "html", *given]) == CHANGED
    assert "<title>old.md: " in capsys.readouterr().out


def test_diffs_that_undo_each_other_are_nothing(capsys: Output) -> None:
    """And the status is that of nothing."""
    Path("back.diff").write_text(diff_text(NEW, OLD).text)
    assert main(["compose", "old.md", "page.diff", "back.diff"]) == SAME
    assert capsys.readouterr() == ("", "")


def test_diffs_of_json_are_joined(capsys: Output) -> None:
    """Each as it was printed."""
    Path("last.json").write_text('{"price": "$29", "seen": 2}')
    for name, pages in {"1.json": ("old", "new"), "2.json": ("new", "last")}.items():
        files = (f"{page}.json" for page in pages)
        Path(name).write_text(_print(capsys, "diff", "--json", "--include", "fields", *files))
    assert main(["compose", "old.json", "1.json", "2.json"]) == CHANGED
    assert capsys.readouterr() == ('~ price: "$19" → "$29"\n~ seen: 1 → 2\n', "")


@pytest.mark.usefixtures("steps")
@pytest.mark.parametrize(
    ("diffs", "message"),
    [
        (
            ["last.diff", "page.diff"],
            (
                "last.diff: hunk 1 does not match the text at line 1; apply it to the"
                " previous text, or revert it on the current one, as it was then"
            ),
        ),
        (["page.diff", "no.diff"], "no.diff: No such file or directory"),
        (
            ["page.diff", "empty.json"],
            (
                "empty.json: there is no text diff in it, and the page is markdown;"
                " name what `changetrack diff OLD NEW` printed"
            ),
        ),
    ],
)
def test_diffs_that_do_not_meet_are_trouble(diffs: list[str], message: str, capsys: Output) -> None:
    """The one that does not fit is named."""
    Path("empty.json").write_text("{}")
    assert main(["compose", "old.md", *diffs]) == TROUBLE
    assert capsys.readouterr() == ("", f"changetrack: {message}\n")


def test_fields_that_were_cut_are_not_applied(capsys: Output) -> None:
    """They would lead to another page."""
    Path("d.json").write_text('{"fields": [], "fieldsTruncated": true}')
    for command, page in (("apply", "old.json"), ("revert", "new.json")):
        assert main([command, "d.json", page]) == TROUBLE
        assert capsys.readouterr() == (
            "",
            (
                f"changetrack: d.json.fields: {FIELDS_CUT};"
                " ask for jsonPatch, which never is, or track a part of the page\n"
            ),
        )
