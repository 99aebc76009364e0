"""Clauses into a cron expression, or into seconds where no cron expression says the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple, NoReturn, TypeVar

from changetrack.monitor.schedule.clauses import (
    MONTHS_OF,
    SECONDS_OF,
    At,
    AtMinute,
    Clause,
    Every,
    OnDates,
    OnWeekdays,
    TimesPerDay,
)
from changetrack.monitor.schedule.reading import refuse_words

__all__ = ["Composed", "compose_schedule", "phrase_minutes"]

C = TypeVar("C", bound=Clause)

# A day that is said without a time begins at midnight, and so would all of them. Ten minutes are
# enough to spread them, and few enough that it is still midnight to whoever asked for it.
_DAILY_SPREAD = 10

# The longest interval: a year and a day, so that whatever is set up is seen to work.
_MAX_SECONDS = 366 * 86_400

# Shorter months would leave the others out without a word.
_LAST_SURE_DATE = 28


class Composed(NamedTuple):
    """Five fields, or else seconds."""

    cron: str | None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """The clauses by kind."""

    every: Every | None
    per_day: TimesPerDay | None
    at: At | None
    minute: AtMinute | None
    weekdays: OnWeekdays | None
    dates: OnDates | None

    @property
    def has_days(self) -> bool:
        return self.weekdays is not None or self.dates is not None

    @property
    def has_time(self) -> bool:
        return self.at is not None or self.minute is not None


def compose_schedule(clauses: tuple[Clause, ...], seed: str | None) -> Composed:
    """Return the schedule that is said, spread by the seed where no time is said.

    Raises:
        InvalidSchedule: the clauses do not go together, or no single schedule says them.
    """
    said = _sort_clauses(clauses)
    every = said.every
    if every is None:
        return _compose_days(said, seed)
    if every.unit in MONTHS_OF:
        return _compose_months(every.count * MONTHS_OF[every.unit], said, seed)
    seconds = every.count * SECONDS_OF[every.unit]
    if seconds > _MAX_SECONDS:
        problem = f"every {every.count:,} {every.unit}s is longer than 366 days"
        refuse_words("out_of_range", problem, "say 'yearly' or less")
    if every.unit == "week":
        return _compose_weeks(every.count, said, seed)
    if seconds % SECONDS_OF["day"] == 0:
        return _compose_days(said, seed) if seconds == SECONDS_OF["day"] else _count(seconds, said)
    return _compose_intraday(seconds, said, seed)


def _sort_clauses(clauses: tuple[Clause, ...]) -> _Said:
    said = _Said(
        _pick(clauses, Every),
        _pick(clauses, TimesPerDay),
        _pick(clauses, At),
        _pick(clauses, AtMinute),
        _pick(clauses, OnWeekdays),
        _pick(clauses, OnDates),
    )
    if said.weekdays and said.dates:
        _refuse_both("days of the week and days of the month", "'monthly on the 15th'")
    if said.every and said.per_day:
        _refuse_both("an interval and a number of times", "'twice a day'")
    if said.at and said.minute:
        _refuse_both("a time of day and a minute of the hour", "'daily at 9:15'")
    return said


def _refuse_both(what: str, example: str) -> NoReturn:
    refuse_words("not_a_schedule", f"{what} are said at once", f"say one of them: {example}")


def _pick(clauses: tuple[Clause, ...], kind: type[C]) -> C | None:
    found = [each for each in clauses if isinstance(each, kind)]
    if len(found) > 1:
        refuse_words(
            "not_a_schedule",
            "the same thing is said twice",
            "say it once, with 'and' between several: 'daily at 9am and 5pm'",
        )
    return found[0] if found else None


def _count(seconds: int, said: _Said) -> Composed:
    """Return an interval that is counted from an anchor, which has no place for days and times."""
    if said.has_days or said.has_time:
        refuse_words(
            "not_a_schedule",
            f"{phrase_minutes(seconds // 60)} cannot be kept to a day or a time",
            "leave them out, or say 'daily at 9am' or 'monday and thursday at 9am'",
        )
    return Composed(None, seconds)


def _compose_intraday(seconds: int, said: _Said, seed: str | None) -> Composed:
    if said.at is not None and not said.at.is_start:
        refuse_words(
            "not_a_schedule",
            "an interval within the day has no time of day",
            f"say 'daily at {_spell_time(said.at.times[0])}', or the minute: 'hourly at :15'",
        )
    minutes, rest = divmod(seconds, 60)
    if rest:
        return _count(seconds, said)
    if minutes in range(1, 60) and 60 % minutes == 0:
        return Composed(f"{_step_minutes(minutes, said, seed)} * {_write_days(said)}")
    hours, rest = divmod(minutes, 60)
    if rest or 24 % hours:
        return _count(seconds, said)
    return _compose_hours(hours, said, seed)


def _step_minutes(minutes: int, said: _Said, seed: str | None) -> str:
    if said.at is not None:
        refuse_words(
            "not_a_schedule",
            "an interval of minutes begins at a minute, not at a time of day",
            f"say 'every {minutes} minutes starting at :{said.at.times[0] % 60:02}'",
        )
    offset = said.minute.minute % minutes if said.minute else _spread(seed, minutes)
    if minutes == 1:
        return "*"
    return f"{offset}-59/{minutes}" if offset else f"*/{minutes}"


def _compose_hours(hours: int, said: _Said, seed: str | None) -> Composed:
    start = said.at.times[0] if said.at else None
    if start is not None:
        minute = start % 60
    else:
        minute = said.minute.minute if said.minute else _spread(seed, 60)
    first = (start or 0) // 60 % hours
    step = f"{first}-23/{hours}" if first else f"*/{hours}"
    return Composed(f"{minute} {step if hours > 1 else '*'} {_write_days(said)}")


def _compose_days(said: _Said, seed: str | None) -> Composed:
    return Composed(f"{_write_times(said, seed)} {_write_days(said)}")


def _compose_weeks(count: int, said: _Said, seed: str | None) -> Composed:
    if count > 1:
        return _count(count * SECONDS_OF["week"], said)
    if said.dates:
        _refuse_both("weeks and days of the month", "'monthly on the 15th'")
    # The week begins where Firecrawl's does: on Sunday.
    days = _write_days(said) if said.weekdays else "* * 0"
    return Composed(f"{_write_times(said, seed)} {days}")


def _compose_months(count: int, said: _Said, seed: str | None) -> Composed:
    if said.weekdays:
        _refuse_both("months and days of the week", "'monthly on the 15th'")
    if 12 % count:
        problem = f"every {count:,} months is not the same from year to year"
        refuse_words("not_a_schedule", problem, "say 'monthly', 'every 3 months' or 'yearly'")
    months = {1: "*", 12: "1"}.get(count, f"*/{count}")
    days = _write_days(said).split()[0] if said.dates else "1"
    return Composed(f"{_write_times(said, seed)} {days} {months} *")


def _write_times(said: _Said, seed: str | None) -> str:
    """Return the fields of minutes and hours."""
    if said.minute:
        problem = "a day needs a time, and this is a minute of the hour"
        refuse_words("not_a_schedule", problem, f"say 'daily at 0:{said.minute.minute:02}'")
    count = said.per_day.count if said.per_day else 1
    if said.at is None:
        if 24 % count:
            problem = f"{count:,} times do not divide a day"
            refuse_words("not_a_schedule", problem, "say 'twice a day' or 'daily at 9am and 5pm'")
        hours = range(0, 24, 24 // count)
        return f"{_spread(seed, _DAILY_SPREAD)} {','.join(map(str, hours))}"
    times = sorted(set(said.at.times))
    if said.per_day and len(times) != count:
        problem = f"{count:,} times a day do not match the {len(times)} that are named"
        refuse_words("not_a_schedule", problem, "name all of them: 'daily at 9am and 5pm'")
    return _cross_times(times)


def _cross_times(times: list[int]) -> str:
    """Return the fields that mean exactly these times: cron takes every minute at every hour."""
    hours = sorted({time // 60 for time in times})
    minutes = sorted({time % 60 for time in times})
    if len(hours) * len(minutes) != len(times):
        even = " and ".join(_spell_time(hour * 60 + times[0] % 60) for hour in hours)
        problem = f"one schedule cannot run at {' and '.join(map(_spell_time, times))}"
        remedy = f"use one minute, as in 'daily at {even}', or a second monitor"
        refuse_words("not_a_schedule", problem, remedy)
    return f"{','.join(map(str, minutes))} {','.join(map(str, hours))}"


def _write_days(said: _Said) -> str:
    """Return the fields of days and months."""
    if said.dates:
        return f"{','.join(map(_write_date, sorted(said.dates.days, key=_order_date)))} * *"
    if said.weekdays is None:
        return "* * *"
    days = sorted(said.weekdays.days)
    if days == [*range(7)]:
        return "* * *"
    spelled = "1-5" if days == [*range(1, 6)] else ",".join(map(str, days))
    return f"* * {spelled}"


def _order_date(day: int | None) -> int:
    return 32 if day is None else day


def _write_date(day: int | None) -> str:
    if day is None:
        return "L"
    if not 1 <= day <= _LAST_SURE_DATE:
        problem = f"not every month has a day {day}"
        remedy = f"use a day from 1 to {_LAST_SURE_DATE}, or 'monthly on the last day'"
        refuse_words("out_of_range", problem, remedy)
    return str(day)


def _spread(seed: str | None, minutes: int) -> int:
    """Return the minute, below this many, that a seed falls on."""
    if seed is None:
        return 0
    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest, "big") % minutes


def _spell_time(time: int) -> str:
    return f"{time // 60}:{time % 60:02}"


def phrase_minutes(minutes: int) -> str:
    """Return an interval in words that are understood.

    >>> phrase_minutes(15), phrase_minutes(60), phrase_minutes(120), phrase_minutes(1_440)
    ('every 15 minutes', 'hourly', 'every 2 hours', 'daily')
    """
    named = {1: "every minute", 60: "hourly", 1_440: "daily"}
    if minutes in named:
        return named[minutes]
    for unit, length in (("week", 10_080), ("day", 1_440), ("hour", 60)):
        if minutes % length == 0 and minutes > length:
            return f"every {minutes // length} {unit}s"
    return f"every {minutes} minutes"
