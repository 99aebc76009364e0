"""The phrases that schedules are held to; the reference page quotes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Rows by section, and what intervals are counted from in them.
GOLDEN: dict[str, Any] = json.loads(
    Path(__file__).with_name("phrases.json").read_text(encoding="utf-8")
)
ANCHOR = datetime(2026, 5, 30, 15, 42, 7, tzinfo=UTC)

UNDERSTOOD: list[dict[str, Any]] = [row for rows in GOLDEN["understood"].values() for row in rows]
CRON: list[dict[str, Any]] = GOLDEN["cron"]
REFUSED: list[dict[str, Any]] = GOLDEN["refused"]


def name_row(row: dict[str, Any]) -> str:
    """Return what a row is about, as the name of its test."""
    key = "text" if "text" in row else "cron"
    return f"{key} {row[key]!a}"
