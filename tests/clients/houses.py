"""A shop, and a server on a real socket whose monitors watch it: what every client talks to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from changetrack.monitor.memory import MemoryStore
from changetrack_server.app import create_app
from changetrack_server.settings import Settings, read_settings
from tests.clients.shop import Shop
from tests.outside import NOBODY
from tests.server.serving import serve

T = TypeVar("T")

# A minute after a slot of all schedules here, so that none is due while a test runs.
START = datetime(2026, 5, 17, 15, 31, tzinfo=UTC)
# Nobody waits so long, unless something is broken.
_PATIENCE_SECONDS = 60
_GLANCE_SECONDS = 0.02

_IN_FLIGHT = frozenset({"queued", "running"})


class Clock:
    """A clock that goes as all do, begins at a time that the tests know, and can leap ahead."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Return what time it is."""
        return START + self.ahead + timedelta(seconds=time.monotonic() - self._begun)


@dataclass(frozen=True, slots=True)
class House:
    """Where things are."""

    endpoint: str
    pages: str
    shop: Shop
    clock: Clock

    def list_items(self, count: int) -> list[str]:
        """Return the URLs of so many items."""
        return [f"{self.pages}/items/{each}" for each in range(count)]


def settings_for(pages: str, **given: Any) -> Settings:  # noqa: ANN401 - of Settings
    """Return the settings of an operator whose own site is on loopback."""
    variables = {
        "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
        "CHANGETRACK_FETCH_PORTS": f"80,443,{urlsplit(pages).port}",
        "CHANGETRACK_WORK_PROCESSES": "1",
    }
    return read_settings(variables, monitors=True, **given)


@contextmanager
def open_house(**given: Any) -> Iterator[House]:  # noqa: ANN401 - of Settings
    """Serve a shop, and a server whose monitors may watch it, with these settings besides."""
    shop, clock = Shop(), Clock()
    with serve(shop.app) as pages:
        store = MemoryStore(threading.RLock())
        app = create_app(settings_for(pages, **given), network=NOBODY, store=store, now=clock)
        with serve(app) as endpoint:
            yield House(endpoint, pages, shop, clock)


def wait_for(look: Callable[[], T], is_good: Callable[[T], object]) -> T:
    """Return what is seen when it is good.

    Raises:
        AssertionError: it does not get so.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_good(seen := look()):
        assert time.monotonic() < deadline, f"waited in vain: {seen!r}"
        time.sleep(_GLANCE_SECONDS)
    return seen


def has_ended(status: str) -> bool:
    """Tell whether a check with this status is over."""
    return status not in _IN_FLIGHT
