"""Sites made of raw bytes on loopback, and a world of names and addresses that leads to them.

The policy under test is the one of production: a test says what a name resolves to and where the
wire of an address ends, and nothing else. What is not wired is refused, as a closed port is.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import anyio
from anyio.abc import ByteStream
from anyio.streams.tls import TLSListener

from changetrack_server.egress.dialling import Network
from changetrack_server.egress.fetching import Fetched, Fetcher
from changetrack_server.errors import EndpointError
from changetrack_server.settings import Settings

# Of the site that most tests fetch from; public, and never dialled for real.
PUBLIC = "93.184.215.14"
OTHER = "1.1.1.1"
HERE = (PUBLIC, 80)

# Milliseconds where a server has seconds.
IMPATIENT = Settings(
    robots="ignore", dns_seconds=0.3, connect_seconds=0.3, read_seconds=0.4, fetch_seconds=0.9
)


@dataclass(frozen=True)
class Visit:
    """A request that a site got: its head, and the stream to answer on."""

    head: bytes
    stream: ByteStream

    @property
    def path(self) -> str:
        """What was asked for."""
        return self.head.split(b" ", 2)[1].decode()

    def header(self, name: str) -> list[str]:
        """Return the values of a header."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(": ") for line in lines)
        return [value for key, _, value in pairs if key.lower() == name.lower()]


Answer: TypeAlias = Callable[[Visit], Awaitable[None]]
Sites: TypeAlias = Mapping[tuple[str, int], Answer]


def respond(
    body: bytes = b"", *headers: str, status: int = 200, length: int | None = None
) -> bytes:
    """Return a whole response; its length is the true one unless it is given."""
    said = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status} Said", *headers, f"Content-Length: {said}", "", ""]
    return "\r\n".join(lines).encode("utf-8") + body


def redirect(location: str, status: int = 302) -> bytes:
    """Return a response that leads elsewhere."""
    return respond(b"moved", f"Location: {location}", status=status)


def say(*pieces: bytes, every: float = 0.0) -> Answer:
    """Return a site that says these pieces, with a pause between them, and hangs up."""

    async def answer(visit: Visit) -> None:
        for piece in pieces:
            await visit.stream.send(piece)
            if every:
                await anyio.sleep(every)

    return answer


def say_forever(first: bytes, again: bytes, every: float = 0.0) -> Answer:
    """Return a site that never comes to an end."""

    async def answer(visit: Visit) -> None:
        await visit.stream.send(first)
        while True:
            await visit.stream.send(again)
            await anyio.sleep(every)

    return answer


def say_paths(
    paths: Mapping[str, bytes], otherwise: bytes = respond(b"none", status=404)
) -> Answer:
    """Return a site that has a response for each path."""

    async def answer(visit: Visit) -> None:
        await visit.stream.send(paths.get(visit.path, otherwise))

    return answer


async def stay_silent(visit: Visit) -> None:
    """Take the request, and say nothing."""
    del visit
    await anyio.sleep_forever()


