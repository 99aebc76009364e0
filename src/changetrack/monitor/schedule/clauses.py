"""What the words of a schedule consist of, and the vocabulary that they are read with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "EXAMPLES",
    "MONTHS_OF",
    "NAMED",
    "NUMBERS",
    "SECONDS_OF",
    "UNITS",
    "WEEKDAYS",
    "At",
    "AtMinute",
    "Clause",
    "Every",
    "OnDates",
    "OnWeekdays",
    "TimesPerDay",
]


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many of a unit."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class TimesPerDay:
    """So many times a day, evenly."""

    count: int


@dataclass(frozen=True, slots=True)
class At:
    """At these times of day, in minutes since midnight. A start is where an interval begins."""

    times: tuple[int, ...]
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class AtMinute:
    """At this minute of an hour."""

    minute: int


@dataclass(frozen=True, slots=True)
class OnWeekdays:
    """On these days of the week, as cron numbers them: 0 is Sunday."""

    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class OnDates:
    """On these days of the month; None is its last one."""

    days: tuple[int | None, ...]


Clause: TypeAlias = Every | TimesPerDay | At | AtMinute | OnWeekdays | OnDates

_SPELLINGS = {
    "second": "s sec secs second seconds",
    "minute": "m min mins minute minutes",
    "hour": "h hr hrs hour hours",
    "day": "d day days",
    "week": "w wk wks week weeks",
    "month": "month months",
    "year": "year years",
}
UNITS = {word: unit for unit, words in _SPELLINGS.items() for word in words.split()}

SECONDS_OF = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
MONTHS_OF = {"month": 1, "year": 12}

NAMED = {
    "hourly": Every(1, "hour"),
    "daily": Every(1, "day"),
    "weekly": Every(1, "week"),
    "biweekly": Every(2, "week"),
    "fortnightly": Every(2, "week"),
    "monthly": Every(1, "month"),
    "quarterly": Every(3, "month"),
    "yearly": Every(1, "year"),
    "annually": Every(1, "year"),
}

_COUNTED = "one two three four five six seven eight nine ten eleven twelve"
NUMBERS = {
    **{word: number for number, word in enumerate(_COUNTED.split(), start=1)},
    **dict.fromkeys(("a", "an"), 1),
    **dict.fromkeys(("other", "second"), 2),
    "third": 3,
    "fourth": 4,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "sixty": 60,
    "ninety": 90,
}

_NAMES_OF_DAYS = (
    "sun sunday",
    "mon monday",
    "tue tues tuesday",
    "wed weds wednesday",
    "thu thur thurs thursday",
    "fri friday",
    "sat saturday",
)
_DAYS = {word: day for day, words in enumerate(_NAMES_OF_DAYS) for word in words.split()}
_PLURALS = {f"{word}s": day for word, day in _DAYS.items() if word.endswith("day")}
_GROUPS = {
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), frozenset({1, 2, 3, 4, 5})),
    **dict.fromkeys(("weekend", "weekends"), frozenset({0, 6})),
}
WEEKDAYS = {**{word: frozenset({day}) for word, day in (_DAYS | _PLURALS).items()}, **_GROUPS}

# What an error offers when nothing better is known; each is a phrase that is understood.
EXAMPLES = (
    "every 30 minutes",
    "every 15 minutes starting at :07",
    "hourly",
    "hourly at :15",
    "every 2 hours",
    "daily",
    "daily at 9am",
    "daily at 9am and 5pm",
    "daily at midnight",
    "twice a day",
    "every weekday at 9am",
    "every weekend at 9am",
    "every monday at 9am",
    "monday and thursday at 9am",
    "weekly",
    "monthly",
    "monthly on the 15th at 9am",
    "monthly on the last day",
    "every other day",
)
