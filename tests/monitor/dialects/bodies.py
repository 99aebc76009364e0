"""Requests and answers as the two protocols show them, and how they are read and written here."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from changetrack import JsonObject, JsonValue
from changetrack.monitor.commands import Changed, NewMonitor, create_monitor
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Monitor
from changetrack.monitor.ports import Transaction
from changetrack.monitor.wire import DIALECTS, MonitorWish, Rules, read_monitor, write_monitor
from changetrack.monitor.wire.dialects import Version

T = TypeVar("T")

RULES = Rules()
MONITOR_ID = "019df960-06e7-7383-9d89-82c0113dc31a"
TARGET_ID = "019df960-09bb-7c11-8001-1f12f50ab1c2"
NOW = datetime(2026, 5, 17, 15, 30, tzinfo=UTC)
SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="  # noqa: S105 - of these tests

# The smallest order that there is.
SMALL: JsonObject = {
    "name": "m",
    "schedule": {"cron": "*/30 * * * *"},
    "targets": [{"type": "scrape", "urls": ["https://example.com/"]}],
}

# What stands in every monitor that nothing was asked of beyond the protocols.
OWN: JsonObject = {
    "pauseReason": None,
    "monthlyCredits": None,
    "spentCredits": 0,
    "spentMonth": None,
    "removalChecks": 1,
    "failures": 0,
    "version": 1,
}


def order(version: Version, body: JsonValue, rules: Rules = RULES) -> MonitorWish:
    """Return what a body orders."""
    return read_monitor(body, DIALECTS[version], rules, monitor_id=MONITOR_ID, now=NOW)


def make(version: Version, body: JsonValue) -> Monitor:
    """Return the monitor that a body makes."""
    made = create_monitor_of(MemoryStore(), order(version, body))
    return made.monitor


def create_monitor_of(
    store: MemoryStore, ordered: MonitorWish, *, monitor_id: str = MONITOR_ID, owner: str = "local"
) -> Changed:
    """Make a monitor in a store."""
    made = NewMonitor(
        id=monitor_id,
        owner=owner,
        config=ordered.config,
        secret=SECRET,
        is_paused=ordered.is_paused,
    )
    return store.transact(lambda each: create_monitor(each, made, now=NOW, most=100))


def show(version: Version, monitor: Monitor) -> JsonObject:
    """Return a monitor as a client gets it, through JSON."""
    shown: JsonObject = json.loads(json.dumps(write_monitor(monitor, DIALECTS[version])))
    return shown


def with_target(**changes: Any) -> JsonObject:  # noqa: ANN401 - any JSON
    """Return the smallest order with something else about its target."""
    target = {"type": "scrape", "urls": ["https://example.com/"], **changes}
    return {**SMALL, "targets": [{name: each for name, each in target.items() if each != ...}]}


def keep(store: MemoryStore, work: Callable[[Transaction], T]) -> T:
    """Return what a transaction returns."""
    return store.transact(work)
