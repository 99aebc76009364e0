"""What leaves the house: written with what it tells of, claimed, tried, and settled.

    queue ─▶ pending ─claim─▶ (sent, outside of any transaction) ─settle─▶ delivered
               ▲                                                    ├────▶ pending, later
               └──────────────────── redeliver ◀────────────────────┴────▶ dead | cancelled

Each function is one transaction. A try is counted when it is claimed, so whoever comes back late
with a result finds that it is not the last try any more, and changes nothing. What arrives twice
has the same id and the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from changetrack.errors import NoWebhook
from changetrack.monitor.ids import name_id
from changetrack.monitor.models import (
    Attempt,
    Channel,
    Check,
    Config,
    Delivery,
    Fact,
    Monitor,
    Page,
    Webhook,
)
from changetrack.monitor.ports import Column, OneOf, Transaction, Until
from changetrack.monitor.tables import ATTEMPTS, DELIVERIES, FACTS, MONITORS
from changetrack.monitor.webhooks.events import (
    CHECK_COMPLETED,
    PAGE,
    TEST,
    write_check_event,
    write_page_event,
    write_test_event,
)
from changetrack.monitor.webhooks.filters import is_wanted
from changetrack.monitor.webhooks.retries import Outcome, next_attempt
from changetrack.monitor.webhooks.states import WebhookFailure, follow_outcome

__all__ = [
    "MONITOR_DELETED",
    "WEBHOOK_DISABLED",
    "WEBHOOK_REMOVED",
    "OnFailure",
    "cancel_deliveries",
    "claim_deliveries",
    "queue_check_event",
    "queue_page_event",
    "queue_test",
    "settle_delivery",
]

# Told of a webhook that fails, in the transaction in which that is found out; such as a mail.
OnFailure: TypeAlias = Callable[[Transaction, WebhookFailure], object]

# Why something is cancelled.
MONITOR_DELETED = "monitor_deleted"
WEBHOOK_REMOVED = "webhook_removed"
WEBHOOK_DISABLED = "webhook_disabled"

# Checks that never were.
_SKIPPED = {"skipped_overlap", "skipped_no_credits"}
# Later than any time of a row.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# Receivers that are asked for in one claim, when what is due first belongs to busy ones.
_MOST_TURNS = 256
# The receiver that had the last of these turns; the next claim goes on behind it.
_TURN = "deliveries.turn"


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


def claim_deliveries(
    transaction: Transaction,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    per_receiver: int,
    channels: Sequence[Channel] | None = None,
) -> list[Delivery]:
    """Take what is due, the oldest first, for as long as `lease`; each try counts from here on.

    No receiver has more than `per_receiver` on their way at once, and none waits for another:
    where what is oldest belongs to receivers that are busy, the others have turns. What nobody
    wants any more is cancelled on the way. `channels` are those that can be sent; None: all.
    """
    claim = _Claim(transaction, now, lease, limit, per_receiver)
    claim.count_leased()
    due: dict[str, Column | OneOf | Until] = {"status": "pending", "next_attempt_at": Until(now)}
    if channels is not None:
        due["channel"] = OneOf(tuple(channels))
    oldest = transaction.select(DELIVERIES, due, order=("next_attempt_at", "id"), limit=2 * limit)
    claim.take(oldest)
    if len(oldest) == 2 * limit and not claim.is_full:
        _take_turns(claim, due)
    return claim.taken


def settle_delivery(
    transaction: Transaction,
    claimed: Delivery,
    outcome: Outcome,
    *,
    now: datetime,
    jitter: float,
    on_failure: OnFailure = lambda _transaction, _failure: None,
) -> Delivery | None:
    """Keep what came of a try; None: it was not ours any more, and nothing but its log is kept.

    A webhook that says 410, or that fails for days, is disabled. `on_failure` is told so, and of
    each event that is dead; `WebhookFailure.id` is the same for all of them until one arrives.
    """
    delivery = transaction.find(DELIVERIES, claimed.id)
    if delivery is None:
        return None
    if transaction.find(ATTEMPTS, claimed.id, claimed.attempts) is None:
        transaction.put(ATTEMPTS, _note_attempt(claimed, outcome, now))
    if not _is_held(delivery, claimed):
        return None
    settled = next_attempt(delivery, outcome, now=now, jitter=jitter)
    transaction.put(DELIVERIES, settled)
    if settled.channel == "webhook":
        failure = follow_outcome(transaction, settled, outcome, now=now)
        if failure is not None:
            on_failure(transaction, failure)
    return settled


def cancel_deliveries(
    transaction: Transaction, monitor_id: str, cause: str, *, limit: int = 500
) -> int:
    """Cancel what a monitor still has to say, so many at a time; return how many they were."""
    pending = transaction.select(
        DELIVERIES, {"monitor_id": monitor_id, "status": "pending"}, limit=limit
    )
    for each in pending:
        _cancel(transaction, each, cause)
    return len(pending)


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
    delivery = replace(delivery, body=write())
    if monitor.webhook_state.disabled and delivery.event != TEST:
        delivery = replace(
            delivery, status="cancelled", next_attempt_at=None, last_error=WEBHOOK_DISABLED
        )
    transaction.put(DELIVERIES, delivery)
    return delivery


def _find_modes(config: Config, page: Page) -> tuple[str, ...]:
    target = next((each for each in config.targets if each.id == page.target_id), None)
    return target.tracking.modes if target else ()


@dataclass(slots=True)
class _Claim:
    """What one claim has taken so far, and how many each receiver has on their way."""

    transaction: Transaction
    now: datetime
    lease: timedelta
    limit: int
    per_receiver: int
    taken: list[Delivery] = field(default_factory=list)
    busy: Counter[str] = field(default_factory=Counter)
    monitors: dict[str, Monitor | None] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether there is no room for more."""
        return len(self.taken) >= self.limit

    def count_leased(self) -> None:
        """Count what others, or we before, have on their way."""
        leased = self.transaction.select(
            DELIVERIES, {"status": "pending", "lease_until": Until(_NEVER)}
        )
        self.busy.update(
            each.destination for each in leased if each.lease_until and each.lease_until > self.now
        )

    def take(self, due: Sequence[Delivery]) -> None:
        """Claim what there is room for, and cancel what nobody wants."""
        for delivery in due:
            if self.is_full:
                return
            monitor = self._find_monitor(delivery.monitor_id)
            cause = _find_obstacle(monitor, delivery)
            if cause is not None:
                _cancel(self.transaction, delivery, cause)
                continue
            self._take_one(_follow_webhook(monitor, delivery))

    def _take_one(self, delivery: Delivery) -> None:
        if self.busy[delivery.destination] >= self.per_receiver:
            return
        until = self.now + self.lease
        # Until the lease is over it is not due, so that nobody has to look at it.
        claimed = replace(
            delivery, attempts=delivery.attempts + 1, lease_until=until, next_attempt_at=until
        )
        self.transaction.put(DELIVERIES, claimed)
        self.busy[claimed.destination] += 1
        self.taken.append(claimed)

    def _find_monitor(self, monitor_id: str) -> Monitor | None:
        if monitor_id not in self.monitors:
            self.monitors[monitor_id] = self.transaction.find(MONITORS, monitor_id)
        return self.monitors[monitor_id]


