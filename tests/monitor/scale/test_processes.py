"""Several processes on one database: killed, frozen, cut off, told to stop, too old."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import anyio
import httpx2
import psycopg
import pytest

from changetrack.errors import CheckInFlight
from changetrack.monitor.commands import run_monitor
from changetrack.monitor.models import Check
from changetrack.monitor.owners import find_monitor
from changetrack.monitor.planning import materialise_due
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import BASELINES, CHECKS, DELIVERIES, MONITORS, PAGES, SNAPSHOTS
from changetrack_server.app import create_app
from changetrack_server.monitor.queue.durable import ProcrastinateQueue
from changetrack_server.monitor.queue.port import Kind
from changetrack_server.monitor.store.postgres import PostgresStore
from changetrack_server.monitor.store.schema import Schema
from changetrack_server.monitor.worker import run_worker
from changetrack_server.settings import SettingsError, read_settings
from tests.monitor.postgres import Cluster
from tests.monitor.scale.crews import (
    PATIENCE_SECONDS,
    Installation,
    audit,
    count_ended,
    is_quiet,
    make_due,
    make_installation,
    plant_monitors,
    read_all,
    seconds_ago,
    wait_until,
)
from tests.monitor.scale.held import hold_page
from tests.server.serving import serve

MONITORS_AT_ONCE = 24


def call(url: str, kind: Kind, *ids: str) -> int:
    """Write jobs, so that nobody waits for the next tick."""

    async def run() -> int:
        queue = ProcrastinateQueue(url, checks=1, drain_seconds=1)
        try:
            return await queue.enqueue(kind, ids or ("",))
        finally:
            await queue.stop()

    return anyio.run(run)


def at_once(*works: Callable[[], None]) -> None:
    """Do things at the same time."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        gate.wait()
        work()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_C1_C6_workers_are_killed_and_the_database_restarted_and_nothing_is_lost(
    cluster: Cluster,
) -> None:
    """Every slot has one check, every page one row, every message arrives, with the same bytes."""
    with make_installation(cluster.create_database()) as crew:
        store = crew.open()
        first = crew.start()
        crew.start()
        slots = [seconds_ago(60), seconds_ago(30)]
        plant_monitors(store, crew.site, MONITORS_AT_ONCE, pages=3, due=slots[0])
        call(crew.url, "tick")
        wait_until(lambda: count_ended(store) >= 4)
        first.process.kill()
        crew.launch()
        wait_until(lambda: count_ended(store) == MONITORS_AT_ONCE)
        make_due(store, slots[1])
        call(crew.url, "tick")
        wait_until(lambda: count_ended(store) >= MONITORS_AT_ONCE + 4)
        cluster.restart()
        wait_until(lambda: count_ended(store) == 2 * MONITORS_AT_ONCE)
        wait_until(lambda: is_quiet(store))
        assert audit(store, crew.sink, slots, pages=3) == []
        before = [read_all(store, table) for table in (CHECKS, PAGES, BASELINES, DELIVERIES)]
        # Jobs for checks that are over find nothing to do.
        ended = [check.id for check in read_all(store, CHECKS)]
        assert call(crew.url, "check", *ended) == len(ended)
        wait_until(lambda: count_check_jobs(crew.url) == 0)
        assert [
            read_all(store, table) for table in (CHECKS, PAGES, BASELINES, DELIVERIES)
        ] == before
        assert [worker.end() for worker in crew.workers[1:]] == [0, 0]
        assert [cluster.password in worker.log.read_text() for worker in crew.workers] == [
            False
        ] * 3


def count_check_jobs(url: str) -> int:
    """Return how many jobs for checks wait; none before there is a queue."""
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(
                "SELECT count(*) FROM changetrack_queue.procrastinate_jobs"
                " WHERE task_name = 'check' AND status = 'todo'"
            ).fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
    assert row is not None
    return int(row[0])


def plant_held(crew: Installation, site: str) -> None:
    """Write one monitor of one page of a site, and call for somebody."""
    store = crew.open()
    plant_monitors(store, site, 1, pages=1, due=seconds_ago(1), has_hook=False)
    call(crew.url, "tick")


