"""A row of each table, and as many more as a law needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from changetrack._models import JsonObject
from changetrack.monitor.models import (
    ApiKey,
    Attempt,
    Baseline,
    Check,
    Config,
    Crawl,
    Delivery,
    Email,
    Fact,
    KeptSnapshot,
    Monitor,
    Notification,
    Page,
    Recipient,
    Remembered,
    Secret,
    Summary,
    Target,
    Tracking,
    Verdict,
    Webhook,
    WebhookState,
)
from changetrack.monitor.schedule import Schedule

__all__ = ["NOON", "SAMPLES", "make_delivery", "make_monitor"]

NOON = datetime(2026, 5, 30, 12, 0, 0, 123_456, tzinfo=UTC)

# What gets lost where JSON is not exact, or text is not Unicode.
_JSON: JsonObject = {
    "integers": [2**53 + 1, 2**64, -(2**70), 10**30],
    "floats": [0.1, -0.0, 1e300, 5e-324, 2.0**63, 1.0],
    "text": "é 名前 \U0001f600 \u2028 \x00 \x1f \" ' \\",
    "": {"nested": [[], {}, None, True, "1"], "order": 1, "kept": 2},
}

_CONFIG = Config(
    name="Prices",
    schedule=Schedule(cron="*/30 * * * *", text="every 30 minutes"),
    targets=(
        Target(
            id="t1",
            type="scrape",
            urls=("https://example.com/a", "https://example.com/ü?q=1"),
            tracking=Tracking(modes=("gitDiff", "json"), schema={"type": "object"}, options=_JSON),
        ),
        Target(id="t2", type="crawl", urls=("https://example.com/",), crawl=Crawl(max_pages=7)),
    ),
    goal="tell of new prices",
    webhook=Webhook(url="https://hooks.example.com/x", metadata=_JSON, statuses=("changed",)),
    notification=Notification(email=Email(enabled=True, recipients=("a@example.com",))),
    monthly_credits=1_000,
)


def make_monitor(
    number: int, *, owner: str = "local", next_run_at: datetime | None = None
) -> Monitor:
    """Return one of many monitors; they were made one second after the other."""
    made = NOON + timedelta(seconds=number)
    return Monitor(
        id=f"m{number:05}",
        owner=owner,
        config=_CONFIG,
        next_run_at=next_run_at,
        created_at=made,
        updated_at=made,
    )


def make_delivery(
    number: int,
    *,
    monitor_id: str = "m1",
    destination: str = "https://hooks.example.com/x",
    next_attempt_at: datetime | None = None,
    created_at: datetime = NOON,
) -> Delivery:
    """Return one of many deliveries."""
    return Delivery(
        id=f"d{number:05}",
        owner="local",
        monitor_id=monitor_id,
        channel="webhook",
        event="monitor.page",
        destination=destination,
        body='{"type": "monitor.page"}',
        next_attempt_at=next_attempt_at,
        created_at=created_at,
    )


_MONITOR = replace(
    make_monitor(1, next_run_at=NOON),
    last_check_summary=Summary(total_pages=3, same=2, changed=1),
    webhook_state=WebhookState(
        secrets=(Secret(value="whsec_new", created_at=NOON), Secret(value="x", created_at=NOON)),
        failing_since=NOON,
    ),
)

# One of each table, by the name of the table.
SAMPLES: dict[str, object] = {
    "monitors": _MONITOR,
    "checks": Check(
        id="c1",
        monitor_id="m1",
        owner="local",
        status="running",
        trigger="scheduled",
        scheduled_for=NOON,
        config=_CONFIG,
        created_at=NOON,
        updated_at=NOON,
        lease_until=NOON + timedelta(minutes=2),
    ),
    "pages": Page(
        id="p1",
        check_id="c1",
        monitor_id="m1",
        target_id="t1",
        url="https://example.com/ü?q=1",
        status="changed",
        position=2**40,
        metadata=_JSON,
        diff={"text": "-a\n+b\n", "json": _JSON},
        fields=[1, "two", None],
        warnings=("one", "two"),
        created_at=NOON,
    ),
    "baselines": Baseline(
        monitor_id="m1",
        target_id="t1",
        url="https://example.com/",
        contract="f1",
        snapshot_id="s1",
        content_hash="0" * 64,
        captured_at=NOON,
    ),
    "snapshots": KeptSnapshot(
        id="s1", monitor_id="m1", snapshot={"markdown": "x" * 100_000, **_JSON}, created_at=NOON
    ),
    "deliveries": make_delivery(1, next_attempt_at=NOON),
    "attempts": Attempt(delivery_id="d1", number=1, monitor_id="m1", at=NOON, seconds=0.1),
    "recipients": Recipient(
        monitor_id="m1", email="ä@example.com", created_at=NOON, updated_at=NOON
    ),
    "api_keys": ApiKey(
        id="k1", name="CI", owner="local", hash="h1", prefix="ct_ab", created_at=NOON
    ),
    "verdicts": Verdict(fingerprint="v1", judgment=_JSON, created_at=NOON),
    "remembered": Remembered(id="r1", request_hash="h1", status=200, answer=_JSON, created_at=NOON),
    "facts": Fact(name="signing_key", value="secret"),
}
