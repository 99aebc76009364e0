"""Events of webhooks, written with what they tell of, each once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from changetrack.errors import NoWebhook
from changetrack.monitor.deliveries.outbox import WEBHOOK_DISABLED, cancel
from changetrack.monitor.ids import name_id
from changetrack.monitor.models import Check, Config, Delivery, Monitor, Page, Webhook
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import DELIVERIES
from changetrack.monitor.webhooks.events import (
    CHECK_COMPLETED,
    PAGE,
    TEST,
    write_check_event,
    write_page_event,
    write_test_event,
)
from changetrack.monitor.webhooks.filters import is_wanted

__all__ = ["queue_check_event", "queue_page_event", "queue_test"]

# Checks that never were.
_SKIPPED = {"skipped_overlap", "skipped_no_credits"}


def queue_page_event(
    transaction: Transaction, monitor: Monitor, check: Check, page: Page, *, now: datetime
) -> Delivery | None:
    """Write the event of a page, once, if the webhook wants it."""
    config = check.config or monitor.config
    webhook = config.webhook
    if webhook is None or not is_wanted(webhook, PAGE, page):
        return None
    event_id = name_id("event", check.id, page.id)
    delivery = _draft(event_id, monitor, webhook, PAGE, now)
    modes = _find_modes(config, page)
    return _queue(
        transaction,
        monitor,
        replace(delivery, check_id=check.id, url=page.url),
        lambda: write_page_event(event_id, webhook, page, modes=modes),
    )


def queue_check_event(
    transaction: Transaction, monitor: Monitor, check: Check, *, now: datetime
) -> Delivery | None:
    """Write the event of a check that has ended, once; of one that was skipped there is none."""
    webhook = (check.config or monitor.config).webhook
    if webhook is None or check.status in _SKIPPED or not is_wanted(webhook, CHECK_COMPLETED):
        return None
    event_id = name_id("event", check.id, "done")
    delivery = _draft(event_id, monitor, webhook, CHECK_COMPLETED, now)
    return _queue(
        transaction,
        monitor,
        replace(delivery, check_id=check.id),
        lambda: write_check_event(event_id, webhook, check),
    )


def queue_test(transaction: Transaction, monitor: Monitor, *, now: datetime) -> Delivery:
    """Write an event that tells nothing; it is tried once, also where the webhook is disabled.

    Raises:
        NoWebhook: the monitor has none.
    """
    webhook = monitor.config.webhook
    if webhook is None:
        raise NoWebhook
    event_id = name_id("event", monitor.id, TEST, now.isoformat())
    delivery = _draft(event_id, monitor, webhook, TEST, now)
    return _queue(
        transaction, monitor, delivery, lambda: write_test_event(event_id, webhook, monitor)
    )


def _draft(
    event_id: str, monitor: Monitor, webhook: Webhook, event: str, now: datetime
) -> Delivery:
    return Delivery(
        id=event_id,
        owner=monitor.owner,
        monitor_id=monitor.id,
        channel="webhook",
        event=event,
        destination=webhook.url,
        body="",
        next_attempt_at=now,
        created_at=now,
    )


def _queue(
    transaction: Transaction, monitor: Monitor, delivery: Delivery, write: Callable[[], str]
) -> Delivery:
    """Write a delivery, unless it is there: then it may be on its way, and stays as it is.

    While its webhook is disabled it is kept as cancelled, for whoever enables it and asks for it.
    """
    existing = transaction.find(DELIVERIES, delivery.id)
    if existing is not None:
        return existing
    written = replace(delivery, body=write())
    if monitor.webhook_state.disabled and written.event != TEST:
        return cancel(transaction, written, WEBHOOK_DISABLED)
    transaction.put(DELIVERIES, written)
    return written


def _find_modes(config: Config, page: Page) -> tuple[str, ...]:
    target = next((each for each in config.targets if each.id == page.target_id), None)
    return target.tracking.modes if target else ()
