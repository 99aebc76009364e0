"""Operations that are each a transaction of their own."""

from __future__ import annotations

from typing import Self, TypeVar

from changetrack.monitor.ports import Column, Store, Transaction, Where
from changetrack.monitor.tables import Table

__all__ = ["SingleSteps"]

R = TypeVar("R")


class SingleSteps:
    """What a transaction can do, each thing in one; closed when its block is left."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def find(self, table: Table[R], *key: str | int) -> R | None:
        """Return the row of a key."""
        return self.store.transact(lambda rows: rows.find(table, *key))

    def put(self, table: Table[R], *records: R) -> None:
        """Write rows, all in one transaction."""

        def work(rows: Transaction) -> None:
            for each in records:
                rows.put(table, each)

        self.store.transact(work)

    def drop(self, table: Table[R], *key: str | int) -> None:
        """Delete the row of a key."""
        self.store.transact(lambda rows: rows.drop(table, *key))

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
        """Return the rows that `where` holds for."""
        return self.store.transact(
            lambda rows: rows.select(
                table, where, order=order, descending=descending, after=after, limit=limit
            )
        )

    def count(self, table: Table[R], where: Where) -> int:
        """Return how many rows `where` holds for."""
        return self.store.transact(lambda rows: rows.count(table, where))
