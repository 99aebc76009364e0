"""The queue alone: its tables, its jobs, and what becomes of both when the database goes away."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import anyio
import anyio.lowlevel
import psycopg
import pytest
from procrastinate.schema import SchemaManager

from changetrack_server.monitor.queue import Kind, Task
from changetrack_server.monitor.queue.durable import ProcrastinateQueue
from changetrack_server.monitor.queue.patience import await_server
from changetrack_server.monitor.queue.schema import QUEUE_SCHEMA, install_schema
from changetrack_server.monitor.store import StoreError, StoreUnavailable
from tests.monitor.postgres import Cluster

_PATIENCE_SECONDS = 60


def make_queue(url: str, **given: float) -> ProcrastinateQueue:
    """Return a queue on a database."""
    return ProcrastinateQueue(url, **{"checks": 4, "drain_seconds": 0.1, **given})  # type: ignore[arg-type]


@asynccontextmanager
async def work_on(queue: ProcrastinateQueue, **tasks: Task) -> AsyncIterator[None]:
    """Run a worker until the block is left."""
    async with anyio.create_task_group() as group:
        group.start_soon(queue.run_worker, cast("dict[Kind, Task]", tasks))
        yield
        group.cancel_scope.cancel()
    await queue.stop()


async def until(condition: Callable[[], object]) -> None:
    """Wait until something holds, but not for ever."""
    with anyio.fail_after(_PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for may be in a database
            await anyio.sleep(0.02)


def count_jobs(url: str) -> Counter[tuple[str, str]]:
    """Return how many jobs there are of each lock and status."""
    with psycopg.connect(url) as connection:
        connection.execute(f"SET search_path TO {QUEUE_SCHEMA}")
        rows = connection.execute(
            "SELECT queueing_lock, status::text FROM procrastinate_jobs"
        ).fetchall()
    return Counter((str(lock), status) for lock, status in rows)


def read_version(url: str) -> str:
    """Return what the schema of the queue says of itself."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            f"SELECT obj_description('{QUEUE_SCHEMA}'::regnamespace)"
        ).fetchone()
    assert row is not None
    return str(row[0])


