"""The outbox, emptied: by whichever channel, within bounds, and whatever breaks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.lowlevel
import pytest

from changetrack.monitor.deliveries import cancel_deliveries
from changetrack.monitor.models import Delivery
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import DELIVERIES, MONITORS
from changetrack.monitor.webhooks.retries import Outcome
from changetrack_server.errors import EndpointError
from changetrack_server.monitor.dice import draw_fraction
from changetrack_server.monitor.transacting import Transactor
from tests.monitor.delivery.makers import (
    ARRIVED,
    FAILED,
    find,
    list_all,
    list_codes,
    make_hooked,
    queue,
    queue_many,
)
from tests.monitor.delivery.sinks import House
from tests.monitor.makers import NOON
from tests.server.raw_sites import without_threads

T = TypeVar("T")

SECOND = timedelta(seconds=1)


class Channel:
    """A way out that is counted: how often it was taken, and by how many at once."""

    def __init__(self, outcome: Outcome = ARRIVED) -> None:
        self.outcome = outcome
        self.sent: list[str] = []
        self.most = 0
        self._now = 0

    async def send(self, delivery: Delivery) -> Outcome:
        """Take a message, after everybody else had a turn."""
        self._now += 1
        self.most = max(self.most, self._now)
        self.sent.append(delivery.id)
        for _ in range(5):
            await anyio.lowlevel.checkpoint()
        self._now -= 1
        return self.outcome


def list_statuses(house: House) -> list[str]:
    """Return what became of everything."""
    return [each.status for each in list_all(house.store)]


@pytest.mark.parametrize(("most", "each"), [(16, 4), (3, 4), (1, 1), (40, 10)])
def test_C27_so_many_at_once_and_so_many_to_one(most: int, each: int) -> None:
    """Everything that is due goes out in one call, within both bounds."""
    house = House(max_deliveries=most, receiver_deliveries=each)
    for name in ("a", "b", "c"):
        queue_many(house.store, make_hooked(house.store, name, f"https://{name}.test/"), 15)
    channel = Channel()
    house.deliverer = house.make_deliverer({"webhook": channel.send})
    assert anyio.run(house.deliver) == 45
    assert (len(set(channel.sent)), channel.most) == (45, min(most, 3 * each))
    assert set(list_statuses(house)) == {"delivered"}


def test_a_message_goes_out_by_its_channel() -> None:
    """What has no way out here waits for somebody who has one."""
    house = House()
    queued = queue(house.store, make_hooked(house.store))
    assert queued is not None
    for name in ("email", "notify"):
        copy = replace(queued, id=name, channel=name)
        house.store.transact(partial(_put, copy))
    hook, mail = Channel(), Channel()
    house.deliverer = house.make_deliverer({"webhook": hook.send, "email": mail.send})
    assert anyio.run(house.deliver) == 2
    assert (hook.sent, mail.sent, find(house.store, "notify").attempts) == (
        [queued.id],
        ["email"],
        0,
    )


def _put(delivery: Delivery, transaction: Transaction) -> None:
    transaction.put(DELIVERIES, delivery)


def test_a_channel_that_breaks_breaks_nothing_else() -> None:
    """What broke it is tried again as anything that fails, and the others arrive."""
    house = House()
    for name in ("p1", "p2", "p3"):
        queue(house.store, make_hooked(house.store), name)
    poison = list_all(house.store)[1].id

    async def send(delivery: Delivery) -> Outcome:
        if delivery.id == poison:
            raise ValueError(delivery.id)
        return ARRIVED

    house.deliverer = house.make_deliverer({"webhook": send})
    assert anyio.run(house.deliver) == 3
    assert list_statuses(house) == ["delivered", "pending", "delivered"]
    broken = find(house.store, poison)
    assert (broken.last_error, broken.next_attempt_at) == (
        "internal_error: the server failed to send it",
        NOON + 5 * SECOND,
    )


def test_a_channel_that_hangs_is_given_up_within_its_lease() -> None:
    """So that nobody else has it at the same time."""
    house = House(lease_seconds=0.1)
    queued = queue(house.store, make_hooked(house.store))
    assert queued is not None

    async def hang(_: Delivery) -> Outcome:
        await anyio.sleep_forever()
        return ARRIVED

    house.deliverer = house.make_deliverer({"webhook": hang})
    assert anyio.run(house.deliver) == 1
    found = find(house.store, queued.id)
    assert (found.status, found.last_error) == ("pending", "deadline_exceeded: it took too long")


class Brittle:
    """Transactions of which one fails, as on a disk that is full until somebody makes room."""

    def __init__(self, house: House, bad: int) -> None:
        self._inner = house.transact
        self._bad = bad

    async def __call__(self, work: Callable[[Transaction], T]) -> T:
        """Run one, unless it is that one."""
        self._bad -= 1
        if self._bad == 0:
            raise EndpointError("overloaded")
        return await self._inner(work)


@pytest.mark.parametrize("bad", [1, 2])
def test_a_store_that_fails_is_an_error_when_all_have_come_to_their_end(bad: int) -> None:
    """What was sent by then is settled as soon as there is room again, and not sent once more."""
    house = House()
    queue(house.store, make_hooked(house.store))
    channel = Channel()
    house.deliverer = house.make_deliverer({"webhook": channel.send}, transact=Brittle(house, bad))
    with pytest.raises(EndpointError, match="all the work it can hold"):
        anyio.run(house.deliver)
    assert (len(channel.sent), list_statuses(house)) == (bad - 1, ["pending"])
    assert anyio.run(house.deliver) == 2 - bad
    assert (len(channel.sent), list_statuses(house)) == (1, ["delivered"])


def test_C5_what_nobody_lived_to_settle_is_sent_again() -> None:
    """By whoever looks when the lease is over."""
    house = House()
    queue(house.store, make_hooked(house.store))
    channel = Channel()
    house.deliverer = house.make_deliverer({"webhook": channel.send}, transact=Brittle(house, 2))
    with pytest.raises(EndpointError):
        anyio.run(house.deliver)
    house.deliverer = house.make_deliverer({"webhook": channel.send})
    assert anyio.run(house.deliver, NOON + timedelta(minutes=3)) == 1
    assert (len(channel.sent), len(set(channel.sent)), list_statuses(house)) == (
        2,
        1,
        ["delivered"],
    )


def test_one_that_cannot_be_settled_keeps_nobody_from_it() -> None:
    """Whoever is told of a failure may fail, too; the others are settled one by one."""
    house = House()
    for name in ("p1", "p2", "p3"):
        queue(house.store, make_hooked(house.store), name)
    poison = list_all(house.store)[1].id

    async def send(delivery: Delivery) -> Outcome:
        return Outcome(status_code=410) if delivery.id == poison else ARRIVED

    def break_it(_transaction: Transaction, _failure: object) -> None:
        raise ValueError(poison)

    house.deliverer = house.make_deliverer({"webhook": send}, on_failure=break_it)
    assert anyio.run(house.deliver) == 3
    assert list_statuses(house) == ["delivered", "pending", "delivered"]


def test_nothing_due_is_nothing_done() -> None:
    """Neither at a moment nor now."""
    house = House()
    queue(house.store, make_hooked(house.store), now=NOON + SECOND)
    assert (anyio.run(house.deliver), anyio.run(house.deliverer.deliver_due)) == (0, 0)


def test_a_slow_receiver_does_not_hold_up_what_comes_meanwhile() -> None:
    """Without a moment, what becomes due while others are on their way goes out at once."""
    house = House()
    slow = queue(house.store, make_hooked(house.store, "slow", "https://slow.test/"))
    assert slow is not None
    order: list[str] = []

    async def scenario() -> int:
        has_begun, is_late = anyio.Event(), anyio.Event()

        async def send(delivery: Delivery) -> Outcome:
            if delivery.id == slow.id:
                has_begun.set()
                await is_late.wait()
            else:
                is_late.set()
            order.append(delivery.monitor_id)
            return ARRIVED

        house.deliverer = house.make_deliverer({"webhook": send})
        tries: list[int] = []
        async with anyio.create_task_group() as tasks:

            async def deliver() -> None:
                tries.append(await house.deliverer.deliver_due())

            tasks.start_soon(deliver)
            await has_begun.wait()
            queue(house.store, make_hooked(house.store, "quick", "https://quick.test/"))
            house.deliverer.wake()
        return tries[0]

    assert (anyio.run(scenario), order) == (2, ["quick", "slow"])


def test_what_is_cancelled_on_the_way_stays_so() -> None:
    """Its monitor was deleted while it was being sent; that it was sent is in the log."""
    house = House()
    queued = queue(house.store, make_hooked(house.store))
    assert queued is not None

    async def send(_: Delivery) -> Outcome:
        house.store.transact(lambda each: cancel_deliveries(each, "m", "monitor_deleted"))
        return ARRIVED

    house.deliverer = house.make_deliverer({"webhook": send})
    assert anyio.run(house.deliver) == 1
    assert list_statuses(house) == ["cancelled"]
    assert list_codes(house.store, queued.id) == [(1, 204)]


def test_a_try_is_settled_when_it_has_ended() -> None:
    """The next one counts from there."""
    house = House()
    queued = queue(house.store, make_hooked(house.store))
    assert queued is not None
    channel = Channel(replace(FAILED, seconds=15.0))
    house.deliverer = house.make_deliverer({"webhook": channel.send})
    anyio.run(house.deliver)
    assert find(house.store, queued.id).next_attempt_at == NOON + 20 * SECOND


def test_transactions_run_in_threads_and_raise_what_they_raise() -> None:
    """The loop goes on meanwhile; what a transaction says is said to whoever asked for it."""
    house = House()
    threads: list[int] = []

    def work(transaction: Transaction) -> Any:  # noqa: ANN401 - nothing
        threads.append(threading.get_ident())
        return transaction.find(MONITORS, "nobody")

    def fail(_: Transaction) -> None:
        raise RuntimeError("of its own")

    async def scenario() -> Any:  # noqa: ANN401 - nothing
        found = await house.transact(work)
        with pytest.raises(RuntimeError, match="of its own"):
            await house.transact(fail)
        return found

    assert (anyio.run(scenario), threads != [threading.get_ident()]) == (None, True)


def test_a_system_without_threads_is_overloaded() -> None:
    """And says so, as everywhere else."""
    house = House()

    async def scenario() -> None:
        with without_threads(), pytest.raises(EndpointError, match="all the work"):
            await Transactor(house.store)(lambda each: each.find(MONITORS, "nobody"))

    anyio.run(scenario)


def test_the_jitter_of_an_installation_is_a_fraction() -> None:
    """From zero to one."""
    drawn = [draw_fraction() for _ in range(100)]
    assert all(0 <= each <= 1 for each in drawn)
    assert len(set(drawn)) > 50
