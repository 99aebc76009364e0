"""Endpoints of who is told: the webhook of a monitor, its secret, and who gets mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from changetrack import JsonObject
from changetrack.errors import InvalidMonitor
from changetrack.monitor.commands import Changed, enable_receiver, rotate_receiver
from changetrack.monitor.deliveries import queue_test
from changetrack.monitor.mail import read_address, resend
from changetrack.monitor.owners import find_monitor
from changetrack.monitor.webhooks.states import OVERLAP
from changetrack.monitor.wire import write_delivery, write_time
from changetrack.wire import Reader
from changetrack_server.monitor.routes.envelopes import succeed
from changetrack_server.monitor.routes.monitors import draw_secret, show

if TYPE_CHECKING:
    from changetrack.monitor.ports import Transaction
    from changetrack_server.monitor.routes.asking import Ask

__all__ = ["enable", "invite_again", "rotate", "send_test"]


async def rotate(ask: Ask) -> JsonObject:
    """Sign with a new secret from now on, and for a day with the old one as well."""
    orchestra, monitor_id = ask.orchestra, ask.read_id()
    now, secret = orchestra.now(), draw_secret(orchestra)
    fields = Reader(ask.read_body())
    overlap = timedelta() if fields.flag("revokeOld") else OVERLAP

    def work(transaction: Transaction) -> Changed:
        monitor = find_monitor(transaction, ask.owner, monitor_id)
        return rotate_receiver(transaction, monitor, secret, now=now, overlap=overlap)

    changed = await orchestra.transact(work)
    before = changed.monitor.webhook_state.secrets[1:]
    expiry = write_time(before[0].expires_at) if before else None
    return succeed(
        {"monitorId": monitor_id, "webhookSecret": secret, "previousSecretExpiresAt": expiry}
    )


async def send_test(ask: Ask) -> JsonObject:
    """Send an event that tells nothing, to see one arrive."""
    orchestra, monitor_id = ask.orchestra, ask.read_id()
    now = orchestra.now()

    def work(transaction: Transaction) -> JsonObject:
        monitor = find_monitor(transaction, ask.owner, monitor_id)
        return succeed(write_delivery(queue_test(transaction, monitor, now=now)))

    answered = await orchestra.transact(work)
    orchestra.wake()
    return answered


async def enable(ask: Ask) -> JsonObject:
    """Send to a webhook again that was switched off."""
    monitor_id = ask.read_id()

    def work(transaction: Transaction) -> JsonObject:
        monitor = find_monitor(transaction, ask.owner, monitor_id)
        enabled = enable_receiver(transaction, monitor)
        return show(transaction, ask, Changed(monitor=enabled))

    answered = await ask.orchestra.transact(work)
    ask.orchestra.wake()
    return answered


async def invite_again(ask: Ask) -> JsonObject:
    """Ask a recipient once more whether they want mail."""
    orchestra, monitor_id = ask.orchestra, ask.read_id()
    now, email = orchestra.now(), Reader(ask.read_body()).text("email")
    if email is None:
        raise InvalidMonitor("there is no address", "send the email of a recipient", "email")
    address = read_address(email, "email")

    def work(transaction: Transaction) -> JsonObject:
        monitor = find_monitor(transaction, ask.owner, monitor_id)
        mail = resend(
            transaction, monitor, address, now, new_token=orchestra.new_token, links=orchestra.links
        )
        return succeed(write_delivery(mail))

    answered = await orchestra.transact(work)
    orchestra.wake()
    return answered
