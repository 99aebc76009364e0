"""Words of a schedule into clauses, in any order: how often, on which days, at what times."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from changetrack.errors import InvalidSchedule
from changetrack.errors.likeness import find_nearest
from changetrack.monitor.schedule.clauses import (
    EXAMPLES,
    NAMED,
    NUMBERS,
    UNITS,
    WEEKDAYS,
    At,
    AtMinute,
    Clause,
    Every,
    OnDates,
    OnWeekdays,
    TimesPerDay,
)
from changetrack.monitor.schedule.hinting import (
    NTH,
    PARTS_OF_DAY,
    hint_at_hours,
    hint_at_nth_weekday,
    hint_at_part,
)

__all__ = ["read_clauses", "refuse_words"]

T = TypeVar("T")

# What people say before it, and what says nothing.
_LEADS = {"run", "check", "it", "please", "on", "the"}
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm)?")
_NAMED_TIMES = {"noon": 720, "midday": 720, "midnight": 0}
_PARTS_OF_HOUR = {"half": 30, "quarter": 15}
_COUNTED = re.compile(r"(\d+)([a-z]+)")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
# A longer number is no count of anything that somebody waits for.
_MAX_DIGITS = 6
# A message shows this much of what it is about.
_MAX_QUOTE = 60


def refuse_words(reason: str, problem: str, remedy: str) -> NoReturn:
    """Raise what is wrong with the words.

    Raises:
        InvalidSchedule: always.
    """
    raise InvalidSchedule(reason, problem, remedy, "text")


def read_clauses(words: str) -> tuple[Clause, ...]:
    """Return what lower-case words say.

    Raises:
        InvalidSchedule: a word is not understood, or a number is out of range.
    """
    spelled = re.sub(r"\b([ap])\.? ?m\b\.?", r"\1m", words).rstrip(" .!")
    spelled = re.sub(r"(\d) (am|pm)\b", r"\1\2", spelled)
    spelled = re.sub(r"\b(?:business|working)[ -]days?\b", "weekdays", spelled)
    # mon/wed/fri is a list like any other; names of zones have a stroke too, but are gone by now.
    cursor = _Cursor(re.findall(r"[^\s,&]+|[,&]", spelled.replace("/", ",")), words)
    clauses = cursor.clauses
    while cursor.word:
        minute = cursor.attempt(_read_full_hour)
        if minute is not None:
            clauses.append(minute)
        elif not cursor.take(_LEADS):
            clauses.append(_read_clause(cursor))
    if not clauses:
        _refuse_unknown(words, "it says nothing of when")
    hint = hint_at_part(cursor.part, clauses) if cursor.part else None
    if hint is not None:
        refuse_words("not_a_schedule", *hint)
    return tuple(clauses)


class _Cursor:
    """The words, and the one that is read next; empty behind the last."""

    def __init__(self, tokens: list[str], words: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._furthest = 0
        self.words = words
        # What was read so far, and the part of the day that was named.
        self.clauses: list[Clause] = []
        self.part = ""

    @property
    def word(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    @property
    def furthest_word(self) -> str:
        """The first word that no attempt could take."""
        return self._tokens[self._furthest] if self._furthest < len(self._tokens) else ""

    def take(self, words: set[str]) -> str:
        """Return the next word and go on, if it is one of these."""
        word = self.word if self.word in words else ""
        self._at += bool(word)
        return word

    def find(self, table: dict[str, T]) -> T | None:
        """Return what the next word stands for and go on, if it stands in a table."""
        found = table.get(self.word)
        self._at += found is not None
        return found

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return how the next word matches and go on, if it does."""
        found = pattern.fullmatch(self.word)
        self._at += found is not None
        return found

    def attempt(self, read: Callable[[_Cursor], T]) -> T:
        """Return what is read, or None with no word taken."""
        before = self._at
        found = read(self)
        self._furthest = max(self._furthest, self._at)
        if found is None:
            self._at = before
        return found


def _read_clause(cursor: _Cursor) -> Clause:
    for read in _READERS:
        clause = cursor.attempt(read)
        if clause is not None:
            return clause
    stray = cursor.furthest_word[:_MAX_QUOTE]
    why = f"'{stray}' is not understood there" if stray else "something is missing at its end"
    return _refuse_unknown(cursor.words, why)


def _refuse_unknown(words: str, why: str) -> NoReturn:
    shown = words if len(words) <= _MAX_QUOTE else words[:_MAX_QUOTE] + "…"
    nearest = find_nearest(words, EXAMPLES)
    choices = f"'{nearest}'" if nearest else "'every 30 minutes', 'hourly' or 'daily at 9am'"
    refuse_words("not_a_schedule", f"'{shown}' is no schedule: {why}", f"say {choices}")


