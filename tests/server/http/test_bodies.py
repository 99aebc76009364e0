"""Bodies: how large and in what form they are taken."""

from __future__ import annotations

import pytest

from tests.server.http.conftest import MAX_BODY
from tests.server.http.live import LiveServer
from tests.server.http.sockets import (
    DIFF,
    LINES_TYPE,
    RawAnswer,
    Wire,
    post_diff,
    spell,
    spell_chunk,
)

POST = f"POST {DIFF} HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n".encode()
BODY = b'{"current":{"markdown":"a"}}'
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
GOOD_CHUNK = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)


def test_chunks_of_a_byte_are_fine(hasty: LiveServer) -> None:
    """However small a client cuts its body, it is not taken for too many headers."""
    body = b'{"current":{"markdown":"%b"}}' % (b"x" * 20_000)
    chunks = b"".join(b"1;a=b\r\n%c\r\n" % byte for byte in body) + b"0\r\nX: y\r\n\r\n"
    with Wire(hasty.port) as wire:
        assert wire.ask(POST + CHUNKED + chunks).status == 200
        assert wire.ask(spell("GET", "/health")).status == 200


def test_A1_a_declared_length_over_the_cap_is_413_at_once(hasty: LiveServer) -> None:
    """Before a byte of the body is there."""
    for size in (MAX_BODY + 1, 100_000_000, 10**18):
        with Wire(hasty.port) as wire:
            answer = wire.ask(POST + b"Content-Length: %d\r\n\r\n" % size)
        assert (answer.status, answer.reason) == (413, "body_too_large")
        assert answer.json["errorCode"] == "payload_too_large"
        assert answer.header("connection") == "close"
        assert "262,144 bytes" in answer.json["error"]


@pytest.mark.parametrize("over", [0, 1])
def test_A2_chunks_are_refused_at_the_byte_that_crosses(hasty: LiveServer, over: int) -> None:
    """A body of exactly the limit is taken; one byte more is not waited for to end."""
    body = BODY[:-1] + b" " * (MAX_BODY - len(BODY) + over) + b"}"
    with Wire(hasty.port) as wire:
        wire.send(POST + CHUNKED + b"%x\r\n%b\r\n" % (MAX_BODY - 1, body[: MAX_BODY - 1]))
        wire.send(b"%x\r\n%b\r\n" % (1 + over, body[MAX_BODY - 1 :]))
        if over:
            answer = wire.read_answer()
            assert (answer.status, answer.reason) == (413, "body_too_large")
            assert answer.header("connection") == "close"
        else:
            assert wire.ask(b"0\r\n\r\n").status == 200


def test_A1_a_body_of_exactly_the_limit_is_taken(hasty: LiveServer) -> None:
    """With a declared length too."""
    body = BODY[:-1] + b" " * (MAX_BODY - len(BODY)) + b"}"
    assert [post_diff(hasty.port, body).status, post_diff(hasty.port, body + b" ").status] == [
        *(200, 413)
    ]


def test_A2_what_is_refused_is_not_kept(hasty: LiveServer) -> None:
    """Eight clients that send on and on leave nothing behind in the server's memory."""
    before = hasty.read_memory()
    wires = [Wire(hasty.port) for _ in range(8)]
    for wire in wires:
        wire.send(POST + CHUNKED + b"fffffff\r\n")
        wire.send(b" " * 4_000_000)
    grown = hasty.read_memory() - before
    assert [wire.read_answer().status for wire in wires] == [413] * 8
    for wire in wires:
        wire.close()
    assert grown <= 8 * (MAX_BODY + 2**20)


