"""The real app with everything but its loops: routes, keys and a store, and a clock that stands."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from anyio.from_thread import start_blocking_portal

from changetrack import JsonObject
from changetrack.monitor.ids import name_id
from changetrack.monitor.keys import create_key, spell_key
from changetrack.monitor.mail import Links
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.ports import Transaction
from changetrack_server.app import create_app
from changetrack_server.egress.dialling import Network
from changetrack_server.monitor.keys import Keyring
from changetrack_server.monitor.transacting import Transactor
from changetrack_server.services import Services
from changetrack_server.settings import Settings
from tests.outside import NOBODY
from tests.server.http.inside import Inside

if TYPE_CHECKING:
    from tests.server.http.sockets import RawAnswer

T = TypeVar("T")

NOW = datetime(2026, 5, 17, 15, 30, tzinfo=UTC)
ORDER: JsonObject = {
    "name": "m",
    "schedule": {"cron": "*/30 * * * *"},
    "targets": [{"type": "scrape", "urls": ["https://example.com/"]}],
}
HOOKED: JsonObject = {**ORDER, "webhook": "https://example.com/hooks"}
JSON = (b"content-type", b"application/json")


@dataclass(slots=True)
class StillOrchestra:
    """What the routes need of the orchestration, without anybody who works on what they write."""

    settings: Settings
    transact: Transactor
    services: Services
    time: datetime = NOW
    signing_key: str = "k" * 43
    woken: int = 0
    made: int = field(default=0)

    @property
    def links(self) -> Links:
        """What the links in mails are made with."""
        return Links(public_url=self.settings.public_url, signing_key=self.signing_key)

    def now(self) -> datetime:
        """Return what time it is."""
        return self.time

    def new_id(self) -> str:
        """Return a name that nothing has."""
        self.made += 1
        return name_id("made", self.made)

    def new_token(self) -> str:
        """Return 32 bytes, other ones each time."""
        self.made += 1
        return base64.urlsafe_b64encode(self.made.to_bytes(32)).rstrip(b"=").decode()

    def wake(self) -> None:
        """Count that somebody was to be woken."""
        self.woken += 1


class World:
    """An app that answers, and what is behind it."""

    def __init__(
        self, inside: Inside, store: MemoryStore, orchestra: StillOrchestra, ticks: list[float]
    ) -> None:
        self.inside = inside
        self.store = store
        self.orchestra = orchestra
        # What the keyring takes for the time.
        self.ticks = ticks

    def ask(
        self,
        method: str,
        path: str,
        body: Any = ...,  # noqa: ANN401 - any JSON; three dots: none
        *,
        key: str = "",
        headers: dict[str, str] | None = None,
    ) -> RawAnswer:
        """Return the answer to a request."""
        sent = [(b"authorization", f"Bearer {key}".encode())] if key else []
        sent += [(name.lower().encode(), text.encode()) for name, text in (headers or {}).items()]
        data = b"" if body is ... else json.dumps(body).encode()
        if body is not ...:
            sent += [JSON, (b"content-length", str(len(data)).encode())]
        return self.inside.ask(method, path, data, sent)

    def say(self, method: str, path: str, body: Any = ..., **more: Any) -> JsonObject:  # noqa: ANN401 - as above
        """Return the envelope of an answer that is a success."""
        answer = self.ask(method, path, body, **more)
        assert answer.status == 200, answer.json
        envelope: JsonObject = answer.json
        assert envelope["success"] is True
        return envelope

    def make(self, version: str = "v2", **more: Any) -> str:  # noqa: ANN401 - as above
        """Return the id of a new monitor."""
        key = more.pop("key", "")
        data: Any = self.say("POST", f"/{version}/monitor", {**HOOKED, **more}, key=key)["data"]
        return str(data["id"])

    def keep(self, work: Callable[[Transaction], T]) -> T:
        """Return what a transaction of the store returns."""
        return self.store.transact(work)

    def hand_out(self, owner: str, *scopes: str, per_minute: int | None = None) -> str:
        """Return a new key of an owner."""
        key = spell_key(self.orchestra.new_token())
        self.keep(
            lambda each: create_key(
                each,
                key,
                key_id=self.orchestra.new_id(),
                name=f"key of {owner}",
                owner=owner,
                now=NOW,
                scopes=scopes or ("read", "write", "run"),
                requests_per_minute=per_minute,
            )
        )
        return key


@contextmanager
def a_world(network: Network = NOBODY, **settings: Any) -> Iterator[World]:  # noqa: ANN401 - of Settings
    """Have an app as long as the block runs."""
    store = MemoryStore()
    read = Settings(monitors=True, work_processes=1, **settings)
    app = create_app(read, network=network, store=store)
    orchestra = StillOrchestra(
        settings=read, transact=Transactor(store), services=app.state.services
    )
    ticks = [0.0]
    app.state.orchestra = orchestra
    app.state.keyring = Keyring(orchestra.transact, clock=lambda: ticks[0])
    with start_blocking_portal() as portal:
        yield World(Inside(app, portal), store, orchestra, ticks)
