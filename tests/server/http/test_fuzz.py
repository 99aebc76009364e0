"""Any bytes, to the diff route and to the socket: an envelope, never a fault of ours."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from changetrack_server.settings import Settings
from tests.server.http.inside import Inside, running
from tests.server.http.live import LiveServer
from tests.server.http.sockets import DIFF, LINES_TYPE, Hangup, RawAnswer, Wire, ask, spell
from tests.strategies.requests import bodies

JSON_HEADER = (b"content-type", b"application/json")
LINES_HEADER = (b"content-type", LINES_TYPE.encode())
ACCEPT_HEADER = (b"accept", LINES_TYPE.encode())
ERROR_KEYS = ["success", "error", "errorCode", "reason"]


@pytest.fixture(scope="module")
def inside() -> Iterator[Inside]:
    """Run the app with small limits, which small examples reach."""
    small = Settings(
        work_processes=1, max_body_bytes=4_096, json_tokens=500, batch_items=5, json_depth=20
    )
    with running(small) as app:
        yield app


def _check_envelope(answer: RawAnswer, *, statuses: set[int]) -> None:
    assert answer.status in statuses
    assert answer.header("content-type") == "application/json"
    envelope = answer.json
    if answer.status == 200:
        # And what changed alike, where a batch asks for it.
        assert [key for key in envelope if key != "clusters"] == ["success", "data"]
    else:
        assert list(envelope) == ERROR_KEYS
        assert all(isinstance(envelope[key], str) for key in ERROR_KEYS[1:])


@st.composite
def _mutations(draw: st.DrawFn) -> bytes:
    """Return the bytes of a request, with some of them cut out, changed, doubled or added."""
    text = bytearray(json.dumps(draw(bodies)).encode())
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 8)))
        text[start:end] = draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from((b"[", b"{", b'"', b"\\", b"null", b"1e999", b"\xff", b"\\ud800")),
                st.just(bytes(text[start:end]) * 2),
            )
        )
    return bytes(text)


anything = st.one_of(st.binary(max_size=200), _mutations(), _mutations())


@given(anything)
@example(b"[" * 4_096)
@example(b"[" * 4_097)
@example(b"\x00")
@example(b'{"batch":[' + b"{}," * 100 + b"{}]}")
def test_any_body_has_an_envelope(inside: Inside, body: bytes) -> None:
    """Whatever it is, what is wrong with it is said."""
    _check_envelope(inside.ask("POST", DIFF, body, [JSON_HEADER]), statuses={200, 400, 413})


@given(st.lists(anything, max_size=4))
def test_any_lines_have_lines(inside: Inside, lines: list[bytes]) -> None:
    """As many as there are lines that are not blank, each with its number."""
    body = b"\n".join(lines)
    answer = inside.ask("POST", DIFF, body, [LINES_HEADER])
    assert (answer.status, answer.header("content-type")) == (200, LINES_TYPE)
    answers = [json.loads(line) for line in answer.body.decode().split("\n")[:-1]]
    written = [line for line in body.split(b"\n") if line.strip()]
    assert [each["index"] for each in answers] == list(range(len(written)))
    for each in answers:
        # A line may be a batch, and ask what changed alike in it.
        each.pop("clusters", None)
        wanted = ["success", "data"] if each["success"] else ERROR_KEYS
        assert list(each) == [*wanted, "index"]


@given(_mutations())
def test_any_batch_may_be_answered_in_lines(inside: Inside, body: bytes) -> None:
    """One for each item; or one envelope, where the whole is wrong."""
    answer = inside.ask("POST", DIFF, body, [JSON_HEADER, ACCEPT_HEADER])
    if answer.header("content-type") == LINES_TYPE:
        answers = [json.loads(line) for line in answer.body.decode().split("\n")[:-1]]
        assert [each["index"] for each in answers] == list(range(len(answers)))
    else:
        _check_envelope(answer, statuses={400, 413})


_names = st.sampled_from(
    (
        *(b"content-type", b"content-length", b"content-encoding", b"transfer-encoding", b"accept"),
        *(b"authorization", b"x-request-id", b"expect", b"x-changetrack-hop", b"connection"),
    )
)
_values = st.one_of(
    st.binary(max_size=20),
    st.sampled_from(
        (
            *(b"application/json", b"application/json; charset=utf-8", LINES_TYPE.encode()),
            *(b"gzip", b"identity", b"0", b"-1", b"9" * 40, b"\xb2", b"chunked", b"*/*"),
            *(b"application/x+json;charset=latin-1", b"application/json;;=;charset=", b"close"),
        )
    ),
)


@given(st.lists(st.tuples(_names, _values), max_size=6), st.sampled_from((b"", b"{}", b"{")))
def test_any_headers_have_an_answer(
    inside: Inside, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    """Whatever they say of the body, nothing of it is a fault of ours."""
    answer = inside.ask("POST", DIFF, body, headers)
    assert answer.status in {200, 400, 413, 415}
    assert answer.header("x-request-id")


@given(st.text(max_size=40), st.sampled_from(("GET", "POST", "HEAD", "OPTIONS", "X")))
def test_any_path_has_an_answer(inside: Inside, path: str, method: str) -> None:
    """Nowhere is an envelope too."""
    answer = inside.ask(method, f"/{path}", b"{}", [JSON_HEADER])
    assert answer.status < 500
    if answer.status >= 400:
        assert list(answer.json) == ERROR_KEYS


_good = spell("POST", DIFF, b'{"current":{"markdown":"a"}}')
_chunked = (
    f"POST {DIFF} HTTP/1.1\r\nHost: t\r\nContent-Type: {LINES_TYPE}\r\n"
    "Transfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n0\r\n\r\n"
).encode()


@st.composite
def _framings(draw: st.DrawFn) -> bytes:
    """Return a request, or two, with some bytes that do not belong there."""
    text = bytearray(draw(st.sampled_from((_good, _chunked, _good * 2, _chunked + _good))))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        text[start:end] = draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from((b"\r\n", b"\n", b"\r\n\r\n", b"\0", b":", b" ", b"\r", b"0\r\n")),
            )
        )
    return bytes(text)


@settings(max_examples=100)
@given(st.one_of(_framings(), _framings(), st.binary(min_size=1, max_size=80)))
def test_any_bytes_on_the_wire_have_an_answer_or_an_end(hasty: LiveServer, said: bytes) -> None:
    """An envelope, or silence where no request came to its end; the server lives on."""
    answers = []
    with Wire(hasty.port) as wire:
        wire.send(said)
        # A stream that has begun can only be cut off.
        with contextlib.suppress(Hangup):
            answers = wire.read_answers(0.01)
    for answer in answers:
        assert answer.status < 500
        assert answer.header("x-request-id") or answer.status == 100
        kind = answer.header("content-type")
        assert kind == LINES_TYPE or answer.status == 100 or answer.json
    assert ask(hasty.port, "GET", "/health").status == 200