def read_check(crew: Installation) -> Check:
    """Return the only check."""
    (check,) = read_all(crew.open(), CHECKS)
    return check


def test_C7_a_worker_that_wakes_after_its_lease_writes_nothing(url: str) -> None:
    """Somebody else has done its check, and it finds out before it writes."""
    with hold_page() as held, make_installation(url) as crew:
        frozen = crew.start(fetch_ports=port(held.url), max_checks=1)
        plant_held(crew, held.url)
        assert held.arrived.wait(PATIENCE_SECONDS)
        frozen.send(signal.SIGSTOP)
        crew.start(fetch_ports=port(held.url))
        store = crew.open()
        wait_until(lambda: count_ended(store) == 1)
        tables = (CHECKS, PAGES, BASELINES, SNAPSHOTS, MONITORS)
        before = [read_all(store, table) for table in tables]
        frozen.send(signal.SIGCONT)
        held.gate.set()
        wait_until(lambda: frozen.has_said("check lost"))
        assert frozen.end() == 0
        assert [read_all(store, table) for table in tables] == before
        assert (read_check(crew).status, read_check(crew).attempts) == ("completed", 2)


def test_a_worker_that_is_told_to_stop_gives_its_checks_back(url: str) -> None:
    """Nobody waits for the lease to run out, and it does not count against the check."""
    with hold_page() as held, make_installation(url) as crew:
        # So long that whoever waited for its end would wait in vain.
        leaving = crew.start(fetch_ports=port(held.url), lease_seconds=600)
        plant_held(crew, held.url)
        assert held.arrived.wait(PATIENCE_SECONDS)
        assert leaving.end() == 0
        given = read_check(crew)
        assert (given.status, given.attempts, given.releases) == ("running", 1, 1)
        assert [each["event"] for each in leaving.read_events()] == [
            "worker ready",
            "worker stops",
            "worker stopped",
        ]
        crew.start(fetch_ports=port(held.url), lease_seconds=600)
        store = crew.open()
        wait_until(lambda: count_ended(store) == 1)
        done = read_check(crew)
        assert (done.status, done.attempts, done.releases) == ("completed", 2, 1)


def port(site: str) -> str:
    """Return the port of a site."""
    return site.rpartition(":")[2]


def test_C49_a_worker_that_is_too_old_takes_nothing(url: str) -> None:
    """It says so and waits; whatever it left undone is there for others."""
    with make_installation(url) as crew:
        worker = crew.start()
        newer = PostgresStore(url, schema=Schema(version=999, min_reader=999))
        crew.stack.callback(newer.close)
        plant_monitors(newer, crew.site, 2, pages=1, due=seconds_ago(1))
        call(url, "tick")
        wait_until(lambda: has_waited(worker.read_events()))
        assert read_all(newer, CHECKS) == []
        # The newer version thinks better of it.
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE changetrack_schema SET min_reader = 1")
        call(url, "tick")
        wait_until(lambda: count_ended(newer) == 2)
        assert worker.end() == 0


def has_waited(events: list[dict[str, str]]) -> bool:
    """Tell whether a worker was told that it is too old."""
    return any(
        each["event"] == "job waits" and "newer version" in each["problem"] for each in events
    )


def test_C2_ticks_at_once_plan_every_slot_once(url: str) -> None:
    """Two processes find the same monitors due, and write one check for each."""
    with make_installation(url) as crew:
        stores = [crew.open(), crew.open()]
        due = seconds_ago(5)
        ids = plant_monitors(stores[0], crew.site, 40, pages=1, due=due)
        planned: list[Check] = []
        now = due + timedelta(seconds=1)

        def plan(number: int) -> None:
            work = partial(materialise_due, now=now, limit=200)
            planned.extend(stores[number].transact(work))

        at_once(partial(plan, 0), partial(plan, 1))
        assert sorted(check.monitor_id for check in planned) == sorted(ids)
        assert sorted(check.monitor_id for check in read_all(stores[0], CHECKS)) == sorted(ids)


