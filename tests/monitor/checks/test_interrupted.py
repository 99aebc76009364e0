"""C3: whoever dies between seeing a page and recording it has seen nothing."""

from __future__ import annotations

import pytest

from changetrack.monitor.checks import record_page
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Webhook
from changetrack.monitor.planning import queue_check
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import BASELINES, DELIVERIES, PAGES, SNAPSHOTS
from tests.monitor.makers import (
    LEASE,
    NOON,
    PAGE,
    claim,
    make_config,
    make_monitor,
    make_target,
    observe,
    put_monitor,
    run_check,
)

_LATER = NOON + 2 * LEASE


@pytest.fixture
def store() -> MemoryStore:
    """Return a store with a monitor that tells a webhook, and a check of it that waits."""
    store = MemoryStore()
    monitor = put_monitor(
        store, make_monitor(make_config(webhook=Webhook(url="https://example.net/")))
    )
    store.transact(
        lambda transaction: queue_check(
            transaction, monitor, check_id="check", trigger="manual", slot=None, now=NOON
        )
    )
    return store


def count(store: MemoryStore) -> list[int]:
    """Return how many rows of a page there are: itself, its baseline, its snapshot, its event."""
    tables = (PAGES, BASELINES, SNAPSHOTS, DELIVERIES)
    return store.transact(lambda transaction: [transaction.count(table, {}) for table in tables])


def test_C3_a_page_that_was_seen_and_not_recorded_is_seen_again(store: MemoryStore) -> None:
    """The next worker finds nothing of it, and what it sees is what counts."""
    observe(store, claim(store), make_target(), PAGE, "what the dead one saw")
    assert count(store) == [0, 0, 0, 0]
    ended, pages = run_check(store, {PAGE: "what is there now"}, now=_LATER)
    assert (ended.status, ended.attempts, pages) == ("completed", 2, {PAGE: "new"})
    # The event of the page, and that of the check.
    assert count(store) == [1, 1, 1, 2]


class _KilledError(Exception):
    """The end of a process, in the middle of a transaction."""


def test_C3_there_is_never_a_part_of_a_page(store: MemoryStore) -> None:
    """Its row, its baseline, its snapshot and its event are there together, or none of them is."""
    check, target = claim(store), make_target()
    seen = observe(store, check, target)

    def die(transaction: Transaction) -> None:
        record_page(transaction, check, target, seen, now=NOON, lease=LEASE)
        raise _KilledError

    with pytest.raises(_KilledError):
        store.transact(die)
    assert count(store) == [0, 0, 0, 0]
