"""Who takes a check next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from changetrack.monitor.checks.ending import Ending, Tell, finish_check
from changetrack.monitor.checks.states import TRANSITIONS, CheckEvent
from changetrack.monitor.models import Check
from changetrack.monitor.owners import is_alone
from changetrack.monitor.planning import find_waiting
from changetrack.monitor.ports import NEVER, Transaction, Until, Where
from changetrack.monitor.tables import CHECKS
from changetrack.monitor.turns import go_around, remember_turn

__all__ = ["claim_check"]

_WORKER_LOST = "worker_lost"
# A check that has cost three workers their lives does not get a fourth (reliability C42).
_MOST_ATTEMPTS = 3

# Owners have turns.
_TURN = "checks.turn"
# Owners that one claim looks at, when those before them have all they may.
_MOST_TURNS = 64


def claim_check(
    transaction: Transaction,
    *,
    now: datetime,
    lease: timedelta,
    tell: Tell,
    check_id: str | None = None,
    most_of_owner: int | None = None,
) -> Check | None:
    """Take a check that waits for somebody, and return it; None if there is none.

    One whose worker is gone comes first; then owners have turns, each with the oldest of theirs, so
    that nobody waits for all that another one has. Where there are several owners, none of them has
    more than `most_of_owner` under way. After three workers a check has failed. With a `check_id`
    it is this check or none.
    """
    while True:
        check = (
            find_waiting(transaction, check_id, now=now)
            if check_id is not None
            else _find_lost(transaction, now) or _find_next(transaction, most_of_owner)
        )
        if check is None:
            return None
        event: CheckEvent = "claim" if check.status == "queued" else "lease_over"
        claimed = replace(
            check,
            status=TRANSITIONS[check.status, event],
            attempts=check.attempts + 1,
            started_at=check.started_at or now,
            updated_at=now,
            lease_until=now + lease,
        )
        transaction.put(CHECKS, claimed)
        if check.attempts - check.releases < _MOST_ATTEMPTS:
            return claimed
        error = f"The check ended {_MOST_ATTEMPTS} workers before it was done."
        ending = Ending(error=error, error_code=_WORKER_LOST, is_failed=True)
        finish_check(transaction, claimed, ending, now=now, tell=tell)


def _find_lost(transaction: Transaction, now: datetime) -> Check | None:
    """Return the check whose worker has been gone for longest."""
    over: Where = {"status": "running", "lease_until": Until(now)}
    return next(iter(transaction.select(CHECKS, over, order=("lease_until",), limit=1)), None)


def _find_next(transaction: Transaction, most: int | None) -> Check | None:
    """Return the oldest queued check of the owner whose turn it is, and remember the turn."""

    def find_behind(owner: str) -> list[Check]:
        return transaction.select(
            CHECKS,
            {"status": "queued"},
            order=("owner", "created_at", "id"),
            after=(owner, NEVER, ""),
            limit=1,
        )

    turns = go_around(transaction, _TURN, find_behind, lambda each: each.owner, most=_MOST_TURNS)
    for owner, (check, *_) in turns:
        if most is None or _has_room(transaction, owner, most):
            remember_turn(transaction, _TURN, owner)
            return check
    return None


def _has_room(transaction: Transaction, owner: str, most: int) -> bool:
    """Tell whether an owner may have one more under way: there is room, or there is nobody else."""
    has_less = transaction.count(CHECKS, {"status": "running", "owner": owner}) < most
    return has_less or is_alone(transaction, owner)
