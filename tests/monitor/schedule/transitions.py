"""Every change of every clock from 1970 to 2037, found by asking what clocks show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

__all__ = ["Change", "Clock", "find_clocks"]

_START = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(2038, 1, 1, tzinfo=UTC)
# The closest two changes there are 12 days apart, so that none hides in a week.
_STRIDE = timedelta(days=7)
_SECOND = timedelta(seconds=1)


class Change(NamedTuple):
    """The first second with the new offset, and by how much clocks are put forward."""

    at: datetime
    shift: timedelta
    before: timedelta


class Clock(NamedTuple):
    """A zone, the others that show the same since 1970, and its changes."""

    name: str
    twins: tuple[str, ...]
    changes: tuple[Change, ...]


@lru_cache(maxsize=1)
def find_clocks() -> tuple[Clock, ...]:
    """Return all zones, those that are the same since 1970 as one."""
    names: dict[tuple[timedelta, tuple[Change, ...]], list[str]] = {}
    for name in sorted(available_timezones() - {"Factory", "localtime"}):
        zone = ZoneInfo(name)
        names.setdefault((_read(zone, _START), tuple(_find_changes(zone))), []).append(name)
    return tuple(Clock(same[0], tuple(same[1:]), changes) for (_, changes), same in names.items())


def _find_changes(zone: ZoneInfo) -> list[Change]:
    changes = []
    moment, offset = _START, _read(zone, _START)
    while moment < _END:
        later = moment + _STRIDE
        if _read(zone, later) == offset:
            moment = later
            continue
        moment = _bisect(zone, moment, later, offset)
        before, offset = offset, _read(zone, moment)
        changes.append(Change(moment, offset - before, before))
    return [change for change in changes if change.at < _END]


def _bisect(zone: ZoneInfo, low: datetime, high: datetime, offset: timedelta) -> datetime:
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if _read(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _read(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
