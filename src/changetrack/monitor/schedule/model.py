"""A schedule that was understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Schedule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Either a cron expression in a time zone, or an interval from an anchor."""

    # Five fields, normalized; None where no cron expression says the same.
    cron: str | None
    timezone: str = "UTC"
    # The words that it came from.
    text: str | None = None
    every_seconds: int | None = None
    anchor: datetime | None = None