def _read_every(cursor: _Cursor) -> Clause | None:
    if not cursor.take({"every", "each", "@every"}):
        return None
    for read in (_refuse_nth_weekday, _read_part, _read_amount, _read_unit, _read_weekdays):
        clause = cursor.attempt(read)
        if clause is not None:
            return clause
    return None


def _read_part(cursor: _Cursor) -> Clause | None:
    """Read `morning` and its kin, which are a day with a time that is said beside them."""
    part = cursor.take({*PARTS_OF_DAY})
    if not part:
        return None
    cursor.part = part
    return Every(1, "day")


def _refuse_nth_weekday(cursor: _Cursor) -> Clause | None:
    """Refuse `second monday`, which is none of the unit that the first word may be as well."""
    name = cursor.take({*NTH})
    weekday = cursor.word
    days = cursor.find(WEEKDAYS) if name else None
    if days is None:
        return None
    is_of_month = bool(cursor.take({"of", "in"}))
    while cursor.take({"the", "a", "each", "every", "month", "of"}):
        pass
    at = cursor.attempt(_read_at)
    said = f"{name} {weekday}"
    hint = hint_at_nth_weekday(said, NTH[name], days, at, is_of_month=is_of_month)
    return refuse_words("not_a_schedule", *hint)


def _refuse_hours(cursor: _Cursor) -> Clause | None:
    """Refuse `between 9am and 5pm` and `from 9am to 5pm`."""
    if not cursor.take({"between", "from"}):
        return None
    first = cursor.attempt(_read_time)
    if first is None or not cursor.take({"and", "to", "-", "until", "till", "through"}):
        return None
    last = cursor.attempt(_read_time)
    if last is None:
        return None
    cursor.take({"on"})
    weekdays = cursor.attempt(_read_weekdays)
    return refuse_words("not_a_schedule", *hint_at_hours(cursor.clauses, first, last, weekdays))


def _read_full_hour(cursor: _Cursor) -> Clause | None:
    """Read `on the hour`."""
    is_said = cursor.take({"on"}) and cursor.take({"the"}) and cursor.take({"hour"})
    return AtMinute(0) if is_said else None


def _read_amount(cursor: _Cursor) -> Clause | None:
    """Read `30 minutes`, `30m`, `two hours`, `other day`, `half hour`, `quarter of an hour`."""
    glued = cursor.match(_COUNTED)
    if glued is not None:
        unit = UNITS.get(glued[2])
        return Every(_read_number(glued[1]), unit) if unit else None
    minutes = cursor.find(_PARTS_OF_HOUR)
    if minutes is not None:
        cursor.take({"of"})
        cursor.take({"a", "an"})
        return Every(minutes, "minute") if cursor.take({"hour"}) else None
    count = _read_count(cursor)
    unit = cursor.find(UNITS) if count else None
    return Every(count, unit) if count and unit else None


def _read_unit(cursor: _Cursor) -> Clause | None:
    unit = cursor.find(UNITS)
    return Every(1, unit) if unit else None


def _read_count(cursor: _Cursor) -> int | None:
    if cursor.word.isdigit():
        return _read_number(cursor.take({cursor.word}))
    return cursor.find(NUMBERS)


def _read_number(digits: str) -> int:
    if len(digits) > _MAX_DIGITS or int(digits) == 0:
        remedy = "say a whole number from 1 to 999,999, such as 'every 30 minutes'"
        refuse_words("out_of_range", f"{digits[:20]} is no count", remedy)
    return int(digits)


def _read_named(cursor: _Cursor) -> Clause | None:
    return cursor.find(NAMED)


def _read_times_per(cursor: _Cursor) -> Clause | None:
    """Read `twice a day`, `once an hour`, `three times daily`."""
    count = cursor.find({"once": 1, "twice": 2})
    if count is None:
        count = _read_count(cursor)
        if count is None or not cursor.take({"times", "time", "x"}):
            return None
    if cursor.take({"a", "an", "per", "each", "every"}):
        unit = cursor.find(UNITS)
    else:
        named = cursor.find(NAMED)
        unit = named.unit if named and named.count == 1 else None
    return _share_unit(count, unit) if unit else None


