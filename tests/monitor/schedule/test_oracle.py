"""Random expressions in random zones around real changes of the clock, against Debian acted out."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim
from hypothesis import example, given, settings
from hypothesis import strategies as st

from changetrack.monitor.schedule import Schedule, list_runs, newest_run_until, next_run
from tests.monitor.schedule.crons import Cron, crons
from tests.monitor.schedule.debian import act_out
from tests.monitor.schedule.transitions import find_clocks

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

# Since 1973 no clock shows seconds of its own, so that whole minutes are whole everywhere.
CHANGES = [
    (clock.name, change.at)
    for clock in find_clocks()
    for change in clock.changes
    if change.at.year >= 1973
]
# Kinds of nights that a random one seldom is.
RARE = [
    (name, moment)
    for name, moment in CHANGES
    if name
    in {
        *("Africa/Cairo", "America/Godthab", "America/Havana", "America/Scoresbysund"),
        *("America/St_Johns", "Antarctica/Casey", "Antarctica/Troll", "Asia/Pyongyang"),
        *("Australia/LHI", "Pacific/Apia", "Pacific/Enderbury", "Pacific/Kwajalein"),
    }
]
EVERY_DATE = frozenset(range(1, 32))
EVERY_MONTH = frozenset(range(1, 13))
EVERY_DAY = frozenset(range(7))


def _daily(text: str, minutes: set[int], hours: set[int]) -> Cron:
    return Cron(text, frozenset(minutes), frozenset(hours), EVERY_DATE, EVERY_MONTH, EVERY_DAY)


def _last_change(zone: str) -> datetime:
    return max(moment for name, moment in CHANGES if name == zone)


LORD_HOWE = _daily("*/15 2 * * *", {0, 15, 30, 45}, {2})
APIA = _daily("0 9 * * *", {0}, {9})
TWO_MINUTES = _daily("5,50 1,2,3 * * *", {5, 50}, {1, 2, 3})
apia = next(at for name, at in CHANGES if name == "Pacific/Apia" and at.year == 2011)


@settings(max_examples=max(20, settings().max_examples // 2))
@given(crons(any_day=True), st.sampled_from(CHANGES) | st.sampled_from(RARE), st.integers(0, 23))
@example(LORD_HOWE, ("Australia/LHI", _last_change("Australia/LHI")), 0)
@example(APIA, ("Pacific/Apia", apia), 5)
@example(TWO_MINUTES, ("Europe/Berlin", datetime.fromisoformat("2026-03-29T01:00Z")), 0)
def test_C37_runs_are_those_of_debian_s_cron(
    cron: Cron, night: tuple[str, datetime], hours: int
) -> None:
    """Three days around a change, one run after the other, and the newest of them counted."""
    name, change = night
    start = (change - 30 * HOUR - hours * HOUR).replace(second=0)
    end = change + 40 * HOUR
    expected = act_out(cron, ZoneInfo(name), start, end)
    schedule = Schedule(cron=cron.text, timezone=name)
    found = []
    run = next_run(schedule, start - MINUTE)
    while run < end:
        found.append(run)
        run = next_run(schedule, run)
    assert found == expected
    if expected:
        listed = list_runs(schedule, start - MINUTE, min(100, len(expected)))
        assert list(listed) == expected[:100]
        until = end - timedelta(microseconds=1)
        assert newest_run_until(schedule, expected[0], until) == (expected[-1], len(expected) - 1)


@settings(max_examples=max(20, settings().max_examples // 4))
@given(
    crons(any_day=True), st.sampled_from(CHANGES), st.integers(0, 4_000_000), st.integers(1, 10**6)
)
def test_the_next_run_is_strictly_later_from_any_moment(
    cron: Cron, night: tuple[str, datetime], seconds: int, micros: int
) -> None:
    """It is the first of those that follow from an earlier moment, whatever the microsecond."""
    name, change = night
    schedule = Schedule(cron=cron.text, timezone=name)
    after = change + timedelta(seconds=seconds - 2_000_000, microseconds=micros)
    run = next_run(schedule, after)
    assert run > after
    assert next_run(schedule, run - timedelta(microseconds=1)) == run
    between = after + (run - after) / 2
    assert next_run(schedule, between) == run or between == run


# Where clocks move by an hour, and not at midnight.
ORDINARY = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Sydney", "UTC"])


@settings(max_examples=max(20, settings().max_examples // 4))
@given(crons(any_day=True), ORDINARY, st.integers(0, 365 * 24))
def test_the_library_for_cron_agrees_where_clocks_are_ordinary(
    cron: Cron, name: str, hours: int
) -> None:
    """Its own steps through the changes of a year give the same next runs."""
    start = datetime.fromisoformat("2026-01-01T00:00Z") + hours * HOUR
    steps = CronSim(cron.text, start.astimezone(ZoneInfo(name)))
    theirs = sorted({next(steps).astimezone(start.tzinfo) for _ in range(20)})
    ours = list_runs(Schedule(cron=cron.text, timezone=name), start, 20)
    later = [run for run in theirs if run > start]
    assert list(ours[: len(later)]) == later
