"""The statements of a store, written once for each table and each kind of selection.

They are put together from names that stand in the code (hence S608), never from what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import NoneType
from typing import Any, get_args

from changetrack.monitor.ports import Column, OneOf, Until, Where
from changetrack.monitor.records import find_hints
from changetrack.monitor.selection import list_order
from changetrack.monitor.tables import Table
from changetrack_server.monitor.store.dialects import Dialect, Value

__all__ = [
    "Selection",
    "add_column",
    "create_index",
    "create_table",
    "drop_row",
    "find_row",
    "list_conditions",
    "put_row",
    "select_rows",
]

# A program has a few dozen in all; each is written once.
_remember = lru_cache(1_024)


@dataclass(frozen=True, slots=True)
class Selection:
    """The shape of a selection: everything about it but the values."""

    table: Table[object]
    # Each column with its condition: equal, null, one_of, one_of_or_null, until.
    conditions: tuple[tuple[str, str], ...]
    order: tuple[str, ...] = ()
    is_descending: bool = False
    # How many columns of the order have a value that rows must lie behind.
    after: int | None = None
    is_limited: bool = False
    is_count: bool = False


def _quote_table(dialect: Dialect, table: Table[object]) -> str:
    """Return the name of a table in a statement."""
    return f'"{dialect.prefix}{table.name}"'


@_remember
def create_table(dialect: Dialect, table: Table[object]) -> str:
    """Return the statement that makes a table, unless it is there."""
    columns = [_define(dialect, table, name) for name in _list_columns(table)]
    columns += [f'"record" {dialect.text} NOT NULL', f"PRIMARY KEY ({_quote(table.key)})"]
    return f"CREATE TABLE IF NOT EXISTS {_quote_table(dialect, table)} ({', '.join(columns)})"


def add_column(dialect: Dialect, table: Table[object], name: str) -> str:
    """Return the statement that gives a table a column more; it is NULL in all rows."""
    return f"ALTER TABLE {_quote_table(dialect, table)} ADD COLUMN {_define(dialect, table, name)}"


def create_index(dialect: Dialect, table: Table[object], index: tuple[str, ...]) -> str:
    """Return the statement that makes an index, unless it is there.

    It ends in the key, as every order does, so that rows come out of it in order.
    """
    completed = (*index, *(name for name in table.key if name not in index))
    columns = ", ".join(
        f'"{name}"{dialect.nulls_first if _is_optional(table, name) else ""}' for name in completed
    )
    name = f'"{dialect.prefix}{table.name}_by_{"_".join(index)}"'
    return f"CREATE INDEX IF NOT EXISTS {name} ON {_quote_table(dialect, table)} ({columns})"


@_remember
def find_row(dialect: Dialect, table: Table[object]) -> str:
    """Return the statement that reads a row."""
    name = _quote_table(dialect, table)
    return f"SELECT {dialect.body} FROM {name} WHERE {_named(dialect, table)}"  # noqa: S608


@_remember
def drop_row(dialect: Dialect, table: Table[object]) -> str:
    """Return the statement that deletes a row."""
    return f"DELETE FROM {_quote_table(dialect, table)} WHERE {_named(dialect, table)}"  # noqa: S608


@_remember
def put_row(dialect: Dialect, table: Table[object]) -> str:
    """Return the statement that writes a row: its columns in the order of the table, its text."""
    columns = _list_columns(table)
    marks = ", ".join([dialect.mark] * len(columns) + [dialect.body_mark])
    rest = [name for name in (*columns, "record") if name not in table.key]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    return (
        f"INSERT INTO {_quote_table(dialect, table)} ({_quote((*columns, 'record'))})"  # noqa: S608
        f" VALUES ({marks}) ON CONFLICT ({_quote(table.key)}) DO UPDATE SET {changes}"
    )


@_remember
def select_rows(dialect: Dialect, selection: Selection) -> str:
    """Return the statement of a selection.

    Raises:
        ValueError: the table has no such column.
    """
    table = selection.table
    named = dict.fromkeys((name for name, _ in selection.conditions), None)
    after = None if selection.after is None else (None,) * selection.after
    columns = list_order(table, named, selection.order, after)
    conditions = [_condition(dialect, table, *each) for each in selection.conditions]
    if selection.after is not None:
        marks = ", ".join([dialect.mark] * selection.after)
        sign = "<" if selection.is_descending else ">"
        conditions.append(f"({_quote(selection.order)}) {sign} ({marks})")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    found = f"FROM {_quote_table(dialect, table)}{where}"
    if selection.is_count:
        return f"SELECT count(*) {found}"
    ordered = ", ".join(_ordered(dialect, selection, name) for name in columns)
    limit = f" LIMIT {dialect.mark}" if selection.is_limited else ""
    return f"SELECT {dialect.body} {found} ORDER BY {ordered}{limit}"


def list_conditions(
    dialect: Dialect, where: Where
) -> tuple[tuple[tuple[str, str], ...], list[Value]]:
    """Return the conditions of a selection, and the values that they are about."""
    conditions: list[tuple[str, str]] = []
    values: list[Value] = []
    for name, wanted in where.items():
        condition, spelled = _spell_condition(dialect, wanted)
        conditions.append((name, condition))
        values += spelled
    return tuple(conditions), values


def _spell_condition(
    dialect: Dialect, wanted: Column | OneOf | Until
) -> tuple[str, tuple[Value, ...]]:
    if wanted is None:
        return "null", ()
    if isinstance(wanted, Until):
        return "until", (dialect.spell(wanted.value),)
    if not isinstance(wanted, OneOf):
        return "equal", (dialect.spell(wanted),)
    spelled = [each for each in map(dialect.spell, wanted.values) if each is not None]
    condition = "one_of" if len(spelled) == len(wanted.values) else "one_of_or_null"
    return condition, (dialect.spell_list(spelled),)


def _condition(dialect: Dialect, table: Table[object], name: str, condition: str) -> str:
    one_of = dialect.in_texts if _is_text(table, name) else dialect.in_integers
    return {
        "null": f'"{name}" IS NULL',
        "until": f'"{name}" <= {dialect.mark}',
        "equal": f'"{name}" = {dialect.mark}',
        "one_of": f'"{name}" {one_of}',
        "one_of_or_null": f'("{name}" {one_of} OR "{name}" IS NULL)',
    }[condition]


def _ordered(dialect: Dialect, selection: Selection, name: str) -> str:
    direction = " DESC" if selection.is_descending else ""
    if not _is_optional(selection.table, name):
        return f'"{name}"{direction}'
    nulls = dialect.nulls_last if selection.is_descending else dialect.nulls_first
    return f'"{name}"{direction}{nulls}'


def _named(dialect: Dialect, table: Table[object]) -> str:
    return " AND ".join(f'"{name}" = {dialect.mark}' for name in table.key)


def _define(dialect: Dialect, table: Table[object], name: str) -> str:
    kind = dialect.text if _is_text(table, name) else dialect.integer
    return f'"{name}" {kind}{" NOT NULL" if name in table.key else ""}'


def _list_columns(table: Table[object]) -> tuple[str, ...]:
    return (*table.key, *table.columns)


def _is_optional(table: Table[object], name: str) -> bool:
    # An added column is NULL until its rows were written again, whatever its hint says.
    return name not in table.key and NoneType in get_args(_hint_of(table, name))


def _is_text(table: Table[object], name: str) -> bool:
    hint = _hint_of(table, name)
    return not {int, datetime} & {hint, *get_args(hint)}


def _hint_of(table: Table[object], name: str) -> object:
    kind: Any = table.record
    return find_hints(kind)[name]


def _quote(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
