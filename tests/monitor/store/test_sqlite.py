"""The store in a file: what it is set to, and who may use it."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from changetrack.monitor.models import Fact
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import FACTS
from changetrack_server.errors import find_status
from changetrack_server.monitor.store import StoreBusy, StoreError, StoreUnavailable
from changetrack_server.monitor.store.sqlite import SqliteStore, choose_journal

ONE = Fact(name="one", value="1")


def open_file(path: Path, busy_seconds: float = 10.0) -> SqliteStore:
    """Return a store over a file, without a reserve beside it."""
    return SqliteStore(path, busy_seconds=busy_seconds, reserve_bytes=0)


def count_facts(store: SqliteStore) -> int:
    """Return how many facts there are."""
    return store.transact(lambda rows: rows.count(FACTS, {}))


def _connection(store: SqliteStore) -> sqlite3.Connection:
    assert store._connection is not None
    return store._connection


def test_C13_a_database_that_others_hold_is_busy(tmp_path: Path) -> None:
    """Whoever waits for too long is told to come again, and can."""
    path = tmp_path / "x.db"
    with closing(open_file(path, 0.05)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy) as caught:
            store.transact(lambda rows: rows.put(FACTS, ONE))
        told = caught.value
        assert (find_status(told), told.reason, told.retryable) == (503, "database_busy", True)
        other.rollback()
        store.transact(lambda rows: rows.put(FACTS, ONE))
        assert count_facts(store) == 1


def test_C13_threads_that_wait_for_too_long_are_told_so(tmp_path: Path) -> None:
    """A transaction that never ends holds up the others for the same time, and not for ever."""
    inside, over = threading.Event(), threading.Event()

    def linger(_: Transaction) -> None:
        inside.set()
        assert over.wait(30)

    with closing(open_file(tmp_path / "x.db", 0.05)) as store:
        thread = threading.Thread(target=store.transact, args=(linger,))
        thread.start()
        assert inside.wait(30)
        with pytest.raises(StoreBusy):
            count_facts(store)
        over.set()
        thread.join()
        assert count_facts(store) == 0


def test_C13_every_transaction_begins_as_a_writer(tmp_path: Path) -> None:
    """One that only asked so far could not write later: it would fail at once, without waiting."""
    statements: list[str] = []
    with closing(open_file(tmp_path / "x.db")) as store:
        _connection(store).set_trace_callback(statements.append)
        count_facts(store)
    assert (statements[0], statements[-1]) == ("BEGIN IMMEDIATE", "COMMIT")


def test_C13_what_begins_as_a_reader_fails_at_once(tmp_path: Path) -> None:
    """The reason for the rule: SQLite does not even wait for the one that writes meanwhile."""
    path = tmp_path / "x.db"
    with closing(open_file(path)) as store:
        reader = sqlite3.connect(path, timeout=30, isolation_level=None)
        with closing(reader):
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM facts").fetchall()

            def write(rows: Transaction) -> None:
                rows.put(FACTS, ONE)
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    reader.execute("DELETE FROM facts")
                reader.execute("ROLLBACK")

            store.transact(write)


def test_C18_what_was_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    """The settings of the connection are those of the catalogue."""
    names = ("synchronous", "foreign_keys", "busy_timeout", "trusted_schema", "cell_size_check")
    with closing(open_file(tmp_path / "x.db")) as store:
        ask = _connection(store).execute
        found = {name: ask(f"PRAGMA {name}").fetchone()[0] for name in names}
    assert found == {
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ((3, 7, 0), "truncate"),
        ((3, 40, 1), "truncate"),
        ((3, 51, 2), "truncate"),
        ((3, 51, 3), "wal"),
        ((3, 52, 0), "wal"),
        ((4, 0, 0), "wal"),
    ],
)
def test_C19_a_write_ahead_log_needs_a_version_without_the_bug(
    version: tuple[int, ...], journal: str
) -> None:
    """Several processes that reset one log at once damage the database, up to 3.51.2."""
    assert choose_journal(version) == journal


def test_C19_the_journal_is_the_one_for_this_version(tmp_path: Path) -> None:
    """A log that somebody else switched on is switched off again where it is not safe."""
    path = tmp_path / "x.db"
    open_file(path).close()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    with closing(open_file(path)) as store:
        journal = _connection(store).execute("PRAGMA journal_mode").fetchone()[0]
    assert journal == choose_journal(sqlite3.sqlite_version_info)


def test_C50_nobody_else_reads_what_holds_secrets(tmp_path: Path) -> None:
    """The file and its journal are their owner's alone, whatever the umask, or the file before."""
    path = tmp_path / "x.db"
    modes: list[int] = []

    def look(rows: Transaction) -> None:
        rows.put(FACTS, ONE)
        modes.extend(stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir())

    old = os.umask(0)
    try:
        with closing(SqliteStore(path)) as store:
            store.transact(look)
        path.chmod(0o644)
        with closing(SqliteStore(path)) as store:
            store.transact(look)
    finally:
        os.umask(old)
    # The database, its journal and its reserve, twice.
    assert modes == [0o600] * 6


