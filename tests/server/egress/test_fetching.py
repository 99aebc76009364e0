"""One fetch from its URL to its page: what is asked, what is given, and what is refused."""

from __future__ import annotations

import gzip
import logging
import time
from dataclasses import replace
from ipaddress import ip_network

import anyio
import pytest

from changetrack_server.egress.fetching import Fetched, Fetcher
from changetrack_server.errors import EndpointError
from changetrack_server.settings import Settings
from tests.server.raw_sites import (
    HERE,
    IMPATIENT,
    OTHER,
    PUBLIC,
    Visit,
    World,
    fetch_page,
    redirect,
    respond,
    say,
    say_paths,
    stay_silent,
    travel,
)

# Of section 6.1: what must never be dialled, as a URL has it.
LITERALS = """
127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 017700000001 0177.0.0.1 0 0.0.0.0 127.0.0.1. [::1]
[::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1]
[2002:7f00:1::] [2001:0:7f00:1::] [fe80::1] [fc00::1] [fd00:ec2::254] [fec0::1] [ff02::1]
[2001:db8::1] [3fff::1] [100::1] [5f00::1] 10.0.0.1 172.16.0.1 172.31.255.255
192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200 168.63.129.16 192.0.0.192 198.18.0.1
203.0.113.1 224.0.0.1 255.255.255.255 240.0.0.1 192.88.99.1
①②⑦.⓪.⓪.① 127。0。0。1 １２７.0.0.1 ⓛⓞⓒⓐⓛⓗⓞⓢⓣ
"""
PUBLIC_HOSTS = """
8.8.8.8 1.1.1.1 93.184.215.14 192.0.78.24 [2606:4700:4700::1111] [2a00:1450:4001::1]
[64:ff9b::808:808] [2002:808:808::]
"""


@pytest.mark.parametrize("host", LITERALS.split())
def test_B2_B3_B4_no_literal_of_the_inside_is_dialled(host: str) -> None:
    """However it is spelled, the system's own reading of it is what is checked."""
    trip = travel(f"http://{host}/")
    assert trip.reason in {"url_blocked", "invalid_url"}
    assert trip.world.dials == []


@pytest.mark.parametrize("host", PUBLIC_HOSTS.split())
def test_B3_public_literals_are_dialled(host: str) -> None:
    """The policy blocks no more than it must."""
    address = host.strip("[]")
    trip = travel(f"http://{host}/", {(address, 80): say(respond(b"page"))})
    assert (trip.page.body, trip.world.dials) == (b"page", [(address, 80)])
    assert trip.world.visits[0].header("Host") == [host]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("metadata.google.internal", "169.254.169.254"),
        ("metadata.azure.test", "168.63.129.16"),
        ("metadata.alibaba.test", "100.100.100.200"),
        ("metadata.oracle.test", "192.0.0.192"),
        ("metadata.aws.test", "fd00:ec2::254"),
        ("localhost", "127.0.0.1"),
        ("127.0.0.1.nip.test", "127.0.0.1"),
    ],
)
def test_B4_B5_a_name_of_the_inside_is_refused(host: str, address: str) -> None:
    """Names are judged by what they resolve to, not by how they look."""
    trip = travel(f"http://{host}/", names={host: [[address]]})
    assert (trip.reason, trip.world.lookups, trip.world.dials) == ("url_blocked", [host], [])


def test_a_page_is_given_as_it_came() -> None:
    """Status, headers in order and case, the bytes, and what was asked."""
    site = say(respond(b"<p>hi", "Content-Type: text/html", "X-A: 1", "x-a: \xfc", status=203))
    assert travel("HTTP://A.test:80/b?c#d", site).page == Fetched(
        url="http://a.test/b?c",
        status=203,
        headers=(
            ("Content-Type", "text/html"),
            ("X-A", "1"),
            ("x-a", "Ã¼"),
            ("Content-Length", "5"),
        ),
        body=b"<p>hi",
    )


