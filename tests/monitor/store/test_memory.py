"""What the store in memory does beyond the laws."""

from __future__ import annotations

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Fact
from changetrack.monitor.ports import OneOf, Transaction
from changetrack.monitor.tables import DELIVERIES, FACTS
from changetrack.testing.rows import make_delivery


class _Counted:
    """A lock that counts how often it was entered."""

    def __init__(self) -> None:
        self.entered = 0

    def __enter__(self) -> None:
        self.entered += 1

    def __exit__(self, *_: object) -> None:
        pass


def test_a_lock_is_held_around_each_transaction() -> None:
    """The library starts no threads; who has some brings what holds them apart."""
    lock = _Counted()
    store = MemoryStore(lock)
    for _ in range(3):
        store.transact(lambda rows: rows.count(FACTS, {}))
    assert lock.entered == 3


def test_rows_are_kept_as_they_are() -> None:
    """A row cannot be changed, so it need not be copied."""
    fact = Fact(name="a", value="1")
    store = MemoryStore()
    store.transact(lambda rows: rows.put(FACTS, fact))
    assert store.transact(lambda rows: rows.find(FACTS, "a")) is fact


def test_closing_forgets_everything() -> None:
    """What is in memory is gone with its store."""
    store = MemoryStore()
    store.transact(lambda rows: rows.put(FACTS, Fact(name="a", value="1")))
    store.close()
    assert store.transact(lambda rows: rows.select(FACTS, {})) == []


def test_lookups_follow_rows_that_move() -> None:
    """A row is found under the value that it has now, and under none that it had."""
    store = MemoryStore()

    def work(rows: Transaction) -> list[int]:
        for name in ("a", "b", "c"):
            rows.put(DELIVERIES, make_delivery(1, monitor_id=name))
        counts = [rows.count(DELIVERIES, {"monitor_id": name}) for name in ("a", "b", "c")]
        rows.drop(DELIVERIES, make_delivery(1).id)
        return [*counts, rows.count(DELIVERIES, {"monitor_id": OneOf(("a", "b", "c"))})]

    assert store.transact(work) == [0, 0, 1, 0]
