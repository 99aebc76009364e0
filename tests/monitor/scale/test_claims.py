"""Which check a job may take: its own, as long as it waits for somebody."""

from __future__ import annotations

from datetime import datetime, timedelta

from changetrack.monitor.checks import claim_check, release_check
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Check
from changetrack.monitor.planning import list_waiting, materialise_due
from changetrack.monitor.ports import Store, Transaction
from tests.monitor.makers import LEASE, NOON, finish, make_monitor, put_monitor, tell_nobody

LATER = NOON + LEASE


def make_store() -> tuple[Store, list[str]]:
    """Return a store of two checks that wait, and their ids in that order."""
    store = MemoryStore()
    for monitor_id in ("a", "b"):
        put_monitor(store, make_monitor(id=monitor_id))
    planned = store.transact(lambda rows: materialise_due(rows, now=NOON, limit=10))
    return store, sorted(check.id for check in planned)


def claim(store: Store, check_id: str, now: datetime = NOON) -> Check | None:
    """Take a check if it waits."""

    def work(transaction: Transaction) -> Check | None:
        return claim_check(transaction, now=now, lease=LEASE, tell=tell_nobody, check_id=check_id)

    return store.transact(work)


def list_ids(store: Store, now: datetime = NOON, limit: int = 10) -> list[str]:
    """Return the checks that wait, in the order in which they are called for."""
    waiting = store.transact(lambda rows: list_waiting(rows, now=now, limit=limit))
    return [check.id for check in waiting]


def test_a_job_takes_its_own_check_and_not_the_oldest() -> None:
    """The other one stays where it is, for its own job."""
    store, (first, second) = make_store()
    claimed = claim(store, second)
    assert claimed is not None
    assert (claimed.id, claimed.attempts, claimed.lease_until) == (second, 1, LATER)
    assert list_ids(store) == [first]


def test_a_check_that_somebody_has_is_left_alone_until_the_lease_is_over() -> None:
    """A job that comes twice finds nothing to do; one that comes late takes over."""
    store, (first, _) = make_store()
    assert claim(store, first) is not None
    assert claim(store, first, LATER - timedelta(microseconds=1)) is None
    taken = claim(store, first, LATER)
    assert taken is not None
    assert taken.attempts == 2


def test_a_check_that_was_given_back_waits_before_all_others() -> None:
    """Who was interrupted comes first."""
    store, (first, second) = make_store()
    claimed = claim(store, second)
    assert claimed is not None
    store.transact(lambda rows: release_check(rows, claimed, now=NOON))
    assert list_ids(store) == [second, first]
    assert list_ids(store, limit=1) == [second]


def test_a_job_for_a_check_that_is_over_or_never_was_does_nothing() -> None:
    """Neither is an error: jobs are only calls."""
    store, (first, _) = make_store()
    claimed = claim(store, first)
    assert claimed is not None
    finish(store, claimed)
    assert claim(store, first, LATER) is None
    assert claim(store, "no check", LATER) is None


def test_C42_a_job_ends_a_check_that_cost_three_workers_their_lives() -> None:
    """The fourth one does not take it, and the monitor is free again."""
    store, (first, _) = make_store()
    now = NOON
    for _ in range(3):
        assert claim(store, first, now) is not None
        now += LEASE
    assert claim(store, first, now) is None
    assert first not in list_ids(store, now)
