"""Checks that are interrupted: by a death, by a stop, by time, by a database, by somebody else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import pytest

from changetrack import ChangeTrackError
from changetrack.monitor.checks import claim_check
from changetrack.monitor.models import Check, Page, Summary
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import CHECKS, PAGES, Table
from changetrack_server.monitor.store import StoreBusy, StoreFull
from changetrack_server.monitor.store.errors import StoreUnavailable
from tests.monitor.engine.houses import File, Files, House, open_house, write_page
from tests.monitor.engine.test_crawls import make_shop
from tests.monitor.lives.boundaries import Boundaries, BoundStore, BoundTransaction
from tests.monitor.makers import LEASE, find_monitor, tell_nobody
from tests.server.http.live import eventually

R = TypeVar("R")


class _DeathError(Exception):
    """A process that ends: nothing that it did in its transaction is kept."""


class _FrailTransaction(BoundTransaction):
    def __init__(self, inner: Transaction, store: FrailStore) -> None:
        super().__init__(inner, Boundaries())
        self._store = store

    def put(self, table: Table[R], record: R) -> None:
        """Write, or die of it."""
        self._store.meet(record)
        super().put(table, record)


class FrailStore(BoundStore):
    """A store in which `fault` befalls the writing of pages, from one on and so many times.

    For good it is gone after that: whoever is dead does not even clean up.
    """

    def __init__(
        self, inner: Store, fault: Exception, *, page: int = 1, times: int = 10**6
    ) -> None:
        super().__init__(inner, Boundaries())
        self._fault = fault
        self._pages = page
        self._times = times
        self._is_dead = False

    def transact(self, work: Callable[[Transaction], Any]) -> Any:  # noqa: ANN401 - whatever it does
        """Run a transaction, as long as there is anybody."""
        if self._is_dead:
            raise self._fault
        return super().transact(work)

    def meet(self, record: object) -> None:
        """Let a row be written, or not."""
        if not isinstance(record, Page):
            return
        self._pages -= 1
        if self._pages < 1 and self._times > 0:
            self._times -= 1
            self._is_dead = isinstance(self._fault, _DeathError)
            raise self._fault

    def _bind(self, transaction: Transaction) -> Transaction:
        return _FrailTransaction(transaction, self)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something comes true, while everything else goes on."""
    assert await anyio.to_thread.run_sync(eventually, holds)


def die_at(house: House, page: int) -> None:
    """Have a worker take the check, and die of its nth page."""
    engine = house.make_engine(FrailStore(house.store, _DeathError(), page=page))
    with pytest.raises(BaseExceptionGroup):
        house.take(engine)


def take_over(house: House) -> Check:
    """Let the lease run out, and have somebody else finish the check."""
    house.clock.advance(seconds=house.services.settings.lease_seconds + 1)
    ended = house.take()
    assert ended is not None
    return ended


@pytest.mark.parametrize("page", [1, 2, 4, 7])
def test_C3_C4_a_crawl_goes_on_where_its_worker_died(house: House, page: int) -> None:
    """Pages that are done are not asked for again; the same set is found, and none twice."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.queue()
    die_at(house, page)
    done = set(house.fates(house.find_last()))
    assert len(done) == page - 1
    house.site.visits.clear()
    ended = take_over(house)
    assert (ended.status, ended.attempts) == ("completed", 2)
    assert sorted(house.site.visits) == sorted(set(make_shop()) - done)
    assert house.fates(ended) == dict.fromkeys(make_shop(), "new")
    assert ended.summary == Summary(total_pages=7, new=7)
    assert ended.actual_credits == 7


def test_C4_a_page_that_changed_since_it_was_done_is_as_it_was_seen(house: House) -> None:
    """What leads on from a page that is done is what it led to then."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.queue()
    die_at(house, 5)
    done = house.fates(house.find_last())
    assert set(done) >= {"/", "/a", "/b"}
    house.site.files["/b"] = write_page("Section b leads nowhere by now.")
    ended = take_over(house)
    assert house.fates(ended) == dict.fromkeys(make_shop(), "new")
    assert house.fates()["/b"] == "changed"


def test_C42_a_check_that_ends_each_worker_fails_and_the_next_slot_runs(house: House) -> None:
    """After three of them; the monitor is free, and what comes next is as ever."""
    house.site.files = make_shop()
    monitor = house.watch(house.crawl())
    house.schedule(monitor)
    assert house.portal.call(house.engine.plan) == 1
    for _ in range(3):
        die_at(house, 1)
        house.clock.advance(seconds=121)
    assert house.take() is None
    (poison,) = house.list_checks()
    assert (poison.status, poison.error_code) == ("failed", "worker_lost")
    assert find_monitor(house.store).current_check_id is None
    house.clock.advance(minutes=30)
    assert house.portal.call(house.engine.plan) == 1
    ended = house.take()
    assert ended is not None
    assert (ended.status, ended.trigger, ended.summary.new) == ("completed", "scheduled", 7)


