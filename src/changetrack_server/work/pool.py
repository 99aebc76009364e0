"""Work off the event loop: a bounded number of processes, each killable and replaced in time.

Threads would share one interpreter lock with the event loop, and a page of 16 MB holds it for half
a second at a time. A process holds nothing, can be ended in the middle of its work, and takes with
it whatever a hostile page did to its memory.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import anyio
import anyio.to_thread

from changetrack_server.answers import Answer
from changetrack_server.errors import EndpointError
from changetrack_server.work.processes import WorkerProcess

if TYPE_CHECKING:
    from changetrack import JsonValue
    from changetrack_server.settings import Settings

__all__ = ["WorkPool"]


class WorkPool:
    """Runs the jobs of `jobs` by name; at most as many at once as there are processes."""

    def __init__(self, settings: Settings, size: int = 0) -> None:
        self._settings = settings
        size = size or settings.work_processes or os.cpu_count() or 1
        self._places = anyio.CapacityLimiter(size)
        # The thread that waits for a process is one of ours, not of a common pool.
        self._threads = anyio.CapacityLimiter(size + settings.work_queue)
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._is_closed = False

    @property
    def is_free(self) -> bool:
        """Whether another job would be done at once."""
        return self._places.available_tokens > 0

    @property
    def has_room(self) -> bool:
        """Whether another job would be taken."""
        waiting = self._places.statistics().tasks_waiting
        return (self.is_free or waiting < self._settings.work_queue) and not self._is_closed

    def start(self) -> None:
        """Start the processes, so that nobody has to wait for them."""
        while len(self._idle) + len(self._busy) < self._places.total_tokens:
            self._idle.append(WorkerProcess())

    async def run(self, job: str, order: Mapping[str, JsonValue], *payload: bytes) -> Answer:
        """Return the answer of a job, which gets the pieces of `payload` as one.

        When the caller is cancelled, the process that works for it is killed.

        Raises:
            EndpointError: too many jobs wait, or this one took too much time or memory.
        """
        settings = self._settings
        if not self.has_room:
            raise EndpointError("overloaded")
        head = {
            "answer": settings.max_answer_bytes,
            **order,
            "job": job,
            "size": sum(map(len, payload)),
            "cpu": settings.work_cpu_seconds,
            "memory": settings.work_memory_bytes,
        }
        with anyio.move_on_after(settings.work_seconds) as waiting:
            await self._places.acquire()
        if waiting.cancelled_caught:
            raise EndpointError("overloaded")
        try:
            return await self._work(head, payload)
        finally:
            self._places.release()

    async def _work(self, order: Mapping[str, object], payload: Sequence[bytes]) -> Answer:
        process = self._take_process()
        self._busy.add(process)
        answer = None
        try:
            with anyio.move_on_after(self._settings.work_seconds) as clock:
                answer = await anyio.to_thread.run_sync(
                    process.work, order, payload, limiter=self._threads, abandon_on_cancel=True
                )
            if clock.cancelled_caught:
                raise EndpointError("work_timeout")
            if isinstance(answer, EndpointError):
                raise answer
            # Nothing else can be: only the clock leaves it empty.
            return cast("Answer", answer)
        finally:
            self._busy.discard(process)
            self._put_back(process, is_sound=isinstance(answer, Answer))

    def _put_back(self, process: WorkerProcess, *, is_sound: bool) -> None:
        """Keep a process for the next job, or put a new one in its place."""
        if is_sound and not self._is_closed and process.jobs < self._settings.work_jobs:
            self._idle.append(process)
            return
        process.kill()
        if not self._is_closed:
            # Now, so that the next job does not wait for it. Where there is none to be had, that
            # job says so.
            with contextlib.suppress(OSError):
                self._idle.append(WorkerProcess())

    def _take_process(self) -> WorkerProcess:
        while self._idle:
            process = self._idle.pop()
            # The system may have ended it since; that is no fault of this job.
            if process.is_alive:
                return process
            process.kill()
        try:
            return WorkerProcess()
        except OSError as error:
            raise EndpointError("overloaded", detail=f"no process: {error}") from None

    def close(self) -> None:
        """End all processes; jobs that run are lost."""
        self._is_closed = True
        for process in [*self._idle, *self._busy]:
            process.kill()
        self._idle.clear()
