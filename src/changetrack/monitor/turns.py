"""Whose turn it is: around a circle of those who wait, so that nobody waits for all of another one.

The last one who had a turn is remembered, and the next walk goes on behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from changetrack.monitor.models import Fact
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import FACTS

__all__ = ["go_around", "remember_turn"]

R = TypeVar("R")


def go_around(
    transaction: Transaction,
    circle: str,
    find_behind: Callable[[str], Sequence[R]],
    name_of: Callable[[R], str],
    *,
    most: int,
) -> Iterator[tuple[str, list[R]]]:
    """Yield each of those who wait, once around at most, with some of what waits for them.

    Whoever is not reached in `most` steps is among the first of the next walk.

    `find_behind` returns rows in the order of the names that they wait for, from the first that is
    greater than the one it is given; no name is empty.
    """
    turn = transaction.find(FACTS, circle)
    start = name = turn.value if turn else ""
    is_around = False
    for _ in range(most):
        rows = find_behind(name)
        if not rows:
            if is_around or not name:
                return
            name, is_around = "", True
            continue
        name = name_of(rows[0])
        if is_around and name > start:
            return
        yield name, [row for row in rows if name_of(row) == name]


def remember_turn(transaction: Transaction, circle: str, name: str) -> None:
    """Have the next walk go on behind a name."""
    transaction.put(FACTS, Fact(name=circle, value=name))
