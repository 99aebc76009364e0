"""What is forgotten: all that is past its time, and nothing that somebody still needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import (
    Attempt,
    Baseline,
    Check,
    CheckStatus,
    Delivery,
    DeliveryStatus,
    KeptSnapshot,
    Page,
    Recipient,
    Remembered,
    Verdict,
)
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.retention import Swept, sweep
from changetrack.monitor.selection import find_key
from changetrack.monitor.tables import (
    ATTEMPTS,
    BASELINES,
    CHECKS,
    DELIVERIES,
    FACTS,
    MONITORS,
    PAGES,
    RECIPIENTS,
    REMEMBERED,
    SNAPSHOTS,
    TABLES,
    VERDICTS,
    Table,
)
from tests.monitor.makers import NOON, make_config, make_monitor

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OLD = NOON - 31 * DAY
M = make_monitor().id

# A table with a row for it.
Row: TypeAlias = "tuple[Table[object], object]"


def make_check(name: str = "c", at: datetime = OLD, status: CheckStatus = "completed") -> Row:
    """Return a check that was made and ended at this time."""
    check = Check(
        id=name,
        monitor_id=M,
        owner="local",
        status=status,
        trigger="scheduled",
        created_at=at,
        updated_at=at,
        finished_at=None if status in {"queued", "running"} else at,
    )
    return CHECKS, check


def make_page(
    name: str = "p", check: str = "c", current: str | None = None, previous: str | None = None
) -> Row:
    """Return a page of a check."""
    page = Page(
        id=name,
        check_id=check,
        monitor_id=M,
        target_id="t",
        url="u",
        status="same",
        position=1,
        current_id=current,
        previous_id=previous,
        created_at=OLD,
    )
    return PAGES, page


def make_snapshot(name: str = "s", at: datetime = OLD) -> Row:
    """Return a snapshot that was kept at this time."""
    return SNAPSHOTS, KeptSnapshot(id=name, monitor_id=M, snapshot={}, created_at=at)


def make_baseline(snapshot: str = "s", url: str = "u") -> Row:
    """Return a baseline that points at a snapshot."""
    baseline = Baseline(
        monitor_id=M,
        target_id="t",
        url=url,
        contract="c",
        snapshot_id=snapshot,
        content_hash="h",
        captured_at=OLD,
    )
    return BASELINES, baseline


def make_delivery(name: str = "d", at: datetime = OLD, status: DeliveryStatus = "delivered") -> Row:
    """Return a delivery that was written, and maybe arrived, at this time."""
    delivery = Delivery(
        id=name,
        owner="local",
        monitor_id=M,
        channel="webhook",
        event="monitor.page",
        destination="https://a.test/",
        body="{}",
        status=status,
        created_at=at,
        delivered_at=at if status == "delivered" else None,
    )
    return DELIVERIES, delivery


def make_attempt(delivery: str = "d", number: int = 1) -> Row:
    """Return a try of a delivery."""
    attempt = Attempt(delivery_id=delivery, number=number, monitor_id=M, at=OLD, seconds=1)
    return ATTEMPTS, attempt


def make_answer(at: datetime) -> Row:
    """Return an answer that was given at this time."""
    answer = Remembered(id="r", request_hash="h", status=200, answer={}, created_at=at)
    return REMEMBERED, answer


def fill(rows: Iterable[Row], **monitor: object) -> MemoryStore:
    """Return a store with a monitor that has these rows."""
    store = MemoryStore()
    kept = make_monitor(make_config(retention_days=30), **monitor)

    def write(transaction: Transaction) -> None:
        transaction.put(MONITORS, kept)
        for table, record in rows:
            transaction.put(table, record)

    store.transact(write)
    return store


def sweep_all(store: Store, now: datetime = NOON, limit: int = 500) -> dict[str, int]:
    """Sweep until it is done, and return how many rows of each table went."""
    counts: dict[str, int] = {}
    for _ in range(10_000):
        swept: Swept = store.transact(lambda transaction: sweep(transaction, now=now, limit=limit))
        assert sum(swept.counts.values()) <= max(limit, 10)
        for name, count in swept.counts.items():
            counts[name] = counts.get(name, 0) + count
        if swept.is_done:
            return counts
    raise AssertionError("the sweep never ends")


def list_rows(store: Store) -> dict[str, set[tuple[object, ...]]]:
    """Return the keys of all rows that there are, by table."""
    return store.transact(
        lambda transaction: {
            table.name: {find_key(table, each) for each in transaction.select(table, {})}
            for table in TABLES
        }
    )


@pytest.mark.parametrize(
    ("rows", "gone"),
    [
        ([make_check(), make_page("1"), make_page("2")], {"checks": 1, "pages": 2}),
        ([make_check(status="skipped_overlap")], {"checks": 1}),
        ([make_check(at=NOON - 29 * DAY), make_page()], {}),
        ([make_check(status="running"), make_page()], {}),
        ([make_check(status="queued")], {}),
        (
            [make_delivery(), make_attempt(), make_attempt(number=2)],
            {"deliveries": 1, "attempts": 2},
        ),
        ([make_delivery(status="dead")], {"deliveries": 1}),
        ([make_delivery(status="pending"), make_attempt()], {}),
        ([make_delivery(at=NOON - DAY)], {}),
        ([make_snapshot()], {"snapshots": 1}),
        ([make_snapshot(at=NOON - DAY)], {}),
        ([make_snapshot(), make_baseline()], {}),
        ([make_snapshot(), make_check(at=NOON), make_page(current="s")], {}),
        ([make_snapshot(), make_check(at=NOON), make_page(previous="s")], {}),
        (
            [make_snapshot(), make_check(), make_page(previous="s")],
            {"checks": 1, "pages": 1, "snapshots": 1},
        ),
        ([make_answer(NOON - DAY)], {"remembered": 1}),
        ([make_answer(NOON - 23 * HOUR)], {}),
        ([(VERDICTS, Verdict(fingerprint="f", judgment={}, created_at=OLD))], {"verdicts": 1}),
        ([(VERDICTS, Verdict(fingerprint="f", judgment={}, created_at=NOON - 29 * DAY))], {}),
    ],
)
def test_what_is_past_its_time_goes(rows: list[Row], gone: dict[str, int]) -> None:
    """And what is open, young, or pointed at stays."""
    store = fill(rows)
    assert sweep_all(store) == gone
    assert sum(map(len, list_rows(store).values())) == 1 + len(rows) - sum(gone.values())


def test_a_check_that_ended_late_is_kept_from_its_end_on() -> None:
    """And not from when it was queued."""
    table, check = make_check()
    assert isinstance(check, Check)
    store = fill([(table, replace(check, finished_at=NOON - DAY))])
    assert sweep_all(store) == {}


EVERYTHING = [
    *(make_check(), make_page(), make_baseline(), make_snapshot(), make_delivery()),
    *(make_attempt(), make_check("new", NOON), make_snapshot("newer", NOON)),
    (RECIPIENTS, Recipient(monitor_id=M, email="a@b.c", created_at=OLD, updated_at=OLD)),
]


def test_a_monitor_that_was_deleted_goes_with_all_it_had() -> None:
    """Once it was deleted for as long as it kept things."""
    store = fill(EVERYTHING, status="deleted", updated_at=OLD)
    sweep_all(store, limit=1)
    assert not any(list_rows(store).values())
    young = fill(EVERYTHING, status="deleted", updated_at=NOON - DAY)
    sweep_all(young)
    assert list_rows(young)["monitors"] == {(M,)}
    assert list_rows(young)["baselines"] == {(M, "t", "u")}


@pytest.mark.parametrize(
    "row", [make_check("x", status="running"), make_delivery("x", status="pending")]
)
def test_a_deleted_monitor_waits_for_what_is_still_going_on(row: Row) -> None:
    """Whoever works on it finds what it needs."""
    store = fill([*EVERYTHING, row], status="deleted", updated_at=OLD)
    sweep_all(store)
    assert list_rows(store)["monitors"] == {(M,)}
    assert ("x",) in list_rows(store)[row[0].name]


@pytest.mark.parametrize("limit", [1, 10, 37, 500])
def test_C45_a_sweep_is_many_small_transactions(limit: int) -> None:
    """Each deletes so many rows at most, and all together what one would."""
    rows = [make_check(str(number)) for number in range(20)]
    rows += [make_page(f"{n}-{k}", str(n), current=f"s{n}") for n in range(20) for k in range(15)]
    rows += [make_snapshot(f"s{number}") for number in range(120)]
    rows += [make_baseline(f"s{number}", str(number)) for number in range(110, 120)]
    store = fill(rows)
    assert sweep_all(store, limit=limit) == {"checks": 20, "pages": 300, "snapshots": 110}
    assert list_rows(store)["facts"] == set()
    assert sweep_all(store, limit=limit) == {}


def test_a_sweep_goes_on_where_it_was() -> None:
    """Whoever does it, and whatever became of the monitor in the meantime."""
    rows = [make_snapshot(f"s{number:03}") for number in range(40)]
    rows += [make_baseline(f"s{number:03}", str(number)) for number in range(40)]
    store = fill(rows)
    for _ in range(3):
        swept = store.transact(lambda transaction: sweep(transaction, now=NOON, limit=10))
        assert swept == Swept(counts={}, is_done=False)
    store.transact(lambda transaction: transaction.drop(MONITORS, M))
    assert sweep_all(store, limit=10) == {}
    assert store.transact(lambda transaction: transaction.select(FACTS, {})) == []


AGES = st.integers(0, 60)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("observe"), st.integers(0, 3), st.booleans()),
        st.tuples(st.just("wait"), st.integers(1, 40), st.booleans()),
        st.tuples(st.just("sweep"), st.integers(1, 30), st.booleans()),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(steps=STEPS)
def test_C45_every_newest_baseline_can_be_read(steps: list[tuple[str, int, bool]]) -> None:
    """Whatever happens in whatever order; and nothing goes that is younger than is kept."""
    store = fill([])
    now, count = NOON, 0
    newest: dict[str, str] = {}
    times: dict[tuple[str, str], datetime] = {}
    for step, number, flag in steps:
        if step == "wait":
            now += number * DAY
        elif step == "observe":
            count += 1
            url, name = f"u{number}", str(count)
            previous = newest.get(url)
            current = name if flag or previous is None else previous
            store.transact(_observe(name, url, current, previous, now))
            newest[url] = current
            times[CHECKS.name, name] = times[PAGES.name, name] = now
            times.setdefault((SNAPSHOTS.name, current), now)
        else:
            store.transact(partial(sweep, now=now, limit=number))
    sweep_all(store, now)
    left = list_rows(store)
    assert {(M, "t", url) for url in newest} == left["baselines"]
    assert {(name,) for name in newest.values()} <= left["snapshots"]
    for (table, name), at in times.items():
        is_kept = (name,) in left[table]
        assert is_kept or now - at >= 30 * DAY
        if table != SNAPSHOTS.name:
            assert is_kept == (now - at < 30 * DAY)
    shown = store.transact(lambda transaction: transaction.select(PAGES, {}))
    assert {(page.current_id,) for page in shown} <= left["snapshots"]


def _observe(
    name: str, url: str, current: str, previous: str | None, now: datetime
) -> Callable[[Transaction], None]:
    """Return what a check of one page writes."""

    def write(transaction: Transaction) -> None:
        transaction.put(*make_check(name, now))
        page = Page(
            id=name,
            check_id=name,
            monitor_id=M,
            target_id="t",
            url=url,
            status="same",
            position=1,
            current_id=current,
            previous_id=previous,
            created_at=now,
        )
        transaction.put(PAGES, page)
        if transaction.find(SNAPSHOTS, current) is None:
            transaction.put(*make_snapshot(current, now))
        transaction.put(*make_baseline(current, url))

    return write
