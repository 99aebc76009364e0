"""One request takes no more memory than one page of the largest kind, however many there are."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from changetrack.monitor.atom import list_news, write_atom
from changetrack.monitor.lists import MOST_BYTES, Window, list_pages
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Page
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import PAGES
from tests.monitor.delivery.makers import make_check, make_page
from tests.monitor.makers import make_monitor

COUNT = 12
# So that five of them are too many.
DIFF = "+" * (MOST_BYTES // 4)


def _fill(store: MemoryStore) -> list[Page]:
    check = make_check(make_monitor())
    pages = [
        replace(make_page(check, f"p{at:02}"), status="changed", position=at, diff={"text": DIFF})
        for at in range(COUNT)
    ]

    def put(transaction: Transaction) -> None:
        for page in pages:
            transaction.put(PAGES, page)

    store.transact(put)
    return pages


def test_a_portion_of_large_pages_ends_early_and_the_cursor_goes_on() -> None:
    """Whoever follows the cursor sees every page once, four at a time and not all of them."""
    store = MemoryStore()
    pages = _fill(store)
    check = make_check(make_monitor())
    window = Window(limit=100)
    seen: list[list[str]] = []
    while True:
        listed = store.transact(partial(list_pages, check=check, window=window))
        seen.append([page.id for page in listed.items])
        assert listed.total == COUNT
        if listed.after is None:
            break
        window = replace(window, after=listed.after)
    ids = [page.id for page in pages]
    assert seen == [ids[:4], ids[4:8], ids[8:]]


def test_a_feed_reads_no_more_of_large_pages_than_it_needs() -> None:
    """The newest are told of, and little of what they hold is shown."""
    store = MemoryStore()
    pages = _fill(store)
    told = store.transact(partial(list_news, monitor_id=pages[0].monitor_id))
    assert [page.id for page in told] == [f"p{at:02}" for at in range(11, 7, -1)]
    assert len(write_atom(make_monitor(), told, url="u")) < 4 * 25_000