def _take_turns(claim: _Claim, due: dict[str, Column | OneOf | Until]) -> None:
    """Go from receiver to receiver, once around at most, whatever each of them has waiting."""
    turn = claim.transaction.find(FACTS, _TURN)
    start = receiver = turn.value if turn else ""
    is_around = False
    for _ in range(_MOST_TURNS):
        waiting = claim.transaction.select(
            DELIVERIES,
            due,
            order=("destination", "next_attempt_at", "id"),
            after=(receiver, _NEVER, ""),
            limit=claim.per_receiver,
        )
        if not waiting:
            if is_around or not receiver:
                break
            receiver, is_around = "", True
            continue
        receiver = waiting[0].destination
        if is_around and receiver > start:
            break
        claim.take([each for each in waiting if each.destination == receiver])
        if claim.is_full:
            break
    claim.transaction.put(FACTS, Fact(name=_TURN, value=receiver))


def _find_obstacle(monitor: Monitor | None, delivery: Delivery) -> str | None:
    """Return why something is not to be sent, if it is not."""
    if monitor is None or monitor.status == "deleted":
        return MONITOR_DELETED
    if delivery.channel != "webhook":
        return None
    if monitor.config.webhook is None:
        return WEBHOOK_REMOVED
    is_told = delivery.event == TEST or not monitor.webhook_state.disabled
    return None if is_told else WEBHOOK_DISABLED


def _follow_webhook(monitor: Monitor | None, delivery: Delivery) -> Delivery:
    """Return a delivery that goes where its webhook is now: a wrong URL was put right."""
    webhook = monitor.config.webhook if monitor else None
    if delivery.channel != "webhook" or webhook is None:
        return delivery
    return replace(delivery, destination=webhook.url)


def _is_held(delivery: Delivery, claimed: Delivery) -> bool:
    """Tell whether a delivery is still as it was claimed."""
    return (
        delivery.status == "pending"
        and delivery.attempts == claimed.attempts
        and delivery.lease_until is not None
    )


def _note_attempt(claimed: Delivery, outcome: Outcome, now: datetime) -> Attempt:
    return Attempt(
        delivery_id=claimed.id,
        number=claimed.attempts,
        monitor_id=claimed.monitor_id,
        at=now - timedelta(seconds=outcome.seconds),
        seconds=outcome.seconds,
        status_code=outcome.status_code,
        error=outcome.error,
    )


def _cancel(transaction: Transaction, delivery: Delivery, cause: str) -> None:
    cancelled = replace(
        delivery, status="cancelled", next_attempt_at=None, lease_until=None, last_error=cause
    )
    transaction.put(DELIVERIES, cancelled)
