"""Bytes of pages that are held at once: counted as they come, and until the page was read."""

from __future__ import annotations

import gzip
from dataclasses import replace

import anyio
import pytest

from changetrack_server.egress.fetching import Fetcher
from changetrack_server.egress.holdings import Holdings
from changetrack_server.errors import EndpointError
from tests.server.raw_sites import (
    HERE,
    IMPATIENT,
    PUBLIC,
    Visit,
    World,
    fetch_page,
    respond,
    say_paths,
    stay_silent,
    travel,
)

BOUND = 10_000
NARROW = replace(IMPATIENT, bytes_in_flight=BOUND)
PAGES = {
    "/": respond(b"x" * 6_000),
    "/small": respond(b"x" * 3_000),
    "/zipped": respond(gzip.compress(bytes(6_000)), "Content-Encoding: gzip"),
    "/cut": respond(b"x" * 6_000, length=7_000),
    "/large": respond(b"x" * 20_000),
}


def _take_and_fail(holdings: Holdings) -> None:
    with holdings.hold() as take:
        take(0)
        raise LookupError


def test_bytes_count_until_they_are_let_go() -> None:
    """Also when that happens because of an error."""
    holdings = Holdings(100)
    with holdings.hold() as take:
        take(60)
        take(40)
        with pytest.raises(LookupError):
            _take_and_fail(holdings)
        assert holdings.size == 100
    assert holdings.size == 0


def test_what_is_too_much_is_refused_to_whom_it_is_too_much() -> None:
    """Whoever came first keeps what is held, and the log says how much that is."""
    holdings = Holdings(100)
    with holdings.hold() as first:
        first(60)
        with holdings.hold() as second:
            second(30)
            with pytest.raises(EndpointError) as raised:
                second(30)
        assert (raised.value.reason, raised.value.detail) == (
            "overloaded",
            "pages of 120 bytes are held, and 100 are allowed",
        )
        first(40)
        assert holdings.size == 100


def test_a_page_that_is_alone_is_not_refused() -> None:
    """It has bounds of its own; otherwise it could never be fetched, however often one tried."""
    with Holdings(100).hold() as take:
        take(1_000)


async def _outcome(fetcher: Fetcher, path: str) -> str:
    try:
        return str(len((await fetch_page(fetcher, f"http://a.test{path}")).body))
    except EndpointError as error:
        return error.reason


def test_B19_pages_that_wait_to_be_read_are_bounded_together() -> None:
    """What was fetched counts until it is let go; unpacked, for that is what it weighs."""
    world = World()

    async def scenario() -> list[str]:
        async with world.open({HERE: say_paths(PAGES)}):
            fetcher = Fetcher(NARROW, world.network())
            async with fetcher.fetch("http://a.test/"):
                held = [await _outcome(fetcher, path) for path in ("/", "/zipped", "/small")]
            return [*held, *[await _outcome(fetcher, path) for path in ("/", "/zipped", "/large")]]

    assert anyio.run(scenario) == ["overloaded", "overloaded", "3000", "6000", "6000", "20000"]


def test_B19_pages_that_are_still_coming_are_bounded_with_them() -> None:
    """The memory is taken before the last byte is there."""
    world = World()
    came = anyio.Event()

    async def half(visit: Visit) -> None:
        await visit.stream.send(respond(b"x" * 6_000, length=7_000))
        came.set()
        await anyio.sleep_forever()

    async def scenario() -> str:
        async with world.open({HERE: say_paths(PAGES), (PUBLIC, 8080): half}):
            fetcher = Fetcher(NARROW, world.network())
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(fetch_page, fetcher, "http://a.test:8080/")
                await came.wait()
                await anyio.wait_all_tasks_blocked()
                outcome = await _outcome(fetcher, "/")
                tasks.cancel_scope.cancel()
        return outcome

    assert anyio.run(scenario) == "overloaded"


async def _read_and_fail(fetcher: Fetcher) -> None:
    async with fetcher.fetch("http://a.test/"):
        assert await _outcome(fetcher, "/") == "overloaded"
        raise LookupError


def test_B19_bytes_are_given_back_whatever_happens() -> None:
    """After pages that were cut short, refused, given up, and those whose reader failed."""
    world = World()

    async def scenario() -> str:
        async with world.open({HERE: say_paths(PAGES), (PUBLIC, 8080): stay_silent}):
            fetcher = Fetcher(NARROW, world.network())
            assert await _outcome(fetcher, "/cut") == "upstream_error"
            with pytest.raises(LookupError):
                await _read_and_fail(fetcher)
            with anyio.move_on_after(0.05):
                async with fetcher.fetch("http://a.test/"):
                    await anyio.sleep_forever()
            async with fetcher.fetch("http://a.test/small"):
                return await _outcome(fetcher, "/")

    assert anyio.run(scenario) == "6000"


def test_B29_rules_of_sites_count_while_they_come() -> None:
    """A full server knows nothing about a site, so nothing is kept of it."""
    world = World()
    rules = respond(b"User-agent: *\nDisallow: /small\n" + b"#" * 5_000)
    settings = replace(NARROW, robots="respect")

    async def scenario() -> list[str]:
        sites = {HERE: say_paths({**PAGES, "/robots.txt": rules})}
        sites[PUBLIC, 8080] = say_paths(PAGES)
        async with world.open(sites):
            fetcher = Fetcher(settings, world.network())
            async with fetcher.fetch("http://a.test:8080/"):
                held = await _outcome(fetcher, "/small")
            return [held, await _outcome(fetcher, "/small"), await _outcome(fetcher, "/")]

    assert anyio.run(scenario) == ["overloaded", "robots_disallowed", "6000"]


def test_B19_a_lone_page_has_the_bounds_of_a_page() -> None:
    """An operator whose bound is smaller than a page still gets pages, one after another."""
    trip = travel("http://a.test/large", say_paths(PAGES), settings=NARROW)
    assert len(trip.page.body) == 20_000
