"""What the command line says when something is wrong, and when it is asked for help."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from changetrack.cli import main
from tests.unit.cli.pages import TROUBLE, Output, Stdin

FOLDERS = (
    "`changetrack pages OLD NEW` compares folders page by page, `changetrack cluster OLD NEW` shows"
    " what changed alike in them"
)
ENCODING = "name the encoding of a page with --encoding"


@pytest.mark.parametrize(
    "arguments",
    [
        ["diff", "-", "-"],
        ["apply", "-", "-"],
        ["hash", "-", "old.md", "-"],
        ["track", "--state", "s.json", "--schema", "-", "-"],
        ["diff", "--history", "-", "--baseline", "-", "old.md", "new.md"],
        ["diff", "--condition", "@-", "-", "new.md"],
        ["compose", "old.md", "-", "-"],
    ],
)
def test_standard_input_is_read_once(arguments: list[str], capsys: Output) -> None:
    """The second reader would get nothing, and take it for a page."""
    assert main(arguments) == TROUBLE
    message = "changetrack: standard input can only be read once; name a file for the others\n"
    assert capsys.readouterr() == ("", message)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["diff", "a.md", "b.md", "\x1b[31mred\n"], r"unrecognized arguments: \x1b[31mred\n"),
        (["diff", "--no\u202e", "a.md", "b.md"], r"unrecognized arguments: --no\u202e"),
        (["--\x9b", "diff", "a.md", "b.md"], r"unrecognized arguments: --\x9b"),
    ],
)
def test_a9_what_is_no_argument_is_shown_on_one_line_without_orders(
    arguments: list[str], said: str, capsys: Output
) -> None:
    """A9: a terminal obeys what it is shown, and argparse shows what it does not know."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == TROUBLE
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"error: {said}")


@pytest.mark.parametrize(
    ("arguments", "files", "message"),
    [
        (["diff", "no.md", "new.md"], {}, "no.md: No such file or directory"),
        (["track", "--state", "s.json", "."], {}, ".: Is a directory"),
        (["diff", "old.md", "."], {}, f".: it is a folder, and diff compares two pages; {FOLDERS}"),
        (["diff", ".", "."], {}, f".: it is a folder, and diff compares two pages; {FOLDERS}"),
        (
            ["diff", "old.md", "bad.md"],
            {"bad.md": b"caf\xe9"},
            f"bad.md: it cannot be read as utf-8 at byte 3; {ENCODING}",
        ),
        (
            ["apply", "bad.diff", "old.md"],
            {"bad.diff": b"\xff"},
            f"bad.diff: it cannot be read as utf-8 at byte 0; {ENCODING}",
        ),
        (
            ["diff", "--encoding", "utf-9", "old.md", "new.md"],
            {},
            "--encoding: there is no encoding named utf-9; use a name such as utf-8 or latin-1",
        ),
        (
            ["diff", "--encoding", "undefined", "old.md", "new.md"],
            {},
            f"old.md: it cannot be read as undefined; {ENCODING}",
        ),
        (
            ["normalize", "--encoding", "unicode_escape", "bad.md"],
            {"bad.md": b"\\ud800"},
            (
                "bad.md: the text holds a lone surrogate at character 0;"
                " decode the page with errors='replace'"
            ),
        ),
        (
            ["diff", "old.md", "new.json"],
            {},
            (
                "old.md and new.json cannot be compared: one of them is JSON;"
                " say what both are with --as"
            ),
        ),
        (
            ["diff", "old.json", "bad.json"],
            {"bad.json": b"null"},
            "bad.json: the JSON is null; a page needs a value to compare",
        ),
        (
            ["diff", "old.json", "bad.json"],
            {"bad.json": b"[1,]"},
            (
                "bad.json: not valid JSON: trailing comma is not allowed at line 1 column 3;"
                " send one JSON value in UTF-8"
            ),
        ),
        (
            ["diff", "old.json", "bad.json"],
            {"bad.json": b"[" * 129 + b"]" * 129},
            "bad.json: the JSON is nested deeper than 128 levels; flatten it or raise the limit",
        ),
        (
            ["diff", "--schema", "bad.json", "old.json", "new.json"],
            {"bad.json": b'{"type":5}'},
            (
                "--schema bad.json: type: must be one or a list of array, boolean, integer, null,"
                " number, object, string, is a number; correct it or leave it out"
            ),
        ),
        (
            ["diff", "-U", "-1", "old.md", "new.md"],
            {},
            "--context: expected a whole number from 0 to 1,000,000, got -1; leave it out for 3",
        ),
        (
            ["apply", "page.diff", "new.md"],
            {},
            (
                "hunk 1 does not match the text at line 1;"
                " apply it to the previous text, or revert it on the current one, as it was then"
            ),
        ),
        (
            ["apply", "old.md", "old.md"],
            {},
            (
                "there are no lines that begin with --- and +++;"
                " pass one file's unified diff, such as `diff.text`"
            ),
        ),
        (
            ["revert", "page.diff", "old.json"],
            {},
            (
                "page.diff: this is no JSON, and the page is JSON;"
                " name what `changetrack diff --json --include fields OLD NEW` printed"
            ),
        ),
        (
            ["hash", "\x1b[2J.md"],
            {},
            "\\x1b[2J.md: No such file or directory",
        ),
    ],
)
def test_trouble_is_explained(
    arguments: list[str], files: dict[str, bytes], message: str, capsys: Output
) -> None:
    """One line that says where, what, and what to do; status 2, and nothing on standard output."""
    for name, data in files.items():
        Path(name).write_bytes(data)
    assert main(arguments) == TROUBLE
    assert capsys.readouterr() == ("", f"changetrack: {message}\n")


@pytest.mark.parametrize("arguments", [[], ["diff"], ["diff", "a"], ["frobnicate"], ["track", "a"]])
def test_wrong_usage_is_trouble(arguments: list[str], capsys: Output) -> None:
    """The parser ends the process itself, with the status of diff(1)."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == TROUBLE
    assert capsys.readouterr().err.startswith("usage: changetrack")


@pytest.mark.parametrize(
    "command",
    [
        [],
        *(["diff"], ["track"], ["apply"], ["revert"], ["compose"], ["cluster"]),
        *(["hash"], ["normalize"]),
    ],
)
def test_help_is_a_page(command: list[str], capsys: Output) -> None:
    """It says what it is for, and fits a terminal of 100 columns."""
    with pytest.raises(SystemExit) as caught:
        main([*command, "--help"])
    page = capsys.readouterr().out
    assert caught.value.code == 0
    assert page.startswith(" ".join(["usage: changetrack", *command]))
    assert max(map(len, page.split("\n"))) <= 100


def test_the_version_is_shown(capsys: Output) -> None:
    """With the name of the program."""
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("changetrack 0.")


def test_an_interruption_is_trouble(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a traceback."""

    class Interrupted(Stdin):
        @property
        def buffer(self) -> io.BytesIO:
            raise KeyboardInterrupt

        @buffer.setter
        def buffer(self, _: io.BytesIO) -> None:
            pass

    monkeypatch.setattr(sys, "stdin", Interrupted(b""))
    assert main(["normalize", "-"]) == TROUBLE
    assert capsys.readouterr() == ("", "changetrack: interrupted\n")
