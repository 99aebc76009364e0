"""Checks and pages as clients read them, strict ones included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from changetrack import JsonObject
from changetrack.monitor.models import (
    Attempt,
    Check,
    CheckStatus,
    Delivery,
    Monitor,
    Page,
    Recipient,
    Summary,
)
from changetrack.monitor.wire import (
    DIALECTS,
    read_time,
    write_check,
    write_delivery,
    write_monitor,
    write_page,
    write_time,
)
from changetrack.monitor.wire.dialects import Version
from tests.monitor.dialects.bodies import MONITOR_ID, NOW, SMALL, TARGET_ID, order

CHECK_ID = "019df960-5f2a-75fb-a98b-bd2d32ca67d4"
START = NOW + timedelta(seconds=1.5)
CHECK = Check(
    id=CHECK_ID,
    monitor_id=MONITOR_ID,
    owner="local",
    status="completed",
    trigger="scheduled",
    scheduled_for=NOW,
    missed_slots=2,
    created_at=NOW,
    started_at=START,
    finished_at=START,
    updated_at=START,
    attempts=1,
    estimated_credits=2,
    actual_credits=2,
    summary=Summary(total_pages=1, changed=1),
)
SHOWN_CHECK: JsonObject = {
    "id": CHECK_ID,
    "monitorId": MONITOR_ID,
    "status": "completed",
    "trigger": "scheduled",
    "scheduledFor": "2026-05-17T15:30:00.000Z",
    "startedAt": "2026-05-17T15:30:01.500Z",
    "finishedAt": "2026-05-17T15:30:01.500Z",
    "estimatedCredits": 2,
    "actualCredits": 2,
    "billingStatus": "not_applicable",
    "summary": {"totalPages": 1, "same": 0, "changed": 1, "new": 0, "removed": 0, "error": 0},
    "error": None,
    "createdAt": "2026-05-17T15:30:00.000Z",
    "updatedAt": "2026-05-17T15:30:01.500Z",
    "errorCode": None,
    "missedSlots": 2,
    "siteDown": False,
    "attempts": 1,
}


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_check_has_every_key_of_its_protocol(version: Version) -> None:
    """With the words that strict clients know, and what is ours under other keys."""
    assert write_check(CHECK, DIALECTS[version]) == SHOWN_CHECK


# What the published clients know; a word beside these raises in them.
KNOWN = {
    "v1": {"queued", "running", "completed", "partial", "failed", "skipped_overlap"},
    "v2": set(get_args(CheckStatus)),
}


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_no_check_has_a_status_that_its_clients_do_not_know(version: Version) -> None:
    """One that was skipped for want of credits has failed where nobody has a word for it."""
    dialect = DIALECTS[version]
    assert {dialect.name_status(each) for each in get_args(CheckStatus)} == KNOWN[version]
    assert set(dialect.statuses) == KNOWN[version]


def test_a_filter_finds_what_is_called_so() -> None:
    """Also what another dialect has another word for; and a word of neither finds nothing."""
    v1, v2 = DIALECTS["v1"], DIALECTS["v2"]
    assert [
        v1.find_statuses("failed"),
        v2.find_statuses("failed"),
        v1.find_statuses("skipped_no_credits"),
        v2.find_statuses("nothing"),
    ] == [("failed", "skipped_no_credits"), ("failed",), (), ()]


DIFF: JsonObject = {"json": {"plans[0].price": {"previous": "$19/mo", "current": "$24/mo"}}}
JUDGMENT: JsonObject = {"meaningful": True, "confidence": "high", "reason": "The price changed."}
PAGE = Page(
    id="019df960-7708-7c62-a5dc-6206f16ac122",
    check_id=CHECK_ID,
    monitor_id=MONITOR_ID,
    target_id=TARGET_ID,
    url="https://example.com/pricing",
    status="changed",
    position=0,
    previous_id="019df94f-82c3-7e41-81f0-00c72b2d9c52",
    current_id="019df960-73ee-7ac2-97a9-fb0e442c21f1",
    previous_hash="a" * 64,
    content_hash="b" * 64,
    status_code=200,
    metadata={"title": "Pricing"},
    judgment=JUDGMENT,
    diff=DIFF,
    fields={"plans": [{"price": "$24/mo"}]},
    warnings=("w",),
    credits=2,
    created_at=NOW,
)
SHOWN_PAGE: JsonObject = {
    "id": "019df960-7708-7c62-a5dc-6206f16ac122",
    "targetId": TARGET_ID,
    "url": "https://example.com/pricing",
    "status": "changed",
    "previousScrapeId": "019df94f-82c3-7e41-81f0-00c72b2d9c52",
    "currentScrapeId": "019df960-73ee-7ac2-97a9-fb0e442c21f1",
    "statusCode": 200,
    "error": None,
    "metadata": {"title": "Pricing", "creditsUsed": 2},
    "judgment": {**JUDGMENT, "meaningfulChanges": []},
    "createdAt": "2026-05-17T15:30:00.000Z",
    "diff": DIFF,
    "snapshot": {"json": {"plans": [{"price": "$24/mo"}]}},
    "errorCode": None,
    "previousHash": "a" * 64,
    "contentHash": "b" * 64,
    "warnings": ["w"],
}


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_page_has_every_key_of_its_protocol(version: Version) -> None:
    """A judgment always has its list, since a client that reads null there fails."""
    assert write_page(PAGE, DIALECTS[version]) == SHOWN_PAGE


def test_fields_that_are_no_object_stand_where_no_client_stumbles() -> None:
    """Clients of /v2 take an object at that place, and nothing else."""
    page = Page(
        id="p",
        check_id=CHECK_ID,
        monitor_id=MONITOR_ID,
        target_id=TARGET_ID,
        url="https://example.com/",
        status="changed",
        position=0,
        fields=[1],
        created_at=NOW,
    )
    assert [write_page(page, DIALECTS[version])["snapshot"] for version in ("v1", "v2")] == [
        {"json": [1]},
        {"value": [1]},
    ]


def test_a_page_that_stayed_the_same_says_little() -> None:
    """No diff, no judgment, and no snapshot at all."""
    page = Page(
        id="p",
        check_id=CHECK_ID,
        monitor_id=MONITOR_ID,
        target_id=TARGET_ID,
        url="https://example.com/",
        status="same",
        position=0,
        created_at=NOW,
    )
    shown = write_page(page, DIALECTS["v2"])
    assert (shown["diff"], shown["judgment"], "snapshot" in shown) == (None, None, False)


SPENT = Monitor(
    id=MONITOR_ID,
    owner="local",
    config=order("v1", SMALL).config,
    status="paused",
    pause_reason="no_credits",
    last_check_summary=Summary(total_pages=3, same=2, error=1),
    created_at=NOW,
    updated_at=NOW,
)


def test_a_monitor_without_credits_is_called_so_where_there_is_a_word() -> None:
    """Where there is none it is paused, and the reason stands beside it."""
    shown = [write_monitor(SPENT, DIALECTS[version]) for version in ("v1", "v2")]
    assert [(each["status"], each["pauseReason"]) for each in shown] == [
        ("paused_no_credits", "no_credits"),
        ("paused", "no_credits"),
    ]
    assert shown[0]["lastCheckSummary"] == {
        "totalPages": 3,
        "same": 2,
        "changed": 0,
        "new": 0,
        "removed": 0,
        "error": 1,
    }


def test_recipients_stand_with_their_consent() -> None:
    """As Firecrawl shows them: nobody of a team, so each has to opt in."""
    recipients = [
        Recipient(
            monitor_id=MONITOR_ID,
            email="a@example.com",
            token_hash="h",  # noqa: S106 - of nobody
            created_at=NOW,
            updated_at=NOW,
        ),
        Recipient(
            monitor_id=MONITOR_ID,
            email="b@example.com",
            status="unsubscribed",
            created_at=NOW,
            updated_at=NOW,
        ),
    ]
    shown = write_monitor(SPENT, DIALECTS["v2"], recipients=recipients)
    assert shown["emailRecipientSubscriptions"] == [
        {
            "email": "a@example.com",
            "status": "pending",
            "source": "opt_in",
            "confirmationEmailSent": True,
        },
        {
            "email": "b@example.com",
            "status": "unsubscribed",
            "source": "opt_in",
            "confirmationEmailSent": True,
        },
    ]


def test_a_delivery_has_every_try_in_it() -> None:
    """And shows no secret of a channel; a webhook's URL is its owner's own."""
    delivery = Delivery(
        id="d",
        owner="local",
        monitor_id=MONITOR_ID,
        check_id=CHECK_ID,
        channel="notify",
        event="check",
        destination="slack://T1/B2/secret",
        body="{}",
        status="dead",
        attempts=1,
        created_at=NOW,
        last_status_code=500,
        last_error="refused",
    )
    attempt = Attempt(
        delivery_id="d",
        number=1,
        monitor_id=MONITOR_ID,
        at=START,
        seconds=0.25,
        status_code=500,
        error="refused",
    )
    assert write_delivery(delivery, [attempt]) == {
        "id": "d",
        "monitorId": MONITOR_ID,
        "checkId": CHECK_ID,
        "channel": "notify",
        "event": "check",
        "destination": "slack://…",
        "pageUrl": None,
        "status": "dead",
        "attemptCount": 1,
        "nextAttemptAt": None,
        "deliveredAt": None,
        "lastStatusCode": 500,
        "lastError": "refused",
        "createdAt": "2026-05-17T15:30:00.000Z",
        "attempts": [
            {
                "number": 1,
                "at": "2026-05-17T15:30:01.500Z",
                "durationMs": 250,
                "statusCode": 500,
                "error": "refused",
            }
        ],
    }


def test_times_are_written_and_read_in_utc() -> None:
    """Whatever zone they come in; one without any is taken for UTC."""
    sent = [
        *("2026-05-30T16:00:00Z", "2026-05-30T18:00:00+02:00", "2026-05-30T18:00:00 02:00"),
        *("2026-05-30T16:00:00", "2026-05-30T16:00"),
    ]
    read = {read_time(text, "since") for text in sent}
    assert read == {datetime(2026, 5, 30, 16, tzinfo=UTC)}
    assert [write_time(each) for each in read] == ["2026-05-30T16:00:00.000Z"]
