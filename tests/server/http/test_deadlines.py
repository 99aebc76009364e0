"""Nobody holds a connection by being slow: each wait has an end, and what it is for is freed."""

from __future__ import annotations

import time

import pytest

from tests.server.http.conftest import (
    BODY_SECONDS,
    HEADER_SECONDS,
    KEEP_ALIVE_SECONDS,
    WRITE_SECONDS,
)
from tests.server.http.live import LiveServer, eventually
from tests.server.http.sockets import DIFF, LINES_TYPE, Wire, post_diff, spell

# What a busy machine may add.
SLACK = 2.0
# How long a client that was refused may go on sending.
LINGER_SECONDS = 1.0

CLOSE = "Connection: close"
GET = spell("GET", "/health")
# Of those that a process works on, the smallest: a schema can always take long.
SLOW_BODY = b'{"schema":{},"current":{"json":1}}'
# 48 KB whose paths make an answer of 4 MB, which is more than a system keeps for anybody.
_WIDE = b'{"json":{"%b":[%b]}}'
_NAME = b"a" * 20_000
LARGE_ANSWER = b'{"modes":["json"],"previous":%b,"current":%b}' % (
    _WIDE % (_NAME, b",".join([b"1"] * 2_000)),
    _WIDE % (_NAME, b",".join([b"2"] * 2_000)),
)
POST = f"POST {DIFF} HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n".encode()


def _time_to_close(wire: Wire, since: float) -> float:
    """Return when the peer closed, without having said a word."""
    assert wire.read_to_end() == b""
    return time.monotonic() - since


@pytest.mark.parametrize(
    "said", [b"", b"\r\n", b"GET /health HTTP/1.1\r\nHost:"], ids=["nothing", "blank", "half"]
)
def test_A4_a_connection_that_falls_silent_is_closed(hasty: LiveServer, said: bytes) -> None:
    """Before the end of its headers a client has one deadline, however little it said."""
    start = time.monotonic()
    with Wire(hasty.port) as wire:
        wire.send(said)
        took = _time_to_close(wire, start)
    assert HEADER_SECONDS * 0.9 <= took <= HEADER_SECONDS + SLACK


def test_A4_the_default_is_five_seconds(plain: LiveServer) -> None:
    """As the catalogue has it, where nobody has set anything."""
    start = time.monotonic()
    with Wire(plain.port) as wire:
        took = _time_to_close(wire, start)
    assert 4.9 <= took <= 5 + SLACK


@pytest.mark.parametrize(
    ("said", "more"),
    [
        (b"GET /", b"x"),
        (b"GET / HTTP/1.1\r\nX: ", b"x"),
        (b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
        (b"", b"\r\n"),
    ],
    ids=["path", "value", "fields", "blank lines"],
)
def test_A4_a_header_that_drips_is_cut_off(hasty: LiveServer, said: bytes, more: bytes) -> None:
    """The deadline is a total: each byte in time does not help."""
    start = time.monotonic()
    with Wire(hasty.port) as wire:
        wire.send(said)
        assert wire.drip(more * 100, gap=0.05) == b""
    assert time.monotonic() - start <= HEADER_SECONDS + SLACK


@pytest.mark.parametrize(
    "between", [b"", b"\r\n" * 50, b"GET /" + b"x" * 95], ids=["nothing", "blank lines", "half"]
)
def test_A4_a_kept_connection_is_not_kept_for_ever(hasty: LiveServer, between: bytes) -> None:
    """Between two requests silence ends it soon, and so do blank lines or half a request line."""
    with Wire(hasty.port) as wire:
        assert wire.ask(GET).status == 200
        start = time.monotonic()
        assert wire.drip(between, gap=0.05) == b""
    assert time.monotonic() - start <= max(HEADER_SECONDS, KEEP_ALIVE_SECONDS) + SLACK


def test_A4_half_a_request_behind_a_whole_one(hasty: LiveServer) -> None:
    """What came in one piece with the request before has its deadline too."""
    with Wire(hasty.port) as wire:
        assert wire.ask(GET + GET[:20]).status == 200
        start = time.monotonic()
        took = _time_to_close(wire, start)
    assert took <= max(HEADER_SECONDS, KEEP_ALIVE_SECONDS) + SLACK


def test_A5_a_body_that_drips_is_408(hasty: LiveServer) -> None:
    """The whole body has one deadline, and its end is an answer."""
    start = time.monotonic()
    with Wire(hasty.port) as wire:
        wire.send(POST + b"Content-Length: 1000\r\n\r\n")
        said = wire.drip(b"{" * 900, gap=0.05)
    took = time.monotonic() - start
    assert said.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b'"errorCode":"request_timeout","reason":"request_timeout"}' in said
    assert b"x-request-id: " in said
    assert b"connection: close" in said.lower()
    assert BODY_SECONDS * 0.9 <= took <= BODY_SECONDS + LINGER_SECONDS + SLACK


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 9\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"]
)
def test_A5_a_body_that_never_comes_is_408(hasty: LiveServer, framing: bytes) -> None:
    """So is one that never begins."""
    with Wire(hasty.port) as wire:
        answer = wire.ask(POST + framing)
    assert (answer.status, answer.reason) == (408, "request_timeout")


