"""What an operator reads: whole lines of JSON, an id for each request, and no secret of anybody."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest

from changetrack_server.logs import JsonLines
from tests.server.http.heavy import LARGE, SLOW
from tests.server.http.live import LiveServer, eventually, serving
from tests.server.http.sockets import (
    DIFF,
    LINES_TYPE,
    Hangup,
    RawAnswer,
    Wire,
    ask,
    post_diff,
    spell,
)

GENERATED = re.compile(r"[0-9a-f]{32}")
# Long enough to be found, and unlike anything else.
CANARY = "canary7f3a"
KEY = f"{CANARY}-key"
GREETING_LINES = 5


@pytest.fixture(scope="module")
def watched() -> Iterator[LiveServer]:
    """Serve with secrets of every kind."""
    with serving(
        work_processes=1,
        work_cpu_seconds=1,
        header_seconds=0.5,
        body_seconds=0.5,
        max_body_bytes=300_000,
        api_keys=KEY,
        llm_base_url="http://127.0.0.1:1/v1",
        llm_model=f"{CANARY}-model",
        llm_api_key=f"{CANARY}-llm",
    ) as server:
        yield server


def _ask(
    server: LiveServer, method: str, path: str, body: bytes | None, *headers: str
) -> RawAnswer:
    return ask(server.port, method, path, body, f"Authorization: Bearer {KEY}", *headers)


def _read_line(server: LiveServer, request_id: str | None) -> dict[str, object]:
    """Return the line of a request, which may come a moment after its answer."""
    assert eventually(lambda: any(line.get("request") == request_id for line in server.log))
    (line,) = [line for line in server.log if line.get("request") == request_id]
    return line


def test_A50_a_request_has_a_line(watched: LiveServer) -> None:
    """It says what was asked and what came of it, in numbers and names of ours."""
    answer = _ask(watched, "POST", DIFF, b'{"current":{"markdown":"a"}}', "X-Request-Id: line-1")
    line = _read_line(watched, "line-1")
    assert re.fullmatch(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", str(line.pop("time")))
    assert isinstance(line.pop("ms"), float)
    assert line == {
        "level": "info",
        "event": "request",
        "request": "line-1",
        "method": "POST",
        "route": DIFF,
        "status": 200,
        "bytes": len(answer.body),
    }


def test_A50_an_error_has_its_reason(watched: LiveServer) -> None:
    """And a path that is nowhere has no name, for it may be anything."""
    answer = _ask(watched, "GET", f"/{CANARY}", None)
    line = _read_line(watched, answer.header("x-request-id"))
    assert (line["route"], line["status"], line["reason"]) == ("-", 404, "not_found")


GIVEN = ["a", "A-b_c.9", "0" * 64]
CHANGED = [
    "",
    "0" * 65,
    "a b",
    "a\tb",
    "a;b",
    "\u00e9",
    "<script>",
    "a" * 20_000,
    "%0a",
    "a\x1b[31m",
]


@pytest.mark.parametrize("given", GIVEN)
def test_a_good_id_is_kept(plain: LiveServer, given: str) -> None:
    """A proxy may follow a request through both logs."""
    answer = ask(plain.port, "GET", "/health", None, f"X-Request-Id: {given}")
    assert answer.header("x-request-id") == given


@pytest.mark.parametrize("given", CHANGED)
def test_A50_a_bad_id_is_replaced(plain: LiveServer, given: str) -> None:
    """Whatever could do harm in a log or a header gives way to one of ours."""
    answer = ask(plain.port, "GET", "/health", None, f"X-Request-Id: {given}")
    if answer.status == 400:
        # A control character is no HTTP at all.
        assert (given, answer.reason) == ("a\x1b[31m", "malformed_http")
    assert GENERATED.fullmatch(answer.header("x-request-id") or "")


def test_every_request_has_an_id_of_its_own(plain: LiveServer) -> None:
    """No two are told apart by luck."""
    with Wire(plain.port) as wire:
        answers = [wire.ask(spell("GET", path)) for path in ("/health", "/nowhere") * 50]
    assert len({answer.header("x-request-id") for answer in answers}) == len(answers)


def test_A50_nothing_breaks_out_of_a_line(watched: LiveServer) -> None:
    """Line ends, escape sequences and quotes in whatever is sent stay inside, or are left out."""
    for evil in ("\\n", "\\u001b[31m", '\\"', "\\u2028", "\\u0000"):
        value = f'x{evil}{{\\"level\\":\\"error\\",\\"event\\":\\"forged\\"}}'
        for body in (
            f'{{"current":{{"markdown":"a"}},"tag":"{value}"}}',
            f'{{"current":{{"markdown":"a"}},"modes":["{value}"]}}',
            f'{{"{value}":1,"current":{{"markdown":"{value}"}},"url":"{value}"}}',
        ):
            assert _ask(watched, "POST", DIFF, body.encode()).status in {200, 400}
    for path in (
        "/%0a%7b%22event%22",
        "/%1b%5b31m",
        "/health?%0aforged",
        "/%22,%22event%22:%22forged",
    ):
        assert _ask(watched, "GET", path, None, "X: \u009b31m", "User-Agent: \u0085forged").status
    lines = watched.errors.splitlines()[GREETING_LINES:]
    events = {json.loads(line)["event"] for line in lines}
    assert events <= {"request", "refused"}
    assert re.search(r"[^\x20-\x7e\n]", watched.errors) is None


def _sing(server: LiveServer) -> Iterator[RawAnswer]:
    """Send canaries in every place of a request, to every kind of answer."""
    text = f'"{CANARY}-text"'
    item = f'{{"current":{{"markdown":{text},"json":{{{text}:{text}}}}}'
    good = f'{item},"tag":{text},"url":{text},"prompt":{text},"goal":{text}}}'
    wrong = (
        *(f"{{{text}", f"[{text}]", text, f"{item},{text}:{text}", f"{{{text}:1}}"),
        *(f'{item},"modes":[{text}]}}', f'{item},"tag":[{text}]}}', f'{item},"context":{text}}}'),
        f'{item},"modes":["json"],"schema":{{"pattern":"({CANARY}"}}}}',
        f'{item},"modes":["json"],"schema":{{"$ref":"http://{CANARY}/"}}}}',
        f'{item},"contentType":{text},"previous":{{"contentHash":"{CANARY * 100}"}}}}',
        f'{{"batch":[{good},{item},"tag":5}}]}}',
        f'{{"url":"http://10.0.0.1/{CANARY}?{CANARY}"}}',
        f'{{"url":"http://{CANARY}:{CANARY}@127.0.0.1/"}}',
        f'{{"url":"http://host:{CANARY}/"}}',
        f'{{"url":"file:///{CANARY}"}}',
        f'{{"url":"http://127.0.0.1/{CANARY}","formats":[{text}]}}',
    )
    headers = (
        *(f"X-{CANARY}: {CANARY}", f"Cookie: {CANARY}", f"User-Agent: {CANARY}"),
        *(f"Referer: http://{CANARY}/", f"Origin: http://{CANARY}", f"X-Forwarded-For: {CANARY}"),
    )
    paths = (DIFF, "/v1/scrape", "/v2/scrape", "/health", "/metrics", f"/{CANARY}", "/docs")
    for path in paths:
        for body in (good, *wrong):
            yield _ask(server, "POST", f"{path}?{CANARY}={CANARY}", body.encode(), *headers)
        yield _ask(server, "GET", f"{path}?{CANARY}={CANARY}", None, *headers)
        yield _ask(server, f"{CANARY}", path, None)
        yield ask(server.port, "POST", path, good.encode(), f"Authorization: Bearer {CANARY}-wrong")
        yield ask(server.port, "POST", path, good.encode(), f"Authorization: Basic {CANARY}")
    lines = "\n".join((good, *wrong)).encode()
    yield _ask(server, "POST", DIFF, lines, f"Content-Type: {LINES_TYPE}", *headers)
    yield _ask(server, "POST", DIFF, good.encode(), f"Content-Type: {CANARY}/x")
    yield _ask(server, "POST", DIFF, good.encode(), f"Content-Encoding: {CANARY}")
    yield _ask(server, "POST", DIFF, good.encode(), f"X: {CANARY * 10_000}")
    yield _ask(server, "POST", DIFF, LARGE[:-1] + f',"tag":{text}}}'.encode())
    yield _ask(server, "POST", DIFF, SLOW[:-1] + f',"tag":{text}}}'.encode())
    yield _ask(server, "POST", DIFF, b"{" + b" " * 300_000 + CANARY.encode())


def test_A50_P16_no_secret_is_written_down(watched: LiveServer) -> None:
    """Keys, bodies, labels, addresses, headers and queries are in no log, number or header."""
    answers = list(_sing(watched))
    late = f"Content-Type: application/json\r\nContent-Length: 999\r\n\r\n{CANARY}"
    for raw in (
        f"{CANARY}\r\n\r\n",
        f"GET /{CANARY} HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: t\r\n{CANARY}\r\n\r\n",
        f"POST {DIFF} HTTP/1.1\r\nHost: t\r\nContent-Length: {CANARY}\r\n\r\n",
        f"POST {DIFF}?{CANARY} HTTP/1.1\r\nHost: {CANARY}\r\nAuthorization: Bearer {KEY}\r\n{late}",
    ):
        with Wire(watched.port) as wire:
            answers.append(wire.ask(raw.encode()))
    with Wire(watched.port) as wire, pytest.raises(Hangup):
        wire.ask(f"GET /{CANARY} HTTP/1.1\r\nHost: {CANARY}".encode())
    statuses = {answer.status for answer in answers}
    assert {200, 400, 401, 404, 405, 408, 413, 415, 431} <= statuses
    assert max(statuses) < 500
    assert [answer.headers for answer in answers if CANARY in str(answer.headers)] == []
    metrics = _ask(watched, "GET", "/metrics", None).body.decode()
    assert CANARY not in metrics
    assert CANARY not in watched.errors


def test_a_quiet_server_says_nothing() -> None:
    """Requests are lines of the level info."""
    with serving("--log-level", "warning", work_processes=1) as server:
        assert post_diff(server.port, b"{").status == 400
        assert ask(server.port, "GET", "/nowhere").status == 404
        assert len(server.errors.splitlines()) == GREETING_LINES


def test_a_talkative_server_still_speaks_JSON() -> None:
    """At the level debug too, uvicorn's own lines included."""
    with serving("--log-level", "debug", work_processes=1) as server:
        assert post_diff(server.port, b"{").status == 400
        with Wire(server.port) as wire:
            assert wire.ask(b"nonsense\r\n\r\n").status == 400
        server.stop()
        events = [json.loads(line)["event"] for line in server.errors.splitlines()[GREETING_LINES:]]
    assert {"request", "refused", "Shutting down"} <= set(events)


def test_of_a_traceback_the_end_is_kept() -> None:
    """The server program hands it over as text, and what went wrong stands in its last line."""
    text = "Traceback (most recent call last):\n" + "  at a line\n" * 200 + "ValueError: that"
    for said, shown in ((text, text[-500:]), ("a" * 600 + "b", "a" * 500)):
        record = logging.LogRecord("x", logging.ERROR, "", 0, said, (), None)
        assert json.loads(JsonLines().format(record))["event"] == shown
