"""A site of a few files on loopback, and the real engine that checks it, on a clock that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import anyio
import anyio.lowlevel
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from changetrack.monitor.commands import run_monitor
from changetrack.monitor.models import Check, Crawl, Monitor, Page, Target, Tracking
from changetrack.monitor.ports import Store
from changetrack.monitor.tables import BASELINES, CHECKS, PAGES
from changetrack.testing import FakeClock
from changetrack_server.monitor.engine import Engine
from changetrack_server.monitor.transacting import Transactor
from changetrack_server.services import Services, make_services
from changetrack_server.settings import Settings, read_settings
from tests.monitor.lives.spot import InlineWork
from tests.monitor.makers import (
    find_monitor,
    make_config,
    make_monitor,
    make_target,
    put_monitor,
    tell_nobody,
)
from tests.server.serving import serve

HTML = "text/html; charset=utf-8"
XML = "application/xml"


@dataclass(frozen=True)
class File:
    """What a path answers."""

    body: bytes | str
    content_type: str = HTML
    status: int = 200
    location: str = ""


Files: TypeAlias = "dict[str, File | str]"


@dataclass
class Site:
    """Files by path, which may be changed at any time; `HERE` in a text is the site's address."""

    files: Files = field(default_factory=dict)
    address: str = ""
    # Every path that was asked for, but that of robots.txt.
    visits: list[str] = field(default_factory=list)
    # Paths that say nothing until whoever asks is gone.
    silent: set[str] = field(default_factory=set)
    # By path: how often the connection breaks in the middle of the page before it does not.
    breaks: dict[str, int] = field(default_factory=dict)
    # Called with each path before it is answered.
    watch: Callable[[str], Awaitable[None]] | None = None

    @property
    def app(self) -> Starlette:
        """The site as an app."""
        return Starlette(routes=[Route("/{path:path}", self._answer)])

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        if path != "/robots.txt":
            self.visits.append(path)
        if self.watch is not None:
            await self.watch(path)
        if path in self.silent:
            while (await request.receive())["type"] != "http.disconnect":
                pass
        if self.breaks.get(path, 0) > 0:
            self.breaks[path] -= 1
            return StreamingResponse(_break_off(), media_type=HTML)
        file = self.files.get(path, File("<h1>Not Found</h1>", status=404))
        file = file if isinstance(file, File) else File(file)
        body = file.body if isinstance(file.body, bytes) else file.body.encode()
        headers = {"location": file.location} if file.location else {}
        body = body.replace(b"HERE", self.address.encode())
        return Response(body, file.status, headers, media_type=file.content_type)


async def _break_off() -> AsyncIterator[bytes]:
    yield b"<p>This page goes on and"
    raise ConnectionResetError("on purpose")


def write_page(text: str, *links: str) -> str:
    """Return a page that says something and leads elsewhere."""
    items = "".join(f"<li><a href='{link}'>Go to {link}</a></li>" for link in links)
    return f"<html><head><title>Shop</title></head><body><h1>Shop</h1><p>{text}</p>{items}"


