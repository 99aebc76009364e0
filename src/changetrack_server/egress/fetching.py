"""All that the server has to do with the outside: pages of strangers, receivers, its own model.

    URL ─gate─▶ target ─robots.txt─▶ hop ─redirect─▶ gate … ─▶ Fetched

Redirects are followed by hand, each through the whole of it again. One deadline stands above all:
a site that sends a byte a second is never silent for too long, and never done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import anyio
import httpx2

from changetrack_server.egress.addresses import read_policy
from changetrack_server.egress.dialling import Guard, Network
from changetrack_server.egress.holdings import Holdings, Take
from changetrack_server.egress.hops import Bounds, Headers, Hop, Reply, find_header, make_hop
from changetrack_server.egress.lookups import Lookups
from changetrack_server.egress.permissions import Permissions, Verdict, judge_failure, judge_reply
from changetrack_server.egress.posting import ANSWER_BYTES, Posted, Poster
from changetrack_server.egress.robots import MAX_BYTES, name_agent
from changetrack_server.egress.threads import run_in_thread
from changetrack_server.egress.urls import (
    Origin,
    Target,
    blame_redirect,
    follow_redirect,
    parse_target,
    read_target,
)
from changetrack_server.errors import EndpointError
from changetrack_server.headers import HOP_HEADER
from changetrack_server.logs import note

if TYPE_CHECKING:
    import ssl

    from changetrack_server.settings import Settings

__all__ = ["Fetched", "Fetcher"]

# A page first, as browsers ask; but a feed, a text or an image is tracked as well.
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"
# What belongs to one origin and is not shown to another.
_SECRETS = {"authorization", "cookie", "proxy-authorization"}
# What a caller can not say otherwise: it is about the connection, and the connection is ours.
_FIXED = {
    *("host", "connection", "content-length", "transfer-encoding", "accept-encoding"),
    HOP_HEADER,
}

# As many as RFC 9309 asks for, whatever pages may do: a rule that is not found forbids nothing.
_ROBOTS_REDIRECTS = 5

_OUTSIDE = Network()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as a site gave it, whatever its status; the body is unpacked and not yet decoded.

    `url` is the one that was asked last.
    """

    url: str
    status: int
    headers: Headers
    body: bytes

    @property
    def content_type(self) -> str:
        """The Content-Type header, or nothing."""
        return self.find_header("Content-Type")

    def find_header(self, name: str) -> str:
        """Return the value of a header in whatever case, or nothing."""
        return find_header(self.headers, name)


@dataclass(slots=True, kw_only=True)
class _Walk:
    """How far a fetch came, within which bounds: how many were asked, and whether one led on."""

    bounds: Bounds
    redirects: int
    # Of a robots.txt, nobody asks whether it may be fetched.
    is_free: bool = False
    hops: int = 0
    is_redirected: bool = False


