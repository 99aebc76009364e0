"""Servers in processes of their own, on loopback, pinned to a processor where the system can."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATH = "/v1/change-tracking/diff"

_START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    url: str
    pid: int

    @property
    def resident(self) -> int:
        """The memory that it and the processes it started hold, in bytes."""
        pids, waiting = [], [self.pid]
        while waiting:
            pid = waiting.pop()
            pids.append(pid)
            children = Path(f"/proc/{pid}/task/{pid}/children")
            waiting += map(int, children.read_text(encoding="ascii").split())
        return sum(_resident(pid) for pid in pids)


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


@contextlib.contextmanager
def ours(workers: int = 1, *, core: int | None = None, **variables: str) -> Iterator[Server]:
    """Serve the endpoint as its users do."""
    command = ["-m", "changetrack", "serve", "--workers", str(workers), "--log-level", "warning"]
    with _start(command, core, variables) as server:
        yield server


@contextlib.contextmanager
def empty(*, core: int | None = None) -> Iterator[Server]:
    """Serve nothing, with the same server program."""
    command = ["-m", "uvicorn", "benchmarks.load.empty:app", "--log-level", "warning"]
    with _start([*command, "--no-access-log"], core, {}) as server:
        yield server


@contextlib.contextmanager
def _start(command: list[str], core: int | None, variables: dict[str, str]) -> Iterator[Server]:
    port = _free_port()
    environment = {**os.environ, **variables, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, *command, "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
        preexec_fn=None if core is None else lambda: os.sched_setaffinity(0, {core}),  # noqa: PLW1509 - no threads yet
    )
    try:
        _await(port, process)
        yield Server(f"http://127.0.0.1:{port}{PATH}", process.pid)
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            # The processes behind it warm up in the background; a second settles them.
            time.sleep(1)
            return
        time.sleep(0.05)
    message = "the server did not start"
    raise RuntimeError(message)
