"""The end of a check: what it was in all, what it cost, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from changetrack.monitor.checks.holding import Lost, hold
from changetrack.monitor.checks.removal import Walked, can_be_down, is_down, remove_missing
from changetrack.monitor.checks.states import TRANSITIONS, CheckEvent
from changetrack.monitor.deliveries import queue_check_event
from changetrack.monitor.models import Check, Config, Monitor, Summary
from changetrack.monitor.planning import find_spent, name_month
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import CHECKS, MONITORS

__all__ = ["Ending", "Tell", "finish_check"]

# What else is told at the end of a check, in its transaction, such as mails.
Tell: TypeAlias = Callable[[Transaction, Monitor, Check], object]

_SITE_DOWN = "The site seems to be down."
_ROOT_DOWN = "The root could not be had, so nothing counts as removed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a check ends besides its pages: what each target showed, or why it was cut short."""

    walked: tuple[Walked, ...] = ()
    error: str | None = None
    error_code: str | None = None
    # Whether it failed as a whole; with an error and without this, it is partial if it has pages.
    is_failed: bool = False
    # Credits besides those of its pages.
    credits: int = 0


def finish_check(
    transaction: Transaction, claimed: Check, ending: Ending, *, now: datetime, tell: Tell
) -> Check:
    """End a check: pages that are gone, what it was in all, and what is told of it.

    Raises:
        Lost: it is somebody else's.
    """
    check = hold(transaction, claimed)
    config = _find_config(transaction, check)
    is_site_down = False
    for walked in ending.walked:
        if is_down(transaction, check, walked):
            is_site_down = True
        elif walked.is_complete and walked.target.is_discovered:
            check = remove_missing(
                transaction, check, walked, needed=config.removal_checks, now=now
            )
    event = _name_ending(check, ending, is_site_down=is_site_down)
    ended = replace(
        check,
        status=TRANSITIONS["running", event],
        finished_at=now,
        updated_at=now,
        lease_until=None,
        actual_credits=(check.actual_credits or 0) + ending.credits,
        error=ending.error or _explain_doubt(ending, is_site_down=is_site_down),
        error_code=ending.error_code or ("site_down" if is_site_down else None),
        is_site_down=is_site_down,
    )
    monitor = transaction.find(MONITORS, check.monitor_id)
    if monitor is not None:
        monitor = _account(monitor, ended, now)
        transaction.put(MONITORS, monitor)
        if monitor.status != "deleted":
            queue_check_event(transaction, monitor, ended, now=now)
            tell(transaction, monitor, ended)
    # What it was to do is the monitor's again; a thousand checks need not each keep it.
    ended = replace(ended, config=None)
    transaction.put(CHECKS, ended)
    return ended


def _explain_doubt(ending: Ending, *, is_site_down: bool) -> str | None:
    """Return why no page counts as gone, where that is so."""
    if not is_site_down:
        return None
    is_root = any(walked.is_root_down and can_be_down(walked) for walked in ending.walked)
    return _ROOT_DOWN if is_root else _SITE_DOWN


def _find_config(transaction: Transaction, check: Check) -> Config:
    if check.config is not None:
        return check.config
    monitor = transaction.find(MONITORS, check.monitor_id)
    if monitor is None:
        raise Lost
    return monitor.config


def _name_ending(check: Check, ending: Ending, *, is_site_down: bool) -> CheckEvent:
    has_pages = check.summary.total_pages > check.summary.error
    if ending.is_failed or (ending.error is not None and not has_pages):
        return "fail"
    has_errors = check.summary.error > 0 or is_site_down or ending.error is not None
    return "errors" if has_errors else "clean"


def _account(monitor: Monitor, ended: Check, now: datetime) -> Monitor:
    """Return the monitor after a check: free for the next one, and poorer by what it cost."""
    is_open = monitor.current_check_id == ended.id
    return replace(
        monitor,
        current_check_id=None if is_open else monitor.current_check_id,
        last_run_at=ended.started_at,
        last_check_summary=ended.summary if ended.status != "failed" else Summary(),
        spent_month=name_month(now),
        spent_credits=find_spent(monitor, now=now) + (ended.actual_credits or 0),
        failures=monitor.failures + 1 if ended.status == "failed" else 0,
    )
