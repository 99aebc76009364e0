"""Webhooks on their way: signed for each try, sent to where their monitor says, and heard."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from changetrack.monitor.tables import MONITORS
from changetrack.monitor.webhooks.retries import Outcome
from changetrack.monitor.webhooks.signing import sign
from changetrack.monitor.webhooks.states import list_secrets
from changetrack_server.errors import EndpointError
from changetrack_server.logs import note

if TYPE_CHECKING:
    from changetrack.monitor.models import Delivery, Monitor, Webhook
    from changetrack.monitor.ports import Transaction
    from changetrack_server.egress.fetching import Fetcher
    from changetrack_server.monitor.transacting import Transactor
    from changetrack_server.settings import Settings

__all__ = ["Sender"]

_UNSIGNED = "no_secret: the webhook has no secret; rotate it"
_REMOVED = "webhook_removed: the monitor has no webhook any more"

# A fault of a page, in the words of somebody who waits for events.
_WORDS = {
    "url_blocked": "the URL leads to an address that is not allowed",
    "dns_failed": "the host has no address",
    "dns_timeout": "the host was not resolved in time",
    "timeout": "the receiver was silent for too long",
    "deadline_exceeded": "the receiver took too long",
    "upstream_error": "the connection to the receiver failed",
    "response_too_large": "the headers of the answer are too large",
}


class Sender:
    """The channel of webhooks. `clock` measures how long a try takes."""

    def __init__(
        self,
        transact: Transactor,
        fetcher: Fetcher,
        settings: Settings,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transact = transact
        self._fetcher = fetcher
        self._settings = settings
        self._now = now
        self._clock = clock

    async def send(self, delivery: Delivery) -> Outcome:
        """Return what came of one try; nothing that a receiver does is an exception."""
        monitor = await self._transact(partial(_find_monitor, monitor_id=delivery.monitor_id))
        webhook = monitor.config.webhook if monitor else None
        if monitor is None or webhook is None:
            return Outcome(error=_REMOVED)
        now = self._now()
        secrets = list_secrets(monitor.webhook_state, now=now)
        if not secrets:
            return Outcome(error=_UNSIGNED)
        body = delivery.body.encode()
        signed = sign(
            body,
            message_id=delivery.id,
            timestamp=int(now.timestamp()),
            secrets=secrets,
            firecrawl=webhook.firecrawl_signature,
        )
        return await self._post(webhook, body, {**self._list_headers(webhook), **signed})

    async def _post(self, webhook: Webhook, body: bytes, headers: Mapping[str, str]) -> Outcome:
        begun = self._clock()
        try:
            said = await self._fetcher.post(
                webhook.url, body, headers=headers, seconds=self._settings.webhook_seconds
            )
        except EndpointError as error:
            seconds = self._clock() - begun
            _write_down(webhook, seconds, error=error)
            problem = _WORDS.get(error.reason, error.problem)
            return Outcome(error=f"{error.reason}: {problem}", seconds=seconds)
        seconds = self._clock() - begun
        _write_down(webhook, seconds, status=said.status)
        outcome = Outcome(status_code=said.status, seconds=seconds)
        if outcome.is_delivered:
            return outcome
        return Outcome(
            status_code=said.status,
            error=f"refused: the receiver answered {said.status}",
            retry_after=said.find_header("Retry-After"),
            seconds=seconds,
        )

    def _list_headers(self, webhook: Webhook) -> dict[str, str]:
        """Return our headers, and those of the webhook in the place of ours."""
        ours = {"Content-Type": "application/json", "User-Agent": self._settings.user_agent}
        given = {name: value for name, value in webhook.headers.items() if isinstance(value, str)}
        named = {name.lower() for name in given}
        return {name: value for name, value in ours.items() if name.lower() not in named} | given


def _find_monitor(transaction: Transaction, *, monitor_id: str) -> Monitor | None:
    return transaction.find(MONITORS, monitor_id)


def _write_down(
    webhook: Webhook,
    seconds: float,
    *,
    status: int | None = None,
    error: EndpointError | None = None,
) -> None:
    """Tell an operator who asks for it; of the URL the host alone, as the rest may be a secret."""
    host = urlsplit(webhook.url).hostname
    note(
        "webhook",
        level=logging.DEBUG,
        host=host,
        seconds=round(seconds, 3),
        status=status,
        reason=error.reason if error else None,
        detail=error.detail if error else None,
    )
