"""C1: a process may die anywhere, and nothing is lost, invented, or told otherwise.

Each life is a process. The first one does two slots and dies at boundary k, for every k that there
is; whoever comes later finishes what it left.
"""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from changetrack.monitor.models import Secret, Webhook, WebhookState
from changetrack_server.monitor.store import open_store
from tests.monitor.crash.auditor import audit
from tests.monitor.crash.life import LEASE_SECONDS, Life
from tests.monitor.crash.mistakes import MISTAKES
from tests.monitor.crash.world import make_world
from tests.monitor.lives.nursery import Nursery
from tests.monitor.makers import NOON, make_config, make_monitor, make_target, put_monitor

SECRET = "whsec_" + "QUJD" * 10 + "QUI="

# What a life of the first slot and one of the second cross at least; more is better.
_FEWEST = 100
# It divides no number of boundaries that we have seen.
_STRIDE = 61
# A slot later, and long after every lease and every pause between two tries.
SLOT = timedelta(minutes=30)
LATER = timedelta(seconds=LEASE_SECONDS + 1)
_TRIES = (*[timedelta(minutes=minutes) for minutes in (1, 7, 45, 180)],)


def test_C1_every_boundary_may_be_the_last(folder: Path, nursery: Nursery) -> None:
    """Killed at each statement, commit and request in turn: no law is broken."""
    total = _count_boundaries(folder / "clean", nursery)
    breaches: dict[int, list[str]] = {}
    for deadly in range(1, total + 1):
        broken = _try(folder / str(deadly), nursery, deadly)
        if broken:
            breaches[deadly] = broken
    assert total > _FEWEST
    assert breaches == {}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found(folder: Path, nursery: Nursery, name: str) -> None:
    """A store with a mistake breaks a law at some boundary, if not at none at all."""
    total = _count_boundaries(folder / "clean", nursery)
    # Far apart from one to the next: what is broken is broken in many places.
    deaths = [number * _STRIDE % total for number in range(total)]
    assert any(_try(folder / str(deadly), nursery, deadly, name) for deadly in deaths), name


def _count_boundaries(folder: Path, nursery: Nursery) -> int:
    """Return how many boundaries a life has that nothing ends."""
    folder.mkdir()
    with make_world(SECRET) as (url, _sink):
        report = folder / "count"
        assert nursery.run(replace(_prepare(folder, url), report=report)) == 0
        return int(report.read_text(encoding="ascii"))


def _try(folder: Path, nursery: Nursery, deadly: int, mistake: str = "") -> list[str]:
    """Live once until death, then until everything is done, and return the laws that broke."""
    folder.mkdir()
    with make_world(SECRET) as (url, sink):
        life = replace(_prepare(folder, url), mistake=mistake)
        ending = nursery.run(replace(life, deadly=deadly))
        later = [replace(life, now=NOON + pause) for pause in (LATER, *_TRIES, SLOT + _TRIES[-1])]
        later_ending = nursery.run(*later)
        if not mistake:
            assert (ending, later_ending) == (-signal.SIGKILL if deadly else 0, 0)
        store = open_store(f"sqlite:///{life.database}")
        try:
            return audit(store, sink)
        finally:
            store.close()


def _prepare(folder: Path, url: str) -> Life:
    """Return a life on a new file, with a monitor of two pages that is due."""
    database = folder / "monitors.db"
    store = open_store(f"sqlite:///{database}")
    target = make_target(urls=(f"{url}/one", f"{url}/two"))
    webhook = Webhook(url=f"{url}/hook")
    secret = Secret(value=SECRET, created_at=NOON)
    monitor = make_monitor(
        make_config(targets=(target,), webhook=webhook),
        webhook_state=WebhookState(secrets=(secret,)),
    )
    put_monitor(store, monitor)
    store.close()
    return Life(database=str(database), port=urlsplit(url).port or 0, now=NOON)
