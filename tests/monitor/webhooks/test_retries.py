"""When something is tried again, and when no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack.monitor.models import Delivery
from changetrack.monitor.webhooks.retries import DELAYS, Outcome, next_attempt, read_retry_after
from tests.monitor.makers import NOON

CLAIMED = Delivery(
    id="d",
    owner="local",
    monitor_id="m",
    channel="webhook",
    event="monitor.page",
    destination="https://example.com/",
    body="{}",
    attempts=1,
    lease_until=NOON,
    next_attempt_at=NOON,
    created_at=NOON,
)
REFUSED = Outcome(status_code=500, error="refused: 500")


def test_C26_ten_tries_take_three_days() -> None:
    """75 hours and 35 minutes, after which it is dead."""
    delivery, now, waits = CLAIMED, NOON, []
    while True:
        settled = next_attempt(delivery, REFUSED, now=now, jitter=0.5)
        if settled.next_attempt_at is None:
            break
        waits.append(settled.next_attempt_at - now)
        now = settled.next_attempt_at
        delivery = replace(settled, attempts=settled.attempts + 1)
    assert tuple(waits) == DELAYS[1:]
    assert (delivery.attempts, settled.status, now - NOON) == (
        10,
        "dead",
        timedelta(hours=75, minutes=35, seconds=5),
    )


def test_tries_begin_anew_when_somebody_asks_for_it_again() -> None:
    """The eleventh try of a dead one is the first of ten."""
    again = replace(CLAIMED, attempts=11, attempts_before=10)
    last = replace(again, attempts=20)
    assert next_attempt(again, REFUSED, now=NOON, jitter=0.5) == replace(
        again,
        lease_until=None,
        next_attempt_at=NOON + timedelta(seconds=5),
        last_status_code=500,
        last_error="refused: 500",
    )
    assert next_attempt(last, REFUSED, now=NOON, jitter=0.5).status == "dead"


@given(tries=st.integers(1, 9), jitter=st.floats(0, 1))
def test_what_failed_together_does_not_come_back_together(tries: int, jitter: float) -> None:
    """A fifth to either side of the schedule, and no further."""
    settled = next_attempt(replace(CLAIMED, attempts=tries), REFUSED, now=NOON, jitter=jitter)
    assert settled.next_attempt_at is not None
    wait = (settled.next_attempt_at - NOON) / DELAYS[tries]
    assert 0.799 < wait < 1.201


def test_C21_only_two_hundreds_have_arrived() -> None:
    """A redirect leads nowhere, and 410 is the last word."""
    found: dict[str, list[int]] = {"delivered": [], "dead": [], "pending": []}
    for code in range(100, 600):
        settled = next_attempt(CLAIMED, Outcome(status_code=code), now=NOON, jitter=0)
        found[settled.status].append(code)
        assert (settled.delivered_at == NOON) == (settled.status == "delivered")
    assert (found["delivered"], found["dead"]) == (list(range(200, 300)), [410])


@pytest.mark.parametrize(
    ("event", "outcome", "status"),
    [
        ("email.summary", Outcome(), "delivered"),
        ("email.summary", Outcome(status_code=250), "delivered"),
        ("email.summary", Outcome(status_code=451, error="later"), "pending"),
        ("email.summary", Outcome(status_code=550, error="nobody", is_final=True), "dead"),
        ("monitor.page", Outcome(status_code=200, error="but the ack was lost"), "pending"),
        ("monitor.test", REFUSED, "dead"),
    ],
)
def test_other_channels_and_tests_have_outcomes_too(
    event: str, outcome: Outcome, status: str
) -> None:
    """Mail has codes of its own, what is final is not tried again, and a test is tried once."""
    claimed = replace(CLAIMED, event=event)
    assert next_attempt(claimed, outcome, now=NOON, jitter=0).status == status


DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("60", timedelta(seconds=60)),
        (" 60 ", timedelta(seconds=60)),
        ("0", timedelta(seconds=5)),
        ("-1", timedelta(seconds=5)),
        ("+7", timedelta(seconds=7)),
        ("315360000", DAY),
        ("9" * 5000, DAY),
        ("Thu, 26 Nov 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Thursday, 26-Nov-26 12:10:00 GMT", timedelta(minutes=10)),
        ("Thu, 26 Nov 2026 13:10:00 +0100", timedelta(minutes=10)),
        ("Thu, 26 Nov 2026 12:10:00", timedelta(minutes=10)),
        ("Thu, 26 Nov 2020 12:00:00 GMT", timedelta(seconds=5)),
        ("Thu, 26 Nov 2036 12:00:00 GMT", DAY),
        ("1e3", None),
        ("٦٠", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("Thu, 99 Nov 2026 12:10:00 GMT", None),
        ("Thu, 26 Nov 0000 12:10:00 GMT", timedelta(seconds=5)),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_C23_retry_after_is_read_and_kept_within_reason(
    header: str | None, wait: timedelta | None
) -> None:
    """Seconds or a date, from five seconds to a day; what is neither says nothing."""
    assert read_retry_after(header, now=NOON) == wait


@given(header=st.text(max_size=60))
def test_C23_no_header_breaks_it(header: str) -> None:
    """It is a stranger's."""
    wait = read_retry_after(header, now=NOON)
    assert wait is None or timedelta(seconds=5) <= wait <= DAY


@pytest.mark.parametrize(
    ("tries", "header", "wait"),
    [
        (1, "3600", timedelta(hours=1)),
        (1, "-5", timedelta(seconds=5)),
        (1, "1000000000", DAY),
        (3, "5", timedelta(minutes=30)),
        (3, "7200", timedelta(hours=2)),
    ],
)
def test_C23_a_receiver_is_left_alone_as_long_as_it_wants(
    tries: int, header: str, wait: timedelta
) -> None:
    """Never earlier than it asks for; and its wishes do not use up all tries within a minute."""
    outcome = replace(REFUSED, status_code=429, retry_after=header)
    settled = next_attempt(replace(CLAIMED, attempts=tries), outcome, now=NOON, jitter=0.5)
    assert settled.next_attempt_at == NOON + wait
