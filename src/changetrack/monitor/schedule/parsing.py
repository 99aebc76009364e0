"""Words or cron into a schedule that can be kept, or an error with the nearest one that can."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from changetrack.errors import InvalidSchedule
from changetrack.monitor.schedule.clauses import EXAMPLES, WEEKDAYS
from changetrack.monitor.schedule.composing import Composed, compose_schedule, phrase_minutes
from changetrack.monitor.schedule.expressions import MAX_LENGTH, check_cron
from changetrack.monitor.schedule.gaps import find_minimum_gap
from changetrack.monitor.schedule.model import Schedule
from changetrack.monitor.schedule.reading import read_clauses, refuse_words
from changetrack.monitor.schedule.zones import ABBREVIATIONS, check_timezone, match_timezone

__all__ = ["parse_schedule"]

# What both seeds allow at most.
_MINIMUM = timedelta(minutes=15)

_MINUTE = timedelta(minutes=1)

# Three fields of figures in a row are no words.
_CRON = re.compile(r"@(?!every\b).*|[\d*/,-]+( +[\d*/,-]+){2}.*")

_OFFSET = re.compile(r"(?:utc|gmt)[+-]\d.*", re.IGNORECASE)

# Intervals that cron can say, in minutes, for whoever asked for one that it cannot.
_EVEN = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1_440)


def parse_schedule(
    text: str | None = None,
    *,
    cron: str | None = None,
    timezone: str = "UTC",
    minimum: timedelta = _MINIMUM,
    seed: str | None = None,
    anchor: datetime | None = None,
) -> Schedule:
    """Return the schedule that is meant by words, or by a cron expression.

    `timezone` is an IANA name; words may end in one instead. No two runs are closer than `minimum`.
    Words that name no time are spread by the hash of `seed` (the id of whoever runs), and the cron
    expression that is returned shows it. An interval that cron cannot say is counted from `anchor`,
    to the minute.

    Raises:
        InvalidSchedule: it is not understood, too frequent, or never due; the reason says which,
            and the remedy has the nearest phrase that is understood.

    >>> parse_schedule("every 30 minutes").cron
    '*/30 * * * *'
    >>> parse_schedule("every weekday at 9am", timezone="Europe/Berlin").cron
    '0 9 * * 1-5'
    """
    if (text is None) == (cron is None):
        problem = "exactly one of text and cron is needed"
        raise InvalidSchedule("not_a_schedule", problem, "send text: 'every 30 minutes'")
    zone = check_timezone(timezone)
    if text is None:
        composed, path, kept = Composed(check_cron(cron or "")), "cron", None
    else:
        composed, zone = _read_text(text, zone, seed)
        path, kept = "text", text.strip()
    schedule = Schedule(
        cron=composed.cron,
        timezone=zone,
        text=kept,
        every_seconds=composed.seconds,
        anchor=_settle_anchor(composed.seconds, anchor),
    )
    _check_gap(schedule, minimum, path)
    _check_anchor(schedule)
    return schedule


def _read_text(text: str, zone: str, seed: str | None) -> tuple[Composed, str]:
    if len(text) > MAX_LENGTH:
        problem = f"{len(text):,} characters, at most {MAX_LENGTH} are allowed"
        refuse_words("too_long", problem, "say it shorter: 'every weekday at 9am'")
    if re.search(r"[^\s!-~]", text, re.ASCII):
        problem = "a schedule is said in English words, figures and ASCII characters"
        refuse_words("not_a_schedule", problem, "say 'every 30 minutes' or 'daily at 9am'")
    words = " ".join(text.split())
    if not words:
        problem = "the text is empty"
        refuse_words("not_a_schedule", problem, f"say '{EXAMPLES[0]}'")
    if _CRON.fullmatch(words):
        return Composed(check_cron(words, "text")), zone
    words, named = _take_zone(words)
    if named is not None and zone not in ("UTC", named):
        problem = f"the text says {named}"
        remedy = f"say it once: leave out {named} in the text, or send '{named}' here"
        raise InvalidSchedule("not_a_schedule", problem, remedy, "timezone")
    return compose_schedule(read_clauses(words.lower()), seed), named or zone


def _take_zone(words: str) -> tuple[str, str | None]:
    """Return the words without the zone that they name, and the zone."""
    kept: list[str] = []
    named = None
    for word in words.split(" "):
        found = _read_zone(word.strip("().,"))
        if found is None:
            kept.append(word)
            continue
        if named not in (None, found):
            problem = f"both {named} and {found} are said"
            refuse_words("not_a_schedule", problem, "say one time zone")
        named = found
        if kept and kept[-1].lower() == "in":
            kept.pop()
    return " ".join(kept), named


def _read_zone(word: str) -> str | None:
    """Return the zone that a word names; None: it names none.

    Raises:
        InvalidSchedule: it looks like a zone and is none, or it stands for several.
    """
    if word.upper() in {"UTC", "GMT", "Z"}:
        return "UTC"
    meant = ABBREVIATIONS.get(word.upper())
    if meant is not None:
        problem = f"'{word}' is not one time zone: it names an offset, or several regions"
        refuse_words("unknown_timezone", problem, f"name the region, such as {meant}")
    if not re.search(r"[A-Za-z]{2}.*/", word) and not _OFFSET.fullmatch(word):
        return None
    if all(part in WEEKDAYS for part in word.lower().split("/")):
        return None
    return match_timezone(word) or check_timezone(word, "text")


def _settle_anchor(seconds: int | None, anchor: datetime | None) -> datetime | None:
    if seconds is None or anchor is None:
        return None
    if anchor.tzinfo is None:
        raise ValueError("the anchor has no time zone")
    return anchor.astimezone(UTC).replace(second=0, microsecond=0)


def _check_gap(schedule: Schedule, minimum: timedelta, path: str) -> None:
    gap = find_minimum_gap(schedule)
    if gap >= minimum:
        return
    allowed = next((each for each in _EVEN if each * _MINUTE >= minimum), None)
    phrase = phrase_minutes(allowed or -(-minimum // (_MINUTE * 1_440)) * 1_440)
    if path == "cron" and allowed in range(60):
        phrase = f"*/{allowed} * * * *" if allowed != 1 else "* * * * *"
    verb = "is" if minimum == _MINUTE else "are"
    needed = f"at least {_spell_gap(minimum)} {verb} required"
    problem = f"runs would be {_spell_gap(gap)} apart, {needed}"
    raise InvalidSchedule("too_frequent", problem, f"use '{phrase}'", path)


def _spell_gap(gap: timedelta) -> str:
    seconds = int(gap.total_seconds())
    amount, unit = (seconds // 60, "minute") if seconds % 60 == 0 else (seconds, "second")
    return f"{amount:,} {unit}{'' if amount == 1 else 's'}"


def _check_anchor(schedule: Schedule) -> None:
    if schedule.every_seconds is None or schedule.anchor is not None:
        return
    minutes = schedule.every_seconds / 60
    below = [each for each in _EVEN if each < minutes]
    above = [each for each in _EVEN if each > minutes]
    phrases = " or ".join(f"'{phrase_minutes(each)}'" for each in (*below[-1:], *above[:1]))
    problem = "this interval is counted from a moment, and none is given"
    raise InvalidSchedule("not_a_schedule", problem, f"give an anchor, or say {phrases}", "anchor")
