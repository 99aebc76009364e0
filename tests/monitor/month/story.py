"""What happens in a month: who watches what, what the site shows when, and what befalls us.

Nothing happens within five minutes of a slot, so that a process that dies in a check and comes back
two minutes later finds the site as it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from changetrack.monitor.models import TargetType
from tests.monitor.month.calendar import Slots, read_local

__all__ = [
    "Act",
    "Doom",
    "Downtime",
    "Entry",
    "Mark",
    "Shown",
    "Site",
    "Story",
    "Watch",
    "find_shown",
    "fold_table",
]

# A page, one that fails (500), a wall with status 200, one that is gone (404), one that leads to
# another, a connection that is reset, and one that is reset once and then is a page.
Kind: TypeAlias = Literal["page", "failure", "wall", "gone", "redirect", "reset", "hiccup"]
Deed: TypeAlias = Literal["pause", "resume", "edit", "run"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What is at a path for a while; of a redirect, `text` is where it leads."""

    kind: Kind = "page"
    text: str = ""
    links: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()


# By path: from when on it shows what; nothing before the first.
Site: TypeAlias = "Mapping[str, tuple[tuple[datetime, Shown], ...]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A monitor: its schedule in the words of a user, and in those of a simple calendar."""

    name: str
    slots: Slots
    words: str | None = None
    cron: str | None = None
    zone: str = "UTC"
    kind: TargetType = "scrape"
    paths: tuple[str, ...]
    budget: int | None = None
    removal_checks: int = 1
    # Whether a receiver is told.
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something with a monitor."""

    at: datetime
    watch: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Downtime:
    """Nobody is there from a moment on, until another."""

    at: datetime
    up: datetime


@dataclass(frozen=True, slots=True)
class Doom:
    """A process dies while it waits for a page of a check, and nobody is there until a moment.

    At that time nothing else is due.
    """

    at: datetime
    up: datetime
    watch: str
    path: str


Mark: TypeAlias = "Act | Downtime | Doom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A month of it."""

    name: str
    start: datetime
    end: datetime
    watches: tuple[Watch, ...]
    site: Site
    marks: tuple[Mark, ...]
    # While it lasts, the receiver refuses everything.
    deaf: tuple[datetime, datetime]
    seed: int
    # At least so many processes are killed.
    kills: int

    def is_deaf(self, now: datetime) -> bool:
        """Whether the receiver refuses what comes now."""
        return self.deaf[0] <= now < self.deaf[1]


def find_shown(site: Site, path: str, now: datetime) -> Shown | None:
    """Return what a path shows at a time; None: nothing was ever there."""
    turns = site.get(path, ())
    number = bisect_right([at for at, _ in turns], now)
    return turns[number - 1][1] if number else None


def fold_table(start: datetime, table: Mapping[str, tuple[tuple[str, Shown], ...]]) -> Site:
    """Return a site that is written down with the times of a clock in Berlin; empty: the start."""
    return {
        path: tuple(
            (read_local(text, start.year).astimezone(UTC) if text else start, shown)
            for text, shown in turns
        )
        for path, turns in table.items()
    }
