"""When a monitor is due: cron and words, in a time zone, with the clock changes of a real year."""

from __future__ import annotations

from changetrack.monitor.schedule.explaining import explain
from changetrack.monitor.schedule.gaps import count_runs, find_minimum_gap
from changetrack.monitor.schedule.model import Schedule
from changetrack.monitor.schedule.parsing import parse_schedule
from changetrack.monitor.schedule.runs import list_runs, newest_run_until, next_run

__all__ = [
    "Schedule",
    "count_runs",
    "explain",
    "find_minimum_gap",
    "list_runs",
    "newest_run_until",
    "next_run",
    "parse_schedule",
]
