"""A transaction over any database that runs statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from changetrack.monitor.ports import Column, Where
from changetrack.monitor.records import dump_record, load_record
from changetrack.monitor.tables import Table
from changetrack_server.monitor.store.dialects import Dialect, Value
from changetrack_server.monitor.store.statements import (
    Selection,
    drop_row,
    find_row,
    list_conditions,
    put_row,
    select_rows,
)

__all__ = ["Cursor", "Run", "SqlTransaction"]

R = TypeVar("R")


class Cursor(Protocol):
    """What a statement gave."""

    # A row is whatever the statement asked for.
    def fetchone(self) -> Any:  # noqa: ANN401
        """Return the next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return all rows."""
        ...


# Runs a statement with its values.
Run: TypeAlias = "Callable[[str, Sequence[Value]], Cursor]"


class SqlTransaction:
    """What `changetrack.monitor.ports.Transaction` asks for, in SQL."""

    def __init__(self, run: Run, dialect: Dialect) -> None:
        self._run = run
        self._dialect = dialect

    def find(self, table: Table[R], *key: str | int) -> R | None:
        """Return the row of a key."""
        found = self._run(find_row(self._dialect, table), self._spell(key)).fetchone()
        return None if found is None else load_record(table.record, found[0])

    def put(self, table: Table[R], record: R) -> None:
        """Write a row, in the place of the one with the same key."""
        columns = [getattr(record, name) for name in (*table.key, *table.columns)]
        text: Value = dump_record(record)
        self._run(put_row(self._dialect, table), [*self._spell(columns), text])

    def drop(self, table: Table[R], *key: str | int) -> None:
        """Delete the row of a key, if it is there."""
        self._run(drop_row(self._dialect, table), self._spell(key))

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
        """Return the rows that `where` holds for, in order."""
        conditions, values = list_conditions(self._dialect, where)
        selection = Selection(
            table=table,
            conditions=conditions,
            order=order,
            is_descending=descending,
            after=None if after is None else len(after),
            is_limited=limit is not None,
        )
        values += self._spell(after or ())
        if limit is not None:
            values.append(limit)
        rows = self._run(select_rows(self._dialect, selection), values).fetchall()
        return [load_record(table.record, text) for (text,) in rows]

    def count(self, table: Table[R], where: Where) -> int:
        """Return how many rows `where` holds for."""
        conditions, values = list_conditions(self._dialect, where)
        selection = Selection(table=table, conditions=conditions, is_count=True)
        counted: int = self._run(select_rows(self._dialect, selection), values).fetchone()[0]
        return counted

    def end(self) -> None:
        """Refuse whatever somebody asks for from now on."""
        self._run = _refuse

    def _spell(self, values: Sequence[Column]) -> list[Value]:
        return [self._dialect.spell(value) for value in values]


def _refuse(_statement: str, _values: Sequence[Value]) -> Cursor:
    raise RuntimeError("this transaction is over; do everything inside of its work")
