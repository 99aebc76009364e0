"""Time zones by their IANA names; no other text ever reaches the disk."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from functools import lru_cache

from changetrack.errors import InvalidSchedule
from changetrack.errors.likeness import find_nearest

__all__ = ["ABBREVIATIONS", "check_timezone", "find_timezone", "match_timezone"]

# Letters that people write behind a time. They name an offset or several regions, and an offset
# is wrong for half of the year; so they are refused, and the likeliest region is named.
ABBREVIATIONS = {
    "ACDT": "Australia/Adelaide",
    "ACST": "Australia/Adelaide",
    "AEDT": "Australia/Sydney",
    "AEST": "Australia/Sydney",
    "AKDT": "America/Anchorage",
    "AKST": "America/Anchorage",
    "AWST": "Australia/Perth",
    "BRT": "America/Sao_Paulo",
    "BST": "Europe/London",
    "CDT": "America/Chicago",
    "CEST": "Europe/Paris",
    "CET": "Europe/Paris",
    "CST": "America/Chicago",
    "CT": "America/Chicago",
    "EDT": "America/New_York",
    "EEST": "Europe/Athens",
    "EET": "Europe/Athens",
    "EST": "America/New_York",
    "ET": "America/New_York",
    "HKT": "Asia/Hong_Kong",
    "HST": "Pacific/Honolulu",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "MDT": "America/Denver",
    "MSK": "Europe/Moscow",
    "MST": "America/Denver",
    "MT": "America/Denver",
    "NZDT": "Pacific/Auckland",
    "NZST": "Pacific/Auckland",
    "PDT": "America/Los_Angeles",
    "PKT": "Asia/Karachi",
    "PST": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "SGT": "Asia/Singapore",
    "WAT": "Africa/Lagos",
    "WEST": "Europe/Lisbon",
    "WET": "Europe/Lisbon",
}

# What a name looks like: at most three parts. There is no dot in it, so that no path is one.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")
# The longest that there is has 32.
_MAX_NAME = 64
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])0?(\d{1,2})(?::?00)?", re.IGNORECASE)

# What this machine says of itself is no time zone of a schedule that is kept.
_NOT_ZONES = {"Factory", "localtime"}


@lru_cache(maxsize=1)
def _list_names() -> dict[str, str]:
    """Return every name by its lower-case spelling."""
    from zoneinfo import available_timezones

    return {name.lower(): name for name in sorted(available_timezones() - _NOT_ZONES)}


@lru_cache(maxsize=1_024)
def find_timezone(name: str) -> tzinfo:
    """Return the time zone of a name that `check_timezone` returned.

    Raises:
        ValueError: this machine does not have it, or has it no longer.
    """
    if name == "UTC":
        return UTC
    if _list_names().get(name.lower()) != name:
        raise ValueError(f"{name!r} is no time zone of this machine")
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def match_timezone(name: str) -> str | None:
    """Return the right spelling of a name, whatever its case; None: there is no such zone."""
    if len(name) > _MAX_NAME or not _NAME.fullmatch(name):
        return None
    return "UTC" if name.upper() == "UTC" else _list_names().get(name.lower())


def check_timezone(name: str, path: str = "timezone") -> str:
    """Return the name of a time zone.

    Raises:
        InvalidSchedule: there is no zone of exactly this name.
    """
    found = match_timezone(name)
    if found == name:
        return found
    shown = name if len(name) <= _MAX_NAME else name[:_MAX_NAME] + "…"
    problem = f"there is no time zone {shown!a}"
    raise InvalidSchedule("unknown_timezone", problem, f"use {_find_meant(name)}", path)


def _find_meant(name: str) -> str:
    """Return what somebody may have meant, or an example."""
    name = name.strip()[:_MAX_NAME]
    right = match_timezone(name) or ABBREVIATIONS.get(name.upper())
    offset = _OFFSET.fullmatch(name)
    if right is None and offset is not None:
        right = _name_offset(offset[1], int(offset[2]))
    if right is None:
        right = find_nearest(name.replace(" ", "_"), _list_names().values())
    return f"'{right}'" if right else "an IANA name, such as 'Europe/Berlin'"


def _name_offset(sign: str, hours: int) -> str | None:
    """Return the name of a fixed offset, whose sign is the other way round in IANA's names."""
    if hours == 0:
        return "UTC"
    return match_timezone(f"Etc/GMT{'-' if sign == '+' else '+'}{hours}")
