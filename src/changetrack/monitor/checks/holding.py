"""Whose a check is: everything that is written for one is written by whoever holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from changetrack.monitor.models import Check
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import CHECKS

__all__ = ["Lost", "extend_lease", "hold", "release_check"]


class Lost(Exception):
    """Somebody else has the check now, or nobody: what was to be written is not."""


def hold(transaction: Transaction, claimed: Check) -> Check:
    """Return a check as it is now.

    Raises:
        Lost: it is not the one that was claimed any more.
    """
    check = transaction.find(CHECKS, claimed.id)
    if check is None or check.status != "running" or check.attempts != claimed.attempts:
        raise Lost
    return check


def extend_lease(
    transaction: Transaction, claimed: Check, *, now: datetime, lease: timedelta
) -> None:
    """Say that the work goes on.

    Raises:
        Lost: it is somebody else's.
    """
    check = hold(transaction, claimed)
    transaction.put(CHECKS, replace(check, lease_until=now + lease, updated_at=now))


def release_check(transaction: Transaction, claimed: Check, *, now: datetime) -> None:
    """Give a check back, for whoever takes it next; what is done of it is done.

    Raises:
        Lost: it is somebody else's.
    """
    check = hold(transaction, claimed)
    transaction.put(CHECKS, replace(check, lease_until=now, releases=check.releases + 1))
