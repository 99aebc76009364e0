"""The outbox: what is put into it once, and what is never sent after all."""

from __future__ import annotations

from dataclasses import replace

from changetrack.monitor.models import Delivery
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import DELIVERIES

__all__ = ["MONITOR_DELETED", "WEBHOOK_DISABLED", "cancel", "cancel_deliveries", "post"]

# Why something is cancelled.
MONITOR_DELETED = "monitor_deleted"
WEBHOOK_DISABLED = "webhook_disabled"


def post(transaction: Transaction, delivery: Delivery) -> bool:
    """Put a delivery into the outbox, unless it is there; tell whether it was not."""
    if transaction.find(DELIVERIES, delivery.id) is not None:
        return False
    transaction.put(DELIVERIES, delivery)
    return True


def cancel(transaction: Transaction, delivery: Delivery, cause: str) -> Delivery:
    """Let something not be sent, and return its row; whoever asks for it again still can."""
    cancelled = replace(
        delivery, status="cancelled", next_attempt_at=None, lease_until=None, last_error=cause
    )
    transaction.put(DELIVERIES, cancelled)
    return cancelled


def cancel_deliveries(
    transaction: Transaction, monitor_id: str, cause: str, *, limit: int = 500
) -> int:
    """Cancel what a monitor still has to say, so many at a time; return how many they were."""
    pending = transaction.select(
        DELIVERIES, {"monitor_id": monitor_id, "status": "pending"}, limit=limit
    )
    for each in pending:
        cancel(transaction, each, cause)
    return len(pending)
