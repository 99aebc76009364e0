"""How a request is put: what is no HTTP is refused, and nothing in it is taken for a request."""

from __future__ import annotations

import re

import pytest

from tests.server.http.live import LiveServer, eventually
from tests.server.http.sockets import DIFF, LINES_TYPE, RawAnswer, Wire, spell

HOST = b"Host: t\r\n"
POST = f"POST {DIFF} HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n".encode()
BODY = b'{"current":{"markdown":"a"}}'
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LINES = f"POST {DIFF} HTTP/1.1\r\nHost: t\r\nContent-Type: {LINES_TYPE}\r\n".encode() + CHUNKED
GOOD_CHUNK = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
# Stands behind what is refused: who answers it was made to believe in it.
SMUGGLED = spell("GET", "/health", None, "X-Request-Id: smuggled")
ID = re.compile(r"[0-9a-f]{32}")


def _check_refusal(answer: RawAnswer) -> None:
    """Check that an answer is what every refusal of a connection is."""
    assert answer.header("content-type") == "application/json"
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("connection") == "close"
    assert ID.fullmatch(answer.header("x-request-id") or "")


def _list_refusals(
    server: LiveServer, requests: dict[str, bytes]
) -> dict[str, tuple[int, str, bytes]]:
    """Return how requests are refused, and what else is said until their connections end.

    All at once, since each client that was refused may linger for a second.
    """
    wires = {}
    answers = {}
    for name, request in requests.items():
        wires[name] = Wire(server.port)
        answers[name] = wires[name].ask(request + SMUGGLED)
        _check_refusal(answers[name])
        wires[name].send(SMUGGLED)
    rest = {name: wire.read_to_end() for name, wire in wires.items()}
    for wire in wires.values():
        wire.close()
    return {name: (each.status, each.reason, rest[name]) for name, each in answers.items()}


# The probes of reliability.md 5.4, and what else is known to make two servers disagree.
MALFORMED = {
    "length and chunked": POST + b"Content-Length: 5\r\n" + CHUNKED + b"0\r\n\r\n",
    "chunked and length": POST + CHUNKED[:-2] + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "one length twice": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": POST + b"Content-Length: 5, 5\r\n\r\nhello",
    **{
        f"length {length!r}": POST + b"Content-Length: %b\r\n\r\nhello" % length
        for length in (b"-1", b"+3", b"0x5", b"5 5", b"1e3", b"", b"\xb2", b"9" * 30)
    },
    **{
        f"encoding {coding!r}": POST + b"Transfer-Encoding: %b\r\n\r\n" % coding + GOOD_CHUNK
        for coding in (
            *(b"identity", b"chunked, identity", b"xchunked", b'"chunked"', b"chunked;q=1"),
            *(b"chunked\r\nTransfer-Encoding: identity", b"\x0bchunked", b"chunked, chunked"),
        )
    },
    **{
        f"chunk size {size!r}": POST + CHUNKED + size + b"\r\n" + BODY + b"\r\n0\r\n\r\n"
        for size in (
            *(b"z", b"-1", b"+1c", b"0x1c", b"1c ", b" 1c", b"1c\x00", b"", b"F" * 17),
            b'1c;a="\n"',
        )
    },
    "chunk lines end in LF": POST + CHUNKED + b"1c\n" + BODY + b"\n0\n\n",
    "chunk has no line end": POST + CHUNKED + b"1c\r\n" + BODY + b"XX0\r\n\r\n",
    "bare LF": b"GET /health HTTP/1.1\nHost: t\n\n",
    "bare CR": b"GET /health HTTP/1.1\rHost: t\r\r",
    "folded header": b"GET /health HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n",
    "space before colon": b"GET /health HTTP/1.1\r\nHost : t\r\n\r\n",
    "NUL in a header": b"GET /health HTTP/1.1\r\n" + HOST + b"A: b\0c\r\n\r\n",
    "no colon": b"GET /health HTTP/1.1\r\n" + HOST + b"A\r\n\r\n",
    "no name": b"GET /health HTTP/1.1\r\n" + HOST + b": b\r\n\r\n",
    "HTTP/0.9": b"GET /health\r\n\r\n",
    "HTTP/1.2": b"GET /health HTTP/1.2\r\n" + HOST + b"\r\n",
    "HTTP/2.0": b"GET /health HTTP/2.0\r\n" + HOST + b"\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "CONNECT": b"CONNECT t:80 HTTP/1.1\r\n" + HOST + b"\r\n",
    "unknown method": b"NONSENSE /health HTTP/1.1\r\n" + HOST + b"\r\n",
    "TLS": bytes.fromhex("16030100a5010000a10303") + b"x" * 160,
    "binary": bytes(range(256)),
}


