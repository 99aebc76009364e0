"""Questions to the operator's own endpoint: any host and port of the settings, and no other."""

from __future__ import annotations

import gzip
import time
from collections.abc import Mapping
from dataclasses import dataclass

import anyio
import pytest

from changetrack_server.egress.dialling import Network
from changetrack_server.egress.fetching import Fetcher, _trust
from changetrack_server.egress.urls import Origin
from changetrack_server.errors import EndpointError
from tests.server.raw_sites import (
    IMPATIENT,
    Answer,
    Visit,
    World,
    fetch_page,
    respond,
    say,
    say_forever,
    stay_silent,
)

LOCAL = ("127.0.0.1", 11434)
NAMES: dict[str, list[list[str]]] = {
    "model.lan": [["10.0.0.5"]],
    "mixed.lan": [["10.0.0.5", "8.8.8.8"]],
    "gone.lan": [[]],
}


@dataclass(frozen=True)
class Post:
    """What became of one question."""

    world: World
    seconds: float
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] | None = None
    reason: str = ""


def post(
    answer: Answer,
    url: str = "http://127.0.0.1:11434/v1/chat/completions",
    at: tuple[str, int] = LOCAL,
    *,
    seconds: float = 0.5,
    headers: Mapping[str, str] | None = None,
) -> Post:
    """Ask an endpoint at an address, and allow its answer a hundred bytes."""
    world = World(names=dict(NAMES))

    async def scenario() -> Post:
        async with world.open({at: answer}):
            begun = time.monotonic()
            try:
                status, body, heads = await Fetcher(IMPATIENT, world.network()).post_json(
                    url, b'{"a": 1}', headers=headers or {}, seconds=seconds, at_most=100
                )
            except EndpointError as error:
                # Nothing of a request is at fault, so no path is named.
                reason = f"{error.path}{error.reason}"
                return Post(world, time.monotonic() - begun, reason=reason)
            return Post(world, time.monotonic() - begun, status, body, heads)

    return anyio.run(scenario)


def _reply(*headers: str, body: bytes = b'{"b": 2}', status: int = 200) -> Answer:
    return say(respond(body, *headers, status=status))


def test_a_question_is_posted_and_answered() -> None:
    """Status, body and headers of the answer; the request is plain JSON."""
    done = post(_reply("Retry-After: 7"), headers={"Authorization": "Bearer key"})
    assert (done.status, done.body) == (200, b'{"b": 2}')
    assert done.headers == {"retry-after": "7", "content-length": "8"}
    head = done.world.visits[0].head.partition(b"\r\n\r\n")[0].decode()
    assert head.split("\r\n") == [
        "POST /v1/chat/completions HTTP/1.1",
        "Host: 127.0.0.1:11434",
        "Content-Type: application/json",
        "Authorization: Bearer key",
        "Accept-Encoding: gzip",
        "Content-Length: 8",
    ]


def test_the_body_arrives() -> None:
    """As it is, of the length that it says."""
    got: list[bytes] = []

    async def read(visit: Visit) -> None:
        body = visit.head.partition(b"\r\n\r\n")[2]
        while len(body) < 8:
            body += await visit.stream.receive()
        got.append(body)
        await visit.stream.send(respond(b"{}"))

    assert post(read).status == 200
    assert got == [b'{"a": 1}']


@pytest.mark.parametrize(
    ("url", "at"),
    [
        ("http://127.0.0.1:11434/", LOCAL),
        ("http://[::1]:8000/", ("::1", 8000)),
        ("http://10.0.0.5/", ("10.0.0.5", 80)),
        ("http://model.lan:9999/", ("10.0.0.5", 9999)),
        ("http://mixed.lan/", ("10.0.0.5", 80)),
        ("http://169.254.1.1:1/", ("169.254.1.1", 1)),
    ],
)
def test_the_operators_host_and_port_are_trusted(url: str, at: tuple[str, int]) -> None:
    """A model runs on this machine or the next one, at any port."""
    done = post(_reply(), url, at)
    assert (done.status, done.world.dials) == (200, [at])


def test_B34_the_trust_ends_with_the_question() -> None:
    """The same fetcher does not fetch a page from there."""
    world = World(names=dict(NAMES))

    async def scenario() -> list[str]:
        reasons = []
        async with world.open({LOCAL: _reply(), ("127.0.0.1", 8080): _reply()}):
            fetcher = Fetcher(IMPATIENT, world.network())
            url = "http://127.0.0.1:8080/"
            await fetcher.post_json(url, b"{}", headers={}, seconds=1, at_most=100)
            for page in (url, "http://model.lan:8080/"):
                with pytest.raises(EndpointError) as raised:
                    await fetch_page(fetcher, page)
                reasons.append(raised.value.reason)
        return reasons

    assert anyio.run(scenario) == ["url_blocked", "url_blocked"]


