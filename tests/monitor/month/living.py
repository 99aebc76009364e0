"""A process that lives through a part of a month, and may be killed anywhere in it.

It goes from one moment at which something is due to the next.
"""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import anyio
import anyio.lowlevel

from changetrack.monitor.planning import find_next_due
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import DELIVERIES
from changetrack_server.egress.dialling import Network
from changetrack_server.egress.fetching import Fetched
from changetrack_server.monitor.delivery import Deliverer, Sender
from changetrack_server.monitor.engine import Engine
from changetrack_server.monitor.store import open_store
from changetrack_server.services import Services, make_services
from changetrack_server.settings import read_settings
from tests.monitor.lives.boundaries import Boundaries, BoundFetcher, BoundStore
from tests.monitor.lives.spot import InlineWork, OneAtATime
from tests.monitor.makers import tell_nobody
from tests.monitor.month.clocks import SharedClock

__all__ = ["LEASE_SECONDS", "Part"]

LEASE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How one life goes; it is lived by being called."""

    database: str
    clock: Path
    port: int
    until: datetime
    # The boundary that it does not cross; zero: it crosses all.
    deadly: int = 0
    # The URL that it does not survive asking for.
    doom: str = ""

    def __call__(self) -> None:
        """Do whatever is due, at the time when it is due."""
        clock = SharedClock(self.clock)
        boundaries = Boundaries(self.deadly)
        store = BoundStore(open_store(f"sqlite:///{self.database}"), boundaries)
        anyio.run(_pass_time, self, store, self._bind(clock, boundaries), clock)
        store.close()
        clock.close()

    def _bind(self, clock: SharedClock, boundaries: Boundaries) -> Services:
        settings = read_settings(
            {
                "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
                "CHANGETRACK_FETCH_PORTS": f"80,443,{self.port}",
                "CHANGETRACK_LEASE_SECONDS": str(LEASE_SECONDS),
                "CHANGETRACK_CHECK_PAGES": "1",
                "CHANGETRACK_MAX_DELIVERIES": "1",
            }
        )
        fetcher = _DoomedFetcher(settings, Network())
        fetcher.boundaries, fetcher.doom = boundaries, self.doom
        services = make_services(settings, now=clock)
        work = InlineWork(settings, services.metrics)
        return replace(services, fetcher=fetcher, work=work, sleep=_sleep)


async def _sleep(_seconds: float) -> None:
    await anyio.lowlevel.checkpoint()


class _DoomedFetcher(BoundFetcher):
    """One that dies while it waits for a page."""

    doom = ""

    @asynccontextmanager
    async def fetch(
        self,
        url: str,
        *,
        seconds: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Fetched]:
        """Give what is at a URL, or die."""
        if url == self.doom:
            os.kill(os.getpid(), signal.SIGKILL)
        async with super().fetch(url, seconds=seconds, headers=headers) as fetched:
            yield fetched


async def _pass_time(part: Part, store: Store, services: Services, clock: SharedClock) -> None:
    transact = OneAtATime(store)
    engine = Engine(transact, services, tell_nobody)
    sender = Sender(transact, services.fetcher, services.settings, now=clock)
    deliverer = Deliverer(
        transact, {"webhook": sender.send}, services.settings, now=clock, jitter=lambda: 0.5
    )
    while True:
        await engine.plan()
        while await engine.run_next():
            pass
        await deliverer.deliver_due(clock())
        moment = await transact(partial(_find_next, now=clock()))
        if moment is None or moment > part.until:
            return
        clock.set(moment)


def _find_next(transaction: Transaction, now: datetime) -> datetime | None:
    """Return when something is due next: a monitor, or a message."""
    moments = [find_next_due(transaction, now=now)]
    pending = transaction.select(
        DELIVERIES, {"status": "pending"}, order=("next_attempt_at",), limit=1
    )
    moments += [each.next_attempt_at for each in pending]
    return min((max(now, each) for each in moments if each), default=None)
