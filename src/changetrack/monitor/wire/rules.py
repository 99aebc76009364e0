"""What a server adds to the rules of reading, and the bounds that it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from changetrack._models import JsonValue, Limits

__all__ = [
    "MOST_DEPTH",
    "MOST_GOAL",
    "MOST_NAME",
    "MOST_PAGES",
    "MOST_PATTERNS",
    "MOST_PATTERN_CHARS",
    "MOST_PROMPT",
    "MOST_TARGETS",
    "MOST_URLS",
    "Rules",
]

# Of both dialects.
MOST_NAME = 256
MOST_TARGETS = 50
MOST_URLS = 50
# Two kilobytes on /v1, 2,000 characters on /v2: whoever keeps to either is within this.
MOST_GOAL = 2_048
# As Firecrawl has it.
MOST_PROMPT = 10_000
# What a crawl of the hosted services has when nobody says; more is no monitor.
MOST_PAGES = 10_000
# No site is so deep, and a number of any length is no depth.
MOST_DEPTH = 1_000
# More paths than that are said better by one pattern.
MOST_PATTERNS = 100
MOST_PATTERN_CHARS = 500


def _allow(_value: object) -> None:
    return


def _deny(_value: object) -> bool:
    return False


_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a server allows, and has; each check raises a ChangeTrackError where it does not."""

    # Runs are at least so far apart.
    minimum: timedelta = timedelta(minutes=15)
    limits: Limits = _LIMITS
    # Whether a page, and where webhooks go, may be asked for at all.
    check_page: Callable[[str], object] = _allow
    check_receiver: Callable[[str], object] = _allow
    # Whether a host lies where plain http will do.
    is_inside: Callable[[str], bool] = _deny
    # Whether fields can be found by a schema.
    check_fields: Callable[[JsonValue], object] = _allow
    # Whether there is a language model, and a way for mail to go out.
    has_model: bool = True
    has_mail: bool = True
