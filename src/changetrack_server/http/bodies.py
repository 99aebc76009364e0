"""Bodies of requests: how they may be sent, how large, how long, and how many at once.

A body is read here, whole and under one deadline, before a route sees it; a stream of lines is left
to its route, which bounds each line. Whoever is refused gets an envelope, and what is still on its
way is read and dropped for a moment: a connection that is closed on unread data is reset, and the
answer is lost with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import anyio
from starlette.requests import ClientDisconnect, Request

from changetrack_server.errors import EndpointError
from changetrack_server.http.responses import turn_away

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from changetrack_server.settings import Settings

__all__ = ["LINES", "Bodies", "is_json", "is_lines"]

# A route that takes its body whole, and one that reads it as it comes.
BodyRoute: TypeAlias = "Callable[[Request, bytes], Awaitable[Response]]"
StreamRoute: TypeAlias = "Callable[[Request], Awaitable[Response]]"

LINES = "application/x-ndjson"

_FRAMING = frozenset(
    {b"content-encoding", b"content-length", b"content-type", b"transfer-encoding"}
)

# How a body may be coded: not at all.
_CODINGS = {
    b"content-encoding": frozenset({b"", b"identity"}),
    b"transfer-encoding": frozenset({b"chunked"}),
}

# How long a refused client may go on sending before it is cut off.
_LINGER_SECONDS = 1.0


class Bodies:
    """Reads the bodies of requests before their routes see them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._in_flight = 0
        self._streams = 0

    def before(
        self, route: BodyRoute, *, lines: StreamRoute | None = None, may_be_empty: bool = False
    ) -> ASGIApp:
        """Return the app that gives a route the whole body of each request.

        A body of JSON lines goes to `lines` unread, where there is one. One that `may_be_empty`
        need not be said to be JSON where it is.
        """
        return _BodyFirst(self, route, lines, may_be_empty=may_be_empty)

    def check(self, content_type: str, length: bytes) -> None:
        """Check what a body is said to be, before any of it is read.

        Raises:
            RefusedError: it is no JSON, or too much.
        """
        if not is_json(content_type):
            raise RefusedError(EndpointError("unsupported_media_type"))
        most = self._settings.max_body_bytes
        # A number of any length, so it is not made one before its digits are counted.
        if len(length.lstrip(b"0")) > len(str(most)) or int(length) > most:
            raise RefusedError(_too_large(most))

    async def take(self, request: Request, pieces: list[bytes]) -> None:
        """Read the body of a request into `pieces`, and count them until they are released.

        Raises:
            RefusedError: it is too much, or too slow.
            ClientDisconnect: nobody waits for an answer any more.
        """
        settings = self._settings
        size = 0
        with anyio.move_on_after(settings.body_seconds):
            while True:
                message = await request.receive()
                if message["type"] != "http.request":
                    raise ClientDisconnect
                piece = message.get("body", b"")
                pieces.append(piece)
                size += len(piece)
                self._in_flight += len(piece)
                if size > settings.max_body_bytes:
                    raise RefusedError(_too_large(settings.max_body_bytes))
                if self._in_flight > settings.bytes_in_flight:
                    raise RefusedError(EndpointError("overloaded"))
                if not message.get("more_body", False):
                    return
        raise RefusedError(EndpointError("request_timeout"))

    def release(self, size: int) -> None:
        """Count a body no longer."""
        self._in_flight -= size

    @contextlib.contextmanager
    def counting_stream(self) -> Iterator[None]:
        """Count a stream as long as it lasts.

        One that drips has no end, so streams may not take every place that there is.

        Raises:
            RefusedError: half of the places are taken by streams.
        """
        if self._streams >= max(1, self._settings.max_requests // 2):
            raise RefusedError(EndpointError("overloaded"))
        self._streams += 1
        try:
            yield
        finally:
            self._streams -= 1

    @contextlib.contextmanager
    def hold_line(self, receive: Receive) -> Iterator[Receive]:
        """Count what a stream holds: the lines that came last, and the one that still comes.

        What is given raises EndpointError when it would be too much.
        """
        held = unfinished = 0

        async def receive_counted() -> Message:
            nonlocal held, unfinished
            # Nobody asks for more before all that came is answered.
            self._in_flight += unfinished - held
            held = unfinished
            message = await receive()
            piece = message.get("body", b"")
            self._in_flight += len(piece)
            held += len(piece)
            rest = len(piece) - piece.rfind(b"\n") - 1
            # A line that is too long is not kept.
            unfinished = min(rest if rest < len(piece) else held, self._settings.max_body_bytes)
            if self._in_flight > self._settings.bytes_in_flight:
                raise EndpointError("overloaded")
            return message

        try:
            yield receive_counted
        finally:
            self._in_flight -= held


class RefusedError(Exception):
    """A body is not read to its end."""

    def __init__(self, error: EndpointError) -> None:
        super().__init__(error)
        self.error = error


class _BodyFirst:
    """The app of one route: its body is read, then it answers."""

    def __init__(
        self,
        bodies: Bodies,
        route: BodyRoute,
        lines: StreamRoute | None,
        *,
        may_be_empty: bool = False,
    ) -> None:
        self._bodies = bodies
        self._route = route
        self._lines = lines
        self._may_be_empty = may_be_empty

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            framing = _read_framing(scope)
            content_type = framing.get(b"content-type", b"").decode("latin-1")
            if self._lines is not None and is_lines(content_type):
                await self._stream(request, self._lines, send)
                return
            if not (self._may_be_empty and _is_empty(framing)):
                self._bodies.check(content_type, framing.get(b"content-length", b"0"))
            await self._answer(request, send)
        except RefusedError as refused:
            await _turn_away_gently(refused.error, scope, receive, send)
        except ClientDisconnect:
            pass

    async def _stream(self, request: Request, route: StreamRoute, send: Send) -> None:
        with self._bodies.counting_stream(), self._bodies.hold_line(request.receive) as receive:
            response = await route(Request(request.scope, receive))
            await response(request.scope, receive, send)

    async def _answer(self, request: Request, send: Send) -> None:
        pieces: list[bytes] = []
        size = 0
        try:
            try:
                await self._bodies.take(request, pieces)
            finally:
                size = sum(map(len, pieces))
            body = b"".join(pieces)
            pieces.clear()
            response = await self._route(request, body)
            del body
            if response.media_type != LINES:
                # A slow reader of an ordinary answer holds nothing of the request.
                self._bodies.release(size)
                size = 0
            await response(request.scope, request.receive, send)
        finally:
            self._bodies.release(size)


@lru_cache(maxsize=64)
def is_lines(content_type: str) -> bool:
    """Tell whether a type is that of a stream of JSON lines."""
    return content_type.partition(";")[0].strip().lower() == LINES


@lru_cache(maxsize=64)
def is_json(content_type: str) -> bool:
    """Tell whether a type is JSON in UTF-8."""
    kind, _, rest = content_type.lower().partition(";")
    parameters = (part.partition("=") for part in rest.split(";"))
    charsets = {value.strip(' "') for name, _, value in parameters if name.strip() == "charset"}
    is_named = kind.strip() == "application/json" or kind.strip().endswith("+json")
    return is_named and charsets <= {"utf-8", "utf8"}


def _read_framing(scope: Scope) -> dict[bytes, bytes]:
    """Return what the headers say of the body.

    Raises:
        RefusedError: the body is compressed, or its length is given twice or is none.
    """
    # Once over all headers, not once for each: this is on the way of every request.
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _FRAMING:
            if name == b"content-length" and name in found:
                raise RefusedError(EndpointError("ambiguous_length"))
            if name in _CODINGS and value.strip().lower() not in _CODINGS[name]:
                raise RefusedError(EndpointError("unsupported_content_encoding"))
            found[name] = value
    length = found.get(b"content-length", b"0")
    if not length.isdigit() or (b"transfer-encoding" in found and b"content-length" in found):
        raise RefusedError(EndpointError("ambiguous_length"))
    return found


def _is_empty(framing: dict[bytes, bytes]) -> bool:
    return b"transfer-encoding" not in framing and not framing.get(b"content-length", b"").strip(
        b"0"
    )


def _too_large(most: int) -> EndpointError:
    problem = f"the body has more than the {most:,} bytes that this server takes"
    return EndpointError("body_too_large", problem=problem)


async def _turn_away_gently(
    error: EndpointError, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer an error at once, and close the connection when the client has heard it."""

    async def send_and_drain(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        await send({**message, "more_body": True})
        await _drain(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    response = turn_away(error, {"Connection": "close"})
    await response(scope, receive, send_and_drain)


async def _drain(receive: Receive) -> None:
    with anyio.move_on_after(_LINGER_SECONDS):
        while True:
            message = await receive()
            if message["type"] != "http.request" or not message.get("more_body", False):
                return
