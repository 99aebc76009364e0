"""C1, C5, C8, C9: a month of monitors in a minute, row by row what must come of it.

A real engine on a real file watches a real site. The clock jumps from one moment at which something
is due to the next; processes are killed at random, and sometimes nobody is there for a day. What
must come of it is written down by `history`, which knows nothing of our code.
"""

from __future__ import annotations

from dataclasses import astuple
from itertools import chain
from pathlib import Path

import pytest

from changetrack.monitor.models import Check
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import CHECKS, DELIVERIES, MONITORS, PAGES
from changetrack_server.monitor.store import open_store
from tests.monitor.lives.nursery import Nursery
from tests.monitor.month.clocks import SharedClock
from tests.monitor.month.history import Counts, Row, expect_rows
from tests.monitor.month.months import Month
from tests.monitor.month.site import Receiver, serve_story
from tests.monitor.month.stories import AUTUMN, SPRING
from tests.monitor.month.story import Story

# Where somebody dies again and again; a month has some 150,000 boundaries.
_DEADLY = 1_400


@pytest.mark.parametrize("story", [SPRING, AUTUMN], ids=lambda story: story.name)
def test_C1_C5_C8_C9_a_month_goes_as_it_must(folder: Path, nursery: Nursery, story: Story) -> None:
    """Every check and every page is what the rules say, whoever died meanwhile."""
    expected = {watch.name: expect_rows(story, watch) for watch in story.watches}
    clock = SharedClock(folder / "clock", story.start)
    with serve_story(story, clock) as (url, receiver):
        month = Month(
            story=story, folder=folder, clock=clock, url=url, nursery=nursery, deadly=_DEADLY
        )
        month.live()
    clock.close()
    store = open_store(f"sqlite:///{month.database}")
    try:
        found = {watch.name: _read_rows(store, watch.name, url) for watch in story.watches}
        for name, rows in expected.items():
            assert found[name] == rows, name
        assert store.transact(_find_open) == []
        assert _list_told(store, receiver, url) == _expect_told(story, expected)
    finally:
        store.close()
    assert (month.deaths >= story.kills, receiver.refused > 0) == (True, True)


def _read_rows(store: Store, monitor_id: str, url: str) -> list[Row]:
    def read(transaction: Transaction) -> list[Row]:
        where = {"monitor_id": monitor_id}
        checks = transaction.select(CHECKS, where, order=("created_at", "id"))
        return [_read_row(transaction, check, url) for check in checks]

    return store.transact(read)


def _read_row(transaction: Transaction, check: Check, url: str) -> Row:
    pages = transaction.select(PAGES, {"check_id": check.id}, order=("position", "id"))
    return Row(
        check.monitor_id,
        check.scheduled_for,
        check.status,
        check.missed_slots,
        Counts(*astuple(check.summary)),
        check.is_site_down,
        tuple(sorted((page.url.removeprefix(url), page.status) for page in pages)),
    )


def _find_open(transaction: Transaction) -> list[str]:
    """Return what is not over at the end."""
    monitors = [each.id for each in transaction.select(MONITORS, {}) if each.current_check_id]
    pending = transaction.select(DELIVERIES, {"status": "pending"})
    return [*monitors, *(each.id for each in pending)]


def _list_told(store: Store, receiver: Receiver, url: str) -> list[tuple[str, ...]]:
    """Return what the receiver was told: of which check, of which page, and what became of it."""
    checks = store.transact(lambda transaction: transaction.select(CHECKS, {}))
    slots = {check.id: str(check.scheduled_for) for check in checks}
    told = [(message, message["data"][0]) for message in receiver.read()]
    return sorted(
        (
            *(thing["monitorId"], slots[thing["checkId"]], message["type"]),
            *(thing.get("url", "").removeprefix(url), thing["status"]),
        )
        for message, thing in told
    )


def _expect_told(story: Story, expected: dict[str, list[Row]]) -> list[tuple[str, ...]]:
    rows = chain(*(expected[watch.name] for watch in story.watches if watch.is_told))
    told: list[tuple[str, ...]] = []
    for row in rows:
        if row.status.startswith("skipped"):
            continue
        named = row.watch, str(row.slot)
        told += [(*named, "monitor.page", path, status) for path, status in row.pages]
        told.append((*named, "monitor.check.completed", "", row.status))
    return sorted(told)
