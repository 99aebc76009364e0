"""The command line, driven in process with real files."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path

import pytest

from changetrack import Snapshot, hash_json, hash_markdown, track, wire
from changetrack.cli import main

SAME, CHANGED, TROUBLE = 0, 1, 2
OLD = "# Pricing\r\n\r\n\r\nStarter $19  \n"
NEW = "# Pricing\n\nStarter $24\n"
TEXT = "--- previous\n+++ current\n@@ -1,3 +1,3 @@\n # Pricing\n \n-Starter $19\n+Starter $24\n"
ENCODING = "name the encoding of a page with --encoding"
SCHEMA = {"type": "object", "properties": {"price": {"type": "string"}}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in a folder with a few pages, and with a terminal that says nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, text in {
        "old.md": OLD,
        "new.md": NEW,
        "old.html": "<h1>Pricing</h1><p>Starter $19</p>",
        "new.html": "<h1>Pricing</h1><p>Starter $24</p>",
        "old.json": '{"price": "$19", "seen": 1}',
        "new.json": '{"price": "$24", "seen": 2, "extra": [1.0]}',
        "schema.json": json.dumps(SCHEMA),
        "page.diff": TEXT,
    }.items():
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


class Terminal(io.TextIOWrapper):
    """A terminal that keeps what it is shown."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")

    def isatty(self) -> bool:
        """Say yes."""
        return True

    @property
    def shown(self) -> str:
        """What was written."""
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


class Stdin:
    """Standard input that holds some bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def _on_terminal(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    main(arguments)
    return terminal.shown


Output = pytest.CaptureFixture[str]


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


@pytest.mark.parametrize(
    "arguments",
    [
        ["diff", "-", "-"],
        ["apply", "-", "-"],
        ["hash", "-", "old.md", "-"],
        ["track", "--state", "s.json", "--schema", "-", "-"],
    ],
)
def test_standard_input_is_read_once(arguments: list[str], capsys: Output) -> None:
    """The second reader would get nothing, and take it for a page."""
    assert main(arguments) == TROUBLE
    message = "changetrack: standard input can only be read once; name a file for the others\n"
    assert capsys.readouterr() == ("", message)


@pytest.mark.parametrize(
    ("arguments", "files", "message"),
    [
        (["diff", "no.md", "new.md"], {}, "no.md: No such file or directory"),
        (["diff", "old.md", "."], {}, ".: Is a directory"),
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
                "schema.type: must be one or a list of array, boolean, integer, null, number,"
                " object, string, is a number; correct it or leave it out"
            ),
        ),
        (
            ["diff", "-U", "-1", "old.md", "new.md"],
            {},
            "context: expected a whole number from 0 to 1,000,000, got -1; leave it out for 3",
        ),
        (
            ["apply", "page.diff", "new.md"],
            {},
            (
                "hunk 1 does not match the text at line 1;"
                " use the snapshot that the diff was made from"
            ),
        ),
        (
            ["apply", "old.md", "old.md"],
            {},
            "the diff is of 0 files; pass one file's unified diff, such as `diff.text`",
        ),
        (
            ["revert", "page.diff", "old.json"],
            {},
            (
                "old.json is JSON, and a text diff does not apply to it;"
                " apply it to the markdown that it was made from"
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


def test_pages_in_other_encodings_are_read(capsys: Output) -> None:
    """By name; and a byte order mark is no content."""
    Path("latin.md").write_bytes("café".encode("latin-1"))
    Path("utf16.md").write_bytes("café".encode("utf-16"))
    Path("bom.md").write_bytes("café".encode("utf-8-sig"))
    for name, encoding in {"latin.md": "latin-1", "utf16.md": "utf-16"}.items():
        assert main(["normalize", "--encoding", encoding, name]) == SAME
    assert main(["normalize", "bom.md"]) == SAME
    assert capsys.readouterr() == ("café\n" * 3, "")


@pytest.mark.parametrize("arguments", [[], ["diff"], ["diff", "a"], ["frobnicate"], ["track", "a"]])
def test_wrong_usage_is_trouble(arguments: list[str], capsys: Output) -> None:
    """The parser ends the process itself, with the status of diff(1)."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == TROUBLE
    assert capsys.readouterr().err.startswith("usage: changetrack")


