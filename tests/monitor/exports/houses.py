"""Installations with the routes of exports, and monitors to be moved between them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from changetrack import ChangeTrackError
from changetrack.monitor.commands import NewMonitor, create_monitor
from changetrack.monitor.mail import Links
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Monitor
from changetrack.monitor.planning import queue_check
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import MONITORS
from changetrack.monitor.wire import DIALECTS, Rules, read_monitor
from changetrack_server.http.bodies import Bodies
from changetrack_server.http.callers import Caller
from changetrack_server.http.responses import turn_away
from changetrack_server.monitor.routes.exports import export_routes
from changetrack_server.monitor.routes.imports import import_routes
from changetrack_server.settings import Settings
from tests.monitor.makers import NOON, put_monitor, run_check
from tests.server.serving import serve

T = TypeVar("T")
SETTINGS = Settings(public_url="https://c.test/", max_monitors=3)
MINE = "0190c0de-0000-7000-8000-000000000001"
PAGE = "https://a.test/pricing"
BODY: dict[str, Any] = {
    "name": "Prices",
    "schedule": {"text": "every 30 minutes", "timezone": "Europe/Berlin"},
    "goal": "Tell me of prices",
    "targets": [
        {
            "type": "scrape",
            "urls": [PAGE],
            "scrapeOptions": {
                "formats": [
                    "markdown",
                    {
                        "type": "changeTracking",
                        "modes": ["git-diff", "json"],
                        "schema": {"type": "object", "properties": {"price": {"type": "string"}}},
                    },
                ]
            },
        },
        {
            "type": "crawl",
            "url": "https://a.test/docs",
            "crawlOptions": {"limit": 7, "maxDiscoveryDepth": 2, "excludePaths": ["/old/"]},
        },
    ],
    "webhook": {"url": "https://a.test/hook", "headers": {"X-A": "b"}, "events": ["monitor.page"]},
    "notification": {"email": {"enabled": True, "recipients": ["a@b.test"], "includeDiffs": True}},
    "retentionDays": 60,
    "monthlyCredits": 500,
    "removalChecks": 2,
}


@dataclass
class House:
    """An installation: a store, and what the routes need of it."""

    store: MemoryStore = field(default_factory=MemoryStore)
    settings: Settings = SETTINGS
    signing_key: str = "key"
    woken: int = 0
    drawn: int = 0

    @property
    def links(self) -> Links:
        """What the links in mails are made with."""
        return Links(public_url=self.settings.public_url, signing_key=self.signing_key)

    async def transact(self, work: Callable[[Transaction], T], /) -> T:
        """Return what `work` returns."""
        return self.store.transact(work)

    def now(self) -> datetime:
        """Return what time it is."""
        return NOON

    def new_id(self) -> str:
        """Return a name that nothing has."""
        return MINE

    def new_token(self) -> str:
        """Return a text that was not returned before."""
        self.drawn += 1
        return f"token-{self.drawn:026}"

    def wake(self) -> None:
        """Count it."""
        self.woken += 1

    def add(self, body: dict[str, Any], own_id: str = MINE, owner: str = "me") -> Monitor:
        """Make a monitor as the API does."""
        ordered = read_monitor(body, DIALECTS["v2"], Rules(), monitor_id=own_id, now=NOON)
        order = NewMonitor(id=own_id, owner=owner, config=ordered.config, secret="old secret")  # noqa: S106
        return self.store.transact(
            lambda transaction: create_monitor(transaction, order, now=NOON, most=999).monitor
        )

    def monitors(self) -> list[Monitor]:
        """Return all monitors."""
        return self.store.transact(lambda transaction: transaction.select(MONITORS, {}))


class Names:
    """Says who asks, as a key would."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the name for the owner."""
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"x-name")
            if name is not None:
                scope.setdefault("state", {})["caller"] = Caller(owner=name.decode())
        await self._app(scope, receive, send)


async def _refuse(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ChangeTrackError)
    return turn_away(error)


@contextmanager
def visit(house: House, name: str | None = "me") -> Iterator[httpx2.Client]:
    """Serve the routes of a house, and give a client who is somebody there."""
    app = Starlette(
        routes=[
            *export_routes(),
            *import_routes(Bodies(house.settings), lambda _request: Rules()),
        ],
        middleware=[Middleware(Names)],
        exception_handlers={ChangeTrackError: _refuse},
    )
    app.state.orchestra = house
    headers = {"x-name": name} if name else {}
    with serve(app) as url, httpx2.Client(base_url=url, headers=headers) as client:
        yield client


def move(house: House, other: House, kind: str, name: str = "me") -> Any:  # noqa: ANN401 - any JSON
    """Export from one house, import into another, and return the answer."""
    with visit(house) as client:
        text = client.get(f"/v1/monitor/export?format={kind}").content
    types = {"json": "application/json", "ndjson": "application/x-ndjson"}
    with visit(other, name) as client:
        answer = client.post(
            "/v2/monitor/import", content=text, headers={"content-type": types[kind]}
        )
    assert answer.status_code == 200, answer.text
    if kind == "ndjson":
        return [json.loads(line) for line in answer.text.splitlines()]
    return answer.json()["data"]


def make_house() -> House:
    """Return a house with a monitor that knows a page."""
    house = House()
    monitor = house.add({**BODY, "targets": BODY["targets"][:1]})
    put_monitor(house.store, replace(monitor, owner="me"))
    house.store.transact(
        lambda transaction: queue_check(
            transaction, monitor, check_id="c", trigger="manual", slot=None, now=NOON
        )
    )
    run_check(house.store, {PAGE: "Starter $19"})
    return house
