"""Where a process may die: around every statement, every commit and every request.

`Boundaries` counts them as they are crossed, and ends its own process at the one that it was told:
as `kill -9` does it, with nothing cleaned up.
"""

# ruff: noqa: D102 - whatever stands in for something does what that does

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from changetrack.monitor.ports import Column, Store, Transaction, Where
from changetrack.monitor.tables import Table
from changetrack_server.egress.fetching import Fetched, Fetcher

R = TypeVar("R")
T = TypeVar("T")


class Boundaries:
    """Counts, and ends it all at number `deadly`; zero: never."""

    def __init__(self, deadly: int = 0) -> None:
        self.count = 0
        self._deadly = deadly

    def cross(self) -> None:
        """Pass one, or not."""
        self.count += 1
        if self.count == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)


class BoundTransaction:
    """A transaction with a boundary behind each statement."""

    def __init__(self, inner: Transaction, boundaries: Boundaries) -> None:
        self._inner = inner
        self._boundaries = boundaries

    def find(self, table: Table[R], *key: str | int) -> R | None:
        found = self._inner.find(table, *key)
        self._boundaries.cross()
        return found

    def put(self, table: Table[R], record: R) -> None:
        self._inner.put(table, record)
        self._boundaries.cross()

    def drop(self, table: Table[R], *key: str | int) -> None:
        self._inner.drop(table, *key)
        self._boundaries.cross()

    def select(
        self,
        table: Table[R],
        where: Where,
        *,
        order: tuple[str, ...] = (),
        descending: bool = False,
        after: tuple[Column, ...] | None = None,
        limit: int | None = None,
    ) -> list[R]:
        rows = self._inner.select(
            table, where, order=order, descending=descending, after=after, limit=limit
        )
        self._boundaries.cross()
        return rows

    def count(self, table: Table[R], where: Where) -> int:
        number = self._inner.count(table, where)
        self._boundaries.cross()
        return number


class BoundStore:
    """A store with boundaries around its transactions and in them."""

    def __init__(self, inner: Store, boundaries: Boundaries) -> None:
        self._inner = inner
        self._boundaries = boundaries

    def transact(self, work: Callable[[Transaction], T]) -> T:
        self._boundaries.cross()

        def go(transaction: Transaction) -> T:
            self._boundaries.cross()
            value = work(self._bind(transaction))
            self._boundaries.cross()
            return value

        value = self._inner.transact(go)
        self._boundaries.cross()
        return value

    def close(self) -> None:
        self._inner.close()

    def _bind(self, transaction: Transaction) -> Transaction:
        return BoundTransaction(transaction, self._boundaries)


class BoundFetcher(Fetcher):
    """A fetcher with boundaries around its requests."""

    boundaries: Boundaries

    @asynccontextmanager
    async def fetch(
        self,
        url: str,
        *,
        seconds: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Fetched]:
        self.boundaries.cross()
        async with super().fetch(url, seconds=seconds, headers=headers) as fetched:
            self.boundaries.cross()
            yield fetched

    async def post(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
        self.boundaries.cross()
        answer = await super().post(*given, **named)
        self.boundaries.cross()
        return answer
