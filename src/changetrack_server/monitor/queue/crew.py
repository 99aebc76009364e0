"""The part of a process in an installation of several: it calls for workers, and it is one.

    route | tick ─▶ call ─▶ queue ─▶ any process: check | deliver | tick | sweep

A call is written for rows that wait, so that it never matters whether an earlier one was heard.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from changetrack.monitor.planning import has_due_delivery, list_waiting

if TYPE_CHECKING:
    from changetrack.monitor.ports import Transaction
    from changetrack_server.monitor.delivery import Deliverer
    from changetrack_server.monitor.engine import Engine
    from changetrack_server.monitor.queue.port import Queue
    from changetrack_server.monitor.transacting import Transactor

__all__ = ["Crew"]

# Checks that workers are called for at once: more than they do until the next look.
_CALLS = 2_000


class Crew:
    """Calls for workers on a queue, and works on it with this engine and this deliverer."""

    def __init__(
        self,
        queue: Queue,
        *,
        engine: Engine,
        deliverer: Deliverer,
        transact: Transactor,
        now: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._engine = engine
        self._deliverer = deliverer
        self._transact = transact
        self._now = now
        self._is_delivering = False

    async def call(self) -> None:
        """Write a job for whatever waits and has none.

        Raises:
            ChangeTrackError: the rows or the queue are out of reach.
        """
        ids, is_due = await self._transact(partial(_list_calls, now=self._now()))
        if ids:
            await self._queue.enqueue("check", ids)
        if is_due:
            await self._queue.enqueue("deliver")

    async def work(
        self, plan: Callable[[], Awaitable[object]], sweep: Callable[[], Awaitable[float]]
    ) -> float:
        """Do what the queue asks for until cancelled.

        `plan` queues what is due and calls; `sweep` cleans, and returns zero while there is more.
        """

        async def tick(_: str) -> None:
            await plan()

        async def clean(_: str) -> None:
            while not await sweep():
                pass

        await self._queue.run_worker(
            {"check": self._check, "deliver": self._deliver, "tick": tick, "sweep": clean}
        )
        return 0

    async def stop(self) -> None:
        """Let go of the queue."""
        await self._queue.stop()

    async def _check(self, check_id: str) -> None:
        if await self._engine.run_next(check_id) is not None:
            await self._queue.enqueue("deliver")

    async def _deliver(self, _: str) -> None:
        """Send what is due. Who is at it already takes more, so that this never fills a process."""
        if self._is_delivering:
            self._deliverer.wake()
            return
        self._is_delivering = True
        try:
            await self._deliverer.deliver_due()
        finally:
            self._is_delivering = False


def _list_calls(transaction: Transaction, now: datetime) -> tuple[list[str], bool]:
    waiting = list_waiting(transaction, now=now, limit=_CALLS)
    return [check.id for check in waiting], has_due_delivery(transaction, now=now)
