"""Dates inside text, where they can be read in one way only.

ISO 8601, also with slashes, the form of mails (RFC 2822), `2026年3月3日`, `31.01.2026`, whose day
is always first, and dates whose month is a word. `03/04/2026` is nobody's date here, unless a day
above 12 stands beside it: then what it says of the order is true of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from typing import Literal, NamedTuple, TypeAlias

from changetrack._fielddiff.months import is_month_alone, read_month, spell_weekdays

# Those of RFC 2822, §4.3, in hours from UTC.
_ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip

_DAYS_BEFORE = (0, *accumulate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)))
_FEBRUARY = 2
_HALF_DAY = 12


class Moment(NamedTuple):
    """A date, or a date with a time, in ISO 8601 and as a count of seconds.

    The seconds are `ticks` / 10 ** `scale` since the year 1, in UTC if `zoned`. Of a month without
    a day they are those of its first.
    """

    text: str
    ticks: int
    scale: int
    timed: bool
    zoned: bool
    is_month: bool = False


class DateSpan(NamedTuple):
    """Where a date stands in a text, and which it is; None where that cannot be told."""

    start: int
    end: int
    moment: Moment | None


# Which of two numbers is the day, where the year stands behind both.
DayOrder: TypeAlias = Literal["day", "month"]


def find_dates(text: str, order: DayOrder | None = None) -> list[DateSpan]:
    """Return the dates in a text, from left to right.

    `order` is how the text writes dates in numbers; without it they cannot be told.

    >>> [span.moment.text for span in find_dates("3. März 2026 und 2026-03-04T10:00Z")]
    ['2026-03-03', '2026-03-04T10:00:00Z']
    >>> find_dates("03/04/2026"), find_dates("03/04/2026", "day")[0].moment.text
    ([DateSpan(start=0, end=10, moment=None)], '2026-04-03')
    """
    if not _YEAR.search(text):
        return []
    found: list[DateSpan] = []
    taken = bytearray(len(text))
    # Whole dates first: of one, its parts are none.
    for span in _list_spans(text, order):
        start, end, _ = span
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\1" * (end - start)
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def settle_order(texts: Iterable[str]) -> DayOrder | None:
    """Return how dates in numbers are written, as a day above 12 tells; None if none or both do.

    >>> settle_order(["03/04/2026", "31/01/2026"]), settle_order(["03/04/2026"])
    ('day', None)
    """
    found: set[DayOrder] = set()
    for text in texts:
        for match in _find_numeric(text):
            if int(match["one"]) > _MONTHS >= int(match["other"]):
                found.add("day")
            elif int(match["other"]) > _MONTHS >= int(match["one"]):
                found.add("month")
    return found.pop() if len(found) == 1 else None


_YEAR = re.compile(r"[0-9]{4}")
_MONTHS = 12

# A part of a longer run is another thing: an address, a name, a range, a time with its zone.
_OPEN, _SHUT = r"(?<![\w/.:+-])", r"(?![\w/:+]|[-.,][0-9])"
_DAY, _FOUR = r"(?P<day>[0-9]{1,2})", r"(?P<year>[0-9]{4})"
_MONTH, _WORD = r"(?P<month>[0-9]{1,2})", r"(?P<month>[^\W\d_]{3,14})"
_CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?"
    r"(?: ?(?P<zone>[-+][0-9]{2}(?::?[0-9]{2})?|UTC|UT|GMT|[ECMP][SD]T|Z))?"
)
_WRITTEN = rf"(?:,?(?: at| um| à| a las| alle| às| om| o| kl\.?| в| -)? {_CLOCK})?"


@cache
def _whole() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the forms that say all, which number is what or which word is the month.

    Before each stands what no date of this form is without: most texts have none of it.
    """
    late = r"(?:st|nd|rd|th|er|\.|º)? ?(?:de |of )?"
    western = (
        ("-", rf"{_FOUR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[T ]{_CLOCK})?"),
        ("/", rf"{_FOUR}/{_MONTH}/{_DAY}(?:[T ]{_CLOCK})?"),
        # Versions are written so as well, but not with two digits, or blanks.
        (".", rf"{_FOUR}\.(?P<month>[0-9]{{2}})\.(?P<day>[0-9]{{2}})(?:\.?[T ]{_CLOCK})?"),
        (". ", rf"{_FOUR}\. {_MONTH}\. {_DAY}\.?"),
        (".", rf"{_DAY}\. ?{_MONTH}\. ?{_FOUR}{_WRITTEN}"),
        (" ", rf"{_DAY}{late}{_WORD}\.?(?:,| de| del)? {_FOUR}{_WRITTEN}"),
        (" ", rf"{_WORD}\.? {_DAY}(?:st|nd|rd|th)?,? {_FOUR}{_WRITTEN}"),
    )
    # Its own characters tell where it ends, and letters stand right beside it.
    eastern = (
        ("年", rf"(?<![0-9]){_FOUR}年{_MONTH}月{_DAY}日"),
        ("년", rf"(?<![0-9]){_FOUR}년 ?{_MONTH}월 ?{_DAY}일"),
    )
    forms = (*((sign, rf"{_OPEN}{form}{_SHUT}") for sign, form in western), *eastern)
    return tuple((sign, re.compile(form, re.IGNORECASE)) for sign, form in forms)


@cache
def _numeric() -> re.Pattern[str]:
    numbers = rf"(?P<one>[0-9]{{1,2}})(?P<mark>[/-])(?P<other>[0-9]{{1,2}})(?P=mark){_FOUR}"
    return re.compile(rf"{_OPEN}{numbers}{_WRITTEN}{_SHUT}", re.IGNORECASE)


