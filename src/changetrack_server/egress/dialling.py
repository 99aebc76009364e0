"""The one place where a connection is opened: resolve once, check every answer, dial just those.

The check sits under the HTTP client, where sockets are made, so that nothing above can forget it.
URLs are never rewritten to addresses: TLS, SNI and Host go on with the name.
"""

# ruff: noqa: ASYNC109 - the interface, timeouts included, is that of httpcore2
from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio
import httpcore2

from changetrack_server.egress.lookups import Resolve, resolve_name
from changetrack_server.errors import EndpointError
from changetrack_server.logs import note

if TYPE_CHECKING:
    import ssl

    from changetrack_server.egress.lookups import Lookups

__all__ = ["Guard", "Judge", "Meter", "Network"]

# Host, port and address → why that address may not be dialled, or None.
Judge: TypeAlias = "Callable[[str, int, str], str | None]"
# Address and port as checked → those that the wire goes to.
DialAs: TypeAlias = "Callable[[str, int], tuple[str, int]]"

# Of one name; large sites have six. All that there are were checked.
MAX_ADDRESSES = 8


def dial_as_checked(address: str, port: int) -> tuple[str, int]:
    """Return what was checked: outside of tests, the wire goes nowhere else."""
    return address, port


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The outside world, as two seams: what names resolve to, and where a wire goes.

    A test that says where `93.184.215.14` is has the whole policy under test; there is no switch
    that would turn it off.
    """

    resolve: Resolve = resolve_name
    dial_as: DialAs = dial_as_checked


class Meter:
    """Bytes that may still be read from a connection; whoever talks over it refills it."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = 0


class Guard(httpcore2.AsyncNetworkBackend):
    """Opens connections to addresses that `judge` lets pass, and to no others."""

    def __init__(
        self,
        judge: Judge,
        lookups: Lookups,
        network: Network,
        *,
        inner: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self._judge = judge
        self._lookups = lookups
        self._dial_as = network.dial_as
        self._inner = inner or httpcore2.AnyIOBackend()
        self.meter = Meter()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Return a connection to the first address of a host that takes it.

        Raises:
            EndpointError: the host has no address, or one that may not be dialled.
        """
        del local_address, socket_options
        failure: Exception | None = None
        for address in (await self._find_addresses(host, port))[:MAX_ADDRESSES]:
            try:
                return await self._dial(host, address, port, timeout)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore2.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: no page is behind a file.

        Raises:
            EndpointError: always.
        """
        del timeout, socket_options
        raise EndpointError("url_blocked", detail=f"{path} is a socket of this machine")

    async def _find_addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host, if all of them may be dialled.

        One that may not spoils the others: a name that points inside as well is no mistake.
        """
        # An address is itself, whatever a resolver would make of it.
        addresses = [host] if _read_address(host) else await self._lookups.look_up(host, port)
        for address in addresses:
            block = self._judge(host, port, address)
            if block is not None:
                raise EndpointError("url_blocked", detail=f"{host} is {address}: {block}")
        return addresses

    async def _dial(
        self,
        host: str,
        checked: str,
        port: int,
        timeout: float | None,
    ) -> httpcore2.AsyncNetworkStream:
        note("dial", level=logging.DEBUG, host=host, address=checked, port=port)
        address, wire_port = self._dial_as(checked, port)
        stream = await self._inner.connect_tcp(address, wire_port, timeout=timeout)
        peer = _find_peer(stream)
        if _read_address(peer) != _read_address(address):
            await stream.aclose()
            detail = f"{host}: dialled {address}, and {peer or 'nobody'} answered"
            raise EndpointError("url_blocked", detail=detail)
        return _Metered(stream, self.meter)


class _Metered(httpcore2.AsyncNetworkStream):
    """A connection that reads no more than its meter allows, under TLS as well."""

    def __init__(self, inner: httpcore2.AsyncNetworkStream, meter: Meter) -> None:
        self._inner = inner
        self._meter = meter

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,
    ) -> bytes:
        if self._meter.left <= 0:
            raise EndpointError("response_too_large")
        received = await self._inner.read(min(max_bytes, self._meter.left), timeout)
        self._meter.left -= len(received)
        return received

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,
    ) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            inner = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            # Whoever is cancelled in a handshake leaves a socket that nobody else knows of.
            with anyio.CancelScope(shield=True):
                await self._inner.aclose()
            raise
        return _Metered(inner, self._meter)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the interface is httpcore2's
        return self._inner.get_extra_info(info)


def _find_peer(stream: httpcore2.AsyncNetworkStream) -> str:
    """Return the address at the other end, or nothing if it is gone already."""
    try:
        peer = stream.get_extra_info("server_addr")
    except OSError:
        return ""
    return str(peer[0]) if peer else ""


def _read_address(text: str) -> object:
    try:
        return ip_address(text)
    except ValueError:
        return None