def test_headers_are_found_in_any_case() -> None:
    """Several of a name are one list, as RFC 9110 has it; what is not there is empty."""
    page = travel(sites=say(respond(b"", "CONTENT-type: text/html", "X-A: 1", "x-a: 2"))).page
    assert (page.content_type, page.find_header("X-a"), page.find_header("x-b")) == (
        "text/html",
        "1, 2",
        "",
    )


def test_B30_the_request_is_plain_and_marked() -> None:
    """One GET, with the header by which a server of ours knows that it asks itself."""
    trip = travel("http://a.test:8080/b?c=d", {(PUBLIC, 8080): say(respond())})
    assert trip.page.status == 200
    lines = trip.world.visits[0].head.decode().split("\r\n")
    assert lines == [
        "GET /b?c=d HTTP/1.1",
        "Host: a.test:8080",
        f"User-Agent: {Settings().user_agent}",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5",
        "Accept-Encoding: gzip",
        "x-changetrack-hop: 1",
        "",
        "",
    ]


def test_an_operators_code_may_say_more() -> None:
    """Headers are added or replaced, but for those that are about the connection."""
    given = {"accept": "image/png", "Authorization": "Bearer x", "Host": "b.test", "X-Ünused": ""}
    given |= {"Accept-Encoding": "br", "x-changetrack-hop": "0", "Content-Length": "5"}
    del given["X-Ünused"]
    trip = travel(sites=say(respond()), headers=given, user_agent="Spider/1 (ü)")
    visit = trip.world.visits[0]
    names = (
        "Host",
        "User-Agent",
        "Accept",
        "Authorization",
        "Accept-Encoding",
        "X-Changetrack-Hop",
    )
    assert [visit.header(name) for name in names] == [
        ["a.test"],
        ["Spider/1 (Ã¼)"],
        ["image/png"],
        ["Bearer x"],
        ["gzip"],
        ["1"],
    ]
    assert visit.header("Content-Length") == []


@pytest.mark.parametrize(
    "status", [200, 201, 206, 400, 401, 403, 404, 410, 418, 429, 500, 503, 599]
)
def test_B27_a_status_is_data(status: int) -> None:
    """What a site says about a page is not our error, and comes with its headers."""
    page = travel(sites=say(respond(b"sorry", "Retry-After: 60", status=status))).page
    assert (page.status, page.body, page.find_header("Retry-After")) == (status, b"sorry", "60")


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("coding", ["", "Content-Encoding: gzip\r\n"])
def test_B27_a_status_without_a_body_has_none(status: int, coding: str) -> None:
    """Also where a coding is named: nothing is not cut short."""
    head = f"HTTP/1.1 {status} Said\r\n{coding}\r\n".encode()
    page = travel(sites=say(head)).page
    assert (page.status, page.body) == (status, b"")


def test_a_body_may_end_with_its_connection() -> None:
    """Old servers say no length, and hang up."""
    assert travel(sites=say(b"HTTP/1.0 200 OK\r\n\r\n", b"old ", b"page")).page.body == b"old page"


def test_a_compressed_page_is_unpacked() -> None:
    """The body is the page."""
    packed = gzip.compress(b"page " * 1000, mtime=0)
    page = travel(sites=say(respond(packed, "Content-Encoding: gzip"))).page
    assert page.body == b"page " * 1000


@pytest.mark.parametrize(
    "kind", ["application/pdf", "image/png", "application/zip", "text/html", ""]
)
def test_B26_bytes_are_bytes_whatever_they_are_called(kind: str) -> None:
    """Nothing is guessed from the content: the type is what the site says, or nothing."""
    body = b"\x89PNG\r\n\x1a\n\x00<html>"
    page = travel(sites=say(respond(body, *([f"Content-Type: {kind}"] if kind else [])))).page
    assert (page.body, page.content_type) == (body, kind)


