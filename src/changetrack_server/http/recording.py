"""The outermost layer: every request gets an id, a line in the log, and a number in the metrics."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from typing import TYPE_CHECKING

import anyio

from changetrack_server.errors import EndpointError
from changetrack_server.headers import SAFE_HEADERS
from changetrack_server.http.responses import turn_away
from changetrack_server.logs import note

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from changetrack_server.http.metrics import Metrics
    from changetrack_server.settings import Settings

__all__ = ["Recording", "new_request_id"]

# An id that a proxy gave is kept, if it can do no harm in a log.
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

# From this status on, an answer is the envelope of an error, in one piece.
_FIRST_ERROR = 400

# Whoever watches a server must see it above all when it has too much to do.
_WATCHED = frozenset({"/health", "/ready", "/metrics"})

_SAFE_HEADERS = [(name.encode(), value.encode()) for name, value in SAFE_HEADERS]


def _read_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value):
            return str(value, "ascii")
    return ""


def new_request_id() -> str:
    """Return an id for a request that brought none."""
    return uuid.uuid4().hex  # noqa: TID251 - the ban is the library's


class Recording:
    """Records what comes in and what goes out; refuses what is more than the server can hold."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._most = settings.max_requests
        self._metrics = metrics
        self._active = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request through the app, and write it down."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record = _Record(_read_id(scope) or new_request_id(), send)
        scope.setdefault("state", {})["request_id"] = record.request_id
        self._metrics.begin()
        self._active += 1
        try:
            if self._active > self._most and scope["path"] not in _WATCHED:
                await turn_away(EndpointError("overloaded"))(scope, receive, record.send)
            else:
                await self._app(scope, receive, record.send)
        except anyio.get_cancelled_exc_class():
            # The server stops, and has waited for as long as it may.
            if not record.status:
                await turn_away(EndpointError("shutting_down"))(scope, receive, record.send)
            raise
        except Exception as error:
            # A fault of ours: the client learns nothing but the id that leads to the log.
            note("failure", level=logging.ERROR, error=error, request=record.request_id)
            if record.status:
                raise
            await turn_away(EndpointError("internal_error"))(scope, receive, record.send)
        finally:
            self._active -= 1
            self._write_down(scope, record)

    def _write_down(self, scope: Scope, record: _Record) -> None:
        seconds = time.perf_counter() - record.start
        route = _name_route(scope)
        # A client that left before its answer is no status of ours; nginx calls it 499.
        status = record.status or 499
        self._metrics.end(route, status, seconds)
        note(
            "request",
            request=record.request_id,
            method=scope["method"],
            route=route,
            status=status,
            reason=record.reason,
            detail=scope["state"].get("detail"),
            ms=round(seconds * 1000, 2),
            bytes=record.size,
        )


class _Record:
    """What is known of one request."""

    __slots__ = ("_send", "reason", "request_id", "size", "start", "status")

    def __init__(self, request_id: str, send: Send) -> None:
        self.request_id = request_id
        self.start = time.perf_counter()
        self.status = 0
        self.reason: str | None = None
        self.size = 0
        self._send = send

    async def send(self, message: Message) -> None:
        """Pass a message on, with our headers, and count it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = (b"x-request-id", self.request_id.encode("ascii"))
            headers = [*message.get("headers", ()), own, *_SAFE_HEADERS]
            message = {**message, "headers": headers}
        else:
            body = message.get("body", b"")
            self.size += len(body)
            if self.status >= _FIRST_ERROR and body:
                self.reason = _read_reason(body)
        await self._send(message)


def _read_reason(body: bytes) -> str | None:
    """Return the reason of an error; the state of a server that is not ready has none."""
    envelope = json.loads(body)
    return envelope.get("reason") if isinstance(envelope, dict) else None


def _name_route(scope: Scope) -> str:
    """Return the path of the route; a path that no route has may be anything, so it has no name."""
    route = scope.get("route")
    return getattr(route, "path", "-")
