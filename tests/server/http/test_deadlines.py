"""Nobody holds a connection by being slow: each wait has an end, and what it is for is freed."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tests.server.http.conftest import (
    BODY_SECONDS,
    HEADER_SECONDS,
    KEEP_ALIVE_SECONDS,
    WRITE_SECONDS,
)
from tests.server.http.heavy import SLOW
from tests.server.http.live import LiveServer, eventually, serving
from tests.server.http.sockets import DIFF, LINES_TYPE, Wire, post_diff, spell

# What a busy machine may add; the times that nobody set are further away than that.
SLACK = 3.5
# How long a client that was refused may go on sending.
LINGER_SECONDS = 1.0

CLOSE = "Connection: close"
GET = spell("GET", "/health")
# 48 KB whose paths make an answer of 4 MB, which is more than a system keeps for anybody.
_WIDE = b'{"json":{"%b":[%b]}}'
_NAME = b"a" * 20_000
LARGE_ANSWER = b'{"modes":["json"],"previous":%b,"current":%b}' % (
    _WIDE % (_NAME, b",".join([b"1"] * 2_000)),
    _WIDE % (_NAME, b",".join([b"2"] * 2_000)),
)
POST = f"POST {DIFF} HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n".encode()
LENGTH = b"Content-Length: 9\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


class Probe(NamedTuple):
    """What a slow client says: one thing at once, an answer it may wait for, the rest in drips."""

    said: bytes
    status: int | None
    drips: bytes
    # When its connection must be closed, after all was said.
    least: float
    most: float


def _run(port: int, probe: Probe) -> str:
    """Return what was wrong with how a slow client fared."""
    with Wire(port) as wire:
        wire.send(probe.said)
        status = wire.read_answer().status if probe.status else None
        start = time.monotonic()
        said = wire.drip(probe.drips, gap=0.05)
        took = time.monotonic() - start
    in_time = probe.least * 0.9 <= took <= probe.most + SLACK
    fine = status == probe.status and said == b"" and in_time
    return "" if fine else f"{status}, {said!r} after {took:.2f} s"


def _run_all(probes: dict[str, Probe], find_port: Callable[[str], int]) -> dict[str, str]:
    """Return what was wrong, by the name of the client; all of them come at once."""
    with ThreadPoolExecutor(len(probes)) as pool:
        outcomes = pool.map(lambda name: _run(find_port(name), probes[name]), probes)
    return {name: wrong for name, wrong in zip(probes, outcomes, strict=True) if wrong}


_KEPT = max(HEADER_SECONDS, KEEP_ALIVE_SECONDS)
HEADERS = {
    "silence": Probe(b"", None, b"", HEADER_SECONDS, HEADER_SECONDS),
    # As the catalogue has it, where nobody has set anything.
    "silence, by default": Probe(b"", None, b"", 5, 5),
    "a blank line": Probe(b"\r\n", None, b"", HEADER_SECONDS, HEADER_SECONDS),
    "half a header": Probe(GET[:30], None, b"", HEADER_SECONDS, HEADER_SECONDS),
    # The deadline is a total: each byte in time does not help.
    "dripping path": Probe(b"GET /", None, b"x" * 100, HEADER_SECONDS, HEADER_SECONDS),
    "dripping value": Probe(GET[:-4], None, b"x" * 100, HEADER_SECONDS, HEADER_SECONDS),
    "dripping fields": Probe(GET[:-2], None, b"X: y\r\n" * 20, HEADER_SECONDS, HEADER_SECONDS),
    "dripping blank lines": Probe(b"", None, b"\r\n" * 50, HEADER_SECONDS, HEADER_SECONDS),
    # Between two requests.
    "kept": Probe(GET, 200, b"", KEEP_ALIVE_SECONDS, KEEP_ALIVE_SECONDS),
    "kept with blank lines": Probe(GET, 200, b"\r\n" * 50, HEADER_SECONDS, _KEPT),
    "kept with half a line": Probe(GET, 200, b"GET /" + b"x" * 95, HEADER_SECONDS, _KEPT),
    "half a request behind a whole one": Probe(GET + GET[:20], 200, b"", HEADER_SECONDS, _KEPT),
}


def test_A4_headers_have_a_deadline(hasty: LiveServer, plain: LiveServer) -> None:
    """Silence, halves and drips: each connection is closed when it is time, without a word."""
    defaults = {"silence, by default": plain.port}
    assert _run_all(HEADERS, lambda name: defaults.get(name, hasty.port)) == {}


_UNREAD = LINGER_SECONDS + KEEP_ALIVE_SECONDS
_NOWHERE = b"POST /no HTTP/1.1\r\nHost: t\r\n"
UNREAD = {
    "declared, never sent": Probe(_NOWHERE + LENGTH, 404, b"", LINGER_SECONDS, _UNREAD),
    "declared, sent late": Probe(_NOWHERE + LENGTH, 404, b"x" * 9, LINGER_SECONDS, _UNREAD),
    "declared, sent too late": Probe(
        _NOWHERE + b"Content-Length: 999\r\n\r\n", 404, b"x" * 99, LINGER_SECONDS, _UNREAD
    ),
    "chunked, never sent": Probe(_NOWHERE + CHUNKED, 404, b"", LINGER_SECONDS, _UNREAD),
    "chunked, sent late": Probe(
        _NOWHERE + CHUNKED, 404, b"1\r\nx\r\n0\r\n\r\n", LINGER_SECONDS, _UNREAD
    ),
}


def test_A4_a_body_that_nobody_reads_holds_nothing(hasty: LiveServer) -> None:
    """Whether it comes after the 404, too slowly, or never: the connection ends by itself."""
    assert _run_all(UNREAD, lambda _name: hasty.port) == {}


def test_a_late_body_is_no_request(hasty: LiveServer) -> None:
    """What looks like a request in a body that nobody wanted is read as the body that it is."""
    with Wire(hasty.port) as wire:
        head = b"POST /no HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n" % len(GET)
        assert wire.ask(head).status == 404
        answer = wire.ask(GET + spell("GET", "/ready"))
        assert answer.json["status"] == "ready"


def test_A5_a_body_has_a_deadline(hasty: LiveServer) -> None:
    """Its silence and its drips end in an answer, and then the connection ends."""
    bodies = {
        "dripping": (b"Content-Length: 999\r\n\r\n", b"{" * 500),
        "dripping chunks": (CHUNKED, b"1\r\n{\r\n" * 100),
        "declared, never sent": (LENGTH, b""),
        "chunked, never sent": (CHUNKED, b""),
    }

    def drip(name: str) -> tuple[bytes, float]:
        framing, drips = bodies[name]
        with Wire(hasty.port) as wire:
            wire.send(POST + framing)
            start = time.monotonic()
            said = wire.drip(drips, gap=0.05)
            return said, time.monotonic() - start

    with ThreadPoolExecutor(len(bodies)) as pool:
        outcomes = list(pool.map(drip, bodies))
    for said, took in outcomes:
        assert said.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert said.endswith(b'"errorCode":"request_timeout","reason":"request_timeout"}')
        assert b"x-request-id: " in said
        assert b"connection: close" in said.lower()
        assert BODY_SECONDS * 0.9 <= took <= BODY_SECONDS + LINGER_SECONDS + SLACK


def test_a_slow_body_behind_another_request(plain: LiveServer) -> None:
    """The answer to the first request is no reason to hurry the body of the second."""
    body = b'{"current":{"markdown":"a"}}'
    with Wire(plain.port) as wire:
        wire.send(GET + POST + b"Content-Length: %d\r\n\r\n" % len(body) + body[:4])
        assert wire.read_answer().status == 200
        time.sleep(LINGER_SECONDS * 1.2)
        assert wire.ask(body[4:]).status == 200


def test_a_line_end_too_many_does_not_stop_an_answer(hasty: LiveServer) -> None:
    """Behind a body it begins no request, so nothing is expected while the answer is made."""
    with Wire(hasty.port) as wire:
        with hasty.holding_workers():
            wire.send(spell("POST", DIFF, SLOW))
            time.sleep(0.1)
            wire.send(b"\r\n")
            time.sleep(HEADER_SECONDS * 1.5)
        assert wire.read_answer().status == 200


def test_A6_a_reader_that_never_reads_is_cut_off(hasty: LiveServer) -> None:
    """Its answers are dropped and the connection freed; nobody else has noticed anything."""
    wires = [Wire(hasty.port, takes=4096) for _ in range(4)]
    for wire in wires:
        wire.send(spell("POST", DIFF, LARGE_ANSWER) * 3)
    assert post_diff(hasty.port, SLOW).status == 200
    assert [hasty.holds(wire) for wire in wires] == [True] * len(wires)
    assert eventually(lambda: not any(map(hasty.holds, wires)), WRITE_SECONDS * 2 + SLACK)
    for wire in wires:
        wire.close()


def test_A6_who_reads_slowest_goes_first() -> None:
    """Where answers that nobody reads fill the memory, the oldest of them is dropped."""
    with serving(unread_bytes=4_000_000, work_processes=1) as server:
        wires = [Wire(server.port, takes=4096) for _ in range(4)]
        for wire in wires:
            wire.send(spell("POST", DIFF, LARGE_ANSWER) * 3)
            assert post_diff(server.port, LARGE_ANSWER).status == 200
        assert eventually(lambda: not server.holds(wires[0]))
        assert server.holds(wires[-1])
        for wire in wires:
            wire.close()


def test_A6_a_slow_reader_is_waited_for(hasty: LiveServer) -> None:
    """Who takes a little now and then gets all of it, however long it lasts."""
    with Wire(hasty.port, takes=2**16) as wire:
        wire.send(spell("POST", DIFF, LARGE_ANSWER) + spell("POST", DIFF, LARGE_ANSWER, CLOSE))
        start = time.monotonic()
        received = wire.sip(2**17, gap=0.025)
    assert received.endswith(b"}")
    assert len(received) > 8_000_000
    assert time.monotonic() - start > WRITE_SECONDS * 1.2


def test_A6_lines_that_nobody_reads(hasty: LiveServer) -> None:
    """A stream of answers stops where its reader does, and ends with it."""
    with Wire(hasty.port, takes=4096) as wire:
        wire.send(spell("POST", DIFF, (LARGE_ANSWER + b"\n") * 3, f"Content-Type: {LINES_TYPE}"))
        assert eventually(lambda: hasty.holds(wire))
        assert eventually(lambda: not hasty.holds(wire), WRITE_SECONDS * 2 + SLACK)
