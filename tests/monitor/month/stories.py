"""Two months: one in which the clocks of Europe go forward, and one in which they go back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.monitor.month.calendar import Daily, Every, Hand, read_local
from tests.monitor.month.story import (
    Act,
    Deed,
    Doom,
    Downtime,
    Entry,
    Shown,
    Story,
    Watch,
    fold_table,
)

__all__ = ["AUTUMN", "SPRING", "STORIES"]

_DAY = frozenset(range(24))
_WEEKDAYS = frozenset(range(5))

_FAILURE, _WALL, _GONE = Shown("failure"), Shown("wall"), Shown("gone")
_RESET = Shown("reset")


def _say(text: str) -> Shown:
    return Shown(text=text)


def _lead(path: str) -> Shown:
    return Shown("redirect", path)


def _list(names: str) -> Shown:
    """Return a page that links to pages of one letter each."""
    return Shown(text="Manuals of all kinds.", links=tuple(f"/docs/{name}" for name in names))


def _feed(*entries: tuple[str, str]) -> Shown:
    return Shown(entries=tuple(Entry(*each) for each in entries))


def _watch_all(start: datetime) -> tuple[Watch, ...]:
    half, hours = frozenset({0, 30}), frozenset(range(0, 24, 6))
    return (
        Watch(
            name="nightly",
            slots=Daily(2, 30, "Europe/Berlin"),
            words="daily at 02:30",
            zone="Europe/Berlin",
            paths=("/pricing", "/plans"),
            is_told=True,
        ),
        Watch(
            name="half-hourly",
            slots=Hand(half, _DAY, "Europe/Berlin"),
            cron="*/30 * * * *",
            zone="Europe/Berlin",
            paths=("/status",),
        ),
        Watch(
            name="weekdays",
            slots=Daily(9, 0, "America/New_York", _WEEKDAYS),
            words="weekdays at 9",
            zone="America/New_York",
            paths=("/jobs",),
        ),
        Watch(
            name="interval",
            slots=Every(start, timedelta(minutes=90)),
            words="every 90 minutes",
            paths=("/stock", "/warehouse"),
        ),
        Watch(
            name="crawl",
            slots=Daily(4, 15, "Europe/Berlin"),
            cron="15 4 * * *",
            zone="Europe/Berlin",
            kind="crawl",
            paths=("/docs/",),
            removal_checks=2,
            is_told=True,
        ),
        Watch(
            name="budget",
            slots=Hand(frozenset({0}), hours, "UTC"),
            cron="0 */6 * * *",
            paths=("/dear", "/cheap"),
            budget=61,
        ),
        Watch(
            name="paused",
            slots=Hand(frozenset({20}), frozenset(range(0, 24, 4)), "UTC"),
            cron="20 */4 * * *",
            paths=("/news",),
        ),
        Watch(
            name="edited",
            slots=Hand(frozenset({40}), hours, "UTC"),
            cron="40 */6 * * *",
            paths=("/terms",),
        ),
        Watch(
            name="feed",
            slots=Hand(frozenset({50}), frozenset({0, 8, 16}), "UTC"),
            cron="50 */8 * * *",
            kind="feed",
            paths=("/feed.xml",),
        ),
    )


def _act(year: int, text: str, watch: str, deed: Deed) -> Act:
    return Act(read_local(text, year).astimezone(UTC), watch, deed)


def _be_away(down: str, up: str) -> Downtime:
    """Return a downtime between two times in UTC."""
    return Downtime(*(datetime.fromisoformat(f"{text}Z") for text in (down, up)))


_MARCH = datetime(2026, 3, 5, 0, 15, tzinfo=UTC)
_ONE, _TWO = ("one", "The first of all."), ("two", "The second of them.")

SPRING = Story(
    name="spring",
    start=_MARCH,
    end=datetime(2026, 4, 5, 0, 10, tzinfo=UTC),
    watches=_watch_all(_MARCH),
    site=fold_table(
        _MARCH,
        {
            "/pricing": (
                ("", _say("It costs 10 euros.")),
                ("03-08 14:26", _say("It costs 12 euros.")),
                ("03-12 09:37", _FAILURE),
                ("03-13 20:08", _say("It costs 12 euros.")),
                ("03-15 11:26", _WALL),
                ("03-17 12:08", _say("It costs 13 euros.")),
                ("03-19 18:26", _lead("/plans")),
                ("03-22 12:37", _say("It costs 13 euros.")),
                ("03-24 16:26", _GONE),
                ("03-26 10:08", _say("It costs 13 euros.")),
                # The clock shows no 02:30 on the 29th.
                ("03-29 01:55", _say("It costs 14 euros.")),
                ("03-29 03:08", _say("It costs 15 euros.")),
                ("04-01 12:08", _GONE),
                ("04-02 12:08", _say("It costs 16 euros.")),
            ),
            "/plans": (
                ("", _say("Basic and Pro.")),
                ("03-11 06:26", _say("Basic, Pro and Team.")),
                ("03-19 12:08", _RESET),
                ("03-20 12:26", _say("Basic, Pro and Team.")),
                ("03-30 11:08", _RESET),
                ("03-31 11:08", _say("Basic and Team.")),
            ),
            "/status": (
                ("", _say("All is well.")),
                ("03-06 11:08", _say("All is slow.")),
                ("03-06 14:26", _say("All is well.")),
                ("03-09 08:37", _FAILURE),
                ("03-09 12:08", _say("All is well.")),
                ("03-10 09:26", _WALL),
                ("03-10 10:55", _say("All is well.")),
                ("03-13 07:08", _GONE),
                ("03-13 19:26", _say("All is well again.")),
                ("03-16 02:37", _lead("/plans")),
                ("03-16 05:08", _say("All is well again.")),
                ("03-18 09:37", Shown("hiccup", "All is well now.")),
                ("03-18 10:08", _say("All is well now.")),
                ("03-20 23:55", _FAILURE),
                ("03-24 11:08", _say("Some is well.")),
                ("03-24 11:37", _say("Most is well.")),
                ("03-24 12:08", _say("All is well now.")),
                ("03-29 01:37", _say("It is winter.")),
                ("03-29 03:08", _say("It is summer.")),
                ("04-01 02:08", _say("It is April.")),
            ),
            "/jobs": (
                ("", _say("We look for nobody.")),
                ("03-08 12:08", _say("We look for a baker.")),
                # At nine in New York it is two in Berlin here, and not three as in winter.
                ("03-09 14:37", _say("We look for two bakers.")),
                ("03-14 12:08", _say("We look for nobody.")),
                ("03-18 18:08", _GONE),
                ("03-25 18:08", _say("We look for nobody.")),
                ("03-30 14:37", _say("We look for a cook.")),
            ),
            "/stock": (
                ("", _say("There are 7 left.")),
                ("03-07 22:26", _say("There are 6 left.")),
                ("03-11 16:26", _say("There are 5 left.")),
                ("03-17 12:37", _say("There are 4 left.")),
                ("03-26 09:08", _FAILURE),
                ("03-27 09:08", _say("There are 3 left.")),
            ),
            "/warehouse": (
                ("", _say("The doors are open.")),
                ("03-11 16:26", _say("The doors are shut.")),
                ("03-17 12:37", _say("The doors are open.")),
                ("03-27 12:37", _WALL),
                ("03-28 12:37", _say("The doors are open.")),
            ),
            "/docs/": (
                ("", _list("abcdef")),
                ("03-08 10:08", _list("abdef")),
                ("03-13 15:26", _list("abcdef")),
                ("03-19 10:26", _list("acdef")),
                ("03-20 09:08", _list("abcdef")),
                ("03-22 12:26", _list("acdef")),
                ("03-25 10:08", _FAILURE),
                ("03-26 10:08", _list("acdef")),
                ("03-27 10:08", Shown(text="We rebuild everything.")),
                ("03-28 10:08", _list("acdef")),
                ("03-29 10:08", _list("adef")),
                ("04-03 10:08", _list("abcdef")),
            ),
            "/docs/a": (
                ("", _say("How to begin.")),
                ("03-06 10:08", _say("How to begin anew.")),
                ("03-10 10:08", _FAILURE),
                ("03-12 10:08", _say("How to begin anew.")),
            ),
            "/docs/b": (("", _say("How to go on.")), ("04-02 10:08", _say("How to go on well."))),
            "/docs/c": (("", _say("How to rest.")),),
            "/docs/d": (
                ("", _say("How to pay.")),
                ("03-15 09:08", _GONE),
                ("03-18 09:08", _say("How to pay less.")),
            ),
            "/docs/e": (
                ("", _say("How to complain.")),
                ("03-29 10:08", _FAILURE),
                ("03-30 10:08", _say("How to complain.")),
            ),
            "/docs/f": (("", _say("How to end.")), ("03-31 14:08", _lead("/docs/a"))),
            "/dear": (
                ("", _say("A ring for 900 euros.")),
                ("03-09 10:08", _say("A ring for 950 euros.")),
                ("03-20 10:08", _say("A ring for 990 euros.")),
            ),
            "/cheap": (("", _say("A pen for 1 euro.")), ("03-08 10:08", _FAILURE)),
            "/news": (
                ("", _say("Nothing happened.")),
                ("03-10 10:08", _say("Something happened.")),
                ("03-20 10:08", _say("Nothing happened.")),
            ),
            "/terms": (("", _say("You agree.")), ("03-24 10:08", _say("You do not agree."))),
            "/feed.xml": (
                ("", _feed(_ONE)),
                ("03-09 10:08", _feed(_TWO, _ONE)),
                ("03-12 10:08", _feed(("two", "The second, and better."), _ONE)),
                ("03-15 10:08", _feed(("three", "The third."), ("two", "The second, and better."))),
                ("03-18 10:08", _FAILURE),
                ("03-20 10:08", _feed(("three", "The third."))),
                ("03-28 10:08", _feed()),
                ("04-01 10:08", _feed(_ONE)),
            ),
        },
    ),
    marks=(
        _act(2026, "03-07 10:26", "half-hourly", "run"),
        _act(2026, "03-09 11:26", "paused", "pause"),
        _be_away("2026-03-11 13:08", "2026-03-11 17:37"),
        _act(2026, "03-14 13:26", "paused", "resume"),
        _act(2026, "03-16 10:26", "edited", "edit"),
        Doom(
            datetime(2026, 3, 17, 10, 45, tzinfo=UTC),
            datetime(2026, 3, 17, 14, 8, tzinfo=UTC),
            "interval",
            "/warehouse",
        ),
        # Over a night and a day.
        _be_away("2026-03-20 22:08", "2026-03-22 08:37"),
        _act(2026, "03-24 19:26", "interval", "run"),
        # Over the end of the month, in which the budget comes back.
        _be_away("2026-03-31 21:37", "2026-04-01 07:26"),
    ),
    deaf=(datetime(2026, 3, 13, 0, 8, tzinfo=UTC), datetime(2026, 3, 14, 14, 26, tzinfo=UTC)),
    seed=20_260_305,
    kills=50,
)

_OCTOBER = datetime(2026, 10, 19, 0, 15, tzinfo=UTC)

AUTUMN = Story(
    name="autumn",
    start=_OCTOBER,
    end=datetime(2026, 11, 4, 0, 10, tzinfo=UTC),
    watches=_watch_all(_OCTOBER),
    site=fold_table(
        _OCTOBER,
        {
            "/pricing": (
                ("", _say("It costs 10 euros.")),
                ("10-20 14:26", _say("It costs 12 euros.")),
                ("10-24 14:26", _say("It costs 13 euros.")),
                # The clock shows 02:30 twice on the 25th.
                ("10-25 03:08", _say("It costs 14 euros.")),
                ("10-29 10:08", _FAILURE),
                ("10-30 10:08", _say("It costs 14 euros.")),
            ),
            "/plans": (("", _say("Basic and Pro.")), ("10-27 10:08", _lead("/pricing"))),
            "/status": (
                ("", _say("All is well.")),
                ("10-22 11:08", _WALL),
                ("10-22 12:08", _say("All is well.")),
                ("10-25 01:08", _say("It is summer.")),
                ("10-25 03:08", _say("It is winter.")),
            ),
            "/jobs": (
                ("", _say("We look for nobody.")),
                # For a week, nine in New York is two in Berlin.
                ("10-26 14:37", _say("We look for a baker.")),
                ("11-02 14:37", _say("We look for a cook.")),
            ),
            "/stock": (("", _say("There are 7 left.")), ("10-28 10:08", _say("There are 6 left."))),
            "/warehouse": (("", _say("The doors are open.")), ("10-23 10:08", _GONE)),
            "/docs/": (
                ("", _list("ab")),
                ("10-21 10:08", _list("a")),
                ("10-26 10:08", _list("ab")),
            ),
            "/docs/a": (("", _say("How to begin.")),),
            "/docs/b": (("", _say("How to go on.")), ("10-26 10:08", _say("How to stay."))),
            "/dear": (("", _say("A ring for 900 euros.")), ("10-31 23:37", _say("A free ring."))),
            "/cheap": (("", _say("A pen for 1 euro.")),),
            "/news": (("", _say("Nothing happened.")),),
            "/terms": (("", _say("You agree.")), ("10-24 10:08", _WALL)),
            "/feed.xml": (("", _feed(_ONE)), ("10-29 10:08", _feed(_TWO, _ONE))),
        },
    ),
    marks=(
        _act(2026, "10-22 11:26", "paused", "pause"),
        _act(2026, "10-23 11:26", "edited", "edit"),
        # From the first 02:08 to the second 02:26.
        _be_away("2026-10-25 00:08", "2026-10-25 01:26"),
        _act(2026, "10-26 13:26", "paused", "resume"),
        _be_away("2026-10-29 22:08", "2026-10-31 08:37"),
    ),
    deaf=(datetime(2026, 10, 27, 0, 8, tzinfo=UTC), datetime(2026, 10, 27, 14, 26, tzinfo=UTC)),
    seed=20_261_019,
    kills=20,
)

STORIES = (SPRING, AUTUMN)
