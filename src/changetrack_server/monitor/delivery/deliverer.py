"""The outbox, emptied: what is due is claimed, sent by its channel, and settled.

    claim ─▶ channel.send ─▶ settle        each on its own, so that nobody waits for anybody

Whoever runs this may be killed between any two of them: what was claimed is due again when its
lease is over, with the same id and the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import anyio

from changetrack import ChangeTrackError
from changetrack.monitor.deliveries import OnFailure, claim_deliveries, settle_delivery
from changetrack.monitor.webhooks.retries import Outcome
from changetrack_server.logs import note
from changetrack_server.monitor.dice import draw_fraction

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

    from changetrack.monitor.models import Channel, Delivery
    from changetrack.monitor.ports import Transaction
    from changetrack.monitor.webhooks.states import WebhookFailure
    from changetrack_server.monitor.transacting import Transactor
    from changetrack_server.settings import Settings

__all__ = ["Deliverer", "Send"]

# One try of one message. What comes of it is data, failures included.
Send: TypeAlias = "Callable[[Delivery], Awaitable[Outcome]]"

# What becomes due while others are on their way is found so soon.
_LOOK_SECONDS = 0.5
# Of its lease, a try may take so much: then it is given up before somebody else takes it.
_LEASE_SHARE = 0.9

_TOO_LONG = "deadline_exceeded: it took too long"
_BROKEN = "internal_error: the server failed to send it"


def _tell_nobody(_transaction: Transaction, _failure: WebhookFailure) -> None:
    return


class Deliverer:
    """Sends what is due, so many at once as the settings say, and so many to one receiver.

    `now` says what time it is, `jitter` draws a fraction from 0 to 1, and `on_failure` is told, in
    the transaction in which it is found out, of a webhook that somebody should hear of.
    """

    def __init__(
        self,
        transact: Transactor,
        channels: Mapping[Channel, Send],
        settings: Settings,
        *,
        now: Callable[[], datetime],
        jitter: Callable[[], float] = draw_fraction,
        on_failure: OnFailure = _tell_nobody,
    ) -> None:
        self._transact = transact
        self._channels = channels
        self._settings = settings
        self._now = now
        self._jitter = jitter
        self._on_failure = on_failure
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._on_their_way = 0
        self._bell = anyio.Event()

    def wake(self) -> None:
        """Say that something may be due, or that there is room for it."""
        self._bell.set()

    async def deliver_due(self, now: datetime | None = None) -> int:
        """Send until nothing is due and nothing on its way, and return how many tries there were.

        With `now`, what is due at that moment; without it, also what becomes due meanwhile, so that
        a receiver that takes its time holds up nobody.

        Raises:
            EndpointError: the store cannot be used; what was on its way has come to its end.
        """
        tries = 0
        failure: ChangeTrackError | None = None
        async with anyio.create_task_group() as tasks:
            while failure is None:
                self._bell = anyio.Event()
                # Before the claim: what ends while it is made leaves room that it did not see.
                was_busy = self._on_their_way > 0
                try:
                    begun = await self._begin(tasks, now or self._now())
                except ChangeTrackError as error:
                    failure = error
                    continue
                tries += begun
                if not begun and not was_busy:
                    break
                if not begun:
                    with anyio.move_on_after(None if now else _LOOK_SECONDS):
                        await self._bell.wait()
        if failure is not None:
            raise failure
        return tries

    async def _begin(self, tasks: TaskGroup, now: datetime) -> int:
        """Claim what there is room for, and send it on its way."""
        room = self._settings.max_deliveries - self._on_their_way
        if room <= 0:
            return 0
        claimed = await self._transact(
            partial(
                claim_deliveries,
                now=now,
                lease=self._lease,
                limit=room,
                per_receiver=self._settings.receiver_deliveries,
                channels=tuple(self._channels),
            )
        )
        for each in claimed:
            self._on_their_way += 1
            tasks.start_soon(self._deliver, each, now)
        return len(claimed)

    async def _deliver(self, delivery: Delivery, now: datetime) -> None:
        try:
            outcome = await self._try(delivery)
            await self._transact(
                partial(
                    settle_delivery,
                    claimed=delivery,
                    outcome=outcome,
                    now=now + timedelta(seconds=outcome.seconds),
                    jitter=self._jitter(),
                    on_failure=self._on_failure,
                )
            )
        except Exception as error:  # noqa: BLE001 - the others go on; this one is due again
            note("delivery not settled", level=logging.ERROR, error=error, delivery=delivery.id)
        finally:
            self._on_their_way -= 1
            self.wake()

    async def _try(self, delivery: Delivery) -> Outcome:
        send = self._channels[delivery.channel]
        try:
            with anyio.move_on_after(self._settings.lease_seconds * _LEASE_SHARE):
                return await send(delivery)
        except Exception as error:  # noqa: BLE001 - one that breaks its channel is tried as others
            note("delivery failed", level=logging.ERROR, error=error, delivery=delivery.id)
            return Outcome(error=_BROKEN)
        return Outcome(error=_TOO_LONG, seconds=self._settings.lease_seconds * _LEASE_SHARE)
