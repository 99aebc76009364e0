"""Receivers of raw bytes on loopback, and an outbox that is emptied into them.

The policy is the one of production: a test says where a name leads and where the wire of an address
ends, and nothing else.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import anyio
import trustme

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Delivery
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.webhooks.states import WebhookFailure
from changetrack_server.egress.fetching import Fetcher
from changetrack_server.monitor.delivery.deliverer import Deliverer
from changetrack_server.monitor.delivery.sender import Sender
from changetrack_server.monitor.transacting import Transactor
from changetrack_server.settings import Settings
from tests.monitor.delivery.makers import find, make_hooked, queue
from tests.monitor.makers import NOON
from tests.server.raw_sites import PUBLIC, Answer, Visit, World

HOOK = "https://hook.test/in"
HERE = (PUBLIC, 443)
# A network that an operator has listed, and a receiver in it.
INSIDE = ("10.0.0.5", 9000)

# A machine may be busy with other things; what waits for a bound says so with `IMPATIENT`.
PATIENT = Settings(webhook_seconds=10.0)
IMPATIENT = Settings(webhook_seconds=0.6)
AUTHORITY = trustme.CA()


@dataclass
class Sink:
    """A receiver that writes down what it gets, and says one thing after another; then the last."""

    said: list[Answer]
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, visit: Visit) -> None:
        """Take one request."""
        headers, body = await read_request(visit)
        self.got.append((headers, body))
        await (self.said.pop(0) if len(self.said) > 1 else self.said[0])(visit)

    @property
    def ids(self) -> list[str]:
        """Which events arrived, in their order."""
        return [json.loads(body)["webhookId"] for _, body in self.got]


async def read_request(visit: Visit) -> tuple[dict[str, str], bytes]:
    """Return headers (in lower case) and body of a request."""
    head, _, body = visit.head.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")[1:]
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers["content-length"]):
        body += await visit.stream.receive()
    return headers, body


@dataclass
class Clock:
    """What time it is, for everybody in a test."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Say it."""
        return self.now


class House:
    """A store with monitors, and everything that empties its outbox into a world."""

    def __init__(
        self,
        settings: Settings = PATIENT,
        *,
        names: Mapping[str, Sequence[list[str]]] | None = None,
        store: Store | None = None,
        **changes: Any,  # noqa: ANN401 - any setting
    ) -> None:
        self.store = store or MemoryStore(threading.RLock())
        self.world = World(names={"hook.test": [[PUBLIC]]})
        self.world.names |= {name: list(script) for name, script in (names or {}).items()}
        self.clock = Clock()
        self.failures: list[WebhookFailure] = []
        self.settings = replace(settings, **changes)
        trusting = ssl.create_default_context()
        AUTHORITY.configure_trust(trusting)
        self.transact = Transactor(self.store)
        self.fetcher = Fetcher(self.settings, self.world.network(), ssl_context=trusting)
        self.sender = Sender(self.transact, self.fetcher, self.settings, now=self.clock)
        self.deliverer = self.make_deliverer({"webhook": self.sender.send})

    def make_deliverer(self, channels: Mapping[Any, Any], **given: Any) -> Deliverer:  # noqa: ANN401 - seams of a deliverer
        """Return what empties the outbox through these channels."""
        return Deliverer(
            given.pop("transact", self.transact),
            channels,
            self.settings,
            now=self.clock,
            jitter=lambda: 0.5,
            on_failure=given.pop("on_failure", self._hear),
            **given,
        )

    def _hear(self, _transaction: Transaction, failure: WebhookFailure) -> None:
        self.failures.append(failure)

    @asynccontextmanager
    async def open(self, sites: Mapping[tuple[str, int], Answer]) -> AsyncIterator[None]:
        """Open receivers; those at port 443 and 8443 speak TLS under any name of the world."""
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        AUTHORITY.issue_cert(*self.world.names).configure_cert(server)
        async with self.world.open(sites, server):
            yield

    async def deliver(self, at: datetime | None = None) -> int:
        """Send what is due at a moment."""
        self.clock.now = at or self.clock.now
        return await self.deliverer.deliver_due(self.clock.now)


def hang_up() -> Answer:
    """Return a receiver that takes the event and leaves without a word."""

    async def answer(visit: Visit) -> None:
        await visit.stream.aclose()

    return answer


def tell(
    *said: Answer,
    house: House | None = None,
    **given: Any,  # noqa: ANN401 - any field of a webhook
) -> tuple[Delivery, Sink, House]:
    """Send one event to a receiver, and return what became of it."""
    house = house or House()
    sink = Sink(list(said))
    queued = queue(house.store, make_hooked(house.store, url=HOOK, **given))
    assert queued is not None

    async def scenario() -> None:
        async with house.open({HERE: sink}):
            await house.deliver()

    anyio.run(scenario)
    return find(house.store, queued.id), sink, house
