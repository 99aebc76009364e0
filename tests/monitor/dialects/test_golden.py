"""The protocols' own examples, sent and answered as their pages show it."""

from __future__ import annotations

from typing import cast

import pytest

from changetrack import JsonObject, JsonValue
from changetrack.monitor.models import Crawl, Email, Notification, Tracking
from changetrack.monitor.wire.dialects import Version
from tests.monitor.dialects.bodies import MONITOR_ID, OWN, TARGET_ID, make, order, show

GOAL = "Alert when a pricing tier, price, or headline feature changes."

# The page of Firecrawl's protocol, its first example; the id so that it is the same.
ORDER_V2: JsonObject = {
    "name": "Hacker News AI monitor",
    "schedule": {"text": "every 30 minutes", "timezone": "UTC"},
    "goal": GOAL,
    "notification": {
        "email": {"enabled": True, "recipients": ["alerts@example.com"], "includeDiffs": True}
    },
    "targets": [{"id": TARGET_ID, "type": "scrape", "urls": ["https://news.ycombinator.com"]}],
    "origin": "python-sdk@4.55.0",
}
ANSWER_V2: JsonObject = {
    "id": MONITOR_ID,
    "name": "Hacker News AI monitor",
    "status": "active",
    # Words without a time are spread, and the expression shows where to.
    "schedule": {"cron": "10-59/30 * * * *", "timezone": "UTC", "text": "every 30 minutes"},
    "nextRunAt": "2026-05-17T15:40:00.000Z",
    "lastRunAt": None,
    "currentCheckId": None,
    "goal": GOAL,
    "judgeEnabled": True,
    "targets": [{"id": TARGET_ID, "type": "scrape", "urls": ["https://news.ycombinator.com"]}],
    "webhook": None,
    "notification": {
        "email": {"enabled": True, "recipients": ["alerts@example.com"], "includeDiffs": True}
    },
    "retentionDays": 30,
    "estimatedCreditsPerMonth": 2880,
    "lastCheckSummary": None,
    "createdAt": "2026-05-17T15:30:00.000Z",
    "updatedAt": "2026-05-17T15:30:00.000Z",
    **OWN,
}

# And of fastCRW's, whose example of an answer is this one.
ORDER_V1: JsonObject = {
    "name": "Pricing monitor",
    "schedule": {"text": "every 30 minutes"},
    "goal": GOAL,
    "targets": [{"type": "scrape", "urls": ["https://example.com/pricing"], "id": TARGET_ID}],
    "notification": {
        "email": {"enabled": True, "recipients": ["alerts@example.com"], "includeDiffs": True}
    },
}
ANSWER_V1: JsonObject = {
    **ANSWER_V2,
    "name": "Pricing monitor",
    "targets": [
        {
            "type": "scrape",
            "urls": ["https://example.com/pricing"],
            "changeMode": "markdown",
            "id": TARGET_ID,
        }
    ],
    "notification": {"emails": ["alerts@example.com"], "includeDiffs": True},
}


@pytest.mark.parametrize(
    ("version", "sent", "answered"),
    [("v1", ORDER_V1, ANSWER_V1), ("v2", ORDER_V2, ANSWER_V2)],
)
def test_the_example_is_answered_as_its_page_shows_it(
    version: Version, sent: JsonObject, answered: JsonObject
) -> None:
    """Every key of the dialect with its value, and of ours none but new ones."""
    shown = show(version, make(version, sent))
    assert shown == answered
    assert list(shown)[:17] == [*answered][:17]


def test_what_was_answered_can_be_sent_again() -> None:
    """A client that reads a monitor and makes another one like it gets the same."""
    for version, body in (("v1", ORDER_V1), ("v2", ORDER_V2)):
        shown = show(cast("Version", version), make(cast("Version", version), body))
        wanted = (
            *("name", "schedule", "goal", "judgeEnabled", "targets", "notification"),
            "retentionDays",
        )
        again: JsonObject = {name: shown[name] for name in wanted}
        assert show(cast("Version", version), make(cast("Version", version), again)) == shown


SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"plans": {"type": "array", "items": {"type": "object"}}},
}
PROMPT = "Extract pricing tiers and headline features for each plan."
FORMAT: JsonObject = {
    "type": "changeTracking",
    "modes": ["json", "git-diff"],
    "prompt": PROMPT,
    "schema": SCHEMA,
}

