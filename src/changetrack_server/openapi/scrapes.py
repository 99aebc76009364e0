"""What a scrape asks for, in both dialects, as schemas."""

from __future__ import annotations

from typing import cast

from changetrack import JsonObject
from changetrack_server.bounds import MAX_GOAL, MAX_PROMPT
from changetrack_server.egress.urls import MAX_CHARS
from changetrack_server.formats import FORMATS, TRACKING_OPTIONS
from changetrack_server.openapi.sketches import nullable, object_of, optional, refer
from changetrack_server.settings import Settings

__all__ = ["describe_scrape_requests"]

# A format by its own name. Another spelling would be the same constant of a generated client.
_PLAIN = ("markdown", "html", "rawHtml", "links")
_JSON = ("json",)
_TRACKING = ("changeTracking",)
_ALIASES = {
    "rawHtml": "`raw_html` is read as `rawHtml`.",
    "changeTracking": "`change-tracking` and `change_tracking` are read as `changeTracking`.",
}

# What other servers of the protocol do to a page, and this one does not.
_UNSUPPORTED = ("actions", "waitFor", "headers", "includeTags", "excludeTags", "mobile", "location")

_WANTED: JsonObject = {
    "schema": optional(
        "object",
        "A JSON Schema of the fields. `x-selector` in a property is a CSS selector of its value,"
        " with `::text` or `::attr(name)` at its end.",
    ),
    "prompt": optional(
        "string",
        "The fields, in words, for a language model.",
        maxLength=MAX_PROMPT,
    ),
}


def describe_scrape_requests(definitions: JsonObject, settings: Settings) -> JsonObject:
    """Return the components of a scrape's request; `definitions` are those of the diff route."""
    item = cast("JsonObject", cast("JsonObject", definitions["DiffItem"])["properties"])
    tracking: JsonObject = {name: item[name] for name in TRACKING_OPTIONS}
    # A sentence for a model, which the diff route has none of.
    tracking["prompt"] = cast("JsonObject", item["prompt"]) | {"maxLength": MAX_PROMPT}
    words = refer("FormatName")
    forms: JsonObject = {
        "anyOf": [words, *(refer(name) for name in ("PlainFormat", "JsonFormat", "TrackingFormat"))]
    }
    return {
        "FormatName": _choose("What is wanted of the page.", *FORMATS),
        "TrackingOptions": object_of("What is compared, and with what.", tracking),
        "JsonOptions": object_of("Which fields are wanted: a schema, a prompt, or both.", _WANTED),
        "PlainFormat": _describe_form("A format without options.", _PLAIN, {}),
        "JsonFormat": _describe_form("Fields of the page.", _JSON, _WANTED),
        "TrackingFormat": _describe_form(
            "Change tracking with its options, `previous` included.", _TRACKING, tracking
        ),
        "ScrapeRequest": _describe_request("A page to fetch.", words, settings),
        "ScrapeRequestV2": _describe_request(
            "A page to fetch; a format may be an object that carries its options.", forms, settings
        ),
    }


def _choose(description: str, *names: str) -> JsonObject:
    aliases = (said for name, said in _ALIASES.items() if name in names)
    return {
        "description": " ".join([description, *aliases]),
        "type": "string",
        "enum": [*names],
    }


def _describe_form(description: str, names: tuple[str, ...], options: JsonObject) -> JsonObject:
    return object_of(
        description, {"type": _choose("Which one.", *names), **options}, required=("type",)
    )


def _describe_request(description: str, form: JsonObject, settings: Settings) -> JsonObject:
    return object_of(
        description,
        {
            "url": {
                "description": "The page: an absolute http or https URL of a public host.",
                "type": "string",
                "format": "uri",
                "minLength": 1,
                "maxLength": MAX_CHARS,
            },
            "formats": optional(
                "array",
                "What is wanted of the page; none means its Markdown.",
                items=form,
                default=["markdown"],
            ),
            **_describe_siblings(),
            "onlyMainContent": optional(
                "boolean",
                "Whether navigation, footers and the like are left out.",
                default=True,
            ),
            **_describe_times(settings),
            "goal": optional(
                "string", "What matters, in words, for the judge.", maxLength=MAX_GOAL
            ),
            "judgeEnabled": optional(
                "boolean", "Whether a change is judged by the goal.", default=False
            ),
            **{name: {"description": _IGNORED} for name in _UNSUPPORTED},
        },
        required=("url",),
    )


_IGNORED = "Not supported: it is ignored, with a warning."


def _describe_siblings() -> JsonObject:
    """Describe where the options of a format stand that is a word."""
    return {
        "changeTracking": nullable("TrackingOptions", "For the format `changeTracking`."),
        "changeTrackingOptions": nullable(
            "TrackingOptions", "Another name of `changeTracking`, as Firecrawl's clients send it."
        ),
        "jsonOptions": nullable("JsonOptions", "For the format `json`."),
        "extract": nullable("JsonOptions", "Another name of `jsonOptions`."),
        "jsonSchema": optional("object", "In place of `jsonOptions`: its `schema` alone."),
    }


def _describe_times(settings: Settings) -> JsonObject:
    most = settings.max_fetch_seconds
    timeout = optional(
        "number",
        f"Milliseconds for the whole page, {most * 1000:,.0f} at most.",
        exclusiveMinimum=0,
        default=round(settings.fetch_seconds * 1000),
    )
    other = optional("number", "Another name of `timeout`.", exclusiveMinimum=0)
    return {"timeout": timeout, "deadlineMs": other}
