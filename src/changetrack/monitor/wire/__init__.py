"""Monitors on the wire: two dialects over one model, /v1 as fastCRW has it and /v2 as Firecrawl.

    body ──reading──▶ Config | ConfigPatch            Monitor | Check | Page ──writing──▶ JSON

`dialects` says in one table what differs; everything else is the same for both. What is ours alone
stands under keys that neither of the two has, and never as a new value of a key that they have.
"""

from __future__ import annotations

from changetrack.monitor.wire.cursors import read_cursor, write_cursor
from changetrack.monitor.wire.dialects import DIALECTS, Dialect
from changetrack.monitor.wire.doubts import list_doubts
from changetrack.monitor.wire.reading import (
    MonitorWish,
    PreviewWish,
    read_monitor,
    read_patch,
    read_preview,
)
from changetrack.monitor.wire.rules import Rules
from changetrack.monitor.wire.times import read_time, write_time
from changetrack.monitor.wire.writing import (
    write_check,
    write_delivery,
    write_monitor,
    write_page,
    write_preview,
)

__all__ = [
    "DIALECTS",
    "Dialect",
    "MonitorWish",
    "PreviewWish",
    "Rules",
    "list_doubts",
    "read_cursor",
    "read_monitor",
    "read_patch",
    "read_preview",
    "read_time",
    "write_check",
    "write_cursor",
    "write_delivery",
    "write_monitor",
    "write_page",
    "write_preview",
    "write_time",
]
