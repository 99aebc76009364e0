"""What a terminal is shown: colours, and no commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from changetrack.cli import main
from tests.unit.cli.pages import CHANGED, TROUBLE, Output, Terminal


def _on_terminal(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    main(arguments)
    return terminal.shown


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a pipe does not, unless it is told to."""
    assert _on_terminal(monkeypatch, "diff", "old.md", "new.md").count("\x1b[") == 14


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


def test_a_reader_that_left_is_no_reason_to_complain(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """What is still to be written goes nowhere, also when the process ends."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert main(["normalize", "new.md"]) == TROUBLE
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_cannot_be_written_is_trouble(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """It has no name, so the message gives it one."""
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["normalize", "new.md"]) == TROUBLE
    message = "changetrack: standard output: No space left on device\n"
    assert capsys.readouterr().err == message
