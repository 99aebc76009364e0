"""What somebody does with a monitor, each as one transaction: create, change, pause, run, delete.

A check that runs meanwhile goes on with what it began with, whatever becomes of its monitor. And
what was due when a monitor was changed is still owed: only what is not due yet is planned anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from changetrack.errors import (
    CheckInFlight,
    CreditsSpent,
    MonitorPaused,
    NoWebhook,
    TooManyMonitors,
)
from changetrack.monitor.changes import ConfigPatch, change_config
from changetrack.monitor.deliveries import MONITOR_DELETED, cancel_deliveries
from changetrack.monitor.models import Check, Config, Monitor, WebhookState
from changetrack.monitor.owners import ALIVE
from changetrack.monitor.planning import find_spent, is_affordable, queue_check, schedule_next
from changetrack.monitor.ports import Transaction
from changetrack.monitor.pricing import estimate_check
from changetrack.monitor.tables import MONITORS
from changetrack.monitor.webhooks.states import (
    OVERLAP,
    enable_webhook,
    restart_webhook,
    revoke_secrets,
    rotate_secret,
    start_webhook,
)

__all__ = [
    "Changed",
    "Invite",
    "NewMonitor",
    "create_monitor",
    "delete_monitor",
    "enable_receiver",
    "patch_monitor",
    "pause_monitor",
    "resume_monitor",
    "rotate_receiver",
    "run_monitor",
]

# Asks whoever is new among a monitor's recipients whether they want its mail.
Invite: TypeAlias = Callable[[Transaction, Monitor], object]


def _ask_nobody(_transaction: Transaction, _monitor: Monitor) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMonitor:
    """A monitor to be made, with the names and secrets that it gets."""

    id: str
    owner: str
    config: Config
    # Of its webhook, if it has one.
    secret: str = field(repr=False)
    # Of the first check, if there is to be one at once.
    check_id: str | None = None
    is_paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A monitor after a change, and the secret of its webhook if it is to be shown now."""

    monitor: Monitor
    secret: str | None = field(default=None, repr=False)


def create_monitor(
    transaction: Transaction,
    new: NewMonitor,
    *,
    now: datetime,
    most: int,
    invite: Invite = _ask_nobody,
) -> Changed:
    """Write a monitor, and its first check if that is not to wait.

    Raises:
        TooManyMonitors: its owner has `most` already.
    """
    if transaction.count(MONITORS, {"owner": new.owner, "status": ALIVE}) >= most:
        raise TooManyMonitors(most)
    has_webhook = new.config.webhook is not None
    monitor = Monitor(
        id=new.id,
        owner=new.owner,
        config=new.config,
        webhook_state=start_webhook(new.secret, now=now) if has_webhook else WebhookState(),
        created_at=now,
        updated_at=now,
    )
    if new.is_paused:
        monitor = replace(monitor, status="paused", pause_reason="user")
    else:
        monitor = replace(monitor, next_run_at=schedule_next(monitor, now=now))
    transaction.put(MONITORS, monitor)
    if new.check_id is not None:
        queue_check(
            transaction, monitor, check_id=new.check_id, trigger="manual", slot=None, now=now
        )
    invite(transaction, monitor)
    return Changed(
        monitor=_find_again(transaction, monitor), secret=new.secret if has_webhook else None
    )


def patch_monitor(
    transaction: Transaction,
    monitor: Monitor,
    patch: ConfigPatch,
    *,
    now: datetime,
    minimum: timedelta,
    secret: str,
    invite: Invite = _ask_nobody,
) -> Changed:
    """Change a monitor; `secret` is that of its webhook, should it get its first one.

    Raises:
        ChangeTrackError: the new schedule is none, or comes too often.
    """
    config = change_config(monitor, patch, now=now, minimum=minimum)
    changed = replace(
        monitor, config=config, webhook_state=_follow_webhook(monitor, config, secret, now)
    )
    changed = _follow_status(changed, patch, now)
    if config.schedule != monitor.config.schedule and changed.status == "active":
        changed = replace(changed, next_run_at=_plan_anew(changed, now))
    if changed == monitor:
        return Changed(monitor=monitor)
    grown = monitor.version + (config != monitor.config)
    changed = replace(changed, version=grown, updated_at=now)
    transaction.put(MONITORS, changed)
    if "notification" in patch.given:
        invite(transaction, changed)
    has_first = config.webhook is not None and monitor.config.webhook is None
    return Changed(monitor=_find_again(transaction, changed), secret=secret if has_first else None)


def _find_again(transaction: Transaction, monitor: Monitor) -> Monitor:
    """Return the row as it is by now: whoever was asked to do something may have changed it."""
    return transaction.find(MONITORS, monitor.id) or monitor