@dataclass
class World:
    """Names, addresses, and where their wires end. The last answers for a name repeat."""

    names: dict[str, list[list[str]]] = field(default_factory=lambda: {"a.test": [[PUBLIC]]})
    wires: dict[tuple[str, int], int] = field(default_factory=dict)
    lookups: list[str] = field(default_factory=list)
    dials: list[tuple[str, int]] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    closed_port: int = 0

    def network(self) -> Network:
        """Return the seams through which a fetcher sees this world."""
        return Network(resolve=self.resolve, dial_as=self.dial_as)

    def resolve(self, host: str, port: int) -> list[str]:
        """Return what the script has, or what the system itself reads as an address."""
        self.lookups.append(host)
        script = self.names.get(host)
        if script is None:
            found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
            return [str(address[0]) for *_, address in found]
        return script.pop(0) if len(script) > 1 else script[0]

    def dial_as(self, address: str, port: int) -> tuple[str, int]:
        """Return where the wire of an address ends, and remember that it was dialled."""
        self.dials.append((address, port))
        return "127.0.0.1", self.wires.get((address, port), self.closed_port)

    @asynccontextmanager
    async def open(self, sites: Sites, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
        """Open sites at these addresses; those at port 443 and 8443 speak TLS."""
        async with AsyncExitStack() as stack:
            self.closed_port = stack.enter_context(_hold_port())
            for (address, port), answer in sites.items():
                context = tls if port in {443, 8443} else None
                local = await stack.enter_async_context(self._serve(answer, context))
                self.wires[address, port] = local
            yield

    @asynccontextmanager
    async def _serve(self, answer: Answer, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
        async def serve(stream: ByteStream) -> None:
            # Whoever has heard enough hangs up.
            try:
                async with stream:
                    visit = Visit(await _read_head(stream), stream)
                    self.visits.append(visit)
                    await answer(visit)
            except (anyio.BrokenResourceError, anyio.EndOfStream, anyio.ClosedResourceError):
                pass

        listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
        port: int = listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610 - no Django
        serving = TLSListener(listener, tls, standard_compatible=False) if tls else listener
        async with serving, anyio.create_task_group() as tasks:
            tasks.start_soon(serving.serve, serve)
            yield port
            tasks.cancel_scope.cancel()


@contextmanager
def _hold_port() -> Iterator[int]:
    """Give a port that nobody listens at, and nobody else can."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


async def _read_head(stream: ByteStream) -> bytes:
    """Read what a client says first: a request, or whatever begins a handshake of TLS."""
    head = b""
    while b"\r\n\r\n" not in head and not head.startswith(b"\x16"):
        head += await stream.receive()
    return head


@contextmanager
def without_threads() -> Iterator[None]:
    """Let no thread start, as on a machine that has too many: none has room for such a stack."""
    before = threading.stack_size(2**47)
    try:
        yield
    finally:
        threading.stack_size(before)


async def fetch_page(
    fetcher: Fetcher,
    url: str = "http://a.test/",
    *,
    seconds: float | None = None,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """Return a page that nobody counts any longer."""
    async with fetcher.fetch(url, seconds=seconds, headers=headers) as page:
        return page


@dataclass(frozen=True)
class Trip:
    """What became of one fetch."""

    world: World
    seconds: float
    fetched: Fetched | None = None
    error: EndpointError | None = None

    @property
    def reason(self) -> str:
        """Why there is no page, or nothing."""
        return self.error.reason if self.error else ""

    @property
    def page(self) -> Fetched:
        """The page that there is."""
        assert self.fetched is not None, (self.error, self.error and self.error.detail)
        return self.fetched


def travel(
    url: str = "http://a.test/",
    sites: Answer | Sites | None = None,
    *,
    names: Mapping[str, Sequence[list[str]]] | None = None,
    settings: Settings = IMPATIENT,
    tls: tuple[ssl.SSLContext, ssl.SSLContext] | None = None,
    headers: Mapping[str, str] | None = None,
    **changes: object,
) -> Trip:
    """Fetch one URL in a world of its own. A lone site is that of a.test; `changes` are settings.

    `tls` is the context of the sites, and the one that the fetcher verifies with.
    """
    world = World()
    world.names |= {name: list(script) for name, script in (names or {}).items()}
    opened = sites if isinstance(sites, Mapping) else {HERE: sites} if sites else {}
    chosen = replace(settings, **changes)  # type: ignore[arg-type]  # a test knows its settings
    server, client = tls or (None, None)

    async def run() -> Trip:
        async with world.open(opened, server):
            fetcher = Fetcher(chosen, world.network(), ssl_context=client)
            begun = time.monotonic()
            try:
                fetched = await fetch_page(fetcher, url, headers=headers)
            except EndpointError as error:
                return Trip(world, time.monotonic() - begun, error=error)
            return Trip(world, time.monotonic() - begun, fetched=fetched)

    return anyio.run(run)
