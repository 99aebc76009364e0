"""What is shown while a check is waited for."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field

import pytest

from changetrack._models import JsonObject
from changetrack.cli.client import Answer, Client
from changetrack.cli.following import follow_check
from tests.monitor.cli.house import TROUBLE
from tests.unit.cli.pages import Terminal

Output = pytest.CaptureFixture[str]
_GIVEN = argparse.Namespace(json=False, color="never")


@dataclass(frozen=True, kw_only=True)
class Script(Client):
    """A server that says one thing after the other, and the last one for ever."""

    server: str = "http://127.0.0.1:3000"
    rows: list[JsonObject] = field(default_factory=list)

    def ask(self, *_: object, **__: object) -> Answer:
        """Return the next one."""
        row = self.rows.pop(0) if len(self.rows) > 1 else self.rows[0]
        return Answer(b"", {"success": True, "data": row})


def _interrupt(_seconds: float) -> None:
    raise KeyboardInterrupt


def _row(status: str, **summary: int) -> JsonObject:
    return {"id": "c", "status": status, "summary": {**summary}, "pages": []}


def test_a_terminal_sees_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """On a line that is gone in the end."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    running = _row("running", totalPages=3, same=2, changed=1)
    failed = _row("failed", totalPages=0)
    script = Script(rows=[_row("queued"), _row("running"), running, failed])
    slept: list[float] = []
    assert follow_check(_GIVEN, script, "m", "c", sleep=slept.append) == TROUBLE
    assert terminal.shown.split("\r\x1b[K") == [
        "",
        "waiting for its turn",
        "no page so far",
        "3 pages so far: 1 changed, 2 same",
        "",
    ]
    assert slept == sorted(slept)
    assert capsys.readouterr().out == "check c: failed, no pages (-)\n"


def test_a_pipe_is_spared(capsys: Output) -> None:
    """No line for each look."""
    script = Script(rows=[_row("running"), _row("failed")])
    follow_check(_GIVEN, script, "m", "c", sleep=lambda _: None)
    assert capsys.readouterr().err == ""


def test_whoever_waits_no_longer_learns_how_to_look_later(capsys: Output) -> None:
    """The check goes on without them."""
    script = Script(rows=[_row("running")])
    with pytest.raises(KeyboardInterrupt):
        follow_check(_GIVEN, script, "m", "c", sleep=_interrupt)
    assert capsys.readouterr().err == (
        "changetrack: the check goes on; see it later with:\n  changetrack monitor check m c\n"
    )
