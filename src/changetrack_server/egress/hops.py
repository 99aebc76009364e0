"""One hop: a request on a connection of its own, and what came back, bounded in every direction.

The connection is opened through the guard, used once and closed. So a check of its address can not
be older than the request, and nothing that one site left behind reaches another.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import anyio
import anyio.lowlevel
import httpcore2

from changetrack_server.egress.holdings import Take, take_freely
from changetrack_server.egress.inflating import Body, find_coding
from changetrack_server.errors import EndpointError

if TYPE_CHECKING:
    import ssl

    from changetrack_server.egress.dialling import Guard
    from changetrack_server.egress.urls import Target

__all__ = [
    "Bounds",
    "Headers",
    "Hop",
    "Reply",
    "find_header",
    "make_hop",
    "name_failures",
    "open_hop",
    "read_headers",
]

Headers: TypeAlias = "tuple[tuple[str, str], ...]"

# What a parser says before it quotes what it read.
_WORDS = re.compile(r"[A-Za-z -]*")

_REDIRECTS = {301, 302, 303, 307, 308}
# Framing beside a body: a chunk of one byte comes with five more, and not all sites that send such
# chunks mean harm. Who sends more than that around a byte does.
_FRAMING = 8
# What is unpacked without a pause: 3 MiB of a bomb at the most, which takes 10 ms.
_FED_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """What is asked, of whom, and whether a redirect is to be followed instead of being read."""

    target: Target
    headers: Headers
    method: str = "GET"
    body: bytes = b""
    is_followed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an answer may cost."""

    connect_seconds: float
    read_seconds: float
    header_bytes: int
    wire_bytes: int
    decoded_bytes: int
    ratio: int
    # Of what is larger, take the beginning.
    is_cut: bool = False
    # Counts what is held, together with all other answers.
    take: Take = take_freely


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back. Of a redirect that is followed, `location` says where to."""

    status: int
    headers: Headers
    body: bytes = b""
    wire_bytes: int = 0
    location: str = ""


def find_header(headers: Headers, name: str) -> str:
    """Return the value of a header, in whatever case; several are joined as RFC 9110 has it."""
    name = name.lower()
    return ", ".join(value for each, value in headers if each.lower() == name)


async def make_hop(
    hop: Hop, guard: Guard, bounds: Bounds, ssl_context: ssl.SSLContext | None = None
) -> Reply:
    """Return the reply to one request.

    Raises:
        EndpointError: there is none, or it is not within its bounds.
    """
    with name_failures():
        async with open_hop(hop, guard, bounds, ssl_context) as response:
            headers = read_headers(response)
            location = _find_location(response.status, headers) if hop.is_followed else ""
            if location:
                return Reply(status=response.status, headers=headers, location=location)
            body = Body(
                find_coding(find_header(headers, "Content-Encoding")),
                at_most=bounds.decoded_bytes,
                ratio=bounds.ratio,
                is_cut=bounds.is_cut,
                take=bounds.take,
            )
            guard.meter.left = bounds.header_bytes + _FRAMING * bounds.wire_bytes
            await _read_body(response, headers, body, bounds)
            return Reply(
                status=response.status,
                headers=headers,
                body=body.finish(),
                wire_bytes=body.wire_bytes,
            )


@asynccontextmanager
async def open_hop(
    hop: Hop, guard: Guard, bounds: Bounds, ssl_context: ssl.SSLContext | None
) -> AsyncIterator[httpcore2.Response]:
    """Send the request and give the response as soon as its head is there."""
    target = hop.target
    request = httpcore2.Request(
        hop.method,
        httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
        headers=[
            (name.encode("ascii"), value.encode())
            for name, value in (("Host", target.authority), *hop.headers)
        ],
        content=hop.body or None,
        extensions={
            "timeout": {
                "connect": bounds.connect_seconds,
                "read": bounds.read_seconds,
                "write": bounds.read_seconds,
            }
        },
    )
    guard.meter.left = bounds.header_bytes
    # No proxy, no retries, no HTTP/2: one connection, and what the guard says about it.
    async with httpcore2.AsyncConnectionPool(
        ssl_context=ssl_context, max_connections=1, network_backend=guard
    ) as pool:
        response = await pool.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()


@contextmanager
def name_failures() -> Iterator[None]:
    """Give the failures of a connection their names."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise EndpointError("timeout", detail=repr(error)) from error
    except httpcore2.ProtocolError as error:
        # The quotation may be a cookie, or a line of 60 KB.
        words = _WORDS.match(str(error))
        detail = f"{type(error).__name__}: {words[0].strip() if words else ''}"
        raise EndpointError("upstream_error", detail=detail) from error
    except (
        httpcore2.NetworkError,
        anyio.BrokenResourceError,
        anyio.ClosedResourceError,
        # TLS that breaks later on.
        OSError,
    ) as error:
        raise EndpointError("upstream_error", detail=repr(error)) from error


def read_headers(response: httpcore2.Response) -> Headers:
    """Return the headers of a response, in its order and spelling."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers
    )


def _find_location(status: int, headers: Headers) -> str:
    """Return where a page redirects to, or nothing if it does not."""
    if status not in _REDIRECTS:
        return ""
    locations = {value for name, value in headers if name.lower() == "location" and value}
    if len(locations) > 1:
        raise EndpointError("invalid_redirect", detail="several Locations")
    location = "".join(locations)
    try:
        # Names that are not ASCII are sent as UTF-8, and so they are meant.
        return location.encode("latin-1").decode()
    except UnicodeDecodeError:
        return location


async def _read_body(
    response: httpcore2.Response, headers: Headers, body: Body, bounds: Bounds
) -> None:
    declared = find_header(headers, "Content-Length")
    if declared.isdigit() and int(declared) > bounds.wire_bytes and not bounds.is_cut:
        raise EndpointError("response_too_large", detail=f"{declared} bytes declared")
    async with aclosing(response.aiter_stream()) as chunks:
        async for chunk in chunks:
            for at in range(0, len(chunk), _FED_BYTES):
                body.feed(chunk[at : at + _FED_BYTES])
                # Unpacked, a piece may be two hundred times as large; others have their turn.
                await anyio.lowlevel.checkpoint()
            if body.is_full:
                return
            if body.wire_bytes > bounds.wire_bytes:
                raise EndpointError("response_too_large", detail="more on the wire than allowed")
