"""What this server can do, for clients that ask before they try.

The groups and keys are the protocol's, and all of them are there. What is true works now, with the
settings as they are and without anything that a caller would have to bring; what this server does
not do at all is false, zero or empty.
"""

from __future__ import annotations

from typing import get_args

from changetrack import JsonObject, __version__, wire
from changetrack.monitor.models import TargetType
from changetrack.monitor.wire import DIALECTS
from changetrack_server.formats import FORMATS
from changetrack_server.settings import Settings

__all__ = ["describe_capabilities"]


def describe_capabilities(settings: Settings) -> JsonObject:
    """Return what a server with these settings can do."""
    return {
        "version": __version__,
        "llm": _describe_model(settings),
        "formats": _describe_formats(),
        "changeTracking": _describe_tracking(settings),
        "limits": _describe_limits(settings),
        **({"monitors": _describe_monitors(settings)} if settings.monitors else {}),
        **_NOT_HERE,
    }


def _describe_model(settings: Settings) -> JsonObject:
    return {
        "providers": ["openai-compatible"] if settings.has_llm else [],
        # Whom the server asks is for its operator to say, and never for a request.
        "supportsBaseUrl": False,
        # A model of one's own needs no key; what counts is that callers need none.
        "serverKeyConfigured": settings.has_llm,
        "maxConcurrency": settings.max_requests if settings.has_llm else 0,
    }


def _describe_formats() -> JsonObject:
    return {
        "supported": [*FORMATS],
        # Selectors in the schema and the page's own structured data ask no model …
        "llmRequired": [],
        "changeTrackingModes": ["gitDiff", "json"],
        "changeTrackingModesLlmRequired": [],
        # … but a wish in words, without a schema, does.
        "llmRequiredForPrompts": ["json", "changeTracking"],
    }


def _describe_tracking(settings: Settings) -> JsonObject:
    extractors = ["document", "selectors", "structured"]
    return {
        "batch": True,
        "partial": True,
        "ndjson": True,
        "hashOnlyBaselines": True,
        "schemaProjection": True,
        "extractors": [*extractors, "llm"] if settings.has_llm else [*extractors],
        "judge": settings.has_llm,
        "include": [*wire.EXTRAS],
        "options": [*wire.OPTION_NAMES],
        "operations": [*wire.OPERATIONS],
        "conditions": True,
        "history": True,
        "baseline": True,
        "clusters": True,
    }


def _describe_monitors(settings: Settings) -> JsonObject:
    return {
        "dialects": [dialect.root for dialect in DIALECTS.values()],
        "targets": [*get_args(TargetType)],
        "minIntervalMinutes": settings.min_interval_minutes,
        "maxMonitors": settings.max_monitors,
        "judge": settings.has_llm,
        "email": bool(settings.smtp_host),
        "webhooks": True,
        "idempotency": True,
    }


def _describe_limits(settings: Settings) -> JsonObject:
    return {
        "maxBodyBytes": settings.max_body_bytes,
        "maxAnswerBytes": settings.max_answer_bytes,
        "maxBatchItems": settings.batch_items,
        "maxJsonDepth": settings.json_depth,
        "maxJsonValues": settings.json_tokens,
        "maxPageBytes": settings.decoded_bytes,
        "defaultTimeoutMs": round(settings.fetch_seconds * 1000),
        "maxTimeoutMs": round(settings.max_fetch_seconds * 1000),
        "maxBatchUrls": 0,
        "maxExtractUrls": 0,
        "searchDefaultLimit": 0,
        "searchMaxLimit": 0,
        "maxUploadBytes": 0,
    }


_NOT_HERE: JsonObject = {
    "search": {"supported": False, "answer": False, "summarizeResults": False},
    "screenshot": {"supported": False, "fullPage": False},
    # Pages are read as they are sent; no script of theirs runs.
    "renderers": {"available": ["http"], "mode": "http", "renderJsDefault": False},
    # The route of that name; fields of a page are the formats `json` and `changeTracking`.
    "extract": {
        "supported": False,
        "maxUrls": 0,
        "perFieldAttribution": False,
        "maxOutputTokens": 0,
    },
    "documents": {
        "parsers": [],
        "fileUpload": {
            "supported": False,
            "endpoint": "",
            "maxBytes": 0,
            "types": [],
            "ocr": False,
        },
    },
}
