"""Messages that are due, put into the outbox with what they tell of: one to each receiver."""

from __future__ import annotations

from datetime import datetime

from changetrack.monitor.deliveries import post
from changetrack.monitor.ids import name_id
from changetrack.monitor.mail.failures import write_webhook_failure
from changetrack.monitor.mail.links import Links
from changetrack.monitor.mail.messages import make_delivery
from changetrack.monitor.mail.notices import write_notice
from changetrack.monitor.mail.recipients import list_recipients
from changetrack.monitor.mail.summaries import write_summaries
from changetrack.monitor.mail.telling import read_news
from changetrack.monitor.models import Check, Delivery, Monitor
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import RECIPIENTS
from changetrack.monitor.webhooks.states import WebhookFailure

__all__ = ["queue_mail", "queue_notifications", "queue_webhook_failure"]


def queue_mail(
    transaction: Transaction,
    monitor: Monitor,
    check: Check,
    *,
    now: datetime,
    links: Links,
) -> list[Delivery]:
    """Put the summaries of a check that ended into the outbox, and return those that are new.

    Call it in the transaction that ends the check, with the summary that it ends with. There is
    one to each recipient who confirmed, and none if nothing is worth telling.
    """
    receivers = _list_receivers(transaction, monitor)
    pages = read_news(transaction, monitor, check) if receivers else None
    if pages is None:
        return []
    mails = []
    messages = write_summaries(monitor, check, pages, links=links, emails=receivers)
    for email, message in messages:
        mail = make_delivery(
            monitor, email, message, event="email.summary", cause=check.id, now=now
        )
        mails += [mail] if post(transaction, mail) else []
    return mails


def queue_webhook_failure(
    transaction: Transaction,
    failure: WebhookFailure,
    *,
    now: datetime,
    links: Links,
) -> list[Delivery]:
    """Tell those who get mail that the webhook arrives nowhere, once until it arrives again."""
    monitor = failure.monitor
    mails = []
    for email in _list_receivers(transaction, monitor):
        message = write_webhook_failure(failure, links=links, email=email)
        mail = make_delivery(
            monitor, email, message, event="email.webhook_failure", cause=failure.id, now=now
        )
        mails += [mail] if post(transaction, mail) else []
    return mails


def queue_notifications(
    transaction: Transaction, monitor: Monitor, check: Check, *, now: datetime
) -> list[Delivery]:
    """Put a notice of a check that ended into the outbox for each channel, as `queue_mail` does."""
    notification = monitor.config.notification
    channels = notification.channels if notification else ()
    pages = read_news(transaction, monitor, check) if channels else None
    if pages is None:
        return []
    body = write_notice(monitor, check, pages)
    notices = [_make_notice(monitor, check, channel, body, now) for channel in channels]
    return [notice for notice in notices if post(transaction, notice)]


def _make_notice(
    monitor: Monitor, check: Check, channel: str, body: str, now: datetime
) -> Delivery:
    return Delivery(
        id=name_id("notify", check.id, channel),
        owner=monitor.owner,
        monitor_id=monitor.id,
        check_id=check.id,
        channel="notify",
        event="notify.summary",
        destination=channel,
        body=body,
        next_attempt_at=now,
        created_at=now,
    )


def _list_receivers(transaction: Transaction, monitor: Monitor) -> list[str]:
    """Return the addresses that are listed and that confirmed."""
    if monitor.status == "deleted":
        return []
    rows = (
        (email, transaction.find(RECIPIENTS, monitor.id, email))
        for email in list_recipients(monitor)
    )
    return [email for email, row in rows if row is not None and row.status == "confirmed"]
