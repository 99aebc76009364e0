"""Every store keeps the laws that `changetrack.testing` has for stores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial

import pytest

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import TABLES
from changetrack.testing import STORE_LAWS, STORE_RACES, StoreLaw, StoreRace
from changetrack.testing.rows import SAMPLES
from changetrack_server.monitor.store import open_store

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


class _Forgetful(MemoryStore):
    """Keeps what it wrote before it failed."""

    def transact(self, work):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102
        failures = []

        def swallow(rows: Transaction) -> object:
            try:
                return work(rows)
            except Exception as failure:  # noqa: BLE001 - raised again below
                failures.append(failure)
                return None

        result = super().transact(swallow)
        if failures:
            raise failures[0]
        return result


def test_a_store_that_keeps_half_of_a_failure_is_noticed() -> None:
    """The laws that are about whole transactions fail, the others hold, and the text says why."""
    broken = {}
    for law in STORE_LAWS:
        try:
            law(_Forgetful)
        except AssertionError as error:
            broken[law.__name__] = str(error)
    assert set(broken) == {"keeps_nothing_of_what_fails", "same_as_memory"}
    assert broken["keeps_nothing_of_what_fails"].startswith("afterwards: wanted [Fact(")


def test_a_race_without_isolation_is_noticed() -> None:
    """Runners whose transactions are not held apart lose an increment, and the race says so."""

    class Racing(MemoryStore):
        """Lets others in between the questions of a transaction."""

    store = Racing()
    steps: list[Callable[[], None]] = []

    def interleave(runners: Sequence[Callable[[], None]]) -> None:
        # As if the second one had run between two lines of the first.
        steps.extend(runners)
        runners[0]()

    with pytest.raises(AssertionError, match="the counter: wanted 50, got 25"):
        STORE_RACES[0]([store, store], interleave)
    assert len(steps) == 2
    del partial, replace
