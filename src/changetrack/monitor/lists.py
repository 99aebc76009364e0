"""What there is, in portions: monitors, their checks, and the pages of a check.

A list goes on behind the last row that was seen, or behind a number of rows: the first is exact
whatever is added or deleted meanwhile, the second is what some clients count in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from changetrack.errors import CheckNotFound
from changetrack.monitor.commands import ALIVE, find_monitor
from changetrack.monitor.models import Check, CheckStatus, Monitor, Page, PageStatus
from changetrack.monitor.ports import Column, OneOf, Transaction, Until
from changetrack.monitor.tables import CHECKS, MONITORS, PAGES, Table

__all__ = ["Listed", "Window", "find_check", "list_checks", "list_monitors", "list_pages"]

R = TypeVar("R")
_Filter: TypeAlias = "Mapping[str, Column | OneOf | Until]"

_BY_TIME = ("created_at", "id")
_BY_PLACE = ("position", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which portion of a list: behind which row, or how many rows; and how many."""

    after: tuple[Column, ...] | None = None
    skip: int = 0
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[R]):
    """A portion of a list, how long the whole is, and where it goes on; None: it does not."""

    items: tuple[R, ...]
    total: int
    after: tuple[Column, ...] | None = None


def list_monitors(transaction: Transaction, owner: str, window: Window) -> Listed[Monitor]:
    """Return monitors of an owner, the newest first."""
    where: _Filter = {"owner": owner, "status": ALIVE}
    return _list(transaction, MONITORS, where, window, order=_BY_TIME, descending=True)


def list_checks(
    transaction: Transaction,
    owner: str,
    monitor_id: str,
    window: Window,
    *,
    statuses: Sequence[CheckStatus] = (),
) -> Listed[Check]:
    """Return checks of a monitor, the newest first; of some statuses, or all.

    Raises:
        MonitorNotFound: there is none of this id, or it is somebody else's.
    """
    find_monitor(transaction, owner, monitor_id)
    where: dict[str, Column | OneOf | Until] = {"monitor_id": monitor_id}
    if statuses:
        where["status"] = OneOf(tuple(statuses))
    return _list(transaction, CHECKS, where, window, order=_BY_TIME, descending=True)


def find_check(transaction: Transaction, owner: str, monitor_id: str, check_id: str) -> Check:
    """Return a check of a monitor.

    Raises:
        MonitorNotFound: there is no such monitor, or it is somebody else's.
        CheckNotFound: it has no such check.
    """
    find_monitor(transaction, owner, monitor_id)
    check = transaction.find(CHECKS, check_id)
    if check is None or check.monitor_id != monitor_id:
        raise CheckNotFound
    return check


def list_pages(
    transaction: Transaction, check: Check, window: Window, *, status: PageStatus | None = None
) -> Listed[Page]:
    """Return pages of a check in the order in which they were done; of one status, or all."""
    where: dict[str, Column | OneOf | Until] = {"check_id": check.id}
    if status is not None:
        where["status"] = status
    return _list(transaction, PAGES, where, window, order=_BY_PLACE, descending=False)


def _list(
    transaction: Transaction,
    table: Table[R],
    where: _Filter,
    window: Window,
    *,
    order: tuple[str, ...],
    descending: bool,
) -> Listed[R]:
    total = transaction.count(table, where)
    skip = 0 if window.after is not None else window.skip
    if skip >= total:
        # Nothing is behind it, so nothing is read.
        return Listed(items=(), total=total)
    rows = transaction.select(
        table,
        where,
        order=order,
        descending=descending,
        after=window.after,
        # One more than is shown, which tells that there is more.
        limit=skip + window.limit + 1,
    )[skip:]
    items = tuple(rows[: window.limit])
    has_more = len(rows) > window.limit
    return Listed(items=items, total=total, after=_place(items[-1], order) if has_more else None)


def _place(row: object, order: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(getattr(row, column) for column in order)
