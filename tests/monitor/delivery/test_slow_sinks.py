"""Receivers that take their time: each is given so much of it, and takes nothing from others."""

from __future__ import annotations

import gc
import time
import warnings
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from changetrack_server.monitor.store import open_store
from tests.monitor.delivery.makers import (
    find,
    make_hooked,
    queue,
    queue_many,
)
from tests.monitor.delivery.sinks import HERE, HOOK, IMPATIENT, PATIENT, House, Sink, tell
from tests.monitor.makers import NOON
from tests.server.raw_sites import (
    OTHER,
    Answer,
    Visit,
    respond,
    say,
    say_forever,
    stay_silent,
)

SECOND = timedelta(seconds=1)
# Whoever is not cut off is waited for as long as a patient one, at least.
_GIVEN_UP_SECONDS = PATIENT.webhook_seconds
HEAD = b"HTTP/1.1 200 OK\r\n"
THANKS = say(respond(b"thanks"))


def drip(first: bytes, every: float = 0.05) -> Answer:
    """Return a receiver that says its answer letter by letter, without an end."""
    return say_forever(first, b"x", every)


SLOW: dict[str, tuple[Answer, str]] = {
    "a head that never ends": (drip(HEAD), "pending"),
    "a body that never ends": (drip(HEAD + b"\r\n"), "delivered"),
    "a body that never comes": (
        say_forever(HEAD + b"Content-Length: 9\r\n\r\n", b"", 1),
        "delivered",
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_C25_whoever_drips_is_cut_off(name: str) -> None:
    """One deadline for everything; what has said its status by then has said it."""
    answer, status = SLOW[name]
    begun = time.monotonic()
    found, _, _ = tell(answer, house=House(IMPATIENT))
    assert (found.status, time.monotonic() - begun < _GIVEN_UP_SECONDS) == (status, True)


def test_C25_a_handshake_that_hangs_is_cut_off() -> None:
    """TLS is part of the time."""
    house = House(IMPATIENT)
    queued = queue(house.store, make_hooked(house.store, url=HOOK))
    assert queued is not None

    async def scenario() -> None:
        async with house.world.open({HERE: stay_silent}):
            await house.deliver()

    begun = time.monotonic()
    anyio.run(scenario)
    found = find(house.store, queued.id)
    assert (found.status, time.monotonic() - begun < _GIVEN_UP_SECONDS) == ("pending", True)


def test_C25_a_handshake_that_was_cut_off_leaves_no_socket() -> None:
    """It is closed at once, and not when somebody collects what nobody needs."""
    house = House()

    async def scenario() -> None:
        async with house.world.open({HERE: stay_silent}):
            for _ in range(5):
                with anyio.move_on_after(0.05):
                    await house.fetcher.post(HOOK, b"{}", headers={}, seconds=5)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        anyio.run(scenario)
        gc.collect()
    assert [str(each.message) for each in caught] == []


def test_C25_of_a_large_answer_little_is_read() -> None:
    """Sixty-four kilobytes and what the wire holds; the status counts as what it says."""
    sent = 0

    async def pour(visit: Visit) -> None:
        nonlocal sent
        await visit.stream.send(HEAD + b"\r\n")
        while True:
            await visit.stream.send(b"x" * 2**16)
            sent += 2**16

    found, _, _ = tell(pour)
    assert found.status == "delivered"
    # Loopback buffers a few megabytes of what nobody reads.
    assert sent < 16 * 2**20


def test_C25_headers_without_an_end_are_no_answer() -> None:
    """They are bounded as those of a page."""
    found, _, _ = tell(say_forever(HEAD, b"X-A: " + b"x" * 9999 + b"\r\n"))
    assert found.last_error == "response_too_large: the headers of the answer are too large"


def test_C27_one_bad_receiver_holds_up_nobody(tmp_path: Path) -> None:
    """Ten thousand events of one that is silent are older than those of a hundred others."""
    store = open_store(f"sqlite:///{tmp_path}/monitors.db")
    house = House(names={"bad.test": [[OTHER]]}, store=store)
    queue_many(store, make_hooked(store, "bad", "https://bad.test/"), 10_000)
    for each in range(100):
        queue(store, make_hooked(store, f"m{each}", f"{HOOK}/{each}"), now=NOON + SECOND)
    bad, good = Sink([stay_silent]), Sink([THANKS])
    everybody = anyio.Event()

    async def thank(visit: Visit) -> None:
        await good(visit)
        if len(good.got) == 100:
            everybody.set()

    async def scenario() -> None:
        sites: dict[tuple[str, int], Answer] = {HERE: thank, (OTHER, 443): bad}
        async with house.open(sites), anyio.create_task_group() as tasks:
            tasks.start_soon(house.deliver, NOON + SECOND)
            # Before the first of the bad ones has been given up: nobody waited for it.
            with anyio.fail_after(house.settings.webhook_seconds):
                await everybody.wait()
            tasks.cancel_scope.cancel()

    anyio.run(scenario)
    store.close()
    assert len(set(good.ids)) == 100
    assert len(bad.got) <= house.settings.receiver_deliveries
