"""Receivers that never answer hold up those who have them, and nobody else (reliability C27)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from changetrack.monitor.deliveries import claim_deliveries
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Webhook
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import DELIVERIES, MONITORS
from changetrack.testing.rows import make_delivery
from tests.monitor.makers import LEASE, NOON, make_config, make_monitor


def _write(transaction: Transaction, owner: str, count: int) -> None:
    """Write monitors of an owner, each with a receiver of its own that is to be told."""
    for number in range(count):
        url = f"https://{owner}-{number:04}.example/"
        monitor_id = f"{owner}-{number:04}"
        config = replace(make_config(), webhook=Webhook(url=url))
        transaction.put(MONITORS, make_monitor(config, id=monitor_id, owner=owner))
        delivery = make_delivery(
            number, monitor_id=monitor_id, destination=url, next_attempt_at=NOON
        )
        transaction.put(DELIVERIES, replace(delivery, id=monitor_id, owner=owner))


def _claim(store: MemoryStore, limit: int) -> list[str]:
    """Return whose messages are taken."""
    taken = store.transact(
        lambda transaction: claim_deliveries(
            transaction,
            now=NOON + timedelta(seconds=1),
            lease=LEASE,
            limit=limit,
            per_receiver=4,
            most_of_owner=12,
        )
    )
    return [each.owner for each in taken]


def test_C27_an_owner_with_very_many_receivers_leaves_room_for_others() -> None:
    """Of 16 messages on their way, a quarter is for those who come after a thousand others."""
    store = MemoryStore()
    store.transact(lambda transaction: _write(transaction, "a-greedy", 1_000))
    store.transact(lambda transaction: _write(transaction, "modest", 1))
    taken = _claim(store, 16)
    # Others are found within a few turns, each of which looks at so many receivers.
    for _ in range(4):
        taken += _claim(store, 16 - len(taken))
    assert taken == [*["a-greedy"] * 12, "modest"]


def test_C27_an_only_owner_has_all_the_room() -> None:
    """Nobody is held back for others who do not exist."""
    store = MemoryStore()
    store.transact(lambda transaction: _write(transaction, "only", 20))
    assert _claim(store, 16) == ["only"] * 16
