"""The loops: what they do by themselves, what they survive, and how they end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import anyio
import pytest
from anyio.from_thread import start_blocking_portal

from changetrack import ChangeTrackError
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Check, Fact
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.schedule import Schedule
from changetrack.monitor.tables import CHECKS, FACTS, MONITORS
from changetrack_server.monitor.store import StoreBusy, StoreFull, open_store
from changetrack_server.monitor.store.errors import StoreUnavailable
from changetrack_server.monitor.store.files import name_reserve
from changetrack_server.monitor.store.sqlite import SqliteStore
from changetrack_server.services import read_clock
from tests.monitor.engine.houses import Files, serve_site, write_page
from tests.monitor.engine.orchestras import (
    Life,
    MoodyStore,
    living,
    long_ago,
    make_orchestra,
    read_metric,
)
from tests.monitor.makers import find_monitor, make_monitor, put_monitor
from tests.server.http.live import eventually

_FILES: Files = {"/": write_page("Root.")}
# A route answers, and the check begins. Loops that nobody wakes look every five seconds; on a busy
# machine, everything else may take most of a second.
_AT_ONCE = timedelta(seconds=1)


_COUNTED = (
    'changetrack_checks_total{status="completed"}',
    "changetrack_check_lateness_seconds_count",
)


@pytest.fixture
def kept() -> Iterator[Store]:
    """Return an empty store in memory."""
    store = MemoryStore(threading.RLock())
    yield store
    store.close()


def test_what_is_due_is_done_without_anybody(store: Store) -> None:
    """Slot after slot, each once, in time; and it is counted."""
    with living(store, _FILES) as life:
        life.watch(seconds=1)
        assert life.has_ended(3)
        checks = life.list_ended()
        # What is counted is counted once its row is kept.
        for name in _COUNTED:
            assert eventually(partial(is_counted, life, name, 3)), name
    slots = [check.scheduled_for for check in checks]
    assert len(set(slots)) == len(slots)
    for check in checks:
        assert check.scheduled_for is not None
        assert check.started_at is not None
        assert check.started_at - check.scheduled_for < timedelta(seconds=2)
    assert {check.status for check in checks} == {"completed"}
    monitor = find_monitor(store, "m")
    assert monitor.next_run_at is not None
    assert monitor.next_run_at > checks[-1].created_at


def is_counted(life: Life, name: str, least: int) -> bool:
    """Tell whether a number has come to so many."""
    return read_metric(life.orchestra, name) >= least


def test_C9_after_a_downtime_one_check_stands_for_all(kept: Store) -> None:
    """It begins at once when somebody is there again."""
    with living(kept, _FILES) as life:
        life.watch(seconds=3600, ago=6 * 3600 + 60)
        life.portal.call(life.orchestra.wake)
        assert life.has_ended(1)
        (check,) = life.list_checks()
    assert (check.missed_slots, check.status) == (6, "completed")


def test_a_run_that_somebody_asks_for_begins_at_once(kept: Store) -> None:
    """However long the loops would have waited."""
    with living(kept, _FILES) as life:
        life.watch(seconds=0)
        waits = []
        for number in range(1, 6):
            life.run()
            assert life.has_ended(number)
            ended = life.list_ended()[-1]
            assert ended.started_at is not None
            waits.append(ended.started_at - ended.created_at)
    assert sorted(waits)[2] < _AT_ONCE, waits


def test_checks_run_next_to_each_other_and_no_more_than_there_is_room_for(kept: Store) -> None:
    """A slow site holds up its own check only."""
    with living(kept, _FILES, max_checks=3) as life:
        life.site.silent = {"/slow"}
        life.watch("slow", "/slow", seconds=0)
        life.run("slow")
        assert eventually(lambda: "/slow" in life.site.visits)
        life.watch("quick", seconds=0)
        life.run("quick")
        assert life.has_ended(1, "quick")
        assert [check.status for check in life.list_checks("slow")] == ["running"]


def test_C41_many_that_are_due_at_once_are_done_so_many_at_a_time(kept: Store) -> None:
    """None is missed, and the site never sees more than the settings say."""
    under_way: list[int] = []
    here = threading.Semaphore(0)
    count = 0

    with living(kept, {}, max_checks=3, key_requests_per_minute=0) as life:
        names = [f"m{number:02}" for number in range(24)]
        life.site.files |= {f"/{name}": write_page(f"Page {name}.") for name in names}

        async def watch(path: str) -> None:
            nonlocal count
            if path == "/robots.txt":
                return
            count += 1
            under_way.append(count)
            await anyio.sleep(0.01)
            count -= 1
            here.release()

        life.site.watch = watch
        for name in names:
            life.watch(name, f"/{name}", seconds=3600, ago=60)
        life.portal.call(life.orchestra.wake)
        assert eventually(lambda: all(life.list_ended(name) for name in names))
        assert all(len(life.list_checks(name)) == 1 for name in names)
    assert max(under_way) <= 3
    assert len(under_way) == 24


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (StoreBusy("others"), "database_busy"),
        (StoreFull("no room"), "storage_full"),
        (StoreUnavailable("gone"), "database_unavailable"),
    ],
)
def test_C13_C14_loops_survive_a_store_that_fails_for_a_while(
    kept: Store, fault: ChangeTrackError, reason: str
) -> None:
    """They say so, count it, and go on when it is over; no slot is lost."""
    moody = MoodyStore(kept)
    with living(moody, _FILES, kept=kept) as life:
        life.watch(seconds=1)
        assert life.has_ended(1)
        moody.mood = fault
        assert eventually(lambda: moody.failures >= 3)
        moody.mood = None
        before = len(life.list_ended())
        life.portal.call(life.orchestra.wake)
        assert life.has_ended(before + 1)
        assert eventually(lambda: life.count_troubles(reason) >= 1)
        checks = life.list_checks()
    # A slot has a row, whether it ran or came while the check before it still did; or it passed
    # while nobody could write one, and is counted by the row of the next.
    slots = [check.scheduled_for for check in checks if check.scheduled_for]
    answered = sum(1 + check.missed_slots for check in checks)
    assert len(set(slots)) == len(slots) == len(checks)
    assert answered == (max(slots) - min(slots)).total_seconds() + 1


def test_loops_survive_a_step_that_breaks(kept: Store, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever it is: it is said, and everything goes on."""
    moody = MoodyStore(kept)
    with living(moody, _FILES, kept=kept) as life:
        life.watch(seconds=1)
        assert life.has_ended(1)
        moody.mood = RuntimeError("a mistake of ours")
        assert eventually(lambda: moody.failures >= 3)
        moody.mood = None
        before = len(life.list_ended())
        life.portal.call(life.orchestra.wake)
        assert life.has_ended(before + 1)
    assert "loop failed" in caplog.text