@pytest.mark.parametrize("kind", ["application/json", LINES_TYPE])
@pytest.mark.parametrize(
    "header",
    [
        *("Content-Encoding: gzip", "Content-Encoding: br", "Content-Encoding: GZIP, identity"),
        "Content-Encoding: identity\r\nContent-Encoding: gzip",
    ],
)
def test_A10_a_compressed_body_is_415(hasty: LiveServer, kind: str, header: str) -> None:
    """None is unpacked, so none can be a bomb."""
    answer = post_diff(hasty.port, b"\x1f\x8b", f"Content-Type: {kind}", header)
    assert (answer.status, answer.reason) == (415, "unsupported_content_encoding")
    plain = post_diff(hasty.port, BODY, f"Content-Type: {kind}", "Content-Encoding: identity")
    assert plain.status == 200


def test_A10_a_compressed_transfer_is_415(hasty: LiveServer) -> None:
    """It is the same by another name."""
    with Wire(hasty.port) as wire:
        answer = wire.ask(POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + GOOD_CHUNK)
    assert (answer.status, answer.reason) == (415, "unsupported_content_encoding")


def test_A8_a_client_that_asks_first_is_told_to_go_on(hasty: LiveServer) -> None:
    """Expect: 100-continue has its interim answer, and then the real one."""
    expect = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    with Wire(hasty.port) as wire:
        assert wire.ask(POST + expect) == RawAnswer(100, [], b"")
        assert wire.ask(BODY).status == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (POST + b"Content-Length: 99999999\r\n", 413),
        (POST.replace(b"json", b"xml") + b"Content-Length: 5\r\n", 415),
        (b"POST /no HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n", 404),
    ],
)
def test_A8_a_client_that_asks_first_is_told_not_to(
    hasty: LiveServer, head: bytes, status: int
) -> None:
    """What will be refused is refused before it is sent."""
    with Wire(hasty.port) as wire:
        assert wire.ask(head + b"Expect: 100-continue\r\n\r\n").status == status


@pytest.mark.parametrize("way", ["declared", "chunked"])
def test_A3_too_large_is_an_envelope(hasty: LiveServer, way: str) -> None:
    """Starlette's own limit would answer in plain text, and only where the length is declared."""
    head, body = (
        (POST + b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1), b"")
        if way == "declared"
        else (POST + CHUNKED, spell_chunk(b" " * (MAX_BODY + 1)))
    )
    with Wire(hasty.port) as wire:
        answer = wire.ask(head + body)
    assert answer.header("content-type") == "application/json"
    assert answer.json == {
        "success": False,
        "error": "the body has more than the 262,144 bytes that this server takes; split it",
        "errorCode": "payload_too_large",
        "reason": "body_too_large",
    }


TYPES = {
    "application/json": 200,
    "application/json; charset=utf-8": 200,
    'Application/JSON;Charset="UTF-8"': 200,
    "application/json ; charset=utf8; profile=x": 200,
    "application/vnd.api+json": 200,
    "application/json; charset=utf-16": 415,
    "application/json; charset=latin-1": 415,
    "application/json; charset=utf-8; charset=utf-16": 415,
    "application/jsonp": 415,
    "application/x-json": 415,
    "json": 415,
    "+json/x": 415,
    "text/plain": 415,
    "text/json": 415,
    "multipart/form-data; boundary=x": 415,
    "application/x-www-form-urlencoded": 415,
    "*/*": 415,
    "": 415,
    "\u00e9": 415,
}


@pytest.mark.parametrize("kind", TYPES)
def test_A11_types_of_bodies(hasty: LiveServer, kind: str) -> None:
    """JSON in UTF-8 is taken, by whatever name it has; a guess is not."""
    answer = post_diff(hasty.port, BODY, f"Content-Type: {kind}")
    assert answer.status == TYPES[kind]
    if answer.status == 415:
        assert (answer.reason, answer.json["errorCode"]) == (*["unsupported_media_type"] * 2,)


def test_A11_no_type_at_all(hasty: LiveServer) -> None:
    """Not even where the body is JSON."""
    with Wire(hasty.port) as wire:
        head = f"POST {DIFF} HTTP/1.1\r\nHost: t\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()
        answer = wire.ask(head + BODY)
    assert (answer.status, answer.reason) == (415, "unsupported_media_type")
