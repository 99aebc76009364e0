"""Transactions of several threads that are kept together, each as if it were alone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from changetrack.monitor.models import Fact
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import FACTS
from changetrack_server.monitor.store import StoreFull, StoreUnavailable
from changetrack_server.monitor.store.sqlite import SqliteStore

Work = Callable[[Transaction], object]

_PATIENCE_SECONDS = 30
# Between two looks at whether all others wait.
_LOOK_SECONDS = 0.001


def _put(rows: Transaction, name: str, size: int = 1) -> str:
    rows.put(FACTS, Fact(name=name, value="x" * size))
    return name


def _fail(rows: Transaction) -> None:
    _put(rows, "failed")
    raise KeyError("mine")


def _names(store: SqliteStore) -> list[str]:
    return [each.name for each in store.transact(lambda rows: rows.select(FACTS, {}))]


def _connection(store: SqliteStore) -> sqlite3.Connection:
    return store._connection


class _Gathering:
    """Runs works in one batch: the first one lingers until all others wait."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.told: dict[int, object] = {}

    def run(self, *works: Work) -> list[object]:
        """Return what became of each: what it returned, or its error."""
        inside = threading.Event()
        first = threading.Thread(
            target=self._do, args=(0, partial(self._linger, works[0], inside, len(works) - 1))
        )
        others = [
            threading.Thread(target=self._do, args=(number, work))
            for number, work in enumerate(works[1:], 1)
        ]
        first.start()
        assert inside.wait(_PATIENCE_SECONDS)
        for thread in others:
            thread.start()
        for thread in (first, *others):
            thread.join(_PATIENCE_SECONDS)
        return [self.told[number] for number in range(len(works))]

    def _linger(
        self, work: Work, inside: threading.Event, others: int, rows: Transaction
    ) -> object:
        inside.set()
        never = threading.Event()
        while self.store._batches._waiting < others:
            never.wait(_LOOK_SECONDS)
        return work(rows)

    def _do(self, number: int, work: Work) -> None:
        try:
            self.told[number] = self.store.transact(work)
        except Exception as error:  # noqa: BLE001 - what is asked for
            self.told[number] = error


def test_works_that_wait_for_each_other_are_committed_once(tmp_path: Path) -> None:
    """A commit waits for the disk, whatever is in it; each gets its own answer."""
    statements: list[str] = []
    with closing(SqliteStore(tmp_path / "x.db", reserve_bytes=0)) as store:
        _connection(store).set_trace_callback(statements.append)
        names = [f"fact {number}" for number in range(5)]
        told = _Gathering(store).run(*(partial(_put, name=name) for name in names))
        _connection(store).set_trace_callback(None)
        assert told == names
        frame = ("BEGIN IMMEDIATE", "SAVEPOINT work", "RELEASE work", "COMMIT")
        assert [statements.count(each) for each in frame] == [1, 4, 4, 1]
        assert _names(store) == names


def test_a_work_that_fails_is_undone_alone(tmp_path: Path) -> None:
    """Whether it comes first, between or last, the others are kept."""
    for place in range(3):
        works: list[Work] = [partial(_put, name="a"), partial(_put, name="b")]
        works.insert(place, _fail)
        with closing(SqliteStore(tmp_path / f"{place}.db", reserve_bytes=0)) as store:
            told = _Gathering(store).run(*works)
            failure = told.pop(place)
            assert (repr(failure), sorted(map(str, told))) == ("KeyError('mine')", ["a", "b"])
            assert _names(store) == ["a", "b"]


def test_a_work_sees_what_the_others_did_before(tmp_path: Path) -> None:
    """They come one after the other, though they are kept at once."""
    with closing(SqliteStore(tmp_path / "x.db", reserve_bytes=0)) as store:

        def count(rows: Transaction) -> int:
            _put(rows, str(threading.get_ident()))
            return rows.count(FACTS, {})

        assert sorted(map(str, _Gathering(store).run(*[count] * 4))) == ["1", "2", "3", "4"]


def test_C14_nobody_is_told_that_a_work_is_kept_before_it_is(tmp_path: Path) -> None:
    """Where there is no room for one, what waited with it is not kept either, and they know."""
    with closing(SqliteStore(tmp_path / "x.db", reserve_bytes=0)) as store:
        _put_alone = store.transact(partial(_put, name="before"))
        pages = _connection(store).execute("PRAGMA page_count").fetchone()[0]
        _connection(store).execute(f"PRAGMA max_page_count = {pages + 2}")
        told = _Gathering(store).run(
            partial(_put, name="small"), partial(_put, name="large", size=100_000)
        )
        kept = [name for name in ("small", "large") if name in told]
        assert isinstance(told[1], StoreFull)
        assert _names(store) == [_put_alone, *kept]


def test_a_commit_that_fails_is_told_to_all(tmp_path: Path) -> None:
    """None of them was kept, and each may come again."""
    with closing(SqliteStore(tmp_path / "x.db", reserve_bytes=0)) as store:

        def break_off(rows: Transaction) -> None:
            _put(rows, "b")
            # As the database does when its disk fails.
            _connection(store).execute("ROLLBACK")

        told = _Gathering(store).run(partial(_put, name="a"), break_off)
        assert [type(each) for each in told] == [StoreUnavailable, StoreUnavailable]
        assert _names(store) == []
        assert store.transact(partial(_put, name="c")) == "c"
        assert _names(store) == ["c"]


def test_who_waits_for_nobody_commits_after_all(tmp_path: Path) -> None:
    """Where the one that was to go on gave up, the batch does not stay open for ever."""
    with closing(SqliteStore(tmp_path / "x.db", reserve_bytes=0)) as store:
        # As if somebody had been counted, and was gone when the lock was free.
        store._batches._waiting += 1
        assert store.transact(partial(_put, name="a")) == "a"
        store._batches._waiting -= 1
        assert _names(store) == ["a"]


def test_closing_commits_what_waits(tmp_path: Path) -> None:
    """A batch that is open when the store is closed is kept."""
    path = tmp_path / "x.db"
    store = SqliteStore(path, reserve_bytes=0)
    thread = threading.Thread(target=store.transact, args=(partial(_put, name="a"),))
    store._batches._waiting += 1
    thread.start()
    thread.join(_PATIENCE_SECONDS)
    store.close()
    with closing(SqliteStore(path, reserve_bytes=0)) as again:
        assert _names(again) == ["a"]


def test_an_interrupted_commit_leaves_nothing_open(tmp_path: Path) -> None:
    """The next transaction begins as ever."""
    with closing(SqliteStore(tmp_path / "x.db", reserve_bytes=0)) as store:
        _connection(store).execute("BEGIN IMMEDIATE")
        _connection(store).execute("DELETE FROM facts")
        assert store.transact(partial(_put, name="a")) == "a"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()])
def test_who_is_interrupted_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    """Not only errors undo a work."""

    def interrupt(rows: Transaction) -> None:
        _put(rows, "a")
        raise error

    with closing(SqliteStore(tmp_path / "x.db", reserve_bytes=0)) as store:
        with pytest.raises(type(error)):
            store.transact(interrupt)
        assert _names(store) == []
