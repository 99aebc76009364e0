"""`changetrack track`: what it keeps, and that it loses nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from changetrack import Snapshot, hash_markdown, track
from changetrack.cli import main
from tests.unit.cli.pages import CHANGED, OLD, SAME, TEXT, TROUBLE, Output


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
    assert capsys.readouterr().err == "changetrack: s.json: No space left on device\n"
    assert Path("s.json").read_bytes() == before
    assert sorted(Path().glob("s.json*")) == [Path("s.json")]
