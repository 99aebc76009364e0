"""What the orchestration asks of a store: five operations on rows, in transactions that hold.

    def take(transaction: Transaction) -> Check | None: ...
    check = store.transact(take)

Everything that happens at once is written once, as a function over a transaction, and is the same
for every store. `changetrack.testing` has the laws that a store must keep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeAlias, TypeVar

from changetrack.monitor.tables import Table

__all__ = [
    "NEVER",
    "Column",
    "NestedTransaction",
    "OneOf",
    "Store",
    "Transaction",
    "Until",
    "Where",
]

R = TypeVar("R")
T = TypeVar("T")

Column: TypeAlias = "str | int | datetime | None"


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column is one of these; none of none."""

    values: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Until:
    """A column is this or less; what is None is not."""

    value: str | int | datetime


# By column: what it equals (None too), or one of the two above. All must hold.
Where: TypeAlias = "Mapping[str, Column | OneOf | Until]"


# Later than any time of a row: up to it is every row that has one.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class NestedTransaction(RuntimeError):
    """A transaction was begun by the work of another one, which would have to wait for itself."""

    def __init__(self) -> None:
        super().__init__("a transaction cannot begin inside of another; pass on the one that is")


class Transaction(Protocol):
    """Rows, as they are in one moment that nobody else can change."""

    def find(self, table: Table[R], *key: str | int) -> R | None:
        """Return the row of a key."""
        ...

    def put(self, table: Table[R], record: R) -> None:
        """Write a row, in the place of the one with the same key."""
        ...

    def drop(self, table: Table[R], *key: str | int) -> None:
        """Delete the row of a key, if it is there."""
        ...

    def select(
        self,
        table: Table[R],
        where: Where,
        *,
        order: tuple[str, ...] = (),
        descending: bool = False,
        after: tuple[Column, ...] | None = None,
        limit: int | None = None,
    ) -> list[R]:
        """Return the rows that `where` holds for, ordered by columns; then by key.

        Text is ordered by code point, and None comes first; `descending` turns all of it around,
        the key too. `after` holds a value for each column of `order`: only what comes behind it is
        returned. An `order` that is used with it ends in a key, so that it is unambiguous, and none
        of its values is None.

        Raises:
            ValueError: the table has no such column, or `after` has another length than `order`.
        """
        ...

    def count(self, table: Table[R], where: Where) -> int:
        """Return how many rows `where` holds for.

        Raises:
            ValueError: the table has no such column.
        """
        ...


class Store(Protocol):
    """Keeps the tables."""

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Return what `work` returns; what it wrote is kept whole, or not at all when it raises.

        Transactions are serialisable: as if there were one at a time. Where the store finds out too
        late that two were in each other's way, one of them runs again, so `work` must have no other
        effect. Any thread may call it.

        Raises:
            NestedTransaction: it is called by the work of another transaction.
        """
        ...

    def close(self) -> None:
        """Let go of what the store holds."""
        ...
