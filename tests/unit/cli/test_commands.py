"""What the commands do with pages that are right."""

from __future__ import annotations

import contextlib
import io
import os
import runpy
import sys
from pathlib import Path

import pytest

from changetrack import hash_json, hash_markdown, track, wire
from changetrack.cli import main
from tests.unit.cli.pages import CHANGED, NEW, OLD, SAME, TEXT, Output, Stdin

# What is read, and what comes of it: arguments, status, output.
RUNS: dict[str, tuple[list[str], int, str]] = {
    "diff": (["diff", "old.md", "new.md"], CHANGED, TEXT),
    "diff of html": (["diff", "old.html", "new.html"], CHANGED, TEXT),
    "diff of html and markdown": (["diff", "old.html", "new.md"], CHANGED, TEXT),
    "diff of one page": (["diff", "old.md", "old.html"], SAME, ""),
    "diff without context": (
        ["diff", "-U", "0", "old.md", "new.md"],
        CHANGED,
        "--- previous\n+++ current\n@@ -3 +3 @@\n-Starter $19\n+Starter $24\n",
    ),
    "diff of json": (
        ["diff", "old.json", "new.json"],
        CHANGED,
        '~ price: "$19" → "$24"\n~ seen: 1 → 2\n+ extra: [1.0]\n',
    ),
    "diff under a schema": (
        ["diff", "--schema", "schema.json", "old.json", "new.json"],
        CHANGED,
        '~ price: "$19" → "$24"\n',
    ),
    "diff of json as markdown": (
        ["diff", "--as", "markdown", "--stat", "old.json", "new.json"],
        CHANGED,
        "lines: 1 added, 1 deleted, in 1 place\n",
    ),
    "stat": (
        ["diff", "--stat", "old.md", "new.md"],
        CHANGED,
        "lines: 1 added, 1 deleted, in 1 place\n",
    ),
    "stat of json": (
        ["diff", "--stat", "old.json", "new.json"],
        CHANGED,
        "fields: 1 added, 0 removed, 2 replaced\n",
    ),
    "stat of two changes in one hunk": (
        ["diff", "--stat", "apart.md", "apart2.md"],
        CHANGED,
        "lines: 2 added, 2 deleted, in 2 places\n",
    ),
    "stat without context": (
        ["diff", "--stat", "-U", "0", "apart.md", "apart2.md"],
        CHANGED,
        "lines: 2 added, 2 deleted, in 2 places\n",
    ),
    "stat of one page": (["diff", "--stat", "old.md", "old.md"], SAME, "nothing changed\n"),
    "apply": (["apply", "page.diff", "old.md"], SAME, NEW),
    "apply to html": (["apply", "page.diff", "old.html"], SAME, NEW),
    "revert": (["revert", "page.diff", "new.md"], SAME, "# Pricing\n\nStarter $19\n"),
    "hash": (
        ["hash", "old.md", "old.html", "old.json"],
        SAME,
        (
            f"{hash_markdown(OLD)}  old.md\n{hash_markdown(OLD)}  old.html\n"
            f"{hash_json({'price': '$19', 'seen': 1})}  old.json\n"
        ),
    ),
    "normalize": (["normalize", "old.md"], SAME, "# Pricing\n\nStarter $19\n"),
    "normalize html": (["normalize", "old.html"], SAME, "# Pricing\n\nStarter $19\n"),
    "normalize json": (["normalize", "new.json"], SAME, '{"extra":[1.0],"price":"$24","seen":2}\n'),
    "normalize nothing": (["normalize", os.devnull], SAME, ""),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_command_does_what_it_says(name: str, capsys: Output) -> None:
    """Statuses are those of diff(1), output is what patch and people read, errors are silent."""
    arguments, status, output = RUNS[name]
    assert main(arguments) == status
    assert capsys.readouterr() == (output, "")


def test_json_output_is_that_of_the_api(capsys: Output) -> None:
    """Whatever the API answers as data, on one line."""
    assert main(["diff", "--json", "old.md", "new.md"]) == CHANGED
    result = track(NEW, previous=track(OLD).snapshot)
    assert capsys.readouterr().out == wire.encode(wire.write_result(result)).decode() + "\n"


def test_warnings_go_where_errors_go(capsys: Output) -> None:
    """They are no part of what is piped on."""
    Path("new.json").write_text('{"price": 24}')
    assert main(["diff", "--schema", "schema.json", "old.json", "new.json"]) == CHANGED
    output, errors = capsys.readouterr()
    assert output == '~ price: "$19" → 24\n'
    assert errors == "changetrack: warning: price: must be a string, is a number\n"


@pytest.mark.parametrize(
    ("arguments", "data"),
    [
        (["diff", "-", "new.md"], OLD),
        (["diff", "--as", "html", "-", "new.html"], "<h1>Pricing</h1>Starter $19"),
        (["diff", "old.md", "-"], NEW),
    ],
)
def test_a_page_comes_from_standard_input(
    arguments: list[str], data: str, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-` is markdown, whatever `--as` does not say otherwise."""
    monkeypatch.setattr(sys, "stdin", Stdin(data.encode()))
    assert main(arguments) == CHANGED
    assert capsys.readouterr() == (TEXT, "")


def test_a_diff_comes_from_standard_input(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that commands can be piped into each other."""
    monkeypatch.setattr(sys, "stdin", Stdin(TEXT.encode()))
    assert main(["apply", "-", "old.md"]) == SAME
    assert capsys.readouterr() == (NEW, "")


def test_pages_in_other_encodings_are_read(capsys: Output) -> None:
    """By name; and a byte order mark is no content."""
    Path("latin.md").write_bytes("café".encode("latin-1"))
    Path("utf16.md").write_bytes("café".encode("utf-16"))
    Path("bom.md").write_bytes("café".encode("utf-8-sig"))
    for name, encoding in {"latin.md": "latin-1", "utf16.md": "utf-16"}.items():
        assert main(["normalize", "--encoding", encoding, name]) == SAME
    assert main(["normalize", "bom.md"]) == SAME
    assert capsys.readouterr() == ("café\n" * 3, "")


def test_output_goes_where_standard_output_was_sent() -> None:
    """Also where that has no bytes beneath it."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        assert main(["normalize", "new.md"]) == SAME
    assert output.getvalue() == NEW


def test_the_package_runs_as_a_module(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m changetrack` is the command; importing the module is nothing."""
    monkeypatch.setattr(sys, "argv", ["changetrack", "diff", "old.md", "new.md"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("changetrack", run_name="__main__")
    assert (caught.value.code, capsys.readouterr().out) == (CHANGED, TEXT)
    runpy.run_module("changetrack.__main__", run_name="imported")
    assert capsys.readouterr().out == ""
