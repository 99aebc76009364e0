"""The document as a whole: its head, its paths, and the components that they share."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import cast

from changetrack import JsonObject, JsonValue, __version__, wire
from changetrack_server.diffing import rules_of
from changetrack_server.openapi.monitor_answers import describe_monitor_schemas
from changetrack_server.openapi.monitor_transfers import MONITORS, describe_transfer_schemas
from changetrack_server.openapi.monitors import list_monitors
from changetrack_server.openapi.operations import describe_operation
from changetrack_server.openapi.pages import describe_scrape_answers
from changetrack_server.openapi.product import SCRAPING, TRACKING, list_product
from changetrack_server.openapi.refusals import REASONS, describe_shared_refusals, list_reasons
from changetrack_server.openapi.scrapes import describe_scrape_requests
from changetrack_server.openapi.service import SERVICE, describe_service_schemas, list_service
from changetrack_server.openapi.sharing import share_refusals
from changetrack_server.openapi.sketches import SCHEMAS, nullable, object_of, refer
from changetrack_server.settings import Settings

__all__ = ["describe_openapi", "write_openapi"]

_INTRODUCTION = """\
Says what changed between two observations of a page. {keeping}

Every answer has an `X-Request-Id`. An error is `{{"success": false, "error", "errorCode", \
"reason"}}`: `errorCode` is the coarse word to branch on, `reason` the fine one, and `error` says \
to people what is wrong, where, and what to do about it. New reasons and new keys may be added.

A body has at most {body:,} bytes and is nested at most {depth} levels deep; integers have at most \
{digits:,} digits and are exact."""

_KEEPING_NOTHING = """\
Nothing is stored here: each result carries the `snapshot` that you keep, and send as `previous` \
the next time."""
_KEEPING_MONITORS = """\
Each result carries the `snapshot` that you keep, and send as `previous` the next time. Monitors \
keep it for you, look again on a schedule, and tell you; nothing else is stored here."""

_TAGS = {
    TRACKING: "Compare what you have.",
    SCRAPING: "Fetch a page, and compare it.",
    MONITORS: "Have pages looked at on a schedule, and be told what changed.",
    SERVICE: "What the server is, does and can do.",
}


@lru_cache(maxsize=4)
def write_openapi(settings: Settings) -> bytes:
    """Return the document as JSON for people: the same for the same settings, byte for byte."""
    text = json.dumps(describe_openapi(settings), ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def describe_openapi(settings: Settings) -> JsonObject:
    """Return the document of a server with these settings."""
    limits = rules_of(settings).limits
    introduction = _INTRODUCTION.format(
        keeping=_KEEPING_MONITORS if settings.monitors else _KEEPING_NOTHING,
        body=settings.max_body_bytes,
        depth=settings.json_depth,
        digits=limits.integer_digits,
    )
    keys: list[JsonObject] = [{"bearer": []}]
    paths = _describe_paths(settings)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "changetrack",
            "summary": "What changed on a page",
            "description": introduction,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
            "version": __version__,
        },
        # Wherever the document was fetched from.
        "servers": [{"url": "/"}],
        # A server without keys asks for none.
        "security": [*keys] if settings.api_keys else [*keys, {}],
        "tags": [
            {"name": name, "description": text}
            for name, text in _TAGS.items()
            if settings.monitors or name != MONITORS
        ],
        "paths": paths,
        "components": _describe_components(settings, _share_refusals(paths)),
    }


def _describe_monitors() -> JsonObject:
    return {**describe_monitor_schemas(), **describe_transfer_schemas()}


def _describe_paths(settings: Settings) -> JsonObject:
    paths: dict[str, JsonObject] = {}
    monitors = list_monitors() if settings.monitors else ()
    for each in (*list_product(), *monitors, *list_service(settings)):
        paths.setdefault(each.path, {})[each.method] = describe_operation(each)
    return {**paths}


def _share_refusals(paths: JsonObject) -> JsonObject:
    """Write down once what the many routes of monitors refuse alike."""
    return share_refusals({path: item for path, item in paths.items() if "/monitor" in path})


def _describe_components(settings: Settings, refusals: JsonObject) -> JsonObject:
    schemas = _describe_schemas(settings)
    return {
        "schemas": {name: schemas[name] for name in sorted(schemas)},
        "responses": {**describe_shared_refusals(), **refusals},
        "parameters": {"RequestId": _REQUEST_ID},
        "headers": _HEADERS,
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "A key of this server, where its operator has set any.",
            }
        },
    }


def _describe_schemas(settings: Settings) -> JsonObject:
    definitions = wire.describe_wire(rules_of(settings).limits, root=SCHEMAS)
    _widen_errors(definitions, list_reasons(has_monitors=settings.monitors))
    _name_judgment(definitions)
    return {
        **definitions,
        **describe_scrape_requests(definitions, settings),
        **describe_scrape_answers(definitions),
        **describe_service_schemas(settings),
        **(_describe_monitors() if settings.monitors else {}),
        "LineAnswer": {
            "description": "The answer to one line, or its error.",
            "oneOf": [refer("LineResult"), refer("ItemError")],
        },
        "LineResult": _describe_line(),
    }


def _widen_errors(definitions: JsonObject, reasons: list[str]) -> None:
    """Add the words of the server's own errors to those of the library."""
    words: JsonObject = {
        "errorCode": [*sorted({REASONS[name].code for name in reasons})],
        "reason": [*reasons],
    }
    for name in ("ErrorEnvelope", "ItemError"):
        properties = _properties(definitions[name])
        for key, values in words.items():
            properties[key] = {**cast("JsonObject", properties[key]), "enum": values}


def _name_judgment(definitions: JsonObject) -> None:
    """Say what a judgment is, which the library leaves to whoever judges."""
    properties = _properties(definitions["ChangeTrackingResult"])
    said = cast("JsonObject", properties["judgment"])
    properties["judgment"] = nullable("Judgment", str(said["description"]))


def _describe_line() -> JsonObject:
    data: list[JsonValue] = [
        refer("ChangeTrackingResult"),
        {"type": "array", "items": {"oneOf": [refer("ChangeTrackingResult"), refer("ItemError")]}},
    ]
    return object_of(
        "What is to be said of one line.",
        {
            "success": {"type": "boolean", "const": True},
            "data": {"oneOf": data},
            "index": {
                "description": "Which line it was, from 0; blank ones are not counted.",
                "type": "integer",
                "minimum": 0,
            },
        },
        required=("success", "data", "index"),
    )


def _properties(definition: JsonValue) -> JsonObject:
    return cast("JsonObject", cast("JsonObject", definition)["properties"])


_REQUEST_ID: JsonObject = {
    "name": "X-Request-Id",
    "in": "header",
    "description": "An id of yours for this request: up to 64 letters, digits, dots, dashes and"
    " underscores. Anything else is replaced by one of ours.",
    "schema": {"type": "string"},
}

_HEADERS: JsonObject = {
    "RequestId": {
        "description": "The id of this request, as it stands in the server's log.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
    "RetryAfter": {
        "description": "After how many seconds to ask again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "Authenticate": {
        "description": "How to say who asks.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
    "Allow": {
        "description": "The methods of this path.",
        "required": True,
        "schema": {"type": "string"},
    },
}