def test_a_worker_that_is_told_to_stop_gives_its_check_back(house: House) -> None:
    """It can be taken at once, and the try does not count: restarts are no poison."""
    house.site.files = make_shop()
    house.site.silent = {"/b"}
    house.watch(house.crawl())
    house.queue()

    async def work_and_stop() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(house.engine.run_next)
            await until(lambda: "/b" in house.site.visits)
            group.cancel_scope.cancel()

    for number in range(1, 6):
        house.site.visits.clear()
        house.portal.call(work_and_stop)
        check = house.find_last()
        assert (check.status, check.attempts, check.releases) == ("running", number, number)
        assert check.lease_until == house.clock()
    house.site.silent = set()
    ended = house.take()
    assert ended is not None
    assert (ended.status, ended.summary.new) == ("completed", 7)


class _SlowStore(BoundStore):
    """A store that does what it is told, and says so only later."""

    def __init__(self, inner: Store) -> None:
        super().__init__(inner, Boundaries())
        self.is_done = threading.Event()
        self.gate = threading.Event()

    def transact(self, work: Callable[[Transaction], Any]) -> Any:  # noqa: ANN401 - whatever it does
        """Run a transaction, and wait."""
        made = super().transact(work)
        self.is_done.set()
        self.gate.wait()
        return made


def test_a_worker_that_is_stopped_while_it_takes_a_check_gives_it_back(house: House) -> None:
    """It was taken, though whoever took it has not heard of it yet."""
    house.watch(house.target("/a"))
    house.queue()
    slow = _SlowStore(house.store)
    engine = house.make_engine(slow)

    async def take_and_stop() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(engine.run_next)
            await until(slow.is_done.is_set)
            group.cancel_scope.cancel()
            slow.gate.set()

    house.portal.call(take_and_stop)
    check = house.find_last()
    assert (check.status, check.attempts, check.releases) == ("running", 1, 1)
    assert check.lease_until == house.clock()
    assert house.site.visits == []


def test_a_check_that_takes_too_long_is_partial_with_what_it_has(store: Store) -> None:
    """It says why, nothing is removed, and the site is not called down."""
    with open_house(store, make_shop(), check_seconds=0.5) as house:
        house.watch(house.crawl())
        assert house.run().status == "completed"
        house.site.silent = {"/b"}
        slow = house.run()
        assert (slow.status, slow.error_code, slow.is_site_down) == (
            "partial",
            "check_timeout",
            False,
        )
        assert house.fates(slow) == {"/": "same", "/a": "same"}
        house.site.silent = set()
        assert set(house.fates().values()) == {"same"}


def test_a_check_that_takes_too_long_and_has_nothing_has_failed(store: Store) -> None:
    """Not even an error of a page is something."""
    files: Files = {"/b": File("Oh.", status=500)}
    with open_house(store, files, check_seconds=0.5) as house:
        house.site.silent = {"/a"}
        house.watch(house.target("/a"))
        assert (house.run().status, find_monitor(store).failures) == ("failed", 1)
        house.watch(house.target("/b", "/a"))
        slow = house.run()
        assert (slow.status, slow.error_code, house.fates(slow)) == (
            "failed",
            "check_timeout",
            {"/b": "error"},
        )


def test_a_check_that_is_worked_on_is_not_taken_over(store: Store) -> None:
    """Its worker says so again and again, also while it waits for a page."""
    with open_house(store, {"/a": write_page("One.")}, lease_seconds=0.2) as house:
        house.site.silent = {"/a"}
        house.watch(house.target("/a"))
        check = house.queue()

        def is_extended() -> bool:
            found = house.find(check)
            return found.lease_until is not None and found.lease_until > house.clock()

        async def stop_when_seen() -> None:
            async with anyio.create_task_group() as group:
                group.start_soon(house.engine.run_next)
                await until(lambda: "/a" in house.site.visits)
                for _ in range(3):
                    house.clock.advance(hours=1)
                    await until(is_extended)
                group.cancel_scope.cancel()

        house.portal.call(stop_when_seen)
        assert house.find(check).attempts == 1


