"""What is forgotten, and when: everything that ended longer ago than its monitor keeps it.

    checks and their pages · deliveries and their attempts · snapshots that nothing points at ·
    monitors that were deleted, with all they had · remembered answers · verdicts

What is still open is never touched, and a snapshot that a page is compared with never goes, however
old it is: it is what the next check needs (reliability C45).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from changetrack.monitor.idempotency import KEPT_FOR
from changetrack.monitor.models import (
    Check,
    CheckStatus,
    Delivery,
    DeliveryStatus,
    Fact,
    KeptSnapshot,
    Monitor,
)
from changetrack.monitor.ports import OneOf, Transaction, Until, Where
from changetrack.monitor.selection import find_key
from changetrack.monitor.tables import (
    ATTEMPTS,
    BASELINES,
    CHECKS,
    DELIVERIES,
    FACTS,
    MONITORS,
    PAGES,
    RECIPIENTS,
    REMEMBERED,
    SNAPSHOTS,
    VERDICTS,
    Table,
)

__all__ = ["Swept", "sweep"]

R = TypeVar("R")

# A change that comes back after a month may as well be judged anew.
_VERDICTS = timedelta(days=30)
# Rows that are read at once; a snapshot may be as large as its page.
_PORTION = 100

_CLOSED_CHECKS: tuple[CheckStatus, ...] = (
    *("completed", "partial", "failed"),
    *("skipped_overlap", "skipped_no_credits"),
)
_OPEN_CHECKS: tuple[CheckStatus, ...] = ("queued", "running")
_CLOSED_DELIVERIES: tuple[DeliveryStatus, ...] = ("delivered", "dead", "cancelled")

# What a monitor has, in the order in which it goes: what points at a row goes before it.
_BELONGINGS: tuple[Table[object], ...] = (
    *(PAGES, CHECKS, BASELINES, SNAPSHOTS, ATTEMPTS, DELIVERIES, RECIPIENTS),
)

# With less, it would look for where to go on and never get there.
_LEAST = 10
# Where the sweep goes on the next time, so that one transaction never has to do all of it.
_PLACE = "sweep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many rows of each table went, and whether there was time to look at all of them."""

    counts: Mapping[str, int] = field(default_factory=dict, hash=False)
    is_done: bool = True


def sweep(transaction: Transaction, *, now: datetime, limit: int = 500) -> Swept:
    """Delete what is past its time, as far as about `limit` rows lead, and remember the place.

    Whoever calls it again until it is done has looked at everything once; then it begins anew.
    """
    broom = _Broom(transaction, now, max(limit, _LEAST))
    place = _read_place(transaction)
    if not place:
        broom.forget(REMEMBERED, KEPT_FOR)
        broom.forget(VERDICTS, _VERDICTS)
    while broom.room > 0:
        monitor = broom.find_monitor(place)
        if monitor is None:
            transaction.drop(FACTS, _PLACE)
            return Swept(counts=broom.counts)
        place = broom.clean(monitor, place)
    transaction.put(FACTS, Fact(name=_PLACE, value=json.dumps(place)))
    return Swept(counts=broom.counts, is_done=False)


def _read_place(transaction: Transaction) -> list[str]:
    """Return the monitor that was looked at last; and, if it is not done, its last snapshot."""
    fact = transaction.find(FACTS, _PLACE)
    return [] if fact is None else [str(part) for part in json.loads(fact.value)]


