"""Names of time zones: every IANA name, nothing else, and help for what is nearly one."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from changetrack.errors import InvalidSchedule
from changetrack.monitor.schedule import parse_schedule
from changetrack.monitor.schedule.zones import (
    ABBREVIATIONS,
    check_timezone,
    find_timezone,
    match_timezone,
)

NEARLY = {
    "europe/berlin": "'Europe/Berlin'",
    "EUROPE/BERLIN": "'Europe/Berlin'",
    "Europe/Berln": "'Europe/Berlin'",
    "Berlin": "'Europe/Berlin'",
    "New York": "'America/New_York'",
    "utc": "'UTC'",
    "PST": "'America/Los_Angeles'",
    "+02:00": "'Etc/GMT-2'",
    "UTC-5": "'Etc/GMT+5'",
    "GMT+0": "'GMT+0'",
    "+00:00": "'UTC'",
    "posix/Europe/Berlin": "'Europe/Berlin'",
    "right/Europe/Berlin": "'Europe/Berlin'",
}
HOSTILE = (
    *("", " ", "/", "//", ".", "..", "../etc/passwd", "Europe/../Europe/Berlin", "/etc/localtime"),
    *("C:\\Windows", "Europe/Berlin\0", "Europe/Berlin\n", "localtime", "Factory", "posixrules"),
    *("zone.tab", "tzdata.zi", "Europe", "Éurope/Berlin", "Europe/Berlin" * 40, "\ud800"),
)


@pytest.mark.parametrize(("name", "remedy"), NEARLY.items())
def test_what_is_nearly_a_zone_is_named(name: str, remedy: str) -> None:
    """Case, a typo, a city alone, an abbreviation, an offset, and the folders beside the names."""
    if name in available_timezones():
        assert check_timezone(name) == name
        return
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule("daily", timezone=name)
    assert caught.value == InvalidSchedule(
        "unknown_timezone", f"there is no time zone {name!a}", f"use {remedy}", "timezone"
    )


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_path_is_no_zone(name: str) -> None:
    """Nothing that is no name of the list is ever opened, and none of it is printed raw."""
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule("daily", timezone=name)
    assert (caught.value.reason, caught.value.path) == ("unknown_timezone", "timezone")
    assert str(caught.value).isascii() or "…" in str(caught.value)
    with pytest.raises(ValueError, match="is no time zone of this machine"):
        find_timezone(name)


def test_every_iana_name_is_a_zone() -> None:
    """Old ones such as EST too; what names this machine's own setting is none."""
    names = available_timezones() - {"Factory", "localtime"}
    assert {check_timezone(name) for name in names} == names
    assert {match_timezone(name.swapcase()) for name in names} == names


@pytest.mark.parametrize(("letters", "region"), ABBREVIATIONS.items())
def test_an_abbreviation_in_words_is_refused_with_its_region(letters: str, region: str) -> None:
    """An offset is wrong for half of the year, so the region is what should be said."""
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule(f"daily at 9am {letters}")
    assert (caught.value.reason, caught.value.path) == ("unknown_timezone", "text")
    assert caught.value.remedy == f"name the region, such as {region}"
    assert parse_schedule(f"daily at 9am {region}").timezone == region


def test_words_and_the_field_may_not_name_different_zones() -> None:
    """The same one twice is fine, and UTC is what clients send when they mean nothing by it."""
    words = "daily at 9am America/New_York"
    assert parse_schedule(words).timezone == "America/New_York"
    assert parse_schedule(words, timezone="America/New_York").timezone == "America/New_York"
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule(words, timezone="Europe/Berlin")
    assert str(caught.value) == (
        "timezone: the text says America/New_York; say it once: leave out America/New_York in the"
        " text, or send 'America/New_York' here"
    )
