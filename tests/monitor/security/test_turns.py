"""Whoever has very much to check takes nobody else's workers away."""

from __future__ import annotations

from datetime import timedelta

from changetrack.monitor.checks import claim_check
from changetrack.monitor.keys import create_key
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.planning import materialise_due
from tests.monitor.makers import LEASE, NOON, make_monitor, put_monitor, tell_nobody


def _claim_all(store: MemoryStore, count: int, most: int | None) -> list[str | None]:
    """Return whose checks are taken, one after the other and none of them ended."""
    taken = [
        store.transact(
            lambda transaction: claim_check(
                transaction, now=NOON, lease=LEASE, tell=tell_nobody, most_of_owner=most
            )
        )
        for _ in range(count)
    ]
    return [check.owner if check else None for check in taken]


def _queue(store: MemoryStore, **owners: int) -> None:
    """Queue so many checks of each owner, those of the first owner long before the others."""
    for late, (owner, count) in enumerate(owners.items()):
        for number in range(count):
            due = NOON - timedelta(hours=1) + late * timedelta(minutes=10)
            put_monitor(store, make_monitor(id=f"{owner}-{number}", owner=owner, next_run_at=due))
    store.transact(lambda transaction: materialise_due(transaction, now=NOON, limit=1_000))


def test_owners_have_turns_however_much_one_of_them_has_queued() -> None:
    """Two hundred checks that were there first do not keep others waiting for all of them."""
    store = MemoryStore()
    _queue(store, greedy=200, modest=1, other=2)
    assert _claim_all(store, 6, None) == ["greedy", "modest", "other", "greedy", "other", "greedy"]


def test_one_of_several_owners_never_has_all_workers() -> None:
    """Checks that take forever leave workers to others, even to those who come later."""
    store = MemoryStore()
    _queue(store, greedy=20, modest=1)
    assert _claim_all(store, 9, 6) == ["greedy", "modest", *["greedy"] * 5, None, None]


def test_workers_are_left_for_those_who_have_nothing_to_check_yet() -> None:
    """Whoever has a key and no monitor finds a worker when they make one."""
    store = MemoryStore()
    _queue(store, greedy=20)
    store.transact(
        lambda rows: create_key(rows, "ct_live_x", key_id="k", name="k", owner="modest", now=NOON)
    )
    assert _claim_all(store, 7, 6) == [*["greedy"] * 6, None]


def test_an_only_owner_has_all_workers() -> None:
    """Nobody is held back for others who do not exist."""
    store = MemoryStore()
    _queue(store, only=9)
    assert _claim_all(store, 9, 6) == ["only"] * 9