def test_C14_a_full_database_makes_room_for_itself(folder: Path) -> None:
    """The reserve is let go, what is old is deleted, checks go on, and reading never stopped."""
    path = folder / "monitors.db"
    with ExitStack() as stack:
        store = SqliteStore(path, reserve_bytes=2**16)
        stack.callback(store.close)
        life = stack.enter_context(living(store, _FILES))
        life.watch("old", seconds=0)
        life.watch(seconds=1)
        assert life.has_ended(1)
        assert name_reserve(path).exists()
        # Nobody sweeps now for an hour; and only now there is something to be swept.
        store.transact(write_old_checks)
        store.transact(lambda _: limit_pages(store, more=20))
        fill(store)
        assert eventually(lambda: life.count_troubles("storage_full") >= 1)
        assert eventually(lambda: not name_reserve(path).exists())
        assert eventually(lambda: not life.list_checks("old"))
        before = len(life.list_ended())
        assert life.has_ended(before + 2)


def write_old_checks(transaction: Transaction) -> None:
    """Write checks that nobody has to keep any more, and that take much room."""
    then = long_ago(90)
    for number in range(200):
        check = Check(
            id=f"old {number}",
            monitor_id="old",
            owner="local",
            status="failed",
            trigger="manual",
            created_at=then,
            finished_at=then,
            updated_at=then,
            error="x" * 2_000,
        )
        transaction.put(CHECKS, check)


def limit_pages(store: SqliteStore, more: int) -> None:
    """Let the file become no larger than by so many pages."""
    execute = store._connection.execute
    pages = execute("PRAGMA page_count").fetchone()[0]
    execute(f"PRAGMA max_page_count = {pages + more}")


def fill(store: SqliteStore) -> None:
    """Write until nothing fits any more; all can be read."""
    for size in (2_000, 500, 50):
        for number in range(10_000):
            name = f"{size} {number}"

            def write(transaction: Transaction, name: str = name, size: int = size) -> None:
                transaction.put(FACTS, Fact(name=name, value="x" * size))

            try:
                store.transact(write)
            except StoreFull:
                break
    assert store.transact(lambda each: each.count(CHECKS, {"monitor_id": "old"})) == 200


def test_what_is_old_is_swept(store: Store) -> None:
    """By itself, when a process begins."""
    put_monitor(store, make_monitor(id="old", next_run_at=None))
    store.transact(write_old_checks)
    with living(store, _FILES) as life:
        assert eventually(lambda: not life.list_checks("old"))


