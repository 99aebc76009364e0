"""Examples of requests, like those of the protocol's own pages, and what is really answered.

Those have hashes that are made up (`a3f8...`). To whoever sends such a one alone, every page has
changed, so there is none here.
"""

from __future__ import annotations

from typing import cast

from changetrack import JsonObject, JsonValue, hash_markdown, wire

__all__ = [
    "DIFF_REQUESTS",
    "LINES",
    "OPERATION_REQUESTS",
    "SCRAPE_REQUEST",
    "SCRAPE_REQUEST_V2",
    "answer_diffs",
    "answer_lines",
    "answer_operation",
    "answer_scrape",
]

_PREVIOUS: JsonObject = {"markdown": "Starter $19"}

# A page whose price changed, and one that stayed as it was.
_BATCH: list[JsonValue] = [
    {
        "url": "https://example.com/pricing",
        "previous": _PREVIOUS,
        "current": {"markdown": "Starter $24"},
    },
    {
        "url": "https://example.com/docs",
        "previous": {"markdown": "# Intro"},
        "current": {"markdown": "# Intro"},
    },
]

DIFF_REQUESTS: dict[str, JsonObject] = {
    "One page": {
        "modes": ["gitDiff"],
        "previous": _PREVIOUS,
        "current": {"markdown": "Starter $24"},
    },
    "Fields": {
        "modes": ["json"],
        "previous": {"json": {"plans": [{"price": "$19"}, {"name": "Pro"}]}},
        "current": {"json": {"plans": [{"price": "$24"}, {}]}},
    },
    "A hash alone": {
        "previous": {"contentHash": hash_markdown("# Intro")},
        "current": {"markdown": "# Intro"},
    },
    "A batch": {"modes": ["gitDiff"], "batch": _BATCH},
    "A batch with a wrong item": {
        "partial": True,
        "batch": [{"current": {"markdown": "# Intro"}}, {"current": {"markdown": 5}}],
    },
}

_DIFF: JsonObject = {"text": "--- previous\n+++ current\n@@ -1 +1 @@\n-Starter $19\n+Starter $24\n"}
_SECOND: JsonObject = {
    "text": "--- previous\n+++ current\n@@ -1 +1 @@\n-Starter $24\n+Starter $29\n"
}

OPERATION_REQUESTS: dict[str, JsonObject] = {
    "apply": {"diff": _DIFF, "previous": _PREVIOUS},
    "revert": {"diff": _DIFF, "current": {"markdown": "Starter $24"}},
    "compose": {"previous": _PREVIOUS, "diffs": [_DIFF, _SECOND]},
    "blame": {
        "snapshots": [
            {"markdown": "Starter $19", "capturedAt": "2026-06-01T12:00:00Z"},
            {"markdown": "Starter $19\nPro $49", "capturedAt": "2026-06-15T12:00:00Z"},
        ]
    },
    "pages": {
        "previous": [{"url": "https://example.com/old", "contentHash": hash_markdown("# Intro")}],
        "current": [{"url": "https://example.com/new", "contentHash": hash_markdown("# Intro")}],
    },
}

LINES: list[JsonValue] = [*_BATCH, {"current": {"markdown": 5}}]

_PAGE = "Starter $24\n\nPro $49"
_BASELINE: JsonObject = {"markdown": "Starter $19\n\nPro $49"}
_OPTIONS: JsonObject = {"modes": ["gitDiff"], "previous": _BASELINE}

SCRAPE_REQUEST: JsonObject = {
    "url": "https://example.com/pricing",
    "formats": ["markdown", "changeTracking"],
    "changeTracking": _OPTIONS,
}
SCRAPE_REQUEST_V2: JsonObject = {
    "url": "https://example.com/pricing",
    "formats": ["markdown", {"type": "changeTracking", **_OPTIONS}],
}


def answer_diffs() -> dict[str, JsonObject]:
    """Return the answers to the examples of the diff route."""
    return {name: wire.answer(request) for name, request in DIFF_REQUESTS.items()}


def answer_lines() -> list[JsonValue]:
    """Return the answers to the lines, one for each."""
    return [{**wire.answer(line), "index": index} for index, line in enumerate(LINES)]


def answer_operation(name: str) -> JsonObject:
    """Return the answer to the example of an operation."""
    return wire.operate(name, OPERATION_REQUESTS[name])


def answer_scrape() -> JsonObject:
    """Return the answer to the scrapes, were the page there and its price changed."""
    current: JsonObject = {"markdown": _PAGE, "capturedAt": "2026-06-15T12:00:00Z"}
    envelope = wire.answer({**_OPTIONS, "current": current})
    result = cast("JsonObject", envelope["data"])
    metadata: JsonObject = {
        "title": "Pricing",
        "language": "en",
        "statusCode": 200,
        "contentType": "text/html; charset=utf-8",
        "sourceURL": "https://example.com/pricing",
        "url": "https://example.com/pricing",
    }
    tracking: JsonObject = {
        **result,
        "changeStatus": result["status"],
        "previousScrapeAt": None,
        "visibility": "visible",
    }
    data: JsonObject = {
        "markdown": _PAGE,
        "changeTracking": tracking,
        "metadata": metadata,
        "contentType": "text/html; charset=utf-8",
        "sourceHash": hash_markdown(_PAGE),
    }
    return {"success": True, "data": data}