NEWEST = max(path.stem for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def test_several_processes_that_start_at_once_make_one_schema(url: str) -> None:
    """One makes the tables, and the others find them."""

    async def run() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(install)

    async def install() -> None:
        await install_schema(url, connect_seconds=10)

    anyio.run(run)
    assert read_version(url) == NEWEST
    assert count_jobs(url) == {}


def test_C49_an_older_schema_is_brought_up_to_date_and_keeps_its_jobs(url: str) -> None:
    """What the newer version of the queue adds is added, once."""
    paths = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    older = [path for path in paths if path.stem < "03.04"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {QUEUE_SCHEMA}")
        connection.execute(f"SET search_path TO {QUEUE_SCHEMA}")
        for path in older:
            connection.execute(path.read_text(encoding="utf-8"))
        connection.execute(f"COMMENT ON SCHEMA {QUEUE_SCHEMA} IS '{older[-1].stem}'")
    done: list[str] = []

    async def run() -> None:
        queue = make_queue(url)
        assert await queue.enqueue("check", ["a"]) == 1
        async with work_on(queue, check=keep(done)):
            await until(lambda: done)

    anyio.run(run)
    assert done == ["a"]
    assert read_version(url) == NEWEST


def test_C49_a_schema_of_a_newer_version_is_left_alone(url: str) -> None:
    """A program that is too old says so, and changes nothing."""
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE SCHEMA {QUEUE_SCHEMA}")
        connection.execute(f"COMMENT ON SCHEMA {QUEUE_SCHEMA} IS '99.00.00_01_later'")

    async def run() -> None:
        await make_queue(url).enqueue("check", ["a"])

    with pytest.raises(StoreError, match="newer version") as caught:
        anyio.run(run)
    assert "@" not in str(caught.value)
    assert read_version(url) == "99.00.00_01_later"


def test_a_job_is_written_once_however_many_ask_for_it(url: str) -> None:
    """Ticks at once call for the same checks, and one call is heard."""
    written: list[int] = []
    ids = [str(number) for number in range(20)]

    async def call(queue: ProcrastinateQueue) -> None:
        written.append(await queue.enqueue("check", ids))

    async def run() -> None:
        queues = [make_queue(url) for _ in range(4)]
        async with anyio.create_task_group() as group:
            for queue in queues:
                group.start_soon(call, queue)
        assert await queues[0].enqueue("check", [*ids, "another"]) == 1
        for queue in queues:
            await queue.stop()

    anyio.run(run)
    assert sum(written) == len(ids)
    assert count_jobs(url) == {(f"check:{each}", "todo"): 1 for each in [*ids, "another"]}


def test_two_workers_do_every_job_once_and_leave_none_behind(url: str) -> None:
    """What is done is deleted: the rows of the monitors say what came of it."""
    done: list[str] = []
    ids = [str(number) for number in range(100)]

    async def run() -> None:
        first, second = make_queue(url), make_queue(url)
        async with work_on(first, check=keep(done)), work_on(second, check=keep(done)):
            await first.enqueue("check", ids)
            await until(lambda: len(done) == len(ids))

    anyio.run(run)
    assert Counter(done) == Counter(ids)
    assert [lock for lock, _ in count_jobs(url) if lock.startswith("check:")] == []


def test_chores_have_room_while_checks_take_all_there_is(url: str) -> None:
    """A process that is full of long checks still sends messages and plans."""
    done: list[str] = []

    async def hang(name: str) -> None:
        done.append(f"check {name}")
        await anyio.sleep_forever()

    async def run() -> None:
        queue = make_queue(url, checks=1)
        async with work_on(queue, check=hang, deliver=keep(done, "deliver")):
            await queue.enqueue("check", ["a", "b"])
            await until(lambda: done)
            await queue.enqueue("deliver")
            await until(lambda: "deliver" in done)

    anyio.run(run)
    assert done == ["check a", "deliver"]


def test_a_tick_comes_by_itself(url: str) -> None:
    """Nobody has to ask for it, so that what was lost is found."""
    ticks: list[str] = []

    async def run() -> None:
        async with work_on(make_queue(url), tick=keep(ticks)):
            await until(lambda: ticks)

    anyio.run(run)
    assert ticks == [""]


def test_a_worker_that_is_told_to_stop_lets_jobs_end_for_a_while(url: str) -> None:
    """One that ends in time does so; one that does not is cancelled, and both are gone."""
    told: list[str] = []
    stopped = anyio.Event()

    async def check(name: str) -> None:
        told.append(f"{name} begins")
        try:
            await stopped.wait()
            if name == "long":
                await anyio.sleep_forever()
            told.append("short ends")
        except anyio.get_cancelled_exc_class():
            told.append(f"{name} is cancelled")
            raise

    async def run() -> None:
        queue = make_queue(url, drain_seconds=0.5)
        async with anyio.create_task_group() as group:
            tasks: dict[Kind, Task] = {"check": check}
            group.start_soon(queue.run_worker, tasks)
            await queue.enqueue("check", ["long", "short"])
            await until(lambda: len(told) == 2)
            stopped.set()
            group.cancel_scope.cancel()
        await queue.stop()

    anyio.run(run)
    assert sorted(told) == ["long begins", "long is cancelled", "short begins", "short ends"]
    assert [lock for lock, _ in count_jobs(url) if lock.startswith("check:")] == []


@pytest.mark.timeout(60)  # it ends in a tenth of a second, or never
@pytest.mark.parametrize("steps", range(6))
def test_a_worker_that_is_told_to_stop_as_its_connection_comes_ends(url: str, steps: int) -> None:
    """Whoever waits for one takes it and forgets that it was told, and is told again."""

    async def run() -> None:
        queue = make_queue(url)
        async with anyio.create_task_group() as group:
            tasks: dict[Kind, Task] = {}
            group.start_soon(queue.run_worker, tasks)
            # Looked at in each step of the event loop, so that the moment is not missed; and a few
            # steps lie between the connection and whoever waits for it.
            while not count_waiting(queue):
                await anyio.lowlevel.checkpoint()
            while count_waiting(queue):
                await anyio.lowlevel.checkpoint()
            for _ in range(steps):
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
        await queue.stop()

    anyio.run(run)


def count_waiting(queue: ProcrastinateQueue) -> int:
    """Return how many wait for a connection of a queue."""
    return 0 if queue._pool is None else len(queue._pool._waiting)


def test_a_job_that_fails_is_said_and_the_worker_goes_on(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What a job does wrong is no matter for the others."""
    done: list[str] = []

    async def check(name: str) -> None:
        if name == "lost":
            raise StoreUnavailable("it is away")
        if name == "wrong":
            raise ValueError(name)
        done.append(name)

    async def run() -> None:
        queue = make_queue(url)
        async with work_on(queue, check=check):
            await queue.enqueue("check", ["lost", "wrong", "good"])
            await until(lambda: done and len(count_checks(url)) == 0)

    with caplog.at_level(logging.WARNING):
        anyio.run(run)
    assert done == ["good"]
    said = {(record.name.partition(".")[0], record.getMessage()) for record in caplog.records}
    assert ("changetrack_server", "job waits") in said
    assert any(name == "procrastinate" and "Error" in text for name, text in said)


def test_C49_a_job_of_a_newer_version_is_no_end_of_an_older_worker(url: str) -> None:
    """It does not know what it is asked for, and goes on with what it knows."""
    done: list[str] = []

    async def run() -> None:
        queue = make_queue(url)
        await queue.enqueue("check", ["a"])
        with psycopg.connect(url) as connection:
            connection.execute(f"SET search_path TO {QUEUE_SCHEMA}")
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name)"
                " VALUES ('changetrack_checks', 'later')"
            )
        async with work_on(queue, check=keep(done)):
            await until(lambda: done and not count_jobs(url)["None", "todo"])

    anyio.run(run)
    assert done == ["a"]


def test_the_database_goes_away_for_a_while_and_the_worker_comes_back(
    cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    """Procrastinate's worker returns as if told to; ours takes it for what it is."""
    url = cluster.create_database()
    done: list[str] = []

    async def run() -> None:
        queue = make_queue(url, connect_seconds=1)
        async with work_on(queue, check=keep(done)):
            await queue.enqueue("check", ["before"])
            await until(lambda: done)
            await anyio.to_thread.run_sync(cluster.stop)
            with pytest.raises(StoreUnavailable):
                await queue.enqueue("check", ["nowhere"])
            await until(lambda: "queue lost" in caplog.messages)
            await anyio.to_thread.run_sync(cluster.start)
            await insist(queue, "after")
            await until(lambda: "after" in done)

    with caplog.at_level(logging.WARNING):
        anyio.run(run)
    assert done == ["before", "after"]
    assert cluster.password not in caplog.text


def test_jobs_of_a_worker_that_is_gone_are_dropped(url: str) -> None:
    """The rows know what is left to do, so nobody keeps a job that was begun."""

    async def run() -> None:
        queue = make_queue(url)
        await queue.enqueue("check", ["a", "b"])
        with psycopg.connect(url) as connection:
            connection.execute(f"SET search_path TO {QUEUE_SCHEMA}")
            connection.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - interval '1 minute')"
            )
            connection.execute(
                "UPDATE procrastinate_jobs SET status = 'doing',"
                " worker_id = (SELECT id FROM procrastinate_workers)"
                " WHERE queueing_lock = 'check:a'"
            )
        await queue.rescue()
        await queue.stop()

    anyio.run(run)
    assert count_jobs(url) == {("check:b", "todo"): 1}


def test_a_server_that_is_away_is_awaited(
    cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried until it answers."""

    async def run() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(await_server, cluster.url)
            await until(lambda: "database awaited" in caplog.messages)
            await anyio.to_thread.run_sync(cluster.start)

    cluster.stop()
    with caplog.at_level(logging.WARNING):
        anyio.run(run)


def test_what_is_no_url_is_not_awaited() -> None:
    """Waiting does not make it one; whoever opens it says what is wrong."""
    anyio.run(await_server, "postgresql://[changes")


def keep(done: list[str], word: str | None = None) -> Callable[[str], Awaitable[None]]:
    """Return a task that only notes that it was done."""

    async def run(name: str) -> None:
        done.append(name if word is None else word)

    return run


def count_checks(url: str) -> list[tuple[str, str]]:
    """Return the jobs for checks."""
    return [each for each in count_jobs(url) if each[0].startswith("check:")]


async def insist(queue: ProcrastinateQueue, name: str, kind: Kind = "check") -> None:
    """Write a job as soon as the database takes it."""
    with anyio.fail_after(_PATIENCE_SECONDS):
        while True:
            try:
                await queue.enqueue(kind, [name])
            except StoreUnavailable:
                await anyio.sleep(0.1)
            else:
                return
