"""The queue on PostgreSQL: Procrastinate, kept going whatever happens to the database.

Procrastinate's worker raises when the connection breaks, or returns as if it had been told to. Both
are taken for what they are, and the worker is started again, as often as it takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import anyio
import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker
from psycopg_pool import AsyncConnectionPool

from changetrack import ChangeTrackError
from changetrack_server.logs import note
from changetrack_server.monitor.queue.patience import PAUSES
from changetrack_server.monitor.queue.schema import QUEUE_SCHEMA, install_schema
from changetrack_server.monitor.store import StoreUnavailable

if TYPE_CHECKING:
    from changetrack_server.monitor.queue.port import Kind, Task

__all__ = ["ProcrastinateQueue"]


class _Line(NamedTuple):
    """Where the jobs of a kind wait, and how they come to be without anybody asking."""

    queue: str
    # The larger goes first.
    priority: int = 0
    # With seconds, as Procrastinate has it: the sixth field.
    cron: str = ""


_CHECKS, _CHORES = "changetrack_checks", "changetrack_chores"
_LINES: Mapping[Kind, _Line] = {
    "check": _Line(_CHECKS),
    # What is due but was not told of is seen after so long: slots lie minutes apart.
    "tick": _Line(_CHORES, 2, "* * * * * */5"),
    "deliver": _Line(_CHORES, 1),
    "sweep": _Line(_CHORES, 0, "17 * * * *"),
}
_RESCUE = "rescue"

# Chores have room of their own: a process that is full of long checks still looks what is due.
_CHORES_AT_ONCE = 4
# Connections of a process besides the two that listen; each is held for a statement.
_CONNECTIONS = 4
# A database that does not answer for so long is taken for gone.
_CONNECT_SECONDS = 5
# Procrastinate's own: a worker says that it lives, and is taken for dead.
_HEARTBEAT_SECONDS, _STALLED_SECONDS = 10.0, 30.0
# One that is told to stop before it has begun forgets it, and is told again after so long.
_TELL_SECONDS = 0.5
# A worker that went on for so long was well; what ended it is something new.
_WELL_SECONDS = 60.0

_WAITING = """
SELECT queueing_lock FROM procrastinate_jobs
WHERE status = 'todo' AND queueing_lock = ANY(%(locks)s::text[])
"""
_TROUBLE = (ProcrastinateException, psycopg.Error, OSError)


class ProcrastinateQueue:
    """A queue in the PostgreSQL database of the monitors."""

    def __init__(
        self,
        url: str,
        *,
        checks: int,
        drain_seconds: float,
        connect_seconds: int = _CONNECT_SECONDS,
    ) -> None:
        """Take the URL of the database, and of its jobs so many checks at once.

        When a worker is told to stop, what runs may go on for `drain_seconds`.
        """
        self._url = url
        self._checks = checks
        self._drain_seconds = drain_seconds
        self._connect_seconds = connect_seconds
        self._tasks: Mapping[Kind, Task] = {}
        self._opening = anyio.Lock()
        self._pool: AsyncConnectionPool | None = None
        self._app = App(connector=PsycopgConnector())
        for kind, line in _LINES.items():
            self._register(kind, line)
        self._app.periodic(cron="* * * * *")(
            # Without a lock of any sort: one that dies with its worker must not stop the next.
            self._app.task(name=_RESCUE, queue=_CHORES)(self.rescue)
        )

    async def enqueue(self, kind: Kind, ids: Sequence[str] = ("",)) -> int:
        """Write a job for each id that has none waiting, and return how many those are.

        Raises:
            StoreUnavailable: the database is out of reach.
        """
        try:
            await self._open()
            return await self._write(kind, ids)
        except _TROUBLE as error:
            raise StoreUnavailable(_describe(error)) from error

    async def run_worker(self, tasks: Mapping[Kind, Task]) -> None:
        """Do jobs until cancelled, whatever happens to the database; then end what runs."""
        self._tasks = tasks
        failures = 0
        while True:
            started = anyio.current_time()
            try:
                await self._open()
                problem = await self._work()
            except _TROUBLE as error:
                problem = _describe(error)
            if anyio.current_time() - started > _WELL_SECONDS:
                failures = 0
            seconds = PAUSES[min(failures, len(PAUSES) - 1)]
            failures += 1
            note("queue lost", level=logging.WARNING, problem=problem, again_in=seconds)
            await anyio.sleep(seconds)

    async def stop(self) -> None:
        """Close the connections, for good."""
        async with self._opening:
            if self._pool is not None:
                await self._pool.close()
                self._pool = None

    def _register(self, kind: Kind, line: _Line) -> None:
        async def run(timestamp: int = 0, name: str = "") -> None:  # noqa: ARG001 - periodic jobs have one
            await self._do(kind, name)

        task = self._app.task(
            name=kind, queue=line.queue, priority=line.priority, queueing_lock=_lock(kind, "")
        )(run)
        if line.cron:
            self._app.periodic(cron=line.cron)(task)

    async def _open(self) -> None:
        async with self._opening:
            if self._pool is None:
                await install_schema(self._url, connect_seconds=self._connect_seconds)
                pool = AsyncConnectionPool(
                    self._url,
                    kwargs={"connect_timeout": self._connect_seconds},
                    # None is kept open for nothing, and none is tried to be, while there is no use.
                    min_size=0,
                    max_size=_CONNECTIONS,
                    timeout=self._connect_seconds,
                    reconnect_timeout=self._connect_seconds,
                    configure=_choose_schema,
                    check=AsyncConnectionPool.check_connection,
                    open=False,
                )
                await pool.open()
                await self._app.open_async(pool)
                self._pool = pool

    async def _write(self, kind: Kind, ids: Sequence[str]) -> int:
        """Write jobs, all in one statement unless somebody else writes them at the same time."""
        locks = {_lock(kind, each): each for each in ids}
        waiting = await self._app.connector.execute_query_all_async(_WAITING, locks=list(locks))
        for row in waiting:
            del locks[row["queueing_lock"]]
        jobs = [_make_job(kind, lock, each) for lock, each in locks.items()]
        if not jobs:
            return 0
        manager = self._app.job_manager
        try:
            return len(await manager.batch_defer_jobs_async(jobs))
        except AlreadyEnqueued:
            written = 0
            for job in jobs:
                try:
                    await manager.defer_job_async(job)
                except AlreadyEnqueued:
                    continue
                written += 1
            return written

    async def _work(self) -> str:
        """Run both workers until one of them ends, and return why; cancelled, end them in order."""
        workers = [
            self._make_worker(_CHECKS, self._checks),
            self._make_worker(_CHORES, _CHORES_AT_ONCE),
        ]
        # Whoever waits for these may be cancelled again and again, and they only once.
        runs = [asyncio.create_task(_run(worker)) for worker in workers]
        try:
            await asyncio.wait(runs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            with anyio.CancelScope(shield=True):
                first = _list_problems(runs)
                await _end(workers, runs)
                problems = [*first, *_list_problems(runs)]
        return problems[0] if problems else "the connection broke"

    def _make_worker(self, queue: str, concurrency: int) -> Worker:
        return Worker(
            self._app,
            name=f"{socket.gethostname()}:{os.getpid()}",
            queues=[queue],
            concurrency=concurrency,
            # The process has its own, for everything that runs in it.
            install_signal_handlers=False,
            shutdown_graceful_timeout=self._drain_seconds,
            # Nobody asks what a job was: the rows say what came of it.
            delete_jobs="always",
            update_heartbeat_interval=_HEARTBEAT_SECONDS,
            stalled_worker_timeout=_STALLED_SECONDS,
        )

    async def _do(self, kind: Kind, name: str) -> None:
        _follow_job()
        task = self._tasks.get(kind)
        if task is None:
            return
        try:
            await task(name)
        except* ChangeTrackError as errors:
            problem = str(errors.exceptions[0])
            note("job waits", level=logging.WARNING, kind=kind, job=name, problem=problem)

    async def rescue(self, timestamp: int = 0) -> None:  # noqa: ARG002 - periodic jobs have one
        """Drop the jobs of workers that are gone: the rows know what is left to do.

        To queue them again is what others do; it fails where a tick did so before.
        """
        _follow_job()
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS):
            note("job rescued", level=logging.WARNING, kind=job.task_name, job=job.queueing_lock)
            # One that just ended after all is gone already.
            with contextlib.suppress(ConnectorException):
                await manager.finish_job(job, Status.ABORTED, delete_job=True)


async def _run(worker: Worker) -> None:
    await worker.run()  # type: ignore[no-untyped-call]  # its author left the types out


async def _end(workers: Sequence[Worker], runs: Sequence[asyncio.Task[None]]) -> None:
    """End workers in order: what they do may go on for a while.

    Each run is cancelled once, because a second time breaks off what ends in order. One that waits
    for a connection which comes at that moment takes it and goes on: before Python 3.12, `wait_for`
    of asyncio loses a cancellation then. So its worker is told as well, until it has heard.
    """
    for run in runs:
        run.cancel()
    pending = set(runs)
    while pending:
        for worker in workers:
            worker.stop()  # type: ignore[no-untyped-call]  # see _run
        _, pending = await asyncio.wait(pending, timeout=_TELL_SECONDS)


async def _choose_schema(connection: psycopg.AsyncConnection) -> None:
    await connection.execute(f"SET search_path TO {QUEUE_SCHEMA}")
    await connection.commit()


def _lock(kind: Kind, name: str) -> str:
    """Return what at most one waiting job has."""
    return f"{kind}:{name}" if name else kind


def _make_job(kind: Kind, lock: str, name: str) -> Job:
    line = _LINES[kind]
    return Job(
        queue=line.queue,
        priority=line.priority,
        lock=None,
        queueing_lock=lock,
        task_name=kind,
        task_kwargs={"name": name},
    )


def _follow_job() -> None:
    """Say it, once the job that runs is over, if the queue could not be told so.

    Procrastinate tells nobody. Such a job counts as begun until this worker ends; nobody waits.
    """
    job = asyncio.current_task()
    if job is not None:
        job.add_done_callback(_note_end)


def _note_end(job: asyncio.Task[object]) -> None:
    error = None if job.cancelled() else job.exception()
    if error is not None:
        note("job not ended", level=logging.WARNING, job=job.get_name(), problem=_describe(error))


def _describe(error: BaseException) -> str:
    """Return what is wrong; Procrastinate keeps the words of the database in the cause."""
    return str(error.__cause__ or error).strip() or type(error).__name__


def _list_problems(workers: Sequence[asyncio.Task[None]]) -> list[str]:
    """Return why workers ended, where they say so."""
    ended = [each for each in workers if each.done() and not each.cancelled()]
    return [_describe(error) for each in ended if (error := each.exception())]
