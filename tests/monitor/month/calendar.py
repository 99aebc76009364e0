"""When things are due, found the simple way: every minute of a time is looked at on a wall clock.

Nothing of the schedules under test is used here: a time zone of the standard library says what the
clock shows, and each kind of schedule is one sentence about that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

__all__ = ["Daily", "Every", "Hand", "Slots", "list_minutes", "read_local"]

_MINUTE = timedelta(minutes=1)
_EVERY_DAY = frozenset(range(7))


def read_local(text: str, year: int) -> datetime:
    """Return what a clock in Berlin means by `03-14 10:26`."""
    return datetime.fromisoformat(f"{year}-{text}").replace(tzinfo=ZoneInfo("Europe/Berlin"))


def list_minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield every minute from a moment up to another, both included."""
    minute = start.astimezone(UTC)
    while minute <= end:
        yield minute
        minute += _MINUTE


@dataclass(frozen=True, slots=True)
class Daily:
    """Once on each date: as soon as the clock shows a time or a later one."""

    hour: int
    minute: int
    zone: str
    # Monday is 0.
    days: frozenset[int] = _EVERY_DAY

    def list_slots(self, start: datetime, end: datetime) -> list[datetime]:
        """Return when it is due behind `start`, up to `end`."""
        zone = ZoneInfo(self.zone)
        found: dict[date, datetime] = {}
        for minute in list_minutes(start - timedelta(days=1), end):
            local = minute.astimezone(zone)
            is_time = (local.hour, local.minute) >= (self.hour, self.minute)
            if is_time and local.weekday() in self.days:
                found.setdefault(local.date(), minute)
        # Of the first date, only its end was looked at.
        return [slot for slot in found.values() if start < slot]


@dataclass(frozen=True, slots=True)
class Hand:
    """Whenever the minute hand, and the hour hand if it matters, stand at certain places."""

    minutes: frozenset[int]
    hours: frozenset[int]
    zone: str

    def list_slots(self, start: datetime, end: datetime) -> list[datetime]:
        """Return when it is due behind `start`, up to `end`."""
        zone = ZoneInfo(self.zone)
        return [
            minute
            for minute in list_minutes(start + _MINUTE, end)
            if minute.astimezone(zone).minute in self.minutes
            and minute.astimezone(zone).hour in self.hours
        ]


@dataclass(frozen=True, slots=True)
class Every:
    """Each so many minutes from a moment on, whatever clocks show."""

    anchor: datetime
    step: timedelta

    def list_slots(self, start: datetime, end: datetime) -> list[datetime]:
        """Return when it is due behind `start`, up to `end`."""
        slots, slot = [], self.anchor
        while slot <= end:
            slots.append(slot)
            slot += self.step
        return [slot for slot in slots if start < slot]


Slots: TypeAlias = "Daily | Hand | Every"