def _share_unit(count: int, unit: str) -> Clause:
    if count == 1:
        return Every(1, unit)
    if unit == "day":
        return TimesPerDay(count)
    if unit == "hour" and 60 % count == 0:
        return Every(60 // count, "minute")
    problem = f"{count:,} times a {unit} are not spread evenly"
    return refuse_words("not_a_schedule", problem, "say 'twice a day' or 'monday and thursday'")


def _read_start(cursor: _Cursor) -> Clause | None:
    """Read `starting at :07`, `start 07`, `from 9am`."""
    if not cursor.take({"starting", "start", "starts", "beginning", "from"}):
        return None
    cursor.take({"at", "on", "from"})
    minute = cursor.match(re.compile(r":?\d{1,2}"))
    if minute is not None:
        return _read_minute(minute[0])
    time = cursor.attempt(_read_time)
    return None if time is None else At((time,), is_start=True)


def _read_minute(spelled: str) -> AtMinute:
    minute = int(spelled.lstrip(":"))
    if minute not in range(60):
        remedy = "use a minute from :00 to :59, such as 'hourly at :15'"
        refuse_words("out_of_range", f"there is no minute '{spelled}' in an hour", remedy)
    return AtMinute(minute)


def _read_at(cursor: _Cursor) -> Clause | None:
    """Read `at 9am and 5pm`, `at :07`, and times without `at` where nothing else can be meant."""
    is_said = bool(cursor.take({"at", "@"}))
    minute = cursor.match(re.compile(r":\d{1,2}"))
    if minute is not None:
        return _read_minute(minute[0])
    if not is_said and cursor.word.isdigit():
        return None
    return At(tuple(times)) if (times := _read_list(cursor, _read_time, {"at"})) else None


def _read_list(cursor: _Cursor, read: Callable[[_Cursor], T | None], prefixes: set[str]) -> list[T]:
    """Read one or more of a kind, with commas or `and` between them."""

    def read_next(cursor: _Cursor) -> T | None:
        is_joined = [bool(cursor.take({",", "and", "&"})) for _ in range(2)]
        cursor.take(prefixes)
        return read(cursor) if any(is_joined) else None

    first = cursor.attempt(read)
    found = []
    while first is not None:
        found.append(first)
        first = cursor.attempt(read_next)
    return found


def _read_time(cursor: _Cursor) -> int | None:
    named = cursor.find(_NAMED_TIMES)
    if named is not None:
        return named
    clock = cursor.match(_CLOCK)
    if clock is None:
        return None
    hour, minute, half = int(clock[1]), int(clock[2] or 0), clock[3]
    hours = range(1, 13) if half else range(24)
    if hour not in hours or minute not in range(60):
        remedy = "use a time from 0:00 to 23:59 or 12am to 11:59pm, such as 'daily at 9am'"
        refuse_words("out_of_range", f"'{clock[0]}' is no time of day", remedy)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 60 + minute


def _read_weekdays(cursor: _Cursor) -> Clause | None:
    days = _read_list(cursor, _read_days, {"on", "every", "each"})
    return OnWeekdays(frozenset().union(*days)) if days else None


def _read_days(cursor: _Cursor) -> frozenset[int] | None:
    """Read `monday`, `weekdays`, `monday to friday`, `mon-fri`."""
    glued = cursor.match(re.compile(r"([a-z]+)-([a-z]+)"))
    if glued is not None:
        return _span_days(WEEKDAYS.get(glued[1]), WEEKDAYS.get(glued[2]))
    first = cursor.find(WEEKDAYS)
    if first is None or not cursor.take({"to", "-", "through", "till", "until"}):
        return first
    return _span_days(first, cursor.find(WEEKDAYS))


def _span_days(first: frozenset[int] | None, last: frozenset[int] | None) -> frozenset[int] | None:
    if first is None or last is None or len(first) > 1 or len(last) > 1:
        return None
    (start,), (end,) = first, last
    return frozenset((start + offset) % 7 for offset in range((end - start) % 7 + 1))


def _read_dates(cursor: _Cursor) -> Clause | None:
    """Read `1st and 15th`, `first`, `last day`, `day 15`, and `of the month` behind it."""
    if cursor.take({"last"}):
        dates: list[int | None] = [None] if cursor.take({"day"}) else []
    elif cursor.take({"day"}) and cursor.word.isdigit():
        dates = [int(cursor.take({cursor.word})[:3])]
    else:
        dates = [*_read_list(cursor, _read_ordinal, {"on", "the"})]
        cursor.take({"day"} if dates else set())
    if cursor.take({"of"}):
        cursor.take({"the", "each", "every"})
        cursor.take({"month", "months"})
    return OnDates(tuple(dates)) if dates else None


def _read_ordinal(cursor: _Cursor) -> int | None:
    if cursor.take({"first"}):
        return 1
    found = cursor.match(_ORDINAL)
    return int(found[1]) if found else None


_READERS: tuple[Callable[[_Cursor], Clause | None], ...] = (
    _refuse_nth_weekday,
    _refuse_hours,
    _read_every,
    _read_times_per,
    _read_named,
    _read_start,
    _read_at,
    _read_amount,
    _read_weekdays,
    _read_dates,
)
