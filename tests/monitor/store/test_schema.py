"""C17 and C49: databases of other versions, and several processes that open one at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from changetrack.monitor.ids import hash_text
from changetrack.monitor.models import Fact
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import DELIVERIES, FACTS, TABLES, VERDICTS
from changetrack.testing.rows import NOON, SAMPLES, make_delivery
from changetrack_server.errors import find_status
from changetrack_server.monitor.store import StoreError, StoreUnavailable
from changetrack_server.monitor.store.postgres import PostgresStore
from changetrack_server.monitor.store.schema import SCHEMA, Schema
from changetrack_server.monitor.store.sqlite import SqliteStore
from changetrack_server.monitor.store.urls import find_file

_PROCESSES = 4

# A database before somebody wanted to find deliveries by their receiver, and kept verdicts.
_OLD_DELIVERIES = replace(
    DELIVERIES,
    columns=tuple(name for name in DELIVERIES.columns if name != "destination"),
    indexes=(("monitor_id", "created_at", "id"),),
)
_OLD = Schema(
    version=1,
    tables=tuple(
        _OLD_DELIVERIES if table is DELIVERIES else table
        for table in TABLES
        if table is not VERDICTS
    ),
)
_NEW = Schema(version=2, min_reader=1)
_STRICT = Schema(version=3, min_reader=3)

on_disk = pytest.mark.parametrize("make_url", ["sqlite", "postgresql"], indirect=True)


def _open(url: str, schema: Schema) -> Store:
    file = None if url.startswith("postgres") else find_file(url)
    if file is None:
        return PostgresStore(url, schema=schema)
    return SqliteStore(file, reserve_bytes=0, schema=schema)


def _open_and_count(url: str, version: int) -> tuple[int, int]:
    """Open a database in this process; return what it then finds by the column that is new."""
    schema = replace(_NEW, version=version)
    with closing(_open(url, schema)) as store:
        found = store.transact(lambda rows: rows.count(DELIVERIES, {"destination": "https://x/"}))
        return found, store.transact(lambda rows: rows.count(VERDICTS, {}))


def _open_in_processes(url: str, version: int) -> list[tuple[int, int]]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_PROCESSES, mp_context=context) as pool:
        urls, versions = [url] * _PROCESSES, [version] * _PROCESSES
        return list(pool.map(_open_and_count, urls, versions))


def test_tables_do_not_change_without_a_new_version() -> None:
    """Whoever changes what is looked up raises the version and this hash, in one change."""
    described = [(each.name, each.key, each.columns, each.indexes) for each in TABLES]
    assert (SCHEMA.version, hash_text(repr(described))[:16]) == (2, "39926501872a3b06")


@on_disk
def test_C17_an_older_database_gets_what_it_lacks(make_url: Callable[[], str]) -> None:
    """Tables, columns and indexes are added, and old rows are found by the columns that are new."""
    url = make_url()
    # More than are written again at once.
    old = [make_delivery(each, destination=f"https://{each % 3}/") for each in range(1_100)]
    with closing(_open(url, _OLD)) as store:

        def fill(rows: Transaction) -> None:
            for each in old:
                rows.put(_OLD_DELIVERIES, each)

        store.transact(fill)
    with closing(_open(url, _NEW)) as store:
        where = {"destination": "https://2/"}
        found = store.transact(lambda rows: rows.select(DELIVERIES, where))
        assert found == old[2::3]
        store.transact(lambda rows: rows.put(VERDICTS, SAMPLES["verdicts"]))


@on_disk
def test_C17_processes_that_open_a_new_database_at_once_wait(make_url: Callable[[], str]) -> None:
    """One makes the tables, the others find them."""
    assert _open_in_processes(make_url(), 2) == [(0, 0)] * _PROCESSES


@on_disk
def test_C17_processes_that_migrate_at_once_wait(make_url: Callable[[], str]) -> None:
    """One adds what is new, the others find it done, and the rows in it."""
    url = make_url()
    with closing(_open(url, _OLD)) as store:
        delivery = make_delivery(1, destination="https://x/")
        store.transact(lambda rows: rows.put(_OLD_DELIVERIES, delivery))
    assert _open_in_processes(url, 2) == [(1, 0)] * _PROCESSES


@on_disk
def test_C17_a_newer_database_is_refused(make_url: Callable[[], str]) -> None:
    """A program that knows less would write rows that the newer one cannot use."""
    url = make_url()
    _open(url, _STRICT).close()
    with pytest.raises(StoreError, match="the database has version 3, and this program knows 2"):
        _open(url, _NEW)


@on_disk
def test_C49_an_older_program_goes_on_while_it_may(make_url: Callable[[], str]) -> None:
    """Beside a newer one that only added something, it reads and writes, and can be restarted."""
    url = make_url()
    fact, other = Fact(name="old", value="1"), Fact(name="new", value="2")
    with closing(_open(url, _OLD)) as old, closing(_open(url, _NEW)) as new:
        old.transact(lambda rows: rows.put(FACTS, fact))
        new.transact(lambda rows: rows.put(FACTS, other))
        delivery = make_delivery(1, next_attempt_at=NOON)
        old.transact(lambda rows: rows.put(_OLD_DELIVERIES, delivery))
        assert new.transact(lambda rows: rows.find(DELIVERIES, delivery.id)) == delivery
    with closing(_open(url, _OLD)) as old:
        assert old.transact(lambda rows: rows.select(FACTS, {})) == [other, fact]


@on_disk
def test_C49_an_older_program_stops_when_it_must(make_url: Callable[[], str]) -> None:
    """The database says which version a program needs, and one that runs asks each time."""
    url = make_url()
    with closing(_open(url, _OLD)) as old:
        _open(url, _STRICT).close()
        with pytest.raises(StoreUnavailable) as caught:
            old.transact(lambda rows: rows.put(FACTS, Fact(name="a", value="1")))
    told = caught.value
    assert (find_status(told), str(told)) == (
        503,
        "the database belongs to a newer version of changetrack by now; update this server",
    )
    with closing(_open(url, _STRICT)) as strict:
        assert strict.transact(lambda rows: rows.count(FACTS, {})) == 0


def test_C17_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    """All of it is one transaction: the old program finds its tables, and nothing else."""
    path = tmp_path / "x.db"
    with closing(SqliteStore(path, reserve_bytes=0, schema=_OLD)) as old:
        old.transact(lambda rows: rows.put(_OLD_DELIVERIES, make_delivery(1)))
        before = path.read_bytes()
        broken = replace(DELIVERIES, indexes=(("no such column",),))
        with pytest.raises(KeyError, match="no such column"):
            SqliteStore(path, reserve_bytes=0, schema=replace(_NEW, tables=(*TABLES, broken)))
        assert old.transact(lambda rows: rows.count(_OLD_DELIVERIES, {})) == 1
    assert path.read_bytes() == before
