"""C20: a copy of a database that is in use, and the drill of putting it in place."""

from __future__ import annotations

import shutil
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
from changetrack.monitor.tables import FACTS, SNAPSHOTS
from changetrack.testing.rows import SAMPLES
from changetrack_server.monitor.store import StoreError, back_up
from changetrack_server.monitor.store.sqlite import SqliteStore


def _write_pair(store: SqliteStore, number: int) -> None:
    """Write two rows that belong together."""

    def work(rows: Transaction) -> None:
        for half in ("a", "b"):
            rows.put(FACTS, Fact(name=half, value=str(number)))
            rows.put(FACTS, Fact(name=f"{half}{number % 50}", value="x" * 3_000))

    store.transact(work)


def _read(store: SqliteStore) -> list[Fact]:
    return store.transact(lambda rows: rows.select(FACTS, {}))


def test_C20_a_copy_is_of_one_moment_while_others_write(tmp_path: Path) -> None:
    """Each of several copies holds both halves of a pair; the copy is whole, and its owner's."""
    path = tmp_path / "x.db"
    is_over = threading.Event()
    with closing(SqliteStore(path, reserve_bytes=0)) as store:
        _write_pair(store, 0)

        def write() -> None:
            number = 0
            while not is_over.is_set():
                number += 1
                _write_pair(store, number)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(3):
                copy = tmp_path / f"copy{number}.db"
                assert back_up(f"sqlite:///{path}", copy) == copy.stat().st_size
                assert stat.S_IMODE(copy.stat().st_mode) == 0o600
                with closing(SqliteStore(copy, reserve_bytes=0)) as copied:
                    facts = {each.name: each.value for each in _read(copied)}
                assert facts["a"] == facts["b"]
        finally:
            is_over.set()
            writer.join()


def test_C20_a_copy_is_put_in_the_place_of_a_lost_database(tmp_path: Path) -> None:
    """The drill: copy, lose everything, put the copy in place, and go on from there."""
    path, copy = tmp_path / "x.db", tmp_path / "copy.db"
    with closing(SqliteStore(path, reserve_bytes=4096)) as store:
        store.transact(lambda rows: rows.put(SNAPSHOTS, SAMPLES["snapshots"]))
        _write_pair(store, 1)
        wanted = _read(store)
        back_up(f"sqlite:///{path}", copy)
        _write_pair(store, 2)
    path.write_bytes(b"")
    with pytest.raises(StoreError, match="put a backup in its place"):
        SqliteStore(path)
    shutil.copy(copy, path)
    for ending in ("-journal", "-wal", "-shm"):
        (tmp_path / f"x.db{ending}").unlink(missing_ok=True)
    with closing(SqliteStore(path, reserve_bytes=0)) as store:
        assert _read(store) == wanted
        assert store.transact(lambda rows: rows.find(SNAPSHOTS, "s1")) == SAMPLES["snapshots"]
        _write_pair(store, 3)


def test_C20_what_a_killed_server_left_behind_is_copied_as_it_should_be(tmp_path: Path) -> None:
    """A journal of a transaction that was never kept is undone first."""
    path, copy = tmp_path / "x.db", tmp_path / "copy.db"
    script = (
        "import os, sys\n"
        "from changetrack.monitor.models import Fact\n"
        "from changetrack.monitor.tables import FACTS\n"
        "from changetrack_server.monitor.store.sqlite import SqliteStore\n"
        "store = SqliteStore(sys.argv[1], reserve_bytes=0)\n"
        "store.transact(lambda rows: rows.put(FACTS, Fact(name='kept', value='1')))\n"
        "store._connection.execute('PRAGMA cache_size = 1')\n"
        "def die(rows):\n"
        "    for each in range(500):\n"
        "        rows.put(FACTS, Fact(name=f'lost {each}', value='x' * 3000))\n"
        "    os.kill(os.getpid(), 9)\n"
        "store.transact(die)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    back_up(f"sqlite:///{path}", copy)
    with closing(SqliteStore(copy, reserve_bytes=0)) as copied:
        assert _read(copied) == [Fact(name="kept", value="1")]


def _refusal(url: str, destination: Path) -> str:
    with pytest.raises(StoreError) as caught:
        back_up(url, destination)
    return str(caught.value)


def test_C20_nothing_is_overwritten(tmp_path: Path) -> None:
    """Not a file, not a folder, and not the database itself."""
    path = tmp_path / "x.db"
    SqliteStore(path, reserve_bytes=0).close()
    before = path.read_bytes()
    for place in (path, tmp_path):
        told = _refusal(f"sqlite:///{path}", place)
        assert told == f"{place}: it cannot be made: File exists"
    assert path.read_bytes() == before


def test_C20_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """A damaged database has no backup, and no file looks like one."""
    path, copy = tmp_path / "x.db", tmp_path / "copy.db"
    with closing(SqliteStore(path, reserve_bytes=0)) as store:
        for number in range(50):
            _write_pair(store, number)
    damaged = bytearray(path.read_bytes())
    damaged[-8192:-4096] = b"\xff" * 4096
    path.write_bytes(damaged)
    assert _refusal(f"sqlite:///{path}", copy).startswith(f"{path} is damaged (")
    path.write_text("no database", encoding="utf-8")
    assert _refusal(f"sqlite:///{path}", copy) == f"{path}: the copy failed: file is not a database"
    assert sorted(each.name for each in tmp_path.iterdir() if "copy" in each.name) == []


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (
            "postgresql://u:hunter2@db/x",
            "a PostgreSQL database is copied by its own program; run pg_dump --format=custom",
        ),
        ("sqlite://", "a database in memory cannot be copied; name a file"),
        ("sqlite:////nowhere/x.db", "/nowhere/x.db: there is no such database"),
    ],
)
def test_C20_what_cannot_be_copied_says_why(tmp_path: Path, url: str, text: str) -> None:
    """And names what does it instead, but nobody's password."""
    assert _refusal(url, tmp_path / "copy.db") == text


def test_C20_a_copy_is_an_ordinary_file_of_sqlite(tmp_path: Path) -> None:
    """Any program for SQLite reads it."""
    path, copy = tmp_path / "x.db", tmp_path / "copy.db"
    with closing(SqliteStore(path, reserve_bytes=0)) as store:
        _write_pair(store, 1)
        back_up(f"sqlite:///{path}", copy)
    with closing(sqlite3.connect(copy)) as other:
        assert other.execute("SELECT count(*) FROM facts").fetchone() == (4,)
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
