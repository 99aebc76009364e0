"""Streams of JSON lines: answered as they come, whatever else is in them, and held by nobody."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from changetrack_server.settings import Settings
from tests.server.http.conftest import BODY_SECONDS, MAX_BODY
from tests.server.http.live import LiveServer, eventually, serving
from tests.server.http.sockets import (
    DIFF,
    LINES_TYPE,
    Wire,
    ask,
    post_diff,
    spell,
    spell_chunk,
)

ITEM = b'{"current":{"markdown":"a"}}'
# A schema can always take long, so a process works on it.
SLOW_ITEM = b'{"schema":{},"current":{"json":1}}'
HEAD = (
    f"POST {DIFF} HTTP/1.1\r\nHost: t\r\nContent-Type: {LINES_TYPE}\r\n"
    "Transfer-Encoding: chunked\r\n\r\n"
).encode()


def _post_lines(server: LiveServer, *lines: bytes, end: bytes = b"\n") -> list[dict[str, Any]]:
    """Return the answers to lines that are sent at once."""
    answer = post_diff(server.port, end.join(lines), f"Content-Type: {LINES_TYPE}")
    assert answer.status == 200
    assert answer.header("content-type") == LINES_TYPE
    assert answer.body.endswith(b"\n")
    return [json.loads(line) for line in answer.body.decode().split("\n")[:-1]]


def _start(wire: Wire) -> None:
    """Begin a stream, up to its first answer."""
    wire.send(HEAD + spell_chunk(ITEM + b"\n"))
    assert wire.read_head().status == 200
    assert json.loads(wire.read_piece())["index"] == 0


def _outcomes(answers: list[dict[str, Any]]) -> list[str]:
    return [answer.get("reason", "good") for answer in answers]


def test_each_line_is_answered_before_the_next_is_sent(hasty: LiveServer) -> None:
    """It is a stream both ways: lines in pieces, answers at once, an end when the client ends."""
    with Wire(hasty.port) as wire:
        _start(wire)
        for index in range(1, 4):
            wire.send(spell_chunk(ITEM[:7]))
            wire.send(spell_chunk(ITEM[7:] + b"\n" + ITEM[:3]))
            assert json.loads(wire.read_piece())["index"] == index * 2 - 1
            wire.send(spell_chunk(ITEM[3:] + b"\n"))
            assert json.loads(wire.read_piece())["index"] == index * 2
        wire.send(spell_chunk(ITEM) + spell_chunk(b""))
        last = json.loads(wire.read_piece())
        assert (list(last), last["index"]) == (["success", "data", "index"], 7)
        assert wire.read_piece() == b""
        assert wire.ask(spell("GET", "/health")).status == 200


POISON = {
    b"{": "invalid_json",
    b"null": "invalid_request",
    b"[]": "invalid_request",
    b"\xff": "invalid_json",
    b'{"current":{"markdown":"\x00"}}': "invalid_json",
    b"\xef\xbb\xbf" + ITEM: "invalid_json",
    b'{"current":{"json":' + b"[" * 500 + b"]" * 500 + b"}}": "json_too_deep",
    b'{"modes":["nope"],"current":{}}': "unknown_mode",
    b'{"batch":[]}': "empty_batch",
    b'{"modes":["json"],"schema":5,"current":{"json":1}}': "invalid_schema",
    ITEM + b" " + ITEM: "invalid_json",
    b"[" * 100_000: "json_too_deep",
    b" " * MAX_BODY + ITEM: "line_too_large",
}


def test_one_wrong_line_costs_no_other(hasty: LiveServer) -> None:
    """Each has an error of its own in its place, and right lines around it are answered."""
    lines = [line for wrong in POISON for line in (ITEM, wrong)]
    answers = _post_lines(hasty, *lines, ITEM)
    assert _outcomes(answers) == [*(x for r in POISON.values() for x in ("good", r)), "good"]
    assert [answer["index"] for answer in answers] == list(range(len(lines) + 1))
    assert list(answers[1]) == ["success", "error", "errorCode", "reason", "index"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n \t\r\n", b" \n "])
def test_lines_end_in_many_ways(hasty: LiveServer, end: bytes) -> None:
    """CRLF, blanks around a line and blank lines between make no difference, nor does the last."""
    for last in (b"", end):
        answers = _post_lines(hasty, ITEM, SLOW_ITEM, ITEM + last, end=end)
        assert [answer["index"] for answer in answers] == [0, 1, 2]


def test_a_stream_of_nothing(hasty: LiveServer) -> None:
    """It has no answers."""
    for body in (b"", b"\n", b" \r\n\n"):
        answer = post_diff(hasty.port, body, f"Content-Type: {LINES_TYPE}; charset=utf-8")
        assert (answer.status, answer.body) == (200, b"")


def test_only_a_line_feed_ends_a_line(hasty: LiveServer) -> None:
    """What other readers take for one stands in the middle of an item."""
    item = '{"current":{"markdown":"a\u2028b\u2029c\u0085d"}}'.encode()
    assert _outcomes(_post_lines(hasty, item, item)) == ["good", "good"]


def test_a_batch_is_a_line_like_others(hasty: LiveServer) -> None:
    """Its answer is one line with all its results."""
    answers = _post_lines(hasty, b'{"batch":[%b,%b]}' % (ITEM, ITEM), ITEM)
    assert [len(answers[0]["data"]), answers[1]["index"]] == [2, 1]


def test_a_line_over_the_cap_is_not_kept(hasty: LiveServer) -> None:
    """Forty times the cap and more pass by, and the next line is answered."""
    before = hasty.read_memory()
    with Wire(hasty.port) as wire:
        _start(wire)
        for _ in range(40):
            wire.send(spell_chunk(b" " * MAX_BODY))
        grown = hasty.read_memory() - before
        wire.send(spell_chunk(b"\n" + ITEM + b"\n"))
        refusal = json.loads(wire.read_piece())
        assert (refusal["reason"], refusal["errorCode"]) == ("line_too_large", "payload_too_large")
        assert json.loads(wire.read_piece())["success"] is True
    assert grown < 8 * 2**20


def test_fifty_megabytes_in_bounded_memory(plain: LiveServer) -> None:
    """A stream is as long as it likes: nothing of it stays."""
    page = "\\n".join(f"line {number}" for number in range(800)).encode()
    line = b'{"previous":{"markdown":"%b"},"current":{"markdown":"%b!"}}\n' % (page, page)
    piece = spell_chunk(line * 10)
    pieces = 50 * 2**20 // len(piece) + 1
    before = highest = plain.read_memory()
    with Wire(plain.port) as wire:

        def send() -> None:
            wire.send(HEAD)
            for _ in range(pieces):
                wire.send(piece)
            wire.send(spell_chunk(b""))

        sender = threading.Thread(target=send)
        sender.start()
        assert wire.read_head().status == 200
        answers = 0
        while answer := wire.read_piece():
            assert answer.startswith(b'{"success":true,')
            answers += 1
            if answers % 50 == 0:
                highest = max(highest, plain.read_memory())
        sender.join()
    assert answers == pieces * 10
    assert highest - before < 64 * 2**20


def test_a_line_that_is_too_slow_ends_the_stream(hasty: LiveServer) -> None:
    """A line has as long as a body: silence ends it, and so do bytes or blank lines in between."""

    def drip(drips: bytes) -> bytes:
        with Wire(hasty.port) as wire:
            _start(wire)
            chunked = b"".join(spell_chunk(bytes([byte])) for byte in drips)
            return wire.drip(chunked, gap=BODY_SECONDS / 50)

    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(drip, (b"", b"x" * 200, b"\n" * 200)))
    for said in outcomes:
        refusal, _, end = said.partition(b"\r\n")[2].partition(b"\n\r\n")
        assert json.loads(refusal) == {
            "success": False,
            "error": "the body did not arrive in time; send it faster",
            "errorCode": "request_timeout",
            "reason": "request_timeout",
            "index": 1,
        }
        assert end == b"0\r\n\r\n"


def test_a_slow_answer_is_no_slow_line(hasty: LiveServer) -> None:
    """The time of the next line begins when the one before is answered."""
    with Wire(hasty.port) as wire:
        with hasty.holding_workers():
            wire.send(HEAD + spell_chunk(SLOW_ITEM + b"\n"))
            assert wire.read_head().status == 200
            threading.Event().wait(BODY_SECONDS * 1.2)
        assert json.loads(wire.read_piece())["success"] is True
        wire.send(spell_chunk(ITEM + b"\n"))
        assert json.loads(wire.read_piece())["success"] is True


def test_a_client_that_leaves_between_lines_frees_everything(plain: LiveServer) -> None:
    """Its request is over at once, and not when the time of its line is."""
    wires = [Wire(plain.port) for _ in range(5)]
    for wire in wires:
        _start(wire)
        wire.send(spell_chunk(ITEM[:5]))
    assert eventually(lambda: plain.count_active() == 5)
    for wire in wires:
        wire.close()
    assert eventually(lambda: plain.count_active() == 0, Settings().body_seconds / 2)


def test_a_client_that_leaves_in_the_middle_of_work(hasty: LiveServer) -> None:
    """Its stream ends when the line in work does, and the lines behind it are not begun."""
    with hasty.holding_workers(), Wire(hasty.port) as wire:
        wire.send(HEAD + spell_chunk((SLOW_ITEM + b"\n") * 100))
        assert eventually(lambda: hasty.read_metrics()["changetrack_jobs"] == 1)
    assert eventually(lambda: hasty.count_active() == 0)
    assert hasty.read_metrics()["changetrack_jobs"] == 0
    assert post_diff(hasty.port, SLOW_ITEM).status == 200


ACCEPT = f"Accept: {LINES_TYPE}"


def test_a_batch_that_is_answered_in_lines(hasty: LiveServer) -> None:
    """The items of a JSON batch come one by one, with what the batch shares; wrong ones too."""
    batch = {
        "modes": ["json"],
        "batch": [{"current": {"json": 1}}, {"current": 5}, {"modes": [], "current": {"json": 2}}],
    }
    answer = post_diff(hasty.port, batch, ACCEPT)
    assert (answer.status, answer.header("content-type")) == (200, LINES_TYPE)
    lines = [json.loads(line) for line in answer.body.decode().split("\n")[:-1]]
    assert _outcomes(lines) == ["good", "invalid_request", "good"]
    assert lines[0]["data"]["snapshot"]["json"] == 1
    single = post_diff(hasty.port, ITEM, ACCEPT)
    assert single.body == post_diff(hasty.port, ITEM).body[:-1] + b',"index":0}\n'


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"{", 400, "invalid_json"),
        (b'{"batch":[]}', 400, "empty_batch"),
        (b'{"batch":[%b]}' % b",".join([b"{}"] * 501), 413, "batch_too_large"),
        (b'{"modes":["nope"],"batch":[{}]}', 400, "unknown_mode"),
    ],
)
def test_a_batch_that_is_wrong_as_a_whole(
    hasty: LiveServer, body: bytes, status: int, reason: str
) -> None:
    """There are no lines to answer, so it is refused as ever."""
    answer = post_diff(hasty.port, body, ACCEPT)
    assert (answer.status, answer.reason) == (status, reason)
    assert answer.header("content-type") == "application/json"


def test_a_client_that_leaves_a_batch_frees_everything(hasty: LiveServer) -> None:
    """The process that works on an item is ended, and the items behind it are not begun."""
    batch = b'{"batch":[%b]}' % b",".join([SLOW_ITEM] * 100)
    with Wire(hasty.port) as wire:
        wire.send(spell("POST", DIFF, batch, ACCEPT))
        assert wire.read_head().status == 200
        wire.read_piece()
        with hasty.holding_workers() as workers:
            assert eventually(lambda: hasty.read_metrics()["changetrack_jobs"] == 1)
            wire.close()
            assert eventually(lambda: hasty.count_active() == 0)
            assert not set(workers) <= set(hasty.list_workers())
    assert post_diff(hasty.port, SLOW_ITEM).status == 200


def test_a_long_stream_keeps_nobody_waiting(hasty: LiveServer) -> None:
    """Between its lines others have their turn."""
    with Wire(hasty.port) as wire:
        wire.send(spell("POST", DIFF, (ITEM + b"\n") * 9_000, f"Content-Type: {LINES_TYPE}"))
        assert wire.read_head().status == 200
        assert ask(hasty.port, "GET", "/health").status == 200
        answers = 0
        while wire.read_piece():
            answers += 1
    assert answers > 0


def test_A44_unfinished_lines_are_counted() -> None:
    """They are bytes in flight as bodies are: what would be too many is not read."""
    line = b" " * 200_000
    with serving(bytes_in_flight=500_000, work_processes=1) as server:
        wires = [Wire(server.port) for _ in range(3)]
        for wire in wires:
            _start(wire)
            wire.send(spell_chunk(line))
        refusal = json.loads(wires[2].read_piece())
        assert (refusal["reason"], refusal["index"]) == ("overloaded", 1)
        assert wires[2].read_piece() == b""
        assert post_diff(server.port, ITEM + b" " * 150_000).status == 503
        for wire in wires[:2]:
            wire.send(spell_chunk(b"\n" + ITEM + b"\n"))
            assert json.loads(wire.read_piece())["index"] == 1
        assert post_diff(server.port, ITEM + b" " * 150_000).status == 200
        for wire in wires:
            wire.close()
        assert eventually(lambda: server.count_active() == 0)
        assert post_diff(server.port, ITEM + b" " * 450_000).status == 200
