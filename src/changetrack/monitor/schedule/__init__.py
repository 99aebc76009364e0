"""When a monitor is due: cron and words, in a time zone, with the clock changes of a real year."""

from __future__ import annotations

from changetrack.monitor.schedule.model import Schedule

__all__ = ["Schedule"]
