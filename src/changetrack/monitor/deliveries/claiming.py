"""What is due, taken by whoever sends it, so that no receiver waits for another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from changetrack.monitor.deliveries.outbox import MONITOR_DELETED, WEBHOOK_DISABLED, cancel
from changetrack.monitor.models import Channel, Delivery, Monitor
from changetrack.monitor.owners import is_alone
from changetrack.monitor.ports import NEVER, Column, OneOf, Transaction, Until
from changetrack.monitor.tables import DELIVERIES, MONITORS
from changetrack.monitor.turns import go_around, remember_turn
from changetrack.monitor.webhooks.events import TEST

__all__ = ["claim_deliveries"]

_WEBHOOK_REMOVED = "webhook_removed"

# Receivers that are asked for in one claim, when what is due first belongs to busy ones.
_MOST_TURNS = 256
# Receivers have turns.
_TURN = "deliveries.turn"


def claim_deliveries(
    transaction: Transaction,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    per_receiver: int,
    channels: Sequence[Channel] | None = None,
    most_of_owner: int | None = None,
) -> list[Delivery]:
    """Take what is due, the oldest first, for as long as `lease`; each try counts from here on.

    No receiver has more than `per_receiver` on their way at once, and none waits for another:
    where what is oldest belongs to receivers that are busy, the others have turns. What nobody
    wants any more is cancelled on the way. `channels` are those that can be sent; None: all.
    Where there are several owners, none of them has more than `most_of_owner` on their way: a
    thousand receivers of one of them that never answer leave room for those of the others.
    """
    claim = _Claim(transaction, now, lease, limit, per_receiver, most_of_owner)
    claim.count_leased()
    due: dict[str, Column | OneOf | Until] = {"status": "pending", "next_attempt_at": Until(now)}
    if channels is not None:
        due["channel"] = OneOf(tuple(channels))
    oldest = transaction.select(DELIVERIES, due, order=("next_attempt_at", "id"), limit=2 * limit)
    claim.take(oldest)
    if len(oldest) == 2 * limit and not claim.is_full:
        _take_turns(claim, due)
    return claim.taken


@dataclass(slots=True)
class _Claim:
    """What one claim has taken so far, and how many each receiver has on their way."""

    transaction: Transaction
    now: datetime
    lease: timedelta
    limit: int
    per_receiver: int
    most_of_owner: int | None = None
    taken: list[Delivery] = field(default_factory=list)
    busy: Counter[str] = field(default_factory=Counter)
    # By owner, how many are on their way, and whether there is nobody else.
    owned: Counter[str] = field(default_factory=Counter)
    alone: dict[str, bool] = field(default_factory=dict)
    monitors: dict[str, Monitor | None] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether there is no room for more."""
        return len(self.taken) >= self.limit

    def count_leased(self) -> None:
        """Count what others, or we before, have on their way."""
        leased = self.transaction.select(
            DELIVERIES, {"status": "pending", "lease_until": Until(NEVER)}
        )
        held = [each for each in leased if each.lease_until and each.lease_until > self.now]
        self.busy.update(each.destination for each in held)
        self.owned.update(each.owner for each in held)

    def take(self, due: Sequence[Delivery]) -> None:
        """Claim what there is room for, and cancel what nobody wants."""
        for delivery in due:
            if self.is_full:
                return
            monitor = self._find_monitor(delivery.monitor_id)
            cause = _find_obstacle(monitor, delivery)
            if cause is not None:
                cancel(self.transaction, delivery, cause)
                continue
            self._take_one(_follow_webhook(monitor, delivery))

    def _take_one(self, delivery: Delivery) -> None:
        if self.busy[delivery.destination] >= self.per_receiver or self._has_all(delivery.owner):
            return
        until = self.now + self.lease
        # Until the lease is over it is not due, so that nobody has to look at it.
        claimed = replace(
            delivery, attempts=delivery.attempts + 1, lease_until=until, next_attempt_at=until
        )
        self.transaction.put(DELIVERIES, claimed)
        self.busy[claimed.destination] += 1
        self.owned[claimed.owner] += 1
        self.taken.append(claimed)

    def _has_all(self, owner: str) -> bool:
        """Tell whether an owner has all that is theirs, beside others."""
        if self.most_of_owner is None or self.owned[owner] < self.most_of_owner:
            return False
        if owner not in self.alone:
            self.alone[owner] = is_alone(self.transaction, owner)
        return not self.alone[owner]

    def _find_monitor(self, monitor_id: str) -> Monitor | None:
        if monitor_id not in self.monitors:
            self.monitors[monitor_id] = self.transaction.find(MONITORS, monitor_id)
        return self.monitors[monitor_id]


def _take_turns(claim: _Claim, due: dict[str, Column | OneOf | Until]) -> None:
    """Go from receiver to receiver, whatever each of them has waiting."""

    def find_behind(receiver: str) -> list[Delivery]:
        return claim.transaction.select(
            DELIVERIES,
            due,
            order=("destination", "next_attempt_at", "id"),
            after=(receiver, NEVER, ""),
            limit=claim.per_receiver,
        )

    last = ""
    turns = go_around(
        claim.transaction, _TURN, find_behind, lambda each: each.destination, most=_MOST_TURNS
    )
    for receiver, waiting in turns:
        last = receiver
        claim.take(waiting)
        if claim.is_full:
            break
    remember_turn(claim.transaction, _TURN, last)


def _find_obstacle(monitor: Monitor | None, delivery: Delivery) -> str | None:
    """Return why something is not to be sent, if it is not."""
    if monitor is None or monitor.status == "deleted":
        return MONITOR_DELETED
    if delivery.channel != "webhook":
        return None
    if monitor.config.webhook is None:
        return _WEBHOOK_REMOVED
    is_told = delivery.event == TEST or not monitor.webhook_state.disabled
    return None if is_told else WEBHOOK_DISABLED


def _follow_webhook(monitor: Monitor | None, delivery: Delivery) -> Delivery:
    """Return a delivery that goes where its webhook is now: a wrong URL was put right."""
    webhook = monitor.config.webhook if monitor else None
    if delivery.channel != "webhook" or webhook is None:
        return delivery
    return replace(delivery, destination=webhook.url)
