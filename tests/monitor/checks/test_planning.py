"""What is due: each slot is one check, or is counted by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Check, CheckStatus, Monitor, MonitorStatus
from changetrack.monitor.planning import find_next_due, materialise_due, realign
from changetrack.monitor.ports import Transaction
from changetrack.monitor.schedule import Schedule
from changetrack.monitor.tables import CHECKS
from tests.monitor.makers import (
    NOON,
    claim,
    find_monitor,
    finish,
    make_config,
    make_monitor,
    make_target,
    put_monitor,
    run_check,
)

HALF_HOUR = timedelta(minutes=30)


def plan(store: MemoryStore, now: datetime = NOON, limit: int = 10) -> list[Check]:
    """Materialise what is due."""
    return store.transact(lambda transaction: materialise_due(transaction, now=now, limit=limit))


def list_slots(store: MemoryStore) -> list[tuple[str, CheckStatus, int]]:
    """Return the slots of all checks, with what became of them and what they stand for."""
    checks = store.transact(lambda transaction: transaction.select(CHECKS, {}))
    return sorted(
        (each.scheduled_for.strftime("%d %H:%M"), each.status, each.missed_slots)
        for each in checks
        if each.scheduled_for
    )


def test_C2_a_slot_becomes_a_check_and_the_monitor_moves_on_at_once(store: MemoryStore) -> None:
    """The check of a slot and the next slot are written together."""
    put_monitor(store, make_monitor())
    (check,) = plan(store)
    monitor = find_monitor(store)
    assert (check.status, check.trigger, check.scheduled_for) == ("queued", "scheduled", NOON)
    assert monitor.current_check_id == check.id
    assert monitor.next_run_at == NOON + HALF_HOUR
    assert plan(store) == []


def test_C2_a_transaction_that_fails_leaves_the_slot_due(store: MemoryStore) -> None:
    """Nothing of a slot is kept when its transaction is not."""
    put_monitor(store, make_monitor())

    def die(transaction: Transaction) -> None:
        materialise_due(transaction, now=NOON, limit=10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.transact(die)
    assert list_slots(store) == []
    assert len(plan(store)) == 1


def test_a_slot_is_its_time_and_never_the_clock(store: MemoryStore) -> None:
    """A check that is planned late answers for its slot, and the next slot is on the grid."""
    put_monitor(store, make_monitor())
    (check,) = plan(store, NOON + timedelta(minutes=7, seconds=3))
    assert check.scheduled_for == NOON
    assert find_monitor(store).next_run_at == NOON + HALF_HOUR


def test_C9_after_six_hours_there_is_one_check_for_the_newest_slot(store: MemoryStore) -> None:
    """One check catches up, and says for how many it stands."""
    put_monitor(store, make_monitor())
    plan(store, NOON + timedelta(hours=6, minutes=10))
    assert list_slots(store) == [("26 18:00", "queued", 12)]
    assert find_monitor(store).next_run_at == NOON + timedelta(hours=6, minutes=30)


def test_C8_a_slot_during_a_check_is_skipped_and_has_its_row(store: MemoryStore) -> None:
    """A check that still runs is not joined by a second one."""
    put_monitor(store, make_monitor())
    plan(store)
    running = claim(store)
    plan(store, NOON + HALF_HOUR)
    finish(store, running)
    plan(store, NOON + 2 * HALF_HOUR)
    assert list_slots(store) == [
        ("26 12:00", "completed", 0),
        ("26 12:30", "skipped_overlap", 0),
        ("26 13:00", "queued", 0),
    ]


def test_a_skipped_slot_keeps_the_last_summary(store: MemoryStore) -> None:
    """What the last check found is not overwritten by one that found nothing."""
    put_monitor(store, make_monitor())
    plan(store)
    run_check(store, {make_target().urls[0]: "a"})
    before = find_monitor(store).last_check_summary
    plan(store, NOON + HALF_HOUR)
    plan(store, NOON + 2 * HALF_HOUR)
    assert before is not None
    assert find_monitor(store).last_check_summary == before


def test_a_failed_check_does_not_hold_the_schedule(store: MemoryStore) -> None:
    """After a check of nothing but errors, the next slot is due as always."""
    put_monitor(store, make_monitor())
    plan(store)
    run_check(store, {make_target().urls[0]: None})
    plan(store, NOON + HALF_HOUR)
    assert list_slots(store) == [("26 12:00", "partial", 0), ("26 12:30", "queued", 0)]


def test_a_budget_that_is_spent_pauses_until_the_month_is_over(store: MemoryStore) -> None:
    """The slot has its row, the monitor rests, and on the first of the month it goes on."""
    spent = make_monitor(make_config(monthly_credits=10), spent_month="2026-11", spent_credits=10)
    put_monitor(store, spent)
    plan(store)
    rests = find_monitor(store)
    assert list_slots(store) == [("26 12:00", "skipped_no_credits", 0)]
    assert (rests.status, rests.pause_reason) == ("paused", "no_credits")
    december = NOON.replace(month=12, day=1, hour=0)
    assert rests.next_run_at == december
    (check,) = plan(store, december)
    awake = find_monitor(store)
    assert check.status == "queued"
    assert (awake.status, awake.pause_reason) == ("active", None)


def test_a_budget_counts_what_a_check_may_cost_at_most(store: MemoryStore) -> None:
    """A check that could cost more than is left does not begin, and one that cannot does."""
    config = make_config(monthly_credits=10, goal="prices", judge_enabled=True)
    put_monitor(store, make_monitor(config, spent_month="2026-11", spent_credits=8))
    assert [each.status for each in plan(store)] == ["queued"]
    other = make_monitor(config, id="other", spent_month="2026-11", spent_credits=9)
    put_monitor(store, other)
    assert [each.status for each in plan(store)] == ["skipped_no_credits"]


def test_C36_a_clock_that_goes_back_plans_no_slot_twice(store: MemoryStore) -> None:
    """After an hour ahead and the way back, the next slot is behind the last one."""
    put_monitor(store, make_monitor())
    plan(store, NOON + timedelta(hours=1))
    run_check(store, {make_target().urls[0]: "a"}, now=NOON + timedelta(hours=1))
    assert plan(store, NOON) == []
    store.transact(lambda transaction: realign(transaction, now=NOON, limit=10))
    assert find_monitor(store).next_run_at == NOON + 3 * HALF_HOUR


def test_C38_a_zone_that_moved_moves_the_next_slot(store: MemoryStore) -> None:
    """A slot that was computed with old rules is computed anew; one that is due stays due."""
    daily = make_config(schedule=Schedule(cron="0 9 * * *", timezone="Europe/Berlin"))
    wrong = NOON + timedelta(hours=19)
    put_monitor(store, make_monitor(daily, id="ahead", next_run_at=wrong))
    put_monitor(store, make_monitor(daily, id="due", next_run_at=NOON))
    store.transact(lambda transaction: realign(transaction, now=NOON, limit=1))
    store.transact(lambda transaction: realign(transaction, now=NOON, after="ahead", limit=1))
    assert find_monitor(store, "ahead").next_run_at == NOON + timedelta(hours=20)
    assert find_monitor(store, "due").next_run_at == NOON


def test_C38_realigning_goes_through_all_monitors_in_portions(store: MemoryStore) -> None:
    """Each portion says where the next one begins, and the last one that it is the last."""
    for name in "abc":
        put_monitor(store, make_monitor(id=name))
    first = store.transact(lambda transaction: realign(transaction, now=NOON, limit=2))
    assert first == "b"
    last = store.transact(lambda transaction: realign(transaction, now=NOON, after="b", limit=2))
    assert last is None


def test_C39_a_schedule_that_is_not_understood_any_more_stops_only_itself(
    store: MemoryStore,
) -> None:
    """A zone that is gone fails its own slot, and everybody else is planned."""
    gone = make_config(schedule=Schedule(cron="0 9 * * *", timezone="Mars/Base"))
    put_monitor(store, make_monitor(gone, id="gone"))
    put_monitor(store, make_monitor(id="good"))
    assert sorted(each.status for each in plan(store)) == ["failed", "queued"]
    rests = find_monitor(store, "gone")
    assert (rests.status, rests.pause_reason, rests.next_run_at) == ("paused", "schedule", None)
    assert find_monitor(store, "good").next_run_at == NOON + HALF_HOUR


@pytest.mark.parametrize("status", ["paused", "deleted"])
def test_who_rests_is_not_due(store: MemoryStore, status: MonitorStatus) -> None:
    """A monitor without a next slot is left alone."""
    rests = replace(make_monitor(), status=status, next_run_at=None)
    put_monitor(store, rests)
    assert plan(store, NOON + timedelta(days=400)) == []
    assert find_next(store) is None


def find_next(store: MemoryStore) -> datetime | None:
    """Return when the next monitor is due."""
    return store.transact(lambda transaction: find_next_due(transaction, now=NOON))


def test_the_next_one_that_is_due_is_known(store: MemoryStore) -> None:
    """Whoever waits knows how long; what is due already is due now."""
    later = NOON + HALF_HOUR
    put_monitor(store, make_monitor(id="later", next_run_at=later))
    assert find_next(store) == later
    put_monitor(store, make_monitor(id="late", next_run_at=NOON - HALF_HOUR))
    assert find_next(store) == NOON


def test_C41_many_that_are_due_at_once_are_planned_in_portions(store: MemoryStore) -> None:
    """No portion is larger than asked for, and none is forgotten."""
    monitors: list[Monitor] = [make_monitor(id=f"{number:03}") for number in range(25)]
    for monitor in monitors:
        put_monitor(store, monitor)
    assert [len(plan(store)) for _ in range(4)] == [10, 10, 5, 0]