def _follow_webhook(monitor: Monitor, config: Config, secret: str, now: datetime) -> WebhookState:
    old, new = monitor.config.webhook, config.webhook
    if new is None:
        return WebhookState()
    if old is None:
        return start_webhook(secret, now=now)
    if new.url != old.url:
        return restart_webhook(monitor.webhook_state)
    return monitor.webhook_state


def _follow_status(monitor: Monitor, patch: ConfigPatch, now: datetime) -> Monitor:
    if patch.status == "paused":
        return _pause(monitor)
    if patch.status == "active":
        return _resume(monitor, now)
    # Somebody who raises a budget that is spent wants to see it used.
    is_spent = monitor.pause_reason == "no_credits"
    if is_spent and "monthly_credits" in patch.given and is_affordable(monitor, now=now):
        return _resume(monitor, now)
    return monitor


def _plan_anew(monitor: Monitor, now: datetime) -> datetime:
    due = monitor.next_run_at
    return due if due is not None and due <= now else schedule_next(monitor, now=now)


def pause_monitor(transaction: Transaction, monitor: Monitor, *, now: datetime) -> Monitor:
    """Let a monitor rest until somebody resumes it; a check that runs goes on."""
    return _put(transaction, monitor, _pause(monitor), now)


def resume_monitor(transaction: Transaction, monitor: Monitor, *, now: datetime) -> Monitor:
    """Let a monitor run again, from its next slot on; one that runs is left alone."""
    return _put(transaction, monitor, _resume(monitor, now), now)


def _pause(monitor: Monitor) -> Monitor:
    return replace(monitor, status="paused", pause_reason="user", next_run_at=None)


def _resume(monitor: Monitor, now: datetime) -> Monitor:
    if monitor.status == "active":
        return monitor
    return replace(
        monitor,
        status="active",
        pause_reason=None,
        failures=0,
        next_run_at=schedule_next(monitor, now=now),
    )


def _put(transaction: Transaction, monitor: Monitor, changed: Monitor, now: datetime) -> Monitor:
    if changed == monitor:
        return monitor
    changed = replace(changed, updated_at=now)
    transaction.put(MONITORS, changed)
    return changed


def delete_monitor(transaction: Transaction, monitor: Monitor, *, now: datetime) -> None:
    """Let a monitor be gone for everybody; what it left behind stays for as long as it is kept.

    What it still had to say is not said. A check that runs goes on to its end. Secrets, and what
    takes room, do not wait until everything else is forgotten.
    """
    config = replace(monitor.config, targets=(), webhook=None, notification=None, goal=None)
    gone = replace(
        monitor,
        config=config,
        webhook_state=WebhookState(),
        status="deleted",
        pause_reason=None,
        next_run_at=None,
        updated_at=now,
    )
    transaction.put(MONITORS, gone)
    cancel_deliveries(transaction, monitor.id, MONITOR_DELETED)


def run_monitor(
    transaction: Transaction, monitor: Monitor, *, check_id: str, now: datetime
) -> Check:
    """Write a check that is to run now.

    Raises:
        MonitorPaused: the monitor rests.
        CheckInFlight: one is queued or running; the error has its id.
        CreditsSpent: what it may cost is not left of the month's credits.
    """
    if monitor.status == "paused":
        raise MonitorPaused
    if monitor.current_check_id is not None:
        raise CheckInFlight(monitor.current_check_id)
    budget = monitor.config.monthly_credits
    if budget is not None and not is_affordable(monitor, now=now):
        left = max(budget - find_spent(monitor, now=now), 0)
        raise CreditsSpent(estimate_check(monitor.config), left, budget)
    return queue_check(
        transaction, monitor, check_id=check_id, trigger="manual", slot=None, now=now
    )


def rotate_receiver(
    transaction: Transaction,
    monitor: Monitor,
    secret: str,
    *,
    now: datetime,
    overlap: timedelta = OVERLAP,
) -> Changed:
    """Sign with a new secret, and for a while with the old one too; without an overlap, not.

    Raises:
        NoWebhook: the monitor has none.
    """
    if monitor.config.webhook is None:
        raise NoWebhook
    changed = rotate_secret(transaction, monitor, secret, now=now, overlap=overlap)
    if overlap <= timedelta():
        changed = revoke_secrets(transaction, changed)
    return Changed(monitor=changed, secret=secret)


def enable_receiver(transaction: Transaction, monitor: Monitor) -> Monitor:
    """Send to a webhook again that was switched off because nothing arrived.

    Raises:
        NoWebhook: the monitor has none.
    """
    if monitor.config.webhook is None:
        raise NoWebhook
    return enable_webhook(transaction, monitor)
