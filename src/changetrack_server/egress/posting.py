"""What is told to strangers: a POST to a URL that somebody gave, under the policy of pages.

A page may be read over plain http, but what is told is signed and not sealed, so it goes over https
only; in a network that the operator has listed, http and any port will do. Which of the two it is
shows when the connection is opened, of the very address that is dialled.

The status is the whole answer. What follows it is read so that nobody is cut off in mid-sentence,
but no more than a little, and it changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import anyio

from changetrack_server.egress.dialling import Guard
from changetrack_server.egress.hops import (
    Hop,
    find_header,
    name_failures,
    open_hop,
    read_headers,
)
from changetrack_server.egress.urls import Target, is_address, parse_target
from changetrack_server.errors import EndpointError

if TYPE_CHECKING:
    import ssl

    import httpcore2

    from changetrack_server.egress.addresses import Policy
    from changetrack_server.egress.dialling import Network
    from changetrack_server.egress.hops import Bounds, Headers
    from changetrack_server.egress.lookups import Lookups

__all__ = ["ANSWER_BYTES", "Posted", "Poster", "read_receiver"]

FindContext: TypeAlias = "Callable[[Target], Awaitable[ssl.SSLContext | None]]"

# Of an answer: enough for any word of thanks, and no way to fill a memory (reliability C25).
ANSWER_BYTES = 64 * 1024

_HTTPS_PORT = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a receiver said."""

    status: int
    headers: Headers

    def find_header(self, name: str) -> str | None:
        """Return the value of a header, in whatever case."""
        return find_header(self.headers, name) or None


def read_receiver(url: str, policy: Policy) -> Target:
    """Return the target of a URL that events shall be sent to, as far as the URL alone can tell.

    Raises:
        EndpointError: nothing may be sent there, whatever the host resolves to.
    """
    target = parse_target(url)
    if is_address(target.host):
        block = policy.find_block(target.host)
        if block is not None:
            raise EndpointError("url_blocked", detail=f"{target.host}: {block}")
        _check_way(target, policy, is_listed=policy.is_listed(target.host))
    else:
        # Whether a name lies in a listed network is seen when it is resolved.
        _check_way(target, policy, is_listed=bool(policy.networks))
    return target


class Poster:
    """Sends what is told, each time through a connection of its own that was checked."""

    def __init__(
        self,
        policy: Policy,
        lookups: Lookups,
        network: Network,
        bounds: Bounds,
        find_context: FindContext,
    ) -> None:
        self._policy = policy
        self._lookups = lookups
        self._network = network
        self._bounds = bounds
        self._find_context = find_context

    async def check(self, url: str) -> None:
        """Return if a URL may be sent to now; a name that does not resolve yet is let pass.

        Raises:
            EndpointError: it may not.
        """
        target = read_receiver(url, self._policy)
        if is_address(target.host):
            return
        try:
            addresses = await self._lookups.look_up(target.host, target.port)
        except EndpointError as error:
            if error.reason in {"dns_failed", "dns_timeout"}:
                return
            raise
        for address in addresses:
            block = self._policy.find_block(address)
            if block is not None:
                raise EndpointError("url_blocked", detail=f"{target.host} is {address}: {block}")
            _check_way(target, self._policy, is_listed=self._policy.is_listed(address))

    async def post(
        self, url: str, body: bytes, *, headers: Headers, seconds: float, at_most: int
    ) -> Posted:
        """Return what a receiver said, within `seconds` for everything together.

        Redirects are not followed. A receiver that has said its status and then says nothing more,
        or far too much, has said it.

        Raises:
            EndpointError: nothing may be sent there, or nobody said anything.
        """
        target = read_receiver(url, self._policy)
        hop = Hop(target=target, method="POST", headers=headers, body=body)
        bounds = replace(self._bounds, read_seconds=seconds, wire_bytes=at_most)
        said: list[Posted] = []
        with anyio.move_on_after(seconds):
            try:
                await self._send(hop, bounds, said)
            except EndpointError:
                if not said:
                    raise
        if not said:
            raise EndpointError("deadline_exceeded", problem="the receiver took too long")
        return said[0]

    async def _send(self, hop: Hop, bounds: Bounds, said: list[Posted]) -> None:
        guard = Guard(partial(self._judge, hop.target), self._lookups, self._network)
        context = await self._find_context(hop.target)
        with name_failures():
            async with open_hop(hop, guard, bounds, context) as response:
                said.append(Posted(status=response.status, headers=read_headers(response)))
                guard.meter.left = bounds.header_bytes + bounds.wire_bytes
                await _read_away(response, bounds.wire_bytes)

    def _judge(self, target: Target, host: str, port: int, address: str) -> str | None:
        del host, port
        block = self._policy.find_block(address)
        if block is not None:
            return block
        with contextlib.suppress(EndpointError):
            _check_way(target, self._policy, is_listed=self._policy.is_listed(address))
            return None
        return "it lies in no listed network, so it is reached over https at a port of the web"


def _check_way(target: Target, policy: Policy, *, is_listed: bool) -> None:
    """Return if scheme and port will do."""
    if is_listed:
        return
    if target.scheme != "https":
        raise EndpointError("insecure_receiver")
    if target.port != _HTTPS_PORT and not policy.has_port(target.port):
        raise EndpointError("port_not_allowed")


async def _read_away(response: httpcore2.Response, at_most: int) -> None:
    size = 0
    async with aclosing(response.aiter_stream()) as chunks:
        async for chunk in chunks:
            size += len(chunk)
            if size >= at_most:
                return
