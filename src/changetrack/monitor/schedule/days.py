"""The runs of a cron expression as instants, a day at a time, over every change of the clock.

The rule is the one of Debian's cron. Where neither the minute nor the hour begins with a star, the
times of the wall clock are kept: one that is left out runs at the next minute that exists, one that
comes twice runs the first time. All others run in real time, whenever the wall clock reads right.
A date that does not exist has no runs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from changetrack.monitor.schedule.expressions import Expression

__all__ = ["Segment", "walk_segments"]

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


class Segment(NamedTuple):
    """Some runs in a row: minutes from a moment in UTC, ascending, at least one."""

    start: datetime
    minutes: tuple[int, ...]


def walk_segments(expression: Expression, zone: tzinfo, moment: datetime) -> Iterator[Segment]:
    """Yield the runs from at least this moment on, ascending, until the calendar ends.

    The first ones may be before it, and a run may come twice, in two segments.

    Raises:
        OverflowError: the moment is at an end of the calendar.
    """
    if expression.is_fixed:
        # A run of the date before may have been moved into this one.
        day = moment.astimezone(zone).date() - _DAY
        while (found := expression.find_day(day)) is not None:
            yield from _list_fixed(expression, zone, found)
            day = found + _DAY
        return
    day = moment.astimezone(UTC).date()
    # No clock is a day or more away from UTC: a day there has parts of three dates, at most.
    while (found := expression.find_day(day - _DAY)) is not None:
        day = max(day, found - _DAY)
        yield from _list_real(expression, zone, day)
        day += _DAY


def _list_fixed(expression: Expression, zone: tzinfo, day: date) -> Iterator[Segment]:
    """Yield the runs of a date of the wall clock."""
    midnight = datetime.combine(day, time())
    offset = _tell_offset(zone, midnight)
    if offset == _tell_offset(zone, midnight + _DAY):
        yield Segment((midnight - offset).replace(tzinfo=UTC), expression.times)
        return
    if _settle(zone, midnight).astimezone(zone).date() != day:
        return
    for minute in expression.times:
        yield Segment(_settle(zone, midnight + minute * _MINUTE), (0,))


def _settle(zone: tzinfo, wall: datetime) -> datetime:
    """Return the instant at which a clock reads this, or the next minute that it does read."""
    while True:
        instant = wall.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
        wall += _MINUTE


def _list_real(expression: Expression, zone: tzinfo, day: date) -> Iterator[Segment]:
    """Yield the runs of a day of UTC."""
    for start, end in _cut_at_changes(zone, datetime.combine(day, time(), tzinfo=UTC)):
        offset = _tell_offset(zone, start)
        first, last = (start + offset).replace(tzinfo=None), (end + offset).replace(tzinfo=None)
        date_there = first.date()
        while (midnight := datetime.combine(date_there, time())) < last:
            if expression.falls_on(date_there):
                low = bisect_left(expression.times, _count_minutes(first - midnight))
                high = bisect_left(expression.times, _count_minutes(last - midnight))
                if low < high:
                    moment = (midnight - offset).replace(tzinfo=UTC)
                    yield Segment(moment, expression.times[low:high])
            date_there += _DAY


def _count_minutes(length: timedelta) -> int:
    """Return whole minutes, a part of one counted as one."""
    return -(-length // _MINUTE)


def _cut_at_changes(zone: tzinfo, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts of a day of UTC in which the clock runs evenly: one or two.

    No zone changed its clock twice within a day since 1970 (a test looks at all of them).
    """
    end = start + _DAY
    offset = _tell_offset(zone, start)
    if offset == _tell_offset(zone, end):
        yield start, end
        return
    before, after = start, end
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _tell_offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    yield start, after
    yield after, end


def _tell_offset(zone: tzinfo, moment: datetime) -> timedelta:
    """Return what a clock is ahead of UTC at an instant or, without a zone, when it reads this."""
    there = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    return there.utcoffset() or timedelta()