def test_slots_follow_time_zones_that_have_changed(kept: Store) -> None:
    """What was planned under the rules of yesterday is planned anew when a process begins."""
    schedule = Schedule(cron="0 12 * * *", timezone="Europe/Berlin")
    monitor = make_monitor(next_run_at=read_clock() + timedelta(hours=100), status="active")
    config = replace(monitor.config, schedule=schedule)
    put_monitor(kept, replace(monitor, config=config))
    with living(kept, _FILES):
        assert eventually(lambda: find_next(kept) <= read_clock() + timedelta(hours=25))
    assert (find_next(kept).minute, find_next(kept).second) == (0, 0)


def find_next(store: Store) -> datetime:
    """Return when the one monitor is due."""
    due = find_monitor(store).next_run_at
    assert due is not None
    return due


def test_a_process_that_ends_gives_its_checks_back(store: Store) -> None:
    """Whoever comes next takes them at once, and finds the pages that are done."""
    files: Files = {**_FILES, "/a": write_page("A.")}
    with living(store, files, check_pages=1) as life:
        life.site.silent = {"/a"}
        life.watch("m", "/", "/a", seconds=0)
        life.run()
        assert eventually(lambda: "/a" in life.site.visits)
    (check,) = life.list_checks()
    assert (check.status, check.attempts, check.releases) == ("running", 1, 1)
    with living(store, files) as life:
        # The site is another one now, at another port: what is left cannot be had, but is tried.
        assert eventually(lambda: bool(life.list_ended()))
        (ended,) = life.list_ended()
    assert (ended.attempts, ended.summary.new, ended.summary.error) == (2, 1, 1)


def test_C6_two_processes_share_a_database(folder: Path) -> None:
    """Each slot is done once, whoever does it."""
    url = f"sqlite:///{folder}/monitors.db"
    with ExitStack() as stack:
        stores = [open_store(url, reserve_bytes=0) for _ in range(2)]
        for store in stores:
            stack.callback(store.close)
        life = stack.enter_context(living(stores[0], _FILES))
        other = make_orchestra(life.site, stores[1])
        portal = stack.enter_context(start_blocking_portal())
        stack.enter_context(portal.wrap_async_context_manager(other.run()))
        for number in range(6):
            life.watch(f"m{number}", seconds=1)
        assert eventually(
            lambda: all(len(life.list_ended(f"m{number}")) >= 3 for number in range(6))
        )
        checks = [check for number in range(6) for check in life.list_checks(f"m{number}")]
    slots = [(check.monitor_id, check.scheduled_for) for check in checks]
    assert len(set(slots)) == len(slots)
    assert {check.attempts for check in checks if check.status == "completed"} == {1}


def test_the_key_of_an_installation_is_made_once(folder: Path) -> None:
    """Two processes that begin at the same moment have the same one, and so has the next."""
    url = f"sqlite:///{folder}/monitors.db"
    open_store(url, reserve_bytes=0).close()
    gate = threading.Barrier(4)
    keys: list[str] = []

    with serve_site() as site:

        def begin() -> None:
            store = open_store(url, reserve_bytes=0)
            orchestra = make_orchestra(site, store)
            gate.wait()
            anyio.run(orchestra.open)
            keys.append(orchestra.signing_key)
            orchestra.close()

        threads = [threading.Thread(target=begin) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    (key,) = set(keys)
    assert len(keys) == 4
    assert len(key) == 43


def test_C42_a_check_that_cost_three_workers_ends_by_itself(kept: Store) -> None:
    """And the monitor goes on with the next slot."""
    with living(kept, _FILES) as life:
        monitor = life.watch(seconds=1, ago=5)
        then = long_ago(1)
        poison = Check(
            id="poison",
            monitor_id="m",
            owner="local",
            status="running",
            trigger="scheduled",
            config=monitor.config,
            created_at=then,
            started_at=then,
            updated_at=then,
            attempts=3,
            lease_until=then,
        )
        kept.transact(lambda each: each.put(CHECKS, poison))
        life.portal.call(life.orchestra.wake)
        assert life.has_ended(2)
        (first, *_) = life.list_checks()
    assert (first.id, first.status, first.error_code) == ("poison", "failed", "worker_lost")


def test_nothing_is_left_when_it_ends(kept: Store) -> None:
    """No thread and no task goes on after the block."""
    with living(kept, _FILES) as life:
        life.watch(seconds=1)
        assert life.has_ended(1)
    rows = kept.transact(lambda each: (each.select(CHECKS, {}), each.select(MONITORS, {})))
    assert not eventually(
        lambda: (
            kept.transact(lambda each: (each.select(CHECKS, {}), each.select(MONITORS, {}))) != rows
        ),
        seconds=1.2,
    )