@pytest.mark.parametrize("status", [200, 301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_a_status_is_data_and_no_redirect_is_followed(status: int) -> None:
    """A question with a key in it goes where it was sent and nowhere else."""
    done = post(_reply("Location: http://8.8.8.8/", status=status))
    assert (done.status, done.world.dials) == (status, [LOCAL])


HEAD = b"HTTP/1.1 200 OK\r\n"
ANSWERS: dict[str, tuple[Answer, str]] = {
    "fits": (_reply(body=b"x" * 100), ""),
    "a byte more": (_reply(body=b"x" * 101), "response_too_large"),
    "packed": (_reply("Content-Encoding: gzip", body=gzip.compress(b"x" * 100)), ""),
    "packed, a byte more": (
        _reply("Content-Encoding: gzip", body=gzip.compress(b"x" * 101)),
        "response_too_large",
    ),
    "endless": (say_forever(HEAD + b"\r\n", b"x" * 1000), "response_too_large"),
    "endless head": (say_forever(HEAD, b"X-A: " + b"x" * 999 + b"\r\n"), "response_too_large"),
    "drip": (say_forever(HEAD + b"\r\n", b"x", 0.1), "deadline_exceeded"),
    "nothing": (say(b""), "upstream_error"),
    "half": (say(respond(b"x", length=9)), "upstream_error"),
    "brotli": (_reply("Content-Encoding: br"), "unsupported_encoding"),
    "no gzip": (_reply("Content-Encoding: gzip"), "bad_encoding"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_bounded_as_a_page_is(name: str) -> None:
    """The operator's endpoint is trusted with an address, not with our memory."""
    answer, reason = ANSWERS[name]
    done = post(answer)
    assert (done.reason, done.seconds < 20) == (reason, True)


def test_silence_ends_with_the_time_of_the_question() -> None:
    """Whichever of the two timers is first."""
    done = post(stay_silent, seconds=0.2)
    assert done.reason in {"timeout", "deadline_exceeded"}
    assert 0.19 < done.seconds < 20


def test_a_model_may_think_longer_than_a_page_may_be_silent() -> None:
    """The time of the question counts, not the silence that is allowed to sites."""

    async def think(visit: Visit) -> None:
        await anyio.sleep(IMPATIENT.read_seconds + 0.1)
        await visit.stream.send(respond(b"thought"))

    assert post(think, seconds=2).body == b"thought"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://gone.lan/", "dns_failed"),
        ("http://u:p@model.lan/", "url_credentials"),
        ("ftp://model.lan/", "unsupported_scheme"),
        ("http://model.lan/\n", "invalid_url"),
        ("http://model.lan:1/", "upstream_error"),
    ],
)
def test_what_no_endpoint_can_be_is_refused(url: str, reason: str) -> None:
    """A wrong setting is an error as any other."""
    assert post(_reply(), url).reason == reason


def test_B34_no_other_host_or_port_shares_the_trust() -> None:
    """Whatever asked to connect elsewhere on the way would be refused."""
    origin = Origin("http", "model.lan", 8000)
    judged = [
        _trust(origin, *asked, "10.0.0.5")
        for asked in (
            ("model.lan", 8000),
            ("model.lan", 8001),
            ("other.lan", 8000),
        )
    ]
    assert judged == [
        None,
        "model.lan:8001 at 10.0.0.5 is not the endpoint of the settings",
        "other.lan:8000 at 10.0.0.5 is not the endpoint of the settings",
    ]


def test_the_seams_are_the_same() -> None:
    """Questions and pages go through one dialler."""
    dialled: list[str] = []

    def dial_as(address: str, port: int) -> tuple[str, int]:
        dialled.append(f"{address}:{port}")
        return "127.0.0.1", 1

    async def scenario() -> None:
        fetcher = Fetcher(IMPATIENT, Network(dial_as=dial_as))
        with pytest.raises(EndpointError):
            await fetcher.post_json("http://10.9.9.9:99/", b"", headers={}, seconds=1, at_most=1)

    anyio.run(scenario)
    assert dialled == ["10.9.9.9:99"]
