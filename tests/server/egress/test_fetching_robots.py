"""robots.txt on the way to a page: read through the same guard, for every origin on the way."""

from __future__ import annotations

import gzip
from dataclasses import replace

import anyio
import pytest

from changetrack_server.egress.fetching import Fetcher
from changetrack_server.errors import EndpointError
from changetrack_server.settings import Settings
from tests.server.raw_sites import (
    HERE,
    IMPATIENT,
    OTHER,
    PUBLIC,
    Answer,
    Sites,
    Trip,
    Visit,
    World,
    fetch_page,
    redirect,
    respond,
    say_paths,
    stay_silent,
    travel,
    without_threads,
)

RESPECTFUL = replace(IMPATIENT, robots="respect")
NAMES = {"b.test": [[OTHER]], "inside.test": [["10.0.0.1"]]}
CLOSED = respond(b"User-agent: *\nDisallow: /private")


def _visit(robots: bytes, path: str = "/private/x", settings: Settings = RESPECTFUL) -> Trip:
    """Fetch a page of a site that has this for a robots.txt."""
    site = say_paths({"/robots.txt": robots}, respond(b"page"))
    return travel(f"http://a.test{path}", site, settings=settings, names=NAMES)


def test_B29_what_a_site_forbids_is_not_fetched() -> None:
    """The page is not asked for, and the caller is told what to do about it."""
    trip = _visit(CLOSED)
    assert trip.reason == "robots_disallowed"
    assert [visit.path for visit in trip.world.visits] == ["/robots.txt"]
    assert str(trip.error) == (
        "url: the site's robots.txt does not allow it; ask the site;"
        " an operator who may ignore it sets CHANGETRACK_ROBOTS=ignore"
    )


def test_B29_what_a_site_allows_is_fetched() -> None:
    """Robots first, page next."""
    trip = _visit(CLOSED, "/public?x=/private")
    assert trip.page.body == b"page"
    assert [visit.path for visit in trip.world.visits] == ["/robots.txt", "/public?x=/private"]


def test_B29_an_operator_may_ignore_it() -> None:
    """Then it is not even asked for."""
    trip = _visit(CLOSED, settings=IMPATIENT)
    assert trip.page.body == b"page"
    assert [visit.path for visit in trip.world.visits] == ["/private/x"]


def test_B29_the_file_itself_may_be_fetched() -> None:
    """Whoever tracks a robots.txt is not forbidden to by it."""
    trip = _visit(respond(b"User-agent: *\nDisallow: /"), "/robots.txt")
    assert trip.page.body == b"User-agent: *\nDisallow: /"


@pytest.mark.parametrize("agent", ["changetrack/9", "ChangeTrack", "CHANGETRACK/1 (x)"])
def test_B29_we_are_known_by_the_name_of_the_settings(agent: str) -> None:
    """The first product of the user agent, as the site sees it."""
    robots = respond(b"User-agent: changetrack\nDisallow: /\n\nUser-agent: spider\nAllow: /")
    assert (
        _visit(robots, settings=replace(RESPECTFUL, user_agent=agent)).reason == "robots_disallowed"
    )
    assert _visit(robots, settings=replace(RESPECTFUL, user_agent="Spider/2")).page.body == b"page"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 304, 204])
def test_B29_a_site_without_one_forbids_nothing(status: int) -> None:
    """RFC 9309 section 2.3.1.3."""
    body = b"" if status in {304, 204} else b"User-agent: *\nDisallow: /"
    assert _visit(respond(body, status=status)).page.body == b"page"


@pytest.mark.parametrize(
    "robots",
    [
        respond(b"", status=500),
        respond(b"User-agent: *\nAllow: /", status=503),
        b"nonsense\r\n\r\n",
        respond(b"User-agent: *", length=99),
        respond(b"\x1f\x8b", "Content-Encoding: gzip"),
        respond(b"x", "Content-Encoding: br"),
        redirect("http://127.0.0.1/robots.txt"),
        redirect("//inside.test/robots.txt"),
        redirect("file:///etc/passwd"),
        redirect("http://u:p@b.test/"),
    ],
)
def test_B29_what_cannot_be_read_forbids_everything(robots: bytes) -> None:
    """RFC 9309 section 2.3.1.4: who is in trouble is left alone. The inside is never dialled."""
    trip = _visit(robots)
    assert trip.reason == "robots_unreachable"
    assert set(trip.world.dials) == {HERE}
    assert trip.error is not None
    assert (trip.error.retryable, trip.error.path) == (True, "url")
    for hidden in ("127.0.0.1", "10.0.0.1", "inside"):
        assert hidden not in str(trip.error)


