"""C46: a cursor is good for whom, and for what list, it was given, and for nothing else."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack.errors import InvalidCursor
from changetrack.monitor.commands import delete_monitor
from changetrack.monitor.lists import Listed, Window, list_monitors
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Monitor
from changetrack.monitor.owners import find_monitor
from changetrack.monitor.ports import Column, Transaction
from changetrack.monitor.wire import read_cursor, write_cursor
from tests.monitor.dialects.bodies import NOW, SMALL, create_monitor_of, order

KEY = b"k" * 32
OF = ("key:1", "checks", "019df960-06e7-7383-9d89-82c0113dc31a", "")
PLACE = (
    datetime(2026, 5, 17, 15, 30, 0, 123456, tzinfo=UTC),
    "019df960-5f2a-75fb-a98b-bd2d32ca67d4",
)
CURSOR = write_cursor(PLACE, of=OF, key=KEY)

VALUES = st.one_of(
    st.text(max_size=40),
    st.integers(min_value=-(2**60), max_value=2**60),
    st.datetimes(timezones=st.just(UTC)),
    st.none(),
)


@given(st.lists(VALUES, max_size=3))
def test_a_cursor_is_the_place_that_it_was_made_of(values: list[Column]) -> None:
    """To the microsecond, since two rows of one millisecond are two."""
    place = tuple(values)
    cursor = write_cursor(place, of=OF, key=KEY)
    if len(cursor) <= 500:
        assert read_cursor(cursor, of=OF, key=KEY) == place
    assert cursor.isascii()
    assert set(cursor) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


FOREIGN = {
    "somebody else's": (("key:2", *OF[1:]), KEY),
    "of another list": ((OF[0], "deliveries", *OF[2:]), KEY),
    "of another monitor": ((*OF[:2], "019df960-06e7-7383-9d89-82c0113dc31b", ""), KEY),
    "with another filter": ((*OF[:3], "failed"), KEY),
    "of another installation": (OF, b"x" * 32),
    "with what it is of put together otherwise": (("key:1checks", *OF[2:]), KEY),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_C46_a_cursor_from_elsewhere_is_none(name: str) -> None:
    """Though it was signed here, it says nothing about this list."""
    of, key = FOREIGN[name]
    with pytest.raises(InvalidCursor):
        read_cursor(CURSOR, of=of, key=key)


FORGED = {
    "nothing": "",
    "one letter": "x",
    "a word": "next",
    "one letter less": CURSOR[:-1],
    "more": f"{CURSOR}AAAA",
    "a blank": f"{CURSOR} ",
    "padding": f"{CURSOR}==",
    "another alphabet": f"{CURSOR[:40]}+{CURSOR[41:]}",
    "the other case": CURSOR.swapcase(),
    "the other way around": CURSOR[::-1],
    "a letter beyond ASCII": "é",
    "a zero": "\x00",
    "nothing but padding": "=" * 8,
    "long": "A" * 400,
    "too long": "A" * 10_000,
    "a place that nobody signed": base64.urlsafe_b64encode(b'["2026",""]').decode().rstrip("="),
    "a whole address": f"/v1/monitor?cursor={CURSOR}",
}


@pytest.mark.parametrize("name", FORGED)
def test_C46_what_nobody_was_given_is_no_cursor(name: str) -> None:
    """Whatever it looks like, it is a 400 of its own kind."""
    with pytest.raises(InvalidCursor) as caught:
        read_cursor(FORGED[name], of=OF, key=KEY)
    assert (caught.value.code, caught.value.reason, caught.value.path) == (
        "invalid_request",
        "invalid_cursor",
        "cursor",
    )


@given(st.binary(max_size=80))
def test_C46_no_bytes_are_a_cursor_by_chance(data: bytes) -> None:
    """And none make the reader fail in another way."""
    with pytest.raises(InvalidCursor):
        read_cursor(base64.urlsafe_b64encode(data).rstrip(b"=").decode(), of=OF, key=KEY)


def _fill(store: MemoryStore, count: int) -> list[str]:
    ids = [f"019df960-06e7-7383-9d89-{number:012d}" for number in range(count)]
    for own in ids:
        create_monitor_of(store, order("v1", SMALL), monitor_id=own)
    return ids


def _list(store: MemoryStore, window: Window) -> Listed[Monitor]:
    return store.transact(partial(list_monitors, owner="local", window=window))


def _delete(store: MemoryStore, own_id: str) -> None:
    def work(transaction: Transaction) -> None:
        monitor = find_monitor(transaction, "local", own_id)
        delete_monitor(transaction, monitor, now=NOW + timedelta(hours=1))

    store.transact(work)


def test_C46_a_list_goes_on_where_it_was_whatever_is_deleted_or_added() -> None:
    """All rows were made in one moment, the last seen one is gone, and a new one comes first."""
    store = MemoryStore()
    ids = _fill(store, 9)
    seen: list[str] = []
    after = None
    for number in range(5):
        listed = _list(store, Window(after=after, limit=2))
        seen += [each.id for each in listed.items]
        after = listed.after
        _delete(store, listed.items[-1].id)
        if number == 0:
            new = "019df960-06e7-7383-9d89-999999999999"
            create_monitor_of(store, order("v1", SMALL), monitor_id=new)
    assert (seen, after) == (ids[::-1], None)


def test_a_list_can_be_counted_through() -> None:
    """As clients do that know no cursor; beyond its end there is nothing, at no cost."""
    store = MemoryStore()
    ids = _fill(store, 5)[::-1]
    portions = [_list(store, Window(skip=skip, limit=2)) for skip in (0, 2, 4, 6, 1_000_000)]
    shown = [[each.id for each in listed.items] for listed in portions]
    assert shown == [ids[:2], ids[2:4], ids[4:], [], []]
    assert {listed.total for listed in portions} == {5}
    assert [listed.after is None for listed in portions] == [False, False, True, True, True]
