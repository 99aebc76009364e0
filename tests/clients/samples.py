"""Answers and events as the pages of the two protocols show them, with their texts cut short.

What stands there as null may be anything where it is something; where the keys of an object are
data, `AnyKeys` says of what kind all of its values are, and `Anything` says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["EVENTS", "MONITORS", "PAGES", "PORTION", "Anything", "find_gaps"]

Sample: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class AnyKeys:
    """An object whose keys are data."""

    each: Sample


@dataclass(frozen=True, slots=True)
class Anything:
    """Any object that is there."""


def find_gaps(sample: Sample, value: Any, place: str = "$") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield where a value is not what the sample shows: a key less, another type, another order."""
    if sample is None:
        return
    wanted = dict if isinstance(sample, AnyKeys | Anything) else type(sample)
    if type(value) is not wanted:
        yield f"{place}: {type(value).__name__} and not {wanted.__name__}"
        return
    if isinstance(sample, dict):
        yield from (f"{place}.{key}: not there" for key in sample if key not in value)
        if [key for key in value if key in sample] != [key for key in sample if key in value]:
            yield f"{place}: in another order"
    for inner, each, step in _pair(sample, value):
        yield from find_gaps(inner, each, f"{place}{step}")


def _pair(sample: Sample, value: Any) -> list[tuple[Sample, Any, str]]:  # noqa: ANN401 - any JSON
    """Return what stands in a sample beside what stands there in a value, and where that is."""
    if isinstance(sample, AnyKeys):
        return [(sample.each, each, f".{key}") for key, each in value.items()]
    if isinstance(sample, dict):
        return [(sample[key], each, f".{key}") for key, each in value.items() if key in sample]
    if isinstance(sample, list):
        return [(sample[0], each, f"[{index}]") for index, each in enumerate(value)]
    return []


_MONITOR_V2 = {
    "success": True,
    "data": {
        "id": "019df960-06e7-7383-9d89-82c0113dc31a",
        "name": "Hacker News AI monitor",
        "status": "active",
        "schedule": {"cron": "*/30 * * * *", "timezone": "UTC"},
        "nextRunAt": "2026-05-17T16:00:00.000Z",
        "lastRunAt": None,
        "currentCheckId": None,
        "goal": "Alert when a new story enters the top 10.",
        "judgeEnabled": True,
        "targets": [
            {
                "id": "019df960-09bb-7c11-8001-1f12f50ab1c2",
                "type": "scrape",
                "urls": ["https://news.ycombinator.com"],
            }
        ],
        "webhook": None,
        "notification": {
            "email": {
                "enabled": True,
                "recipients": ["alerts@example.com"],
                "includeDiffs": True,
            }
        },
        "retentionDays": 30,
        "estimatedCreditsPerMonth": 2880,
        "lastCheckSummary": None,
        "createdAt": "2026-05-17T15:30:00.000Z",
        "updatedAt": "2026-05-17T15:30:00.000Z",
    },
}

_MONITOR_V1 = {
    "success": True,
    "data": {
        "id": "019df960-06e7-7383-9d89-82c0113dc31a",
        "name": "Pricing monitor",
        "status": "active",
        "schedule": {"cron": "*/30 * * * *", "timezone": "UTC", "text": "every 30 minutes"},
        "nextRunAt": "2026-05-30T16:00:00.000Z",
        "lastRunAt": None,
        "currentCheckId": None,
        "goal": "Alert when a pricing tier, price, or headline feature changes.",
        "judgeEnabled": True,
        "targets": [
            {
                "type": "scrape",
                "urls": ["https://example.com/pricing"],
                "changeMode": "markdown",
            }
        ],
        "webhook": None,
        "notification": {"emails": ["alerts@example.com"], "includeDiffs": True},
        "retentionDays": 30,
        "estimatedCreditsPerMonth": 2880,
        "lastCheckSummary": None,
        "createdAt": "2026-05-30T15:30:00.000Z",
        "updatedAt": "2026-05-30T15:30:00.000Z",
    },
}

MONITORS: dict[str, Sample] = {"v1": _MONITOR_V1, "v2": _MONITOR_V2}

