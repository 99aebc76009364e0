"""The states of a check, and what leads from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from changetrack.monitor.models import CheckStatus

__all__ = ["TRANSITIONS", "CheckEvent"]

CheckEvent: TypeAlias = Literal[
    "due",
    "overlap",
    "no_credits",
    "unreadable",
    "claim",
    "lease_over",
    "clean",
    "errors",
    "fail",
]
# The life of a check; `docs/reference/check-states.md` draws it from here.
TRANSITIONS: Mapping[tuple[CheckStatus | None, CheckEvent], CheckStatus] = {
    (None, "due"): "queued",
    (None, "overlap"): "skipped_overlap",
    (None, "no_credits"): "skipped_no_credits",
    (None, "unreadable"): "failed",
    ("queued", "claim"): "running",
    ("running", "lease_over"): "running",
    ("running", "clean"): "completed",
    ("running", "errors"): "partial",
    ("running", "fail"): "failed",
}
