"""Debian's cron, acted out minute by minute: the oracle that schedules are compared with.

It knows nothing of how runs are computed. It stands at every minute of real time in turn, reads the
clock on the wall, and decides what is due now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from tests.monitor.schedule.crons import Cron

__all__ = ["act_out"]

_MINUTE = timedelta(minutes=1)


def act_out(cron: Cron, zone: tzinfo, start: datetime, end: datetime) -> list[datetime]:
    """Return what runs from `start` on and before `end`."""
    walk = _walk_real_time if not cron.is_fixed else _walk_the_wall
    return [moment for moment in walk(cron, zone, start, end) if moment >= start]


def _is_due(cron: Cron, wall: datetime) -> bool:
    is_time = wall.minute in cron.minutes and wall.hour in cron.hours
    return is_time and cron.falls_on(wall.date())


def _walk_real_time(cron: Cron, zone: tzinfo, start: datetime, end: datetime) -> Iterator[datetime]:
    moment = start
    while moment < end:
        if _is_due(cron, moment.astimezone(zone)):
            yield moment
        moment += _MINUTE


def _walk_the_wall(cron: Cron, zone: tzinfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Catch up with every minute that the wall clock has passed for the first time."""
    # Two days earlier, so that no run of the window is caught up from before it.
    moment = start - 2_880 * _MINUTE
    highest = _read_wall(moment, zone)
    while moment < end:
        now = _read_wall(moment, zone)
        passed = _list_passed(highest, now)
        if any(_is_due(cron, wall) for wall in passed):
            yield moment
        highest = max(highest, now)
        moment += _MINUTE


def _read_wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _list_passed(highest: datetime, now: datetime) -> Iterator[datetime]:
    """Yield the minutes behind `highest` up to now, without dates that were left out whole."""
    wall = highest + _MINUTE
    while wall <= now:
        if not highest.date() < wall.date() < now.date():
            yield wall
        wall += _MINUTE