class Fetcher:
    """The egress of one process: its bounds, its resolver threads and what robots.txt files said.

    `network` and `clock` are seams; `ssl_context` is what TLS is verified with, instead of the
    authorities that the system trusts.
    """

    def __init__(
        self,
        settings: Settings,
        network: Network = _OUTSIDE,
        *,
        clock: Callable[[], float] = time.monotonic,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._network = network
        self._ssl_context = ssl_context
        self._policy = read_policy(settings)
        self._lookups = Lookups(network.resolve, settings.dns_seconds)
        self._slots = anyio.CapacityLimiter(settings.max_fetches)
        self._holdings = Holdings(settings.bytes_in_flight)
        self._agent = name_agent(settings.user_agent)
        self._permissions = Permissions(self._read_verdict, settings.robots_cache_seconds, clock)
        self._bounds = Bounds(
            connect_seconds=settings.connect_seconds,
            read_seconds=settings.read_seconds,
            header_bytes=settings.response_header_bytes,
            wire_bytes=settings.response_bytes,
            decoded_bytes=settings.decoded_bytes,
            ratio=settings.inflate_ratio,
        )
        self._robots_bounds = replace(
            self._bounds, wire_bytes=2 * MAX_BYTES, decoded_bytes=MAX_BYTES, is_cut=True
        )
        self._poster = Poster(
            self._policy, self._lookups, network, self._bounds, self._find_ssl_context
        )

    @asynccontextmanager
    async def fetch(
        self,
        url: str,
        *,
        seconds: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Fetched]:
        """Give what is at a URL. A status of 404 or 503 is an answer, too.

        Its bytes count as held until the block is left, so it should be let go with it. `seconds`
        is for everything until it is there, and `headers` are for the origin of `url`: what is
        secret among them is left behind when a redirect leads elsewhere.

        Raises:
            EndpointError: the URL may not be fetched, or there is no answer within bounds.
        """
        asked = self._settings.fetch_seconds if seconds is None else seconds
        with self._holdings.hold() as take:
            try:
                target = read_target(url, self._policy)
                given = self._list_headers(headers or {})
                fetched = await self._fetch_in_time(target, given, asked, take)
            except EndpointError as error:
                raise error.under("url") from error.__cause__
            yield fetched

    async def post_json(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        seconds: float,
        at_most: int,
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """Return status, body and headers (in lower case) of the answer to a POST.

        For a URL of the operator's settings only: its host and its port are trusted, whatever they
        are. Redirects are not followed, and the answer is at most so many bytes.

        Raises:
            EndpointError: there is no such answer.
        """
        target = parse_target(url)
        bounds = replace(
            self._bounds, read_seconds=seconds, wire_bytes=at_most, decoded_bytes=at_most
        )
        given = {name: value for name, value in headers.items() if name.lower() not in _FIXED}
        ours = {"Accept-Encoding": "gzip", "Content-Length": str(len(body))}
        hop = Hop(
            target=target,
            method="POST",
            headers=tuple({"Content-Type": "application/json", **given, **ours}.items()),
            body=body,
        )
        with anyio.move_on_after(seconds):
            guard = Guard(partial(_trust, target.origin), self._lookups, self._network)
            reply = await make_hop(hop, guard, bounds, await self._find_ssl_context(target))
            return reply.status, reply.body, {name.lower(): text for name, text in reply.headers}
        raise EndpointError("deadline_exceeded")

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        seconds: float,
        at_most: int = ANSWER_BYTES,
    ) -> Posted:
        """Return what a receiver of a stranger's says to a POST; of its answer little is read.

        Its address is under the policy of pages, at each call anew, and what is sent goes over
        https: plain http and other ports are for networks that the operator has listed. Redirects
        are not followed, and `seconds` is for everything together.

        Raises:
            EndpointError: nothing may be sent there, or nobody said anything.
        """
        given = ((name, value) for name, value in headers.items() if name.lower() not in _FIXED)
        # Whoever sends events to this very server would be in a circle.
        ours = (
            ("Accept-Encoding", "identity"),
            (HOP_HEADER, "1"),
            ("Content-Length", str(len(body))),
        )
        return await self._poster.post(
            url, body, headers=(*given, *ours), seconds=seconds, at_most=at_most
        )

    async def check_receiver(self, url: str) -> None:
        """Return if events may be sent to a URL, as things are now; at each try it is seen again.

        Raises:
            EndpointError: they may not.
        """
        await self._poster.check(url)

    async def _fetch_in_time(
        self, target: Target, headers: Headers, seconds: float, take: Take
    ) -> Fetched:
        walk = _Walk(bounds=replace(self._bounds, take=take), redirects=self._settings.redirects)
        has_begun = False
        with anyio.move_on_after(min(seconds, self._settings.max_fetch_seconds)):
            async with self._slots:
                has_begun = True
                last, reply = await self._follow(target, headers, walk)
                _write_down(last, reply, walk)
                return Fetched(
                    url=last.url, status=reply.status, headers=reply.headers, body=reply.body
                )
        is_full = not has_begun and not self._slots.available_tokens
        raise EndpointError("overloaded" if is_full else "deadline_exceeded")

    async def _follow(self, target: Target, headers: Headers, walk: _Walk) -> tuple[Target, Reply]:
        """Return the page that a target leads to, and its reply."""
        while walk.hops <= walk.redirects:
            walk.hops += 1
            try:
                if not walk.is_free and self._settings.robots == "respect":
                    await self._permissions.check(target)
                reply = await self._ask(target, headers, walk.bounds)
            except EndpointError as error:
                raise (blame_redirect(error) if walk.is_redirected else error) from error.__cause__
            if not reply.location:
                return target, reply
            walk.is_redirected = True
            following = follow_redirect(target, reply.location, self._policy)
            if following.origin != target.origin:
                headers = tuple(each for each in headers if each[0].lower() not in _SECRETS)
            target = following
        raise EndpointError("too_many_redirects")

    async def _ask(self, target: Target, headers: Headers, bounds: Bounds) -> Reply:
        guard = Guard(self._judge, self._lookups, self._network)
        hop = Hop(target=target, headers=headers, is_followed=True)
        return await make_hop(hop, guard, bounds, await self._find_ssl_context(target))

    async def _read_verdict(self, origin: Origin) -> Verdict:
        """Return what the robots.txt of an origin says about us.

        Its time is its own: a caller who is in a hurry must not make it look unreachable.

        Raises:
            EndpointError: this server is full, which says nothing about the site.
        """
        target = Target(
            scheme=origin.scheme, host=origin.host, port=origin.port, path="/robots.txt"
        )
        with self._holdings.hold() as take:
            walk = _Walk(
                bounds=replace(self._robots_bounds, take=take),
                redirects=_ROBOTS_REDIRECTS,
                is_free=True,
            )
            try:
                with anyio.move_on_after(self._settings.read_seconds):
                    _, reply = await self._follow(target, self._list_headers({}), walk)
                    return await judge_reply(reply, self._agent)
            except EndpointError as error:
                if error.reason == "overloaded":
                    raise
                return judge_failure(error, is_first=not walk.is_redirected)
        return Verdict(failure="robots_unreachable", detail="it took too long")

    def _judge(self, host: str, port: int, address: str) -> str | None:
        del host, port
        return self._policy.find_block(address)

    def _list_headers(self, given: Mapping[str, str]) -> Headers:
        ours = {"User-Agent": self._settings.user_agent, "Accept": _ACCEPT}
        named = {name.lower() for name in given}
        return (
            *((name, value) for name, value in ours.items() if name.lower() not in named),
            *((name, value) for name, value in given.items() if name.lower() not in _FIXED),
            ("Accept-Encoding", "gzip"),
            (HOP_HEADER, "1"),
        )

    async def _find_ssl_context(self, target: Target) -> ssl.SSLContext | None:
        """Return what TLS is verified with; it takes 50 ms to make, so it is made once, if ever."""
        if self._ssl_context is None and target.scheme == "https":
            self._ssl_context = await run_in_thread(httpx2.create_ssl_context)
        return self._ssl_context


def _write_down(target: Target, reply: Reply, walk: _Walk) -> None:
    """Tell an operator who asks for it what a page cost, which the page itself does not show."""
    note(
        "page",
        level=logging.DEBUG,
        host=target.host,
        status=reply.status,
        hops=walk.hops,
        wire_bytes=reply.wire_bytes,
        bytes=len(reply.body),
    )


def _trust(origin: Origin, host: str, port: int, address: str) -> str | None:
    """Judge as for the operator's own endpoint: any address of it, and no other host or port."""
    is_it = (host, port) == (origin.host, origin.port)
    return None if is_it else f"{host}:{port} at {address} is not the endpoint of the settings"
