"""An installation of several processes: a database, a site, a receiver, workers to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from changetrack.monitor.ids import name_id
from changetrack.monitor.models import (
    Check,
    Delivery,
    Monitor,
    Page,
    Secret,
    Webhook,
    WebhookState,
)
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.schedule import Schedule
from changetrack.monitor.tables import CHECKS, DELIVERIES, MONITORS, PAGES, Table
from changetrack_server.monitor.store import StoreUnavailable, open_store
from tests.monitor.crash.world import Sink, make_world
from tests.monitor.makers import make_config, make_monitor, make_target

R = TypeVar("R")

# Nobody waits so long, unless something is broken: then the test should say so and not hang.
PATIENCE_SECONDS = 90
SECRET = "whsec_" + "c2NhbGUgb3V0IQ=="
# Once a year, so that slots are those that a test makes.
_NEVER = Schedule(cron="0 0 1 1 *", text="every year")
# What is short here, so that a dead worker is missed at once.
LEASE_SECONDS = 3.0


@dataclass
class Worker:
    """A worker in a process of its own, and what it says."""

    process: subprocess.Popen[bytes]
    log: Path

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Ask it to end, and return its exit status."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return self.process.wait(seconds)

    def read_events(self) -> list[dict[str, str]]:
        """Return what it wrote down so far."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def has_said(self, event: str) -> bool:
        """Tell whether it wrote something down."""
        return any(each["event"] == event for each in self.read_events())


@dataclass
class Installation:
    """A database, a site, and workers."""

    url: str
    site: str
    sink: Sink
    folder: Path
    stack: ExitStack
    workers: list[Worker] = field(default_factory=list)

    def start(self, **settings: object) -> Worker:
        """Start a worker, and wait until it works."""
        worker = self.launch(**settings)
        wait_until(lambda: worker.has_said("worker ready"))
        return worker

    def launch(self, **settings: object) -> Worker:
        """Start a worker."""
        log = self.folder / f"{len(self.workers)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "changetrack", "worker"],
                env=self._spell(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        worker = Worker(process, log)
        self.workers.append(worker)
        self.stack.callback(_kill, process)
        return worker

    def open(self) -> Store:
        """Return the store of the database."""
        store = open_store(self.url)
        self.stack.callback(store.close)
        return store

    def _spell(self, settings: dict[str, object]) -> dict[str, str]:
        given = {
            "database": self.url,
            "allowed_networks": "127.0.0.0/8",
            "fetch_ports": f"80,443,{urlsplit(self.site).port}",
            "work_processes": 1,
            "lease_seconds": LEASE_SECONDS,
            "drain_seconds": 1,
            "max_checks": 4,
            "webhook_seconds": 5,
            **settings,
        }
        path = os.environ["PATH"]  # noqa: TID251 - which a process needs to find its programs
        spelled = {f"CHANGETRACK_{name.upper()}": str(value) for name, value in given.items()}
        return {"PATH": path, **spelled}


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()


@contextmanager
def make_installation(url: str) -> Iterator[Installation]:
    """Give a database its site; workers that are started are killed at the end."""
    with (
        ExitStack() as stack,
        make_world(SECRET) as (site, sink),
        tempfile.TemporaryDirectory(prefix="changetrack-scale-") as folder,
        stack,
    ):
        yield Installation(url, site, sink, Path(folder), stack)


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds that other processes do."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for did not happen")
        time.sleep(0.05)


def plant_monitors(
    store: Store, site: str, count: int, *, pages: int, due: datetime, has_hook: bool = True
) -> list[str]:
    """Write monitors that are due, each of some pages of its own, and return their ids."""
    ids = [name_id("monitor", number) for number in range(count)]
    hook = Webhook(url=f"{site}/hook") if has_hook else None

    def write(transaction: Transaction) -> None:
        for number, monitor_id in enumerate(ids):
            urls = tuple(f"{site}/{number}/{page}" for page in range(pages))
            config = make_config(
                schedule=_NEVER,
                targets=(make_target(urls=urls),),
                webhook=hook,
            )
            secrets = (Secret(value=SECRET, created_at=due),)
            monitor = make_monitor(
                config,
                id=monitor_id,
                next_run_at=due,
                webhook_state=WebhookState(secrets=secrets),
            )
            transaction.put(MONITORS, monitor)

    store.transact(write)
    return ids


