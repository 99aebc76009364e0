"""C1, C5–C7, C24, C36: workers that are killed and stopped, and a receiver with moods.

Nothing is lost, nothing invented; what is received twice has the same id and the same bytes.
"""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from changetrack.monitor.models import Secret, Webhook, WebhookState
from changetrack.monitor.ports import Transaction
from changetrack.monitor.schedule import Schedule
from changetrack.monitor.tables import CHECKS, DELIVERIES, MONITORS
from changetrack_server.monitor.store import open_store
from tests.monitor.crash.auditor import audit
from tests.monitor.crash.life import Life
from tests.monitor.crash.world import Sink, make_world
from tests.monitor.lives.nursery import Nursery
from tests.monitor.makers import NOON, make_config, make_monitor, make_target, put_monitor

SECRET = "whsec_" + "QUJD" * 10 + "QUI="
SEED = 20_261_126
_MONITORS = 12
_EVENTS = 1_000
# Whoever is not done by then never is.
_PATIENCE_SECONDS = 100
_LEASE_SECONDS = 0.6


def test_C5_C24_two_workers_are_killed_again_and_again_over_a_thousand_events(
    folder: Path, nursery: Nursery
) -> None:
    """Every twentieth of a second or so one of them dies, and every second message fails."""
    dice = random.Random(SEED)
    with make_world(SECRET, faults=0.5, seed=SEED) as (url, sink):
        life = _prepare(folder, url)
        workers = [nursery.start(life) for _ in range(2)]
        kills = 0
        while len(sink.bodies) < _EVENTS and time.monotonic() - life.began < _PATIENCE_SECONDS:
            time.sleep(dice.uniform(0.05, 0.35))
            victim = dice.randrange(2)
            os.kill(workers[victim], signal.SIGKILL)
            assert nursery.wait_for(workers[victim]) in {-signal.SIGKILL, 0}
            workers[victim] = nursery.start(life)
            kills += 1
        breaches = _conclude(life, nursery, workers, sink)
    duplicates = sum(map(len, sink.bodies.values())) - len(sink.bodies)
    assert breaches == []
    assert (len(sink.bodies) >= _EVENTS, kills > 20, duplicates > 20) == (True, True, True)


@pytest.mark.parametrize("skew", [0.0, 3.0])
def test_C7_C36_workers_that_sleep_past_their_lease_write_nothing_of_it(
    folder: Path, nursery: Nursery, skew: float
) -> None:
    """Three workers whose clocks disagree are stopped in turn for longer than a lease."""
    dice = random.Random(SEED)
    with make_world(SECRET, faults=0.4, seed=SEED) as (url, sink):
        life = _prepare(folder, url)
        skews = (-skew, 0.0, skew)
        workers = [nursery.start(replace(life, skew=each)) for each in skews]
        for _ in range(12):
            time.sleep(dice.uniform(0.1, 0.4))
            victim = dice.choice(workers)
            os.kill(victim, signal.SIGSTOP)
            time.sleep(dice.uniform(0.7, 1.0))
            os.kill(victim, signal.SIGCONT)
        breaches = _conclude(life, nursery, workers, sink)
    assert breaches == []
    assert len(sink.bodies) > 100


def _prepare(folder: Path, url: str) -> Life:
    """Return a life of two minutes on a new file, with monitors that are due every second."""
    database = folder / "monitors.db"
    store = open_store(f"sqlite:///{database}")
    schedule = Schedule(cron=None, every_seconds=1, anchor=NOON)
    webhook = Webhook(url=f"{url}/hook")
    state = WebhookState(secrets=(Secret(value=SECRET, created_at=NOON),))
    for number in range(_MONITORS):
        pages = tuple(f"{url}/{number}/{page}" for page in range(4))
        config = make_config(schedule=schedule, targets=(make_target(urls=pages),), webhook=webhook)
        put_monitor(store, make_monitor(config, id=f"monitor-{number}", webhook_state=state))
    store.close()
    return Life(
        database=str(database),
        port=urlsplit(url).port or 0,
        now=NOON,
        began=time.monotonic(),
        seconds=2.0 * _PATIENCE_SECONDS,
        lease_seconds=_LEASE_SECONDS,
    )


def _conclude(life: Life, nursery: Nursery, workers: list[int], sink: Sink) -> list[str]:
    """Plan nothing more, let the workers finish, end them, and return the laws that broke."""
    sink.faults = min(sink.faults, 0.3)
    store = open_store(f"sqlite:///{life.database}")
    try:
        store.transact(_stop_planning)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while store.transact(_count_open) and time.monotonic() < deadline:
            time.sleep(0.1)
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
            nursery.wait_for(worker)
        return audit(store, sink)
    finally:
        store.close()


def _stop_planning(transaction: Transaction) -> None:
    for monitor in transaction.select(MONITORS, {}):
        transaction.put(MONITORS, replace(monitor, status="paused", next_run_at=None))


def _count_open(transaction: Transaction) -> int:
    return sum(
        transaction.count(table, {"status": status})
        for table, status in ((CHECKS, "queued"), (CHECKS, "running"), (DELIVERIES, "pending"))
    )
