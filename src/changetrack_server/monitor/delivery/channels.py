"""The ways out of the house, by the name of the channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack_server.monitor.delivery.mailer import Mailer
from changetrack_server.monitor.delivery.notifying import Notifier
from changetrack_server.monitor.delivery.sender import Sender

if TYPE_CHECKING:
    from collections.abc import Mapping

    from changetrack.monitor.models import Channel, Delivery
    from changetrack.monitor.webhooks.retries import Outcome
    from changetrack_server.monitor.delivery.deliverer import Send
    from changetrack_server.monitor.transacting import Transactor
    from changetrack_server.services import Services

__all__ = ["list_channels"]


def list_channels(transact: Transactor, services: Services) -> Mapping[Channel, Send]:
    """Return what sends a delivery of each channel.

    Raises:
        SettingsError: those of the mail server are no way to send mail.
    """
    settings = services.settings
    channels: dict[Channel, Send] = {
        "webhook": Sender(transact, services.fetcher, settings, now=services.now).send,
        "email": Mailer(transact, settings).send,
        "notify": Notifier().send,
    }
    return {channel: _count(channel, send, services) for channel, send in channels.items()}


def _count(channel: Channel, send: Send, services: Services) -> Send:
    """Return what sends, and counts what comes of it."""

    async def send_and_count(delivery: Delivery) -> Outcome:
        outcome = await send(delivery)
        result = "delivered" if outcome.is_delivered else "failed"
        services.metrics.count_delivery(channel, result)
        return outcome

    return send_and_count
