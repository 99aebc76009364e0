"""One life of a process that does all there is to do, and may end in the middle of it.

The real engine on a real file, over real sockets.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import anyio

from changetrack.monitor.ports import Store
from changetrack_server.egress.dialling import Network
from changetrack_server.monitor.delivery import Deliverer, Sender
from changetrack_server.monitor.engine import Engine
from changetrack_server.monitor.store import open_store
from changetrack_server.services import Services, make_services
from changetrack_server.settings import read_settings
from tests.monitor.crash.mistakes import MISTAKES
from tests.monitor.lives.boundaries import Boundaries, BoundFetcher, BoundStore
from tests.monitor.lives.spot import InlineWork, OneAtATime
from tests.monitor.makers import tell_nobody

# Seconds that pass for a receiver in one of ours.
_HASTE = 20_000.0
# Of one life; whoever dies leaves it behind.
LEASE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How a life goes."""

    database: str
    port: int
    now: datetime
    # The boundary that it does not cross; zero: it crosses all.
    deadly: int = 0
    # The name of a mistake that the store has.
    mistake: str = ""
    # Where to write how many boundaries there were.
    report: Path | None = None
    # Seconds that it goes on, with a clock that goes; zero: until there is nothing more to do.
    seconds: float = 0.0
    # The moment, on the clock that all processes share, at which it was `now`.
    began: float = 0.0
    # How far its clock is ahead.
    skew: float = 0.0
    lease_seconds: float = LEASE_SECONDS

    def __call__(self) -> None:
        """Live it."""
        live(self)

    def read_clock(self, pace: float = 1.0) -> datetime:
        """Return what time it is, on a clock that goes `pace` times as fast as others."""
        if not self.began:
            return self.now
        return self.now + timedelta(seconds=(time.monotonic() - self.began) * pace + self.skew)


def live(life: Life) -> None:
    """Do what is due: plan, run, deliver, until there is nothing more."""
    boundaries = Boundaries(life.deadly)
    inner = open_store(f"sqlite:///{life.database}")
    store = BoundStore(MISTAKES.get(life.mistake, _keep)(inner), boundaries)
    services = bind_services(life, boundaries)
    anyio.run(_toil if life.seconds else _do_everything, store, services, life)
    store.close()
    if life.report:
        life.report.write_text(str(boundaries.count), encoding="ascii")


def _keep(store: Store) -> Store:
    return store


def bind_services(life: Life, boundaries: Boundaries) -> Services:
    """Return services that die where they are told to."""
    settings = read_settings(
        {
            "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "CHANGETRACK_FETCH_PORTS": f"80,443,{life.port}",
            "CHANGETRACK_LEASE_SECONDS": str(life.lease_seconds),
            "CHANGETRACK_CHECK_PAGES": "1",
            "CHANGETRACK_MAX_DELIVERIES": "1",
        }
    )
    services = make_services(settings, now=life.read_clock)
    fetcher = BoundFetcher(settings, Network())
    fetcher.boundaries = boundaries
    return replace(services, fetcher=fetcher, work=InlineWork(settings, services.metrics))


async def _do_everything(store: Store, services: Services, life: Life) -> None:
    engine, deliverer = _employ(store, services, life)
    await engine.plan()
    while await engine.run_next():
        pass
    while await deliverer.deliver_due(life.read_clock(_HASTE)):
        pass


async def _toil(store: Store, services: Services, life: Life) -> None:
    """Do what becomes due, for as long as it was said."""
    engine, deliverer = _employ(store, services, life)
    with anyio.move_on_after(life.seconds):
        while True:
            await engine.plan()
            is_idle = await engine.run_next() is None
            tries = await deliverer.deliver_due(life.read_clock(_HASTE))
            await anyio.sleep(0.01 if is_idle and not tries else 0)


def _employ(store: Store, services: Services, life: Life) -> tuple[Engine, Deliverer]:
    transact = OneAtATime(store)
    # For whoever delivers, time flies: a receiver that fails is asked again within milliseconds,
    # and not within hours. What they hold is theirs for as much longer.
    hasty = replace(
        services.settings, lease_seconds=life.lease_seconds * (_HASTE if life.began else 1)
    )

    def now() -> datetime:
        return life.read_clock(_HASTE)

    sender = Sender(transact, services.fetcher, hasty, now=now)
    deliverer = Deliverer(transact, {"webhook": sender.send}, hasty, now=now, jitter=lambda: 0.5)
    return Engine(transact, services, tell_nobody), deliverer
