"""Every store keeps the laws that `changetrack.testing` has for stores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from typing import NoReturn, TypeVar

import pytest

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import TABLES
from changetrack.testing import STORE_LAWS, STORE_RACES, StoreLaw, StoreRace
from changetrack.testing.rows import SAMPLES
from changetrack_server.monitor.store import open_store

T = TypeVar("T")

# More than processors, fewer than connections.
_RUNNERS = 4


def _run_together(runners: Sequence[Callable[[], None]]) -> None:
    """Run each in a thread, begin all at the same moment, and raise what one of them raised."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(runners))

    def run(runner: Callable[[], None]) -> None:
        try:
            start.wait(timeout=30)
            runner()
        except BaseException as failure:  # noqa: BLE001 - raised again below
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(runner,)) for runner in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.parametrize("law", STORE_LAWS, ids=lambda law: law.__name__)
def test_a_store_keeps_the_law(law: StoreLaw, make_store: Callable[[], Store]) -> None:
    """Memory, a file and PostgreSQL are one to whoever uses them."""
    law(make_store)


@pytest.mark.parametrize("race", STORE_RACES, ids=lambda race: race.__name__)
def test_C47_threads_share_a_store(race: StoreRace, make_store: Callable[[], Store]) -> None:
    """All threads of a server use one store, and none is in another one's way."""
    with closing(make_store()) as store:
        race([store] * _RUNNERS, _run_together)


@pytest.mark.parametrize("make_url", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("race", STORE_RACES, ids=lambda race: race.__name__)
def test_C6_stores_share_a_database(race: StoreRace, make_url: Callable[[], str]) -> None:
    """Several servers over one database are as one at a time."""
    url = make_url()
    with ExitStack() as stack:
        stores = [
            stack.enter_context(closing(open_store(url, reserve_bytes=0))) for _ in range(_RUNNERS)
        ]
        race(stores, _run_together)


def test_every_table_has_a_sample() -> None:
    """A table without one would be kept by no law."""
    assert set(SAMPLES) == {table.name for table in TABLES}


class _Careless(MemoryStore):
    """Keeps what its work wrote before it failed."""

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Return what `work` returns."""

        def carry(rows: Transaction) -> Callable[[], T]:
            try:
                made = work(rows)
            except Exception as failure:  # noqa: BLE001 - raised again outside
                return partial(_fail, failure)
            return lambda: made

        return super().transact(carry)()


def _fail(failure: Exception) -> NoReturn:
    raise failure


def test_a_store_that_keeps_half_of_a_failure_is_noticed() -> None:
    """The laws that are about whole transactions fail, the others hold, and the text says why."""
    broken = {}
    for law in STORE_LAWS:
        try:
            law(_Careless)
        except AssertionError as error:
            broken[law.__name__] = str(error)
    assert set(broken) == {"keeps_nothing_of_what_fails", "same_as_memory"}
    assert broken["keeps_nothing_of_what_fails"].startswith("afterwards: wanted [Fact(")


def test_a_race_of_stores_that_do_not_see_each_other_is_noticed() -> None:
    """Two that decide on rows of their own both win, and the race says so."""

    def run_in_turn(runners: Sequence[Callable[[], None]]) -> None:
        for runner in runners:
            runner()

    broken = []
    for race in STORE_RACES:
        with pytest.raises(AssertionError) as caught:
            race([MemoryStore(), MemoryStore()], run_in_turn)
        broken.append(str(caught.value))
    assert broken == [
        "the row 'counter' is gone",
        "the row 'account 0' is gone",
        "winners of round 0: wanted 1, got 2",
    ]
