"""Nights in which clocks change: the measured table row by row, and all nights of all zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim

from changetrack.monitor.schedule import Schedule, find_minimum_gap, list_runs, next_run
from tests.monitor.schedule.transitions import Change, find_clocks

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"

# Zone, where the clock stands (local), expression, and the first runs by the wall clock, with their
# offset from UTC where it matters.
FIRST_RUNS = [
    (BERLIN, "2026-03-28 12:00", "30 2 * * *", "29 03:00+02 | 30 02:30+02"),
    (BERLIN, "2026-03-28 12:00", "0 9 * * *", "29 09:00+02 | 30 09:00+02"),
    (BERLIN, "2026-03-28 12:00", "0 3 * * *", "29 03:00+02 | 30 03:00+02"),
    (BERLIN, "2026-03-28 12:00", "*/15 2 * * *", "30 02:00+02 | 30 02:15+02"),
    (BERLIN, "2026-03-28 12:00", "0 */2 * * *", "28 14:00+01 | 28 16:00+01"),
    (BERLIN, "2026-03-29 00:00", "0 */2 * * *", "29 04:00+02 | 29 06:00+02"),
    (BERLIN, "2026-10-24 12:00", "30 2 * * *", "25 02:30+02 | 26 02:30+01"),
    (BERLIN, "2026-10-24 12:00", "0 9 * * *", "25 09:00+01 | 26 09:00+01"),
    (BERLIN, "2026-10-24 12:00", "0 2 * * *", "25 02:00+02 | 26 02:00+01"),
    (
        BERLIN,
        "2026-10-24 12:00",
        "*/15 2 * * *",
        "25 02:00+02 | 25 02:15+02 | 25 02:30+02 | 25 02:45+02 | 25 02:00+01 | 25 02:15+01",
    ),
    (BERLIN, "2026-10-25 00:00", "0 */2 * * *", "25 02:00+02 | 25 02:00+01 | 25 04:00+01"),
    (NEW_YORK, "2026-03-07 12:00", "30 2 * * *", "08 03:00-04 | 09 02:30-04"),
    (NEW_YORK, "2026-03-07 12:00", "0 9 * * *", "08 09:00-04 | 09 09:00-04"),
    (NEW_YORK, "2026-03-07 23:00", "0 */6 * * *", "08 00:00-05 | 08 06:00-04"),
    (NEW_YORK, "2026-10-31 12:00", "30 1 * * *", "01 01:30-04 | 02 01:30-05"),
    (NEW_YORK, "2026-10-31 12:00", "0 9 * * *", "01 09:00-05 | 02 09:00-05"),
    (NEW_YORK, "2026-10-31 23:00", "0 */6 * * *", "01 00:00-04 | 01 06:00-05"),
    (LORD_HOWE, "2026-04-04 12:00", "45 1 * * *", "05 01:45+11 | 06 01:45+1030"),
    (LORD_HOWE, "2026-10-03 12:00", "15 2 * * *", "04 02:30+11 | 05 02:15+11"),
    ("Africa/Cairo", "2026-04-23 12:00", "0 0 * * *", "24 01:00+03 | 25 00:00+03"),
    ("Africa/Cairo", "2026-04-23 12:00", "30 0 * * *", "24 01:00+03 | 25 00:30+03"),
    ("America/Havana", "2026-10-31 12:00", "30 0 * * *", "01 00:30-04 | 02 00:30-05"),
    ("America/Havana", "2026-10-31 12:00", "0 0 * * *", "01 00:00-04 | 02 00:00-05"),
    ("Pacific/Apia", "2011-12-28 12:00", "0 9 * * *", "29 09:00-10 | 31 09:00+14 | 01 09:00+14"),
]

# Zone, local start, expression, and the minutes between any two runs of 36 hours.
EVEN = [
    (BERLIN, "2026-03-28 12:00", "*/30 * * * *", 30),
    (BERLIN, "2026-03-28 12:00", "0 * * * *", 60),
    (BERLIN, "2026-10-24 12:00", "*/30 * * * *", 30),
    (BERLIN, "2026-10-24 12:00", "0 * * * *", 60),
    (NEW_YORK, "2026-03-07 12:00", "*/30 * * * *", 30),
    (NEW_YORK, "2026-03-07 12:00", "0 * * * *", 60),
    (NEW_YORK, "2026-10-31 12:00", "*/30 * * * *", 30),
    (NEW_YORK, "2026-10-31 12:00", "0 * * * *", 60),
    (LORD_HOWE, "2026-04-04 12:00", "*/15 * * * *", 15),
    (LORD_HOWE, "2026-10-03 12:00", "*/15 * * * *", 15),
    (BERLIN, "2026-10-24 12:00", "7-59/15 * * * *", 15),
]


def _start(zone: str, local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("zone", "local", "cron", "expected"), FIRST_RUNS)
def test_C37_a_night_with_a_change(zone: str, local: str, cron: str, expected: str) -> None:
    """In the gap once, at the next minute that exists; in the fold once, the first time."""
    rows = expected.split(" | ")
    runs = list_runs(Schedule(cron=cron, timezone=zone), _start(zone, local), len(rows))
    shown = [run.astimezone(ZoneInfo(zone)).strftime("%d %H:%M%z") for run in runs]
    assert [each.removesuffix("00") if each[-5] in "+-" else each for each in shown] == rows
    assert all(run.tzinfo is UTC for run in runs)


@pytest.mark.parametrize(("zone", "local", "cron", "minutes"), EVEN)
def test_C37_an_interval_is_real_time(zone: str, local: str, cron: str, minutes: int) -> None:
    """36 hours around the change have the same spacing as all others."""
    count = 36 * 60 // minutes
    runs = [
        run
        for start in range(0, count, 100)
        for run in list_runs(
            Schedule(cron=cron, timezone=zone),
            _start(zone, local).astimezone(UTC) + start * minutes * MINUTE,
            min(100, count - start),
        )
    ]
    assert {later - earlier for earlier, later in pairwise(runs)} == {minutes * MINUTE}
    assert len(runs) == count


def test_the_zones_are_all_there() -> None:
    """Some thirty thousand changes; none so close to another that a day could have two."""
    clocks = find_clocks()
    assert sum(1 + len(clock.twins) for clock in clocks) > 450
    assert sum(len(clock.changes) * (1 + len(clock.twins)) for clock in clocks) > 25_000
    closest = min(
        later.at - earlier.at for clock in clocks for earlier, later in pairwise(clock.changes)
    )
    assert closest > 2 * DAY


# Clocks that were moved by something else than quarters of an hour, which no grid of quarters
# survives: by 44 minutes and 30 seconds in 1972, by 40 minutes in 1979.
OFF_THE_GRID = {"Africa/Monrovia", "Pacific/Kiritimati"}


def test_C37_intervals_keep_their_spacing_through_every_change_since_1970() -> None:
    """Every quarter of an hour, in every zone."""
    uneven = set()
    for clock in find_clocks():
        for name in (clock.name, *clock.twins):
            schedule = Schedule(cron="*/15 * * * *", timezone=name)
            for change in clock.changes:
                runs = list_runs(schedule, change.at - 40 * MINUTE, 6)
                if {later - earlier for earlier, later in pairwise(runs)} != {15 * MINUTE}:
                    uneven.add(name)
    assert uneven == OFF_THE_GRID


def test_C37_a_daily_job_runs_once_for_every_date_that_exists() -> None:
    """At the first minute that is not before its time, in every zone, on both sides of a change."""
    for clock in find_clocks():
        for name in (clock.name, *clock.twins):
            zone = ZoneInfo(name)
            # Until 1972, a minute of Liberia began at half of everybody else's.
            for change in (each for each in clock.changes if each.before % MINUTE == timedelta()):
                _check_daily(zone, change, (change.at + change.before).replace(tzinfo=None))


def _check_daily(zone: ZoneInfo, change: Change, wall: datetime) -> None:
    """Take a time within the hours that are left out or come twice, on five dates around them."""
    within = (wall + change.shift / 2).time().replace(second=0)
    schedule = Schedule(cron=f"{within.minute} {within.hour} * * *", timezone=zone.key)
    dates = [wall.date() + offset * DAY for offset in range(-2, 3)]
    expected = [_expect(change, day, within) for day in dates if not _is_left_out(change, day)]
    runs = list_runs(schedule, expected[0] - MINUTE, len(expected))
    assert list(runs) == expected, (zone.key, change)
    assert all(earlier < later for earlier, later in pairwise(runs))


def _expect(change: Change, day: date, at: time) -> datetime:
    """Reckon with the two offsets: the first time that the wall shows this, or more."""
    wall = datetime.combine(day, at, tzinfo=UTC)
    early = wall - change.before
    return early if early < change.at else max(change.at, wall - change.before - change.shift)


def _is_left_out(change: Change, day: date) -> bool:
    """Say whether the clock jumps over the whole date."""
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    last = change.at + change.before
    return last <= midnight and last + change.shift >= midnight + DAY


def test_runs_are_never_closer_than_the_minimum_gap_but_for_the_change_itself() -> None:
    """Two runs with no change between them keep it; across one, it may shrink by its shift."""
    crons = ("0,30 1-3 * * *", "*/20 * * * *", "15 */2 * * *", "45 23 * * 0,6")
    for clock in find_clocks():
        # Years before the last that is looked at, so that a list ends before it.
        for change in clock.changes[-8:-4]:
            for cron in crons:
                schedule = Schedule(cron=cron, timezone=clock.name)
                gap = find_minimum_gap(schedule)
                runs = list_runs(schedule, change.at - 2 * DAY, 100)
                for earlier, later in pairwise(runs):
                    across = [each for each in clock.changes if earlier <= each.at <= later]
                    lost = sum((abs(each.shift) for each in across), timedelta())
                    assert later - earlier >= gap - lost, (clock.name, cron)


def test_a_moment_inside_the_second_pass_of_a_fold_is_not_sent_back() -> None:
    """At 02:10 for the second time, 02:30 has been: the next is tomorrow's."""
    schedule = Schedule(cron="30 2 * * *", timezone=BERLIN)
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert second.astimezone(ZoneInfo(BERLIN)).strftime("%H:%M %z") == "02:10 +0100"
    assert next_run(schedule, second) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_run_may_be_moved_into_the_next_date() -> None:
    """Greenland leaves out 23 to 24 o'clock: the run of that date is at midnight, and only once."""
    schedule = Schedule(cron="30 23 * * *", timezone="America/Nuuk")
    half = Schedule(cron="0,30 0,23 * * *", timezone="America/Nuuk")
    start = datetime(2025, 3, 29, 12, tzinfo=UTC)
    zone = ZoneInfo("America/Nuuk")

    def show(schedule: Schedule, count: int) -> list[str]:
        runs = list_runs(schedule, start, count)
        return [run.astimezone(zone).strftime("%d %H:%M") for run in runs]

    assert show(schedule, 2) == ["30 00:00", "30 23:30"]
    assert show(half, 4) == ["30 00:00", "30 00:30", "30 23:00", "30 23:30"]


# What cronsim makes of a clock by itself, and what we do: the reasons why it is asked about dates
# only. It loses two runs, and has one for a date that does not exist.
OURS = [
    (LORD_HOWE, "2026-04-05 00:00", "*/15 2 * * *", "05 02:30", "05 02:00"),
    ("Pacific/Apia", "2011-12-29 12:00", "0 9 * * *", "31 00:00", "31 09:00"),
]


@pytest.mark.parametrize(("zone", "local", "cron", "theirs", "ours"), OURS)
def test_where_the_library_for_cron_is_wrong_we_are_not(
    zone: str, local: str, cron: str, theirs: str, ours: str
) -> None:
    """When one of these fails, cronsim was mended: then it may be asked more."""
    start = _start(zone, local)
    run = next_run(Schedule(cron=cron, timezone=zone), start).astimezone(ZoneInfo(zone))
    assert next(CronSim(cron, start)).strftime("%d %H:%M") == theirs
    assert run.strftime("%d %H:%M") == ours