TRACKINGS: dict[str, tuple[JsonObject, Tracking]] = {
    "nothing is said": ({}, Tracking()),
    "markdown alone": ({"scrapeOptions": {"formats": ["markdown"], "maxAge": 0}}, Tracking()),
    "the format as a word": (
        {"scrapeOptions": {"formats": ["markdown", "changeTracking"]}},
        Tracking(),
    ),
    "its alias with a dash": ({"scrapeOptions": {"formats": ["change-tracking"]}}, Tracking()),
    "no modes": (
        {"scrapeOptions": {"formats": [{"type": "change_tracking", "modes": []}]}},
        Tracking(),
    ),
    "flags, as the SDK's own type for formats goes out": (
        {"scrapeOptions": {"formats": {"markdown": True, "html": False, "change_tracking": True}}},
        Tracking(),
    ),
    "flags, and an entry beside them": (
        {"scrapeOptions": {"formats": {"change_tracking": True, "formats": ["markdown", FORMAT]}}},
        Tracking(modes=("gitDiff", "json"), schema=SCHEMA, prompt=PROMPT),
    ),
    "a word, and an entry beside it": (
        {"scrapeOptions": {"formats": [FORMAT, "changeTracking"]}},
        Tracking(modes=("gitDiff", "json"), schema=SCHEMA, prompt=PROMPT),
    ),
    "fields": (
        {"scrapeOptions": {"formats": [{**FORMAT, "modes": ["json"]}]}},
        Tracking(modes=("json",), schema=SCHEMA, prompt=PROMPT),
    ),
    "both, as the SDK spells it": (
        {"scrape_options": {"formats": ["markdown", FORMAT], "only_main_content": True}},
        Tracking(
            modes=("gitDiff", "json"),
            schema=SCHEMA,
            prompt=PROMPT,
            scrape={"onlyMainContent": True},
        ),
    ),
    "options of the library": (
        {
            "scrapeOptions": {
                "formats": [{**FORMAT, "trackOnlySchema": False, "tag": "t", "context": 5}],
                "timeout": 30000,
            }
        },
        Tracking(
            modes=("gitDiff", "json"),
            schema=SCHEMA,
            prompt=PROMPT,
            options={"context": 5, "tag": "t", "trackOnlySchema": False},
            scrape={"timeout": 30000},
        ),
    ),
    "options beside the word": (
        {
            "scrapeOptions": {
                "formats": ["markdown", "changeTracking"],
                "changeTrackingOptions": {"modes": ["json"], "prompt": PROMPT},
            }
        },
        Tracking(modes=("json",), prompt=PROMPT),
    ),
    "a change mode": (
        {"changeMode": "json", "jsonSchema": SCHEMA},
        Tracking(modes=("json",), schema=SCHEMA),
    ),
    "the mixed one": (
        {"changeMode": "mixed", "jsonSchema": SCHEMA, "prompt": PROMPT},
        Tracking(modes=("gitDiff", "json"), schema=SCHEMA, prompt=PROMPT),
    ),
    "a mode of the diff route": ({"changeMode": "git-diff"}, Tracking()),
    "options of ours beside a change mode": (
        {"changeMode": "markdown", "changeTracking": {"context": 0}},
        Tracking(options={"context": 0}),
    ),
}


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("name", TRACKINGS)
def test_every_way_to_say_what_is_compared_comes_to_one_contract(
    version: Version, name: str
) -> None:
    """Whichever dialect says it, since clients of one are pointed at the other."""
    given, tracking = TRACKINGS[name]
    target: JsonObject = {"type": "scrape", "urls": ["https://example.com/"], **given}
    body: JsonObject = {"name": "m", "schedule": {"cron": "0 * * * *"}, "targets": [target]}
    ordered = order(version, body)
    assert [each.tracking for each in ordered.config.targets] == [tracking]
    assert ordered.warnings == ()


def test_fields_are_shown_in_the_words_of_the_dialect_that_asks() -> None:
    """A monitor that was made in one is understood in the other."""
    target: JsonObject = {
        "id": TARGET_ID,
        "type": "scrape",
        "urls": ["https://example.com/"],
        "changeMode": "mixed",
        "jsonSchema": SCHEMA,
    }
    body: JsonObject = {"name": "m", "schedule": {"cron": "0 * * * *"}, "targets": [target]}
    monitor = make("v1", body)
    tracked: JsonValue = [
        {"type": "changeTracking", "modes": ["git-diff", "json"], "schema": SCHEMA}
    ]
    assert [show("v1", monitor)["targets"], show("v2", monitor)["targets"]] == [
        [target],
        [
            {
                "id": TARGET_ID,
                "type": "scrape",
                "urls": ["https://example.com/"],
                "scrapeOptions": {"formats": tracked},
            }
        ],
    ]


