"""A stream of JSON lines in, a stream of JSON lines out: each item answered as it comes.

Nothing is held but one line and its answer. A line that is no item gets an error line, and the
stream goes on: of ten thousand pages, one must not cost the others.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

import anyio
import anyio.lowlevel
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from changetrack_server.answers import Answer, refuse
from changetrack_server.errors import EndpointError
from changetrack_server.http.bodies import LINES, is_lines
from changetrack_server.http.presence import while_present

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from changetrack_server.settings import Settings

__all__ = ["LinesResponse", "each_line", "read_lines"]

# What answers one line.
AnswerLine: TypeAlias = Callable[[bytes], Awaitable[Answer]]


async def read_lines(receive: Receive, settings: Settings) -> AsyncIterator[bytes | EndpointError]:
    """Yield the lines of a body as they arrive, without those that are blank.

    A line that is too long is an error in its place, and is not kept; so is a client that lets a
    line wait for too long, which ends the stream.
    """
    line = _Line(settings.max_body_bytes)
    deadline = anyio.current_time() + settings.body_seconds
    is_open = True
    while is_open:
        try:
            with anyio.fail_at(deadline):
                message = await receive()
        except TimeoutError:
            yield EndpointError("request_timeout")
            return
        except EndpointError as error:
            yield error
            return
        if message["type"] != "http.request":
            raise ClientDisconnect
        is_open = message.get("more_body", False)
        # Blank lines are no items; a million of them are passed over in one go.
        *ended, rest = _BLANKS.sub(b"\n", message.get("body", b"")).split(b"\n")
        for piece in ended:
            line.add(piece)
            taken = line.take()
            if taken:
                yield taken
                # The next line has a time of its own, which begins when this one is answered.
                deadline = anyio.current_time() + settings.body_seconds
        line.add(rest)
    taken = line.take()
    if taken:
        yield taken


_BLANKS = re.compile(rb"\n[ \t\r\n]*\n")


async def each_line(text: bytes) -> AsyncIterator[bytes | EndpointError]:
    """Yield the lines of a text that is here already."""
    for line in text.split(b"\n"):
        yield line


class _Line:
    """One line as it comes together, as far as it may."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._text = bytearray()
        self._is_too_long = False

    def add(self, piece: bytes) -> None:
        if len(self._text) + len(piece) > self._most:
            self._is_too_long = True
            self._text.clear()
        elif not self._is_too_long:
            self._text += piece

    def take(self) -> bytes | EndpointError:
        """Return what came together, and begin anew."""
        text, is_too_long = bytes(self._text).strip(), self._is_too_long
        self._text.clear()
        self._is_too_long = False
        if is_too_long:
            problem = f"the line has more than the {self._most:,} bytes that this server takes"
            return EndpointError("line_too_large", problem=problem)
        return text


class LinesResponse(Response):
    """Answers lines one by one, in their order, while they arrive."""

    media_type = LINES

    def __init__(
        self,
        lines: AsyncIterator[bytes | EndpointError],
        answer: AnswerLine,
        settings: Settings,
    ) -> None:
        self.background = None
        self.status_code = 200
        self.init_headers({"X-Accel-Buffering": "no"})
        self._lines = lines
        self._answer = answer
        self._write_seconds = settings.write_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send an answer for each line; end when the lines end or nobody listens."""
        with contextlib.suppress(ClientDisconnect):
            if is_lines(Headers(scope=scope).get("content-type", "")):
                # Whoever reads the lines as they come is told of a client that leaves.
                await self._answer_lines(send)
            else:
                await while_present(Request(scope, receive), lambda: self._answer_lines(send))

    async def _answer_lines(self, send: Send) -> None:
        # Listen before the first word: a client that asked whether it may send (100-continue) waits
        # for an answer to that.
        line = await anext(self._lines, None)
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        index = 0
        with anyio.CancelScope() as clock:
            while line is not None:
                answer = await self._answer_line(line)
                # A slow reader stops our reading too, for nothing is kept; one that never reads is
                # gone.
                clock.deadline = anyio.current_time() + self._write_seconds
                await send(_body(_number(answer.body, index), more=True))
                clock.deadline = math.inf
                # Small items never wait for anything, and others want their turn.
                await anyio.lowlevel.checkpoint()
                index += 1
                line = await anext(self._lines, None)
            await send(_body(b"", more=False))

    async def _answer_line(self, line: bytes | EndpointError) -> Answer:
        if isinstance(line, EndpointError):
            return refuse(line)
        try:
            return await self._answer(line)
        except EndpointError as error:
            return refuse(error)


def _number(envelope: bytes, index: int) -> bytes:
    """Return an envelope as a line that says which item it answers."""
    return b'%b,"index":%d}\n' % (envelope.removesuffix(b"}"), index)


def _body(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
