"""The whole orchestration of a process with its loops, and stores that have moods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from changetrack.monitor.commands import run_monitor
from changetrack.monitor.models import Check, Monitor
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.schedule import Schedule
from changetrack.monitor.tables import CHECKS
from changetrack_server.monitor.orchestra import Orchestra
from changetrack_server.services import make_services, read_clock
from tests.monitor.engine.houses import Files, Site, configure, serve_site
from tests.monitor.lives.spot import InlineWork
from tests.monitor.makers import find_monitor, make_config, make_monitor, make_target, put_monitor
from tests.server.http.live import eventually

T = TypeVar("T")


class MoodyStore:
    """A store that fails as long as it is in the mood for it."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.mood: Exception | None = None
        self.failures = 0

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run a transaction, or fail."""
        if self.mood is not None:
            self.failures += 1
            raise self.mood
        return self.inner.transact(work)

    def close(self) -> None:
        """Let go of what is behind it."""
        self.inner.close()


@dataclass
class Life:
    """An orchestration that goes on, with a real clock, and the site that it watches."""

    orchestra: Orchestra
    # Where rows are read and written, whatever moods the orchestration meets.
    store: Store
    site: Site
    portal: BlockingPortal

    def watch(self, name: str = "m", *paths: str, seconds: float = 1, ago: float = 0) -> Monitor:
        """Write a monitor that is due every so many seconds, first so long ago; zero: never."""
        first = (read_clock() - timedelta(seconds=ago)).replace(microsecond=0)
        every = Schedule(cron=None, every_seconds=int(seconds) or 10**6, anchor=first)
        urls = tuple(f"{self.site.address}{path}" for path in paths or ("/",))
        config = make_config(schedule=every, targets=(make_target(urls=urls),))
        due = first if seconds else None
        monitor = make_monitor(config, id=name, next_run_at=due, created_at=first)
        put_monitor(self.store, monitor)
        return monitor

    def run(self, name: str = "m") -> Check:
        """Queue a check of a monitor and tell the loops, as a route does."""
        monitor = find_monitor(self.store, name)
        now = read_clock()
        check_id = self.orchestra.new_id()
        check = self.store.transact(
            lambda each: run_monitor(each, monitor, check_id=check_id, now=now)
        )
        self.portal.call(self.orchestra.wake)
        return check

    def list_checks(self, name: str = "m") -> list[Check]:
        """Return the checks of a monitor, the oldest first."""
        return self.store.transact(
            lambda each: each.select(CHECKS, {"monitor_id": name}, order=("created_at", "id"))
        )

    def list_ended(self, name: str = "m") -> list[Check]:
        """Return those of them that were done."""
        return [each for each in self.list_checks(name) if each.status in {"completed", "partial"}]

    def has_ended(self, count: int, name: str = "m") -> bool:
        """Return whether so many checks are done in time."""
        return eventually(lambda: len(self.list_ended(name)) >= count)

    def count_troubles(self, reason: str) -> float:
        """Return how often something was put off for this."""
        return read_metric(self.orchestra, f'changetrack_troubles_total{{reason="{reason}"}}')


def read_metric(orchestra: Orchestra, name: str) -> float:
    """Return a number as it is shown; zero where it is not."""
    lines = orchestra.services.metrics.write().decode().splitlines()
    found = [line.rpartition(" ")[2] for line in lines if line.startswith(f"{name} ")]
    return float(found[0]) if found else 0.0


def make_orchestra(site: Site, store: Store, **variables: object) -> Orchestra:
    """Return an orchestration that does not go on yet."""
    settings = replace(configure(site, **variables), monitors=True)
    services = make_services(settings)
    return Orchestra(replace(services, work=InlineWork(settings, services.metrics)), store)


@contextmanager
def living(
    store: Store, files: Files | None = None, *, kept: Store | None = None, **variables: object
) -> Iterator[Life]:
    """Have an orchestration as long as the block runs; `kept` is where the test itself looks."""
    with serve_site(files) as site, start_blocking_portal() as portal:
        orchestra = make_orchestra(site, store, **variables)
        with portal.wrap_async_context_manager(orchestra.run()):
            yield Life(orchestra, kept or store, site, portal)


def long_ago(days: float) -> datetime:
    """Return a time in the past."""
    return datetime.now(UTC) - timedelta(days=days)  # noqa: TID251 - the loops have a real clock
