"""What is done elsewhere in processes and threads of its own, done on the spot.

They hold nothing, and starting them a thousand times would take all day; and the order in which
things happen is the same in every life.
"""

# ruff: noqa: D102 - whatever stands in for something does what that does

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio.lowlevel

from changetrack import JsonObject
from changetrack.monitor.ports import Transaction
from changetrack_server.answers import Answer
from changetrack_server.monitor.transacting import Transactor
from changetrack_server.work.dispatch import Work
from changetrack_server.work.jobs import JOBS

T = TypeVar("T")


class InlineWork(Work):
    """Work that is done on the spot."""

    async def do(self, job: str, order: JsonObject, *payload: bytes) -> Answer:
        return JOBS[job](order, b"".join(payload))


class OneAtATime(Transactor):
    """Transactions on the spot: the number of a boundary is the same in every life."""

    async def __call__(self, work: Callable[[Transaction], T]) -> T:
        await anyio.lowlevel.checkpoint()
        return self._store.transact(work)
