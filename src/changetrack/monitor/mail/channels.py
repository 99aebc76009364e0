"""Channels of notifications: which of Apprise's hundred services somebody may name, and how.

A URL of Apprise can make a server talk to any host, read any file and run any program. So there is
a table of services, each at an address of its own that no URL can change, and of each URL only what
the table says is taken. Whatever has a host of one's own is what webhooks are for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from changetrack._kinds import name_kind
from changetrack._models import JsonValue
from changetrack.errors import InvalidChannel

__all__ = ["MAX_CHANNELS", "check_channel", "read_channels"]

# Each is a message of its own on every check.
MAX_CHANNELS = 20
_MAX_CHARS = 1_024

# Segments of letters, digits and marks that stand for themselves; %23 is the # of a room.
_WORD = r"[A-Za-z0-9._~+=-]+"
_SEGMENT = r"(?:[A-Za-z0-9._~+=:@!$,-]|%(?:23|2B|2b|20|40))+"
_PATH = rf"(?:/{_SEGMENT})*/?"
_VALUE = re.compile(r"[A-Za-z0-9._:/-]{1,128}")
_MAX_OPTIONS = 8
# What else stands there may be a secret that was pasted.
_SCHEME = re.compile(r"[a-z]{2,12}")

_SLACK_HOOK = r"https://hooks\.slack\.com/services(?:/[A-Za-z0-9]+){3}/?"
_DISCORD_HOOK = r"https://(?:discord|discordapp)\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]+/?"
_GOOGLE_HOOK = r"https://chat\.googleapis\.com/v1/spaces/[A-Za-z0-9_-]+/messages"
# Microsoft's own, where Teams takes what comes from outside.
_TEAMS_HOST = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:logic\.azure\.com|api\.powerplatform\.com)(?::443)?"
_TEAMS_HOOK = (
    rf"https://{_TEAMS_HOST}(?:/powerautomate/automations/direct(?:/cu/[0-9]+)?)?"
    r"/workflows/[A-Za-z0-9_-]+/triggers/manual/paths/invoke/?"
)


class Service(NamedTuple):
    """One service: its name, what its URLs look like, and which options they may have."""

    name: str
    pattern: re.Pattern[str]
    options: frozenset[str] = frozenset()


def _service(name: str, pattern: str, *options: str) -> Service:
    return Service(name, re.compile(pattern), frozenset(options))


# By the scheme. Only services whose address stands in their own code, or is checked here.
_SERVICES = MappingProxyType(
    {
        "slack": _service("Slack", rf"slack://(?:{_WORD}@)?{_WORD}{_PATH}"),
        "discord": _service("Discord", rf"discord://(?:{_WORD}@)?[0-9]+/[A-Za-z0-9_-]+/?"),
        "tgram": _service(
            "Telegram", rf"tgram://(?:bot)?[0-9]+(?::|%3A)[A-Za-z0-9_-]+{_PATH}", "silent", "topic"
        ),
        "pover": _service("Pushover", rf"pover://{_WORD}@{_WORD}{_PATH}", "priority", "sound"),
        # One word is a topic at ntfy.sh; with a path after it, it would be a host.
        "ntfy": _service("ntfy.sh", r"ntfys?://[A-Za-z0-9_-]{1,64}/?", "priority"),
        "pbul": _service("Pushbullet", rf"pbul://{_WORD}{_PATH}"),
        "gchat": _service("Google Chat", rf"gchat://{_WORD}{_PATH}"),
        "webex": _service("Webex", r"(?:webex|wxteams)://[A-Za-z0-9]{80,160}/?"),
        "pagerduty": _service(
            "PagerDuty", rf"pagerduty://{_WORD}@{_WORD}{_PATH}", "region", "severity"
        ),
        "twilio": _service("Twilio (SMS)", rf"twilio://AC[A-Fa-f0-9]+:[A-Za-z0-9]+@{_WORD}{_PATH}"),
        "vonage": _service("Vonage (SMS)", rf"(?:vonage|nexmo)://{_WORD}:{_WORD}@{_WORD}{_PATH}"),
        "sns": _service(
            "Amazon SNS",
            r"sns://[A-Za-z0-9]+/(?:[A-Za-z0-9+=]|%2[Ff])+/[a-z]{2}-[a-z-]+-[0-9]+"
            rf"{_PATH}",
        ),
        "workflows": _service(
            "Microsoft Teams", rf"workflows?://{_TEAMS_HOST}/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+/?"
        ),
        # And addresses as the services themselves hand them out.
        "https": _service("", rf"{_SLACK_HOOK}|{_DISCORD_HOOK}"),
        "https:google": _service("", _GOOGLE_HOOK, "key", "token"),
        "https:teams": _service("", _TEAMS_HOOK, "api-version", "sp", "sv", "sig"),
    }
)
# Other spellings of a scheme above.
_ALIASES = {"ntfys": "ntfy", "wxteams": "webex", "nexmo": "vonage", "workflow": "workflows"}
_NAMES = ", ".join(each.name for each in _SERVICES.values() if each.name)


def read_channels(values: Sequence[JsonValue], path: str) -> tuple[str, ...]:
    """Return the URLs of channels, each of them once.

    Raises:
        InvalidChannel: one may not be used, or there are too many; the error names its place.
    """
    if len(values) > MAX_CHANNELS:
        problem = f"there are {len(values):,} channels, at most {MAX_CHANNELS} are allowed"
        raise InvalidChannel(problem, "send fewer", path)
    found: dict[str, None] = {}
    for index, value in enumerate(values):
        place = f"{path}[{index}]"
        if not isinstance(value, str):
            raise InvalidChannel(f"expected a URL, got {name_kind(value)}", "send a string", place)
        check_channel(value, place)
        found[value] = None
    return tuple(found)


def check_channel(url: str, path: str = "") -> None:
    """Check that a channel is one of the services, and nothing but that.

    Its URL is a secret, so that no error shows any of it but the scheme.

    Raises:
        InvalidChannel: it is not.

    >>> check_channel("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/%23alerts")
    """
    scheme, has_scheme, _ = url.partition("://")
    scheme = scheme.lower()
    known = _list_services(scheme)
    if not has_scheme or not known:
        shown = f"{scheme}:// is" if _SCHEME.fullmatch(scheme) else "it is"
        problem = f"{shown} no service that notifications may go to"
        raise InvalidChannel(problem, f"use one of {_NAMES}; or a webhook", path)
    if len(url) > _MAX_CHARS or not any(_fits(service, url) for service in known):
        problem = f"the {scheme}:// URL is not spelled as this service has it"
        remedy = "leave options, other hosts and unusual characters out; or use a webhook"
        raise InvalidChannel(problem, remedy, path)


def _list_services(scheme: str) -> list[Service]:
    name = _ALIASES.get(scheme, scheme)
    return [each for key, each in _SERVICES.items() if key.partition(":")[0] == name]


def _fits(service: Service, url: str) -> bool:
    address, _, query = url.partition("?")
    if not service.pattern.fullmatch(address) or query.count("&") >= _MAX_OPTIONS:
        return False
    pairs = parse_qsl(query, keep_blank_values=True)
    return all(
        key in service.options and _VALUE.fullmatch(unquote(value)) is not None
        for key, value in pairs
    )
