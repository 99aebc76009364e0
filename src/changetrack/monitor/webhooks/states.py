"""How a webhook stands: which secrets it is signed with, and whether it is sent at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from changetrack.monitor.ids import name_id
from changetrack.monitor.models import Delivery, Monitor, Secret, WebhookState
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import MONITORS
from changetrack.monitor.webhooks.events import TEST
from changetrack.monitor.webhooks.retries import Outcome

__all__ = [
    "OVERLAP",
    "FailureReason",
    "WebhookFailure",
    "enable_webhook",
    "follow_outcome",
    "list_secrets",
    "restart_webhook",
    "revoke_secrets",
    "rotate_secret",
    "start_webhook",
]

# So long the secret before signs as well, in which every receiver gets the new one.
OVERLAP = timedelta(hours=24)
# After so long of nothing but failure, nobody listens there any more (reliability C26).
_GIVEN_UP = timedelta(days=5)

FailureReason: TypeAlias = Literal["dead", "gone", "failing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFailure:
    """That somebody should hear of a webhook: an event is lost for now, or it is switched off."""

    monitor: Monitor
    delivery: Delivery
    reason: FailureReason
    since: datetime

    @property
    def id(self) -> str:
        """The same for all that fails until something arrives, so that it is told once."""
        return name_id("webhook_failure", self.monitor.id, self.since.isoformat())


def start_webhook(secret: str, *, now: datetime) -> WebhookState:
    """Return how a new webhook stands."""
    return WebhookState(secrets=(Secret(value=secret, created_at=now),))


def restart_webhook(state: WebhookState) -> WebhookState:
    """Return how a webhook stands whose URL is another one now: with its secrets, and no past."""
    return replace(state, disabled=None, failing_since=None)


def list_secrets(state: WebhookState, *, now: datetime) -> tuple[str, ...]:
    """Return the secrets that are live, the newest first."""
    return tuple(each.value for each in state.secrets if _is_live(each, now))


def rotate_secret(
    transaction: Transaction,
    monitor: Monitor,
    secret: str,
    *,
    now: datetime,
    overlap: timedelta = OVERLAP,
) -> Monitor:
    """Sign with a new secret from now on, and with the one before until the overlap is over."""
    expiry = now + overlap
    before = next((each for each in monitor.webhook_state.secrets if _is_live(each, now)), None)
    kept = () if before is None or overlap <= timedelta() else (_expire(before, expiry),)
    secrets = (Secret(value=secret, created_at=now), *kept)
    return _put(transaction, monitor, replace(monitor.webhook_state, secrets=secrets))


def revoke_secrets(transaction: Transaction, monitor: Monitor) -> Monitor:
    """Sign with the newest secret alone, from now on."""
    secrets = monitor.webhook_state.secrets[:1]
    return _put(transaction, monitor, replace(monitor.webhook_state, secrets=secrets))


def enable_webhook(transaction: Transaction, monitor: Monitor) -> Monitor:
    """Send again, whatever failed before."""
    return _put(transaction, monitor, restart_webhook(monitor.webhook_state))


def follow_outcome(
    transaction: Transaction, settled: Delivery, outcome: Outcome, *, now: datetime
) -> WebhookFailure | None:
    """Keep what a try says of its webhook; return what somebody should hear of it."""
    monitor = transaction.find(MONITORS, settled.monitor_id)
    webhook = monitor.config.webhook if monitor else None
    # What an old URL does says nothing about the new one.
    if monitor is None or webhook is None or webhook.url != settled.destination:
        return None
    state = monitor.webhook_state
    if outcome.is_delivered:
        _put(transaction, monitor, replace(state, failing_since=None))
        return None
    if settled.event == TEST:
        # Whoever asked for it sees it.
        return None
    since = state.failing_since or now
    cause = None if state.disabled else _find_cause(outcome, now - since)
    told: FailureReason | None = cause or ("dead" if settled.status == "dead" else None)
    disabled = state.disabled or cause
    monitor = _put(transaction, monitor, replace(state, failing_since=since, disabled=disabled))
    if told is None:
        return None
    return WebhookFailure(monitor=monitor, delivery=settled, reason=told, since=since)


def _find_cause(outcome: Outcome, failing: timedelta) -> Literal["gone", "failing"] | None:
    if outcome.is_gone:
        return "gone"
    return "failing" if failing >= _GIVEN_UP else None


def _is_live(secret: Secret, now: datetime) -> bool:
    return secret.expires_at is None or secret.expires_at > now


def _expire(secret: Secret, at: datetime) -> Secret:
    return replace(secret, expires_at=min(at, secret.expires_at or at))


def _put(transaction: Transaction, monitor: Monitor, state: WebhookState) -> Monitor:
    # Most of the time nothing is new, and a monitor is read by many at once.
    if state == monitor.webhook_state:
        return monitor
    changed = replace(monitor, webhook_state=state)
    transaction.put(MONITORS, changed)
    return changed
