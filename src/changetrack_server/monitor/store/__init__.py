"""Where the rows of the orchestration are kept: a file, PostgreSQL, or memory.

urls ─▶ sqlite | postgres ─▶ transactions ─▶ statements ─▶ dialects
             └────────▶ schema
"""

from __future__ import annotations

from changetrack_server.monitor.store.backups import back_up
from changetrack_server.monitor.store.errors import (
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnavailable,
)
from changetrack_server.monitor.store.urls import open_store

__all__ = [
    "StoreBusy",
    "StoreError",
    "StoreFull",
    "StoreUnavailable",
    "back_up",
    "open_store",
]
