"""What is answered about monitors, as schemas."""

from __future__ import annotations

from typing import get_args

from changetrack import JsonObject
from changetrack.monitor.models import (
    Channel,
    CheckStatus,
    DeliveryStatus,
    PauseReason,
    RecipientStatus,
    TargetType,
)
from changetrack.monitor.wire.tracking import CHANGE_MODES
from changetrack_server.openapi.monitor_orders import PAGE_STATUSES, describe_monitor_orders
from changetrack_server.openapi.sketches import nullable, object_of, refer

__all__ = ["describe_monitor_schemas"]

_TEXT: JsonObject = {"type": "string"}
_MAYBE: JsonObject = {"type": ["string", "null"]}
_COUNT: JsonObject = {"type": "integer", "minimum": 0}
_FLAG: JsonObject = {"type": "boolean"}
_TIME: JsonObject = {"type": "string", "format": "date-time"}
_TIME_OR_NONE: JsonObject = {"type": ["string", "null"], "format": "date-time"}
_OPEN: JsonObject = {"type": "object", "additionalProperties": True}
_WARNINGS: JsonObject = {
    "description": "What was passed over.",
    "type": "array",
    "items": _TEXT,
}


def describe_monitor_schemas() -> JsonObject:
    """Return the components of requests and answers."""
    return {
        **describe_monitor_orders(),
        "EmailOrder": _describe_email("Summaries by mail."),
        "Monitor": _describe_monitor(),
        "MonitorTarget": _describe_target(),
        "MonitorSchedule": object_of(
            "When it runs. An interval that no expression says has `everySeconds` and no `cron`.",
            {"cron": _MAYBE, "timezone": _TEXT, "text": _TEXT, "everySeconds": _COUNT},
            required=("cron", "timezone"),
        ),
        "MonitorWebhook": _describe_webhook(),
        "MonitorNotification": _describe_notification(),
        "MonitorRecipient": _describe_recipient(),
        "CheckSummary": object_of(
            "How many pages a check had of each kind.",
            dict.fromkeys(("totalPages", *map(str, PAGE_STATUSES)), _COUNT),
            required=("totalPages", *map(str, PAGE_STATUSES)),
        ),
        "MonitorCheck": object_of(
            "One run of a monitor.", _check_fields(), required=tuple(_check_fields())
        ),
        "CheckDetail": _describe_detail(),
        "MonitorPage": _describe_page(),
        "Delivery": _describe_delivery(),
        "DeliveryAttempt": _describe_attempt(),
        "SchedulePreview": _describe_preview(),
        "WebhookSecret": object_of(
            "A new secret; it is shown here and nowhere else.",
            {"monitorId": _TEXT, "webhookSecret": _TEXT, "previousSecretExpiresAt": _TIME_OR_NONE},
            required=("monitorId", "webhookSecret", "previousSecretExpiresAt"),
        ),
        "Redelivered": object_of(
            "How many are sent once more, and since when there are others.",
            {"redelivered": _COUNT, "since": _MAYBE},
            required=("redelivered", "since"),
        ),
        **_describe_envelopes(),
    }


def _describe_envelopes() -> JsonObject:
    more: JsonObject = {
        "next": {"description": "Where it goes on; absent at the end.", **_TEXT},
        "nextUrl": {"description": "The same as an address, on /v1.", **_TEXT},
    }
    listed: JsonObject = {**more, "total": {"description": "How many there are.", **_COUNT}}
    return {
        "MonitorAnswer": _envelope("A monitor.", refer("Monitor")),
        "MonitorList": _envelope("Monitors, the newest first.", _list_of("Monitor"), listed),
        "CheckAnswer": _envelope("A check that will run.", refer("MonitorCheck"), {"id": _TEXT}),
        "CheckList": _envelope("Checks, the newest first.", _list_of("MonitorCheck"), listed),
        "CheckDetailAnswer": _envelope("A check with its pages.", refer("CheckDetail"), more),
        "DeliveryAnswer": _envelope("A delivery.", refer("Delivery")),
        "DeliveryList": _envelope("Deliveries, the newest first.", _list_of("Delivery"), more),
        "RedeliverAnswer": _envelope("What is sent once more.", refer("Redelivered")),
        "SecretAnswer": _envelope("A new secret.", refer("WebhookSecret")),
        "PreviewAnswer": _envelope("What a schedule means.", refer("SchedulePreview")),
        "Done": object_of(
            "It is done.", {"success": {"type": "boolean", "const": True}}, required=("success",)
        ),
    }


