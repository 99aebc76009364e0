"""What is due: every slot of a schedule becomes exactly one check, or is counted by one.

All of a slot happens in one transaction: its check is written, and the monitor moves on to the next
one. A process that dies before it has done nothing, and one that dies after it has done it all.
After a time when nobody was there, one check stands for all the slots that passed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from changetrack.monitor.ids import name_id
from changetrack.monitor.models import Check, CheckStatus, Monitor, Trigger
from changetrack.monitor.ports import NEVER, Transaction, Until, Where
from changetrack.monitor.pricing import estimate_check
from changetrack.monitor.schedule import newest_run_until, next_run
from changetrack.monitor.tables import CHECKS, DELIVERIES, MONITORS

__all__ = [
    "find_next_due",
    "find_spent",
    "find_waiting",
    "has_due_delivery",
    "is_affordable",
    "list_waiting",
    "materialise_due",
    "name_month",
    "queue_check",
    "realign",
    "schedule_next",
]

_OVERLAP = "Previous monitor check is still running."
_NO_CREDITS = "The monthly credits of this monitor are spent."


def materialise_due(transaction: Transaction, *, now: datetime, limit: int) -> list[Check]:
    """Write the checks of up to `limit` monitors that are due, and return them."""
    due = transaction.select(
        MONITORS, {"next_run_at": Until(now)}, order=("next_run_at",), limit=limit
    )
    return [_materialise(transaction, monitor, now) for monitor in due]


def _materialise(transaction: Transaction, monitor: Monitor, now: datetime) -> Check:
    """Write the check of a monitor that is due, whatever becomes of it."""
    try:
        slot = _find_slot(monitor, now)
    except ValueError as error:
        # One that cannot be understood must not keep the others from being planned.
        return _give_up(transaction, monitor, error, now)
    return _take_slot(transaction, monitor, slot, now)


def find_next_due(transaction: Transaction, *, now: datetime) -> datetime | None:
    """Return when the next monitor is due; `now` if one is already; None if none ever is."""
    for monitor in transaction.select(
        MONITORS, {"next_run_at": Until(NEVER)}, order=("next_run_at",), limit=1
    ):
        return max(now, monitor.next_run_at or now)
    return None


def list_waiting(transaction: Transaction, *, now: datetime, limit: int) -> list[Check]:
    """Return checks that wait for somebody: those whose worker is gone, then the oldest."""
    lost = transaction.select(
        CHECKS,
        {"status": "running", "lease_until": Until(now)},
        order=("lease_until",),
        limit=limit,
    )
    if len(lost) == limit:
        return lost
    queued = {"status": "queued"}
    return lost + transaction.select(
        CHECKS, queued, order=("created_at", "id"), limit=limit - len(lost)
    )


def find_waiting(transaction: Transaction, check_id: str, *, now: datetime) -> Check | None:
    """Return a check if it waits for somebody; None: it is done, or somebody has it."""
    check = transaction.find(CHECKS, check_id)
    if check is None or check.status not in {"queued", "running"}:
        return None
    return None if check.lease_until and check.lease_until > now else check


def has_due_delivery(transaction: Transaction, *, now: datetime) -> bool:
    """Tell whether something is to be sent that nobody is sending."""
    due: Where = {"status": "pending", "next_attempt_at": Until(now)}
    return bool(transaction.select(DELIVERIES, due, order=("next_attempt_at",), limit=1))


def queue_check(
    transaction: Transaction,
    monitor: Monitor,
    *,
    check_id: str,
    trigger: Trigger,
    slot: datetime | None,
    now: datetime,
    missed: int = 0,
) -> Check:
    """Write a check that somebody will run, as the monitor's only open one, and return it."""
    check = _make_check(monitor, "queued", slot, now, missed)
    check = replace(
        check,
        id=check_id,
        trigger=trigger,
        config=monitor.config,
        estimated_credits=estimate_check(monitor.config),
    )
    transaction.put(CHECKS, check)
    transaction.put(MONITORS, replace(monitor, current_check_id=check_id))
    return check


def schedule_next(monitor: Monitor, *, now: datetime) -> datetime:
    """Return the next slot of a monitor, behind `now` and behind the last one."""
    after = max(now, monitor.last_slot_at) if monitor.last_slot_at else now
    return next_run(monitor.config.schedule, after)


