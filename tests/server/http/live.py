"""`changetrack serve` in a process of its own, with its settings in its environment.

What it holds (memory, files, processes, connections) is read where Linux shows it, under /proc.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import changetrack
from tests.server.http.sockets import PATIENCE, Wire, ask

_SOURCE = Path(changetrack.__file__).parents[1]
_URL = re.compile(r"changetrack serves at http://\S+:(\d+) ")
_METRIC = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


class LiveServer:
    """`changetrack serve` in a process of its own, and what it says."""

    def __init__(self, *arguments: str, **settings: object) -> None:
        self._errors: list[str] = []
        self._has_port = threading.Event()
        self.port = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "changetrack", "serve", "--port", "0", *arguments],
            env=write_environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._errors.append(line)
            found = _URL.match(line)
            if found:
                self.port = int(found[1])
                self._has_port.set()
        self._has_port.set()

    def wait_for_start(self) -> None:
        """Return when it answers.

        Raises:
            AssertionError: it never will.
        """
        assert self._has_port.wait(PATIENCE), self.errors
        assert self.port, self.errors
        assert ask(self.port, "GET", "/health").status == 200

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop, and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        return self.wait()

    def wait(self) -> int:
        """Return the exit status when it has ended; it is killed if it does not."""
        try:
            return self.process.wait(PATIENCE)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self._listener.join()
            assert self.process.stderr is not None
            self.process.stderr.close()

    @property
    def errors(self) -> str:
        """What it wrote on standard error until now."""
        return "".join(self._errors)

    @property
    def log(self) -> list[dict[str, Any]]:
        """The lines of its log until now; its greeting is no part of it."""
        lines = [line for line in list(self._errors) if line.startswith("{")]
        return [json.loads(line) for line in lines]

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    def list_workers(self) -> list[int]:
        """Return the processes that work for it."""
        children = list_children(self.pid)
        return [pid for pid in children if "changetrack_server.work.worker" in argv(pid)]

    @contextlib.contextmanager
    def holding_workers(self) -> Iterator[list[int]]:
        """Have its processes stand still, so that work takes as long as the block does."""
        workers = self.list_workers()
        assert workers
        signal_all(workers, signal.SIGSTOP)
        try:
            yield workers
        finally:
            signal_all(workers, signal.SIGCONT)

    def read_metrics(self) -> dict[str, float]:
        """Return its numbers, each under its name with its labels; what asks is one of them."""
        text = ask(self.port, "GET", "/metrics").body.decode()
        return {
            f"{name}{{{labels}}}" if labels else name: float(value)
            for name, labels, value in _METRIC.findall(text)
        }

    def count_active(self) -> int:
        """Return how many requests it answers now, but for the one that asks."""
        return int(self.read_metrics()["changetrack_active_requests"]) - 1

    def holds(self, wire: Wire) -> bool:
        """Return whether its end of a connection is still open."""
        ends = f":{self.port:04X} 0100007F:{wire.port:04X} 01 "
        return any(ends in line for line in Path("/proc/net/tcp").read_text().splitlines())

    def count_files(self) -> int:
        """Return how many files and sockets it has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def read_memory(self) -> int:
        """Return the bytes of memory that it holds."""
        return read_memory(self.pid)


@contextlib.contextmanager
def serving(*arguments: str, **settings: object) -> Iterator[LiveServer]:
    """Have a server as long as the block runs; it must stop cleanly when it is told to."""
    server = LiveServer(*arguments, **settings)
    try:
        server.wait_for_start()
        yield server
    finally:
        status = server.stop()
    assert status == 0, server.errors[-2000:]


def write_environment(**settings: object) -> dict[str, str]:
    """Return the environment of a server with these settings."""
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_SOURCE)}  # noqa: TID251 - a child's
    return kept | {f"CHANGETRACK_{name.upper()}": str(value) for name, value in settings.items()}


def signal_all(pids: list[int], by: signal.Signals) -> None:
    """Send a signal to processes; some may have ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, by)


def argv(pid: int) -> str:
    """Return the command of a process; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def has_ended(pid: int) -> bool:
    """Return whether a process is no more, or waits only for its parent to ask for its status."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def list_children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the name, which may hold anything: the state, and the parent.
            parent = path.read_text().rpartition(")")[2].split()[1]
            if int(parent) == pid:
                found.append(int(path.parent.name))
    return sorted(found)


def read_memory(pid: int) -> int:
    """Return the bytes of memory that a process holds."""
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    return int(found[1]) * 1024 if found else 0


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Return whether something comes true in time; it is looked at again and again."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        if time.monotonic() > end:
            return False
        pause.wait(0.01)
    return True
