"""Names to addresses: in time, in threads that are bounded, whatever a resolver does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import anyio
import pytest

from changetrack_server.egress.lookups import Lookups, resolve_name
from changetrack_server.errors import EndpointError
from tests.server.raw_sites import without_threads


class StuckResolver:
    """A resolver that answers when it is let go; `running` is how many threads it holds."""

    def __init__(self) -> None:
        self.running = 0
        self.most = 0
        self.asked: list[str] = []
        self._go = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, host: str, port: int) -> list[str]:
        """Wait, then answer."""
        with self._lock:
            self.asked.append(f"{host}:{port}")
            self.running += 1
            self.most = max(self.most, self.running)
        self._go.wait(10)
        with self._lock:
            self.running -= 1
        return ["1.1.1.1"]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let every thread go in the end."""
        try:
            yield
        finally:
            self._go.set()

    def let_go(self) -> None:
        """Let every thread go."""
        self._go.set()


def _join(name: str) -> None:
    """Wait until the threads of that name have ended."""
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(5)
            assert not thread.is_alive()


async def _outcome(lookups: Lookups, host: str = "a.test") -> str:
    try:
        return " ".join(await lookups.look_up(host, 80))
    except EndpointError as error:
        return f"{error.reason}: {error.detail}"


def _look_up(found: Sequence[str] | BaseException) -> str:
    def resolve(host: str, port: int) -> Sequence[str]:
        assert (host, port) == ("a.test", 80)
        if isinstance(found, BaseException):
            raise found
        return found

    return anyio.run(_outcome, Lookups(resolve, 1))


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (["1.1.1.1", "2606:4700::1", "1.1.1.1"], "1.1.1.1 2606:4700::1"),
        ([], "dns_failed: a.test: no address"),
        (
            socket.gaierror(socket.EAI_NONAME, "NXDOMAIN"),
            f"dns_failed: a.test: gaierror({socket.EAI_NONAME}, 'NXDOMAIN')",
        ),
        (
            socket.gaierror(socket.EAI_AGAIN, "SERVFAIL"),
            f"dns_failed: a.test: gaierror({socket.EAI_AGAIN}, 'SERVFAIL')",
        ),
        (UnicodeError("label too long"), "dns_failed: a.test: UnicodeError('label too long')"),
        (TimeoutError("60 s"), "dns_failed: a.test: TimeoutError('60 s')"),
    ],
    ids=repr,
)
def test_B21_what_a_resolver_says(found: Sequence[str] | BaseException, outcome: str) -> None:
    """Each address once, in order; or the one fault that there is, with its cause in the log."""
    assert _look_up(found) == outcome


def test_a_resolver_that_breaks_is_a_failure_and_no_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw ends the thread and is reported; the one who waits for it hears of it."""
    reports: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reports.append)
    assert _look_up(LookupError()) == "dns_failed: a.test: OSError('the resolver broke')"
    _join("lookup of a.test")
    assert [report.exc_type for report in reports] == [LookupError]


def test_B21_a_slow_name_is_given_up() -> None:
    """The time is the one that was set, not the thirty seconds of the system."""
    resolver = StuckResolver()
    with resolver.held():
        begun = time.monotonic()
        outcome = anyio.run(_outcome, Lookups(resolver, 0.1))
        assert (outcome, time.monotonic() - begun < 20) == (
            "dns_timeout: a.test: nothing in 0.1 s",
            True,
        )


def test_B21_threads_that_were_given_up_still_count() -> None:
    """However many lookups hang, there are no more threads than allowed, and later ones recover."""
    resolver = StuckResolver()
    lookups = Lookups(resolver, 0.2, threads=3)
    outcomes: list[str] = []

    async def ask() -> None:
        outcomes.append(await _outcome(lookups))

    async def scenario() -> None:
        with resolver.held():
            for _ in range(2):
                async with anyio.create_task_group() as tasks:
                    for _ in range(20):
                        tasks.start_soon(ask)
            assert outcomes == ["dns_timeout: a.test: nothing in 0.2 s"] * 40
            assert (resolver.running, len(resolver.asked)) == (3, 3)
            resolver.let_go()
            assert await _outcome(lookups) == "1.1.1.1"

    anyio.run(scenario)
    assert resolver.most == 3


def test_B21_a_caller_who_leaves_takes_no_thread_along() -> None:
    """A cancelled request does not wait for its lookup, and its slot comes back."""
    resolver = StuckResolver()
    lookups = Lookups(resolver, 5, threads=1)

    async def scenario() -> None:
        with resolver.held():
            with anyio.move_on_after(0.05):
                await lookups.look_up("a.test", 80)
            assert resolver.running == 1
            resolver.let_go()
            assert await lookups.look_up("b.test", 80) == ["1.1.1.1"]

    anyio.run(scenario)
    assert resolver.asked == ["a.test:80", "b.test:80"]


def test_B21_a_thread_that_cannot_start_holds_no_slot() -> None:
    """The server is full, and says so; when there are threads again, names are resolved again."""
    lookups = Lookups(lambda _host, _port: ["1.1.1.1"], 1, threads=2)

    async def scenario() -> list[str]:
        with without_threads():
            outcomes = [await _outcome(lookups) for _ in range(3)]
        return [*outcomes, await _outcome(lookups)]

    refused = "overloaded: no thread to look up a.test"
    assert anyio.run(scenario) == [refused, refused, refused, "1.1.1.1"]


def test_B21_no_thread_holds_the_process() -> None:
    """A server that is told to stop does not wait for a silent name server."""
    resolver = StuckResolver()
    with resolver.held():
        anyio.run(_outcome, Lookups(resolver, 0.05), "stuck.test")
        (thread,) = (each for each in threading.enumerate() if each.name == "lookup of stuck.test")
        assert thread.daemon


def test_B21_the_event_loop_goes_on() -> None:
    """While names are looked up, everything else runs; the threads that others need stay free."""
    resolver = StuckResolver()
    lookups = Lookups(resolver, 5)

    async def scenario() -> None:
        with resolver.held():
            async with anyio.create_task_group() as tasks:
                for number in range(32):
                    tasks.start_soon(lookups.look_up, f"{number}.test", 80)
                with anyio.fail_after(2):
                    free = [await anyio.to_thread.run_sync(lambda: "free") for _ in range(3)]
                resolver.let_go()
        assert free == ["free"] * 3

    anyio.run(scenario)


def test_a_loop_that_is_gone_is_no_trouble() -> None:
    """A thread that comes back to nobody ends in silence."""
    resolver = StuckResolver()
    with resolver.held():
        anyio.run(_outcome, Lookups(resolver, 0.05), "late.test")
    _join("lookup of late.test")


def test_the_system_is_asked_as_it_is() -> None:
    """Numbers are read by the system's own parser, which knows spellings that no table has."""
    found = [resolve_name(host, 80) for host in ("127.1", "0x7f.1", "017700000001", "2130706433")]
    assert found == [["127.0.0.1"]] * 4
    assert set(resolve_name("localhost", 80)) <= {"127.0.0.1", "::1"}


def test_a_name_that_the_system_cannot_encode_has_no_address() -> None:
    """The gate lets none pass; but who comes another way gets an answer."""

    async def scenario() -> str:
        return await _outcome(Lookups(resolve_name, 1), "ü.test")

    assert anyio.run(scenario).startswith("dns_failed: ü.test: UnicodeEncodeError")
