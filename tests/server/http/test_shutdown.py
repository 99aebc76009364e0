"""The end of a server: what it has it finishes, what it cannot it refuses, and nothing remains."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Self

import pytest

from changetrack_server.settings import Settings
from tests.server.http.heavy import LARGE, SLOW
from tests.server.http.live import LiveServer, eventually, has_ended
from tests.server.http.sockets import DIFF, LINES_TYPE, Hangup, Wire, ask, spell, spell_chunk

DRAIN_SECONDS = 1
DEFAULT_DRAIN_SECONDS = Settings().drain_seconds
# What a busy machine may add; where nothing is set, a server waits for longer than that.
SLACK = 8


class _Ending:
    """A server that is told to stop in the middle of a test."""

    def __init__(self, *arguments: str, **settings: object) -> None:
        self.server = LiveServer(*arguments, work_processes=1, **settings)
        self.server.wait_for_start()
        self.status: int | None = None
        self.seconds = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            self.server.stop(signal.SIGKILL)

    def begin(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Tell it to stop, and return when it takes no more connections."""
        self._start = time.monotonic()
        self.server.process.send_signal(by)
        assert eventually(lambda: not _is_open(self.server.port))

    def finish(self) -> None:
        """Wait for its end."""
        self.status = self.server.wait()
        self.seconds = time.monotonic() - self._start


def _is_open(port: int) -> bool:
    try:
        Wire(port).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.parametrize(("by", "body"), [(signal.SIGTERM, LARGE), (signal.SIGINT, SLOW)])
def test_A46_what_runs_is_finished(by: signal.Signals, body: bytes) -> None:
    """A request in work is answered whole, others find nobody, and the status says all is well."""
    with _Ending() as ending, Wire(ending.server.port) as wire:
        with ending.server.holding_workers():
            wire.send(spell("POST", DIFF, body))
            assert eventually(lambda: ending.server.read_metrics()["changetrack_jobs"] == 1)
            ending.begin(by)
        answer = wire.read_answer()
        assert (answer.status, answer.json["success"]) == (200, True)
        assert answer.header("connection") == "close"
        ending.finish()
    assert (ending.status, ending.seconds < DEFAULT_DRAIN_SECONDS) == (0, True)


def test_A46_what_arrives_is_finished() -> None:
    """So is a request whose body is still on its way."""
    with _Ending() as ending, Wire(ending.server.port) as wire:
        body = b'{"current":{"markdown":"a"}}'
        wire.send(spell("POST", DIFF, body)[: -len(body) + 5])
        assert eventually(lambda: ending.server.count_active() == 1)
        ending.begin()
        assert wire.ask(body[5:]).status == 200
        ending.finish()
    assert (ending.status, ending.seconds < DEFAULT_DRAIN_SECONDS) == (0, True)


def test_A46_idle_connections_do_not_hold_it() -> None:
    """Those that wait for nothing are closed at once."""
    with _Ending() as ending, Wire(ending.server.port) as kept, Wire(ending.server.port) as silent:
        assert kept.ask(spell("GET", "/health")).status == 200
        ending.begin()
        assert (kept.read_to_end(), silent.read_to_end()) == (b"", b"")
        ending.finish()
    assert (ending.status, ending.seconds < DEFAULT_DRAIN_SECONDS) == (0, True)


def test_A46_there_is_an_end_to_waiting() -> None:
    """What is not finished in time has an envelope that says why, and no process outlives it."""
    with (
        _Ending(drain_seconds=DRAIN_SECONDS) as ending,
        Wire(ending.server.port) as wire,
        ending.server.holding_workers() as workers,
    ):
        wire.send(spell("POST", DIFF, LARGE))
        assert eventually(lambda: ending.server.read_metrics()["changetrack_jobs"] == 1)
        ending.begin()
        answer = wire.read_answer()
        ending.finish()
        assert all(map(has_ended, workers))
    assert (answer.status, answer.reason) == (503, "shutting_down")
    assert (answer.json["errorCode"], answer.header("retry-after")) == ("overloaded", "1")
    assert ending.status == 0
    assert DRAIN_SECONDS * 0.9 <= ending.seconds < DRAIN_SECONDS + SLACK


def test_A46_a_stream_is_cut_off_not_ended() -> None:
    """Its client sees that something is missing: the last chunk never comes."""
    head = spell("POST", DIFF, None, f"Content-Type: {LINES_TYPE}", "Transfer-Encoding: chunked")
    with _Ending(drain_seconds=DRAIN_SECONDS) as ending, Wire(ending.server.port) as wire:
        wire.send(head + spell_chunk(b'{"current":{"markdown":"a"}}\n'))
        assert wire.read_head().status == 200
        assert wire.read_piece().startswith(b'{"success":true,')
        ending.begin()
        wire.send(spell_chunk(b'{"current":{"markdown":"b"}}\n'))
        assert wire.read_piece().startswith(b'{"success":true,')
        with pytest.raises(Hangup, match=r"b''"):
            wire.read_piece()
        ending.finish()
    assert (ending.status, ending.seconds < DRAIN_SECONDS + SLACK) == (0, True)


def test_A46_a_reader_that_never_reads_does_not_hold_it() -> None:
    """Its answer is lost, as it would have been."""
    with (
        _Ending(drain_seconds=DRAIN_SECONDS) as ending,
        Wire(ending.server.port, takes=4096) as wire,
    ):
        wire.send(spell("POST", DIFF, b'{"current":{"markdown":"%b"}}' % (b"x" * 8_000_000)))
        assert eventually(lambda: '"status":200,"ms"' in ending.server.errors)
        ending.begin()
        ending.finish()
    assert (ending.status, ending.seconds < DRAIN_SECONDS + SLACK) == (0, True)


def test_A46_several_workers() -> None:
    """All of them finish what they have."""
    with _Ending("--workers", "2") as ending:
        port = ending.server.port
        wires = [Wire(port) for _ in range(8)]
        body = b'{"current":{"markdown":"a"}}'
        for wire in wires:
            wire.send(spell("POST", DIFF, body)[: -len(body) + 5])
        assert eventually(lambda: ending.server.count_active() == len(wires))
        ending.server.process.send_signal(signal.SIGTERM)
        answers = [wire.ask(body[5:]) for wire in wires]
        ending._start = time.monotonic()
        ending.finish()
        for wire in wires:
            wire.close()
    assert [answer.status for answer in answers] == [200] * len(wires)
    assert ending.status == 0
    assert not _is_open(port)


def test_A46_a_server_that_is_killed_leaves_no_process() -> None:
    """Its processes end by themselves, since nobody will give them work."""
    with _Ending() as ending:
        workers = ending.server.list_workers()
        assert ask(ending.server.port, "GET", "/health").status == 200
        ending.server.process.kill()
        ending.status = ending.server.wait()
        assert eventually(lambda: all(map(has_ended, workers)))


def test_A46_a_signal_before_it_has_started() -> None:
    """It ends then too, at whatever moment; never with a traceback."""
    for delay in (0.02, 0.1, 0.15, 0.2):
        server = LiveServer(work_processes=1)
        threading.Event().wait(delay)
        os.kill(server.pid, signal.SIGTERM)
        assert server.wait() in {0, 1, -signal.SIGTERM}
        assert "Traceback" not in server.errors
