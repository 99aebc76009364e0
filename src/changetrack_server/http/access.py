"""Who may ask: bearer keys, known only by their hashes, of the settings and handed out.

Those of the settings are compared in constant time; those that were handed out are looked up by
their hash, which tells nothing about a key to whoever measures it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, QueryParams

from changetrack_server.errors import EndpointError
from changetrack_server.headers import HOP_HEADER
from changetrack_server.http.callers import (
    LOCAL,
    Buckets,
    Caller,
    Keyring,
    name_owner,
    needed_scope,
)
from changetrack_server.http.responses import turn_away

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from changetrack_server.settings import Settings

__all__ = ["OPEN_PATHS", "Access", "hash_key", "is_known", "is_open"]

_BLANK = " \t"

# What tells nothing about anybody: whether the server lives, and how to speak to it.
OPEN_PATHS = frozenset({"/health", "/ready", "/openapi.json", "/docs"})
# And what somebody opens out of a mail, with a token in place of a key. Whole paths: what else
# begins so may be a route of monitors, with `email` in the place of an id.
_MAIL = re.compile(r"/v[12]/monitor/email/(?:confirm|unsubscribe)")
_MONITORS = re.compile(r"/v[12]/monitor(?:/|$)")
_FEED = re.compile(r"/v[12]/monitor/[^/]+/feed\.atom")


class Access:
    """Lets requests with a key through; wraps the whole app, so no route can be forgotten.

    Whoever asks stands in the state of the request, as `caller`, from here on.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._keys = tuple(key.removeprefix("sha256:").encode() for key in settings.api_keys)
        self._buckets = Buckets(settings.key_requests_per_minute)
        self._hosts = {"localhost", settings.host, urlsplit(settings.public_url).hostname}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] == "http":
            try:
                refusal = await self._check(scope)
            except EndpointError as error:
                refusal = turn_away(error)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _check(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if HOP_HEADER in headers:
            raise EndpointError("request_loop")
        if is_open(scope["path"]) or _has_token(scope):
            return None
        caller = await self._identify(headers, _find_keyring(scope))
        if caller == LOCAL and _MONITORS.match(scope["path"]):
            self._check_host(headers.get("host", ""))
        wait = self._buckets.take(caller)
        if wait:
            return turn_away(EndpointError("rate_limited"), {"Retry-After": str(wait)})
        needed = needed_scope(scope["method"], scope["path"])
        if needed not in caller.scopes:
            problem = f"the API key has no scope {needed!r}"
            raise EndpointError("forbidden_scope", problem=problem)
        scope.setdefault("state", {})["caller"] = caller
        return None

    def _check_host(self, host: str) -> None:
        """Check that it is us whom a browser believes to talk to, where nobody needs a key.

        A page of a stranger may have its own name lead to this machine, and then reads and changes
        what it likes (DNS rebinding); but the name that it asked for is still in the Host header.

        Raises:
            EndpointError: it is another name.
        """
        name = urlsplit(f"//{host}").hostname or ""
        if name not in self._hosts and not _is_address(name):
            raise EndpointError("wrong_host")

    async def _identify(self, headers: Headers, keyring: Keyring | None) -> Caller:
        if not self._keys and not (keyring and await keyring.has_keys()):
            return LOCAL
        digest = hash_key(headers.getlist("authorization"))
        if is_known(digest, self._keys):
            owner = name_owner(digest)
            # An operator's own key is not held back.
            return Caller(owner=owner, key_id=owner, requests_per_minute=0)
        caller = await keyring.find_caller(digest) if keyring else None
        if caller is None:
            raise EndpointError("wrong_key")
        return caller


def _is_address(name: str) -> bool:
    """Tell whether a host is an address, which leads nowhere else."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_open(path: str) -> bool:
    """Tell whether a path asks for no key."""
    return path in OPEN_PATHS or _MAIL.fullmatch(path) is not None


def _has_token(scope: Scope) -> bool:
    """Tell whether a feed is asked for with a token in place of a key, which its route checks."""
    is_read = scope["method"] in {"GET", "HEAD"}
    is_feed = is_read and _FEED.fullmatch(scope["path"]) is not None
    return is_feed and "token" in QueryParams(scope["query_string"])


def _find_keyring(scope: Scope) -> Keyring | None:
    """Return the keys that were handed out, where the app that is served has any store for them."""
    app = scope.get("app")
    return getattr(app.state, "keyring", None) if app else None


def hash_key(given: list[str]) -> str:
    """Return the hash of the key in the Authorization headers of a request.

    Raises:
        EndpointError: there is not exactly one, of the form `Bearer <key>`.
    """
    if len(given) != 1:
        raise EndpointError("missing_key" if not given else "wrong_key")
    scheme, _, key = given[0].strip(_BLANK).partition(" ")
    if scheme.lower() != "bearer":
        raise EndpointError("missing_key", problem="the Authorization header holds no Bearer key")
    # ASGI headers are bytes, which Starlette reads as latin-1; this gives back the bytes.
    return hashlib.sha256(key.strip(_BLANK).encode("latin-1")).hexdigest()


def is_known(digest: str, keys: tuple[bytes, ...]) -> bool:
    """Tell whether a hash is one of these.

    All of them are compared, always: the time must not tell which one it was.
    """
    return any([hmac.compare_digest(digest.encode(), known) for known in keys])  # noqa: C419 - all
