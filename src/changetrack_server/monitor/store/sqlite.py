"""Rows in one file: the store that needs nothing installed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from changetrack.monitor.ports import Transaction
from changetrack_server.monitor.store import files
from changetrack_server.monitor.store.batches import Batches, translate
from changetrack_server.monitor.store.dialects import Dialect, spell, spell_list
from changetrack_server.monitor.store.errors import StoreError, StoreUnavailable
from changetrack_server.monitor.store.schema import (
    SCHEMA,
    Schema,
    check_version,
    migrate,
    read_min_reader,
)
from changetrack_server.monitor.store.transactions import SqlTransaction

__all__ = ["SQLITE", "SqliteStore", "choose_journal", "connect"]

T = TypeVar("T")

SQLITE = Dialect(
    prefix="",
    mark="?",
    text="TEXT",
    integer="INTEGER",
    # Bytes become text inside the database, and bytes again on the way out.
    body_mark="CAST(? AS TEXT)",
    body='CAST("record" AS BLOB)',
    # What is NULL is the least here anyway.
    nulls_first="",
    nulls_last="",
    in_texts="IN (SELECT value FROM json_each(?))",
    in_integers="IN (SELECT value FROM json_each(?))",
    column_names="SELECT name FROM pragma_table_info(?)",
    spell=spell,
    spell_list=spell_list,
)

# Marks a file as ours: "chtr".
_APPLICATION = 0x63687472
# The first version whose write-ahead log survives several processes that reset it at once.
_SAFE_LOG = (3, 51, 3)
# Memory for pages of the database, in KiB; they are read again and again.
_CACHE_KIB = 16 * 1024
_MIN_READER = read_min_reader(SQLITE)

# The other bytes of a code say more, and mean the same.
_PRIMARY = 0xFF


class SqliteStore:
    """Rows in a file that other processes may use at the same time.

    All threads share one connection, one after the other: whoever writes is alone in SQLite anyway.
    What they waited with is committed together (`batches`).
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        busy_seconds: float = 10.0,
        reserve_bytes: int = files.RESERVE_BYTES,
        schema: Schema = SCHEMA,
    ) -> None:
        """Open the file, or make it; a file that is damaged is left as it is.

        Raises:
            StoreError: it cannot be used.
        """
        self.path = Path(path).absolute()
        self._schema = schema
        self._process = os.getpid()
        files.create_file(self.path)
        files.protect_file(self.path)
        self._connection = _open(self.path, busy_seconds, schema)
        self._batches = Batches(self._connection, busy_seconds)
        self._file = self.path.stat().st_ino
        files.reserve_room(self.path, reserve_bytes)

    def __repr__(self) -> str:
        return f"SqliteStore({str(self.path)!r})"

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Return what `work` returns; it is alone in the whole database meanwhile.

        Raises:
            StoreBusy: others use the database for too long.
            StoreFull: there is no room; reading goes on.
            StoreUnavailable: the file cannot be read or written, or is gone.
            NestedTransaction: it is called by the work of another transaction.
        """
        if self._process != os.getpid():
            raise RuntimeError("a store is of one process; open another one after a fork")
        try:
            return self._batches.run(partial(self._run, work))
        except sqlite3.Error as error:
            raise translate(error) from error

    def free_reserve(self) -> bool:
        """Let go of the room that was kept for the day when the disk is full, to delete with it.

        Return whether there was any; the next one that opens the file keeps room again.
        """
        return files.free_reserve(self.path)

    def close(self) -> None:
        """Close the file, once nobody uses it."""
        # A connection of another process is not ours to close.
        if self._process == os.getpid():
            self._batches.close()

    def _run(self, work: Callable[[Transaction], T]) -> T:
        self._check_file()
        transaction = SqlTransaction(self._connection.execute, SQLITE)
        try:
            check_version(self._schema, self._connection.execute(_MIN_READER).fetchone()[0])
            return work(transaction)
        finally:
            transaction.end()

    def _check_file(self) -> None:
        """Notice a file that was deleted or replaced: what is written to it is lost."""
        try:
            is_there = self.path.stat().st_ino == self._file
        except OSError:
            is_there = False
        if not is_there:
            raise StoreUnavailable(f"{self.path} was deleted or replaced while it was open")


def choose_journal(version: tuple[int, ...]) -> str:
    """Return how a version of SQLite keeps what it needs to undo or to redo.

    Up to 3.51.2, several processes that use one write-ahead log can damage the database. Without
    one, the journal is emptied at each commit, which is as safe as deleting it, and faster.

    >>> choose_journal((3, 51, 2)), choose_journal((3, 51, 3))
    ('truncate', 'wal')
    """
    return "wal" if version >= _SAFE_LOG else "truncate"


def connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """Return a connection to a file that is there; transactions are begun by hand."""
    return sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )


def _open(path: Path, busy_seconds: float, schema: Schema) -> sqlite3.Connection:
    try:
        connection = connect(path, busy_seconds)
        try:
            _prepare(connection)
            _check(connection)
            _migrate(connection, schema)
        except BaseException:
            connection.close()
            raise
    except StoreError as error:
        raise StoreError(f"{path}: {error}") from None
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}; {_advise(error)}") from None
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    for pragma in (
        # What was acknowledged survives a loss of power.
        "synchronous = FULL",
        "foreign_keys = ON",
        # A file from elsewhere may be made to do harm.
        "trusted_schema = OFF",
        "cell_size_check = ON",
        f"cache_size = -{_CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    chosen = choose_journal(sqlite3.sqlite_version_info)
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != chosen:
        connection.execute(f"PRAGMA journal_mode = {chosen}")


def _check(connection: sqlite3.Connection) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != _APPLICATION and (application or tables):
        raise StoreError("it is a database of another program; name another file")
    damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        # The damage may be told in many lines.
        raise StoreError(f"it is damaged ({' '.join(damage.split())}); put a backup in its place")


def _migrate(connection: sqlite3.Connection, schema: Schema) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        migrate(connection.execute, SQLITE, schema)
        version = connection.execute("SELECT version FROM schema").fetchone()[0]
        for pragma in (f"application_id = {_APPLICATION}", f"user_version = {version}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _advise(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code == sqlite3.SQLITE_BUSY:
        return "another program holds it; end that one"
    if code == sqlite3.SQLITE_FULL:
        return "make room on the disk"
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return "put a backup in its place"
    return "see who may write the file and its folder"
