"""Endpoints of deliveries: what was sent or is to be, and sending it once more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

from changetrack import JsonObject, JsonValue
from changetrack.errors import DeliveryNotFound, InvalidMonitor
from changetrack.monitor.deliveries import redeliver, redeliver_range
from changetrack.monitor.lists import Listed, list_attempts, list_deliveries
from changetrack.monitor.models import Delivery, DeliveryStatus
from changetrack.monitor.owners import find_delivery, find_monitor
from changetrack.monitor.wire import read_time, write_delivery
from changetrack.wire import Reader
from changetrack_server.monitor.routes.asking import read_word
from changetrack_server.monitor.routes.envelopes import succeed

if TYPE_CHECKING:
    from changetrack.monitor.ports import Column, Transaction
    from changetrack_server.monitor.routes.asking import Ask

__all__ = ["list_all", "redeliver_many", "redeliver_one"]

_STATUSES: tuple[DeliveryStatus, ...] = get_args(DeliveryStatus)
# Portions of a range in one request; a transaction each, so that nobody waits for all of them.
_MOST_PORTIONS = 100


async def list_all(ask: Ask) -> JsonObject:
    """Show what a monitor sent or has to send, the newest first, with every try."""
    monitor_id, status = ask.read_id(), ask.query("status")
    statuses = () if status is None else (read_word(_STATUSES, status, "status"),)
    of = ("deliveries", monitor_id, *statuses)
    window = ask.read_window(*of)

    def work(transaction: Transaction) -> tuple[list[JsonValue], Listed[Delivery]]:
        listed = list_deliveries(transaction, ask.owner, monitor_id, window, statuses=statuses)
        return [_show(transaction, ask, each) for each in listed.items], listed

    shown, listed = await ask.orchestra.transact(work)
    if listed.after is None:
        return succeed(shown)
    cursor = ask.write_cursor(listed.after, *of)
    following = ask.write_next(limit=window.limit, status=status, cursor=cursor)
    if ask.dialect.has_cursors:
        return succeed(shown, next=cursor, nextUrl=following)
    return succeed(shown, next=following)


def _show(transaction: Transaction, ask: Ask, delivery: Delivery) -> JsonObject:
    return write_delivery(delivery, list_attempts(transaction, ask.owner, delivery.id))


async def redeliver_one(ask: Ask) -> JsonObject:
    """Send something once more: the same id, the same bytes."""
    monitor_id, delivery_id = ask.read_id(), ask.read_id("deliveryId")
    now = ask.orchestra.now()

    def work(transaction: Transaction) -> JsonObject:
        find_monitor(transaction, ask.owner, monitor_id)
        if find_delivery(transaction, ask.owner, delivery_id).monitor_id != monitor_id:
            raise DeliveryNotFound
        again = redeliver(transaction, ask.owner, delivery_id, now=now)
        return succeed(_show(transaction, ask, again))

    answered = await ask.orchestra.transact(work)
    ask.orchestra.wake()
    return answered


async def redeliver_many(ask: Ask) -> JsonObject:
    """Send the events of a time once more, the oldest first."""
    orchestra, monitor_id = ask.orchestra, ask.read_id()
    now, fields = orchestra.now(), Reader(ask.read_body())
    since, until = fields.text("since"), fields.text("until")
    if since is None:
        raise InvalidMonitor("there is no time to begin at", "send since", "since")
    send = partial(
        redeliver_range,
        owner=ask.owner,
        monitor_id=monitor_id,
        since=read_time(since, "since"),
        until=now if until is None else read_time(until, "until"),
        now=now,
        statuses=_read_statuses(fields),
    )
    count, after = 0, None
    for _ in range(_MOST_PORTIONS):
        sent, after = await orchestra.transact(partial(send, after=after))
        count += sent
        if after is None:
            break
    orchestra.wake()
    return succeed({"redelivered": count, "since": _write_rest(after)})


def _write_rest(after: tuple[Column, ...] | None) -> JsonValue:
    """Return since when there is more to be sent; None: that was all."""
    return None if after is None else str(after[0])


def _read_statuses(fields: Reader) -> tuple[DeliveryStatus, ...]:
    value = fields.raw("status")
    if value is None:
        return ("dead",)
    words = value if isinstance(value, list) else [value]
    return tuple(read_word(_STATUSES, str(word), "status") for word in words)
