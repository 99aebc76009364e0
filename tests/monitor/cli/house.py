"""A site that changes, and a server on loopback that watches it, asked by the command line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from changetrack.cli import main
from changetrack.monitor.memory import MemoryStore
from changetrack_server.app import create_app
from changetrack_server.services import read_clock
from changetrack_server.settings import read_settings
from tests.outside import NOBODY
from tests.server.serving import serve
from tests.server.sites import Site

SAME, CHANGED, TROUBLE = 0, 1, 2
KEY = "a-key-of-this-test"


@dataclass(frozen=True, slots=True)
class House:
    """A site, and the server that watches it."""

    site: Site
    pages: str
    server: str

    def ask(self, *arguments: str) -> int:
        """Run `changetrack monitor …` on the server and return the exit status."""
        command, *rest = arguments
        return main(["monitor", command, "--server", self.server, *rest])

    def create(self, name: str, *paths: str, options: tuple[str, ...] = ()) -> None:
        """Make a monitor of pages of the site, which is due in some hours."""
        pages = [f"{self.pages}{path}" for path in paths]
        given = ("--name", name, "--cron", "0 0 1 1 *", *options)
        assert self.ask("create", *pages, *given) == SAME


def list_variables(pages: str) -> dict[str, str]:
    """Return the variables that let a server, or a watch, go to a site on loopback."""
    return {
        "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
        "CHANGETRACK_FETCH_PORTS": f"80,443,{urlsplit(pages).port}",
        "CHANGETRACK_WORK_PROCESSES": "1",
    }


@contextmanager
def make_house(now: Callable[[], datetime] = read_clock, /, **variables: str) -> Iterator[House]:
    """Serve a site and a server of monitors, with these settings besides."""
    site = Site()
    with serve(site.app) as pages:
        settings = read_settings({**list_variables(pages), **variables}, monitors=True)
        store = MemoryStore(threading.RLock())
        with serve(create_app(settings, network=NOBODY, now=now, store=store)) as server:
            yield House(site, pages, server)
