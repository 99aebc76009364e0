"""What there is, in portions: monitors, their checks and pages, and what was sent of them.

A list goes on behind the last row that was seen, or behind a number of rows: the first is exact
whatever is added or deleted meanwhile, the second is what some clients count in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Generic, TypeAlias, TypeVar

from changetrack._hashing import dump_plain_json
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
    "MOST_BYTES",
    "Listed",
    "Window",
    "list_attempts",
    "list_checks",
    "list_deliveries",
    "list_monitors",
    "list_pages",
]

R = TypeVar("R")

_Place: TypeAlias = "tuple[Column, ...]"

# Rows that are read at once; each page for itself, since its diff may be as large as the page.
_PORTION = 200
# Of what is large in the rows of one answer; behind that the list goes on with a cursor. Fifty
# pages of some megabytes each would take gigabytes of memory, while everybody else waits.
MOST_BYTES = 16 * 2**20

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
    select = partial(transaction.select, table, where, order=order, descending=descending)
    portion = 1 if table is PAGES else min(_PORTION, skip + window.limit + 1)
    rows = _read_behind(select, order, window.after, portion)
    shown: list[R] = []
    weight = 0
    for row in islice(rows, skip, None):
        if len(shown) == window.limit or weight >= MOST_BYTES:
            return Listed(items=tuple(shown), total=total, after=_place(shown[-1], order))
        shown.append(row)
        weight += _weigh(row)
    return Listed(items=tuple(shown), total=total)


def _read_behind(
    select: Callable[..., list[R]], order: tuple[str, ...], after: _Place | None, portion: int
) -> Iterator[R]:
    """Yield rows one after the other, and hold no more than a portion of them."""
    while True:
        rows = select(after=after, limit=portion)
        yield from rows
        if len(rows) < portion:
            return
        after = _place(rows[-1], order)


def _weigh(row: object) -> int:
    """Return the bytes of what may be very large in a row."""
    return len(dump_plain_json(row.diff)) if isinstance(row, Page) and row.diff else 0


def _place(row: object, order: tuple[str, ...]) -> _Place:
    return tuple(getattr(row, column) for column in order)