def _robots_at(answer: Answer) -> Answer:
    async def site(visit: Visit) -> None:
        if visit.path == "/robots.txt":
            await answer(visit)
        else:
            await visit.stream.send(respond(b"page"))

    return site


async def _drip(visit: Visit) -> None:
    await visit.stream.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        await visit.stream.send(b"#")
        await anyio.sleep(0.05)


@pytest.mark.parametrize("answer", [stay_silent, _drip])
def test_B29_a_slow_one_forbids_everything(answer: Answer) -> None:
    """It has less time than a page: the fetch that waits for it still says what is the matter."""
    settings = replace(RESPECTFUL, read_seconds=0.3, fetch_seconds=5)
    trip = travel(sites=_robots_at(answer), settings=settings)
    assert (trip.reason, trip.seconds < 4) == ("robots_unreachable", True)


@pytest.mark.parametrize(
    ("names", "reason"),
    [([["10.0.0.1"]], "url_blocked"), ([[PUBLIC, "::1"]], "url_blocked"), ([[]], "dns_failed")],
)
def test_B29_a_host_that_is_no_site_is_not_excused_by_its_robots(
    names: list[list[str]], reason: str
) -> None:
    """What is wrong with the host of the page is said as it is."""
    trip = travel(sites={}, names={"a.test": names}, settings=RESPECTFUL)
    assert (trip.reason, trip.world.dials) == (reason, [])
    assert trip.error is not None
    assert "redirect" not in str(trip.error)


def test_B29_half_a_mebibyte_is_read_of_an_endless_one() -> None:
    """The rest is not waited for, packed or not."""
    start = b"User-agent: *\nDisallow: /private\n"
    filler = b"# and so on, for ever and ever\n" * 8192

    async def endless(visit: Visit) -> None:
        await visit.stream.send(b"HTTP/1.1 200 OK\r\n\r\n" + start)
        while True:
            await visit.stream.send(filler)

    bomb = respond(gzip.compress(start + bytes(2**26)), "Content-Encoding: gzip")
    declared = respond(start + b"#" * 2**21)
    answers = (endless, say_paths({"/robots.txt": bomb}), say_paths({"/robots.txt": declared}))
    for answer in answers:
        for path, reason in (("/private", "robots_disallowed"), ("/public", "")):
            url = f"http://a.test{path}"
            assert travel(url, _robots_at(answer), settings=RESPECTFUL).reason == reason


@pytest.mark.parametrize(("redirects", "reason"), [(5, "robots_disallowed"), (6, "")])
def test_B29_five_redirects_are_followed(redirects: int, reason: str) -> None:
    """To other hosts as well, whatever is set for pages; the sixth means that there is none."""
    first = {"/robots.txt": redirect("/1"), "/1": redirect("http://b.test/2")}
    others = {f"/{number}": redirect(f"/{number + 1}") for number in range(2, redirects)}
    sites: Sites = {
        HERE: say_paths(first, respond(b"page")),
        (OTHER, 80): say_paths(others | {f"/{redirects}": CLOSED}),
    }
    settings = replace(RESPECTFUL, redirects=0)
    trip = travel("http://a.test/private", sites, names=NAMES, settings=settings)
    assert trip.reason == reason


def test_B29_each_origin_on_the_way_is_asked() -> None:
    """A page that leads to another site leads to its rules."""
    here = say_paths({"/robots.txt": CLOSED, "/": redirect("http://b.test/private")})
    there = say_paths({"/robots.txt": CLOSED}, respond(b"there"))
    sites: Sites = {HERE: here, (OTHER, 80): there}
    trip = travel(sites=sites, names=NAMES, settings=RESPECTFUL)
    assert trip.reason == "robots_disallowed"
    assert trip.error is not None
    assert trip.error.problem == "the page redirects to one that robots.txt does not allow"
    asked = [(visit.header("Host")[0], visit.path) for visit in trip.world.visits]
    assert asked == [("a.test", "/robots.txt"), ("a.test", "/"), ("b.test", "/robots.txt")]


