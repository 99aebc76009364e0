"""Who takes a check next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from changetrack.monitor.checks.ending import Ending, Tell, finish_check
from changetrack.monitor.checks.states import TRANSITIONS, CheckEvent
from changetrack.monitor.models import Check
from changetrack.monitor.planning import find_waiting, list_waiting
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import CHECKS

__all__ = ["WORKER_LOST", "claim_check"]

WORKER_LOST = "worker_lost"
# A check that has cost three workers their lives does not get a fourth (reliability C42).
_MOST_ATTEMPTS = 3


def claim_check(
    transaction: Transaction,
    *,
    now: datetime,
    lease: timedelta,
    tell: Tell,
    check_id: str | None = None,
) -> Check | None:
    """Take the oldest check that waits for somebody, and return it; None if there is none.

    One whose worker is gone comes first. After three workers it has failed. With a `check_id` it is
    this check or none.
    """
    while True:
        check = (
            find_waiting(transaction, check_id, now=now)
            if check_id is not None
            else next(iter(list_waiting(transaction, now=now, limit=1)), None)
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
        ending = Ending(error=error, error_code=WORKER_LOST, is_failed=True)
        finish_check(transaction, claimed, ending, now=now, tell=tell)