def _envelope(description: str, data: JsonObject, more: JsonObject | None = None) -> JsonObject:
    success: JsonObject = {"type": "boolean", "const": True}
    return object_of(
        description,
        {"success": success, "data": data, **(more or {})},
        required=("success", "data"),
    )


def _list_of(name: str) -> JsonObject:
    return {"type": "array", "items": refer(name)}


def _describe_email(description: str) -> JsonObject:
    return object_of(
        description,
        {
            "enabled": _FLAG,
            "recipients": {"type": "array", "items": _TEXT},
            "includeDiffs": _FLAG,
        },
    )


def _describe_monitor() -> JsonObject:
    fields: JsonObject = {
        "id": _TEXT,
        "name": _TEXT,
        "status": {
            "description": "`paused_no_credits` on /v1 alone; on /v2 see `pauseReason`.",
            "type": "string",
            "enum": ["active", "paused", "paused_no_credits"],
        },
        "schedule": refer("MonitorSchedule"),
        "nextRunAt": _TIME_OR_NONE,
        "lastRunAt": _TIME_OR_NONE,
        "currentCheckId": _MAYBE,
        "goal": _MAYBE,
        "judgeEnabled": _FLAG,
        "targets": _list_of("MonitorTarget"),
        "webhook": nullable("MonitorWebhook", "Where events go."),
        "notification": nullable("MonitorNotification", "Who is told in words."),
        "retentionDays": _COUNT,
        "estimatedCreditsPerMonth": {"description": "At most, in 30 days.", **_COUNT},
        "lastCheckSummary": nullable("CheckSummary", "Of the last check that ran."),
        "createdAt": _TIME,
        "updatedAt": _TIME,
        "pauseReason": {"type": ["string", "null"], "enum": [*get_args(PauseReason), None]},
        "monthlyCredits": {"type": ["integer", "null"]},
        "spentCredits": _COUNT,
        "spentMonth": {"description": "The month of `spentCredits`.", **_MAYBE},
        "removalChecks": _COUNT,
        "failures": {"description": "Checks in a row that failed.", **_COUNT},
        "version": {"description": "Grows with each change.", **_COUNT},
    }
    shown_apart: JsonObject = {
        "emailRecipientSubscriptions": _list_of("MonitorRecipient"),
        "feedUrl": {"description": "An Atom feed, for readers that send no key.", **_TEXT},
        "webhookSecret": {"description": "Shown once, when a webhook is new.", **_TEXT},
        "warnings": _WARNINGS,
    }
    return object_of(
        "A monitor, and where it stands.", {**fields, **shown_apart}, required=tuple(fields)
    )


def _describe_target() -> JsonObject:
    return object_of(
        "What is looked at; on /v1 as `changeMode` and its kin, on /v2 as options of a scrape.",
        {
            "id": _TEXT,
            "type": {"type": "string", "enum": [*get_args(TargetType)]},
            "urls": {"type": "array", "items": _TEXT},
            "url": _TEXT,
            "changeMode": {"type": "string", "enum": [*CHANGE_MODES]},
            "jsonSchema": _OPEN,
            "prompt": _TEXT,
            "maxPages": _COUNT,
            "scrapeOptions": _OPEN,
            "crawlOptions": _OPEN,
        },
        required=("id", "type"),
    )


def _describe_webhook() -> JsonObject:
    return object_of(
        "Where events go. Its secret is not shown.",
        {
            "url": _TEXT,
            "headers": _OPEN,
            "metadata": _OPEN,
            "events": {"type": "array", "items": _TEXT},
            "statuses": {"type": "array", "items": {"type": "string", "enum": PAGE_STATUSES}},
            "onlyMeaningful": _FLAG,
            "firecrawlSignature": _FLAG,
            "disabled": {"description": "Why nothing is sent any more.", **_TEXT},
            "failingSince": {"description": "Since when nothing arrives.", **_TIME},
        },
        required=("url", "headers", "metadata", "events"),
    )


def _describe_notification() -> JsonObject:
    return object_of(
        "Who is told in words; on /v1 as `emails`, on /v2 as `email`.",
        {
            "emails": {"type": "array", "items": _TEXT},
            "includeDiffs": _FLAG,
            "email": refer("EmailOrder"),
            "channels": {
                "description": "Without what is secret.",
                "type": "array",
                "items": _TEXT,
            },
        },
    )


