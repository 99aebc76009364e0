"""How often a schedule is due: its shortest gap, and its runs in a month."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from changetrack.monitor.schedule.expressions import START, Expression, read_expression
from changetrack.monitor.schedule.model import Schedule

__all__ = ["count_runs", "find_minimum_gap"]

# Weekdays and leap years come round every 28 years, from 1901 to 2099: in 1,461 weeks.
_CYCLE = timedelta(days=10_227)
_WEEK = timedelta(days=7)

# The month that estimates are made for.
_MONTH = timedelta(days=30)

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def find_minimum_gap(schedule: Schedule) -> timedelta:
    """Return the shortest time between two runs that ever is, as the wall clock shows it.

    It is exact, over all times of a day and all dates. When a clock is changed, two runs on both
    sides of the change may come closer together by as much as it moves.

    Raises:
        ValueError: the schedule is not one that `parse_schedule` returned.

    >>> find_minimum_gap(Schedule(cron="59,0 * * * *"))
    datetime.timedelta(seconds=60)
    """
    if schedule.cron is None:
        return timedelta(seconds=schedule.every_seconds or 0)
    return _find_cron_gap(schedule.cron)


def count_runs(schedule: Schedule) -> int:
    """Return the runs of 30 days, rounded up: of an uneven schedule, those of the mean 30 days.

    Raises:
        ValueError: the schedule is not one that `parse_schedule` returned.

    >>> count_runs(Schedule(cron="*/30 * * * *")), count_runs(Schedule(cron="0 0 * * 0"))
    (1440, 5)
    """
    if schedule.cron is None:
        return -(-_MONTH // find_minimum_gap(schedule))
    expression = read_expression(schedule.cron)
    runs = _look_at_dates(expression).total * len(expression.times)
    return -(-runs * _MONTH // _CYCLE)


class _Dates(NamedTuple):
    """How many dates of a whole cycle have runs, and how close the closest two are."""

    total: int
    stride: timedelta


def _look_at_dates(expression: Expression) -> _Dates:
    return _walk_dates(expression.cron.split(" ", 2)[2])


@lru_cache(maxsize=4_096)
def _find_cron_gap(cron: str) -> timedelta:
    expression = read_expression(cron)
    times = expression.times
    within = [(later - earlier) * _MINUTE for earlier, later in pairwise(times)]
    stride = _look_at_dates(expression).stride
    return min(*within, stride - (times[-1] - times[0]) * _MINUTE, _CYCLE)


@lru_cache(maxsize=1_024)
def _walk_dates(days: str) -> _Dates:
    """Look at the dates of three fields one by one, which takes up to 15 ms, once."""
    expression = read_expression(f"0 0 {days}")
    span = _WEEK if expression.is_weekly else _CYCLE
    total, stride = 0, _CYCLE
    day = expression.find_day(START)
    while day is not None and day < START + span:
        following = expression.find_day(day + _DAY)
        stride = min(stride, following - day) if following else stride
        total += 1
        day = following
    return _Dates(total * (_CYCLE // span), stride)
