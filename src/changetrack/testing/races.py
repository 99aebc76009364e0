"""What must hold while several transact at once.

The library starts no threads, so whoever tries a race brings what runs its runners together:
threads over one store, or over several that are open on the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from changetrack.monitor.models import Fact
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import FACTS
from changetrack.testing.expectations import expect_equal

__all__ = ["STORE_RACES", "RunTogether", "StoreRace"]

# Runs all at once, waits for all, and raises what one of them raised.
RunTogether: TypeAlias = "Callable[[Sequence[Callable[[], None]]], None]"
# Is given as many stores over the same rows as there are runners: the same one, or several.
StoreRace: TypeAlias = "Callable[[Sequence[Store], RunTogether], None]"

_ROUNDS = 25
_ACCOUNTS = 4
_DEPOSIT = 100


def loses_no_increment(stores: Sequence[Store], run_together: RunTogether) -> None:
    """Let everybody read a counter and write it back: it grows by one each time."""
    _write(stores[0], {"counter": 0})

    def runner(store: Store) -> Callable[[], None]:
        def count() -> None:
            for _ in range(_ROUNDS):
                store.transact(lambda rows: _add(rows, "counter", 1))

        return count

    run_together([runner(store) for store in stores])
    found = stores[0].transact(lambda rows: _read(rows, "counter"))
    expect_equal("the counter", found, _ROUNDS * len(stores))


def keeps_the_sum_of_transfers(stores: Sequence[Store], run_together: RunTogether) -> None:
    """Move money from account to account: it is neither made nor lost, not even for a moment."""
    accounts = [f"account {number}" for number in range(_ACCOUNTS)]
    _write(stores[0], dict.fromkeys(accounts, _DEPOSIT))

    def add_up(rows: Transaction) -> int:
        return sum(_read(rows, each) for each in accounts)

    def runner(store: Store, start: int) -> Callable[[], None]:
        step = 0

        def transfer(rows: Transaction) -> None:
            giver, taker = (accounts[(start + step * each) % _ACCOUNTS] for each in (1, 2))
            if giver != taker:
                _add(rows, giver, -1)
                _add(rows, taker, 1)

        def move() -> None:
            nonlocal step
            for step in range(_ROUNDS):  # noqa: B007 - it is read above
                store.transact(transfer)
                expect_equal("the sum", store.transact(add_up), _ACCOUNTS * _DEPOSIT)

        return move

    run_together([runner(store, start) for start, store in enumerate(stores)])
    expect_equal("the sum in the end", stores[0].transact(add_up), _ACCOUNTS * _DEPOSIT)


def lets_nobody_decide_on_old_rows(stores: Sequence[Store], run_together: RunTogether) -> None:
    """Let several take something if nobody has it yet: one of them gets it (no write skew)."""
    for number in range(_ROUNDS):
        winners: list[int] = []

        def runner(store: Store, me: int, number: int = number) -> Callable[[], None]:
            def take(rows: Transaction) -> bool:
                # Each writes a row of their own, so that only what they read is in common.
                names = (f"{number} of {each}" for each in range(len(stores)))
                is_free = all(rows.find(FACTS, name) is None for name in names)
                if is_free:
                    rows.put(FACTS, Fact(name=f"{number} of {me}", value="mine"))
                return is_free

            def run() -> None:
                if store.transact(take):
                    winners.append(me)  # noqa: B023 - all of a round have run before the next one

            return run

        run_together([runner(store, me) for me, store in enumerate(stores)])
        expect_equal(f"winners of round {number}", len(winners), 1)


STORE_RACES: tuple[StoreRace, ...] = (
    loses_no_increment,
    keeps_the_sum_of_transfers,
    lets_nobody_decide_on_old_rows,
)


def _write(store: Store, numbers: dict[str, int]) -> None:
    def work(rows: Transaction) -> None:
        for name, number in numbers.items():
            rows.put(FACTS, Fact(name=name, value=str(number)))

    store.transact(work)


def _read(rows: Transaction, name: str) -> int:
    found = rows.find(FACTS, name)
    if found is None:
        raise AssertionError(f"the row {name!r} is gone")
    return int(found.value)


def _add(rows: Transaction, name: str, number: int) -> None:
    rows.put(FACTS, Fact(name=name, value=str(_read(rows, name) + number)))
