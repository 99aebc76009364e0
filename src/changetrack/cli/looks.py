"""A look of a watch at a page: what it asks for, what it found, and how that is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from changetrack.monitor.outcomes import Observation

if TYPE_CHECKING:
    from changetrack._models import JsonObject
    from changetrack.monitor.models import Target

__all__ = ["Look", "judge_by", "write_look"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a page, and what became of the page."""

    at: datetime
    status: str
    seen: Observation

    @property
    def judgment(self) -> JsonObject | None:
        """What a judge said of the change."""
        judgment = (self.seen.result or {}).get("judgment")
        return judgment if isinstance(judgment, dict) else None

    @property
    def diff(self) -> JsonObject | None:
        """What changed."""
        diff = (self.seen.result or {}).get("diff")
        return diff if isinstance(diff, dict) else None

    @property
    def is_noise(self) -> bool:
        """Whether it is a change that does not matter for the goal."""
        is_judged = self.status == "changed" and self.judgment is not None
        return is_judged and not (self.judgment or {}).get("meaningful")


def judge_by(target: Target, goal: str | None) -> Target:
    """Return a target whose changes are judged; for its snapshots, that makes no difference."""
    if goal is None:
        return target
    scrape = {**target.tracking.scrape, "goal": goal, "judgeEnabled": True}
    return replace(target, tracking=replace(target.tracking, scrape=scrape))


def write_look(look: Look) -> JsonObject:
    """Return a look as programs read it, its result as the API has it."""
    seen = look.seen
    return {
        "at": look.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "url": seen.url,
        "status": look.status,
        "statusCode": seen.status_code,
        "error": seen.error,
        "errorCode": seen.error_code,
        "warnings": [*seen.warnings],
        "result": seen.result,
    }