_SUMMARY = {"totalPages": 1, "same": 0, "changed": 1, "new": 0, "removed": 0, "error": 0}
_JUDGMENT = {
    "meaningful": True,
    "confidence": "high",
    "reason": "The Starter plan price changed.",
    "meaningfulChanges": [
        {
            "type": "changed",
            "before": "$19/mo",
            "after": "$24/mo",
            "reason": "The Starter plan price changed.",
        }
    ],
}
_TEXT = "--- previous\n+++ current\n@@ -1,3 +1,3 @@\n # Pricing\n-$19/mo\n+$24/mo\n"
_TREE = {
    "files": [
        {
            "from": "previous",
            "to": "current",
            "chunks": [{"content": "@@ -1,3 +1,3 @@", "changes": [Anything()]}],
        }
    ]
}
_FIELDS = AnyKeys({"previous": None, "current": None})


def _show_check(diff: Sample, snapshot: Sample) -> Sample:
    page = {
        "id": "019df960-7708-7c62-a5dc-6206f16ac122",
        "targetId": "019df960-09bb-7c11-8001-1f12f50ab1c2",
        "url": "https://example.com/pricing",
        "status": "changed",
        "previousScrapeId": "019df94f-82c3-7e41-81f0-00c72b2d9c52",
        "currentScrapeId": "019df960-73ee-7ac2-97a9-fb0e442c21f1",
        "statusCode": 200,
        "error": None,
        "metadata": {"title": "Pricing", "creditsUsed": 1},
        "judgment": _JUDGMENT,
        "createdAt": "2026-05-17T15:35:00.000Z",
        "diff": diff,
        **({} if snapshot is None else {"snapshot": snapshot}),
    }
    return {
        "success": True,
        "data": {
            "id": "019df960-5f2a-75fb-a98b-bd2d32ca67d4",
            "monitorId": "019df960-06e7-7383-9d89-82c0113dc31a",
            "status": "completed",
            "estimatedCredits": 2,
            "actualCredits": 2,
            "summary": _SUMMARY,
            "pages": [page],
        },
    }


# Of a check with a changed page, by what is compared.
PAGES: dict[str, Sample] = {
    "markdown": _show_check({"text": _TEXT, "json": _TREE}, None),
    "json": _show_check({"json": _FIELDS}, {"json": Anything()}),
    "mixed": _show_check({"text": _TEXT, "json": _FIELDS}, {"json": Anything()}),
}

# Where there are more pages, `next` stands in two places.
PORTION: Sample = {
    "success": True,
    "next": "/v2/monitor/…/checks/…?skip=25&limit=25",
    "data": {"id": "…", "pages": [Anything()], "next": "/v2/monitor/…?skip=25&limit=25"},
}

EVENTS: dict[str, Sample] = {
    "monitor.page": {
        "success": True,
        "type": "monitor.page",
        "id": "019df960-5f2a-75fb-a98b-bd2d32ca67d4",
        "webhookId": "f1e2d3c4-0000-0000-0000-000000000000",
        "data": [
            {
                "monitorId": "019df960-06e7-7383-9d89-82c0113dc31a",
                "checkId": "019df960-5f2a-75fb-a98b-bd2d32ca67d4",
                "url": "https://example.com/blog",
                "status": "changed",
                "previousScrapeId": "019df94f-82c3-7e41-81f0-00c72b2d9c52",
                "currentScrapeId": "019df960-73ee-7ac2-97a9-fb0e442c21f1",
                "error": None,
                "isMeaningful": True,
                "judgment": _JUDGMENT,
                "diff": {"text": _TEXT},
            }
        ],
        "metadata": {"environment": "production"},
    },
    "monitor.check.completed": {
        "success": True,
        "type": "monitor.check.completed",
        "id": "019df960-5f2a-75fb-a98b-bd2d32ca67d4",
        "webhookId": "f1e2d3c4-0001-0000-0000-000000000000",
        "data": [
            {
                "monitorId": "019df960-06e7-7383-9d89-82c0113dc31a",
                "checkId": "019df960-5f2a-75fb-a98b-bd2d32ca67d4",
                "status": "completed",
                "summary": _SUMMARY,
            }
        ],
        "metadata": {"environment": "production"},
    },
}
