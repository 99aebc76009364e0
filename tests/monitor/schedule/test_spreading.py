"""Monitors that name no time are not all due at once, and those that name one are on time."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack.monitor.schedule import find_minimum_gap, next_run, parse_schedule
from tests.monitor.schedule.golden import CRON, UNDERSTOOD

IDS = [f"monitor-{number}" for number in range(10_000)]
NINE = datetime(2026, 5, 30, 9, tzinfo=UTC)


def _offset(seed: str, minutes: int) -> int:
    return int(hashlib.sha256(seed.encode()).hexdigest(), 16) % minutes


@pytest.mark.parametrize(
    ("text", "period", "cron"),
    [
        ("every 30 minutes", 30, "{}-59/30 * * * *"),
        ("every 15 minutes", 15, "{}-59/15 * * * *"),
        ("30m", 30, "{}-59/30 * * * *"),
        ("hourly", 60, "{} * * * *"),
        ("every 2 hours", 60, "{} */2 * * *"),
        ("daily", 10, "{} 0 * * *"),
        ("weekly", 10, "{} 0 * * 0"),
        ("monthly", 10, "{} 0 1 * *"),
        ("every monday", 10, "{} 0 * * 1"),
        ("twice a day", 10, "{} 0,12 * * *"),
    ],
)
def test_C41_words_without_a_time_are_spread_by_the_id(text: str, period: int, cron: str) -> None:
    """By SHA-256 of it, within the period, and the expression says so."""
    for seed in IDS[:200]:
        offset = _offset(seed, period)
        expected = cron.format(offset)
        if offset == 0:
            expected = expected.replace("0-59/", "*/")
        assert parse_schedule(text, seed=seed).cron == expected


@pytest.mark.parametrize(
    "row",
    [
        row["text"]
        for row in UNDERSTOOD
        if " at " in row["text"] or "start" in row["text"] or row["text"][0] in "@*0"
    ],
)
def test_C41_a_time_that_is_said_is_kept(row: str) -> None:
    """And so are expressions and macros; @every is words."""
    if row.startswith("@every"):
        return
    assert parse_schedule(row, seed="any").cron == parse_schedule(row).cron


def test_C41_cron_is_kept_as_it_is() -> None:
    """Whoever writes an expression means it."""
    for row in CRON:
        assert parse_schedule(cron=row["cron"], seed="any").cron == row["means"]


def test_C41_ten_thousand_monitors_spread_over_the_whole_interval() -> None:
    """No minute has more than a tenth above its share, and what is shown is when they run."""
    due = Counter(next_run(parse_schedule("every 30 minutes", seed=seed), NINE) for seed in IDS)
    assert len(due) == 30
    assert max(due.values()) < 10_000 / 30 * 1.2
    assert max(due) - min(due) == timedelta(minutes=29)


@given(st.text())
def test_a_spread_schedule_keeps_its_spacing(seed: str) -> None:
    """Whatever the id is, and the same one always falls on the same minute."""
    first = parse_schedule("every 15 minutes", seed=seed)
    assert parse_schedule("every 15 minutes", seed=seed) == first
    assert find_minimum_gap(first) == timedelta(minutes=15)
    assert parse_schedule(cron=first.cron).cron == first.cron
