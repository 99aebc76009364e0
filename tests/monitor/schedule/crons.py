"""Cron expressions to try, each with what it means, written down apart from any reader of cron."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

__all__ = ["Cron", "crons"]


@dataclass(frozen=True)
class Cron:
    """Five fields, and the sets that they stand for."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    dates: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @property
    def is_fixed(self) -> bool:
        """Whether the wall clock rules, as in Debian's cron."""
        minute, hour, *_ = self.text.split()
        return minute[0] != "*" and hour[0] != "*"

    def falls_on(self, day: date) -> bool:
        """Say whether the three fields of days match."""
        if day.month not in self.months:
            return False
        _, _, dates, _, weekdays = self.text.split()
        by_date = day.day in self.dates
        by_weekday = (calendar.weekday(day.year, day.month, day.day) + 1) % 7 in self.weekdays
        if dates[0] == "*" or weekdays[0] == "*":
            return by_date and by_weekday
        return by_date or by_weekday


def _fields(least: int, most: int) -> st.SearchStrategy[tuple[str, frozenset[int]]]:
    every = range(least, most + 1)
    number = st.integers(least, most)
    star = st.just(("*", frozenset(every)))
    stepped = st.integers(1, 30).map(lambda step: (f"*/{step}", frozenset(every[::step])))
    single = number.map(lambda one: (str(one), frozenset({one})))
    ranged = st.tuples(number, number).map(lambda ends: (min(ends), max(ends)))
    spans = ranged.map(
        lambda ends: (f"{ends[0]}-{ends[1]}", frozenset(range(ends[0], ends[1] + 1)))
    )
    strides = st.tuples(ranged, st.integers(1, 12)).map(
        lambda given: (
            f"{given[0][0]}-{given[0][1]}/{given[1]}",
            frozenset(range(given[0][0], given[0][1] + 1, given[1])),
        )
    )
    # A span of one number with a step goes on to the end, which is another form.
    strides = strides.filter(lambda field: len({*field[0].split("/")[0].split("-")}) == 2)
    lists = st.lists(number, min_size=2, max_size=4).map(
        lambda numbers: (",".join(map(str, numbers)), frozenset(numbers))
    )
    return st.one_of(star, single, stepped, spans, strides, lists)


@st.composite
def crons(draw: st.DrawFn, *, any_day: bool = False) -> Cron:
    """Return any expression that is due on some date of each year; with `any_day`, of most."""
    minute, minutes = draw(_fields(0, 59))
    hour, hours = draw(_fields(0, 23))
    date_field, dates = ("*", frozenset(range(1, 32))) if any_day else draw(_fields(1, 28))
    month, months = ("*", frozenset(range(1, 13))) if any_day else draw(_fields(1, 12))
    weekday, weekdays = draw(_fields(0, 6))
    # Its star means all of a month, though no other number of that draw is beyond the 28th.
    if date_field[0] == "*":
        step = int(date_field.partition("/")[2] or 1)
        dates = frozenset(range(1, 32, step))
    if weekday[0] == "*":
        step = int(weekday.partition("/")[2] or 1)
        weekdays = frozenset(number % 7 for number in range(0, 8, step))
    text = f"{minute} {hour} {date_field} {month} {weekday}"
    return Cron(text, minutes, hours, dates, months, weekdays)
