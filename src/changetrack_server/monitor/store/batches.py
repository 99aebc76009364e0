"""Transactions of several threads on one connection, each whole, and kept together.

    BEGIN IMMEDIATE ─ work ─┬─ SAVEPOINT ─ work ─ RELEASE ─┬─ … ─ COMMIT
         nobody waits: COMMIT          it fails: ROLLBACK TO, and the others go on

A commit waits for the disk several times, whatever is in it. So whoever finds others waiting leaves
the transaction open for them, and the last one commits for all. Nobody is told that their work is
kept, or why it failed, before that.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NoReturn, TypeVar

from changetrack.monitor.ports import NestedTransaction
from changetrack_server.monitor.store.errors import StoreBusy, StoreFull, StoreUnavailable

__all__ = ["Batches", "translate"]

T = TypeVar("T")

# Whoever came first waits for so many others at most, which takes some milliseconds.
_MOST_WORKS = 64
# Whoever was to go on may have given up waiting, a moment too early.
_PATIENCE_SECONDS = 0.05

_FAULTS: dict[int, type[StoreBusy | StoreFull]] = {
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_FULL: StoreFull,
}
# The other bytes of a code say more, and mean the same.
_PRIMARY = 0xFF


class _Batch:
    """Works that are kept together."""

    __slots__ = ("failure", "is_over", "size")

    def __init__(self) -> None:
        self.size = 0
        self.is_over = threading.Event()
        # Why nothing of it was kept.
        self.failure: BaseException | None = None


class Batches:
    """Runs works on a connection, one after the other."""

    def __init__(self, connection: sqlite3.Connection, busy_seconds: float) -> None:
        self._connection = connection
        self._busy_seconds = busy_seconds
        # Whoever holds it works with the connection.
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._counting = threading.Lock()
        self._waiting = 0
        self._batch: _Batch | None = None
        self._is_closed = False

    def run(self, work: Callable[[], T]) -> T:
        """Return what the work returns, once it is kept; it is undone when it raises.

        Raises:
            StoreBusy: others use the database for too long.
            NestedTransaction: it is called by another work.
        """
        if self._owner == threading.get_ident():
            raise NestedTransaction
        self._take()
        try:
            if self._is_closed:
                raise RuntimeError("the store is closed")
            self._owner = threading.get_ident()
            batch, settle = self._join(work)
            is_due = self._waiting == 0 or batch.size >= _MOST_WORKS
            if is_due and not batch.is_over.is_set():
                self._commit(batch)
        finally:
            self._owner = None
            self._lock.release()
        self._wait(batch)
        return settle()

    def close(self) -> None:
        """Commit what waits for it, and close the connection."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            if self._batch is not None:
                self._commit(self._batch)
            self._connection.close()

    def _take(self) -> None:
        with self._counting:
            self._waiting += 1
        try:
            if not self._lock.acquire(timeout=self._busy_seconds):
                raise StoreBusy("threads of this process")
        finally:
            with self._counting:
                self._waiting -= 1

    def _join(self, work: Callable[[], T]) -> tuple[_Batch, Callable[[], T]]:
        """Run a work in the batch that is open, or in a new one; return what tells of it later."""
        batch = self._batch
        is_first = batch is None
        if batch is None:
            batch = self._begin()
        else:
            self._connection.execute("SAVEPOINT work")
        try:
            made = work()
            if not is_first:
                self._connection.execute("RELEASE work")
        except BaseException as error:  # noqa: BLE001 - raised again once the others are settled
            self._undo(batch, error, is_first=is_first)
            return batch, partial(_fail, error)
        batch.size += 1
        return batch, lambda: made

    def _begin(self) -> _Batch:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")  # which failed the last time
        # One that begins as a reader cannot become a writer while another one writes.
        self._connection.execute("BEGIN IMMEDIATE")
        self._batch = _Batch()
        return self._batch

    def _undo(self, batch: _Batch, error: BaseException, *, is_first: bool) -> None:
        """Undo one work; where the database has undone all of them, so be it."""
        try:
            if is_first and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            elif not is_first:
                self._connection.execute("ROLLBACK TO work")
                self._connection.execute("RELEASE work")
        except sqlite3.Error:
            self._end(batch, error)
        if is_first:
            self._end(batch, None)

    def _commit(self, batch: _Batch) -> None:
        try:
            self._connection.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            self._end(batch, error)
            # The database's own error is told to each by `_wait`.
            if not isinstance(error, sqlite3.Error):
                raise
        else:
            self._end(batch, None)

    def _end(self, batch: _Batch, failure: BaseException | None) -> None:
        batch.failure = failure
        self._batch = None
        batch.is_over.set()

    def _wait(self, batch: _Batch) -> None:
        while not batch.is_over.wait(_PATIENCE_SECONDS):
            with self._lock:
                if not batch.is_over.is_set():
                    self._commit(batch)
        if batch.failure is not None:
            raise translate(batch.failure) from batch.failure


def translate(error: BaseException) -> StoreBusy | StoreFull | StoreUnavailable:
    """Return what a fault of the database is to whoever wanted something of it."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    fault = _FAULTS.get(code, StoreUnavailable)
    return fault(f"{error} ({getattr(error, 'sqlite_errorname', type(error).__name__)})")


def _fail(error: BaseException) -> NoReturn:
    raise error