class House:
    """A store, and the engine that works on it; `sleeps` is how long it would have waited."""

    def __init__(
        self, store: Store, site: Site, portal: BlockingPortal, settings: Settings
    ) -> None:
        self.store = store
        self.site = site
        self.portal = portal
        self.clock = FakeClock()
        self.sleeps: list[float] = []
        self.services = self._bind(settings)
        self.engine = self.make_engine()

    def _bind(self, settings: Settings) -> Services:
        services = make_services(settings, now=self.clock)
        work = InlineWork(settings, services.metrics)
        return replace(services, work=work, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await anyio.lowlevel.checkpoint()

    def make_engine(self, store: Store | None = None, **services: Any) -> Engine:  # noqa: ANN401 - any of the services
        """Return an engine: another process, as far as a store can tell."""
        transact = Transactor(store or self.store)
        return Engine(transact, replace(self.services, **services), tell_nobody)

    def target(self, *paths: str, crawl: Crawl | None = None, **given: Any) -> Target:  # noqa: ANN401 - any field of a target
        """Return a target of the site; what belongs to its tracking may be given as such."""
        names = ("modes", "schema", "prompt", "options", "scrape")
        tracking = Tracking(**{name: given.pop(name) for name in names if name in given})
        urls = tuple(f"{self.site.address}{path}" if path[0] == "/" else path for path in paths)
        kind = given.pop("type", "scrape")
        return make_target(type=kind, urls=urls, tracking=tracking, crawl=crawl, **given)

    def crawl(self, root: str = "/", **given: Any) -> Target:  # noqa: ANN401 - any field of a crawl
        """Return a crawl of the site, without its sitemap unless that is asked for."""
        return self.target(root, type="crawl", crawl=Crawl(**{"sitemap": "skip", **given}))

    def watch(self, *targets: Target, **config: Any) -> Monitor:  # noqa: ANN401 - any field of a configuration
        """Write the monitor of these targets, in place of the one before."""
        made = make_config(targets=targets, **config)
        return put_monitor(self.store, make_monitor(made, next_run_at=None))

    def schedule(self, monitor: Monitor) -> None:
        """Let a monitor be due, now and every half an hour."""
        put_monitor(self.store, replace(monitor, next_run_at=self.clock()))

    def plant(self, monitor_id: str, *targets: Target, **config: Any) -> None:  # noqa: ANN401 - any field of a configuration
        """Write one more monitor, and a check of it that waits."""
        made = make_config(targets=targets, **config)
        monitor = make_monitor(made, id=monitor_id, next_run_at=None)
        put_monitor(self.store, monitor)
        now = self.clock()
        self.store.transact(
            lambda each: run_monitor(each, monitor, check_id=f"of {monitor_id}", now=now)
        )

    def queue(self, check_id: str | None = None) -> Check:
        """Queue a check of the monitor."""
        number = self.store.transact(lambda each: each.count(CHECKS, {}))
        monitor = find_monitor(self.store)
        return self.store.transact(
            lambda each: run_monitor(
                each, monitor, check_id=check_id or f"check {number:03}", now=self.clock()
            )
        )

    def take(self, engine: Engine | None = None) -> Check | None:
        """Have an engine do the check that waits."""
        return self.portal.call((engine or self.engine).run_next)

    def run(self) -> Check:
        """Queue a check and have it done."""
        self.queue()
        ended = self.take()
        assert ended is not None
        assert ended.finished_at is not None
        return ended

    def find(self, check: Check) -> Check:
        """Return a check as it is now."""
        found = self.store.transact(lambda each: each.find(CHECKS, check.id))
        assert found is not None
        return found

    def find_last(self) -> Check:
        """Return the newest check."""
        return self.list_checks()[-1]

    def list_checks(self) -> list[Check]:
        """Return all checks, the oldest first."""
        return self.store.transact(lambda each: each.select(CHECKS, {}, order=("created_at",)))

    def list_pages(self, check: Check) -> list[Page]:
        """Return the pages of a check, in the order in which they were done."""
        return self.store.transact(
            lambda each: each.select(PAGES, {"check_id": check.id}, order=("position",))
        )

    def page(self, check: Check, path: str) -> Page:
        """Return the page of a path."""
        (found,) = [each for each in self.list_pages(check) if self.shorten(each.url) == path]
        return found

    def fates(self, check: Check | None = None) -> dict[str, str]:
        """Return what became of each path, in a check that is done now unless one is given."""
        check = check or self.run()
        return {self.shorten(page.url): page.status for page in self.list_pages(check)}

    def shorten(self, url: str) -> str:
        """Return the path of a URL of the site."""
        return url.removeprefix(self.site.address)

    def list_baselines(self) -> dict[str, str]:
        """Return the hash that each path is compared with."""
        kept = self.store.transact(lambda each: each.select(BASELINES, {}))
        return {self.shorten(each.url): each.content_hash for each in kept}


def configure(site: Site, **variables: object) -> Settings:
    """Return settings that let the engine go to a site on loopback, and what else is given."""
    return read_settings(
        {
            "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "CHANGETRACK_FETCH_PORTS": f"80,443,{urlsplit(site.address).port}",
            "CHANGETRACK_WORK_PROCESSES": "1",
            **{f"CHANGETRACK_{name.upper()}": str(value) for name, value in variables.items()},
        }
    )


@contextmanager
def serve_site(files: Files | None = None) -> Iterator[Site]:
    """Serve a site of these files."""
    site = Site(dict(files or {}))
    with serve(site.app) as address:
        site.address = address
        yield site


@contextmanager
def open_house(store: Store, files: Files | None = None, **variables: object) -> Iterator[House]:
    """Serve a site and have an engine for it, with these settings besides."""
    with serve_site(files) as site, start_blocking_portal() as portal:
        yield House(store, site, portal, configure(site, **variables))