def test_B29_secrets_are_for_pages() -> None:
    """What a caller sends to a page is not sent to its robots.txt; who we are is."""
    trip = travel(
        sites=say_paths({"/robots.txt": CLOSED}, respond(b"page")),
        settings=RESPECTFUL,
        headers={"Authorization": "Bearer canary"},
    )
    robots, page = trip.world.visits
    assert (robots.header("Authorization"), page.header("Authorization")) == ([], ["Bearer canary"])
    assert robots.header("User-Agent") == page.header("User-Agent") == [Settings().user_agent]
    assert robots.header("X-Changetrack-Hop") == ["1"]


def test_B21_a_server_without_threads_says_nothing_about_a_site() -> None:
    """It is full, which is no verdict: the next one is judged by what the site says."""
    world = World()

    async def scenario() -> tuple[str, str, bytes]:
        async with world.open({HERE: say_paths({"/robots.txt": CLOSED}, respond(b"page"))}):
            fetcher = Fetcher(RESPECTFUL, world.network())
            with without_threads(), pytest.raises(EndpointError) as raised:
                await fetch_page(fetcher)
            return raised.value.reason, raised.value.path, (await fetch_page(fetcher)).body

    assert anyio.run(scenario) == ("overloaded", "url", b"page")


def test_B21_rules_that_no_thread_can_read_are_read_by_the_next() -> None:
    """An address needs no lookup, so the thread that is missing is the one for robots.txt."""
    world = World()
    url = f"http://{PUBLIC}/"

    async def scenario() -> tuple[str, bytes]:
        async with world.open({HERE: say_paths({"/robots.txt": CLOSED}, respond(b"page"))}):
            fetcher = Fetcher(RESPECTFUL, world.network())
            with without_threads(), pytest.raises(EndpointError) as raised:
                await fetch_page(fetcher, url)
            return raised.value.reason, (await fetch_page(fetcher, url)).body

    assert anyio.run(scenario) == ("overloaded", b"page")


def test_B29_what_is_kept_of_a_failure_is_short() -> None:
    """A site that answers with nonsense does not fill the memory with it, nor the log."""
    trip = _visit(b"HTTP/1.1 200 OK\r\n" + b"canary" * 8_000 + b"\r\n\r\n")
    assert trip.error is not None
    assert (trip.reason, trip.error.detail) == (
        "robots_unreachable",
        "RemoteProtocolError: illegal header line",
    )


def test_B29_fifty_fetches_at_once_ask_once_and_a_day_later_again() -> None:
    """The fetcher keeps verdicts on its own clock."""
    world = World()
    now = [0.0]

    def asked() -> int:
        return sum(visit.path == "/robots.txt" for visit in world.visits)

    async def scenario() -> None:
        async with world.open({HERE: say_paths({"/robots.txt": CLOSED}, respond(b"page"))}):
            fetcher = Fetcher(RESPECTFUL, world.network(), clock=lambda: now[0])
            async with anyio.create_task_group() as tasks:
                for _ in range(50):
                    tasks.start_soon(fetch_page, fetcher)
            assert (asked(), len(world.visits)) == (1, 51)
            now[0] = 24 * 3600 - 1
            await fetch_page(fetcher)
            assert asked() == 1
            now[0] = 24 * 3600
            await fetch_page(fetcher)
            assert asked() == 2

    anyio.run(scenario)


def test_B29_a_caller_in_a_hurry_spoils_nothing() -> None:
    """Whose deadline ends while robots.txt is read has a deadline exceeded, and nobody else has."""
    world = World()

    async def slow(visit: Visit) -> None:
        if visit.path == "/robots.txt":
            await anyio.sleep(0.2)
        await visit.stream.send(respond(b"page"))

    async def scenario() -> bytes:
        async with world.open({HERE: slow}):
            fetcher = Fetcher(RESPECTFUL, world.network())
            with pytest.raises(EndpointError) as raised:
                await fetch_page(fetcher, seconds=0.05)
            assert raised.value.reason == "deadline_exceeded"
            return (await fetch_page(fetcher)).body

    assert anyio.run(scenario) == b"page"