def realign(transaction: Transaction, *, now: datetime, after: str = "", limit: int) -> str | None:
    """Compute the next slots anew, for time zones that have changed since; in portions.

    Returns where to go on, or None at the end. Slots that are due stay due.
    """
    monitors = transaction.select(
        MONITORS, {"status": "active"}, order=("id",), after=(after,), limit=limit
    )
    for monitor in monitors:
        if monitor.next_run_at is None or monitor.next_run_at <= now:
            continue
        try:
            slot = schedule_next(monitor, now=now)
        except ValueError:
            # A zone that is gone; it is found out and said when the monitor is due.
            continue
        if slot != monitor.next_run_at:
            transaction.put(MONITORS, replace(monitor, next_run_at=slot))
    return monitors[-1].id if len(monitors) == limit else None


def is_affordable(monitor: Monitor, *, now: datetime) -> bool:
    """Tell whether what a check may cost is left of the month's credits."""
    budget = monitor.config.monthly_credits
    if budget is None:
        return True
    return find_spent(monitor, now=now) + estimate_check(monitor.config) <= budget


def find_spent(monitor: Monitor, *, now: datetime) -> int:
    """Return the credits that were spent in the month of `now`."""
    return monitor.spent_credits if monitor.spent_month == name_month(now) else 0


def name_month(now: datetime) -> str:
    """Return the month of a time, such as 2026-11."""
    return now.astimezone(UTC).strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class _Slot:
    """A slot that is due, and how many older ones it answers for."""

    at: datetime
    missed: int
    next_at: datetime


def _take_slot(transaction: Transaction, monitor: Monitor, slot: _Slot, now: datetime) -> Check:
    status = _decide(monitor, now)
    check = _make_check(monitor, status, slot.at, now, slot.missed)
    moved = replace(
        monitor, status="active", pause_reason=None, last_slot_at=slot.at, next_run_at=slot.next_at
    )
    if status == "queued":
        return queue_check(
            transaction,
            moved,
            check_id=check.id,
            trigger="scheduled",
            slot=slot.at,
            now=now,
            missed=slot.missed,
        )
    if status == "skipped_no_credits":
        moved = _rest(moved, now)
    transaction.put(CHECKS, check)
    transaction.put(MONITORS, moved)
    return check


def _give_up(transaction: Transaction, monitor: Monitor, error: ValueError, now: datetime) -> Check:
    slot = monitor.next_run_at
    check = replace(
        _make_check(monitor, "failed", slot, now, 0),
        error=f"The schedule cannot be understood: {error}",
        error_code="invalid_schedule",
    )
    rests = replace(monitor, status="paused", pause_reason="schedule", next_run_at=None)
    transaction.put(CHECKS, check)
    transaction.put(MONITORS, replace(rests, last_slot_at=slot, failures=monitor.failures + 1))
    return check


def _find_slot(monitor: Monitor, now: datetime) -> _Slot:
    schedule, first = monitor.config.schedule, monitor.next_run_at or now
    newest, missed = newest_run_until(schedule, first, now)
    return _Slot(newest, missed, next_run(schedule, max(newest, now)))


def _decide(monitor: Monitor, now: datetime) -> CheckStatus:
    if monitor.current_check_id is not None:
        return "skipped_overlap"
    return "queued" if is_affordable(monitor, now=now) else "skipped_no_credits"


def _rest(monitor: Monitor, now: datetime) -> Monitor:
    """Let a monitor rest until the month is over; being due then is what wakes it."""
    start = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    # No month has more than 31 days, and none fewer than 28: this is a day of the next one.
    month = (start + timedelta(days=32)).replace(day=1)
    first = next_run(monitor.config.schedule, month - month.resolution)
    return replace(monitor, status="paused", pause_reason="no_credits", next_run_at=first)


_REASONS: dict[CheckStatus, tuple[str, str]] = {
    "skipped_overlap": (_OVERLAP, "overlap"),
    "skipped_no_credits": (_NO_CREDITS, "no_credits"),
}


def _make_check(
    monitor: Monitor, status: CheckStatus, slot: datetime | None, now: datetime, missed: int
) -> Check:
    error, error_code = _REASONS.get(status, (None, None))
    return Check(
        id=name_id("check", monitor.id, slot.isoformat() if slot else None),
        monitor_id=monitor.id,
        owner=monitor.owner,
        status=status,
        trigger="scheduled",
        scheduled_for=slot,
        missed_slots=missed,
        created_at=now,
        finished_at=None if status == "queued" else now,
        updated_at=now,
        error=error,
        error_code=error_code,
    )
