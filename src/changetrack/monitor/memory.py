"""A store that keeps the rows themselves, for tests and for what may be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from typing import TypeAlias, TypeVar, cast

from changetrack.monitor.ports import (
    Column,
    NestedTransaction,
    OneOf,
    Transaction,
    Until,
    Where,
)
from changetrack.monitor.selection import find_key, list_order, match_record, select_records
from changetrack.monitor.tables import TABLES, Table

__all__ = ["MemoryStore"]

R = TypeVar("R")
T = TypeVar("T")

_Key: TypeAlias = "tuple[str | int, ...]"
_Rows: TypeAlias = "dict[_Key, object]"


class MemoryStore:
    """Rows in memory, which are gone when it is.

    A store that is used from several threads needs a lock; it is entered for each transaction and
    must let its own thread in again, as `threading.RLock()` does.
    """

    def __init__(self, lock: AbstractContextManager[object] | None = None) -> None:
        self._lock = nullcontext() if lock is None else lock
        self._shelves = {table.name: _Shelf(table) for table in TABLES}
        # What undoes the transaction that is going on, step by step; None: there is none.
        self._undo: list[tuple[_Shelf, _Key, object | None]] | None = None

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Return what `work` returns; when it raises, everything is as it was.

        Raises:
            NestedTransaction: it is called by the work of another transaction.
        """
        with self._lock:
            if self._undo is not None:
                raise NestedTransaction
            undo = self._undo = []
            try:
                return work(_MemoryTransaction(self._shelves, undo))
            except BaseException:
                for shelf, key, record in reversed(undo):
                    shelf.place(key, record)
                raise
            finally:
                self._undo = None

    def close(self) -> None:
        """Forget everything."""
        for shelf in self._shelves.values():
            shelf.clear()


class _Shelf:
    """The rows of a table, by key and by each column that an index begins with."""

    def __init__(self, table: Table[object]) -> None:
        self.rows: _Rows = {}
        starts = {table.key[0], *(index[0] for index in table.indexes)}
        self._buckets: dict[str, dict[Column, _Rows]] = {name: {} for name in starts}

    def place(self, key: _Key, record: object | None) -> None:
        """Put a row in the place of the one that is there; None: leave the place empty."""
        old = self.rows.pop(key, None)
        for name, buckets in self._buckets.items():
            if old is not None:
                value = getattr(old, name)
                del buckets[value][key]
                if not buckets[value]:
                    del buckets[value]
            if record is not None:
                buckets.setdefault(getattr(record, name), {})[key] = record
        if record is not None:
            self.rows[key] = record

    def gather(self, where: Where) -> Iterable[object]:
        """Return rows that hold all those for which `where` holds, as few as is easily found."""
        found = [self.rows]
        count = len(self.rows)
        for name, wanted in where.items():
            if name not in self._buckets or isinstance(wanted, Until):
                continue
            values = set(wanted.values) if isinstance(wanted, OneOf) else {wanted}
            buckets = self._buckets[name]
            those = [buckets[value] for value in values if value in buckets]
            size = sum(map(len, those))
            if size < count:
                found, count = those, size
        return chain.from_iterable(rows.values() for rows in found)

    def clear(self) -> None:
        """Forget all rows."""
        self.rows.clear()
        for buckets in self._buckets.values():
            buckets.clear()


class _MemoryTransaction:
    def __init__(
        self, shelves: dict[str, _Shelf], undo: list[tuple[_Shelf, _Key, object | None]]
    ) -> None:
        self._shelves = shelves
        self._undo = undo

    def find(self, table: Table[R], *key: str | int) -> R | None:
        # What is on the shelf of a table is of its class.
        return cast("R | None", self._shelves[table.name].rows.get(key))

    def put(self, table: Table[R], record: R) -> None:
        self._place(table, find_key(table, record), record)

    def drop(self, table: Table[R], *key: str | int) -> None:
        self._place(table, key, None)

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
        records = cast("Iterable[R]", self._shelves[table.name].gather(where))
        return select_records(
            table, records, where, order=order, descending=descending, after=after, limit=limit
        )

    def count(self, table: Table[R], where: Where) -> int:
        list_order(table, where, (), None)
        return sum(match_record(each, where) for each in self._shelves[table.name].gather(where))

    def _place(self, table: Table[object], key: _Key, record: object | None) -> None:
        shelf = self._shelves[table.name]
        self._undo.append((shelf, key, shelf.rows.get(key)))
        shelf.place(key, record)