def make_due(store: Store, due: datetime) -> None:
    """Make every monitor due once more, at this slot."""

    def write(transaction: Transaction) -> None:
        for monitor in transaction.select(MONITORS, {}):
            transaction.put(MONITORS, replace(monitor, next_run_at=due))

    store.transact(write)


def read_now() -> datetime:
    """Return what time it is, to the second."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - workers have real clocks


def read_all(store: Store, table: Table[R]) -> list[R]:
    """Return all rows of a table; none while the database is away."""
    try:
        return store.transact(lambda transaction: transaction.select(table, {}))
    except StoreUnavailable:
        return []


def count_ended(store: Store) -> int:
    """Return how many checks are over."""
    return sum(check.finished_at is not None for check in read_all(store, CHECKS))


def is_quiet(store: Store) -> bool:
    """Tell whether nothing runs, waits, or is still to be sent."""
    checks, deliveries = read_all(store, CHECKS), read_all(store, DELIVERIES)
    return bool(checks) and (
        all(check.finished_at for check in checks)
        and all(each.status == "delivered" for each in deliveries)
    )


def audit(store: Store, sink: Sink, slots: list[datetime], *, pages: int) -> list[str]:
    """Return what is wrong with the rows and with what the receiver got; nothing, one hopes."""
    checks, rows = read_all(store, CHECKS), read_all(store, PAGES)
    monitors = read_all(store, MONITORS)
    wrong = [*_audit_checks(monitors, checks, slots), *_audit_pages(checks, rows, pages)]
    wrong += _audit_messages(checks, rows, read_all(store, DELIVERIES), sink)
    wrong += [f"monitor {each.id} is not free" for each in monitors if each.current_check_id]
    return wrong


def _audit_checks(
    monitors: list[Monitor], checks: list[Check], slots: list[datetime]
) -> Iterator[str]:
    expected = sorted((monitor.id, slot) for monitor in monitors for slot in slots)
    found = sorted((each.monitor_id, each.scheduled_for or slots[0]) for each in checks)
    if found != expected:
        yield f"slots: {len(found)} checks for {len(expected)} slots"
    for check in checks:
        if (check.status, check.missed_slots) != ("completed", 0):
            yield f"check {check.id} is {check.status} ({check.error})"


def _audit_pages(checks: list[Check], rows: list[Page], pages: int) -> Iterator[str]:
    for check in checks:
        its = [row for row in rows if row.check_id == check.id]
        if len(its) != pages or len({row.url for row in its}) != pages:
            yield f"check {check.id} has {len(its)} pages"
        if sorted(row.position for row in its) != list(range(pages)):
            yield f"check {check.id}: positions {[row.position for row in its]}"
        if check.summary.total_pages != pages:
            yield f"check {check.id} counts {check.summary.total_pages} pages"
    yield from _audit_chains(checks, rows)


def _audit_chains(checks: list[Check], rows: list[Page]) -> Iterator[str]:
    """Each page is compared with what it was the last time."""
    order = {check.id: check.scheduled_for for check in checks}
    newest: dict[str, str | None] = {}
    for row in sorted(rows, key=lambda row: (order[row.check_id] or row.created_at, row.url)):
        if row.previous_hash != newest.get(row.url):
            yield f"page {row.url} was compared with something else"
        is_same = row.previous_hash == row.content_hash
        if row.status != ("new" if row.previous_hash is None else "same" if is_same else "changed"):
            yield f"page {row.url} is {row.status}"
        newest[row.url] = row.content_hash


def _audit_messages(
    checks: list[Check], rows: list[Page], deliveries: list[Delivery], sink: Sink
) -> Iterator[str]:
    if len(deliveries) != len(rows) + len(checks):
        yield f"{len(deliveries)} messages for {len(rows)} pages and {len(checks)} checks"
    yield from sink.forged
    for delivery in deliveries:
        bodies = set(sink.bodies.get(delivery.id, []))
        if bodies != {delivery.body.encode()}:
            yield f"message {delivery.id}: {len(bodies)} bodies"
    for unknown in sink.bodies.keys() - {each.id for each in deliveries}:
        yield f"message {unknown} was never written"


def seconds_ago(seconds: float) -> datetime:
    """Return a slot in the past."""
    return read_now() - timedelta(seconds=seconds)
