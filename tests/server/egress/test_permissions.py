"""Verdicts of sites: read once, kept for a while, and never more than fit."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from changetrack_server.egress.permissions import (
    FAILURE_SECONDS,
    MAX_SITES,
    MAX_WEIGHT,
    Permissions,
    Verdict,
)
from changetrack_server.egress.robots import parse_robots
from changetrack_server.egress.urls import Origin, Target
from changetrack_server.errors import EndpointError

CLOSED = Verdict(rules=parse_robots(b"User-agent: *\nDisallow: /private", "x"))
UNKNOWN = Verdict(failure="robots_unreachable", detail="status 503")


class Site:
    """Reads verdicts from a script, and counts; the clock is one that a test advances."""

    def __init__(self, *verdicts: Verdict, seconds: float = 100) -> None:
        self.now = 0.0
        self.read: list[str] = []
        self._verdicts = list(verdicts)
        self.permissions = Permissions(self._read, seconds, lambda: self.now)

    async def _read(self, origin: Origin) -> Verdict:
        self.read.append(origin.host)
        await anyio.lowlevel.checkpoint()
        return self._verdicts.pop(0) if len(self._verdicts) > 1 else self._verdicts[0]

    async def ask(self, path: str = "/", host: str = "a.test", scheme: str = "http") -> str:
        """Return what becomes of a request."""
        target = Target(scheme=scheme, host=host, port=80, path=path)
        try:
            await self.permissions.check(target)
        except EndpointError as error:
            return f"{error.reason} {error.detail}".strip()
        return "yes"


def test_B29_a_verdict_is_kept_for_its_time() -> None:
    """A site is asked once, and again when the time is over."""
    site = Site(CLOSED, Verdict(), seconds=100)

    async def scenario() -> None:
        assert await site.ask("/private/x") == "robots_disallowed"
        assert await site.ask("/public") == "yes"
        site.now = 99.9
        assert await site.ask("/private/x") == "robots_disallowed"
        assert len(site.read) == 1
        site.now = 100
        assert await site.ask("/private/x") == "yes"
        assert len(site.read) == 2

    anyio.run(scenario)


def test_B29_a_failure_is_kept_for_a_moment() -> None:
    """What could not be read forbids everything, but not for a day."""
    site = Site(UNKNOWN, CLOSED)

    async def scenario() -> None:
        assert await site.ask() == "robots_unreachable status 503"
        site.now = FAILURE_SECONDS - 0.1
        assert await site.ask() == "robots_unreachable status 503"
        assert len(site.read) == 1
        site.now = FAILURE_SECONDS
        assert await site.ask() == "yes"

    anyio.run(scenario)


def test_a_time_of_zero_keeps_nothing() -> None:
    """An operator may want to ask each time."""
    site = Site(CLOSED, seconds=0)

    async def scenario() -> None:
        assert [await site.ask(), await site.ask()] == ["yes", "yes"]
        assert len(site.read) == 2

    anyio.run(scenario)


def test_every_origin_has_its_own_verdict() -> None:
    """Another scheme or another host is another site (RFC 9309 section 2.3)."""
    site = Site(CLOSED)

    async def scenario() -> None:
        for host, scheme in (("a.test", "http"), ("b.test", "http"), ("a.test", "https")):
            assert await site.ask(host=host, scheme=scheme) == "yes"
        assert site.read == ["a.test", "b.test", "a.test"]

    anyio.run(scenario)


@pytest.mark.parametrize("seconds", [100, 0])
def test_B29_who_asks_at_once_shares_one_reading(seconds: float) -> None:
    """A hundred fetches of one site read its robots.txt once, even where nothing is kept."""
    site = Site(CLOSED, seconds=seconds)
    answers: list[str] = []

    async def ask() -> None:
        answers.append(await site.ask("/private"))

    async def scenario() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(100):
                tasks.start_soon(ask)

    anyio.run(scenario)
    assert (answers, len(site.read)) == (["robots_disallowed"] * 100, 1)


def test_B29_when_the_reader_is_given_up_another_one_reads() -> None:
    """A client that hangs up takes nobody along."""
    answers: list[str] = []
    begun: list[anyio.Event] = []

    async def read(origin: Origin) -> Verdict:
        del origin
        begun.append(anyio.Event())
        if len(begun) == 1:
            await anyio.sleep_forever()
        return CLOSED

    permissions = Permissions(read, 100, lambda: 0.0)
    target = Target(scheme="http", host="a.test", port=80, path="/")

    async def ask(name: str, scope: anyio.CancelScope) -> None:
        with scope:
            await permissions.check(target)
            answers.append(name)

    async def scenario() -> None:
        first = anyio.CancelScope()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, "first", first)
            await anyio.wait_all_tasks_blocked()
            for name in ("second", "third"):
                tasks.start_soon(ask, name, anyio.CancelScope())
            await anyio.wait_all_tasks_blocked()
            assert (answers, len(begun)) == ([], 1)
            first.cancel()

    anyio.run(scenario)
    assert (sorted(answers), len(begun)) == (["second", "third"], 2)


def test_B29_readings_that_were_given_up_leave_nothing() -> None:
    """However many hosts are asked about by callers who leave, no reading is remembered."""

    async def read(origin: Origin) -> Verdict:
        del origin
        await anyio.sleep_forever()
        return CLOSED

    permissions = Permissions(read, 100, lambda: 0.0)

    async def scenario() -> None:
        async with anyio.create_task_group() as tasks:
            for number in range(200):
                target = Target(scheme="http", host=f"{number % 50}.test", port=80, path="/")
                tasks.start_soon(permissions.check, target)
            await anyio.wait_all_tasks_blocked()
            assert len(permissions._readings) == 50
            tasks.cancel_scope.cancel()

    anyio.run(scenario)
    assert (permissions._readings, permissions._kept) == ({}, {})


def test_B29_an_error_of_the_reader_is_its_callers_alone() -> None:
    """Nothing is kept of a reading that failed in a way nobody foresaw."""
    begun: list[str] = []

    async def read(origin: Origin) -> Verdict:
        begun.append(origin.host)
        if len(begun) == 1:
            raise LookupError(origin.host)
        return Verdict()

    async def scenario() -> None:
        permissions = Permissions(read, 100, lambda: 0.0)
        target = Target(scheme="http", host="a.test", port=80, path="/")
        with pytest.raises(LookupError):
            await permissions.check(target)
        await permissions.check(target)

    anyio.run(scenario)
    assert len(begun) == 2


def test_B29_the_site_that_nobody_asked_about_is_forgotten_first() -> None:
    """The number of sites is bounded, and those in use stay."""
    site = Site(CLOSED)

    async def scenario() -> None:
        for number in range(MAX_SITES):
            await site.ask(host=f"{number}.test")
        await site.ask(host="0.test")
        assert len(site.read) == MAX_SITES
        await site.ask(host="new.test")
        await site.ask(host="0.test")
        assert len(site.read) == MAX_SITES + 1
        await site.ask(host="1.test")
        assert len(site.read) == MAX_SITES + 2

    anyio.run(scenario)


def test_B29_rules_are_bounded_over_all_sites() -> None:
    """A thousand hosts with a huge file each do not fill the memory."""
    lines = "\n".join(f"Disallow: /*{number}" for number in range(20_000))
    large = Verdict(rules=parse_robots(f"User-agent: *\n{lines}".encode(), "x"))
    site = Site(large)
    fitting = MAX_WEIGHT // large.rules.weight
    assert 2 < fitting < 20

    async def scenario() -> None:
        for number in range(fitting + 1):
            await site.ask(host=f"{number}.test")
        for number in range(1, fitting + 1):
            await site.ask(host=f"{number}.test")
        assert len(site.read) == fitting + 1
        await site.ask(host="0.test")
        assert len(site.read) == fitting + 2

    anyio.run(scenario)
