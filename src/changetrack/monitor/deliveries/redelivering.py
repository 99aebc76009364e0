"""Sending something once more: the same id, the same bytes, and as many tries as before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from changetrack.errors import MailDelivered, NoWebhook, WebhookDisabled
from changetrack.monitor.models import Delivery, DeliveryStatus, Monitor
from changetrack.monitor.owners import find_delivery, find_monitor
from changetrack.monitor.ports import Column, OneOf, Transaction, Until
from changetrack.monitor.tables import DELIVERIES
from changetrack.monitor.webhooks.events import TEST

__all__ = ["Redelivered", "redeliver", "redeliver_range"]


class Redelivered(NamedTuple):
    """How many are sent once more, and behind which the rest begins; None: that was all."""

    number: int
    after: tuple[Column, ...] | None


def redeliver(transaction: Transaction, owner: str, delivery_id: str, *, now: datetime) -> Delivery:
    """Send something once more, with the same id and the same bytes, and as many tries as before.

    What waits for its next try is tried now; what is on its way stays there.

    Raises:
        DeliveryNotFound: there is none of this id, or it is somebody else's.
        MonitorNotFound: its monitor was deleted.
        MailDelivered: it is a mail that arrived.
        NoWebhook: its monitor has no webhook any more.
        WebhookDisabled: nothing would be sent.
    """
    delivery = find_delivery(transaction, owner, delivery_id)
    monitor = find_monitor(transaction, owner, delivery.monitor_id)
    if delivery.channel == "webhook":
        _check_webhook(monitor, delivery.event)
    if delivery.channel == "email" and delivery.status == "delivered":
        # Or anybody's mailbox could be filled, that of somebody who never confirmed too.
        raise MailDelivered
    return _redeliver(transaction, delivery, now)


def redeliver_range(
    transaction: Transaction,
    owner: str,
    monitor_id: str,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    statuses: Sequence[DeliveryStatus] = ("dead",),
    after: tuple[Column, ...] | None = None,
    limit: int = 500,
) -> Redelivered:
    """Send the events of a time once more, the oldest first; one transaction takes up to `limit`.

    Raises:
        MonitorNotFound: there is none of this id, or it is somebody else's.
        NoWebhook: it has no webhook.
        WebhookDisabled: nothing would be sent.
    """
    _check_webhook(find_monitor(transaction, owner, monitor_id))
    where: dict[str, Column | OneOf | Until] = {
        "monitor_id": monitor_id,
        "channel": "webhook",
        "status": OneOf(tuple(statuses)),
        "created_at": Until(until),
    }
    # Ids are not empty, so those of the first moment itself are behind it.
    found = transaction.select(
        DELIVERIES, where, order=("created_at", "id"), after=after or (since, ""), limit=limit
    )
    for delivery in found:
        _redeliver(transaction, delivery, now)
    last = found[-1] if len(found) == limit else None
    return Redelivered(len(found), (last.created_at, last.id) if last else None)


def _redeliver(transaction: Transaction, delivery: Delivery, now: datetime) -> Delivery:
    if delivery.lease_until is not None and delivery.lease_until > now:
        return delivery
    is_over = delivery.status != "pending"
    again = replace(
        delivery,
        status="pending",
        attempts_before=delivery.attempts if is_over else delivery.attempts_before,
        next_attempt_at=now,
        lease_until=None,
        delivered_at=None,
    )
    transaction.put(DELIVERIES, again)
    return again


def _check_webhook(monitor: Monitor, event: str = "") -> None:
    if monitor.config.webhook is None:
        raise NoWebhook
    if monitor.webhook_state.disabled and event != TEST:
        raise WebhookDisabled(monitor.webhook_state.disabled)
