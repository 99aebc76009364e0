"""Nobody's mailbox is filled from here: not by many monitors, nor by asking again (C34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from changetrack.errors import MailDelivered, NothingToConfirm
from changetrack.monitor.deliveries import redeliver
from changetrack.monitor.mail import resend, sync_recipients
from changetrack.monitor.mail.restraint import MOST_OF_OWNER, MOST_TO_ADDRESS
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Delivery
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import DELIVERIES, FACTS, MONITORS
from tests.monitor.mail.news import ALICE, BOB, LINKS, make_mail_monitor
from tests.monitor.makers import NOON

DAY = timedelta(days=1)


class _Flood:
    """Monitors of one owner, made one after the other, each with these recipients."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.made = 0

    def make(self, *listed: str, owner: str = "greedy", now: datetime = NOON) -> list[Delivery]:
        """Make a monitor, and return the mails that this sends."""
        self.made += 1
        monitor = replace(make_mail_monitor(*listed), id=f"m{self.made}", owner=owner)

        def work(transaction: Transaction) -> list[Delivery]:
            transaction.put(MONITORS, monitor)
            return sync_recipients(transaction, monitor, now, self.draw, links=LINKS)

        return self.store.transact(work)

    def draw(self) -> str:
        """Return another token each time."""
        self.made += 1
        return f"token-{self.made}".ljust(43, "x")


def test_C34_an_address_is_asked_so_often_a_day_whatever_monitors_it_is_for() -> None:
    """A thousand monitors, of several owners, do not send a thousand mails to somebody."""
    flood = _Flood()
    sent = [len(flood.make(ALICE, owner=f"owner {at % 3}")) for at in range(100)]
    assert (sum(sent), sum(sent[:MOST_TO_ADDRESS])) == (MOST_TO_ADDRESS, MOST_TO_ADDRESS)
    assert [len(flood.make(BOB)), len(flood.make(ALICE, now=NOON + DAY))] == [1, 1]


def test_C34_an_owner_asks_so_many_strangers_a_day() -> None:
    """Whoever has a key cannot write to the whole world."""
    flood = _Flood()
    sent = 0
    for at in range(0, MOST_OF_OWNER + 100, 25):
        sent += len(flood.make(*(f"somebody{at + each}@example.com" for each in range(25))))
    assert sent == MOST_OF_OWNER
    assert len(flood.make(BOB, owner="modest")) == 1


def test_C34_counts_take_a_fixed_number_of_rows_and_are_forgotten() -> None:
    """What is counted does not grow for ever."""
    flood = _Flood()
    for day in range(40):
        flood.make(f"somebody{day}@example.com", now=NOON + day * DAY)
    kept = flood.store.transact(lambda rows: rows.select(FACTS, {}))
    assert max(len(each.value) for each in kept) < 200


def test_C34_asking_again_counts_as_asking() -> None:
    """Every quarter of an hour is too often as well, by and by."""
    flood = _Flood()
    flood.make(ALICE)
    monitor = flood.store.transact(lambda rows: rows.select(MONITORS, {})[0])
    ask = partial(resend, monitor=monitor, email=ALICE, new_token=flood.draw, links=LINKS)
    for number in range(1, MOST_TO_ADDRESS):
        flood.store.transact(partial(ask, now=NOON + number * timedelta(minutes=15)))
    with pytest.raises(NothingToConfirm, match="Too many mails"):
        flood.store.transact(partial(ask, now=NOON + timedelta(hours=6)))


def test_C34_a_mail_that_arrived_is_not_sent_twice() -> None:
    """Redelivering is for receivers that are programs."""
    flood = _Flood()
    (mail,) = flood.make(ALICE)
    gone = replace(mail, status="delivered", next_attempt_at=None)
    flood.store.transact(lambda rows: rows.put(DELIVERIES, gone))
    with pytest.raises(MailDelivered):
        flood.store.transact(lambda rows: redeliver(rows, mail.owner, mail.id, now=NOON))
