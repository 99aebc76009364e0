"""Work off the event loop: a bounded number of processes, each killable and replaced in time.

Threads would share one interpreter lock with the event loop, and a page of 16 MB holds it for half
a second at a time. A process holds nothing, can be ended in the middle of its work, and takes with
it whatever a hostile page did to its memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, cast

import anyio
import anyio.to_thread

from changetrack_server.answers import Answer
from changetrack_server.errors import EndpointError

if TYPE_CHECKING:
    from changetrack import JsonValue
    from changetrack_server.settings import Settings

__all__ = ["WorkPool"]

# A pipe holds 64 KiB by default, so a page of 1 MB would change hands sixteen times.
_PIPE_BYTES = 2**20
# A process whose answer ended has ended too; this is for one that only broke the rules.
_LAST_SECONDS = 0.5


class WorkPool:
    """Runs the jobs of `jobs` by name; at most as many at once as there are processes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        size = settings.work_processes or os.cpu_count() or 1
        self._places = anyio.CapacityLimiter(size)
        # The thread that waits for a process is one of ours, not of a common pool.
        self._threads = anyio.CapacityLimiter(size + settings.work_queue)
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()
        self._is_closed = False

    @property
    def has_room(self) -> bool:
        """Whether another job would be taken."""
        places = self._places.statistics()
        is_free = places.borrowed_tokens < places.total_tokens
        return (is_free or places.tasks_waiting < self._settings.work_queue) and not self._is_closed

    def start(self) -> None:
        """Start the processes, so that nobody has to wait for them."""
        while len(self._idle) + len(self._busy) < self._places.total_tokens:
            self._idle.append(_Process())

    async def run(self, job: str, order: Mapping[str, JsonValue], payload: bytes) -> Answer:
        """Return the answer of a job.

        When the caller is cancelled, the process that works for it is killed.

        Raises:
            EndpointError: too many jobs wait, or this one took too much time or memory.
        """
        settings = self._settings
        if not self.has_room:
            raise EndpointError("overloaded")
        head = {
            **order,
            "job": job,
            "size": len(payload),
            "cpu": settings.work_cpu_seconds,
            "memory": settings.work_memory_bytes,
        }
        line = json.dumps(head, separators=(",", ":")).encode() + b"\n"
        with anyio.move_on_after(settings.work_seconds) as waiting:
            await self._places.acquire()
        if waiting.cancelled_caught:
            raise EndpointError("overloaded")
        try:
            return await self._work(line, payload)
        finally:
            self._places.release()

    async def _work(self, line: bytes, payload: bytes) -> Answer:
        process = self._take_process()
        self._busy.add(process)
        answer = None
        try:
            with anyio.move_on_after(self._settings.work_seconds) as clock:
                answer = await anyio.to_thread.run_sync(
                    process.work, line, payload, limiter=self._threads, abandon_on_cancel=True
                )
            if clock.cancelled_caught:
                raise EndpointError("work_timeout")
            if answer is None:
                raise process.find_fault()
            return answer
        finally:
            self._busy.discard(process)
            if answer is None or self._is_closed or process.jobs >= self._settings.work_jobs:
                process.kill()
            else:
                self._idle.append(process)

    def _take_process(self) -> _Process:
        while self._idle:
            process = self._idle.pop()
            # The system may have ended it since; that is no fault of this job.
            if process.is_alive:
                return process
            process.kill()
        try:
            return _Process()
        except OSError as error:
            raise EndpointError("overloaded", detail=f"no process: {error}") from None

    def close(self) -> None:
        """End all processes; jobs that run are lost."""
        self._is_closed = True
        for process in [*self._idle, *self._busy]:
            process.kill()
        self._idle.clear()


class _Process:
    """One process, which is spoken to from one thread at a time."""

    def __init__(self) -> None:
        self.jobs = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "changetrack_server.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            # A terminal's Ctrl-C is for the server, which ends its processes itself.
            start_new_session=True,
        )
        # They are there, since they were asked for.
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        _widen(self._input, self._output)

    @property
    def is_alive(self) -> bool:
        """Whether it can take a job."""
        return self._process.poll() is None

    def work(self, line: bytes, payload: bytes) -> Answer | None:
        """Return the answer to an order; None when the process ended over it."""
        self.jobs += 1
        try:
            self._input.write(line)
            self._input.write(payload)
            self._input.flush()
            reply = json.loads(self._output.readline() or b"null")
            if reply is None:
                return None
            body = self._output.read(reply["size"])
        except (OSError, ValueError):
            return None
        return Answer(reply["status"], body) if len(body) == reply["size"] else None

    def find_fault(self) -> EndpointError:
        """Return what ended the process."""
        try:
            status = self._process.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:
            return EndpointError("internal_error", detail="a worker answered something else")
        if status == -getattr(signal, "SIGXCPU", 0):
            return EndpointError("work_timeout")
        if status == -getattr(signal, "SIGKILL", 0):
            # Nobody else kills our processes but a system that has run out of memory.
            return EndpointError("work_too_large")
        return EndpointError("internal_error", detail=f"a worker ended with status {status}")

    def kill(self) -> None:
        """End the process now, whatever it does."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._input, self._output):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()


def _environment() -> dict[str, str]:
    """Return what a worker needs to find its modules; nothing of it is a secret."""
    kept = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    if sys.platform == "win32":
        kept["SYSTEMROOT"] = os.environ["SYSTEMROOT"]  # noqa: TID251 - sockets need it there
    return kept


def _widen(*pipes: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:
        return
    for pipe in pipes:
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with contextlib.suppress(OSError):
                fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
