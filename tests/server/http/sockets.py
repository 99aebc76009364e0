"""A live server in a process of its own, and raw connections to it.

Nothing here knows HTTP better than it must: what goes out are the bytes of the test, so that it can
say what no client library would.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import changetrack

DIFF = "/v1/change-tracking/diff"
JSON_TYPE = "application/json"
LINES_TYPE = "application/x-ndjson"

# How long anything may take that should take no time, on a machine that is busy.
PATIENCE = 20.0

_SOURCE = Path(changetrack.__file__).parents[1]
_URL = re.compile(r"changetrack serves at http://127\.0\.0\.1:(\d+) ")


class RawAnswer(NamedTuple):
    """A response as it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - a test asserts its shape
        """The body, read."""
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """The reason of an error's envelope, which must be one."""
        envelope = self.json
        assert list(envelope) == ["success", "error", "errorCode", "reason"], envelope
        assert envelope["success"] is False
        reason: str = envelope["reason"]
        return reason

    def header(self, name: str) -> str | None:
        """Return the value of a header, which must not stand there twice."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, values
        return values[0] if values else None


class Hangup(Exception):  # noqa: N818 - it is what the peer did
    """The connection ended before an answer did; holds what came until then."""


class Wire:
    """One connection."""

    def __init__(self, port: int, *, takes: int = 0) -> None:
        self._socket = socket.socket()
        self._received = b""
        if takes:
            # Before it connects, or the system has promised more already.
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(("127.0.0.1", port))

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave, as a client that is gone: with a reset where something is unread."""
        self._socket.close()

    @property
    def port(self) -> int:
        """The port that it comes from."""
        found: int = self._socket.getsockname()[1]
        return found

    def send(self, data: bytes) -> None:
        """Send all of it; a peer that has closed already is told by what it answers."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(data)

    def ask(self, data: bytes, method: str = "GET") -> RawAnswer:
        """Send a request and return its answer."""
        self.send(data)
        return self.read_answer(method)

    def read_answer(self, method: str = "GET") -> RawAnswer:
        """Return the next answer; an interim one (100) is an answer too.

        Raises:
            Hangup: there is none.
        """
        status, headers, _ = self.read_head()
        return RawAnswer(status, headers, self._read_body(status, dict(headers), method))

    def read_head(self) -> RawAnswer:
        """Return the next answer without its body, which is still to be read."""
        head = self._read_until(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        pairs = (line.partition(":") for line in lines)
        headers = [(name.lower(), value.strip()) for name, _, value in pairs]
        return RawAnswer(int(first.split(" ")[1]), headers, b"")

    def read_piece(self) -> bytes:
        """Return the next chunk of an answer that is sent in chunks; the last one is empty."""
        size = int(self._read_until(b"\r\n"), 16)
        return self._read(size + 2)[:-2]

    def read_to_end(self, seconds: float = PATIENCE) -> bytes:
        """Return all that comes until the peer closes.

        Raises:
            TimeoutError: it does not, for so long.
        """
        end = time.monotonic() + seconds
        with contextlib.suppress(ConnectionResetError):
            while piece := self._receive(end):
                self._received += piece
        received, self._received = self._received, b""
        return received

    def drip(self, data: bytes, gap: float) -> bytes:
        """Send a byte at a time until the peer answers or closes; return what it said in all."""
        for at in range(len(data)):
            self.send(data[at : at + 1])
            with contextlib.suppress(TimeoutError):
                return self.read_to_end_or_nothing(gap)
        return self.read_to_end()

    def sip(self, size: int, gap: float) -> bytes:
        """Return all that comes until the peer closes, taken a little at a time."""
        received = b""
        while piece := self._socket.recv(size, socket.MSG_WAITALL):
            received += piece
            time.sleep(gap)
        return received

    def read_to_end_or_nothing(self, seconds: float) -> bytes:
        """Return all that comes, if anything comes within so many seconds.

        Raises:
            TimeoutError: nothing does.
        """
        try:
            piece = self._receive(time.monotonic() + seconds)
        except ConnectionResetError:
            return b""
        return piece + self.read_to_end() if piece else b""

    def _read_body(self, status: int, headers: dict[str, str], method: str) -> bytes:
        if status < 200 or status in {204, 304} or method == "HEAD":
            return b""
        if headers.get("transfer-encoding") == "chunked":
            pieces = []
            while piece := self.read_piece():
                pieces.append(piece)
            return b"".join(pieces)
        return self._read(int(headers["content-length"]))

    def _read_until(self, mark: bytes) -> bytes:
        while mark not in self._received:
            self._receive_more()
        found, _, self._received = self._received.partition(mark)
        return found + mark

    def _read(self, size: int) -> bytes:
        while len(self._received) < size:
            self._receive_more()
        found, self._received = self._received[:size], self._received[size:]
        return found

    def _receive_more(self) -> None:
        try:
            piece = self._receive(time.monotonic() + PATIENCE)
        except ConnectionResetError:
            piece = b""
        if not piece:
            raise Hangup(self._received)
        self._received += piece

    def _receive(self, end: float) -> bytes:
        self._socket.settimeout(max(0.001, end - time.monotonic()))
        try:
            return self._socket.recv(2**18)
        finally:
            self._socket.settimeout(PATIENCE)


def spell(
    method: str, path: str, body: bytes | None = None, *headers: str, version: str = "1.1"
) -> bytes:
    """Return the bytes of a request; a body comes with its length, and as JSON if not said else."""
    lines = [f"{method} {path} HTTP/{version}", "Host: t", *headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
        if not any(line.lower().startswith("content-type:") for line in headers):
            lines.append(f"Content-Type: {JSON_TYPE}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


def ask(port: int, method: str, path: str, body: bytes | None = None, *headers: str) -> RawAnswer:
    """Return the answer to a request on a connection of its own."""
    with Wire(port) as wire:
        return wire.ask(spell(method, path, body, *headers, "Connection: close"), method)


def post_diff(port: int, body: object, *headers: str) -> RawAnswer:
    """Return the answer of the diff route to a value, or to bytes as they are."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(port, "POST", DIFF, sent, *headers)


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
        return [pid for pid in list_children(self.pid) if "changetrack_server.worker" in argv(pid)]

    @contextlib.contextmanager
    def holding_workers(self) -> Iterator[list[int]]:
        """Have its processes stand still, so that work takes as long as the block does."""
        workers = self.list_workers()
        assert workers
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield workers
        finally:
            for pid in workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

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


def argv(pid: int) -> str:
    """Return the command of a process; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


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
