"""Dates inside text, where they can be read in one way only: 03/04/2026 is nobody's date here.

ISO 8601, the form of mails (RFC 2822), `2026年3月3日`, and dates whose month is a word in English,
German, French or Spanish.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate
from typing import NamedTuple

_MONTHS = (
    "jan january januar jänner janvier janv enero ene",
    "feb february februar février févr fév fevrier febrero",
    "mar march märz mrz mars marzo",
    "apr april avril avr abril abr",
    "may mai mayo",
    "jun june juni juin junio",
    "jul july juli juillet juil julio",
    "aug august août aout agosto ago",
    "sep sept september septembre septiembre setiembre",
    "oct october oktober okt octobre octubre",
    "nov november novembre noviembre",
    "dec december dezember dez décembre déc decembre diciembre dic",
)
_WEEKDAYS = (
    "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun"
    " sunday mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so"
    " sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves"
    " viernes sábado domingo"
)
_MONTH_NUMBERS = {word: number for number, each in enumerate(_MONTHS, 1) for word in each.split()}
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

    The seconds are `ticks` / 10 ** `scale` since the year 1, in UTC if `zoned`.
    """

    text: str
    ticks: int
    scale: int
    timed: bool
    zoned: bool


class DateSpan(NamedTuple):
    """Where a date stands in a text, and which it is."""

    start: int
    end: int
    moment: Moment


def find_dates(text: str) -> list[DateSpan]:
    """Return the dates in a text, from left to right.

    >>> [span.moment.text for span in find_dates("3. März 2026 und 2026-03-04T10:00Z")]
    ['2026-03-03', '2026-03-04T10:00:00Z']
    """
    if not _YEAR.search(text):
        return []
    found = []
    for pattern in _patterns():
        for match in pattern.finditer(text):
            moment = _read(match.groupdict())
            if moment is not None:
                found.append(DateSpan(match.start(), match.end(), moment))
    return sorted(found)


_YEAR = re.compile(r"[0-9]{4}")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month = rf"(?P<month>{_spell(' '.join(_MONTHS))})\.?"
    weekday = rf"(?:(?:{_spell(_WEEKDAYS)})\.?,? )?"
    day, year = r"(?P<day>[0-9]{1,2})", r"(?P<year>[0-9]{4})"
    clock = (
        r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
        r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
        r"(?: ?(?P<half>[ap])\.?m\b\.?)?"
        r"(?: ?(?P<zone>[-+][0-9]{2}(?::?[0-9]{2})?|UTC|UT|GMT|[ECMP][SD]T|Z))?"
    )
    written = rf"(?:,?(?: at| um| à| a las| -)? {clock})?"
    forms = (
        rf"{year}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[T ]{clock})?",
        rf"{weekday}{day}(?:st|nd|rd|th|er|\.)? ?(?:de )?{month}(?:,| de| del)? {year}{written}",
        rf"{weekday}{month} {day}(?:st|nd|rd|th)?,? {year}{written}",
    )
    # Its own characters tell where it ends, and letters stand right beside it.
    eastern = rf"(?<![0-9]){year}年(?P<month>[0-9]{{1,2}})月(?P<day>[0-9]{{1,2}})日"
    # A part of a longer run is another thing: an address, a name, a range, a time with its zone.
    western = [rf"(?<![\w/.:+-]){form}(?![\w/:+]|[-.,][0-9])" for form in forms]
    return tuple(re.compile(form, re.IGNORECASE) for form in (*western, eastern))


def _spell(words: str) -> str:
    return "|".join(sorted(set(words.split()), key=lambda word: (-len(word), word)))


def _read(parts: dict[str, str | None]) -> Moment | None:
    year, day = int(parts["year"] or 0), int(parts["day"] or 0)
    month = _read_month(parts["month"] or "")
    days = _count_days(year, month, day)
    if days is None:
        return None
    date = f"{year:04}-{month:02}-{day:02}"
    if parts.get("hour") is None:
        return Moment(date, days * 86_400, 0, timed=False, zoned=False)
    return _add_time(date, days, parts)


def _read_month(written: str) -> int:
    return int(written) if written.isdecimal() else _MONTH_NUMBERS[written.lower()]


def _count_days(year: int, month: int, day: int) -> int | None:
    """Return the days since the year 1 of the civil calendar; None if it has no such day."""
    if not year or not 1 <= month <= len(_MONTHS):
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
