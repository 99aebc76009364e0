"""Checks that found something, for tests of what is told of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from changetrack import JsonObject, track, wire
from changetrack.monitor.ids import name_id
from changetrack.monitor.mail import Links
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import (
    Check,
    Config,
    Email,
    Monitor,
    Notification,
    Page,
    Recipient,
    Summary,
)
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import CHECKS, MONITORS, PAGES, RECIPIENTS
from tests.monitor.makers import NOON, make_config, make_monitor

ALICE, BOB = "alice@example.com", "bob@example.com"
PUBLIC_URL = "https://changes.example.com"
SIGNING_KEY = "key-of-this-installation"
LINKS = Links(public_url=PUBLIC_URL, signing_key=SIGNING_KEY)
MONITOR_ID = make_monitor().id

MEANINGFUL: JsonObject = {
    "meaningful": True,
    "confidence": "high",
    "reason": "The Starter plan costs more.",
    "meaningfulChanges": [{"type": "changed", "before": "Starter $19", "after": "Starter $24"}],
}
NOISE: JsonObject = {"meaningful": False, "confidence": "high", "reason": "Only a date moved."}


def make_mailing(
    *recipients: str,
    name: str = "Prices",
    diffs: bool = True,
    **given: Any,  # noqa: ANN401 - any field of a configuration
) -> Config:
    """Return a configuration whose monitor writes to these addresses."""
    email = Email(enabled=True, recipients=recipients or (ALICE,), include_diffs=diffs)
    return make_config(**{"name": name, "notification": Notification(email=email), **given})


def make_mail_monitor(*recipients: str, **given: Any) -> Monitor:  # noqa: ANN401 - any field of a configuration
    """Return a monitor that writes to these addresses."""
    return make_monitor(make_mailing(*recipients, **given))


def diff_texts(before: str, after: str) -> JsonObject:
    """Return the diff of two texts as a page has it."""
    first = track(before)
    shown = wire.write_result(track(after, previous=first.snapshot))["diff"]
    assert isinstance(shown, dict)
    return shown


def make_page(position: int = 0, **given: Any) -> Page:  # noqa: ANN401 - any field of a page
    """Return a changed page of the check."""
    fields: dict[str, Any] = {
        "id": name_id("page", position),
        "check_id": "check",
        "monitor_id": MONITOR_ID,
        "target_id": "target",
        "url": f"https://example.com/{position}",
        "status": "changed",
        "position": position,
        "created_at": NOON,
    }
    return Page(**fields | given)


def make_check(*pages: Page, **given: Any) -> Check:  # noqa: ANN401 - any field of a check
    """Return a check that ended with these pages."""
    counts = Counter(str(page.status) for page in pages)
    fields: dict[str, Any] = {
        "id": "check",
        "monitor_id": MONITOR_ID,
        "owner": "local",
        "status": "completed",
        "trigger": "scheduled",
        "created_at": NOON,
        "started_at": NOON,
        "finished_at": NOON + timedelta(seconds=3),
        "updated_at": NOON,
        "summary": Summary(total_pages=len(pages), **counts),
    }
    return Check(**fields | given)


def keep(
    monitor: Monitor,
    check: Check,
    *pages: Page,
    is_first: bool = False,
    confirmed: tuple[str, ...] = (),
) -> Store:
    """Return a store that holds them, a check before this one, and recipients who confirmed."""
    store = MemoryStore()
    earlier = replace(check, id="earlier", created_at=NOON - timedelta(hours=1))

    def write(transaction: Transaction) -> None:
        transaction.put(MONITORS, monitor)
        for each in (check, *(() if is_first else (earlier,))):
            transaction.put(CHECKS, each)
        for page in pages:
            transaction.put(PAGES, page)
        for email in confirmed:
            transaction.put(
                RECIPIENTS,
                Recipient(
                    monitor_id=monitor.id,
                    email=email,
                    status="confirmed",
                    created_at=NOON,
                    updated_at=NOON,
                ),
            )

    store.transact(write)
    return store
