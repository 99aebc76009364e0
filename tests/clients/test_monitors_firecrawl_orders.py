"""What Firecrawl's own Python client can order and change of monitors, and how it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from firecrawl.v2.types import MonitorNotification, MonitorSchedule, MonitorTarget
from firecrawl.v2.utils.error_handler import BadRequestError, FirecrawlError, UnauthorizedError

from tests.clients.firecrawls import KINDS, Client, make, open_client, run
from tests.clients.houses import House, open_house

KEY, OTHER = "a-key-of-this-test", "a-key-of-somebody-else"


@pytest.fixture(params=KINDS)
def client(request: pytest.FixtureRequest, house: House) -> Iterator[Client]:
    """Return a client that sends a key to a server that asks for none."""
    with open_client(request.param, house.endpoint, "a-key") as made:
        yield made


@pytest.fixture(scope="module")
def one(open_world: House) -> Iterator[Client]:
    """Return one client, where both kinds send the same."""
    with open_client("sync", open_world.endpoint) as made:
        yield made


@pytest.mark.parametrize(
    ("schedule", "cron", "next_run_at"),
    [
        ({"cron": "*/30 * * * *"}, "*/30 * * * *", "2026-05-17T16:00:00.000Z"),
        ({"cron": "7-59/15 * * * *"}, "7-59/15 * * * *", "2026-05-17T15:37:00.000Z"),
        (
            {"text": "every 15 minutes starting at :07"},
            "7-59/15 * * * *",
            "2026-05-17T15:37:00.000Z",
        ),
        ({"text": "daily at 9:00"}, "0 9 * * *", "2026-05-18T09:00:00.000Z"),
        (
            {"text": "daily at 5:30 PM", "timezone": "America/New_York"},
            "30 17 * * *",
            "2026-05-17T21:30:00.000Z",
        ),
        (
            MonitorSchedule(cron="0 9 * * 1-5", timezone="Asia/Tokyo"),
            "0 9 * * 1-5",
            "2026-05-18T00:00:00.000Z",
        ),
    ],
)
def test_a_schedule_is_answered_as_cron(
    one: Client,
    house: House,
    schedule: dict[str, str] | MonitorSchedule,
    cron: str,
    next_run_at: str,
) -> None:
    """Words and expressions both come back as an expression, with the next run."""
    monitor = one.get_monitor(make(one, f"{house.pages}/", schedule=schedule))
    wanted = schedule if isinstance(schedule, dict) else schedule.model_dump()
    assert (monitor.schedule.cron, monitor.schedule.text) == (cron, wanted.get("text"))
    assert monitor.schedule.timezone == wanted.get("timezone", "UTC")
    assert monitor.next_run_at == next_run_at


@pytest.mark.parametrize("text", ["every 30 minutes", "hourly", "every 2 hours", "weekly"])
def test_words_without_a_time_are_spread(one: Client, house: House, text: str) -> None:
    """They come back as an expression too, and the next run is the one that it says."""
    monitor = one.get_monitor(make(one, f"{house.pages}/", schedule={"text": text}))
    assert len(monitor.schedule.cron.split()) == 5
    assert (monitor.schedule.text, monitor.schedule.timezone) == (text, "UTC")
    assert monitor.next_run_at > monitor.created_at


def test_the_order_of_its_manual(client: Client, house: House) -> None:
    """All fields at once: goal, judge, mail, webhook and all."""
    monitor = client.create_monitor(
        name="Hacker News AI monitor",
        schedule={"text": "every 30 minutes", "timezone": "UTC"},
        goal="Alert when a new story enters the top 10.",
        judge_enabled=False,
        targets=[
            {"type": "scrape", "urls": [f"{house.pages}/"]},
            {
                "type": "crawl",
                "url": f"{house.pages}/",
                "crawlOptions": {"limit": 10, "maxDiscoveryDepth": 3, "includePaths": ["/items"]},
                "scrapeOptions": {"formats": ["markdown"], "maxAge": 0},
            },
        ],
        webhook={"url": f"{house.pages}/hook", "events": ["monitor.page"]},
        notification=MonitorNotification(
            email={"enabled": True, "recipients": ["Alerts@example.com"], "includeDiffs": True}
        ),
        retention_days=90,
    )
    assert (monitor.goal, monitor.judge_enabled) == (
        "Alert when a new story enters the top 10.",
        False,
    )
    first, second = monitor.targets
    assert set(first) == {"id", "type", "urls"}
    assert set(second) == {"id", "type", "url", "crawlOptions", "scrapeOptions"}
    assert second["crawlOptions"]["includePaths"] == ["/items"]
    assert monitor.webhook["events"] == ["monitor.page"]
    assert monitor.notification == {
        "email": {"enabled": True, "recipients": ["alerts@example.com"], "includeDiffs": True}
    }
    [subscription] = monitor.email_recipient_subscriptions
    assert (subscription.email, subscription.status) == ("alerts@example.com", "pending")
    assert (subscription.source, subscription.confirmation_email_sent) == ("opt_in", False)
    assert monitor.retention_days == 90


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"name": "n"}, {"name": "n"}),
        ({"status": "paused"}, {"status": "paused"}),
        ({"goal": "g"}, {"goal": "g", "judge_enabled": True}),
        ({"goal": "g", "judge_enabled": False}, {"goal": "g", "judge_enabled": False}),
        ({"retention_days": 365}, {"retention_days": 365}),
        ({"schedule": {"cron": "0 3 * * *"}}, {"next_run_at": "2026-05-18T03:00:00.000Z"}),
        (
            {"schedule": {"text": "daily at 3am", "timezone": "Europe/Berlin"}},
            {"next_run_at": "2026-05-18T01:00:00.000Z"},
        ),
        # The client adds UTC to what names no time zone; a time zone alone is all that it sends.
        ({"schedule": {"timezone": "Asia/Tokyo"}}, {"next_run_at": "2026-05-18T00:00:00.000Z"}),
        (
            {"notification": {"email": {"enabled": True, "recipients": ["b@example.com"]}}},
            {
                "notification": {
                    "email": {
                        "enabled": True,
                        "recipients": ["b@example.com"],
                        "includeDiffs": False,
                    }
                }
            },
        ),
        # Python drops what is None, so nothing is said; it is a change of nothing, and no mistake.
        ({"goal": None}, {"goal": "old", "judge_enabled": True}),
        ({}, {"goal": "old", "status": "active", "name": "m"}),
    ],
)
def test_what_is_changed_is_changed_and_nothing_else(
    client: Client, house: House, change: dict[str, Any], shown: dict[str, Any]
) -> None:
    """Each field of an update by itself."""
    monitor_id = make(client, f"{house.pages}/", goal="old")
    before = client.get_monitor(monitor_id)
    after = client.update_monitor(monitor_id, **change)
    assert {name: getattr(after, name) for name in shown} == shown
    kept = {"targets", "webhook", "created_at", "name", "retention_days"} - set(shown)
    assert {name: getattr(after, name) for name in kept} == {
        name: getattr(before, name) for name in kept
    }
    # What is doubtful is said once, to whoever asked for it.
    said = after.model_dump(exclude={"warnings"})
    assert client.get_monitor(monitor_id).model_dump() == said


def test_other_targets_are_another_monitor_s_past(client: Client, house: House) -> None:
    """Targets are put in place of the old ones, and what they have is new."""
    monitor_id = make(client, *house.list_items(1))
    run(client, monitor_id)
    target = MonitorTarget(type="scrape", urls=house.list_items(2))
    updated = client.update_monitor(monitor_id, targets=[target])
    assert updated.targets[0]["urls"] == house.list_items(2)
    assert [page.status for page in run(client, monitor_id).pages][1] == "new"


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"name": ""}, "name: the name has 0 characters"),
        ({"name": "n" * 257}, "name: the name has 257 characters"),
        ({"schedule": {"text": "whenever"}}, "schedule.text: .*whenever"),
        ({"schedule": {"cron": "* * * *"}}, "schedule.cron: "),
        ({"schedule": {"cron": "* * * * *"}}, "schedule.cron: .*15 minutes"),
        ({"schedule": {"cron": "0 0 30 2 *"}}, "schedule.cron: "),
        ({"schedule": {"text": "hourly", "timezone": "Mars/Base"}}, "schedule.timezone: .*Mars"),
        ({"schedule": {}}, "schedule"),
        ({"targets": []}, "targets: there are 0 targets"),
        ({"targets": [{"type": "scrape", "urls": []}]}, r"targets\[0\].urls: there is no URL"),
        ({"targets": [{"type": "scrape", "urls": ["shop"]}]}, r"targets\[0\].urls\[0\]: 'shop'"),
        (
            {"targets": [{"type": "scrape", "urls": ["http://169.254.169.254/"]}]},
            r"targets\[0\].urls\[0\]: .*address",
        ),
        ({"targets": [{"type": "crawl"}]}, r"targets\[0\].url: there is no URL"),
        ({"targets": [{"type": "spider"}]}, r"targets\[0\].type: there is no type 'spider'"),
        ({"targets": [{"type": "search", "queries": ["q"]}]}, r"targets\[0\].type: .*search"),
        (
            {
                "targets": [
                    {
                        "type": "scrape",
                        "urls": ["https://example.com/"],
                        "scrapeOptions": {
                            "formats": [{"type": "changeTracking", "modes": ["json"]}]
                        },
                    }
                ]
            },
            r"targets\[0\].scrapeOptions.formats\[0\]: JSON needs to know what to look for",
        ),
        ({"webhook": {"url": "http://93.184.216.34/"}}, "webhook.url: .*https"),
        ({"webhook": {"url": "https://10.0.0.1/"}}, "webhook.url: .*address"),
        (
            {"webhook": {"url": "https://example.com/", "headers": {"X-Firecrawl-Signature": "s"}}},
            r"webhook.headers.*X-Firecrawl-Signature",
        ),
        (
            {"notification": {"email": {"enabled": True, "recipients": ["nobody"]}}},
            r"notification.email.recipients\[0\]: this is not one plain address",
        ),
        ({"retention_days": 0}, "retentionDays: expected a whole number from 1 to 365, got 0"),
        ({"retention_days": 366}, "retentionDays: expected .*, got 366"),
        ({"goal": "g" * 3000}, "goal: the goal has 3,000 bytes"),
    ],
)
def test_an_order_that_is_wrong_is_told_where(
    one: Client, house: House, order: dict[str, Any], words: str
) -> None:
    """The client's own error names the field and what is wrong with it, and so do its details."""
    with pytest.raises(BadRequestError, match=words) as refused:
        make(one, f"{house.pages}/", **order)
    assert refused.value.status_code == 400
    said = refused.value.response.json()
    assert (said["success"], said["code"]) == (False, "BAD_REQUEST")
    [detail] = said["details"]
    assert detail["path"][0] == words.split("[", 1)[0].split(".", 1)[0].split(":", 1)[0].rstrip(
        "\\"
    )
    assert set(detail) == {"path", "message", "code"}