CRAWLS: dict[str, tuple[JsonObject, Crawl]] = {
    "nothing is said": ({}, Crawl()),
    "the example of the page": (
        {"crawlOptions": {"limit": 100, "maxDiscoveryDepth": 3}},
        Crawl(max_pages=100, max_depth=3),
    ),
    "as fastCRW has it": ({"maxPages": 50}, Crawl(max_pages=50)),
    "everything": (
        {
            "crawlOptions": {
                "max_pages": 7,
                "maxDepth": 0,
                "includePaths": ["^/docs"],
                "excludePaths": ["^/docs/old", r"\.pdf$"],
                "sitemap": "skip",
                "ignoreQueryParameters": True,
                "allowSubdomains": True,
            }
        },
        Crawl(
            max_pages=7,
            max_depth=0,
            include_paths=("^/docs",),
            exclude_paths=("^/docs/old", r"\.pdf$"),
            sitemap="skip",
            ignore_query=True,
            allow_subdomains=True,
        ),
    ),
    "without the sitemap": ({"crawlOptions": {"ignoreSitemap": True}}, Crawl(sitemap="skip")),
}


@pytest.mark.parametrize("name", CRAWLS)
@pytest.mark.parametrize("kind", ["crawl", "sitemap", "feed"])
def test_a_root_has_bounds(kind: str, name: str) -> None:
    """What is found from it has bounds of its own, under every name that clients have for them."""
    given, crawl = CRAWLS[name]
    target: JsonObject = {"type": kind, "url": "https://example.com/docs", **given}
    body: JsonObject = {"name": "m", "schedule": {"cron": "0 * * * *"}, "targets": [target]}
    found = order("v2", body).config.targets[0]
    assert (found.type, found.urls, found.crawl) == (kind, ("https://example.com/docs",), crawl)


NOTIFICATIONS: dict[str, tuple[JsonValue, Notification | None, JsonValue]] = {
    "nobody": (None, None, None),
    "the object": (
        {"email": {"enabled": True, "recipients": ["A@Example.com", "a@example.com"]}},
        Notification(email=Email(enabled=True, recipients=("a@example.com",))),
        {"emails": ["a@example.com"], "includeDiffs": False},
    ),
    "the list": (
        {"emails": ["a@example.com"], "includeDiffs": True},
        Notification(email=Email(enabled=True, recipients=("a@example.com",), include_diffs=True)),
        {"emails": ["a@example.com"], "includeDiffs": True},
    ),
    "switched off": (
        {"email": {"recipients": ["a@example.com"]}},
        Notification(email=Email(recipients=("a@example.com",))),
        {
            "emails": ["a@example.com"],
            "includeDiffs": False,
            "email": {"enabled": False, "recipients": ["a@example.com"], "includeDiffs": False},
        },
    ),
    "a channel": (
        {"channels": ["slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"]},
        Notification(channels=("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",)),
        {"channels": ["slack://…"]},
    ),
}


@pytest.mark.parametrize("name", NOTIFICATIONS)
def test_who_is_told(name: str) -> None:
    """In both shapes that the protocols have for it; the secret of a channel is never shown."""
    sent, meant, shown = NOTIFICATIONS[name]
    body: JsonObject = {**ORDER_V1, "notification": sent}
    ordered = order("v1", body)
    assert (ordered.config.notification, show("v1", make("v1", body))["notification"]) == (
        meant,
        shown,
    )


def test_a_webhook_may_be_its_url_alone() -> None:
    """And is shown as the object that it stands for; its secret is no part of it."""
    shown = show("v2", make("v2", {**ORDER_V2, "webhook": "https://example.com/hooks"}))
    assert shown["webhook"] == {
        "url": "https://example.com/hooks",
        "headers": {},
        "metadata": {},
        "events": ["monitor.page", "monitor.check.completed"],
    }


def test_a_webhook_with_everything() -> None:
    """What is ours stands beside what is theirs, and keys of headers are the caller's own."""
    webhook: JsonObject = {
        "url": "https://example.com/hooks",
        "headers": {"Authorization": "Bearer x", "x_own": "1"},
        "metadata": {"environment": "production", "teamId": 7},
        "events": ["monitor.page"],
        "statuses": ["changed", "removed"],
        "onlyMeaningful": True,
        "firecrawlSignature": True,
    }
    shown = show("v1", make("v1", {**ORDER_V1, "webhook": webhook}))
    assert shown["webhook"] == webhook
