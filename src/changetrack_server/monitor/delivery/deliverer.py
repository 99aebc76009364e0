"""The outbox, emptied: what is due is claimed, sent by its channel, and settled.

    claim ─▶ channel.send ─▶ settle        each is sent on its own: nobody waits for anybody

Whoever runs this may be killed between any two of them: what was claimed is due again when its
lease is over, with the same id and the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    from changetrack.monitor.models import Channel, Delivery
    from changetrack.monitor.ports import Transaction
    from changetrack.monitor.webhooks.states import WebhookFailure
    from changetrack_server.monitor.transacting import Transactor
    from changetrack_server.settings import Settings

__all__ = ["Deliverer", "Send"]

# One try of one message. What comes of it is data, failures included.
Send: TypeAlias = "Callable[[Delivery], Awaitable[Outcome]]"

_Settle: TypeAlias = "Callable[[Transaction], object]"

# What becomes due while others are on their way is found so soon.
_LOOK_SECONDS = 0.5
# Of the messages at once, what a single owner may have of them while there are others.
_OWNER_SHARE = 0.75
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
        # What has ended and is not settled yet.
        self._ended: list[_Settle] = []
        self._bell = anyio.Event()

    def wake(self) -> None:
        """Say that something may be due, or that there is room for it."""
        self._bell.set()

    async def deliver_due(self, now: datetime | None = None) -> int:
        """Send until nothing is due and nothing on its way, and return how many tries there were.

        With `now`, what is due at that moment; without it, also what becomes due meanwhile, so that
        a receiver that takes its time holds up nobody.

        Raises:
            EndpointError: the store cannot be used. What was on its way has come to its end, and is
                settled by the next call.
        """
        tries = 0
        failure: ChangeTrackError | None = None
        async with anyio.create_task_group() as tasks:
            while failure is None:
                self._bell = anyio.Event()
                at = now or self._now()
                try:
                    begun = await self._turn(at)
                except ChangeTrackError as error:
                    failure = error
                    continue
                for each in begun:
                    self._on_their_way += 1
                    tasks.start_soon(self._deliver, each, at)
                tries += len(begun)
                if not self._on_their_way and not self._ended:
                    break
                if not begun:
                    with anyio.move_on_after(None if now else _LOOK_SECONDS):
                        await self._bell.wait()
        if failure is not None:
            raise failure
        return tries

    async def _turn(self, now: datetime) -> list[Delivery]:
        """Settle what has ended and claim what there is room for, in one transaction.

        The disk is what takes the time: the more end while it does, the more are settled by the
        next one.
        """
        ended = tuple(self._ended)
        claim = partial(
            claim_deliveries,
            now=now,
            lease=self._lease,
            limit=self._settings.max_deliveries - self._on_their_way,
            per_receiver=self._settings.receiver_deliveries,
            channels=tuple(self._channels),
            most_of_owner=max(1, int(self._settings.max_deliveries * _OWNER_SHARE)),
        )
        try:
            claimed = await self._transact(partial(_settle_and_claim, ended=ended, claim=claim))
        except ChangeTrackError:
            # Of the store; what has ended is settled when it can be used again.
            raise
        except Exception as error:  # noqa: BLE001 - whatever one of them breaks, the others go on
            note("deliveries not settled", level=logging.ERROR, error=error)
            await self._settle_alone(ended)
            claimed = []
        del self._ended[: len(ended)]
        return claimed

    async def _settle_alone(self, ended: Sequence[_Settle]) -> None:
        """Settle one by one; what cannot be settled is due again when its lease is over."""
        for each in ended:
            try:
                await self._transact(each)
            except Exception as error:  # noqa: BLE001 - see above
                note("delivery not settled", level=logging.ERROR, error=error)

    async def _deliver(self, delivery: Delivery, now: datetime) -> None:
        try:
            outcome = await self._try(delivery)
            settle = partial(
                settle_delivery,
                claimed=delivery,
                outcome=outcome,
                now=now + timedelta(seconds=outcome.seconds),
                jitter=self._jitter(),
                on_failure=self._on_failure,
            )
            self._ended.append(settle)
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


def _settle_and_claim(
    transaction: Transaction, *, ended: Sequence[_Settle], claim: Callable[..., list[Delivery]]
) -> list[Delivery]:
    for settle in ended:
        settle(transaction)
    return claim(transaction)
