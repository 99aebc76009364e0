"""Whose a check is, for how long, and what becomes of one that nobody finishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from changetrack.monitor.checks import (
    TRANSITIONS,
    Lost,
    claim_check,
    extend_lease,
    release_check,
)
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Check, Summary, Webhook
from changetrack.monitor.planning import materialise_due
from changetrack.monitor.tables import CHECKS, DELIVERIES, MONITORS
from tests.monitor.makers import (
    LEASE,
    NOON,
    claim,
    find_monitor,
    finish,
    make_config,
    make_monitor,
    make_target,
    observe,
    put_monitor,
    queue,
    record,
    tell_nobody,
)


def test_C6_C7_whoever_had_a_check_before_can_write_nothing(store: MemoryStore) -> None:
    """After the lease ran out and somebody else took it, every step of the first one is refused."""
    put_monitor(store, make_monitor())
    queue(store)
    first = claim(store)
    later = NOON + LEASE + timedelta(seconds=1)
    second = claim(store, later)
    before = store.transact(lambda transaction: transaction.select(CHECKS, {}))
    seen = observe(store, first, make_target())
    for step in (
        lambda: record(store, first, make_target(), seen, later),
        lambda: finish(store, first, now=later),
        lambda: store.transact(lambda t: extend_lease(t, first, now=later, lease=LEASE)),
        lambda: store.transact(lambda t: release_check(t, first, now=later)),
    ):
        with pytest.raises(Lost):
            step()
    assert store.transact(lambda transaction: transaction.select(CHECKS, {})) == before
    assert second.attempts == 2
    record(store, second, make_target(), seen, later)
    assert finish(store, second, now=later).status == "completed"


def test_C4_what_was_recorded_is_kept_and_not_done_again(store: MemoryStore) -> None:
    """Who takes a check over finds its pages, and recording one again changes nothing."""
    put_monitor(store, make_monitor())
    queue(store)
    check = claim(store)
    page = record(store, check, make_target(), observe(store, check, make_target()))
    later = NOON + 2 * LEASE
    second = claim(store, later)
    again = observe(store, second, make_target(), markdown="other")
    assert record(store, second, make_target(), again, later) == page
    assert finish(store, second, now=later).summary == Summary(total_pages=1, new=1)


def test_a_lease_that_is_extended_is_not_taken_over(store: MemoryStore) -> None:
    """Whoever says that the work goes on keeps it."""
    put_monitor(store, make_monitor())
    queue(store)
    check = claim(store)
    almost = NOON + timedelta(seconds=119)
    store.transact(lambda transaction: extend_lease(transaction, check, now=almost, lease=LEASE))
    assert try_to_claim(store, NOON + timedelta(seconds=121)) is None
    assert try_to_claim(store, almost + LEASE) is not None


def try_to_claim(store: MemoryStore, now: datetime) -> Check | None:
    """Take the check that waits, if one does."""
    return store.transact(
        lambda transaction: claim_check(transaction, now=now, lease=LEASE, tell=tell_nobody)
    )


def test_a_check_that_is_given_back_is_taken_at_once_and_as_often_as_it_takes(
    store: MemoryStore,
) -> None:
    """Five restarts of a server do not make a check look like poison."""
    put_monitor(store, make_monitor())
    queue(store)
    for _ in range(5):
        check = claim(store)
        store.transact(partial(release_check, claimed=check, now=NOON))
    check = claim(store)
    record(store, check, make_target(), observe(store, check, make_target()))
    assert (check.attempts, finish(store, check).status) == (6, "completed")


def test_C42_a_check_that_ended_three_workers_fails_and_the_next_slot_runs(
    store: MemoryStore,
) -> None:
    """The fourth to look finds it failed, with the reason, and the monitor free."""
    put_monitor(store, make_monitor())
    queue(store)
    now = NOON
    for _ in range(3):
        claim(store, now)
        now += 2 * LEASE
    assert try_to_claim(store, now) is None
    check = store.transact(lambda transaction: transaction.find(CHECKS, "check"))
    assert check is not None
    assert (check.status, check.error_code, check.attempts) == ("failed", "worker_lost", 4)
    monitor = find_monitor(store)
    assert (monitor.current_check_id, monitor.failures) == (None, 1)
    planned = store.transact(lambda t: materialise_due(t, now=now, limit=1))
    assert [each.status for each in planned] == ["queued"]


def test_C11_a_check_goes_on_with_what_it_began_with(store: MemoryStore) -> None:
    """A monitor that is edited meanwhile changes the next check, not this one."""
    put_monitor(store, make_monitor())
    queue(store)
    check = claim(store)
    put_monitor(store, replace(find_monitor(store), config=make_config(goal="else"), version=2))
    assert check.config == make_config()
    record(store, check, make_target(), observe(store, check, make_target()))
    assert finish(store, check).status == "completed"
    assert find_monitor(store).config == make_config(goal="else")


def test_C11_a_monitor_that_is_deleted_meanwhile_tells_nothing_more(store: MemoryStore) -> None:
    """The check finishes and its rows are kept, but nobody hears of it."""
    webhook = Webhook(url="https://example.com/hook")
    put_monitor(store, make_monitor(make_config(webhook=webhook)))
    queue(store)
    check = claim(store)
    put_monitor(store, replace(find_monitor(store), status="deleted", next_run_at=None))
    record(store, check, make_target(), observe(store, check, make_target()))
    assert finish(store, check).status == "completed"
    assert store.transact(lambda transaction: transaction.count(DELIVERIES, {})) == 0


def test_times_are_those_of_the_work(store: MemoryStore) -> None:
    """A check began when it was taken, and ended when it was done."""
    put_monitor(store, make_monitor())
    queue(store)
    check = claim(store, NOON + timedelta(seconds=5))
    ended = finish(store, check, now=NOON + timedelta(seconds=9))
    seconds = [
        (time - NOON).total_seconds()
        for time in (ended.created_at, ended.started_at, ended.finished_at)
        if time
    ]
    assert seconds == [0, 5, 9]
    assert find_monitor(store).last_run_at == NOON + timedelta(seconds=5)


def test_the_table_of_transitions_has_one_beginning_and_no_way_out_of_an_end() -> None:
    """Every status is reached, and what has ended stays ended."""
    reached = set(TRANSITIONS.values())
    left = {status for status, _ in TRANSITIONS if status}
    ends = {"completed", "partial", "failed", "skipped_overlap", "skipped_no_credits"}
    assert left == {"queued", "running"}
    assert reached == left | ends


def test_a_monitor_that_is_gone_does_not_stop_the_end_of_its_check(store: MemoryStore) -> None:
    """Whoever deletes rows by hand does not leave a check that runs for ever."""
    put_monitor(store, make_monitor())
    queue(store)
    check = claim(store)
    store.transact(lambda transaction: transaction.drop(MONITORS, make_monitor().id))
    assert finish(store, check).status == "completed"
