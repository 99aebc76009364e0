"""Rows in PostgreSQL: the store of several machines."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

import psycopg
from psycopg import errors

from changetrack.monitor.ports import NestedTransaction, Transaction
from changetrack_server.monitor.store.connections import Connections, name_database, read_message
from changetrack_server.monitor.store.dialects import Dialect, list_values, spell_bounded
from changetrack_server.monitor.store.errors import (
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnavailable,
)
from changetrack_server.monitor.store.schema import (
    SCHEMA,
    Schema,
    check_version,
    migrate,
    read_min_reader,
)
from changetrack_server.monitor.store.transactions import Run, SqlTransaction

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["POSTGRES", "PostgresStore"]

T = TypeVar("T")

POSTGRES = Dialect(
    prefix="changetrack_",
    mark="%s",
    # In the order of code points, whatever the language of the server.
    text='TEXT COLLATE "C"',
    integer="BIGINT",
    body_mark="convert_from(%b, 'UTF8')",
    body='"record"',
    nulls_first=" NULLS FIRST",
    nulls_last=" NULLS LAST",
    in_texts="= ANY(%s::text[])",
    in_integers="= ANY(%s::bigint[])",
    column_names=(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s"
    ),
    spell=spell_bounded,
    spell_list=list_values,
)

# Of everything that may lock in a database, the number that stands for our migrations.
_MIGRATION_LOCK = 0x63687472
_MIN_READER = read_min_reader(POSTGRES)
# A transaction that was in another one's way waits for up to so long, and doubles it each time.
_FIRST_PAUSE = 0.002
_LONGEST_PAUSE = 0.25
# A connection that had been idle may be dead; so may be the one after it, while a server restarts.
_MOST_LOSSES = 3

_FAULTS: dict[type[psycopg.Error], type[StoreBusy | StoreFull]] = {
    errors.SerializationFailure: StoreBusy,
    errors.DeadlockDetected: StoreBusy,
    errors.LockNotAvailable: StoreBusy,
    errors.DiskFull: StoreFull,
}
_CONFLICTS = (errors.SerializationFailure, errors.DeadlockDetected)


class _Lost(Exception):
    """A connection broke before its transaction was to be kept, so that it may run again."""


class PostgresStore:
    """Rows in a PostgreSQL database, beside whatever else is in it."""

    def __init__(
        self,
        url: str,
        *,
        connections: int = 16,
        busy_seconds: float = 10.0,
        schema: Schema = SCHEMA,
    ) -> None:
        """Connect, and make the tables if they are not there.

        Raises:
            StoreError: the database cannot be used.
        """
        self.name = name_database(url)
        self._busy_seconds = busy_seconds
        self._schema = schema
        self._local = threading.local()
        self._process = os.getpid()
        try:
            self._connections = Connections(url, connections, busy_seconds)
            try:
                self._migrate()
            except BaseException:
                self._connections.close()
                raise
        except StoreUnavailable as error:
            raise StoreError(f"{self.name}: {error.detail}") from None
        except psycopg.Error as error:
            # What cannot be read may be quoted, and may hold a password.
            is_wrong = isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None
            problem = "this is no URL of a database" if is_wrong else read_message(error)
            raise StoreError(f"{self.name}: {problem}") from None

    def __repr__(self) -> str:
        return f"PostgresStore({self.name!r})"

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Return what `work` returns; it runs again when it was in another transaction's way.

        Raises:
            StoreBusy: it was in others' way for too long.
            StoreFull: there is no room; reading goes on.
            StoreUnavailable: the server cannot be reached, or was lost.
            NestedTransaction: it is called by the work of another transaction.
        """
        if self._process != os.getpid():
            raise RuntimeError("a store is of one process; open another one after a fork")
        if getattr(self._local, "is_busy", False):
            raise NestedTransaction
        self._local.is_busy = True
        try:
            return self._insist(work)
        except psycopg.Error as error:
            fault = next((_FAULTS[kind] for kind in _FAULTS if isinstance(error, kind)), None)
            raise (fault or StoreUnavailable)(read_message(error)) from error
        finally:
            self._local.is_busy = False

    def close(self) -> None:
        """Close all connections; those that are used, afterwards."""
        if self._process == os.getpid():
            self._connections.close()

    def _insist(self, work: Callable[[Transaction], T]) -> T:
        deadline = time.monotonic() + self._busy_seconds
        pause, losses = _FIRST_PAUSE, 0
        while True:
            try:
                return self._try(work)
            except _CONFLICTS:
                if time.monotonic() > deadline:
                    raise
                # Not all at once again.
                time.sleep(random.uniform(0, pause))  # noqa: S311 - no secret
                pause = min(2 * pause, _LONGEST_PAUSE)
            except _Lost as lost:
                losses += 1
                if losses == _MOST_LOSSES:
                    raise StoreUnavailable(str(lost)) from lost

    def _try(self, work: Callable[[Transaction], T]) -> T:
        connection = self._connections.take()
        # psycopg takes any statement from a type checker that has seen its text; ours are built.
        transaction = SqlTransaction(cast("Run", connection.execute), POSTGRES)
        is_ending = False
        try:
            with _send_ahead(connection):
                version = cast("Run", connection.execute)(_MIN_READER, ())
                made = work(transaction)
                check_version(self._schema, version.fetchone()[0])
                is_ending = True
                connection.commit()
        except BaseException as error:
            is_lost = connection.broken and isinstance(error, psycopg.OperationalError)
            _undo(connection)
            if is_lost and not is_ending:
                raise _Lost(read_message(cast("psycopg.Error", error))) from error
            raise
        finally:
            transaction.end()
            self._connections.give_back(connection)
        return made

    def _migrate(self) -> None:
        connection = self._connections.take()
        try:
            # Who waits for the lock must see what was done meanwhile.
            connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
                migrate(cast("Run", connection.execute), POSTGRES, self._schema)
            connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        except StoreError as error:
            raise StoreError(f"{self.name}: {error}") from None
        finally:
            self._connections.give_back(connection)


@contextmanager
def _send_ahead(connection: Connection[Any]) -> Iterator[None]:
    """Send what is written along with the next question: nobody waits for an answer to it."""
    with connection.pipeline() as pipeline:
        try:
            yield
        except BaseException:
            # What is still under way fails as well, which psycopg would warn of.
            with suppress(psycopg.Error):
                pipeline.sync()
            raise


def _undo(connection: Connection[Any]) -> None:
    try:
        connection.rollback()
    except psycopg.Error:
        connection.close()