def _find_numeric(text: str) -> Iterable[re.Match[str]]:
    is_likely = "/" in text or text.count("-") > 1
    return _numeric().finditer(text) if is_likely else ()


@cache
def _months() -> tuple[re.Pattern[str], ...]:
    western = rf"{_OPEN}{_WORD}\.?,? (?:de |del )?{_FOUR}{_SHUT}"
    eastern = rf"(?<![0-9]){_FOUR}年{_MONTH}月(?![0-9])"
    return tuple(re.compile(form) for form in (western, eastern))


def _list_spans(text: str, order: DayOrder | None) -> Iterator[DateSpan]:
    yield from _list_whole(text)
    for match in _find_numeric(text):
        day, month = ("one", "other") if order == "day" else ("other", "one")
        moment = _read(match.groupdict(), int(match[month]), match[day]) if order else None
        yield DateSpan(_find_start(text, match.start()), match.end(), moment)
    yield from _list_months(text)


def _list_whole(text: str) -> Iterator[DateSpan]:
    for sign, pattern in _whole():
        for match in pattern.finditer(text) if sign in text else ():
            parts = match.groupdict()
            moment = _read(parts, _read_month(parts["month"] or ""), parts["day"])
            # An unknown word between a day and a year is most likely a month of another language.
            if moment is not None or _is_late(parts["year"]):
                yield DateSpan(_find_start(text, match.start()), match.end(), moment)


def _list_months(text: str) -> Iterator[DateSpan]:
    for pattern in _months():
        for match in pattern.finditer(text):
            word = match["month"]
            if word.isdecimal() or is_month_alone(word):
                moment = _read(match.groupdict(), _read_month(word), None)
                if moment is not None:
                    yield DateSpan(match.start(), match.end(), moment)


def _find_start(text: str, start: int) -> int:
    """Return where a date begins together with its day of the week."""
    found = _weekday().search(text, max(0, start - _LONGEST_WEEKDAY), start)
    return found.start() if found else start


_LONGEST_WEEKDAY = len("segunda-feira., ") + 1


@cache
def _weekday() -> re.Pattern[str]:
    return re.compile(rf"{_OPEN}(?:{spell_weekdays()})\.?,? $", re.IGNORECASE)


def _is_late(year: str | None) -> bool:
    """Return whether four digits are a year that pages speak of, and not a number of anything."""
    return (year or "")[:2] in {"19", "20"}


def _read(parts: dict[str, str | None], month: int | None, day: str | None) -> Moment | None:
    year = int(parts["year"] or 0)
    days = None if month is None else _count_days(year, month, int(day or 1))
    if days is None:
        return None
    if day is None:
        ticks = days * _DAY_SECONDS
        return Moment(f"{year:04}-{month:02}", ticks, 0, timed=False, zoned=False, is_month=True)
    date = f"{year:04}-{month:02}-{int(day):02}"
    if parts.get("hour") is None:
        return Moment(date, days * _DAY_SECONDS, 0, timed=False, zoned=False)
    return _add_time(date, days, parts)


_DAY_SECONDS = 86_400


def _read_month(written: str) -> int | None:
    return int(written) if written.isdecimal() else read_month(written)


def _count_days(year: int, month: int, day: int) -> int | None:
    """Return the days since the year 1 of the civil calendar; None if it has no such day."""
    if not year or not 1 <= month <= _MONTHS:
        return None
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = _DAYS_BEFORE[month] - _DAYS_BEFORE[month - 1] + (is_leap and month == _FEBRUARY)
    if not 1 <= day <= length:
        return None
    past = year - 1
    leaps = past // 4 - past // 100 + past // 400 + (is_leap and month > _FEBRUARY)
    return 365 * past + leaps + _DAYS_BEFORE[month - 1] + day - 1


def _add_time(date: str, days: int, parts: dict[str, str | None]) -> Moment | None:
    hour = _read_hour(int(parts["hour"] or 0), parts["half"])
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    zone, offset = _read_zone(parts["zone"])
    # A minute may end in a leap second.
    if hour is None or minute >= 60 or second > 60 or offset is None:  # noqa: PLR2004 - the clock
        return None
    fraction = (parts["fraction"] or "").rstrip("0")
    scale = len(fraction)
    seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
    clock = f"{hour:02}:{minute:02}:{second:02}{fraction and '.'}{fraction}"
    ticks = seconds * 10**scale + int(fraction or 0)
    return Moment(f"{date}T{clock}{zone}", ticks, scale, timed=True, zoned=bool(zone))


def _read_hour(hour: int, half: str | None) -> int | None:
    if half is None:
        return hour if hour < 2 * _HALF_DAY else None
    if not 1 <= hour <= _HALF_DAY:
        return None
    return hour % _HALF_DAY + (_HALF_DAY if half in "pP" else 0)


def _read_zone(written: str | None) -> tuple[str, int | None]:
    """Return a zone in ISO 8601, and its minutes from UTC; None where there is no such zone."""
    if written is None:
        return "", 0
    if written[0] not in "+-":
        minutes = _ZONES[written.upper()] * 60
    else:
        digits = written[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes > 14 * 60 or int(digits[2:]) >= 60:  # noqa: PLR2004 - Kiribati is the farthest
            return "", None
        minutes = -minutes if written[0] == "-" else minutes
    if not minutes:
        return "Z", 0
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}", minutes