def test_C10_of_two_runs_at_once_one_is_refused(url: str) -> None:
    """The second one is told which check is in flight."""
    with make_installation(url) as crew:
        stores = [crew.open(), crew.open()]
        (monitor_id,) = plant_monitors(stores[0], crew.site, 1, pages=1, due=seconds_ago(0))
        begun: list[str] = []
        refused: list[str] = []

        def run(number: int) -> None:
            def work(transaction: Transaction) -> Check:
                monitor = find_monitor(transaction, "local", monitor_id)
                check_id = f"check-{number}"
                return run_monitor(transaction, monitor, check_id=check_id, now=seconds_ago(0))

            try:
                begun.append(stores[number].transact(work).id)
            except CheckInFlight as error:
                refused.append(error.check_id)

        at_once(partial(run, 0), partial(run, 1))
        assert len(begun) == 1
        assert refused == begun


@contextmanager
def serve_monitors(crew: Installation, *, works: bool) -> Iterator[httpx2.Client]:
    """Serve the API on the database of an installation."""
    settings = read_settings(
        {
            "CHANGETRACK_DATABASE": crew.url,
            "CHANGETRACK_MONITORS": "true",
            "CHANGETRACK_MONITOR_WORK": str(works).lower(),
            "CHANGETRACK_WORK_PROCESSES": "1",
            "CHANGETRACK_DRAIN_SECONDS": "1",
            "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "CHANGETRACK_FETCH_PORTS": port(crew.site),
        }
    )
    with serve(create_app(settings)) as base, httpx2.Client(base_url=base) as client:
        yield client


def create_monitor(client: httpx2.Client, crew: Installation) -> str:
    """Make a monitor of a page, and return its path."""
    made = client.post(
        "/v1/monitor",
        json={
            "name": "prices",
            "schedule": {"text": "every day"},
            "targets": [{"type": "scrape", "urls": [f"{crew.site}/prices"]}],
            "webhook": {"url": f"{crew.site}/hook"},
        },
    )
    assert made.status_code == 200, made.text
    return f"/v1/monitor/{made.json()['data']['id']}"


def test_a_server_that_only_plans_has_its_checks_done_by_workers(url: str) -> None:
    """Over HTTP: a run waits for somebody, a second one is refused, and a worker does it."""
    with make_installation(url) as crew, serve_monitors(crew, works=False) as client:
        monitor = create_monitor(client, crew)
        assert client.post(f"{monitor}/run").status_code == 200
        assert client.post(f"{monitor}/run").status_code == 409
        wait_until(lambda: count_check_jobs(url) == 1)
        crew.start()
        store = crew.open()
        wait_until(lambda: is_quiet(store))
        (shown,) = client.get(f"{monitor}/checks").json()["data"]
        assert (shown["status"], shown["trigger"]) == ("completed", "manual")


def test_a_server_works_as_well_unless_it_is_told_not_to(url: str) -> None:
    """A run is done and told of without any other process."""
    with make_installation(url) as crew, serve_monitors(crew, works=True) as client:
        monitor = create_monitor(client, crew)
        assert client.post(f"{monitor}/run").status_code == 200
        store = crew.open()
        wait_until(lambda: is_quiet(store))
        events = {each.event for each in read_all(store, DELIVERIES)}
        assert events == {"monitor.page", "monitor.check.completed"}
        assert len(crew.sink.bodies) == 2


def test_a_worker_waits_for_a_database_that_is_not_there_yet(cluster: Cluster) -> None:
    """It may be started before its server, and needs nobody to start it again."""
    url = cluster.create_database()
    with make_installation(url) as crew:
        cluster.stop()
        worker = crew.launch()
        wait_until(lambda: worker.has_said("database awaited"))
        cluster.start()
        wait_until(lambda: worker.has_said("worker ready"))
        assert worker.end() == 0


@pytest.mark.parametrize("database", ["sqlite:///changes.db", "sqlite://"])
def test_a_file_has_no_workers(database: str) -> None:
    """Somebody who tries is told who does the work there."""
    settings = replace(read_settings({}), database=database)
    with pytest.raises(SettingsError, match=r"does the work there"):
        run_worker(settings)


def test_a_server_on_a_file_must_work_itself() -> None:
    """There is nobody else who could."""
    with pytest.raises(SettingsError, match="CHANGETRACK_MONITOR_WORK"):
        read_settings({"CHANGETRACK_MONITORS": "true", "CHANGETRACK_MONITOR_WORK": "false"})
