"""A schedule as a sentence, for whoever has to see that it is the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from changetrack.monitor.schedule.composing import phrase_minutes
from changetrack.monitor.schedule.expressions import Expression, read_expression
from changetrack.monitor.schedule.model import Schedule

__all__ = ["explain"]

# So many times of day are listed; of more, the rule is easier to read.
_MAX_LISTED = 6

# So many in a row are written as a range.
_MIN_RANGE = 3

_ALL_HOURS = tuple(range(24))
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_NTH = ("first", "second", "third", "fourth", "fifth")
# What cronsim writes for L and LW in the days of a month, and for L behind a weekday.
_LAST, _LAST_WEEKDAY = -1_000, -1_001
_SPECIAL_DATES = {
    _LAST: "on the last day of the month",
    _LAST_WEEKDAY: "on the last day from Monday to Friday of the month",
}


def explain(schedule: Schedule) -> str:
    """Return when it runs, in one line.

    Raises:
        ValueError: the schedule is not one that `parse_schedule` returned.

    >>> explain(Schedule(cron="7-59/30 * * * *"))
    'every 30 minutes, at :07 and :37 (UTC)'
    >>> explain(Schedule(cron="0 9,17 * * 1-5", timezone="Europe/Berlin"))
    'at 9:00 and 17:00, from Monday to Friday (Europe/Berlin)'
    """
    if schedule.cron is None:
        return _explain_interval(schedule)
    expression = read_expression(schedule.cron)
    times, days = _explain_times(expression), _explain_days(expression)
    # Everything else already begins with every.
    parts = [f"every day {times}" if times.startswith("at ") and not days else times, *days]
    return f"{', '.join(parts)} ({schedule.timezone})"


def _explain_interval(schedule: Schedule) -> str:
    if not schedule.every_seconds or schedule.anchor is None:
        raise ValueError("a schedule without cron needs every_seconds and an anchor")
    minutes, rest = divmod(schedule.every_seconds, 60)
    interval = f"every {schedule.every_seconds:,} seconds" if rest else phrase_minutes(minutes)
    return f"{interval}, counted from {schedule.anchor:%Y-%m-%d %H:%M} (UTC)"


def _explain_times(expression: Expression) -> str:
    minutes, hours = expression.minutes, expression.hours
    if hours == _ALL_HOURS:
        return _explain_minutes(minutes)
    hour_step = _find_step(hours, 24)
    if len(minutes) == 1 and hour_step and len(hours) >= _MIN_RANGE:
        first = f", from {hours[0]}:{minutes[0]:02} on" if hours[0] else ""
        return f"every {hour_step} hours, at :{minutes[0]:02}{first}"
    if len(expression.times) <= _MAX_LISTED:
        return f"at {_join(f'{time // 60}:{time % 60:02}' for time in expression.times)}"
    spelled = _join(_spell_runs(hours, str))
    noun = "hour" if len(hours) == 1 else "hours"
    return f"{_explain_minutes(minutes)}, in the {noun} {spelled}"


def _explain_minutes(minutes: tuple[int, ...]) -> str:
    """Return what a set of minutes means in every hour."""
    listed = _join(f":{minute:02}" for minute in minutes)
    step = _find_step(minutes, 60)
    if step == 1:
        return "every minute"
    if step is None or len(minutes) == 1:
        return f"every hour, at {listed}"
    if len(minutes) > _MAX_LISTED:
        listed = f":{minutes[0]:02} and so on"
    return f"every {step} minutes, at {listed}"


def _find_step(numbers: Sequence[int], circle: int) -> int | None:
    """Return the distance of numbers that stand evenly on a circle."""
    around = [*numbers, numbers[0] + circle]
    steps = {later - earlier for earlier, later in pairwise(around)}
    return steps.pop() if len(steps) == 1 else None


def _explain_days(expression: Expression) -> list[str]:
    _, _, dates, months, weekdays = expression.cron.split()
    calendar = expression.calendar
    said = []
    if dates != "*":
        said.append(_explain_dates(sorted(calendar.days)))
    if weekdays != "*":
        said.append(_explain_weekdays(calendar.weekdays))
    # Debian's rule: two restricted fields are an either-or, unless one of them begins with a star.
    joined = " and ".join(said) if calendar.day_and else " or ".join(said)
    parts = [joined] if joined else []
    if months != "*":
        spelled = _spell_runs(sorted(calendar.months), lambda month: _MONTHS[month - 1])
        parts.append(f"in {_join(spelled)}")
    return parts


def _explain_dates(days: list[int]) -> str:
    parts = [_SPECIAL_DATES[day] for day in days if day in _SPECIAL_DATES]
    plain = [day for day in days if day not in _SPECIAL_DATES]
    if plain:
        noun = "day" if len(plain) == 1 else "days"
        parts.insert(0, f"on {noun} {_join(_spell_runs(plain, str))} of the month")
    return _join(parts)


def _explain_weekdays(days: Iterable[int | tuple[int, int]]) -> str:
    # From Monday on, as a week is read, though cron begins with Sunday.
    plain = sorted({day % 7 for day in days if isinstance(day, int)}, key=lambda day: (day - 1) % 7)
    parts = [f"on {_join(_WEEKDAYS[day] for day in plain)}"] if plain else []
    if len(plain) >= _MIN_RANGE and (plain[-1] - plain[0]) % 7 == len(plain) - 1:
        parts = [f"from {_WEEKDAYS[plain[0]]} to {_WEEKDAYS[plain[-1]]}"]
    for day, number in sorted(each for each in days if not isinstance(each, int)):
        which = "last" if number == _LAST else _NTH[number - 1]
        parts.append(f"on the {which} {_WEEKDAYS[day % 7]} of the month")
    return _join(parts)


def _spell_runs(numbers: Sequence[int], spell: Callable[[int], str]) -> list[str]:
    """Return numbers in words, three in a row or more as a range."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spelled: list[str] = []
    for run in runs:
        is_range = len(run) >= _MIN_RANGE
        spelled += [f"{spell(run[0])} to {spell(run[-1])}"] if is_range else map(spell, run)
    return spelled


def _join(parts: Iterable[str]) -> str:
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last