def test_C7_whoever_lost_the_check_ends_quietly_and_writes_nothing(house: House) -> None:
    """Somebody else took it over meanwhile; there is one row of each page, and one end."""
    house.site.files = {"/": write_page("Root.", "/a"), "/a": write_page("A.")}
    house.watch(house.crawl())
    check = house.queue()
    is_taken: list[Check | None] = []

    async def steal(path: str) -> None:
        if path != "/a" or is_taken:
            return
        later = house.clock() + 2 * LEASE
        is_taken.append(
            house.store.transact(
                lambda each: claim_check(each, now=later, lease=LEASE, tell=tell_nobody)
            )
        )

    house.site.watch = steal
    late = house.take()
    assert late is not None
    assert (late.id, late.finished_at) == (check.id, None)
    now = house.find(check)
    assert (now.status, now.attempts, house.fates(now)) == ("running", 2, {"/": "new"})
    house.clock.advance(seconds=400)
    ended = house.take()
    assert ended is not None
    assert (ended.status, ended.attempts) == ("completed", 3)
    assert house.fates(ended) == {"/": "new", "/a": "new"}


def test_C6_two_engines_at_once_never_run_the_same_check(house: House) -> None:
    """Each check has one worker, and each page is asked for once."""
    house.site.files = {f"/{number}": write_page(f"Page {number}.") for number in range(12)}
    for number in range(12):
        house.plant(f"m{number:02}", house.target(f"/{number}"))
    other = house.make_engine()

    async def work(times: int) -> None:
        async with anyio.create_task_group() as group:
            for engine in (house.engine, other) * times:
                group.start_soon(engine.run_next)

    house.portal.call(work, 8)
    checks = house.list_checks()
    assert [(check.status, check.attempts) for check in checks] == [("completed", 1)] * 12
    assert sorted(house.site.visits) == sorted(house.site.files)


@pytest.mark.parametrize("fault", [StoreBusy(), StoreFull()], ids=["busy", "full"])
def test_C13_C14_a_check_whose_page_cannot_be_kept_is_given_back(
    house: House, fault: ChangeTrackError
) -> None:
    """It is no fault of the check: whoever takes it next goes on, and it is no poison."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.queue()
    engine = house.make_engine(FrailStore(house.store, fault, page=3, times=5))
    for number in range(1, 6):
        with pytest.raises(type(fault)):
            house.take(engine)
        check = house.find_last()
        assert (check.status, check.releases, check.lease_until) == (
            "running",
            number,
            house.clock(),
        )
    ended = house.take(engine)
    assert ended is not None
    assert (ended.status, ended.summary.new) == ("completed", 7)


def test_a_check_of_a_database_that_is_gone_waits_for_its_lease(house: House) -> None:
    """Whether it was kept that the check is given back, nobody knows; then it counts as a try."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.queue()
    engine = house.make_engine(FrailStore(house.store, StoreUnavailable(), page=3, times=1))
    with pytest.raises(StoreUnavailable):
        house.take(engine)
    check = house.find_last()
    assert (check.status, check.releases) == ("running", 0)
    assert house.take() is None
    assert take_over(house).status == "completed"


class _ForgetfulStore(FrailStore):
    """A store that is busy whenever a check is written, while it is so told."""

    is_busy = False
    beats = 0

    def meet(self, record: object) -> None:
        """Refuse the beats of a check."""
        if self.is_busy and isinstance(record, Check):
            self.beats += 1
            raise StoreBusy


def test_C13_a_lease_that_cannot_be_extended_once_does_not_end_the_check(store: Store) -> None:
    """There are more chances before it is over."""
    with open_house(store, {"/a": write_page("One.")}, lease_seconds=0.2) as house:
        frail = _ForgetfulStore(store, StoreBusy())
        engine = house.make_engine(frail)
        house.watch(house.target("/a"))
        house.queue()

        async def wait_for_beats(_: str) -> None:
            frail.is_busy = True
            await until(lambda: frail.beats >= 2)
            frail.is_busy = False

        house.site.watch = wait_for_beats
        ended = house.take(engine)
        assert ended is not None
        assert (ended.status, ended.attempts) == ("completed", 1)


def test_rows_of_pages_are_those_of_one_check(house: House) -> None:
    """However often it is taken over, each page has one row, in the order in which it was done."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.queue()
    die_at(house, 2)
    house.clock.advance(seconds=121)
    die_at(house, 2)
    ended = take_over(house)
    assert [page.position for page in house.list_pages(ended)] == list(range(7))
    assert house.store.transact(lambda each: each.count(PAGES, {})) == 7
    assert house.store.transact(lambda each: each.count(CHECKS, {})) == 1
    assert replace(ended.summary, new=0) == Summary(total_pages=7)
