"""Several processes over one database are as one at a time."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from typing import TypeVar

import pytest

from changetrack.monitor.models import Fact
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import FACTS
from changetrack_server.monitor.store import open_store

T = TypeVar("T")

_PROCESSES = 3
_ACCOUNTS = [f"account {number}" for number in range(5)]
_DEPOSIT = 100
_TRANSFERS = 60
_SHIFTS = 40

on_disk = pytest.mark.parametrize("make_url", ["sqlite", "postgresql"], indirect=True)


def _read(rows: Transaction, name: str) -> int:
    found = rows.find(FACTS, name)
    assert found is not None
    return int(found.value)


def _add_up(rows: Transaction) -> int:
    return sum(_read(rows, each) for each in _ACCOUNTS)


def _move(rows: Transaction, giver: str, taker: str, amount: int) -> None:
    for name, change in ((giver, -amount), (taker, amount)):
        rows.put(FACTS, Fact(name=name, value=str(_read(rows, name) + change)))


def _transfer(url: str, seed: int) -> set[int]:
    """Move money to and fro; return every sum that was seen meanwhile."""
    dice = random.Random(seed)  # noqa: S311 - a history, no secret
    sums = set()
    with closing(open_store(url, reserve_bytes=0)) as store:
        for _ in range(_TRANSFERS):
            giver, taker = dice.sample(_ACCOUNTS, 2)
            amount = dice.randint(1, 9)
            store.transact(partial(_move, giver=giver, taker=taker, amount=amount))
            sums.add(store.transact(_add_up))
    return sums


def _leave(rows: Transaction, shift: int, me: int) -> bool:
    """Go home, if somebody else is still there."""
    there = [each for each in range(_PROCESSES) if rows.find(FACTS, f"{shift} {each}") is None]
    if len(there) < 2 or me not in there:
        return False
    rows.put(FACTS, Fact(name=f"{shift} {me}", value="home"))
    return True


def _work_shifts(url: str, me: int) -> list[bool]:
    with closing(open_store(url, reserve_bytes=0)) as store:
        return [store.transact(partial(_leave, shift=each, me=me)) for each in range(_SHIFTS)]


def _run(work: Callable[[str, int], T], url: str) -> list[T]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_PROCESSES, mp_context=context) as pool:
        return list(pool.map(work, [url] * _PROCESSES, range(_PROCESSES)))


@on_disk
def test_C6_processes_that_transfer_keep_the_sum(make_url: Callable[[], str]) -> None:
    """Money is neither made nor lost, and nobody ever sees it under way."""
    url = make_url()
    with closing(open_store(url, reserve_bytes=0)) as store:
        for each in _ACCOUNTS:
            fact = Fact(name=each, value=str(_DEPOSIT))
            store.transact(partial(_put, fact=fact))
        total = _DEPOSIT * len(_ACCOUNTS)
        assert _run(_transfer, url) == [{total}] * _PROCESSES
        assert store.transact(_add_up) == total


@on_disk
def test_C6_processes_that_leave_one_behind_leave_one_behind(make_url: Callable[[], str]) -> None:
    """Each writes a row of their own after a look at the others: nobody may decide on old rows."""
    url = make_url()
    open_store(url, reserve_bytes=0).close()
    left = _run(_work_shifts, url)
    assert [sum(shift) for shift in zip(*left, strict=True)] == [_PROCESSES - 1] * _SHIFTS


def _put(rows: Transaction, fact: Fact) -> None:
    rows.put(FACTS, fact)
