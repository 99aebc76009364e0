"""Connections to PostgreSQL that transactions take turns on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg
from psycopg import conninfo

from changetrack_server.monitor.store.errors import StoreBusy, StoreUnavailable

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["Connections", "name_database", "read_message"]

# What a URL does not say. A server that is gone is noticed within a minute, and a transaction
# whose program was stopped in its middle holds up nobody for longer.
_DEFAULTS = {
    "application_name": "changetrack",
    "connect_timeout": "5",
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
# Scans of whole tables conflict with every write to them; of an index, only with what it led to.
_SESSION = (
    "SET enable_seqscan = off",
    # Where no index helps, the price of that is so high that statements would be compiled.
    "SET jit = off",
    "SET idle_in_transaction_session_timeout = '60s'",
)


class Connections:
    """At most so many connections; the last one that was given back is the first to be taken."""

    def __init__(self, url: str, most: int, seconds: float) -> None:
        """Take the address of a server; nothing is opened yet.

        Raises:
            psycopg.ProgrammingError: it is no such address.
        """
        given = conninfo.conninfo_to_dict(url)
        missing = {name: value for name, value in _DEFAULTS.items() if name not in given}
        self._target = conninfo.make_conninfo(url, **missing)
        self._most = threading.BoundedSemaphore(most)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._is_closed = False

    def take(self) -> Connection:
        """Return a connection that nobody else has, until it is given back.

        Raises:
            StoreBusy: all are taken for too long.
            StoreUnavailable: the server cannot be reached.
        """
        if not self._most.acquire(timeout=self._seconds):
            raise StoreBusy("all connections are taken")
        try:
            return self._reuse() or self._connect()
        except BaseException:
            self._most.release()
            raise

    def give_back(self, connection: Connection) -> None:
        """Let the next one have a connection; where it broke, the idle ones are stale as well."""
        stale: list[Connection] = []
        with self._lock:
            if self._is_closed or connection.closed:
                stale = [connection, *self._idle]
                self._idle.clear()
            else:
                self._idle.append(connection)
        self._most.release()
        for each in stale:
            each.close()

    def close(self) -> None:
        """Close those that nobody has; the others when they are given back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for each in idle:
            each.close()

    def _reuse(self) -> Connection | None:
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the store is closed")
            return self._idle.pop() if self._idle else None

    def _connect(self) -> Connection:
        try:
            connection = psycopg.connect(self._target, autocommit=True)
            for statement in _SESSION:
                connection.execute(statement)
            connection.autocommit = False
        except psycopg.Error as error:
            raise StoreUnavailable(read_message(error)) from error
        connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        return connection


def name_database(url: str) -> str:
    """Return what people know a database by; never its password."""
    try:
        parts = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "postgresql://…"
    where = ":".join(str(parts[name]) for name in ("host", "port") if parts.get(name))
    return f"postgresql://{where}/{parts.get('dbname') or ''}"


def read_message(error: psycopg.Error) -> str:
    """Return the first line of what a server says, which names nobody's password."""
    return str(error).strip().partition("\n")[0]