OUT_OF_BOUNDS = {
    "a value of 100 KB": spell("GET", "/health", None, f"X: {'x' * 100_000}"),
    "a name of 100 KB": spell("GET", "/health", None, f"{'x' * 100_000}: x"),
    "5,000 headers": spell("GET", "/health", None, *["X: y"] * 5_000),
    "101 headers": spell("GET", "/health", None, *["X: y"] * 100),
    "a path of 100 KB": spell("GET", "/" + "x" * 100_000),
    "no end": b"GET /health HTTP/1.1\r\nHost: t\r\nX: " + b"x" * 40_000,
    "trailers": POST + CHUNKED + b"0\r\n" + b"X: y\r\n" * 100_000,
    "a trailer": POST + CHUNKED + b"0\r\nX: " + b"x" * 500_000,
    "an extension": POST + CHUNKED + b"1;" + b"x" * 500_000,
}


HOSTS = {"no host": b"", "two hosts": b"Host: a\r\nHost: b\r\n", "one host twice": HOST * 2}
REFUSED = {
    **{name: (request, 400, "malformed_http") for name, request in MALFORMED.items()},
    **{name: (request, 431, "headers_too_large") for name, request in OUT_OF_BOUNDS.items()},
    **{
        name: (b"GET /health HTTP/1.1\r\n%b\r\n" % lines, 400, "missing_host")
        for name, lines in HOSTS.items()
    },
    # What is still on its way to a body that was refused is no request either.
    "too large": (POST + b"Content-Length: 99999999\r\n\r\n", 413, "body_too_large"),
    "too slow": (POST + b"Content-Length: 999\r\n\r\n", 408, "request_timeout"),
    "of no type": (
        *(POST.replace(b"json", b"xml") + b"Content-Length: 999\r\n\r\n", 415),
        "unsupported_media_type",
    ),
}


def test_A7_A8_A9_who_is_refused_is_refused_once(hasty: LiveServer) -> None:
    """An envelope says why, nothing that follows is taken for a request, the connection ends."""
    requests = {name: request for name, (request, _, _) in REFUSED.items()}
    wanted = {name: (status, reason, b"") for name, (_, status, reason) in REFUSED.items()}
    assert _list_refusals(hasty, requests) == wanted


def test_A9_headers_in_bounds(hasty: LiveServer) -> None:
    """A hundred of them are taken, and so are 30 KB in one."""
    many = spell("GET", "/health", None, *["X: y"] * 99)
    large = spell("GET", "/health", None, f"X: {'x' * 30_000}")
    with Wire(hasty.port) as wire:
        assert [wire.ask(many).status, wire.ask(large).status] == [200, 200]


def test_A9_trailers_of_a_stream_are_bounded(hasty: LiveServer) -> None:
    """Its answer has begun, so all that can be done is to end it."""
    with Wire(hasty.port) as wire:
        wire.send(LINES + b"%x\r\n%b\n\r\n" % (len(BODY) + 1, BODY))
        assert wire.read_head().status == 200
        assert wire.read_piece().startswith(b'{"success":true,')
        wire.send(b"0\r\n" + b"X: y\r\n" * 10_000)
        assert wire.read_to_end() == b""


def test_HTTP_1_0(hasty: LiveServer) -> None:
    """It needs no host, and its connection ends with the answer."""
    with Wire(hasty.port) as wire:
        answer = wire.ask(b"GET /health HTTP/1.0\r\n\r\n")
        assert (answer.status, answer.header("connection")) == (200, "close")
        assert wire.read_to_end() == b""
    head = f"POST {DIFF} HTTP/1.0\r\nContent-Type: application/json\r\n".encode()
    with Wire(hasty.port) as wire:
        assert wire.ask(head + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY).status == 200


