"""What a selection means, in plain Python: for stores that cannot look rows up by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar, cast

from changetrack.monitor.ports import Column, OneOf, Until, Where
from changetrack.monitor.tables import Table

__all__ = ["find_key", "list_order", "match_record", "select_records"]

R = TypeVar("R")


def find_key(table: Table[object], record: object) -> tuple[str | int, ...]:
    """Return what names a row."""
    return tuple(getattr(record, name) for name in table.key)


def match_record(record: object, where: Where) -> bool:
    """Return whether all conditions hold for a row."""
    return all(_holds(getattr(record, name), wanted) for name, wanted in where.items())


def list_order(
    table: Table[object], where: Where, order: tuple[str, ...], after: tuple[Column, ...] | None
) -> tuple[str, ...]:
    """Return all columns that rows are ordered by: those that are asked for, then the key.

    Raises:
        ValueError: the table has no such column, or `after` has another length than `order`.
    """
    return _list_order(table, tuple(where), order, None if after is None else len(after))


def select_records(
    table: Table[R],
    records: Iterable[R],
    where: Where,
    *,
    order: tuple[str, ...] = (),
    descending: bool = False,
    after: tuple[Column, ...] | None = None,
    limit: int | None = None,
) -> list[R]:
    """Return what `Transaction.select` has to, of all the rows of a table.

    Raises:
        ValueError: the table has no such column, or `after` has another length than `order`.
    """
    columns = list_order(table, where, order, after)
    found = [record for record in records if match_record(record, where)]
    if after is not None:
        start = _rank_values(after)
        found = [each for each in found if _is_behind(_rank(each, order), start, descending)]
    found.sort(key=lambda record: _rank(record, columns), reverse=descending)
    return found if limit is None else found[:limit]


# A program asks for a few dozen combinations in all, and asks for each of them all the time.
@lru_cache(1_024)
def _list_order(
    table: Table[object], where: tuple[str, ...], order: tuple[str, ...], after: int | None
) -> tuple[str, ...]:
    known = {*table.key, *table.columns}
    unknown = sorted({*where, *order} - known)
    if unknown:
        raise ValueError(f"{table.name} cannot be looked up by {', '.join(unknown)}")
    if after not in {None, len(order)} or after == 0:
        raise ValueError(f"after has {after} values; order has {len(order)}, at least one")
    return (*order, *(name for name in table.key if name not in order))


def _holds(value: Column, wanted: Column | OneOf | Until) -> bool:
    if isinstance(wanted, OneOf):
        return value in wanted.values
    if isinstance(wanted, Until):
        # A column holds values of one type, or None.
        return value is not None and value <= wanted.value  # type: ignore[operator]
    return value == wanted


def _rank(record: object, columns: tuple[str, ...]) -> tuple[tuple[bool, Column], ...]:
    return _rank_values(tuple(getattr(record, name) for name in columns))


def _rank_values(values: tuple[Column, ...]) -> tuple[tuple[bool, Column], ...]:
    """Return what values are compared by: None stands before everything else."""
    return tuple((value is not None, value) for value in values)


def _is_behind(rank: object, start: object, descending: bool) -> bool:  # noqa: FBT001 - the option
    one, other = (start, rank) if descending else (rank, start)
    return cast("tuple[int, ...]", one) > cast("tuple[int, ...]", other)
