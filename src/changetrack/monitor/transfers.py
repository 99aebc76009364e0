"""Monitors on the move: what they are and what they know, one JSON record after the other.

    {"type": "export", "version": 1, …}
    {"type": "monitor", "id": …, "definition": {what POST /v1/monitor takes}}
    {"type": "baseline", "monitorId": …, "targetId": …, "url": …, "snapshot": {…}}

Secrets stay behind: those of webhooks and their headers, the addresses of channels, and who agreed
to get mail.
`imports` reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from changetrack._models import JsonObject, JsonValue
from changetrack.monitor.models import Baseline, Monitor
from changetrack.monitor.owners import ALIVE
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import BASELINES, MONITORS, SNAPSHOTS
from changetrack.monitor.wire import DIALECTS, write_monitor, write_time

__all__ = ["VERSION", "ExportPlace", "export_monitors", "write_heading"]

# Of the records; raised when old readers would misunderstand them.
VERSION = 1
# What is no part of an order, or no secret of its owner to be carried along.
_STATE_OF_WEBHOOK = frozenset({"disabled", "failingSince", "headers"})
_ORDERED = (
    *("name", "goal", "judgeEnabled", "targets", "retentionDays"),
    *("monthlyCredits", "removalChecks"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlace:
    """Where an export goes on: behind a monitor, or behind a page of the one after it."""

    monitor: tuple[datetime, str] | None = None
    open_monitor: str | None = None
    page: tuple[str, str] | None = None


def write_heading(now: datetime) -> JsonObject:
    """Return the first record of an export."""
    return {"type": "export", "version": VERSION, "exportedAt": write_time(now)}


def export_monitors(
    transaction: Transaction, owner: str, place: ExportPlace | None, limit: int
) -> tuple[list[JsonObject], ExportPlace | None]:
    """Return about so many records behind a place, and the place behind them; None: that was all.

    Each monitor comes before the pages that it knows.
    """
    place = place or ExportPlace()
    records: list[JsonObject] = []
    while len(records) < limit:
        monitor = _find_next(transaction, owner, place)
        if monitor is None:
            return records, None
        is_begun = place.open_monitor == monitor.id
        if not is_begun:
            records.append(_write_monitor(monitor))
        asked = max(1, limit - len(records))
        baselines = transaction.select(
            BASELINES,
            {"monitor_id": monitor.id},
            order=("target_id", "url"),
            after=place.page if is_begun else None,
            limit=asked,
        )
        records += _write_baselines(transaction, baselines)
        if len(baselines) == asked:
            last = (baselines[-1].target_id, baselines[-1].url)
            return records, ExportPlace(monitor=place.monitor, open_monitor=monitor.id, page=last)
        place = ExportPlace(monitor=(monitor.created_at, monitor.id))
    return records, place


def _find_next(transaction: Transaction, owner: str, place: ExportPlace) -> Monitor | None:
    found = transaction.select(
        MONITORS,
        {"owner": owner, "status": ALIVE},
        order=("created_at", "id"),
        after=place.monitor,
        limit=1,
    )
    return next(iter(found), None)


def _write_monitor(monitor: Monitor) -> JsonObject:
    written = write_monitor(monitor, DIALECTS["v1"])
    definition = {name: written[name] for name in _ORDERED}
    schedule = monitor.config.schedule
    words: JsonObject = {"cron": schedule.cron} if schedule.text is None else {}
    definition["schedule"] = {"text": schedule.text, "timezone": schedule.timezone, **words}
    definition["webhook"] = _without(written["webhook"], _STATE_OF_WEBHOOK)
    definition["notification"] = _without(written["notification"], frozenset({"channels"})) or None
    # Whoever has spent its budget here has another one there.
    definition["status"] = "paused" if monitor.pause_reason == "user" else "active"
    return {
        "type": "monitor",
        "id": monitor.id,
        "createdAt": write_time(monitor.created_at),
        "definition": definition,
    }


def _without(value: JsonValue, names: frozenset[str]) -> JsonValue:
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in value.items() if name not in names}


def _write_baselines(
    transaction: Transaction, baselines: Iterable[Baseline]
) -> Iterator[JsonObject]:
    for baseline in baselines:
        kept = transaction.find(SNAPSHOTS, baseline.snapshot_id)
        if kept is None:
            continue
        yield {
            "type": "baseline",
            "monitorId": baseline.monitor_id,
            "targetId": baseline.target_id,
            "url": baseline.url,
            "contract": baseline.contract,
            "contentHash": baseline.content_hash,
            "capturedAt": write_time(baseline.captured_at),
            "missing": baseline.missing,
            "isRemoved": baseline.is_removed,
            "snapshotId": baseline.snapshot_id,
            "snapshot": kept.snapshot,
        }
