"""What people say that no words here say: what is wrong with it, and the cron that is meant."""

from __future__ import annotations

from changetrack.monitor.schedule.clauses import At, Clause, Every, OnWeekdays

__all__ = ["NTH", "PARTS_OF_DAY", "hint_at_hours", "hint_at_nth_weekday", "hint_at_part"]

# Which of a month; None is its last one.
NTH: dict[str, int | None] = {
    **dict.fromkeys(("first", "1st"), 1),
    **dict.fromkeys(("second", "2nd", "other", "alternate"), 2),
    **dict.fromkeys(("third", "3rd"), 3),
    **dict.fromkeys(("fourth", "4th"), 4),
    **dict.fromkeys(("fifth", "5th"), 5),
    "last": None,
}
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# When work begins, for whoever names no time.
_NINE = 9 * 60

# The first hour of each and the one behind its last, as anybody would still call it so.
PARTS_OF_DAY = {
    "morning": (3, 12),
    "afternoon": (12, 19),
    "evening": (15, 24),
    "night": (18, 24 + 7),
}
_TIMES = {"morning": "8am", "afternoon": "2pm", "evening": "6pm", "night": "2am"}


def hint_at_nth_weekday(
    said: str, nth: int | None, days: frozenset[int], at: Clause | None, *, is_of_month: bool
) -> tuple[str, str]:
    """Return what is wrong with a day of the week that is counted, and what to say."""
    time = at.times[0] if isinstance(at, At) else _NINE
    shown = ",".join(f"{day}L" if nth is None else f"{_DAYS[day]}#{nth}" for day in sorted(days))
    cron = f"'{time % 60} {time // 60} * * {shown}'"
    if is_of_month or nth in {None, 1}:
        problem = f"'{said}' is said in cron only, where days of the week are counted in a month"
        return problem, f"say {cron}"
    problem = f"'{said}' may be every {nth} weeks, or the same day of each month"
    return problem, f"say 'every {nth} weeks', or {cron} for the one of a month"


def hint_at_hours(
    clauses: list[Clause], first: int, last: int, weekdays: Clause | None
) -> tuple[str, str]:
    """Return what is wrong with hours between which something runs, and the cron for it."""
    every = next((each for each in clauses if isinstance(each, Every)), Every(1, "hour"))
    days = next((each for each in clauses if isinstance(each, OnWeekdays)), weekdays)
    hours = f"{first // 60}-{last // 60}" if first < last else f"{first // 60}-23,0-{last // 60}"
    minutes = str(first % 60)
    if every.unit == "minute":
        minutes = f"*/{every.count}"
        # The last hour would go on until it is over.
        hours = f"{first // 60}-{last // 60 - 1}" if first < last - 60 else hours
    elif every.unit == "hour" and every.count > 1:
        hours = f"{first // 60}-{last // 60}/{every.count}" if first < last else hours
    on = ",".join(map(str, sorted(days.days))) if isinstance(days, OnWeekdays) else "*"
    on = "1-5" if on == "1,2,3,4,5" else on
    problem = "hours between which it runs are said in cron only"
    return problem, f"say '{minutes} {hours} * * {on}'"


def hint_at_part(part: str, clauses: list[Clause]) -> tuple[str, str] | None:
    """Return what is wrong with a part of the day: it has no time, or one that is not in it."""
    at = next((each for each in clauses if isinstance(each, At)), None)
    remedy = f"say the time: 'every {part} at {_TIMES[part]}'"
    if at is None:
        return f"'every {part}' is no time of day", remedy
    start, end = (hour * 60 for hour in PARTS_OF_DAY[part])
    for time in at.times:
        if not any(start <= each < end for each in (time, time + 24 * 60)):
            return f"{time // 60}:{time % 60:02} is not in the {part}", remedy
    return None
