"""Raw connections: what goes out are the bytes of the test, so it says what no library would."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from typing import Any, NamedTuple, Self

DIFF = "/v1/change-tracking/diff"
JSON_TYPE = "application/json"
LINES_TYPE = "application/x-ndjson"

# How long anything may take that should take no time, on a machine that is busy.
PATIENCE = 60.0


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


class Hangup(Exception):
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
        try:
            self._socket.connect(("127.0.0.1", port))
        except OSError:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
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

    def read_answers(self, seconds: float) -> list[RawAnswer]:
        """Return the answers that come before a silence, or the end, of so many seconds."""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while piece := self._receive(time.monotonic() + seconds):
                self._received += piece
        answers = []
        while self._received:
            answers.append(self.read_answer())
        return answers

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


def spell_chunk(data: bytes) -> bytes:
    """Return the bytes of a chunk; the empty one is the last."""
    return b"%x\r\n%b\r\n" % (len(data), data)