@pytest.mark.parametrize(
    "command", [[], *([name] for name in ("diff", "track", "apply", "revert", "hash", "normalize"))]
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


def test_track_keeps_the_page_for_the_next_time(capsys: Output) -> None:
    """First observation, change, no change."""
    assert main(["track", "--state", "s.json", "old.md"]) == CHANGED
    assert capsys.readouterr() == ("first observation: nothing to compare with yet\n", "")
    assert Snapshot.from_json(Path("s.json").read_bytes()) == track(OLD).snapshot
    assert main(["track", "--state", "s.json", "new.md"]) == CHANGED
    assert capsys.readouterr() == (TEXT, "")
    kept = Path("s.json").stat()
    assert main(["track", "--state", "s.json", "new.html"]) == SAME
    assert capsys.readouterr() == ("", "")
    assert Path("s.json").stat().st_ino == kept.st_ino, "an unchanged state is not written"
    assert sorted(Path().glob("s.json*")) == [Path("s.json")]


def test_track_of_json(capsys: Output) -> None:
    """The state holds what the schema declares."""
    state = ["track", "--state", "s.json", "--schema", "schema.json"]
    assert main([*state, "old.json"]) == CHANGED
    assert json.loads(Path("s.json").read_text())["json"] == {"price": "$19"}
    assert main([*state, "--stat", "new.json"]) == CHANGED
    assert capsys.readouterr().out.split("\n")[1] == "fields: 0 added, 0 removed, 1 replaced"


def test_a_dry_run_changes_nothing(capsys: Output) -> None:
    """Neither the first time nor later."""
    assert main(["track", "--dry-run", "--state", "s.json", "old.md"]) == CHANGED
    assert not Path("s.json").exists()
    main(["track", "--state", "s.json", "old.md"])
    before = Path("s.json").read_bytes()
    assert main(["track", "--dry-run", "--state", "s.json", "new.md"]) == CHANGED
    assert Path("s.json").read_bytes() == before
    assert capsys.readouterr().out.endswith(TEXT)


def test_a_baseline_of_a_hash_says_that_something_changed(capsys: Output) -> None:
    """And what it cannot say."""
    Path("s.json").write_text(json.dumps({"contentHash": hash_markdown(OLD)}))
    assert main(["track", "--stat", "--dry-run", "--state", "s.json", "new.md"]) == CHANGED
    output, errors = capsys.readouterr()
    assert output == "changed\n"
    assert errors == (
        "changetrack: warning: the baseline holds only a hash, so what changed cannot be shown\n"
    )
    assert main(["track", "--dry-run", "--state", "s.json", "new.md"]) == CHANGED
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (b"", "not valid JSON: "),
        (b"{", "not valid JSON: "),
        (b"\xff", "not valid JSON: "),
        (b"[]", "expected an object, got an array"),
        (b'{"markdown":1}', "expected a string, got a number"),
    ],
)
def test_a_broken_state_is_not_overwritten(state: bytes, problem: str, capsys: Output) -> None:
    """It may be somebody's only copy; the message names it."""
    Path("s.json").write_bytes(state)
    assert main(["track", "--state", "s.json", "old.md"]) == TROUBLE
    message = capsys.readouterr().err
    assert message.startswith(f"changetrack: s.json: this is not a snapshot: {problem}")
    assert message.endswith("; restore it, or remove it to start again\n")
    assert Path("s.json").read_bytes() == state


def test_a_state_that_cannot_be_written_is_trouble(capsys: Output) -> None:
    """The message names the file that was asked for, and nothing is left behind."""
    assert main(["track", "--state", "no/s.json", "old.md"]) == TROUBLE
    assert capsys.readouterr().err == "changetrack: no/s.json: No such file or directory\n"
    Path("dir.json").mkdir()
    assert main(["track", "--state", "dir.json", "old.md"]) == TROUBLE
    assert capsys.readouterr().err == "changetrack: dir.json: Is a directory\n"


def test_a_crash_while_writing_leaves_the_old_state(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """The new one is written beside it first, and takes its place at once."""
    main(["track", "--state", "s.json", "old.md"])
    before = Path("s.json").read_bytes()

    def fail(*_: object) -> None:
        message = "No space left on device"
        raise OSError(28, message)

    monkeypatch.setattr(os, "fsync", fail)
    capsys.readouterr()
    assert main(["track", "--state", "s.json", "new.md"]) == TROUBLE
    assert capsys.readouterr() == ("", "changetrack: s.json: No space left on device\n")
    assert Path("s.json").read_bytes() == before
    assert sorted(Path().glob("s.json*")) == [Path("s.json")]


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a pipe does not, unless it is told to."""
    assert _on_terminal(monkeypatch, "diff", "old.md", "new.md").count("\x1b[") == 10


@pytest.mark.parametrize(
    ("variable", "value", "coloured"),
    [
        ("NO_COLOR", "1", False),
        ("NO_COLOR", "", True),
        ("TERM", "dumb", False),
        ("TERM", "", True),
    ],
)
def test_no_colour_where_none_is_wanted(
    variable: str,
    value: str,
    coloured: bool,  # noqa: FBT001 - a table
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """https://no-color.org: any value that is not empty."""
    monkeypatch.setenv(variable, value)
    shown = _on_terminal(monkeypatch, "diff", "old.md", "new.md")
    assert ("\x1b[" in shown) is coloured
    assert "\x1b[" not in _on_terminal(monkeypatch, "diff", "--color=never", "old.md", "new.md")
    assert "\x1b[" in _on_terminal(monkeypatch, "diff", "--color=always", "old.md", "new.md")


def test_colours_can_be_piped(capsys: Output) -> None:
    """For `less -R`."""
    assert main(["diff", "--color", "always", "old.json", "new.json"]) == CHANGED
    assert capsys.readouterr().out.count("\x1b[") == 6


@pytest.mark.parametrize("color", ["auto", "never"])
def test_a_page_cannot_command_the_terminal(color: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With or without colours of our own."""
    Path("new.md").write_text("# Pricing\n\n\x1b]0;owned\x07\x9b2J")
    shown = _on_terminal(monkeypatch, "diff", f"--color={color}", "old.md", "new.md")
    assert "+\\x1b]0;owned\\x07\\x9b2J" in shown


def test_a_pipe_gets_the_page_as_it_is(capsys: Output) -> None:
    """A diff that was changed for the eye would apply to nothing."""
    Path("new.md").write_text("# Pricing\n\n\x1b]0;owned\x07")
    assert main(["diff", "old.md", "new.md"]) == CHANGED
    assert capsys.readouterr().out.endswith("+\x1b]0;owned\x07\n")


def test_output_goes_where_standard_output_was_sent() -> None:
    """Also where that has no bytes beneath it."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        assert main(["normalize", "new.md"]) == SAME
    assert output.getvalue() == NEW


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