_FORKED = """
import os, sys
from changetrack.monitor.tables import FACTS
from changetrack_server.monitor.store import open_store
store = open_store(sys.argv[1], reserve_bytes=0)
count = lambda rows: rows.count(FACTS, {})
child = os.fork()
try:
    told = store.transact(count)
except RuntimeError as error:
    told = error
# In one piece, so that the lines of two processes do not mix.
os.write(1, f"{told}\\n".encode())
store.close()
if child:
    assert os.waitpid(child, 0)[1] == 0
else:
    os._exit(0)
"""


@pytest.mark.parametrize("make_url", ["sqlite", "postgresql"], indirect=True)
def test_C47_a_store_is_not_used_after_a_fork(make_url: object) -> None:
    """Two processes with one connection would each read the other's answers."""
    assert callable(make_url)
    done = subprocess.run(
        [sys.executable, "-c", _FORKED, make_url()], capture_output=True, text=True, check=True
    )
    refusal = "a store is of one process; open another one after a fork"
    assert sorted(done.stdout.splitlines()) == ["0", refusal]


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """It may be closed twice, and does nothing afterwards."""
    store = open_file(tmp_path / "x.db")
    store.close()
    store.close()
    with pytest.raises(RuntimeError, match="the store is closed"):
        count_facts(store)


def test_a_transaction_is_over_when_its_work_is(tmp_path: Path) -> None:
    """Whoever keeps it would write outside of any transaction."""
    kept: list[Transaction] = []
    with closing(open_file(tmp_path / "x.db")) as store:
        store.transact(kept.append)
        with pytest.raises(RuntimeError, match="this transaction is over"):
            kept[0].put(FACTS, ONE)


@pytest.mark.parametrize("becomes", ["deleted", "replaced"])
def test_C16_a_file_that_vanishes_is_noticed(tmp_path: Path, becomes: str) -> None:
    """What is written to a file without a name is lost, so nothing is acknowledged any more."""
    path = tmp_path / "x.db"
    with closing(open_file(path)) as store:
        path.rename(tmp_path / "old.db")
        if becomes == "replaced":
            open_file(path).close()
        with pytest.raises(StoreUnavailable) as caught:
            count_facts(store)
        assert (find_status(caught.value), caught.value.reason) == (503, "database_unavailable")


def test_a_text_is_kept_as_text(tmp_path: Path) -> None:
    """An operator reads rows with sqlite3, and its functions for JSON work on them."""
    path = tmp_path / "x.db"
    with closing(open_file(path)) as store:
        store.transact(lambda rows: rows.put(FACTS, Fact(name="ü", value="名前")))
    with closing(sqlite3.connect(path)) as other:
        found = other.execute("SELECT name, typeof(record), record ->> 'value' FROM facts")
        assert found.fetchall() == [("ü", "text", "名前")]


def test_C15_a_file_that_is_held_at_the_start_is_named(tmp_path: Path) -> None:
    """A server that cannot start says which file it waited for, and for whom."""
    path = tmp_path / "x.db"
    open_file(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError) as caught:
            open_file(path, 0.05)
    assert str(caught.value) == (
        f"{path}: database is locked; another program holds it; end that one"
    )
