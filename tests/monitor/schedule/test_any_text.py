"""Whatever is sent as a schedule: a schedule, or an error of ours, at once."""

from __future__ import annotations

import time
from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from changetrack.errors import InvalidSchedule
from changetrack.monitor.schedule import (
    Schedule,
    count_runs,
    explain,
    find_minimum_gap,
    list_runs,
    parse_schedule,
)
from changetrack.monitor.schedule.clauses import NAMED, NUMBERS, UNITS, WEEKDAYS
from tests.monitor.schedule.golden import ANCHOR

WORDS = [
    *(*NAMED, *NUMBERS, *UNITS, *WEEKDAYS, "every", "each", "at", "on", "the", "starting", "from"),
    *("once", "twice", "times", "last", "day", "of", "and", ",", "to", "-", "/", "in", "half", "@"),
    *(":07", ":99", "9am", "5:30", "pm", "25:00", "noon", "1st", "31st", "30m", "0m", "9", "17"),
    *("UTC", "EST", "Europe/Berlin", "utc+2", "@daily", "@every", "*/5", "*", "0", "L", "1L", "#"),
]
FIELDS = "0123456789*/,-L#W?MONJAN"
PHRASES = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
CRONS = st.lists(st.text(FIELDS, min_size=1, max_size=7), min_size=4, max_size=6).map(" ".join)
# Generous: the slowest takes 30 ms, for a calendar of 28 years that nobody asked for before.
SECONDS = 2


def _try(text: str | None, cron: str | None, zone: str = "UTC") -> Schedule | None:
    began = time.process_time()
    try:
        found = parse_schedule(
            text, cron=cron, timezone=zone, minimum=timedelta(0), seed="id", anchor=ANCHOR
        )
    except InvalidSchedule:
        found = None
    assert time.process_time() - began < SECONDS
    return found


@given(st.text() | PHRASES | CRONS)
@example("every " * 21)
@example("@" * 128)
@example("9 " * 64)
@example("a-" * 64)
@example("9." * 64)
@example("1,2-3/4 L LW 1#2 1L")
def test_any_text_is_a_schedule_or_an_error(text: str) -> None:
    """As words and as cron; and what is a schedule can be kept, explained and sent again."""
    for found in (_try(text, None), _try(None, text)):
        if found is None:
            continue
        assert explain(found)
        assert count_runs(found) > 0
        assert find_minimum_gap(found) > timedelta(0)
        first, second, third = list_runs(found, ANCHOR, 3)
        assert ANCHOR < first < second < third
        if found.cron is not None:
            again = _try(None, found.cron)
            assert again is not None
            assert again.cron == found.cron


@given(st.text() | st.text("EuropeBrlinUTC/.+-_ 0123456789", max_size=20))
def test_any_zone_is_a_zone_or_an_error(zone: str) -> None:
    """No name leads to a file that is no zone, or to another exception."""
    found = _try("daily", None, zone)
    assert found is None or found.timezone == zone
