"""An order of a monitor, and what a server makes of it: written by what answers it for real."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from changetrack import JsonObject
from changetrack.monitor.models import Monitor
from changetrack.monitor.planning import schedule_next
from changetrack.monitor.wire import DIALECTS, Dialect, Rules, read_monitor, write_monitor

__all__ = ["CHANGE", "ORDER", "ORDER_V2", "PREVIEW", "answer_monitor"]

_ID = "019df960-06e7-7383-9d89-82c0113dc31a"
_NOW = datetime(2026, 5, 30, 15, 30, tzinfo=UTC)

ORDER: JsonObject = {
    "name": "Pricing monitor",
    "schedule": {"text": "every 30 minutes", "timezone": "UTC"},
    "goal": "Alert when a pricing tier, price, or headline feature changes.",
    "targets": [
        {"type": "scrape", "urls": ["https://example.com/pricing"], "changeMode": "markdown"}
    ],
    "notification": {
        "email": {"enabled": True, "recipients": ["alerts@example.com"], "includeDiffs": True}
    },
}
ORDER_V2: JsonObject = {
    **ORDER,
    "targets": [
        {
            "type": "scrape",
            "urls": ["https://example.com/pricing"],
            "scrapeOptions": {
                "formats": [
                    {
                        "type": "changeTracking",
                        "modes": ["json"],
                        "schema": {
                            "type": "object",
                            "properties": {"price": {"type": "string"}},
                        },
                    }
                ]
            },
        }
    ],
}
CHANGE: JsonObject = {"schedule": {"timezone": "Europe/Berlin"}, "webhook": None}
PREVIEW: JsonObject = {"schedule": {"text": "every weekday at 9am", "timezone": "Europe/Berlin"}}


def answer_monitor(dialect: Dialect) -> JsonObject:
    """Return the answer to the order in a dialect."""
    order = ORDER if dialect is DIALECTS["v1"] else ORDER_V2
    ordered = read_monitor(order, dialect, Rules(), monitor_id=_ID, now=_NOW)
    monitor = Monitor(
        id=_ID, owner="local", config=ordered.config, created_at=_NOW, updated_at=_NOW
    )
    due = replace(monitor, next_run_at=schedule_next(monitor, now=_NOW))
    return {"success": True, "data": write_monitor(due, dialect)}
