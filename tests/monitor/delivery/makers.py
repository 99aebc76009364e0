"""Webhooks and what is queued for them, with everything that nobody asks about filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from changetrack.monitor.deliveries import claim_deliveries, queue_page_event, settle_delivery
from changetrack.monitor.models import Check, Delivery, Monitor, Page, Webhook
from changetrack.monitor.ports import Store
from changetrack.monitor.tables import ATTEMPTS, DELIVERIES, MONITORS
from changetrack.monitor.webhooks import new_secret
from changetrack.monitor.webhooks.retries import Outcome
from changetrack.monitor.webhooks.states import WebhookFailure, start_webhook
from tests.monitor.makers import NOON, make_config, make_monitor

HOOK = "https://example.com/hook"
SECRET = new_secret(bytes(range(32)))
LEASE = timedelta(seconds=120)
FAILED = Outcome(status_code=500, error="refused: the receiver answered 500")
ARRIVED = Outcome(status_code=204)


def make_hooked(store: Store, monitor_id: str = "m", url: str = HOOK, **given: Any) -> Monitor:  # noqa: ANN401 - any field of a webhook
    """Write and return a monitor with a webhook."""
    webhook = Webhook(url=url, **given)
    monitor = make_monitor(
        make_config(webhook=webhook),
        id=monitor_id,
        webhook_state=start_webhook(SECRET, now=NOON),
    )
    store.transact(lambda transaction: transaction.put(MONITORS, monitor))
    return monitor


def make_check(monitor: Monitor, **given: Any) -> Check:  # noqa: ANN401 - any field of a check
    """Return a check of a monitor that is running."""
    fields: dict[str, Any] = {
        "id": f"check-{monitor.id}",
        "monitor_id": monitor.id,
        "owner": monitor.owner,
        "status": "running",
        "trigger": "scheduled",
        "config": monitor.config,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Check(**fields | given)


def make_page(check: Check, page_id: str = "p", **given: Any) -> Page:  # noqa: ANN401 - any field of a page
    """Return a page of a check that changed."""
    fields: dict[str, Any] = {
        "id": page_id,
        "check_id": check.id,
        "monitor_id": check.monitor_id,
        "target_id": "target",
        "url": "https://example.com/pricing",
        "status": "changed",
        "position": 0,
        "created_at": NOON,
    }
    return Page(**fields | given)


def queue(
    store: Store, monitor: Monitor, page_id: str = "p", now: datetime = NOON
) -> Delivery | None:
    """Queue the event of a page."""
    check = make_check(monitor)
    page = make_page(check, page_id)
    return store.transact(
        lambda transaction: queue_page_event(transaction, monitor, check, page, now=now)
    )


def queue_many(store: Store, monitor: Monitor, number: int, now: datetime = NOON) -> None:
    """Queue so many events, in one transaction."""
    drafted = queue(store, monitor, "first", now)
    assert drafted is not None
    copies = [replace(drafted, id=f"{monitor.id}-{each:06}") for each in range(1, number)]

    def put(transaction: Any) -> None:  # noqa: ANN401 - a transaction
        for copy in copies:
            transaction.put(DELIVERIES, copy)

    store.transact(put)


def claim(
    store: Store, now: datetime = NOON, *, limit: int = 16, per_receiver: int = 4
) -> list[Delivery]:
    """Claim what is due."""
    return store.transact(
        lambda transaction: claim_deliveries(
            transaction, now=now, lease=LEASE, limit=limit, per_receiver=per_receiver
        )
    )


def settle(
    store: Store,
    claimed: Delivery,
    outcome: Outcome = ARRIVED,
    now: datetime = NOON,
    failures: list[WebhookFailure] | None = None,
) -> Delivery | None:
    """Keep an outcome; what somebody should hear of goes into a list."""
    heard: list[WebhookFailure] = [] if failures is None else failures
    return store.transact(
        lambda transaction: settle_delivery(
            transaction,
            claimed,
            outcome,
            now=now,
            jitter=0.5,
            on_failure=lambda _, failure: heard.append(failure),
        )
    )


def find(store: Store, delivery_id: str) -> Delivery:
    """Return a delivery that is there."""
    delivery = store.transact(lambda transaction: transaction.find(DELIVERIES, delivery_id))
    assert delivery is not None
    return delivery


def list_all(store: Store) -> list[Delivery]:
    """Return everything that was ever queued."""
    return store.transact(lambda transaction: transaction.select(DELIVERIES, {}, order=("id",)))


def list_codes(store: Store, delivery_id: str) -> list[tuple[int, int | None]]:
    """Return number and status of each try."""
    attempts = store.transact(lambda transaction: transaction.select(ATTEMPTS, {}))
    return [(each.number, each.status_code) for each in attempts if each.delivery_id == delivery_id]


def change(store: Store, monitor_id: str = "m", **changes: Any) -> Monitor:  # noqa: ANN401 - any field of a monitor
    """Write a monitor with other values."""

    def work(transaction: Any) -> Monitor:  # noqa: ANN401 - a transaction
        monitor = transaction.find(MONITORS, monitor_id)
        assert monitor is not None
        changed: Monitor = replace(monitor, **changes)
        transaction.put(MONITORS, changed)
        return changed

    return store.transact(work)
