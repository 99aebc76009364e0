"""Slots and clocks, with the real engine: what is due once is done once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from changetrack.monitor.models import Check, KeptSnapshot
from changetrack.monitor.retention import sweep
from changetrack.monitor.schedule import Schedule
from changetrack.monitor.tables import PAGES, SNAPSHOTS
from tests.monitor.engine.houses import House, write_page
from tests.monitor.makers import find_monitor

_HALF_HOURLY = Schedule(cron="*/30 * * * *", text="every 30 minutes")


def plant(house: House) -> None:
    """Watch a page from now on, every half an hour."""
    house.site.files["/"] = write_page("Root.")
    house.schedule(house.watch(house.target("/"), schedule=_HALF_HOURLY))


def do_all(house: House) -> list[Check]:
    """Do what is due now, and return all checks that there are."""
    house.portal.call(house.engine.plan)
    while house.take() is not None:
        pass
    return house.list_checks()


def test_C8_a_slot_during_a_check_is_skipped_and_has_its_row(house: House) -> None:
    """The check that runs goes on to its end, and the slot after that runs as ever."""
    plant(house)
    planned: list[int] = []

    async def plan_meanwhile(path: str) -> None:
        if path == "/" and not planned:
            house.clock.advance(minutes=30)
            planned.append(await house.engine.plan())

    house.site.watch = plan_meanwhile
    do_all(house)
    house.clock.advance(minutes=30)
    checks = do_all(house)
    assert planned == [1]
    assert [(check.status, check.error_code) for check in checks] == [
        ("completed", None),
        ("skipped_overlap", "overlap"),
        ("completed", None),
    ]
    slots = [check.scheduled_for for check in checks]
    assert slots[0] is not None
    assert slots == [slots[0] + timedelta(minutes=30) * number for number in range(3)]
    assert house.site.visits == ["/", "/"]


def test_C9_after_six_hours_one_check_is_done(house: House) -> None:
    """For the newest slot; it says how many it stands for, and the next one is the next one."""
    plant(house)
    do_all(house)
    start = house.clock()
    house.clock.advance(hours=6, minutes=10)
    (_, late) = do_all(house)
    assert (late.scheduled_for, late.missed_slots, late.status) == (
        start + timedelta(hours=6),
        11,
        "completed",
    )
    assert find_monitor(house.store).next_run_at == start + timedelta(hours=6, minutes=30)
    assert house.site.visits == ["/", "/"]


@pytest.mark.parametrize("jump", [-3600, 3600, -86_400])
def test_C36_a_clock_that_jumps_does_no_slot_twice(house: House, jump: int) -> None:
    """Backwards nothing is due again, and forwards one check stands for what was jumped over."""
    plant(house)
    do_all(house)
    house.clock.advance(minutes=30)
    do_all(house)
    house.clock.advance(seconds=jump)
    do_all(house)
    house.clock.advance(seconds=-jump)
    for _ in range(4):
        do_all(house)
        house.clock.advance(minutes=10)
    checks = do_all(house)
    slots = [check.scheduled_for for check in checks if check.scheduled_for]
    assert len(set(slots)) == len(slots) == len(checks)
    assert sorted(slots) == slots
    assert {check.status for check in checks} == {"completed"}
    answered = sum(1 + check.missed_slots for check in checks)
    assert answered == (slots[-1] - slots[0]) / timedelta(minutes=30) + 1


def test_C36_a_worker_whose_clock_is_behind_takes_nothing_over(house: House) -> None:
    """A check that somebody has is theirs, until its lease is over on every clock."""
    plant(house)
    tried: list[Check | None] = []

    async def try_from_behind(path: str) -> None:
        if path == "/" and not tried:
            for seconds in (-3, 3, 60):
                house.clock.advance(seconds=seconds)
                tried.append(await house.engine.run_next())

    house.site.watch = try_from_behind
    (check,) = do_all(house)
    assert tried == [None, None, None]
    assert (check.status, check.attempts) == ("completed", 1)


def test_C45_what_is_swept_while_a_check_runs_is_not_what_it_needs(house: House) -> None:
    """However old the baseline is, the page is compared with it, and its diff is shown."""
    plant(house)
    do_all(house)
    (first,) = house.store.transact(lambda each: each.select(PAGES, {}))
    swept: list[int] = []

    async def sweep_meanwhile(path: str) -> None:
        if path != "/":
            return
        for _ in range(10):
            done = house.store.transact(lambda each: sweep(each, now=house.clock(), limit=10))
            swept.append(sum(done.counts.values()))

    house.site.watch = sweep_meanwhile
    house.clock.advance(days=200)
    house.site.files["/"] = write_page("Another root.")
    do_all(house)
    checks = house.list_checks()
    page = house.page(checks[-1], "/")
    # The old check and its page went, and the snapshot stayed.
    assert sum(swept) == 2
    assert [check.status for check in checks] == ["completed"]
    assert (page.status, page.previous_id, page.previous_hash) == (
        "changed",
        first.current_id,
        first.content_hash,
    )
    assert page.diff is not None
    kept = house.store.transact(lambda each: each.find(SNAPSHOTS, str(first.current_id)))
    assert isinstance(kept, KeptSnapshot)


def test_a_budget_that_is_spent_lets_a_monitor_rest_until_the_month_is_over(house: House) -> None:
    """Then it goes on by itself, with what a month may cost."""
    plant(house)
    monitor = house.watch(house.target("/"), schedule=_HALF_HOURLY, monthly_credits=2)
    house.schedule(monitor)
    for _ in range(4):
        do_all(house)
        house.clock.advance(minutes=30)
    assert [check.status for check in house.list_checks()] == [
        "completed",
        "completed",
        "skipped_no_credits",
    ]
    rests = find_monitor(house.store)
    assert (rests.status, rests.pause_reason, rests.spent_credits) == ("paused", "no_credits", 2)
    assert rests.next_run_at is not None
    assert (rests.next_run_at.day, rests.next_run_at.hour) == (1, 0)
    house.clock.set(rests.next_run_at)
    assert do_all(house)[-1].status == "completed"
    goes_on = find_monitor(house.store)
    assert (goes_on.status, goes_on.pause_reason, goes_on.spent_credits) == ("active", None, 1)
