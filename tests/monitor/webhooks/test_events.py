"""What a webhook carries, against the samples of the specification, and within its size."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack.monitor.models import Check, Page, Summary, Webhook
from changetrack.monitor.webhooks.events import (
    MOST_BYTES,
    write_check_event,
    write_page_event,
    write_test_event,
)
from tests.monitor.makers import NOON, make_monitor

HOOK = Webhook(url="https://example.com/hook", metadata={"environment": "production"})
JUDGMENT: dict[str, Any] = {
    "meaningful": True,
    "confidence": "high",
    "reason": "The page headline changed to announce a new release cadence.",
    "meaningfulChanges": [{"type": "changed", "before": "a", "after": "b", "reason": "c"}],
}
TEXT = "--- previous\n+++ current\n@@ -1 +1 @@\n-Welcome\n+Welcome — daily\n"
PAGE = Page(
    id="page",
    check_id="check",
    monitor_id="monitor",
    target_id="target",
    url="https://example.com/blog",
    status="changed",
    position=0,
    previous_id="previous",
    current_id="current",
    judgment=JUDGMENT,
    diff={"text": TEXT, "json": {"files": []}},
    created_at=NOON,
)
CHECK = Check(
    id="check",
    monitor_id="monitor",
    owner="local",
    status="completed",
    trigger="scheduled",
    created_at=NOON,
    updated_at=NOON,
    summary=Summary(total_pages=2, same=1, changed=1),
)


def read_page(*modes: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a page
    """Return the event of a page."""
    page = replace(PAGE, **changes)
    event: dict[str, Any] = json.loads(write_page_event("event", HOOK, page, modes=modes))
    return event


def read_check(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a check
    """Return the event of a check."""
    event: dict[str, Any] = json.loads(write_check_event("event", HOOK, replace(CHECK, **changes)))
    return event


def test_the_event_of_a_page_is_that_of_the_sample() -> None:
    """Key by key, in its order; where markdown is compared, the diff is its text alone."""
    written = write_page_event("event", HOOK, PAGE, modes=("gitDiff",))
    sample = {
        "success": True,
        "type": "monitor.page",
        "id": "check",
        "webhookId": "event",
        "data": [
            {
                "monitorId": "monitor",
                "checkId": "check",
                "url": "https://example.com/blog",
                "status": "changed",
                "previousScrapeId": "previous",
                "currentScrapeId": "current",
                "error": None,
                "isMeaningful": True,
                "judgment": JUDGMENT,
                "diff": {"text": TEXT},
            }
        ],
        "metadata": {"environment": "production"},
    }
    assert written == json.dumps(sample, ensure_ascii=False, separators=(",", ":"))


def test_the_event_of_a_check_is_that_of_the_sample() -> None:
    """Key by key, in its order, and whether the site was down."""
    sample = {
        "success": True,
        "type": "monitor.check.completed",
        "id": "check",
        "webhookId": "event",
        "data": [
            {
                "monitorId": "monitor",
                "checkId": "check",
                "status": "completed",
                "summary": {
                    "totalPages": 2,
                    "same": 1,
                    "changed": 1,
                    "new": 0,
                    "removed": 0,
                    "error": 0,
                },
                "siteDown": False,
            }
        ],
        "metadata": {"environment": "production"},
    }
    written = write_check_event("event", HOOK, CHECK)
    assert written == json.dumps(sample, separators=(",", ":"))


def test_a_test_has_the_same_envelope() -> None:
    """So that a receiver takes the same way through its code."""
    monitor = make_monitor()
    assert json.loads(write_test_event("event", HOOK, monitor)) == {
        "success": True,
        "type": "monitor.test",
        "id": monitor.id,
        "webhookId": "event",
        "data": [{"monitorId": monitor.id, "checkId": None, "name": "m"}],
        "metadata": {"environment": "production"},
    }


@pytest.mark.parametrize(
    ("modes", "diff", "shown"),
    [
        (("gitDiff",), {"text": TEXT, "json": {"files": []}}, {"text": TEXT}),
        (("json",), {"json": {"a": 1}}, {"json": {"a": 1}}),
        (("gitDiff", "json"), {"text": TEXT, "json": {}}, {"text": TEXT, "json": {}}),
        (("gitDiff",), {"text": TEXT, "json": {}, "html": "<p>"}, {"text": TEXT}),
        (("gitDiff",), None, None),
    ],
)
def test_a_diff_shows_what_is_compared(
    modes: tuple[str, ...], diff: dict[str, Any] | None, shown: object
) -> None:
    """Its text for markdown, the fields where fields are tracked, both in mixed mode."""
    assert read_page(*modes, diff=diff)["data"][0]["diff"] == shown


def test_what_nobody_judged_is_neither_meaningful_nor_not() -> None:
    """Null is no answer; false is one."""
    found = [
        (event["data"][0]["isMeaningful"], event["data"][0]["judgment"])
        for event in (read_page(judgment=None), read_page(judgment={"meaningful": False}))
    ]
    assert found == [(None, None), (False, {"meaningful": False})]


@pytest.mark.parametrize("status", ["same", "new", "changed", "removed", "error"])
def test_a_page_is_a_success_unless_it_is_an_error(status: str) -> None:
    """The reason of an error stands in the envelope, too, and its word beside it."""
    is_error = status == "error"
    event = read_page(
        status=status,
        error="the site was silent" if is_error else None,
        error_code="timeout" if is_error else None,
    )
    said = (event["success"], event.get("error"), event["data"][0].get("errorCode"))
    assert said == ((False, "the site was silent", "timeout") if is_error else (True, None, None))


@pytest.mark.parametrize(
    ("changes", "success"),
    [
        ({}, True),
        ({"summary": Summary(total_pages=2, same=1, error=1)}, False),
        ({"status": "partial"}, False),
        ({"status": "failed", "error": "nobody is there"}, False),
    ],
)
def test_a_check_is_a_success_without_errors_of_pages(
    changes: dict[str, Any],
    success: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """As the specification has it: failed and partial ones are none, and say why if they know."""
    event = read_check(**changes)
    assert (event["success"], event.get("error")) == (success, changes.get("error"))


def test_what_is_ours_stands_under_keys_of_its_own() -> None:
    """And only where there is something to say."""
    (thing,) = read_check(missed_slots=3, is_site_down=True, error_code="site_down")["data"]
    (plain,) = read_check()["data"]
    assert set(thing) - set(plain) == {"missedSlots", "errorCode"}
    assert (thing["missedSlots"], thing["siteDown"], thing["errorCode"]) == (3, True, "site_down")


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"diff": {"text": "+" * MOST_BYTES}}, JUDGMENT),
        ({"diff": {"text": "é" * (MOST_BYTES // 2)}}, JUDGMENT),
        ({"judgment": {"meaningful": True, "reason": "x" * MOST_BYTES}}, None),
        ({"diff": None, "judgment": {"meaningful": True, "reason": "x" * MOST_BYTES}}, None),
    ],
)
def test_C28_what_is_too_large_leaves_its_diff_out_and_says_where_it_is(
    changes: dict[str, Any], left: object
) -> None:
    """The event arrives, small, with the way to what it does not hold."""
    page = replace(PAGE, **changes)
    written = write_page_event("event", HOOK, page, modes=("gitDiff",))
    (thing,) = json.loads(written)["data"]
    assert len(written.encode()) < 20_000
    assert (thing["truncated"], thing["detailUrl"], thing["diff"], thing["judgment"]) == (
        True,
        "/v1/monitor/monitor/checks/check",
        None,
        left,
    )
    assert (thing["isMeaningful"], thing["status"]) == (True, "changed")


def test_C28_what_just_fits_is_whole() -> None:
    """To the byte."""
    bare = replace(PAGE, diff={"text": ""})
    empty = len(write_page_event("event", HOOK, bare, modes=()).encode())
    for size, is_whole in ((MOST_BYTES, True), (MOST_BYTES + 1, False)):
        page = replace(PAGE, diff={"text": "x" * (size - empty)})
        written = write_page_event("event", HOOK, page, modes=())
        assert ("truncated" not in json.loads(written)["data"][0]) == is_whole


@given(
    url=st.text(st.characters(exclude_categories=[]), max_size=100),
    error=st.text(st.characters(exclude_categories=[]), max_size=50) | st.just("x" * 10**6),
)
def test_no_page_breaks_its_event(url: str, error: str) -> None:
    """What sites put into addresses and errors is cut and made sendable, and is the same again."""
    page = replace(PAGE, url=url, error=error, status="error")
    written = write_page_event("event", HOOK, page, modes=("gitDiff",))
    assert len(written.encode()) <= MOST_BYTES
    assert written == write_page_event("event", HOOK, page, modes=("gitDiff",))
    assert json.loads(written)["id"] == "check"
