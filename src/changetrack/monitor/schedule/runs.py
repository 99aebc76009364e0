"""When a schedule is due: the next time, the next few, and the newest one that has passed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from changetrack.errors import InvalidOption, InvalidSchedule
from changetrack.monitor.schedule.days import Segment, walk_segments
from changetrack.monitor.schedule.expressions import read_expression
from changetrack.monitor.schedule.model import Schedule
from changetrack.monitor.schedule.zones import find_timezone

__all__ = ["list_runs", "newest_run_until", "next_run"]

# A preview is read by people; a hundred runs show a whole year of anything irregular.
_MAX_RUNS = 100

# How far back slots are looked at one by one, so that a wrong clock costs 0.2 s and not minutes.
_MAX_LOOKBACK = timedelta(days=36_525)

_MINUTE = timedelta(minutes=1)


def next_run(schedule: Schedule, after: datetime) -> datetime:
    """Return the first run after a moment, in UTC; it is never the moment itself.

    Raises:
        InvalidSchedule: there is none before the calendar ends.
        ValueError: the moment has no time zone.

    >>> from changetrack.monitor.schedule import parse_schedule
    >>> half = parse_schedule("every 30 minutes")
    >>> next_run(half, datetime(2026, 5, 30, 15, 42, tzinfo=UTC)).isoformat()
    '2026-05-30T16:00:00+00:00'
    """
    return list_runs(schedule, after, 1)[0]


def list_runs(schedule: Schedule, after: datetime, count: int) -> tuple[datetime, ...]:
    """Return the first runs after a moment, in UTC and ascending.

    Raises:
        InvalidOption: the count is not from 1 to 100.
        InvalidSchedule: there are not that many before the calendar ends.
        ValueError: the moment has no time zone.
    """
    if not 1 <= count <= _MAX_RUNS:
        remedy = f"ask for 1 to {_MAX_RUNS}"
        raise InvalidOption(f"{count:,} runs cannot be listed", remedy, "count")
    try:
        runs = tuple(islice(_iterate_runs(schedule, _read_moment(after)), count))
    except OverflowError:
        runs = ()
    if len(runs) < count:
        problem = f"the calendar ends before {count:,} more runs after {after.isoformat()}"
        raise InvalidSchedule("never_due", problem, "ask for an earlier time")
    return runs


def newest_run_until(schedule: Schedule, first: datetime, until: datetime) -> tuple[datetime, int]:
    """Return the newest run up to a moment, and how many came before it from `first` on.

    `first` is a run itself and counts as one, whatever the schedule says of it by now. The count is
    exact for a hundred years; what is older than that is not looked at.

    Raises:
        ValueError: `until` is before `first`, or one of them has no time zone.

    >>> from changetrack.monitor.schedule import parse_schedule
    >>> first = datetime(2026, 5, 30, 16, tzinfo=UTC)
    >>> newest, missed = newest_run_until(parse_schedule("hourly"), first, first + 90 * _MINUTE)
    >>> newest.isoformat(), missed
    ('2026-05-30T17:00:00+00:00', 1)
    """
    first, until = _read_moment(first), _read_moment(until)
    if until < first:
        raise ValueError("the moment is before the first run")
    if schedule.cron is None:
        anchor, every = _read_interval(schedule)
        done, reached = (first - anchor) // every, (until - anchor) // every
        return (anchor + reached * every, reached - done) if reached > done else (first, 0)
    newest, count = first, 0
    last = max(first, until - _MAX_LOOKBACK)
    for start, minutes in _walk(schedule, last):
        if start + minutes[0] * _MINUTE > until:
            break
        seen = _count_until(start, minutes, last)
        reached = _count_until(start, minutes, until)
        if reached > seen:
            count += reached - seen
            newest = last = start + minutes[reached - 1] * _MINUTE
    return newest, count


def _read_moment(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment has no time zone")
    return moment.astimezone(UTC)


def _count_until(start: datetime, minutes: tuple[int, ...], moment: datetime) -> int:
    return bisect_right(minutes, (moment - start) // _MINUTE)


def _iterate_runs(schedule: Schedule, last: datetime) -> Iterator[datetime]:
    """Yield what is due after a moment, ascending."""
    if schedule.cron is None:
        anchor, every = _read_interval(schedule)
        run = max(anchor, anchor + ((last - anchor) // every + 1) * every)
        while True:
            yield run
            run += every
    for start, minutes in _walk(schedule, last):
        for minute in minutes[_count_until(start, minutes, last) :]:
            last = start + minute * _MINUTE
            yield last


def _read_interval(schedule: Schedule) -> tuple[datetime, timedelta]:
    if not schedule.every_seconds or schedule.anchor is None:
        raise ValueError("a schedule without cron needs every_seconds and an anchor")
    return _read_moment(schedule.anchor), timedelta(seconds=schedule.every_seconds)


def _walk(schedule: Schedule, moment: datetime) -> Iterator[Segment]:
    expression = read_expression(schedule.cron or "")
    return walk_segments(expression, find_timezone(schedule.timezone), moment)