def test_pipelined_requests_are_answered_in_order(hasty: LiveServer) -> None:
    """Each of them once, whatever the one before took."""
    ids = [f"id-{number}" for number in range(20)]
    slow = b'{"schema":{},"current":{"json":1}}'
    requests = [
        spell("POST", DIFF, slow if number % 2 else BODY, f"X-Request-Id: {request_id}")
        for number, request_id in enumerate(ids)
    ]
    with Wire(hasty.port) as wire:
        wire.send(b"".join(requests))
        answers = [wire.read_answer() for _ in ids]
    assert [answer.status for answer in answers] == [200] * len(ids)
    assert [answer.header("x-request-id") for answer in answers] == ids


def test_garbage_behind_a_request_does_not_take_its_answer(hasty: LiveServer) -> None:
    """First what was asked, then what is wrong: a client counts its answers."""
    slow = b'{"schema":{},"current":{"json":1}}'
    requests = b"".join(spell("POST", DIFF, slow) for _ in range(3))
    with Wire(hasty.port) as wire:
        wire.send(requests + b"garbage\r\n\r\n" + SMUGGLED)
        assert [wire.read_answer().status for _ in range(4)] == [200, 200, 200, 400]


def test_a_body_that_breaks_off_in_the_middle_frees_its_request(hasty: LiveServer) -> None:
    """The route that waits for the rest is told; its client hears what was wrong."""
    with Wire(hasty.port) as wire:
        wire.send(POST + CHUNKED + b"5\r\n{    \r\n")
        answer = wire.ask(b"nonsense\r\n")
        _check_refusal(answer)
        assert (answer.status, answer.reason) == (400, "malformed_http")
    assert eventually(lambda: hasty.count_active() == 0)


def test_a_stream_that_breaks_off_in_the_middle_is_cut_off(hasty: LiveServer) -> None:
    """An answer that has begun holds no second one: it ends without its end."""
    with Wire(hasty.port) as wire:
        wire.send(LINES + b"%x\r\n%b\n\r\n" % (len(BODY) + 1, BODY))
        assert wire.read_head().status == 200
        assert wire.read_piece().startswith(b'{"success":true,')
        wire.send(b"nonsense\r\n")
        assert wire.read_to_end() == b""


def test_a_body_that_nobody_wants_is_no_answer(hasty: LiveServer) -> None:
    """Garbage in a body behind a 404 gets none of its own."""
    with Wire(hasty.port) as wire:
        answer = wire.ask(b"POST /no HTTP/1.1\r\nHost: t\r\n" + CHUNKED)
        assert answer.status == 404
        wire.send(b"nonsense\r\n\r\n" + SMUGGLED)
        assert wire.read_to_end() == b""


@pytest.mark.parametrize("offer", ["websocket", "h2c", "foo/2"])
@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("in_one", [True, False])
def test_an_offer_to_upgrade_is_declined(
    hasty: LiveServer, offer: str, framing: str, *, in_one: bool
) -> None:
    """The request is answered as if there were none, and its body is never taken for a request.

    Java's HttpClient makes one with every first request.
    """
    head = POST + f"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: {offer}\r\n".encode()
    body = BODY[:-1] + b" " * 60_000 + b"}"
    if framing == "length":
        head += b"Content-Length: %d\r\n\r\n" % len(body)
    else:
        head += CHUNKED
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    with Wire(hasty.port) as wire:
        wire.send(head + body if in_one else head)
        wire.send(SMUGGLED if in_one else body + SMUGGLED)
        answer = wire.read_answer()
        assert (answer.status, answer.json["success"]) == (200, True)
        assert answer.header("connection") == "close"
        assert wire.read_to_end() == b""


def test_an_offer_to_upgrade_without_a_body(hasty: LiveServer) -> None:
    """A websocket client is told by the status that nobody speaks it here."""
    headers = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
    with Wire(hasty.port) as wire:
        assert wire.ask(spell("GET", "/health", None, *headers) + SMUGGLED).status == 200
        assert wire.read_to_end() == b""
