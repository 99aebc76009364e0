"""The laws of a store, each tried on one that is new and empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from functools import partial
from typing import TypeAlias

from changetrack.monitor.models import Attempt, Baseline, Delivery, Fact
from changetrack.monitor.ports import (
    Column,
    NestedTransaction,
    OneOf,
    Store,
    Transaction,
    Until,
    Where,
)
from changetrack.monitor.records import dump_record
from changetrack.monitor.selection import find_key
from changetrack.monitor.tables import ATTEMPTS, BASELINES, DELIVERIES, FACTS, MONITORS, TABLES
from changetrack.testing.expectations import expect_equal, expect_error
from changetrack.testing.histories import same_as_memory
from changetrack.testing.rows import NOON, SAMPLES, make_delivery, make_monitor
from changetrack.testing.single import SingleSteps

__all__ = ["STORE_LAWS", "MakeStore", "StoreLaw"]

# Makes a store that is new and empty; the law closes it.
MakeStore: TypeAlias = "Callable[[], Store]"
StoreLaw: TypeAlias = "Callable[[MakeStore], None]"


def keeps_rows_whole(make_store: MakeStore) -> None:
    """Put a row of each table, and find it as it was, with all that JSON can hold."""
    with SingleSteps(make_store()) as steps:
        for table in TABLES:
            record = SAMPLES[table.name]
            steps.put(table, record)
            found = steps.find(table, *find_key(table, record))
            expect_equal(f"a row of {table.name}", found, record)
            # 1, 1.0 and true are equal in Python, and not the same.
            expect_equal(f"JSON of {table.name}", dump_record(found), dump_record(record))


def finds_nothing_where_nothing_is(make_store: MakeStore) -> None:
    """Look for what was never put, under strange keys: it is None."""
    with SingleSteps(make_store()) as steps:
        for key in ("", "missing", "\0", "\ud800", "x" * 10_000, "'; DROP TABLE facts --"):
            expect_equal(f"find({key[:40]!r})", steps.find(FACTS, key), None)
            steps.drop(FACTS, key)
            expect_equal(f"count of {key[:40]!r}", steps.count(FACTS, {"name": key}), 0)


def puts_a_row_in_the_place_of_the_old_one(make_store: MakeStore) -> None:
    """Put a key twice: there is one row, the new one, which is looked up by its new columns."""
    old = make_delivery(1, next_attempt_at=NOON)
    new = replace(old, status="delivered", next_attempt_at=None, attempts=2)
    with SingleSteps(make_store()) as steps:
        for record, pending, delivered in ((old, [old], []), (new, [], [new])):
            steps.put(DELIVERIES, record)
            expect_equal("by key", steps.find(DELIVERIES, old.id), record)
            expect_equal("pending", steps.select(DELIVERIES, {"status": "pending"}), pending)
            expect_equal("delivered", steps.select(DELIVERIES, {"status": "delivered"}), delivered)


def drops_rows(make_store: MakeStore) -> None:
    """Drop a row, which is gone then; and what is not there, which is nothing."""
    one, other = Fact(name="one", value="1"), Fact(name="other", value="2")

    def work(rows: Transaction) -> list[Fact]:
        rows.put(FACTS, one)
        rows.put(FACTS, other)
        rows.drop(FACTS, "one")
        rows.drop(FACTS, "one")
        return rows.select(FACTS, {})

    with SingleSteps(make_store()) as steps:
        expect_equal("inside", steps.store.transact(work), [other])
        expect_equal("outside", steps.select(FACTS, {}), [other])


def knows_keys_of_several_columns(make_store: MakeStore) -> None:
    """Keep rows apart that agree in a part of their key."""
    tries = [
        Attempt(delivery_id=name, number=number, monitor_id="m", at=NOON, seconds=0.5)
        for name in ("a", "b")
        for number in (1, 2, 10)
    ]
    with SingleSteps(make_store()) as steps:
        steps.put(ATTEMPTS, *reversed(tries))
        steps.drop(ATTEMPTS, "a", 2)
        found = steps.select(ATTEMPTS, {"delivery_id": "a"}, order=("number",), descending=True)
        expect_equal("rows of a", found, [tries[2], tries[0]])
        expect_equal("b, 2", steps.find(ATTEMPTS, "b", 2), tries[4])


def returns_what_the_work_returns(make_store: MakeStore) -> None:
    """Give the very object that the work gave."""
    token = object()
    with SingleSteps(make_store()) as steps:
        if steps.store.transact(lambda _: token) is not token:
            raise AssertionError("transact returned something else than its work")


def sees_its_own_writes(make_store: MakeStore) -> None:
    """Find, select and count what the same transaction wrote before."""

    def work(rows: Transaction) -> list[object]:
        seen: list[object] = [rows.count(FACTS, {})]
        rows.put(FACTS, Fact(name="a", value="1"))
        seen += [rows.find(FACTS, "a"), rows.count(FACTS, {})]
        rows.put(FACTS, Fact(name="a", value="2"))
        seen += [rows.select(FACTS, {"name": "a"}), rows.count(FACTS, {})]
        rows.drop(FACTS, "a")
        return [*seen, rows.find(FACTS, "a"), rows.count(FACTS, {})]

    one, two = Fact(name="a", value="1"), Fact(name="a", value="2")
    with SingleSteps(make_store()) as steps:
        expect_equal("what it saw", steps.store.transact(work), [0, one, 1, [two], 1, None, 0])


def keeps_nothing_of_what_fails(make_store: MakeStore) -> None:
    """Leave every row as it was where the work raises; its error comes out, and life goes on."""
    kept = [Fact(name=name, value="old") for name in ("dropped", "replaced")]
    failure = KeyError("the work's own")

    def fail(rows: Transaction) -> None:
        rows.put(FACTS, Fact(name="replaced", value="new"))
        rows.put(FACTS, Fact(name="replaced", value="newer"))
        rows.put(FACTS, Fact(name="added", value="new"))
        rows.drop(FACTS, "dropped")
        raise failure

    with SingleSteps(make_store()) as steps:
        steps.put(FACTS, *kept)
        error = expect_error("work that fails", KeyError, lambda: steps.store.transact(fail))
        if error is not failure:
            raise AssertionError(f"the error of the work came out as another one: {error!r}")
        expect_equal("afterwards", steps.select(FACTS, {}), kept)


def refuses_a_transaction_inside_of_another(make_store: MakeStore) -> None:
    """Refuse what would wait for itself; the outer one can go on."""
    with SingleSteps(make_store()) as steps:

        def nest(rows: Transaction) -> None:
            rows.put(FACTS, Fact(name="outer", value="1"))
            expect_error("a nested one", NestedTransaction, lambda: steps.count(FACTS, {}))

        steps.store.transact(nest)
        expect_equal("outer", steps.count(FACTS, {}), 1)


def selects_by_conditions(make_store: MakeStore) -> None:
    """Look for equal, for None, for one of some, and up to some: all conditions must hold."""
    rows = [
        make_delivery(1, next_attempt_at=NOON),
        make_delivery(2, next_attempt_at=NOON + timedelta(microseconds=1)),
        make_delivery(3, next_attempt_at=None),
        replace(make_delivery(4, next_attempt_at=NOON), status="dead", monitor_id="m2"),
        replace(make_delivery(5), status="delivered", check_id="c1"),
    ]
    cases: list[tuple[Where, str]] = [
        ({}, "12345"),
        ({"id": "d00002"}, "2"),
        ({"status": "pending"}, "123"),
        ({"status": "pending", "monitor_id": "m2"}, ""),
        ({"next_attempt_at": None}, "35"),
        ({"next_attempt_at": NOON}, "14"),
        ({"next_attempt_at": Until(NOON)}, "14"),
        ({"next_attempt_at": Until(NOON), "status": "pending"}, "1"),
        ({"next_attempt_at": OneOf((None, NOON))}, "1345"),
        ({"status": OneOf(("dead", "delivered"))}, "45"),
        ({"status": OneOf(("dead",)), "check_id": OneOf(())}, ""),
        ({"check_id": OneOf((None,))}, "1234"),
        ({"check_id": OneOf(("c1", None, "c2"))}, "12345"),
        ({"id": OneOf(tuple(f"d{each:05}" for each in range(4, 40_000)))}, "45"),
        ({"id": Until("d00002")}, "12"),
    ]
    with SingleSteps(make_store()) as steps:
        steps.put(DELIVERIES, *rows)
        for where, wanted in cases:
            shown = str(where)[:200]
            expect_equal(f"select({shown})", _digits(steps.select(DELIVERIES, where)), wanted)
            expect_equal(f"count({shown})", steps.count(DELIVERIES, where), len(wanted))


def orders_by_columns_then_by_key(make_store: MakeStore) -> None:
    """Begin with None, order equal rows by their key, and turn all of it around if asked to."""
    times = {1: NOON, 2: None, 3: NOON - timedelta(days=1), 4: NOON, 5: None}
    with SingleSteps(make_store()) as steps:
        steps.put(DELIVERIES, *(make_delivery(each, next_attempt_at=times[each]) for each in times))
        for descending, wanted in ((False, "25314"), (True, "41352")):
            order = ("next_attempt_at",)
            found = steps.select(DELIVERIES, {}, order=order, descending=descending)
            expect_equal(f"{descending=}", _digits(found), wanted)


def orders_text_by_code_point(make_store: MakeStore) -> None:
    """Let no language have a say: accents, controls and emoji stand where Unicode has them."""
    names = ["", "\x00", "\x01", "\x02", " ", "A", "B", "a", "a\x00b", "a\x01", "ab", "b", "é"]
    names += ["\u0435", "\ud7ff", "\ue000", "\uffff", "\U0001f600"]
    facts = [Fact(name=name, value="") for name in sorted(names)]
    with SingleSteps(make_store()) as steps:
        steps.put(FACTS, *reversed(facts))
        expect_equal("facts", steps.select(FACTS, {}), facts)
        for each in facts:
            expect_equal(f"find({each.name!r})", steps.find(FACTS, each.name), each)


def tells_long_keys_apart(make_store: MakeStore) -> None:
    """Keep URLs apart that differ at their end, however long they are."""
    start = "https://example.com/" + "ü" * 5_000
    baselines = [
        Baseline(
            monitor_id="m1",
            target_id="t1",
            url=start + end,
            contract="",
            snapshot_id=end,
            content_hash="",
            captured_at=NOON,
        )
        for end in ("", "a", "b")
    ]
    with SingleSteps(make_store()) as steps:
        steps.put(BASELINES, *baselines)
        found = [steps.find(BASELINES, "m1", "t1", each.url) for each in baselines]
        expect_equal("baselines", found, baselines)


def compares_times_as_moments(make_store: MakeStore) -> None:
    """Take a time in another zone for the same one, to the microsecond."""
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))
    tick = timedelta(microseconds=1)
    with SingleSteps(make_store()) as steps:
        steps.put(DELIVERIES, make_delivery(1, next_attempt_at=elsewhere))
        for at, wanted in ((NOON, 1), (elsewhere, 1), (NOON - tick, 0)):
            for condition in (at, Until(at)):
                found = steps.count(DELIVERIES, {"next_attempt_at": condition})
                expect_equal(f"{condition}", found, wanted)


def pages_through_rows(make_store: MakeStore) -> None:
    """Go on after the last row, and see each once, whatever is put and dropped meanwhile."""
    # In pairs of one time, so that a page may end between two of them.
    times = [NOON + timedelta(minutes=each // 2) for each in range(9)]
    rows = [make_delivery(each, created_at=at) for each, at in enumerate(times)]
    with SingleSteps(make_store()) as steps:
        for descending, wanted in ((False, "012345678"), (True, "876543210")):
            steps.put(DELIVERIES, *rows)
            seen = _read_pages(steps, descending=descending)
            expect_equal(f"{descending=}", _digits(seen), wanted)


def limits_a_selection(make_store: MakeStore) -> None:
    """Give no more rows than are asked for, which may be none."""
    with SingleSteps(make_store()) as steps:
        steps.put(DELIVERIES, *(make_delivery(each) for each in range(3)))
        for limit, wanted in ((0, ""), (2, "01"), (3, "012"), (4, "012"), (None, "012")):
            found = steps.select(DELIVERIES, {}, limit=limit)
            expect_equal(f"{limit=}", _digits(found), wanted)


def refuses_what_no_table_has(make_store: MakeStore) -> None:
    """Raise for a column that is not there, instead of finding nothing."""
    asks: tuple[Callable[[Transaction], object], ...] = (
        lambda rows: rows.select(MONITORS, {"config": "x"}),
        lambda rows: rows.select(MONITORS, {}, order=("updated_at",)),
        lambda rows: rows.select(MONITORS, {}, order=("id",), after=("a", "b")),
        lambda rows: rows.select(MONITORS, {}, after=()),
        lambda rows: rows.count(MONITORS, {"nmae": "x"}),
    )
    with SingleSteps(make_store()) as steps:
        steps.put(MONITORS, make_monitor(1))
        for number, ask in enumerate(asks):
            expect_error(f"question {number}", ValueError, partial(steps.store.transact, ask))


# Seconds on any store, milliseconds in memory; `for law in STORE_LAWS: law(make_store)` tries all.
STORE_LAWS: tuple[StoreLaw, ...] = (
    keeps_rows_whole,
    finds_nothing_where_nothing_is,
    puts_a_row_in_the_place_of_the_old_one,
    drops_rows,
    knows_keys_of_several_columns,
    returns_what_the_work_returns,
    sees_its_own_writes,
    keeps_nothing_of_what_fails,
    refuses_a_transaction_inside_of_another,
    selects_by_conditions,
    orders_by_columns_then_by_key,
    orders_text_by_code_point,
    tells_long_keys_apart,
    compares_times_as_moments,
    pages_through_rows,
    limits_a_selection,
    refuses_what_no_table_has,
    same_as_memory,
)


def _digits(deliveries: list[Delivery]) -> str:
    """Return the last digits of their ids, which is all that a law looks at."""
    return "".join(each.id[-1] for each in deliveries)


def _read_pages(steps: SingleSteps, *, descending: bool) -> list[Delivery]:
    """Read two rows at a time, and disturb what was read already."""
    seen: list[Delivery] = []
    after: tuple[Column, ...] | None = None
    while True:
        page = steps.select(
            DELIVERIES,
            {"status": "pending"},
            order=("created_at", "id"),
            descending=descending,
            after=after,
            limit=2,
        )
        if not page:
            return seen
        seen += page
        after = (page[-1].created_at, page[-1].id)
        steps.drop(DELIVERIES, page[0].id)
        steps.put(DELIVERIES, replace(page[0], status="dead"))