class _Broom:
    """One transaction's worth of sweeping."""

    def __init__(self, transaction: Transaction, now: datetime, limit: int) -> None:
        self.room = limit
        self.counts: Counter[str] = Counter()
        self._transaction = transaction
        self._now = now

    def forget(self, table: Table[R], after: timedelta) -> None:
        """Delete the rows of a table that are older than this."""
        self._drop_all(table, {"created_at": Until(self._now - after)})

    def find_monitor(self, place: list[str]) -> Monitor | None:
        """Return the monitor to go on with: the one that was begun, or the next one."""
        self.room -= 1
        begun = self._transaction.find(MONITORS, place[0]) if len(place) > 1 else None
        if begun is not None:
            return begun
        after = (place[0],) if place else None
        found = self._transaction.select(MONITORS, {}, order=("id",), after=after, limit=1)
        return next(iter(found), None)

    def clean(self, monitor: Monitor, place: list[str]) -> list[str]:
        """Delete what a monitor keeps no longer, and return the place where that ended."""
        cutoff = self._now - timedelta(days=monitor.config.retention_days)
        mine: Where = {"monitor_id": monitor.id}
        if monitor.status == "deleted" and monitor.updated_at <= cutoff and self._is_quiet(mine):
            is_done = all(self._drop_all(table, mine) for table in _BELONGINGS)
            if is_done:
                self._drop(MONITORS, monitor)
            return [monitor.id] if is_done else [monitor.id, "", ""]
        is_done = self._drop_checks(mine, cutoff) and self._drop_deliveries(mine, cutoff)
        if not is_done:
            return [monitor.id, "", ""]
        after = place[1:] if place[:1] == [monitor.id] and len(place) > 1 else ["", ""]
        return [monitor.id, *self._drop_snapshots(mine, cutoff, after)]

    def _is_quiet(self, mine: Where) -> bool:
        """Tell whether nothing of a monitor is still going on."""
        count = self._transaction.count
        is_checking = count(CHECKS, {**mine, "status": OneOf(_OPEN_CHECKS)})
        return not is_checking and not count(DELIVERIES, {**mine, "status": "pending"})

    def _drop_checks(self, mine: Where, cutoff: datetime) -> bool:
        where: Where = {**mine, "status": OneOf(_CLOSED_CHECKS), "created_at": Until(cutoff)}
        for check in self._select(CHECKS, where, ("created_at", "id")):
            if _end_check(check) > cutoff:
                continue
            if not self._drop_all(PAGES, {"check_id": check.id}):
                return False
            self._drop(CHECKS, check)
        return self.room > 0

    def _drop_deliveries(self, mine: Where, cutoff: datetime) -> bool:
        where: Where = {**mine, "status": OneOf(_CLOSED_DELIVERIES), "created_at": Until(cutoff)}
        for delivery in self._select(DELIVERIES, where, ("created_at", "id")):
            if _end_delivery(delivery) > cutoff:
                continue
            if not self._drop_all(ATTEMPTS, {"delivery_id": delivery.id}):
                return False
            self._drop(DELIVERIES, delivery)
        return self.room > 0

    def _drop_snapshots(self, mine: Where, cutoff: datetime, after: list[str]) -> list[str]:
        """Delete the snapshots that nothing points at; return the last that was looked at."""
        where: Where = {**mine, "created_at": Until(cutoff)}
        while self.room > 0:
            last = (datetime.fromisoformat(after[0]), after[1]) if after[1:] and after[0] else None
            asked = min(_PORTION, self.room)
            found = self._transaction.select(
                SNAPSHOTS, where, order=("created_at", "id"), after=last, limit=asked
            )
            for kept in found:
                if self._is_needed(kept):
                    self.room -= 1
                else:
                    self._drop(SNAPSHOTS, kept)
            if len(found) < asked:
                return []
            after = [found[-1].created_at.isoformat(), found[-1].id]
        return after

    def _is_needed(self, kept: KeptSnapshot) -> bool:
        count = self._transaction.count
        return bool(
            count(BASELINES, {"snapshot_id": kept.id})
            or count(PAGES, {"current_id": kept.id})
            or count(PAGES, {"previous_id": kept.id})
        )

    def _select(self, table: Table[R], where: Where, order: tuple[str, ...]) -> list[R]:
        # Each of them costs at least one row, so there is no more room than for so many.
        return self._transaction.select(table, where, order=order, limit=max(self.room, 0))

    def _drop_all(self, table: Table[R], where: Where) -> bool:
        """Delete rows while there is room, and return whether none is left."""
        while self.room > 0:
            asked = min(_PORTION, self.room)
            found = self._transaction.select(table, where, limit=asked)
            for record in found:
                self._drop(table, record)
            if len(found) < asked:
                return True
        return False

    def _drop(self, table: Table[R], record: R) -> None:
        self._transaction.drop(table, *find_key(table, record))
        self.counts[table.name] += 1
        self.room -= 1


def _end_check(check: Check) -> datetime:
    return check.finished_at or check.created_at


def _end_delivery(delivery: Delivery) -> datetime:
    return delivery.delivered_at or delivery.created_at
