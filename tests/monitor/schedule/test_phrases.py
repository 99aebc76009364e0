"""Words and cron, row by row: what is understood, and what is refused with which words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from changetrack.errors import InvalidSchedule
from changetrack.monitor.schedule import Schedule, count_runs, explain, parse_schedule
from changetrack.monitor.schedule.clauses import EXAMPLES
from tests.monitor.schedule.golden import ANCHOR, CRON, REFUSED, UNDERSTOOD, name_row

# What the documents that the project comes from name, one by one.
SEEDS = {
    "every 30 minutes": "*/30 * * * *",
    "every 15 minutes starting at :07": "7-59/15 * * * *",
    "hourly": "0 * * * *",
    "every 2 hours": "0 */2 * * *",
    "daily": "0 0 * * *",
    "daily at 9:00": "0 9 * * *",
    "daily at 9am": "0 9 * * *",
    "daily at 5:30 PM": "30 17 * * *",
    "weekly": "0 0 * * 0",
    "every hour": "0 * * * *",
    "every day at 9am": "0 9 * * *",
    "every weekday at 14:30": "30 14 * * 1-5",
    "every 4 hours": "0 */4 * * *",
    "every day at 8am": "0 8 * * *",
    "every Monday at 9am": "0 9 * * 1",
    "every day at 12 PM UTC": "0 12 * * *",
}


@pytest.mark.parametrize("row", [*UNDERSTOOD, *CRON], ids=name_row)
def test_what_is_understood(row: dict[str, Any]) -> None:
    """The expression or the seconds, the zone, the sentence and the runs of a month."""
    schedule = parse_schedule(row.get("text"), cron=row.get("cron"), anchor=ANCHOR)
    seconds = row.get("every_seconds")
    expected = Schedule(
        cron=row.get("means"),
        timezone=row.get("timezone", "UTC"),
        text=row.get("text"),
        every_seconds=seconds,
        anchor=ANCHOR.replace(second=0) if seconds else None,
    )
    assert (schedule, explain(schedule), count_runs(schedule)) == (
        expected,
        row["explained"],
        row["runs"],
    )


@pytest.mark.parametrize("row", REFUSED, ids=name_row)
def test_C39_what_is_refused(row: dict[str, Any]) -> None:
    """By its reason, its field and its whole text, which ends in what to do about it."""
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule(row.get("text"), cron=row.get("cron"), anchor=ANCHOR)
    assert (caught.value.reason, str(caught.value)) == (row["reason"], row["error"])
    assert caught.value.path == ("text" if "text" in row else "cron")
    assert caught.value.code == "invalid_request"


@pytest.mark.parametrize(("text", "cron"), SEEDS.items())
def test_every_form_of_the_seeds_is_understood(text: str, cron: str) -> None:
    """Whatever a client was told to send works."""
    assert parse_schedule(text).cron == cron


def test_every_example_that_an_error_offers_is_understood() -> None:
    """Whoever follows the advice must not get the next error."""
    for example in EXAMPLES:
        parse_schedule(example, anchor=ANCHOR)


def test_every_cron_that_comes_back_can_be_sent_again() -> None:
    """What a client reads, it may write."""
    for row in (*UNDERSTOOD, *CRON):
        if "means" in row:
            assert parse_schedule(cron=row["means"]).cron == row["means"]


@pytest.mark.parametrize(
    "cron", [",".join(["0"] * 20_000) + " * * * *", "9" * 5_000 + " * * * *", "*" * 129]
)
def test_C39_a_long_cron_is_refused_before_it_is_read(cron: str) -> None:
    """40 KB of minutes and a number of 5,000 digits cost nothing."""
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule(cron=cron)
    assert caught.value == InvalidSchedule(
        "too_long",
        f"{len(cron):,} characters, at most 128 are allowed",
        "shorten it: '*/15 * * * *'",
        "cron",
    )


@pytest.mark.parametrize("given", [{}, {"text": "daily", "cron": "0 0 * * *"}])
def test_words_or_cron_and_not_both(given: dict[str, str]) -> None:
    """A schedule has one source."""
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule(**given)  # type: ignore[arg-type]  # none of them is the seed
    assert str(caught.value.under("schedule")) == (
        "schedule: exactly one of text and cron is needed; send text: 'every 30 minutes'"
    )


def test_an_interval_that_cron_cannot_say_needs_an_anchor() -> None:
    """The error names the two nearest that need none."""
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule("every 90 minutes")
    assert str(caught.value) == (
        "anchor: this interval is counted from a moment, and none is given;"
        " give an anchor, or say 'hourly' or 'every 2 hours'"
    )
    with pytest.raises(ValueError, match="the anchor has no time zone"):
        parse_schedule("every 90 minutes", anchor=ANCHOR.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("minimum", "text", "remedy"),
    [
        (timedelta(minutes=1), "every 30 seconds", "use 'every minute'"),
        (timedelta(minutes=2), "every minute", "use 'every 2 minutes'"),
        (timedelta(minutes=5), "every 4 minutes", "use 'every 5 minutes'"),
        (timedelta(minutes=10), "every 6 minutes", "use 'every 10 minutes'"),
        (timedelta(hours=1), "every 30 minutes", "use 'hourly'"),
        (timedelta(hours=5), "hourly", "use 'every 6 hours'"),
        (timedelta(days=1), "every 6 hours", "use 'daily'"),
        (timedelta(days=5), "daily", "use 'every 5 days'"),
    ],
)
def test_the_minimum_is_the_caller_s(minimum: timedelta, text: str, remedy: str) -> None:
    """The remedy names the shortest interval that is allowed and is understood itself."""
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule(text, minimum=minimum)
    assert (caught.value.reason, caught.value.remedy) == ("too_frequent", remedy)
    parse_schedule(remedy.split("'")[1], minimum=minimum, anchor=ANCHOR)


def test_a_minimum_of_one_is_said_as_one() -> None:
    """In words, and as an expression."""
    minute = timedelta(minutes=1)
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule("every 30 seconds", minimum=minute)
    assert str(caught.value) == (
        "text: runs would be 30 seconds apart, at least 1 minute is required; use 'every minute'"
    )


def test_the_cron_that_a_refusal_names_is_understood() -> None:
    """Whoever follows the advice must not get the next error."""
    said = [row["error"] for row in REFUSED if "cron only" in row["error"]]
    for error in said:
        parse_schedule(error.split("say '")[1].rstrip("'"))
    assert len(said) >= 7


@pytest.mark.parametrize(
    ("cron", "sentence"),
    [
        ("* * * * *", "every minute (UTC)"),
        ("*/5 * * * *", "every 5 minutes, at :00 and so on (UTC)"),
        ("3/5 9 * * *", "every 5 minutes, at :03 and so on, in the hour 9 (UTC)"),
        ("0,20,50 * * * *", "every hour, at :00, :20 and :50 (UTC)"),
        ("0 9 L,13 1,3 *", "at 9:00, on day 13 of the month and on the last day of the month"),
        ("0 9 * * 1L,2#1", "at 9:00, on the last Monday of the month and on the first Tuesday"),
    ],
)
def test_a_sentence_for_what_words_do_not_say(cron: str, sentence: str) -> None:
    """An expression that somebody wrote, also one that is only allowed by a lower minimum."""
    assert explain(Schedule(cron=cron)).startswith(sentence)
