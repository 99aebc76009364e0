"""What the orchestration asks for all the time is found by an index, in a database of some size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import NamedTuple

import pytest

from changetrack.monitor.ports import OneOf, Transaction, Until, Where
from changetrack.monitor.tables import (
    BASELINES,
    CHECKS,
    DELIVERIES,
    MONITORS,
    PAGES,
    SNAPSHOTS,
    Table,
)
from changetrack.testing.rows import NOON, make_monitor
from changetrack_server.monitor.store.dialects import spell, spell_bounded
from changetrack_server.monitor.store.sqlite import SQLITE, SqliteStore
from changetrack_server.monitor.store.statements import Selection, list_conditions, select_rows

_MONITORS = 10_000


class _Case(NamedTuple):
    """A selection, whether it goes on behind a row, and the index that finds it."""

    table: Table[object]
    where: Where
    order: tuple[str, ...]
    found_by: str
    is_behind: bool = False


_CASES = {
    "due monitors": _Case(
        MONITORS,
        {"next_run_at": Until(NOON)},
        ("next_run_at",),
        "monitors_by_next_run_at_id (next_run_at<?)",
    ),
    "monitors of an owner": _Case(
        MONITORS,
        {"owner": "a", "status": "active"},
        ("created_at", "id"),
        "monitors_by_owner_created_at_id (owner=? AND (created_at,id)>(?,?))",
        is_behind=True,
    ),
    "queued checks": _Case(
        CHECKS,
        {"status": "queued"},
        ("created_at", "id"),
        "checks_by_status_created_at_id (status=?)",
    ),
    "checks whose worker is gone": _Case(
        CHECKS,
        {"status": "running", "lease_until": Until(NOON)},
        ("lease_until",),
        "checks_by_status_lease_until (status=? AND lease_until<?)",
    ),
    "checks of a monitor": _Case(
        CHECKS,
        {"monitor_id": "a", "status": OneOf(("queued",))},
        ("created_at", "id"),
        "checks_by_monitor_id_created_at_id (monitor_id=? AND (created_at,id)>(?,?))",
        is_behind=True,
    ),
    "pages of a check": _Case(
        PAGES,
        {"check_id": "a"},
        ("position", "id"),
        "pages_by_check_id_position_id (check_id=? AND (position,id)>(?,?))",
        is_behind=True,
    ),
    "pages that show a snapshot": _Case(
        PAGES,
        {"current_id": "a"},
        (),
        "pages_by_current_id (current_id=?)",
    ),
    "baselines of a target": _Case(
        BASELINES,
        {"monitor_id": "a", "target_id": "b"},
        (),
        "sqlite_autoindex_baselines_1 (monitor_id=? AND target_id=?)",
    ),
    "old snapshots": _Case(
        SNAPSHOTS,
        {"monitor_id": "a", "created_at": Until(NOON)},
        ("created_at", "id"),
        "snapshots_by_monitor_id_created_at_id (monitor_id=? AND created_at<?)",
    ),
    "due deliveries": _Case(
        DELIVERIES,
        {"status": "pending", "next_attempt_at": Until(NOON)},
        ("next_attempt_at", "id"),
        "deliveries_by_status_next_attempt_at_id (status=? AND next_attempt_at<?)",
    ),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    """Return a file with 10,000 monitors, each due in another second."""
    path = tmp_path_factory.mktemp("selections") / "x.db"
    with closing(SqliteStore(path, reserve_bytes=0)) as store:

        def fill(rows: Transaction) -> None:
            for each in range(_MONITORS):
                at = NOON + timedelta(seconds=each)
                rows.put(MONITORS, make_monitor(each, next_run_at=at))

        store.transact(fill)
        yield store


@pytest.mark.parametrize("name", _CASES)
def test_a_selection_uses_its_index(store: SqliteStore, name: str) -> None:
    """Nothing is scanned, and whatever is ordered comes in order."""
    table, where, order, index, is_behind = _CASES[name]
    conditions, values = list_conditions(SQLITE, where)
    selection = Selection(
        table=table,
        conditions=conditions,
        order=order,
        after=len(order) if is_behind else None,
        is_limited=True,
    )
    values += ["x"] * (len(order) if is_behind else 0) + [10]
    assert store._connection is not None
    statement = f"EXPLAIN QUERY PLAN {select_rows(SQLITE, selection)}"
    plan = [row[3] for row in store._connection.execute(statement, values)]
    main = [step for step in plan if "json_each" not in step and "LIST SUBQUERY" not in step]
    assert main == [f"SEARCH {table.name} USING INDEX {index}"]


def test_due_monitors_come_in_order_of_their_time(store: SqliteStore) -> None:
    """The first few of ten thousand, without a look at the others."""
    until = Until(NOON + timedelta(seconds=5_000))
    found = store.transact(
        lambda rows: rows.select(MONITORS, {"next_run_at": until}, order=("next_run_at",), limit=3)
    )
    assert [each.id for each in found] == ["m00000", "m00001", "m00002"]


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("plain é", "plain é"),
        ("a\0b\1c", "a\1\1b\1\2c"),
        ("\ud800", "\1\3\\ud800"),
        ("\\ud800", "\\ud800"),
    ],
)
def test_what_no_database_takes_is_spelled_otherwise(text: str, spelled: str) -> None:
    """NUL and lone surrogates become something else, that nothing else becomes."""
    assert spell(text) == spelled


def test_what_no_index_of_postgresql_holds_is_cut() -> None:
    """An entry has at most 2,704 bytes: of longer text it has the start, and its hash."""
    short, one, other = "é" * 1_000, "é" * 5_000, "é" * 5_000 + "x"
    assert spell_bounded(short) == short
    spelled = [str(spell_bounded(text)) for text in (one, other)]
    assert [len(text.encode()) for text in spelled] == [1_938, 1_938]
    assert spelled[0] != spelled[1]