@pytest.mark.parametrize("way", ["length", "chunked"])
@pytest.mark.parametrize("late", [b"", b"x" * 9], ids=["silence", "late body"])
def test_A4_a_body_that_nobody_reads_holds_nothing(
    hasty: LiveServer, way: str, late: bytes
) -> None:
    """Whether its body comes after the 404 or never: the connection ends by itself."""
    framing = b"Content-Length: 9" if way == "length" else b"Transfer-Encoding: chunked"
    body = late if way == "length" or not late else b"9\r\n" + late + b"\r\n0\r\n\r\n"
    with Wire(hasty.port) as wire:
        assert wire.ask(b"POST /no HTTP/1.1\r\nHost: t\r\n" + framing + b"\r\n\r\n").status == 404
        start = time.monotonic()
        wire.send(body)
        took = _time_to_close(wire, start)
    assert took <= LINGER_SECONDS + KEEP_ALIVE_SECONDS + SLACK


def test_a_late_body_is_no_request(hasty: LiveServer) -> None:
    """What looks like a request in a body that nobody wanted is read as the body that it is."""
    with Wire(hasty.port) as wire:
        head = b"POST /no HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n" % len(GET)
        assert wire.ask(head).status == 404
        answer = wire.ask(GET + spell("GET", "/ready"))
        assert answer.json["status"] == "ready"


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
            wire.send(spell("POST", DIFF, SLOW_BODY))
            time.sleep(0.1)
            wire.send(b"\r\n")
            time.sleep(HEADER_SECONDS * 1.5)
        assert wire.read_answer().status == 200


def test_A6_a_reader_that_never_reads_is_cut_off(hasty: LiveServer) -> None:
    """Its answers are dropped and the connection freed; nobody else has noticed anything."""
    wires = [Wire(hasty.port, takes=4096) for _ in range(4)]
    for wire in wires:
        wire.send(spell("POST", DIFF, LARGE_ANSWER) * 3)
    assert post_diff(hasty.port, SLOW_BODY).status == 200
    assert [hasty.holds(wire) for wire in wires] == [True] * len(wires)
    assert eventually(lambda: not any(map(hasty.holds, wires)), WRITE_SECONDS * 2 + SLACK)
    for wire in wires:
        wire.close()


def test_A6_a_slow_reader_is_waited_for(hasty: LiveServer) -> None:
    """Who takes a little now and then gets all of it, however long it lasts."""
    with Wire(hasty.port, takes=2**16) as wire:
        wire.send(spell("POST", DIFF, LARGE_ANSWER) + spell("POST", DIFF, LARGE_ANSWER, CLOSE))
        start = time.monotonic()
        received = wire.sip(2**17, gap=0.04)
    assert received.endswith(b"}")
    assert len(received) > 8_000_000
    assert time.monotonic() - start > WRITE_SECONDS * 2


def test_A6_lines_that_nobody_reads(hasty: LiveServer) -> None:
    """A stream of answers stops where its reader does, and ends with it."""
    with Wire(hasty.port, takes=4096) as wire:
        wire.send(spell("POST", DIFF, (LARGE_ANSWER + b"\n") * 3, f"Content-Type: {LINES_TYPE}"))
        assert eventually(lambda: hasty.holds(wire))
        assert eventually(lambda: not hasty.holds(wire), WRITE_SECONDS * 2 + SLACK)
