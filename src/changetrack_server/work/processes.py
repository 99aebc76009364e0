"""One process that works for us: given an order and bytes, it answers with bytes.

It has read pages that mean harm, so nothing of it is believed but an answer in the form that was
agreed on: one line that names the job it was asked to do, and as many bytes as the line says.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO, cast

from changetrack_server.answers import Answer
from changetrack_server.errors import EndpointError

__all__ = ["OUT_OF_MEMORY", "WorkerProcess"]

# The status that a worker ends with when it could not even read its job.
OUT_OF_MEMORY = 12

# A pipe holds 64 KiB by default, so a page of 1 MB would change hands sixteen times.
_PIPE_BYTES = 2**20
# The line before an answer has a status, a size, a note and the name of its job.
_LINE_BYTES = 256
# A refusal quotes no more than a part of what is wrong.
_REFUSAL_BYTES = 2**16
# A process whose answer ended has ended too; this is for one that only broke the rules.
_LAST_SECONDS = 0.5


class WorkerProcess:
    """One process, which is spoken to from one thread at a time."""

    def __init__(self) -> None:
        self.jobs = 0
        self._process = subprocess.Popen(
            # -P: what lies in the directory where the server was started is none of its modules.
            [sys.executable, "-P", "-m", "changetrack_server.work.worker"],
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

    def work(self, order: Mapping[str, object], payload: Sequence[bytes]) -> Answer | EndpointError:
        """Return the answer to an order, or the fault that ended the process over it.

        No answer has more bytes than the order says under `answer`; room is made for no other.
        """
        self.jobs += 1
        # Nobody who did not read this order can answer it.
        name = secrets.token_hex(8)
        line = json.dumps({**order, "name": name}, separators=(",", ":"))
        try:
            self._input.write(line.encode() + b"\n")
            for piece in payload:
                self._input.write(piece)
            self._input.flush()
            answer = self._read_answer(name, cast("int", order["answer"]))
        except (OSError, ValueError):
            answer = None
        return answer or self._find_fault()

    def _read_answer(self, name: str, most: int) -> Answer | None:
        reply = json.loads(self._output.readline(_LINE_BYTES) or b"null")
        match reply:
            case {"name": str(given), "status": int(status), "size": int(size), "note": str(note)}:
                # A refusal may be larger than the little that may be answered.
                is_sound = given == name and 0 <= size <= max(most, _REFUSAL_BYTES)
                body = self._output.read(size) if is_sound else b""
                return Answer(status, body, note) if is_sound and len(body) == size else None
            case _:
                return None

    def _find_fault(self) -> EndpointError:
        """Return what ended the process."""
        try:
            status = self._process.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:
            return EndpointError("internal_error", detail="a worker answered something else")
        if status == -getattr(signal, "SIGXCPU", 0):
            return EndpointError("work_timeout")
        if status < 0 or status == OUT_OF_MEMORY:
            # By a signal: a system that has run out of memory, or a parser that has and did not
            # look. Nobody else ends our processes in the middle of a job.
            return EndpointError("work_too_large", detail=f"a worker ended with status {status}")
        return EndpointError("internal_error", detail=f"a worker ended with status {status}")

    def kill(self) -> None:
        """End the process now, whatever it does."""
        with contextlib.suppress(OSError):
            self._process.kill()
        # Giving back half a gigabyte takes a system a tenth of a second, which nobody shall wait.
        threading.Thread(target=self._bury, daemon=True).start()

    def _bury(self) -> None:
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
