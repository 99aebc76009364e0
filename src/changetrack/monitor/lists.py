"""What there is, in portions: monitors, their checks and pages, and what was sent of them.

A list goes on behind the last row that was seen, or behind a number of rows: the first is exact
whatever is added or deleted meanwhile, the second is what some clients count in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from changetrack.monitor.models import (
    Attempt,
    Check,
    CheckStatus,
    Delivery,
    DeliveryStatus,
    Monitor,
    Page,
    PageStatus,
)
from changetrack.monitor.owners import ALIVE, find_delivery, find_monitor
from changetrack.monitor.ports import Column, OneOf, Transaction, Where
from changetrack.monitor.tables import ATTEMPTS, CHECKS, DELIVERIES, MONITORS, PAGES, Table

__all__ = [
    "Listed",
    "Window",
    "list_attempts",
    "list_checks",
    "list_deliveries",
    "list_monitors",
    "list_pages",
]

R = TypeVar("R")

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
    where: Where = {"owner": owner, "status": ALIVE}
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
    where = _of_monitor(monitor_id, statuses)
    return _list(transaction, CHECKS, where, window, order=_BY_TIME, descending=True)


def list_pages(
    transaction: Transaction, check: Check, window: Window, *, status: PageStatus | None = None
) -> Listed[Page]:
    """Return pages of a check in the order in which they were done; of one status, or all."""
    where: Where = {"check_id": check.id, **({} if status is None else {"status": status})}
    return _list(transaction, PAGES, where, window, order=_BY_PLACE, descending=False)


def list_deliveries(
    transaction: Transaction,
    owner: str,
    monitor_id: str,
    window: Window,
    *,
    statuses: Sequence[DeliveryStatus] = (),
) -> Listed[Delivery]:
    """Return what a monitor sent or has to send, the newest first; of some statuses, or all.

    Raises:
        MonitorNotFound: there is none of this id, or it is somebody else's.
    """
    find_monitor(transaction, owner, monitor_id)
    where = _of_monitor(monitor_id, statuses)
    return _list(transaction, DELIVERIES, where, window, order=_BY_TIME, descending=True)


def list_attempts(transaction: Transaction, owner: str, delivery_id: str) -> list[Attempt]:
    """Return every try of a delivery, the first one first.

    Raises:
        DeliveryNotFound: there is none of this id, or it is somebody else's.
    """
    delivery = find_delivery(transaction, owner, delivery_id)
    numbers = range(1, delivery.attempts + 1)
    found = (transaction.find(ATTEMPTS, delivery_id, number) for number in numbers)
    return [attempt for attempt in found if attempt is not None]


def _of_monitor(monitor_id: str, statuses: Sequence[str]) -> Where:
    return {"monitor_id": monitor_id, **({"status": OneOf(tuple(statuses))} if statuses else {})}


def _list(
    transaction: Transaction,
    table: Table[R],
    where: Where,
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
