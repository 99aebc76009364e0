"""The next runs, the newest that has passed, and the ends of what can be asked."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack.errors import InvalidOption, InvalidSchedule
from changetrack.monitor.schedule import (
    Schedule,
    explain,
    list_runs,
    newest_run_until,
    next_run,
    parse_schedule,
)

MINUTE = timedelta(minutes=1)
HALF_HOURLY = Schedule(cron="*/30 * * * *")
NOON = datetime(2026, 5, 30, 12, tzinfo=UTC)
LONG = Schedule(cron=None, every_seconds=5_400, anchor=NOON)


@pytest.mark.parametrize(
    ("after", "run"),
    [
        (NOON, NOON + 30 * MINUTE),
        (NOON - timedelta(microseconds=1), NOON),
        (NOON + timedelta(seconds=1), NOON + 30 * MINUTE),
        (NOON.astimezone(timezone(timedelta(hours=5, minutes=45))), NOON + 30 * MINUTE),
    ],
)
def test_the_next_run_is_after_the_moment_and_in_utc(after: datetime, run: datetime) -> None:
    """Never at it, so that a loop that asks with the last answer gets on."""
    assert next_run(HALF_HOURLY, after) == run
    assert next_run(HALF_HOURLY, after).tzinfo is UTC


def test_a_list_is_what_one_after_the_other_gives() -> None:
    """A preview shows what will happen."""
    schedule = parse_schedule("every weekday at 9am", timezone="Europe/Berlin")
    runs = [NOON]
    for _ in range(100):
        runs.append(next_run(schedule, runs[-1]))
    assert list_runs(schedule, NOON, 100) == tuple(runs[1:])


@pytest.mark.parametrize("count", [-1, 0, 101, 10**9])
def test_a_list_is_bounded(count: int) -> None:
    """One to a hundred."""
    with pytest.raises(InvalidOption) as caught:
        list_runs(HALF_HOURLY, NOON, count)
    assert str(caught.value) == f"count: {count:,} runs cannot be listed; ask for 1 to 100"


def test_a_moment_needs_a_time_zone() -> None:
    """A naive time is somebody's mistake, and a silent guess would shift every run."""
    naive = NOON.replace(tzinfo=None)
    for ask in (
        lambda: next_run(HALF_HOURLY, naive),
        lambda: newest_run_until(HALF_HOURLY, naive, NOON),
        lambda: newest_run_until(HALF_HOURLY, NOON, naive),
    ):
        with pytest.raises(ValueError, match="the moment has no time zone"):
            ask()


@pytest.mark.parametrize("schedule", [HALF_HOURLY, Schedule(cron="0 0 1 1 *"), LONG])
def test_the_calendar_ends(schedule: Schedule) -> None:
    """At its end there is no next run, and the answer is an error of ours."""
    for zone in ("UTC", "Asia/Tokyo"):
        with pytest.raises(InvalidSchedule) as caught:
            next_run(replace(schedule, timezone=zone), datetime.max.replace(tzinfo=UTC))
        assert caught.value.reason == "never_due"


def test_rare_dates_are_found() -> None:
    """Leap days, over the century that has none; a fifth Monday in February is 28 years away."""
    leap = Schedule(cron="0 0 29 2 *", timezone="Europe/Berlin")
    assert next_run(leap, datetime(2096, 3, 1, tzinfo=UTC)).year == 2104
    monday = Schedule(cron="0 0 * 2 1#5")
    assert next_run(monday, NOON) == datetime(2044, 2, 29, tzinfo=UTC)
    real = Schedule(cron="*/15 0 29 2 *", timezone="Asia/Tokyo")
    assert next_run(real, NOON) == datetime(2028, 2, 28, 15, tzinfo=UTC)


def test_an_interval_is_counted_from_its_anchor() -> None:
    """The anchor is its first run; nothing is due before it, and nothing drifts after it."""
    assert list_runs(LONG, NOON - timedelta(days=400), 2) == (NOON, NOON + 90 * MINUTE)
    assert next_run(LONG, NOON) == NOON + 90 * MINUTE
    far = NOON + 1_000_000 * 90 * MINUTE
    assert next_run(LONG, far - MINUTE) == far
    assert newest_run_until(LONG, NOON, far + MINUTE) == (far, 1_000_000)
    assert newest_run_until(LONG, NOON, NOON + 89 * MINUTE) == (NOON, 0)


