"""What is asked of monitors, as schemas: an order, its changes, and what they are made of."""

from __future__ import annotations

from typing import get_args

from changetrack import JsonObject, JsonValue
from changetrack.monitor.mail import MAX_RECIPIENTS
from changetrack.monitor.mail.channels import MAX_CHANNELS
from changetrack.monitor.models import PageStatus, TargetType
from changetrack.monitor.webhooks.events import EVENTS
from changetrack.monitor.wire import rules
from changetrack_server.openapi.sketches import nullable, object_of, optional, refer

__all__ = ["PAGE_STATUSES", "describe_monitor_orders"]

PAGE_STATUSES: list[JsonValue] = [*get_args(PageStatus)]

_URI: JsonObject = {"type": "string", "format": "uri", "maxLength": 2048}
_TEXTS: JsonObject = {"type": "array", "items": {"type": "string"}}


def describe_monitor_orders() -> JsonObject:
    """Return the components of requests."""
    fields = _describe_fields()
    first: JsonObject = {
        "runNow": optional("boolean", "Check once at once, too.", default=False),
        "checkOnCreate": optional("boolean", "Another name of `runNow`.", default=False),
    }
    return {
        "MonitorOrder": object_of(
            "A monitor that is to be. On /v2, a key that is not known is refused.",
            {**fields, **first},
            required=("name", "schedule", "targets"),
        ),
        "MonitorChange": object_of(
            "Changes of a monitor. What is left out stays; null clears the goal, the webhook, the"
            " notification and the budget.",
            fields,
        ),
        "ScheduleOrder": object_of(
            "When it runs: `cron` or `text`. In a change, `timezone` alone moves what there is.",
            {
                "cron": optional(
                    "string", "Five fields, with names and macros.", examples=["*/30 * * * *"]
                ),
                "text": optional("string", "In words.", examples=["every weekday at 9am"]),
                "timezone": optional("string", "A zone of IANA's.", default="UTC"),
            },
        ),
        "TargetOrder": _describe_target(),
        "CrawlOptions": _describe_crawl(),
        "WebhookOrder": _describe_webhook(),
        "NotificationOrder": _describe_notification(),
        **_describe_small_orders(fields),
    }


def _describe_small_orders(fields: JsonObject) -> JsonObject:
    """Describe what is asked besides: to try, to run, to send again."""
    return {
        "PreviewOrder": object_of(
            "A schedule to be tried, alone or with a whole order around it.",
            {
                **fields,
                "id": optional("string", "Of the monitor, by which words are spread."),
                "count": optional("integer", "How many runs.", minimum=1, maximum=100, default=10),
            },
            required=("schedule",),
        ),
        "RotateOrder": object_of(
            "How a secret is replaced.",
            {"revokeOld": optional("boolean", "Whether the old one ends now.", default=False)},
        ),
        "RedeliverOrder": _describe_redelivery(),
        "ResendOrder": object_of(
            "Who is asked again.", {"email": {"type": "string"}}, required=("email",)
        ),
        "RunOrder": object_of("Nothing that would have to be said.", {"origin": {}}),
        "TokenOrder": object_of(
            "What stood in a mail.", {"token": {"type": "string"}}, required=("token",)
        ),
    }


def _describe_fields() -> JsonObject:
    schedule: list[JsonValue] = [refer("ScheduleOrder"), {"type": "string"}]
    webhook: list[JsonValue] = [refer("WebhookOrder"), _URI, {"type": "null"}]
    return {
        "name": {
            "description": "What it is called.",
            "type": "string",
            "minLength": 1,
            "maxLength": rules.MOST_NAME,
        },
        "schedule": {"description": "When it runs; words alone will do.", "anyOf": schedule},
        "targets": {
            "description": "What is looked at.",
            "type": "array",
            "minItems": 1,
            "maxItems": rules.MOST_TARGETS,
            "items": refer("TargetOrder"),
        },
        "goal": optional("string", "What matters, in words.", maxLength=rules.MOST_GOAL),
        "judgeEnabled": optional("boolean", "Whether changes are judged; with a goal, they are."),
        "webhook": {"description": "Where events go; its URL alone will do.", "anyOf": webhook},
        "notification": nullable("NotificationOrder", "Who is told in words."),
        "retentionDays": optional(
            "integer", "For how long history is kept.", minimum=1, maximum=365, default=30
        ),
        "monthlyCredits": optional("integer", "How much it may do in a month.", minimum=0),
        "removalChecks": optional(
            "integer", "After how many checks without it a page is gone.", minimum=1, default=1
        ),
        "status": {
            "description": "Whether it runs.",
            "type": ["string", "null"],
            "enum": ["active", "paused", None],
        },
        "origin": {"description": "What clients call themselves; it is not read."},
    }


