"""How close two runs ever come, and how many a month has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

from changetrack.errors import InvalidSchedule
from changetrack.monitor.schedule import (
    Schedule,
    count_runs,
    find_minimum_gap,
    newest_run_until,
    next_run,
    parse_schedule,
)
from tests.monitor.schedule.crons import Cron, crons

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# Minutes between the closest two.
GAPS = {
    "*/15 * * * *": 15,
    "7-59/15 * * * *": 15,
    "*/14 * * * *": 4,
    "*/45 * * * *": 15,
    "0,14 * * * *": 14,
    "59,0 * * * *": 1,
    "0,30 9 * * *": 30,
    "59 23,0 * * *": 60,
    "0,59 0,23 * * *": 1,
    "30 */6 * * *": 360,
    "0 */5 * * *": 240,
    "0 9 * * *": 1_440,
    "0 9 * * 1": 7 * 1_440,
    "0 9 * * 1-5": 1_440,
    "0 9 * * 1,4": 3 * 1_440,
    "0 0 */2 * *": 1_440,
    "0 0 */14 * *": 1_440,
    "0 0 1 * *": 28 * 1_440,
    "0 0 15 * *": 28 * 1_440,
    "0 0 L * *": 28 * 1_440,
    "0 0 1 1 *": 365 * 1_440,
    "0 0 29 2 *": 1_461 * 1_440,
    "0 0,12 13 * 5": 720,
    "0 9,17 1 1 *": 480,
    "0 12 * * 1#1": 28 * 1_440,
    "0 0 * 2 1#5": 10_227 * 1_440,
}


@pytest.mark.parametrize(("cron", "minutes"), GAPS.items())
def test_C40_the_gap_is_the_closest_of_the_whole_cycle(cron: str, minutes: int) -> None:
    """Over the ends of hours, days, months and years; a leap day that is a Monday included."""
    assert find_minimum_gap(Schedule(cron=cron)) == minutes * MINUTE


@pytest.mark.parametrize("cron", ["0,14 * * * *", "59,0 * * * *", "*/14 * * * *", "0-1 0 * * *"])
def test_C40_what_comes_too_close_once_is_refused(cron: str) -> None:
    """At whatever minute it is made: no clock is asked."""
    with pytest.raises(InvalidSchedule, match="apart, at least 15 minutes are required"):
        parse_schedule(cron=cron)


@pytest.mark.parametrize("start", [0, 7, 14, 59])
def test_C40_a_quarter_of_an_hour_is_fine_from_any_minute(start: int) -> None:
    """It is exactly the minimum, all day long."""
    schedule = parse_schedule(cron="*/15 * * * *")
    moment = datetime(2026, 5, 30, 23, start, tzinfo=UTC)
    runs = [next_run(schedule, moment)]
    for _ in range(8):
        runs.append(next_run(schedule, runs[-1]))
    assert {later - earlier for earlier, later in pairwise(runs)} == {15 * MINUTE}


@given(crons())
@settings(max_examples=max(20, settings().max_examples // 4))
def test_no_two_runs_of_two_years_are_closer_than_the_gap(cron: Cron) -> None:
    """Whatever the days are; the closest two may be years away."""
    assert find_minimum_gap(Schedule(cron=cron.text)) <= _find_closest(cron, 731)


@given(crons(any_day=True))
def test_the_gap_of_a_week_is_the_one_counted_by_hand(cron: Cron) -> None:
    """Where only days of the week are said, three weeks show everything."""
    assert find_minimum_gap(Schedule(cron=cron.text)) == _find_closest(cron, 21)


def _find_closest(cron: Cron, days: int) -> timedelta:
    dates = [day for day in _days_from(date(2023, 1, 1), days) if cron.falls_on(day)]
    times = [hour * 60 + minute for hour in sorted(cron.hours) for minute in sorted(cron.minutes)]
    within = (later - earlier for earlier, later in pairwise(times))
    night = 1_440 - times[-1] + times[0]
    between = ((later - earlier).days * 1_440 - 1_440 + night for earlier, later in pairwise(dates))
    return min((*within, *between), default=10**7) * MINUTE


def _days_from(day: date, count: int) -> list[date]:
    return [day + offset * DAY for offset in range(count)]


@pytest.mark.parametrize(
    ("cron", "runs"),
    [
        ("*/30 * * * *", 1_440),
        ("*/15 * * * *", 2_880),
        ("0 * * * *", 720),
        ("0 9 * * *", 30),
        ("0 0 * * 0", 5),
        ("0 9 * * 1-5", 22),
        ("0 9 1 * *", 1),
        ("0 9 1,15 * *", 2),
        ("0 9 31 * *", 1),
        ("0 9 1 1 *", 1),
        ("0,30 9,17 * * *", 120),
    ],
)
def test_a_month_is_counted_as_the_seeds_do(cron: str, runs: int) -> None:
    """Thirty days over the interval, rounded up; of uneven ones the mean, never zero."""
    assert count_runs(Schedule(cron=cron)) == runs


@given(crons())
@settings(max_examples=max(10, settings().max_examples // 8))
def test_the_runs_of_a_month_are_those_of_28_years(cron: Cron) -> None:
    """After which weekdays and leap years come round."""
    schedule = Schedule(cron=cron.text)
    start = next_run(schedule, datetime(2001, 1, 1, tzinfo=UTC) - MINUTE)
    end = datetime(2029, 1, 1, tzinfo=UTC) - MINUTE
    _, before = newest_run_until(schedule, start, end)
    assert count_runs(schedule) == -(-(before + 1) * 30 // 10_227)


def test_an_interval_is_its_own_gap() -> None:
    """And has as many runs as fit, rounded up."""
    schedule = Schedule(cron=None, every_seconds=5_400, anchor=datetime(2026, 1, 1, tzinfo=UTC))
    assert (find_minimum_gap(schedule), count_runs(schedule)) == (90 * MINUTE, 480)
