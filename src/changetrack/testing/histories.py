"""Long random histories, on which a store must agree with the one in memory."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple, TypeAlias

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Delivery
from changetrack.monitor.ports import Column, OneOf, Store, Transaction, Until, Where
from changetrack.monitor.tables import DELIVERIES
from changetrack.testing.expectations import expect_equal
from changetrack.testing.rows import NOON, make_delivery

__all__ = ["same_as_memory"]

_HISTORIES = 5
_TRANSACTIONS = 40
# So few keys and values that histories meet the same ones again.
_KEYS = 12
_TEXTS = ("", "a", "B", "é", "\U0001f600", "a\0")
_COLUMNS = ("id", "monitor_id", "destination", "status", "next_attempt_at", "created_at")

_Step: TypeAlias = "Callable[[Transaction], object]"


class _GivenUp(Exception):
    """The transaction is not to be kept; it carries what it saw."""

    def __init__(self, seen: list[object]) -> None:
        super().__init__()
        self.seen = seen


class _Plan(NamedTuple):
    """The steps of a transaction, and whether it is kept."""

    steps: list[_Step]
    is_kept: bool


def same_as_memory(make_store: Callable[[], Store]) -> None:
    """Every step of a random history gives what it gives in memory; the rows at its end as well."""
    for seed in range(_HISTORIES):
        # The same histories everywhere.
        dice = random.Random(seed)  # noqa: S311
        with closing(make_store()) as store, closing(MemoryStore()) as model:
            for number in range(_TRANSACTIONS):
                plan = _draw_plan(dice)
                found, wanted = _follow(store, plan), _follow(model, plan)
                expect_equal(f"history {seed}, transaction {number}", found, wanted)
            everything = _Plan([lambda rows: rows.select(DELIVERIES, {})], is_kept=True)
            expect_equal(f"history {seed}", _follow(store, everything), _follow(model, everything))


def _follow(store: Store, plan: _Plan) -> list[object]:
    def work(rows: Transaction) -> list[object]:
        seen = [step(rows) for step in plan.steps]
        if plan.is_kept:
            return seen
        raise _GivenUp(seen)

    try:
        return store.transact(work)
    except _GivenUp as given_up:
        return given_up.seen


def _draw_plan(dice: random.Random) -> _Plan:
    draws = (_draw_put, _draw_put, _draw_put, _draw_drop, _draw_find, _draw_select, _draw_count)
    steps = [dice.choice(draws)(dice) for _ in range(dice.randint(1, 12))]
    return _Plan(steps, is_kept=dice.random() < 0.8)  # noqa: PLR2004 - most of them


def _draw_put(dice: random.Random) -> _Step:
    record = _draw_delivery(dice)
    return lambda rows: rows.put(DELIVERIES, record)


def _draw_drop(dice: random.Random) -> _Step:
    key = _draw_delivery(dice).id
    return lambda rows: rows.drop(DELIVERIES, key)


def _draw_find(dice: random.Random) -> _Step:
    key = _draw_delivery(dice).id
    return lambda rows: rows.find(DELIVERIES, key)


def _draw_count(dice: random.Random) -> _Step:
    where = _draw_where(dice)
    return lambda rows: rows.count(DELIVERIES, where)


def _draw_select(dice: random.Random) -> _Step:
    where = _draw_where(dice)
    order: tuple[str, ...] = tuple(dice.sample(_COLUMNS, dice.randint(0, 3)))
    after: tuple[Column, ...] | None = None
    if dice.random() < 0.5:  # noqa: PLR2004 - every other one
        # Columns that are never None, and a key at the end.
        order = dice.choice((("id",), ("created_at", "id"), ("destination", "created_at", "id")))
        start = _draw_delivery(dice)
        after = tuple(getattr(start, name) for name in order)
    descending = dice.random() < 0.5  # noqa: PLR2004 - as above
    limit = dice.choice((None, None, 0, 1, 3))
    return lambda rows: rows.select(
        DELIVERIES, where, order=order, descending=descending, after=after, limit=limit
    )


def _draw_delivery(dice: random.Random) -> Delivery:
    at = NOON + timedelta(microseconds=dice.randint(-2, 2))
    record = make_delivery(
        dice.randrange(_KEYS),
        monitor_id=dice.choice(_TEXTS),
        destination=dice.choice(_TEXTS),
        next_attempt_at=dice.choice((None, at)),
        created_at=NOON + timedelta(minutes=dice.randrange(3)),
    )
    return replace(record, status=dice.choice(("pending", "dead")), attempts=dice.randrange(9))


def _draw_where(dice: random.Random) -> Where:
    names = dice.sample(_COLUMNS, dice.choice((0, 1, 1, 2)))
    return {name: _draw_condition(dice, name) for name in names}


def _draw_condition(dice: random.Random, name: str) -> Column | OneOf | Until:
    values: list[Column] = [getattr(_draw_delivery(dice), name) for _ in range(3)]
    first = values[0]
    if first is not None and dice.random() < 0.3:  # noqa: PLR2004 - a third
        return Until(first)
    return dice.choice((first, OneOf(tuple(values[: dice.randint(0, 3)]))))
