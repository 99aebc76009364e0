"""C14: a disk that is full, made up by SQLite's own limit, and a real one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from changetrack.monitor.models import Fact
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import FACTS
from changetrack_server.errors import find_status
from changetrack_server.monitor.store import StoreFull
from changetrack_server.monitor.store.sqlite import SqliteStore

# SQLite's tables, and four times the reserve.
_DISK = 2**22
_RESERVE = 2**19


def _fill(store: SqliteStore) -> int:
    """Write pairs of rows until there is no room; return how many rows were acknowledged."""
    for number in range(100_000):

        def write(rows: Transaction, number: int = number) -> None:
            for half in ("a", "b"):
                rows.put(FACTS, Fact(name=f"{number:06}{half}", value="x" * 2_000))

        try:
            store.transact(write)
        except StoreFull:
            return 2 * number
    raise AssertionError("the disk has no end")


def _names(store: SqliteStore) -> list[str]:
    return [each.name for each in store.transact(lambda rows: rows.select(FACTS, {}))]


def _check_integrity(store: SqliteStore) -> str:
    assert store._connection is not None
    verdict: str = store._connection.execute("PRAGMA integrity_check").fetchone()[0]
    return verdict


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 4 MiB in memory, where that is allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a file system is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_C14_a_full_database_keeps_what_it_has(tmp_path: Path) -> None:
    """The transaction that found no room left nothing; reading goes on; with room, so do writes."""
    with closing(SqliteStore(tmp_path / "x.db", reserve_bytes=0)) as store:
        assert store._connection is not None
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages + 30}")
        kept = _fill(store)
        with pytest.raises(StoreFull) as caught:
            store.transact(lambda rows: rows.put(FACTS, Fact(name="y", value="y" * 200_000)))
        told = caught.value
        assert (find_status(told), told.reason, told.retryable) == (503, "storage_full", True)
        assert (len(_names(store)), _check_integrity(store)) == (kept, "ok")
        store._connection.execute("PRAGMA max_page_count = 1000000")
        store.transact(lambda rows: rows.put(FACTS, Fact(name="after", value="")))
        assert len(_names(store)) == kept + 1


def test_C14_a_full_disk_is_recovered_from_with_the_reserve(small_disk: Path) -> None:
    """Even deleting fails on a full disk, until the reserve is given back; nothing is lost."""
    with closing(SqliteStore(small_disk / "x.db", reserve_bytes=_RESERVE)) as store:
        kept = _fill(store)
        # What the transaction that failed gave back.
        with (small_disk / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        names = _names(store)
        assert (len(names), _check_integrity(store)) == (kept, "ok")

        # As many as retention deletes at once.
        portions = [names[start : start + 100] for start in range(0, len(names), 100)]

        def clear(rows: Transaction) -> None:
            for name in portions[0]:
                rows.drop(FACTS, name)

        with pytest.raises(StoreFull):
            store.transact(clear)
        assert (_names(store), store.free_reserve()) == (names, True)
        while portions:
            store.transact(clear)
            del portions[0]
        store.transact(lambda rows: rows.put(FACTS, Fact(name="after", value="")))
        assert (_names(store), _check_integrity(store)) == (["after"], "ok")
