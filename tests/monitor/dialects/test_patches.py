"""A change says what it is about, and leaves the rest: field by field, in both dialects."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from changetrack import ChangeTrackError, JsonObject, JsonValue
from changetrack.errors import InvalidMonitor
from changetrack.monitor.commands import Changed, patch_monitor
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import (
    Config,
    Email,
    Monitor,
    Notification,
    Target,
    Webhook,
    WebhookState,
)
from changetrack.monitor.owners import find_monitor
from changetrack.monitor.schedule import Schedule
from changetrack.monitor.tables import MONITORS
from changetrack.monitor.webhooks.states import start_webhook
from changetrack.monitor.wire import DIALECTS, Rules, read_patch
from changetrack.monitor.wire.dialects import Version
from tests.monitor.dialects.bodies import (
    MONITOR_ID,
    NOW,
    RULES,
    SECRET,
    TARGET_ID,
    create_monitor_of,
    order,
)

LATER = NOW + timedelta(hours=2)
BODY: JsonObject = {
    "name": "m",
    "schedule": {"text": "daily at 9am", "timezone": "UTC"},
    "goal": "g",
    "targets": [
        {"type": "scrape", "urls": ["https://a.example/", "https://b.example/"], "id": TARGET_ID}
    ],
    "webhook": {"url": "https://example.com/", "headers": {"A": "1"}, "statuses": ["changed"]},
    "notification": {
        "emails": ["a@example.com"],
        "includeDiffs": True,
        "channels": ["tgram://1:x/2"],
    },
    "monthlyCredits": 1000,
}


def _make(**state: object) -> tuple[MemoryStore, Monitor]:
    store = MemoryStore()
    monitor = create_monitor_of(store, order("v1", BODY)).monitor
    changed: Monitor = replace(monitor, **state)  # type: ignore[arg-type]  # fields of a monitor
    store.transact(lambda each: each.put(MONITORS, changed))
    return store, changed


def _patch(
    store: MemoryStore, body: JsonValue, version: Version = "v2", rules: Rules = RULES
) -> Changed:
    patch = read_patch(body, DIALECTS[version], rules)
    return store.transact(
        lambda each: patch_monitor(
            each,
            find_monitor(each, "local", MONITOR_ID),
            patch,
            now=LATER,
            minimum=rules.minimum,
            secret="whsec_new",  # noqa: S106 - of this test
        )
    )


CONFIG = _make()[1].config
SCHEDULE = CONFIG.schedule
EMAIL = Email(enabled=True, recipients=("a@example.com",), include_diffs=True)
HOOK = Webhook(url="https://example.com/", headers={"A": "1"}, statuses=("changed",))
CHANNELS = ("tgram://1:x/2",)
A = ("https://a.example/",)


def _with(**changes: object) -> Config:
    changed: Config = replace(CONFIG, **changes)  # type: ignore[arg-type]  # fields of a config
    return changed


MATRIX: dict[str, tuple[JsonObject, Config]] = {
    "nothing": ({"origin": "python-sdk"}, CONFIG),
    "the name": ({"name": " n "}, _with(name="n")),
    "another goal": ({"goal": "h"}, _with(goal="h")),
    "no goal": ({"goal": None}, _with(goal=None, judge_enabled=False)),
    "a blank goal": ({"goal": "  "}, _with(goal=None, judge_enabled=False)),
    "no judge": ({"judgeEnabled": False}, _with(judge_enabled=False)),
    "a goal and no judge": (
        {"goal": "h", "judgeEnabled": False},
        _with(goal="h", judge_enabled=False),
    ),
    "a time zone alone": (
        {"schedule": {"timezone": "Europe/Berlin"}},
        _with(schedule=replace(SCHEDULE, timezone="Europe/Berlin")),
    ),
    "words alone": (
        {"schedule": {"text": "daily at 10am"}},
        _with(schedule=Schedule(cron="0 10 * * *", timezone="UTC", text="daily at 10am")),
    ),
    "an expression alone": (
        {"schedule": {"cron": "0 8 * * *"}},
        _with(schedule=Schedule(cron="0 8 * * *", timezone="UTC")),
    ),
    "the schedule as it was answered": (
        {"schedule": {"cron": "0 9 * * *", "timezone": "UTC", "text": "daily at 9am"}},
        CONFIG,
    ),
    "no webhook": ({"webhook": None}, _with(webhook=None)),
    "another receiver, which gets no old headers": (
        {"webhook": "https://other.example/"},
        _with(webhook=Webhook(url="https://other.example/")),
    ),
    "something about the receiver": (
        {"webhook": {"onlyMeaningful": True}},
        _with(webhook=replace(HOOK, only_meaningful=True)),
    ),
    "nothing about who is told": ({"notification": {}}, CONFIG),
    "nobody is told": ({"notification": None}, _with(notification=None)),
    "other recipients": (
        {"notification": {"email": {"recipients": ["b@example.com"]}}},
        _with(
            notification=Notification(
                email=replace(EMAIL, recipients=("b@example.com",)), channels=CHANNELS
            )
        ),
    ),
    "no mail": (
        {"notification": {"email": None}},
        _with(notification=Notification(channels=CHANNELS)),
    ),
    "mail is switched off": (
        {"notification": {"email": {"enabled": False}}},
        _with(notification=Notification(email=replace(EMAIL, enabled=False), channels=CHANNELS)),
    ),
    "no channels": (
        {"notification": {"channels": []}},
        _with(notification=Notification(email=EMAIL)),
    ),
    "no budget": ({"monthlyCredits": None}, _with(monthly_credits=None)),
    "another budget": ({"monthly_credits": 5}, _with(monthly_credits=5)),
    "no budget, in the other spelling": ({"monthly_credits": None}, _with(monthly_credits=None)),
    "for how long": ({"retentionDays": 7}, _with(retention_days=7)),
    "when a page is gone": ({"removalChecks": 3}, _with(removal_checks=3)),
    "a target without its id goes on as what it was": (
        {"targets": [{"type": "scrape", "urls": [*A]}]},
        _with(targets=(Target(id=TARGET_ID, type="scrape", urls=A),)),
    ),
}


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("name", MATRIX)
def test_a_change_changes_what_it_names(version: Version, name: str) -> None:
    """The rest stays; a change of nothing leaves no trace at all, and every other one a version."""
    body, config = MATRIX[name]
    store, monitor = _make()
    if version == "v1":
        body = {key: each for key, each in body.items() if key != "origin"} or {"status": "active"}
    changed = _patch(store, body, version).monitor
    is_new = config != CONFIG
    assert changed == replace(
        monitor,
        config=config,
        version=1 + is_new,
        updated_at=LATER if is_new else NOW,
        next_run_at=changed.next_run_at,
        webhook_state=changed.webhook_state,
    )
    assert store.transact(lambda each: each.find(MONITORS, MONITOR_ID)) == changed


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize(
    "name",
    [
        *("name", "schedule", "targets", "judgeEnabled", "retentionDays", "removalChecks"),
        *("status", "retention_days"),
    ],
)
def test_what_cannot_be_cleared_is_named(version: Version, name: str) -> None:
    """Null clears what can be empty; for the rest, a change that changes nothing would be a lie."""
    with pytest.raises(InvalidMonitor) as caught:
        read_patch({"goal": None, name: None}, DIALECTS[version], RULES)
    shown = {"retention_days": "retentionDays"}.get(name, name)
    assert str(caught.value) == (
        f"{shown}: {shown} cannot be cleared; send a value, or leave it out to keep it"
    )


def test_C12_a_new_schedule_has_its_next_run_at_once() -> None:
    """In the transaction of the change, so there is no moment in which the old one is due."""
    store, monitor = _make()
    changed = _patch(store, {"schedule": {"text": "daily at 6pm"}}).monitor
    assert (monitor.next_run_at, changed.next_run_at) == (
        NOW.replace(day=18, hour=9, minute=0),
        NOW.replace(hour=18, minute=0),
    )


def test_C12_what_is_due_at_that_moment_is_still_owed() -> None:
    """The slot of the old schedule is not lost to who changes it just then."""
    store, _ = _make(next_run_at=LATER)
    assert _patch(store, {"schedule": {"text": "daily at 10am"}}).monitor.next_run_at == LATER


def test_a_monitor_is_paused_and_resumed_by_its_status() -> None:
    """It rests without a next run, and gets one from the moment on at which it goes on."""
    store, monitor = _make()
    paused = _patch(store, {"status": "paused"}).monitor
    assert (paused.status, paused.pause_reason, paused.next_run_at) == ("paused", "user", None)
    resumed = _patch(store, {"status": "active"}).monitor
    assert (resumed.status, resumed.pause_reason, resumed.next_run_at) == (
        "active",
        None,
        monitor.next_run_at,
    )


def test_a_new_schedule_of_a_monitor_that_rests_wakes_nobody() -> None:
    """It is read when the monitor is resumed."""
    store, _ = _make(status="paused", pause_reason="user", next_run_at=None)
    assert _patch(store, {"schedule": {"cron": "0 8 * * *"}}).monitor.next_run_at is None


def test_a_budget_that_is_raised_is_used() -> None:
    """Whoever waited for the next month need not; one that is still too small changes nothing."""
    spent = {
        "status": "paused",
        "pause_reason": "no_credits",
        "next_run_at": NOW.replace(month=6, day=1, hour=9, minute=0),
        "spent_month": "2026-05",
        "spent_credits": 1000,
    }
    store, monitor = _make(**spent)
    assert _patch(store, {"monthlyCredits": 1001}).monitor.status == "paused"
    changed = _patch(store, {"monthlyCredits": 2000}).monitor
    assert (changed.status, changed.pause_reason) == ("active", None)
    assert changed.next_run_at == NOW.replace(day=18, hour=9, minute=0)
    assert monitor.next_run_at is not None


def test_the_secret_of_a_first_webhook_is_shown_once() -> None:
    """And not when it is changed; of a new receiver the state is new, and the secrets are kept."""
    store, _ = _make(
        webhook_state=replace(start_webhook(SECRET, now=NOW), disabled="gone", failing_since=NOW)
    )
    moved = _patch(store, {"webhook": "https://other.example/"})
    assert (moved.secret, moved.monitor.webhook_state) == (None, start_webhook(SECRET, now=NOW))
    removed = _patch(store, {"webhook": None})
    assert (removed.secret, removed.monitor.webhook_state) == (None, WebhookState())
    again = _patch(store, {"webhook": "https://other.example/"})
    assert again.secret == "whsec_new"  # noqa: S105 - of this test
    assert again.monitor.webhook_state == start_webhook("whsec_new", now=LATER)


def test_a_part_of_a_webhook_that_is_not_there_is_refused() -> None:
    """There is nothing that it could be a part of."""
    store, _ = _make()
    _patch(store, {"webhook": None})
    with pytest.raises(ChangeTrackError, match=r"webhook\.url: there is no URL"):
        _patch(store, {"webhook": {"events": ["monitor.page"]}})


def test_targets_keep_their_ids_by_what_they_look_at() -> None:
    """A page goes on being compared with what it was, whatever stands beside it by now."""
    store, _ = _make()
    targets: list[JsonValue] = [
        {"type": "crawl", "url": "https://a.example/"},
        {"type": "scrape", "urls": ["https://c.example/"]},
        {"type": "scrape", "urls": ["https://b.example/", "https://c.example/"]},
        {"type": "scrape", "urls": ["https://c.example/"]},
    ]
    first = _patch(store, {"targets": targets}).monitor.config.targets
    assert [each.id == TARGET_ID for each in first] == [False, False, True, False]
    assert len({each.id for each in first}) == 4
    again = _patch(store, {"targets": targets[::-1]}).monitor.config.targets
    assert {each.id for each in again} == {each.id for each in first}
    assert [each.type for each in again] == ["scrape", "scrape", "scrape", "crawl"]
