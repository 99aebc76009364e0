"""Cron expressions: what they may hold, and what they say about a day.

cronsim reads the fields and decides which dates match. It is asked about the calendar only, never
about a time zone: its own steps over a clock change lose a run where the clock moves by half an
hour, and invent one where a whole date is left out. Instants are made in `days`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from changetrack.errors import InvalidSchedule

if TYPE_CHECKING:
    from cronsim import CronSim

__all__ = ["MACROS", "MAX_LENGTH", "START", "Expression", "check_cron", "read_expression"]

# What Firecrawl allows; the longest useful expression has half of it. Nothing longer is parsed.
MAX_LENGTH = 128

MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

# Name, smallest and largest number of each field.
_FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of the month", 1, 31),
    ("month", 1, 12),
    ("day of the week", 0, 7),
)

# Where a calendar is looked at from: a Monday, the first of a month and of a year.
START = date(2001, 1, 1)

# Before this, a search for the next date could run into the end of the calendar.
_LAST_DAY = date(9_990, 1, 1)

# A message shows this much of what it is about.
_MAX_QUOTE = 40

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Expression:
    """A cron expression that was read: its times of day, and a question for its dates."""

    cron: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    # Minutes since midnight of every run of a day that has runs, ascending.
    times: tuple[int, ...]
    # Debian's rule: neither the minute nor the hour begins with a star, so the wall clock rules.
    is_fixed: bool
    calendar: CronSim = field(repr=False, compare=False)

    def falls_on(self, day: date) -> bool:
        """Say whether there are runs on a date."""
        return day.month in self.calendar.months and self.calendar.match_day(day)

    def find_day(self, day: date) -> date | None:
        """Return the first date with runs that is not before this one, if there ever is one."""
        if self.falls_on(day):
            return day
        if day > _LAST_DAY:
            return None
        return _find_later(self.cron, day)

    @property
    def is_weekly(self) -> bool:
        """Whether every week is like every other."""
        _, _, dates, months, _ = self.cron.split()
        are_plain = all(isinstance(day, int) for day in self.calendar.weekdays)
        return dates == months == "*" and are_plain


def _find_later(cron: str, day: date) -> date | None:
    from cronsim import CronSim

    days = " ".join(cron.split()[2:])
    steps = CronSim(f"0 0 {days}", datetime.combine(day, time()) - _SECOND)
    # It gives up after 50 years, which is longer than any date that exists can take.
    found = next(steps, None)
    return found.date() if found else None


@lru_cache(maxsize=4_096)
def read_expression(cron: str) -> Expression:
    """Return what five fields say; they come from `check_cron`.

    Raises:
        ValueError: they do not.
    """
    from cronsim import CronSim, CronSimError

    try:
        calendar = CronSim(cron, datetime.combine(START, time()))
    except CronSimError as error:
        raise ValueError(f"{cron!r} is no cron expression: {error}") from error
    minutes = tuple(sorted(calendar.minutes))
    hours = tuple(sorted(calendar.hours))
    minute_field, hour_field, *_ = cron.split()
    return Expression(
        cron,
        minutes,
        hours,
        tuple(hour * 60 + minute for hour in hours for minute in minutes),
        not minute_field.startswith("*") and not hour_field.startswith("*"),
        calendar,
    )


def check_cron(text: str, path: str = "cron") -> str:
    """Return five fields, separated by single spaces, with numbers for names and for macros.

    Raises:
        InvalidSchedule: they are no cron expression, or one that is never due.
    """
    _check_shape(text, path)
    spelled = text.strip(" ").upper()
    if spelled.startswith("@"):
        return _expand_macro(spelled.lower(), path)
    fields = spelled.split(" ")
    fields = [each for each in fields if each]
    if len(fields) != len(_FIELDS):
        problem = f"a cron expression has five fields, this one has {len(fields)}"
        remedy = "write minute, hour, day of the month, month, day of the week: '0 9 * * 1-5'"
        raise InvalidSchedule("not_a_schedule", problem, remedy, path)
    fields[3] = _number_names(fields[3], _MONTHS, 1)
    fields[4] = _number_names(re.sub(r"-SUN\b", "-7", fields[4]), _WEEKDAYS, 0)
    for index, each in enumerate(fields):
        _check_field(index, each, path)
    cron = " ".join(fields)
    _check_due(cron, path)
    return cron


def _check_shape(text: str, path: str) -> None:
    if len(text) > MAX_LENGTH:
        problem = f"{len(text):,} characters, at most {MAX_LENGTH} are allowed"
        raise InvalidSchedule("too_long", problem, "shorten it: '*/15 * * * *'", path)
    if re.search(r"[^ -~]", text):
        problem = "a cron expression holds ASCII characters and spaces only"
        raise InvalidSchedule("not_a_schedule", problem, "type it anew: '*/30 * * * *'", path)


def _expand_macro(macro: str, path: str) -> str:
    if macro not in MACROS:
        problem = f"there is no macro '{macro[:60]}'"
        raise InvalidSchedule("not_a_schedule", problem, f"use one of {', '.join(MACROS)}", path)
    return MACROS[macro]


def _number_names(spelled: str, names: list[str], first: int) -> str:
    def number(found: re.Match[str]) -> str:
        word = found[0]
        return str(names.index(word) + first) if word in names else word

    return re.sub(r"[A-Z]{3}", number, spelled)


def _check_field(index: int, spelled: str, path: str) -> None:
    from cronsim import CronSim, CronSimError

    alone = ["*"] * len(_FIELDS)
    alone[index] = spelled
    try:
        CronSim(" ".join(alone), datetime.combine(START, time()))
    except CronSimError:
        raise _refuse_field(index, spelled, path) from None


def _refuse_field(index: int, spelled: str, path: str) -> InvalidSchedule:
    name, least, most = _FIELDS[index]
    numbers = [int(each) for each in re.findall(r"(?<![/#\d])\d+", spelled)]
    beyond = next((each for each in numbers if not least <= each <= most), None)
    shown = spelled[:_MAX_QUOTE]
    if beyond is not None:
        problem = f"the {name} in '{shown}' is out of range"
        remedy = f"use numbers from {least} to {most}"
        return InvalidSchedule("out_of_range", problem, remedy, path)
    problem = f"'{shown}' is no {name}"
    remedy = f"use * or numbers from {least} to {most}, as lists 1,2, ranges 1-3 and steps */2"
    return InvalidSchedule("not_a_schedule", problem, remedy, path)


def _check_due(cron: str, path: str) -> None:
    try:
        found = read_expression(cron).find_day(START)
    except ValueError:
        # Each field was read by itself, so what is left is a day that none of the months has.
        found = None
    if found is None:
        problem = f"no date ever matches '{cron}'"
        raise InvalidSchedule("never_due", problem, "correct the day, such as '0 0 28 2 *'", path)
