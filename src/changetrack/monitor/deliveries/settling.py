"""What came of a try: kept by whoever still holds it, and told where somebody should hear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from changetrack.monitor.models import Attempt, Delivery
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import ATTEMPTS, DELIVERIES
from changetrack.monitor.webhooks.retries import Outcome, next_attempt
from changetrack.monitor.webhooks.states import WebhookFailure, follow_outcome

__all__ = ["OnFailure", "settle_delivery"]

# Told of a webhook that fails, in the transaction in which that is found out; such as a mail.
OnFailure: TypeAlias = Callable[[Transaction, WebhookFailure], object]


def settle_delivery(
    transaction: Transaction,
    claimed: Delivery,
    outcome: Outcome,
    *,
    now: datetime,
    jitter: float,
    on_failure: OnFailure = lambda _transaction, _failure: None,
) -> Delivery | None:
    """Keep what came of a try; None: it was not ours any more, and nothing but its log is kept.

    A webhook that says 410, or that fails for days, is disabled. `on_failure` is told so, and of
    each event that is dead; `WebhookFailure.id` is the same for all of them until one arrives.
    """
    delivery = transaction.find(DELIVERIES, claimed.id)
    if delivery is None:
        return None
    if transaction.find(ATTEMPTS, claimed.id, claimed.attempts) is None:
        transaction.put(ATTEMPTS, _note_attempt(claimed, outcome, now))
    if not _is_held(delivery, claimed):
        return None
    settled = next_attempt(delivery, outcome, now=now, jitter=jitter)
    transaction.put(DELIVERIES, settled)
    if settled.channel == "webhook":
        failure = follow_outcome(transaction, settled, outcome, now=now)
        if failure is not None:
            on_failure(transaction, failure)
    return settled


def _is_held(delivery: Delivery, claimed: Delivery) -> bool:
    """Tell whether a delivery is still as it was claimed."""
    return (
        delivery.status == "pending"
        and delivery.attempts == claimed.attempts
        and delivery.lease_until is not None
    )


def _note_attempt(claimed: Delivery, outcome: Outcome, now: datetime) -> Attempt:
    return Attempt(
        delivery_id=claimed.id,
        number=claimed.attempts,
        monitor_id=claimed.monitor_id,
        at=now - timedelta(seconds=outcome.seconds),
        seconds=outcome.seconds,
        status_code=outcome.status_code,
        error=outcome.error,
    )