def _describe_recipient() -> JsonObject:
    fields: JsonObject = {
        "email": _TEXT,
        "status": {"type": "string", "enum": [*get_args(RecipientStatus)]},
        "source": {"type": "string", "const": "opt_in"},
        "confirmationEmailSent": _FLAG,
    }
    return object_of("Somebody who is to get mail.", fields, required=tuple(fields))


def _check_fields() -> JsonObject:
    return {
        "id": _TEXT,
        "monitorId": _TEXT,
        "status": {
            "description": "`skipped_no_credits` on /v2 alone; on /v1 it is `failed`.",
            "type": "string",
            "enum": [*get_args(CheckStatus)],
        },
        "trigger": {"type": "string", "enum": ["scheduled", "manual"]},
        "scheduledFor": _TIME_OR_NONE,
        "startedAt": _TIME_OR_NONE,
        "finishedAt": _TIME_OR_NONE,
        "estimatedCredits": _COUNT,
        "actualCredits": {"type": ["integer", "null"]},
        "billingStatus": {"type": "string", "const": "not_applicable"},
        "summary": refer("CheckSummary"),
        "error": _MAYBE,
        "createdAt": _TIME,
        "updatedAt": _TIME,
        "errorCode": _MAYBE,
        "missedSlots": {"description": "Older runs that it stands for.", **_COUNT},
        "siteDown": _FLAG,
        "attempts": _COUNT,
    }


def _describe_detail() -> JsonObject:
    pages: JsonObject = {
        "pages": _list_of("MonitorPage"),
        "totalPages": {"description": "How many pages the list has.", **_COUNT},
    }
    more: JsonObject = {"next": _TEXT, "nextUrl": _TEXT}
    fields = {**_check_fields(), **pages}
    return object_of(
        "A check with a portion of its pages.", {**fields, **more}, required=tuple(fields)
    )


def _describe_page() -> JsonObject:
    fields: JsonObject = {
        "id": _TEXT,
        "targetId": _TEXT,
        "url": _TEXT,
        "status": {"type": "string", "enum": PAGE_STATUSES},
        "previousScrapeId": _MAYBE,
        "currentScrapeId": _MAYBE,
        "statusCode": {"type": ["integer", "null"]},
        "error": _MAYBE,
        "metadata": _OPEN,
        "judgment": nullable("Judgment", "What a judge says of the change."),
        "createdAt": _TIME,
        "diff": {
            "description": "What changed: `text`, and as `json` the tree of it or the fields.",
            "type": ["object", "null"],
            "additionalProperties": True,
        },
        "errorCode": _MAYBE,
        "previousHash": _MAYBE,
        "contentHash": _MAYBE,
    }
    more: JsonObject = {
        "snapshot": {"description": "The fields that were found.", **_OPEN},
        "warnings": {"type": "array", "items": _TEXT},
    }
    return object_of("What became of a page.", {**fields, **more}, required=tuple(fields))


def _describe_delivery() -> JsonObject:
    fields: JsonObject = {
        "id": _TEXT,
        "monitorId": _TEXT,
        "checkId": _MAYBE,
        "channel": {"type": "string", "enum": [*get_args(Channel)]},
        "event": _TEXT,
        "destination": _TEXT,
        "pageUrl": _MAYBE,
        "status": {"type": "string", "enum": [*get_args(DeliveryStatus)]},
        "attemptCount": _COUNT,
        "nextAttemptAt": _TIME_OR_NONE,
        "deliveredAt": _TIME_OR_NONE,
        "lastStatusCode": {"type": ["integer", "null"]},
        "lastError": _MAYBE,
        "createdAt": _TIME,
        "attempts": _list_of("DeliveryAttempt"),
    }
    return object_of("What is sent, and how that went.", fields, required=tuple(fields))


def _describe_attempt() -> JsonObject:
    fields: JsonObject = {
        "number": _COUNT,
        "at": _TIME,
        "durationMs": _COUNT,
        "statusCode": {"type": ["integer", "null"]},
        "error": _MAYBE,
    }
    return object_of("One try.", fields, required=tuple(fields))


def _describe_preview() -> JsonObject:
    fields: JsonObject = {
        "schedule": refer("MonitorSchedule"),
        "explanation": _TEXT,
        "nextRuns": {"type": "array", "items": _TIME},
    }
    prices: JsonObject = {
        "estimatedCreditsPerCheck": _COUNT,
        "estimatedCreditsPerMonth": _COUNT,
    }
    return object_of(
        "What a schedule means, and what it costs where there are targets.",
        {**fields, **prices, "warnings": _WARNINGS},
        required=tuple(fields),
    )
