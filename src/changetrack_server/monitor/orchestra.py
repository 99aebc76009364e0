"""Everything of the orchestration of one process, put together; and its loops."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from changetrack.monitor.mail import (
    Links,
    queue_mail,
    queue_notifications,
    queue_webhook_failure,
)
from changetrack.monitor.models import Fact
from changetrack.monitor.planning import find_next_due, realign
from changetrack.monitor.retention import sweep
from changetrack.monitor.tables import FACTS
from changetrack_server.logs import note
from changetrack_server.monitor.delivery import Deliverer, list_channels
from changetrack_server.monitor.dice import make_id, make_token
from changetrack_server.monitor.engine import Engine
from changetrack_server.monitor.loops import Bell, Loop, keep_going
from changetrack_server.monitor.queue import Crew
from changetrack_server.monitor.store import StoreFull
from changetrack_server.monitor.store.sqlite import SqliteStore
from changetrack_server.monitor.transacting import Transactor

if TYPE_CHECKING:
    from changetrack import ChangeTrackError
    from changetrack.monitor.models import Check, Monitor
    from changetrack.monitor.ports import Store, Transaction
    from changetrack.monitor.webhooks.states import WebhookFailure
    from changetrack_server.monitor.queue import Queue
    from changetrack_server.services import Services

__all__ = ["Orchestra"]

# Who waits looks again after so long, for what another process wrote.
_LOOK_SECONDS = 5.0
_SWEEP_SECONDS = 3600.0
# Time zones change with the packages of the system, which is a matter of days.
_REALIGN_SECONDS = 24 * 3600.0
_PORTION = 500

_SIGNING_KEY = "signing_key"


class Orchestra:
    """What routes and loops share."""

    def __init__(self, services: Services, store: Store, queue: Queue | None = None) -> None:
        """Take a store, and the queue of an installation that works in several processes."""
        self.services = services
        self.settings = services.settings
        self.transact = Transactor(store)
        self._store = store
        self._signing_key = ""
        self._plans, self._checks, self._messages, self._sweeps = Bell(), Bell(), Bell(), Bell()
        self.engine = Engine(self.transact, services, self._tell)
        self.deliverer = Deliverer(
            self.transact,
            list_channels(self.transact, services),
            services.settings,
            now=services.now,
            on_failure=self._tell_failure,
        )
        self._crew = self._join(queue) if queue is not None else None

    @property
    def signing_key(self) -> str:
        """What links and cursors of this installation are signed with."""
        return self._signing_key

    @property
    def links(self) -> Links:
        """What the links in mails are made with."""
        return Links(public_url=self.settings.public_url, signing_key=self._signing_key)

    def now(self) -> datetime:
        """Return what time it is."""
        return self.services.now()

    def new_id(self) -> str:
        """Return a name that nothing has."""
        return make_id(self.now())

    def new_token(self) -> str:
        """Return a secret for a link."""
        return make_token()

    def wake(self) -> None:
        """Say that there is something to do."""
        self._plans.ring()
        self._checks.ring()
        self._messages.ring()

    async def open(self) -> None:
        """Read what the installation knows of itself; the first time, find it out."""
        self._signing_key = await self.transact(partial(_read_signing_key, drawn=make_token()))

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Do what there is to do until the block is left."""
        work = self._list_work() if self._crew is None or self.settings.monitor_work else []
        async with self._go_on(Loop(name="plan", step=self._plan, bell=self._plans), *work):
            yield

    @asynccontextmanager
    async def work(self) -> AsyncIterator[None]:
        """Do what others plan, until the block is left; where nobody does, a tick does."""
        async with self._go_on(*self._list_work()):
            yield

    @asynccontextmanager
    async def _go_on(self, *loops: Loop) -> AsyncIterator[None]:
        await self.open()
        try:
            realigning = Loop(name="realign", step=self._realign)
            async with keep_going(realigning, *loops, react=self._react):
                yield
        finally:
            if self._crew is not None:
                with anyio.CancelScope(shield=True):
                    await self._crew.stop()

    def _join(self, queue: Queue) -> Crew:
        return Crew(
            queue,
            engine=self.engine,
            deliverer=self.deliverer,
            transact=self.transact,
            now=self.now,
        )

    def _list_work(self) -> list[Loop]:
        """Return the loops that run checks and send messages."""
        if self._crew is not None:
            return [Loop(name="work", step=partial(self._crew.work, self._plan, self._sweep))]
        return [
            Loop(
                name="check",
                step=self._run_check,
                count=self.settings.max_checks,
                bell=self._checks,
            ),
            Loop(name="deliver", step=self._deliver, bell=self._messages),
            Loop(name="sweep", step=self._sweep, bell=self._sweeps),
        ]

    async def _plan(self) -> float:
        await self.engine.plan(self._checks.ring)
        if self._crew is not None:
            await self._crew.call()
        now = self.now()
        due = await self.transact(partial(find_next_due, now=now))
        return min(_LOOK_SECONDS, (due - now).total_seconds() if due else _LOOK_SECONDS)

    async def _run_check(self) -> float:
        ended = await self.engine.run_next()
        if ended is None:
            return _LOOK_SECONDS
        self._messages.ring()
        return 0

    async def _deliver(self) -> float:
        return 0 if await self.deliverer.deliver_due() else _LOOK_SECONDS

    async def _sweep(self) -> float:
        swept = await self.transact(partial(sweep, now=self.now(), limit=_PORTION))
        return _SWEEP_SECONDS if swept.is_done else 0

    async def _realign(self) -> float:
        after: str | None = ""
        while after is not None:
            portion = partial(realign, now=self.now(), after=after, limit=_PORTION)
            after = await self.transact(portion)
        return _REALIGN_SECONDS

    async def _react(self, error: ChangeTrackError) -> None:
        """Count what the database could not do; where it is full, make room (reliability C14)."""
        self.services.metrics.count_trouble(error.reason)
        if not isinstance(error, StoreFull) or not isinstance(self._store, SqliteStore):
            return
        if await anyio.to_thread.run_sync(self._store.free_reserve):
            note("the disk is full: the reserve is used to delete what is old", level=logging.ERROR)
            self._sweeps.ring()

    def _tell(self, transaction: Transaction, monitor: Monitor, check: Check) -> None:
        queue_mail(transaction, monitor, check, now=self.now(), links=self.links)
        queue_notifications(transaction, monitor, check, now=self.now())

    def _tell_failure(self, transaction: Transaction, failure: WebhookFailure) -> None:
        queue_webhook_failure(transaction, failure, now=self.now(), links=self.links)


def _read_signing_key(transaction: Transaction, drawn: str) -> str:
    known = transaction.find(FACTS, _SIGNING_KEY)
    if known is not None:
        return known.value
    transaction.put(FACTS, Fact(name=_SIGNING_KEY, value=drawn))
    return drawn
