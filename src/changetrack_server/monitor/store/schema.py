"""The version of the tables, and how an older database gets what it lacks.

A change only ever adds: tables, columns, indexes. So a program of the version before goes on beside
one of the new version, while an upgrade is rolled out. Where a change is more than that,
`min_reader` says which version a program must have at least, and older ones stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from changetrack.monitor.tables import TABLES, Table
from changetrack_server.monitor.store.dialects import Dialect
from changetrack_server.monitor.store.errors import StoreError, StoreUnavailable
from changetrack_server.monitor.store.statements import (
    add_column,
    create_index,
    create_table,
)
from changetrack_server.monitor.store.transactions import Run, SqlTransaction

__all__ = ["SCHEMA", "Schema", "check_version", "migrate", "read_min_reader"]

R = TypeVar("R")

# Rows that are written again at once, where a column is added.
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The tables of a version."""

    # Raised with every change of the tables; tests/monitor/store/test_schema.py notices one.
    version: int = 2
    # The oldest version whose programs may go on with these tables.
    min_reader: int = 1
    tables: tuple[Table[object], ...] = TABLES


SCHEMA = Schema()


def migrate(run: Run, dialect: Dialect, schema: Schema) -> None:
    """Make the tables, or add what an older version lacks; run it alone, in a transaction.

    Raises:
        StoreError: the database is of a newer version that this one cannot go on with.
    """
    name = _name(dialect)
    run(f"CREATE TABLE IF NOT EXISTS {name} (version INTEGER, min_reader INTEGER)", ())
    found = run(f"SELECT version, min_reader FROM {name}", ()).fetchone()  # noqa: S608 - a constant
    if found is not None and found[1] > schema.version:
        problem = f"the database has version {found[0]}, and this program knows {schema.version}"
        raise StoreError(f"{problem}; update changetrack")
    if found is not None and found[0] >= schema.version:
        return
    for table in schema.tables:
        _complete(run, dialect, table)
    run(f"DELETE FROM {name}", ())  # noqa: S608 - as above
    marks = f"{dialect.mark}, {dialect.mark}"
    run(f"INSERT INTO {name} VALUES ({marks})", (schema.version, schema.min_reader))  # noqa: S608 - as above


def read_min_reader(dialect: Dialect) -> str:
    """Return the statement that asks which version a program must have at least."""
    return f"SELECT min_reader FROM {_name(dialect)}"  # noqa: S608 - a constant


def check_version(schema: Schema, min_reader: int) -> None:
    """Stop a program that is too old for what a newer one has made of the database.

    Raises:
        StoreUnavailable: it is too old.
    """
    if min_reader > schema.version:
        raise StoreUnavailable(
            problem="the database belongs to a newer version of changetrack by now",
            remedy="update this server",
        )


def _name(dialect: Dialect) -> str:
    return f'"{dialect.prefix}schema"'


def _complete(run: Run, dialect: Dialect, table: Table[object]) -> None:
    there = {
        name for (name,) in run(dialect.column_names, (dialect.prefix + table.name,)).fetchall()
    }
    run(create_table(dialect, table), ())
    missing = [name for name in table.columns if there and name not in there]
    for name in missing:
        run(add_column(dialect, table, name), ())
    for index in table.indexes:
        run(create_index(dialect, table, index), ())
    if missing:
        _write_again(SqlTransaction(run, dialect), table)


def _write_again(transaction: SqlTransaction, table: Table[R]) -> None:
    """Fill columns that were added, from the rows as they are."""
    after = None
    while True:
        records = transaction.select(table, {}, order=table.key, after=after, limit=_BATCH)
        for record in records:
            transaction.put(table, record)
        if len(records) < _BATCH:
            return
        after = tuple(getattr(records[-1], name) for name in table.key)
