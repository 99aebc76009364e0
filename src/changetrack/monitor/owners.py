"""Whose a row is: for whoever asks, what is somebody else's is not there."""

from __future__ import annotations

from functools import partial

from changetrack.errors import CheckNotFound, DeliveryNotFound, MonitorNotFound
from changetrack.monitor.models import Check, Delivery, Monitor
from changetrack.monitor.ports import NEVER, OneOf, Transaction
from changetrack.monitor.tables import API_KEYS, CHECKS, DELIVERIES, MONITORS

__all__ = ["ALIVE", "find_check", "find_delivery", "find_monitor", "is_alone"]

# The statuses of monitors that are still there for their owner.
ALIVE = OneOf(("active", "paused"))


def find_monitor(transaction: Transaction, owner: str, monitor_id: str) -> Monitor:
    """Return a monitor of an owner.

    Raises:
        MonitorNotFound: there is none of this id, or it is deleted, or somebody else's.
    """
    monitor = transaction.find(MONITORS, monitor_id)
    if monitor is None or monitor.owner != owner or monitor.status == "deleted":
        raise MonitorNotFound
    return monitor


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


def find_delivery(transaction: Transaction, owner: str, delivery_id: str) -> Delivery:
    """Return a delivery; it outlives its monitor.

    Raises:
        DeliveryNotFound: there is none of this id, or it is somebody else's.
    """
    delivery = transaction.find(DELIVERIES, delivery_id)
    if delivery is None or delivery.owner != owner:
        raise DeliveryNotFound
    return delivery


def is_alone(transaction: Transaction, owner: str) -> bool:
    """Tell whether nobody else has a monitor, or a key to make one with any moment."""
    select = partial(transaction.select, where={}, order=("owner", "created_at", "id"), limit=1)
    places = (None, (owner, NEVER, ""))
    owners = {each.owner for place in places for each in select(MONITORS, after=place)}
    owners |= {each.owner for place in places for each in select(API_KEYS, after=place)}
    return owners <= {owner}