def _describe_target() -> JsonObject:
    return object_of(
        "Pages by their URLs, or a root from which they are found. What is compared stands in"
        " `changeMode` and its kin, or in the formats of `scrapeOptions`.",
        {
            "id": optional("string", "An UUID; one is made up where there is none."),
            "type": {
                "description": "How the pages are found.",
                "type": "string",
                "enum": [*get_args(TargetType)],
            },
            "urls": optional("array", "The pages of a scrape.", items=_URI),
            "url": optional("string", "The root of anything else."),
            "changeMode": optional("string", "`markdown`, `json` or `mixed`.", default="markdown"),
            "jsonSchema": optional("object", "The fields that are tracked."),
            "prompt": optional("string", "The same in words.", maxLength=rules.MOST_PROMPT),
            "changeTracking": nullable("TrackingOptions", "Whatever else the comparison takes."),
            "scrapeOptions": optional(
                "object", "How a page is read: `onlyMainContent`, `timeout`, and `formats`."
            ),
            "crawlOptions": nullable("CrawlOptions", "How far a crawl goes."),
            "maxPages": optional("integer", "As `limit` of a crawl.", minimum=1),
        },
    )


def _describe_crawl() -> JsonObject:
    return object_of(
        "How far a crawl goes from its root.",
        {
            "limit": optional(
                "integer", "Pages.", minimum=1, maximum=rules.MOST_PAGES, default=1000
            ),
            "maxDiscoveryDepth": optional(
                "integer", "Links away from the root.", minimum=0, maximum=rules.MOST_DEPTH
            ),
            "includePaths": optional(
                "array", "Patterns of paths that are followed.", items={"type": "string"}
            ),
            "excludePaths": optional(
                "array", "Patterns of paths that are not.", items={"type": "string"}
            ),
            "sitemap": optional("string", "`include`, `skip` or `only`.", default="include"),
            "ignoreQueryParameters": optional("boolean", "Whether `?a=1` is the same page."),
            "allowSubdomains": optional("boolean", "Whether other hosts of the domain count."),
        },
    )


def _describe_webhook() -> JsonObject:
    events: list[JsonValue] = [*EVENTS]
    return object_of(
        "Where events go, and which. In a change, without `url` it is the one that there is.",
        {
            "url": {"description": "The receiver; https.", **_URI},
            "headers": optional("object", "Headers of yours.", additionalProperties=True),
            "metadata": optional(
                "object", "What every event brings back to you.", additionalProperties=True
            ),
            "events": optional("array", "Which.", items={"type": "string", "enum": events}),
            "statuses": optional(
                "array",
                "Of pages, those that are told; none: all.",
                items={"type": "string", "enum": PAGE_STATUSES},
            ),
            "onlyMeaningful": optional("boolean", "Whether noise is not told.", default=False),
            "firecrawlSignature": optional(
                "boolean", "Whether it is signed as Firecrawl does, too.", default=False
            ),
        },
    )


def _describe_notification() -> JsonObject:
    return object_of(
        "Who is told in words: by mail as `email` or `emails`, and by other services.",
        {
            "email": {
                "description": "Summaries by mail, to whoever agreed.",
                "anyOf": [refer("EmailOrder"), {"type": "null"}],
            },
            "emails": optional(
                "array", "The same, as a list.", items={"type": "string"}, maxItems=MAX_RECIPIENTS
            ),
            "includeDiffs": optional("boolean", "Whether what changed stands in it."),
            "channels": optional(
                "array",
                "URLs of Apprise.",
                items={"type": "string"},
                maxItems=MAX_CHANNELS,
            ),
        },
    )


def _describe_redelivery() -> JsonObject:
    return object_of(
        "Which events are sent once more.",
        {
            "since": {"description": "From when on.", "type": "string", "format": "date-time"},
            "until": optional("string", "Until when; now.", format="date-time"),
            "status": optional("string", "Of which status.", default="dead"),
        },
        required=("since",),
    )