def test_both_kinds_are_refused_alike(client: Client, house: House) -> None:
    """An id that is none, and an order that is wrong, are errors of either kind."""
    with pytest.raises(BadRequestError, match="retentionDays: expected"):
        make(client, f"{house.pages}/", retention_days=1000)
    with pytest.raises(BadRequestError, match="id: this is no UUID"):
        client.get_monitor("mon_1")
    with pytest.raises(BadRequestError, match="limit: expected a whole number from 1 to 100"):
        client.list_monitors(limit=1000)
    monitor_id = make(client, f"{house.pages}/")
    with pytest.raises(FirecrawlError, match="Check not found") as refused:
        client.get_monitor_check(monitor_id, monitor_id)
    assert refused.value.status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_lists_have_the_newest_first_and_are_cut(kind: str) -> None:
    """Limit and offset of monitors and of checks, each of them once."""
    with open_house() as house, open_client(kind, house.endpoint) as client:
        made = [make(client, *house.list_items(1), name=f"m{each}") for each in range(5)]
        newest = made[::-1]
        assert [each.id for each in client.list_monitors()] == newest
        assert [each.id for each in client.list_monitors(limit=2)] == newest[:2]
        assert [each.id for each in client.list_monitors(limit=2, offset=4)] == newest[4:]
        assert client.list_monitors(offset=5) == []
        checks = [run(client, made[0]).id for _ in range(3)][::-1]
        listed = client.list_monitor_checks(made[0], limit=2)
        listed += client.list_monitor_checks(made[0], limit=2, offset=2)
        assert [each.id for each in listed] == checks
        assert {each.billing_status for each in listed} == {"not_applicable"}
        assert client.list_monitor_checks(made[1]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_where_keys_are_asked_for(kind: str) -> None:
    """Without one and with a wrong one nobody gets in; with another, nobody sees the same."""
    with open_house(api_keys=(KEY, OTHER)) as house:
        for key in (None, "a-wrong-key"):
            with (
                open_client(kind, house.endpoint, key) as client,
                pytest.raises(UnauthorizedError) as refused,
            ):
                client.list_monitors()
            assert refused.value.status_code == 401
        with (
            open_client(kind, house.endpoint, KEY) as client,
            open_client(kind, house.endpoint, OTHER) as other,
        ):
            monitor_id = make(client, *house.list_items(30))
            check = run(client, monitor_id, limit=7)
            # The key goes to every portion.
            assert len(check.pages) == 30
            assert other.list_monitors() == []
            with pytest.raises(FirecrawlError, match="Monitor not found"):
                other.get_monitor_check(monitor_id, check.id)
