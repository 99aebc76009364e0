"""Who may ask: bearer keys, compared in constant time, known only by their hashes."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from changetrack_server.errors import EndpointError
from changetrack_server.headers import HOP_HEADER
from changetrack_server.http.responses import turn_away

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from changetrack_server.settings import Settings

__all__ = ["Access", "check_key"]

_BLANK = " \t"

# What tells nothing about anybody: whether the server lives, and how to speak to it.
OPEN_PATHS = frozenset({"/health", "/ready", "/openapi.json", "/docs"})


class Access:
    """Lets requests with a key through; wraps the whole app, so no route can be forgotten."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._keys = tuple(key.removeprefix("sha256:").encode() for key in settings.api_keys)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] == "http":
            try:
                self._check(Headers(scope=scope), scope["path"])
            except EndpointError as error:
                await turn_away(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check(self, headers: Headers, path: str) -> None:
        if HOP_HEADER in headers:
            raise EndpointError("request_loop")
        if self._keys and path not in OPEN_PATHS:
            check_key(headers.getlist("authorization"), self._keys)


def check_key(given: list[str], keys: tuple[bytes, ...]) -> None:
    """Check the Authorization headers of a request against the hashes of the known keys.

    Raises:
        EndpointError: there is not exactly one, of the form `Bearer <key>`, with a known key.
    """
    if len(given) != 1:
        raise EndpointError("missing_key" if not given else "wrong_key")
    scheme, _, key = given[0].strip(_BLANK).partition(" ")
    if scheme.lower() != "bearer":
        raise EndpointError("missing_key", problem="the Authorization header holds no Bearer key")
    # ASGI headers are bytes, which Starlette reads as latin-1; this gives back the bytes.
    digest = hashlib.sha256(key.strip(_BLANK).encode("latin-1")).hexdigest().encode()
    # All of them, always: the time must not tell which one it was.
    matches = [hmac.compare_digest(digest, known) for known in keys]
    if not any(matches):
        raise EndpointError("wrong_key")
