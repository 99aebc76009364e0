"""The store, for whoever must not wait: each transaction in a thread, a few at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from changetrack_server.errors import EndpointError

if TYPE_CHECKING:
    from changetrack.monitor.ports import Store, Transaction

__all__ = ["Transactor"]

T = TypeVar("T")

# Transactions that wait together share one commit of a file, so it pays to have some wait.
_THREADS = 16


class Transactor:
    """Runs transactions for an event loop.

    Its threads are none of those that anyio lends to everybody, so that whoever reads a page does
    not wait for a disk, or the other way around.
    """

    def __init__(self, store: Store, threads: int = _THREADS) -> None:
        self._store = store
        self._threads = anyio.CapacityLimiter(threads)

    async def __call__(self, work: Callable[[Transaction], T]) -> T:
        """Return what the work returns; what it wrote is kept whole, or not at all.

        Whoever is cancelled meanwhile is so after its end: it may have been kept.

        Raises:
            EndpointError: the system has no thread left (`overloaded`).
        """
        try:
            return await anyio.to_thread.run_sync(self._store.transact, work, limiter=self._threads)
        except RuntimeError as error:
            if "start new thread" not in str(error):
                raise
            raise EndpointError("overloaded", detail="no thread for the store") from error
