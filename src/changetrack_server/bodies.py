"""Bodies of requests: how they may be sent, how large, how long, and how many at once.

A body is read here, whole and under one deadline, before a route sees it; a stream of lines is left
to its route, which bounds each line. Whoever is refused gets an envelope, and what is still on its
way is read and dropped for a moment: a connection that is closed on unread data is reset, and the
answer is lost with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import anyio
from starlette.requests import ClientDisconnect, Request

from changetrack_server.errors import EndpointError
from changetrack_server.responses import turn_away

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from changetrack_server.settings import Settings

__all__ = ["LINES", "Bodies", "is_json", "is_lines"]

# A route that takes its body whole, and one that reads it as it comes.
BodyRoute: TypeAlias = "Callable[[Request, bytes], Awaitable[Response]]"
StreamRoute: TypeAlias = "Callable[[Request], Awaitable[Response]]"

LINES = "application/x-ndjson"

# How long a refused client may go on sending before it is cut off.
_LINGER_SECONDS = 1.0


class Bodies:
    """Reads the bodies of requests before their routes see them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._in_flight = 0

    def before(self, route: BodyRoute, *, lines: StreamRoute | None = None) -> ASGIApp:
        """Return the app that gives a route the whole body of each request.

        A body of JSON lines goes to `lines` unread, where there is one.
        """

        return _BodyFirst(self, route, lines)

    async def take(self, request: Request, body: bytearray) -> None:
        """Read the body of a request into `body`, and count it until it is released.

        Raises:
            RefusedError: it may not be sent so, or is too much.
            ClientDisconnect: nobody waits for an answer any more.
        """
        settings = self._settings
        _check_framing(request.headers, settings.max_body_bytes)
        with anyio.move_on_after(settings.body_seconds):
            while True:
                message = await request.receive()
                if message["type"] != "http.request":
                    raise ClientDisconnect
                piece = message.get("body", b"")
                body += piece
                self._in_flight += len(piece)
                if len(body) > settings.max_body_bytes:
                    raise RefusedError(_too_large(settings.max_body_bytes))
                if self._in_flight > settings.bytes_in_flight:
                    raise RefusedError(EndpointError("overloaded"))
                if not message.get("more_body", False):
                    return
        raise RefusedError(EndpointError("request_timeout"))

    def release(self, body: bytearray) -> None:
        """Count a body no longer."""
        self._in_flight -= len(body)


class RefusedError(Exception):
    """A body is not read to its end."""

    def __init__(self, error: EndpointError) -> None:
        super().__init__(error)
        self.error = error


class _BodyFirst:
    """The app of one route: its body is read, then it answers."""

    def __init__(self, bodies: Bodies, route: BodyRoute, lines: StreamRoute | None) -> None:
        self._bodies = bodies
        self._route = route
        self._lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except RefusedError as refused:
            await _turn_away_gently(refused.error, scope, receive, send)
        except ClientDisconnect:
            pass
        else:
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if self._lines is not None and is_lines(request.headers.get("content-type", "")):
            _check_encoding(request.headers)
            return await self._lines(request)
        body = bytearray()
        try:
            await self._bodies.take(request, body)
            return await self._route(request, bytes(body))
        finally:
            # Before the answer is written: a slow reader holds none of it.
            self._bodies.release(body)


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


def _check_encoding(headers: Headers) -> None:
    if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise RefusedError(EndpointError("unsupported_content_encoding"))


def _check_framing(headers: Headers, most: int) -> None:
    """Check what the headers say of a body, before any of it is read."""
    _check_encoding(headers)
    lengths = headers.getlist("content-length")
    if len(lengths) > 1 or (lengths and "transfer-encoding" in headers):
        raise RefusedError(EndpointError("ambiguous_length"))
    length = lengths[0] if lengths else "0"
    if not (length.isascii() and length.isdigit()):
        raise RefusedError(EndpointError("ambiguous_length"))
    if not is_json(headers.get("content-type", "")):
        raise RefusedError(EndpointError("unsupported_media_type"))
    # A number of any length, so it is not made one before its digits are counted.
    if len(length.lstrip("0")) > len(str(most)) or int(length) > most:
        raise RefusedError(_too_large(most))


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