def test_an_operators_network_is_reached() -> None:
    """A listed network is open, on the ports of the web; the one beside it is not."""
    sites = {("10.1.0.5", 8080): say(respond(b"inside"))}
    names = {"in.test": [["10.1.0.5"]], "out.test": [["10.2.0.5"]]}
    networks = (ip_network("10.1.0.0/16"),)
    for url in ("http://in.test:8080/", "http://10.1.0.5:8080/"):
        assert travel(url, sites, names=names, allowed_networks=networks).page.body == b"inside"
    for url, reason in (
        ("http://out.test:8080/", "url_blocked"),
        ("http://10.2.0.5/", "url_blocked"),
        ("http://in.test:6379/", "port_not_allowed"),
    ):
        assert travel(url, sites, names=names, allowed_networks=networks).reason == reason


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_B15_the_environment_names_no_proxy(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that some other program needs does not lead our requests past the guard."""
    monkeypatch.setenv(variable, "http://1.1.1.1:80")
    trip = travel(sites={HERE: say(respond(b"page")), (OTHER, 80): say(respond(b"proxy"))})
    assert (trip.page.body, trip.world.dials) == (b"page", [HERE])


def test_one_deadline_stands_above_all() -> None:
    """What a caller asks for counts, up to what an operator allows."""

    async def seconds(asked: float | None, settings: Settings) -> float:
        world = World()
        async with world.open({HERE: stay_silent}):
            begun = time.monotonic()
            with pytest.raises(EndpointError) as raised:
                await fetch_page(Fetcher(settings, world.network()), seconds=asked)
            assert raised.value.reason == "deadline_exceeded"
            return time.monotonic() - begun

    # Far enough apart for a machine that is busy.
    patient = replace(IMPATIENT, read_seconds=60, fetch_seconds=0.7, max_fetch_seconds=1.6)
    assert 0.1 <= anyio.run(seconds, 0.1, patient) < 0.69
    assert 0.7 <= anyio.run(seconds, None, patient) < 1.59
    assert 1.6 <= anyio.run(seconds, 60, patient) < 30
    assert anyio.run(seconds, 0, patient) < 0.69


def test_so_many_pages_are_fetched_at_once_and_no_more() -> None:
    """Who waits for a place until the end is told that the server is full, not the site slow."""
    world = World()
    settings = replace(IMPATIENT, max_fetches=3, read_seconds=60, fetch_seconds=1.2)
    outcomes: list[str] = []

    async def ask(fetcher: Fetcher, seconds: float) -> None:
        try:
            await fetch_page(fetcher, seconds=seconds)
        except EndpointError as error:
            outcomes.append(error.reason)

    async def scenario() -> None:
        async with world.open({HERE: stay_silent}):
            fetcher = Fetcher(settings, world.network())
            async with anyio.create_task_group() as tasks:
                # Those who wait give up long before a place is free.
                for seconds in (3.0, 3.0, 3.0, 0.2, 0.2):
                    tasks.start_soon(ask, fetcher, seconds)
            assert len(world.visits) == 3

    anyio.run(scenario)
    assert sorted(outcomes) == ["deadline_exceeded"] * 3 + ["overloaded"] * 2


def test_places_are_given_back() -> None:
    """After failures, refusals and cancellations as well as after pages."""
    world = World()
    settings = replace(IMPATIENT, max_fetches=1)
    paths = {"/": respond(b"page"), "/bad": b"nonsense\r\n\r\n"}

    async def scenario() -> list[bytes]:
        async with world.open({HERE: say_paths(paths), (PUBLIC, 8080): stay_silent}):
            fetcher = Fetcher(settings, world.network())
            for url in ("http://a.test/bad", "http://127.0.0.1/", "http://a.test:22/"):
                with pytest.raises(EndpointError):
                    await fetch_page(fetcher, url)
            with anyio.move_on_after(0.05):
                await fetch_page(fetcher, "http://a.test:8080/")
            return [(await fetch_page(fetcher)).body for _ in range(2)]

    assert anyio.run(scenario) == [b"page", b"page"]


def test_B7_a_connection_serves_one_request() -> None:
    """Each fetch resolves, checks and dials anew, so a name that moved is noticed at once."""
    world = World(names={"a.test": [[PUBLIC], ["127.0.0.1"]]})

    async def polite(visit: Visit) -> None:
        await visit.stream.send(respond(b"page", "Connection: keep-alive"))
        await visit.stream.receive()

    async def scenario() -> None:
        async with world.open({HERE: polite}):
            fetcher = Fetcher(IMPATIENT, world.network())
            assert (await fetch_page(fetcher)).body == b"page"
            with pytest.raises(EndpointError) as raised:
                await fetch_page(fetcher)
            assert raised.value.reason == "url_blocked"

    anyio.run(scenario)
    assert (world.lookups, world.dials) == (["a.test", "a.test"], [HERE])


CANARY = "10.66.77.88"


@pytest.mark.parametrize(
    ("names", "sites"),
    [
        ([[CANARY]], {}),
        ([[PUBLIC, CANARY]], {}),
        ([[]], {}),
        ([[PUBLIC]], {}),
        ([[PUBLIC]], {HERE: stay_silent}),
        ([[PUBLIC]], {HERE: say(b"")}),
        ([[PUBLIC]], {HERE: say(b"\x16\x03\x01")}),
        ([[PUBLIC]], {HERE: say(respond(b"x", length=10))}),
        ([[PUBLIC]], {HERE: say(respond(b"x", "Content-Encoding: br"))}),
        ([[PUBLIC]], {HERE: say(respond(b"x", f"Location: http://{CANARY}/", status=302))}),
        ([[PUBLIC]], {HERE: say(respond(b"x", "Location: http://b.test/", status=302))}),
    ],
)
def test_B35_an_error_shows_no_address(names: list[list[str]], sites: dict[object, object]) -> None:
    """A caller learns no address and no detail of the resolver; the operator's log has both."""
    script = {"a.test": names, "b.test": [[CANARY]]}
    trip = travel(sites=sites, names=script)  # type: ignore[arg-type]  # of one row or another
    assert trip.error is not None
    assert trip.error.path == "url"
    for hidden in (CANARY, PUBLIC, "127.0.0.1", "getaddrinfo", "Errno", "Error("):
        assert hidden not in str(trip.error)
    assert trip.error.detail or trip.reason == "deadline_exceeded"


@pytest.mark.parametrize(
    "said",
    [
        b"canary nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: \x00canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncanary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ncanary\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nacanary",
    ],
)
def test_B35_the_log_quotes_nothing_of_a_broken_answer(said: bytes) -> None:
    """A cookie may stand in it; what is wrong with it is named all the same."""
    error = travel(sites=say(said)).error
    assert error is not None
    assert error.detail.startswith("RemoteProtocolError: ")
    assert "canary" not in f"{error} {error.detail}"


def test_every_dial_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """An operator who asks for it sees where requests went."""
    with caplog.at_level(logging.DEBUG, logger="changetrack_server"):
        travel(sites=say(respond()))
    facts = [record.__dict__["facts"] for record in caplog.records if record.message == "dial"]
    assert facts == [{"host": "a.test", "address": PUBLIC, "port": 80}]


def test_what_a_page_cost_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """How often it led on, and what came over the wire: the body alone tells neither."""
    packed = gzip.compress(b"page " * 1000, mtime=0)
    paths = {"/": redirect("/x"), "/x": respond(packed, "Content-Encoding: gzip", status=404)}
    with caplog.at_level(logging.DEBUG, logger="changetrack_server"):
        travel(sites=say_paths(paths))
    facts = [record.__dict__["facts"] for record in caplog.records if record.message == "page"]
    assert facts == [
        {"host": "a.test", "status": 404, "hops": 2, "wire_bytes": len(packed), "bytes": 5000}
    ]