@pytest.mark.parametrize("broken", [{"anchor": None}, {"every_seconds": None}])
def test_a_schedule_that_nobody_parsed_is_refused(broken: dict[str, None]) -> None:
    """Neither cron nor a whole interval."""
    schedule = replace(LONG, **broken)  # type: ignore[arg-type]  # None fits both fields
    for ask in (lambda: next_run(schedule, NOON), lambda: explain(schedule)):
        with pytest.raises(ValueError, match="needs every_seconds and an anchor"):
            ask()
    with pytest.raises(ValueError, match="is no cron expression"):
        next_run(Schedule(cron="61 * * * *"), NOON)


def test_seconds_that_are_no_minutes_are_shown_as_they_are() -> None:
    """Somebody may allow such intervals by a minimum of their own."""
    schedule = parse_schedule("every 1000 seconds", anchor=NOON)
    assert explain(schedule) == "every 1,000 seconds, counted from 2026-05-30 12:00 (UTC)"


def test_the_newest_run_after_downtime_and_what_was_missed() -> None:
    """One catch-up run for the newest slot; the older ones are counted."""
    assert newest_run_until(HALF_HOURLY, NOON, NOON) == (NOON, 0)
    assert newest_run_until(HALF_HOURLY, NOON, NOON + 29 * MINUTE) == (NOON, 0)
    assert newest_run_until(HALF_HOURLY, NOON, NOON + 30 * MINUTE) == (NOON + 30 * MINUTE, 1)
    night = NOON + timedelta(hours=20, minutes=5)
    assert newest_run_until(HALF_HOURLY, NOON, night) == (NOON + timedelta(hours=20), 40)
    with pytest.raises(ValueError, match="the moment is before the first run"):
        newest_run_until(HALF_HOURLY, NOON, NOON - MINUTE)


def test_a_first_run_that_the_schedule_knows_no_more_still_counts() -> None:
    """It was promised: the time zone's rules may have changed since."""
    first = NOON + 7 * MINUTE
    assert newest_run_until(HALF_HOURLY, first, NOON + 10 * MINUTE) == (first, 0)
    assert newest_run_until(HALF_HOURLY, first, NOON + 65 * MINUTE) == (NOON + 60 * MINUTE, 2)


def test_years_of_downtime_are_counted_exactly_and_fast() -> None:
    """Ten years of every five minutes, with a clock that changes twenty times."""
    schedule = Schedule(cron="*/5 * * * *", timezone="Europe/Berlin")
    until = NOON + timedelta(days=3_653)
    began = time.process_time()
    assert newest_run_until(schedule, NOON, until) == (until, 3_653 * 288)
    # It takes 40 ms; a step for each run would take a minute.
    assert time.process_time() - began < 2


def test_a_wrong_clock_does_not_hang_the_house() -> None:
    """What is older than a hundred years is not counted, but the newest is still the newest."""
    first = datetime(1700, 1, 1, tzinfo=UTC)
    began = time.process_time()
    newest, count = newest_run_until(Schedule(cron="0 0 * * *"), first, NOON)
    assert (newest, count) == (NOON.replace(hour=0), 36_525)
    assert time.process_time() - began < 5


@given(st.integers(1, 10**6), st.integers(0, 10**8), st.integers(0, 10**8))
def test_intervals_are_arithmetic(every: int, start: int, span: int) -> None:
    """The next, the newest and the count agree."""
    schedule = Schedule(cron=None, every_seconds=every, anchor=NOON)
    first = next_run(schedule, NOON + timedelta(seconds=start))
    newest, count = newest_run_until(schedule, first, first + timedelta(seconds=span))
    assert newest - first == count * timedelta(seconds=every)
    assert newest <= first + timedelta(seconds=span) < next_run(schedule, newest)
