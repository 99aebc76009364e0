"""What a scrape answers, in both dialects, as schemas."""

from __future__ import annotations

from typing import cast

from changetrack import JsonObject
from changetrack_server.llm.verdicts import VERDICT
from changetrack_server.openapi.sketches import object_of, refer

__all__ = ["describe_scrape_answers"]

_TEXT: JsonObject = {"type": "string"}
_TEXT_OR_NONE: JsonObject = {"type": ["string", "null"]}
_EXTRACTORS = "`selectors`, `structured`, `selectors+structured`, `document` or `llm:` and a model"
_LINES: JsonObject = {"type": "array", "items": _TEXT}

# What of a page's own metadata is worth a sentence; there is more, all of it text.
_SAID = {
    "title": "The title.",
    "description": "The description.",
    "language": "The language, such as `en`.",
}


def describe_scrape_answers(definitions: JsonObject) -> JsonObject:
    """Return the components of a scrape's answer; `definitions` are those of the diff route."""
    result = cast("JsonObject", definitions["ChangeTrackingResult"])
    properties: JsonObject = {
        "success": {"type": "boolean", "const": True},
        "data": refer("ScrapeData"),
        "warning": {"description": "The same as in `data`.", **_TEXT},
    }
    return {
        "ScrapeAnswer": object_of("A page.", properties, required=("success", "data")),
        "ScrapeData": _describe_page(),
        "PageMetadata": _describe_metadata(),
        "PageTracking": _describe_tracking(result),
        "Judgment": _describe_judgment(),
    }


def _describe_page() -> JsonObject:
    properties: JsonObject = {
        "markdown": {"description": "The page as Markdown; null of a binary one.", **_TEXT_OR_NONE},
        "html": {
            "description": "The page as HTML without scripts and styles; null where it is none.",
            **_TEXT_OR_NONE,
        },
        "rawHtml": {"description": "The page as it came; null of a binary one.", **_TEXT_OR_NONE},
        "links": {"description": "Where the page links to: absolute URLs.", **_LINES},
        "json": {"description": "The fields that were wanted: any JSON."},
        "changeTracking": refer("PageTracking"),
        "metadata": refer("PageMetadata"),
        "contentType": {"description": "The page's media type.", **_TEXT_OR_NONE},
        "sourceHash": {"description": "SHA-256 in hex of the normalized Markdown.", **_TEXT},
        "extractor": {"description": f"What found the fields of `json`: {_EXTRACTORS}.", **_TEXT},
        "acceptBaseline": _DOUBT,
        "warnings": {"description": "What a reader should doubt.", **_LINES, "minItems": 1},
        "warning": {"description": "All of `warnings` in one text.", **_TEXT},
    }
    return object_of(
        "What was wanted of a page. A blocked, empty or error page is data, too, with warnings.",
        properties,
        required=("metadata", "contentType"),
    )


_DOUBT: JsonObject = {
    "description": "There when the page is blocked, empty or an error: keep the snapshot before.",
    "type": "boolean",
    "const": False,
}


def _describe_metadata() -> JsonObject:
    said: JsonObject = {name: {"description": text, **_TEXT} for name, text in _SAID.items()}
    known: JsonObject = {
        "statusCode": {"description": "The HTTP status of the page.", "type": "integer"},
        "contentType": {"description": "Its media type.", **_TEXT_OR_NONE},
        "sourceURL": {"description": "The URL that was asked for.", **_TEXT},
        "url": {"description": "The URL that answered, after redirects.", **_TEXT},
    }
    return {
        **object_of("What a page says of itself.", {**said, **known}, required=(*known,)),
        "additionalProperties": {"anyOf": [_TEXT, _LINES]},
    }


def _describe_tracking(result: JsonObject) -> JsonObject:
    """Describe a result with the words of the other dialect beside its own."""
    own = cast("JsonObject", result["properties"])
    dialect: JsonObject = {
        "changeStatus": {
            "description": "`new` for a first observation, `removed` for a page that is gone.",
            "type": "string",
            "enum": ["new", "same", "changed", "removed"],
        },
        "previousScrapeAt": {
            "description": "`capturedAt` of the previous snapshot.",
            **_TEXT_OR_NONE,
        },
        "visibility": {"type": "string", "const": "visible"},
    }
    beside: JsonObject = {
        "json": {
            "description": "The map of fields. In mixed mode, /v2 has the tree in `diff.json`.",
            **refer("PathMap"),
        },
        "extractor": {"description": f"What found the tracked fields: {_EXTRACTORS}.", **_TEXT},
        "acceptBaseline": _DOUBT,
    }
    return object_of(
        "What is to be said of the page, in the words of both dialects.",
        {**own, **dialect, **beside},
        required=(*cast("list[str]", result["required"]), *dialect),
    )


def _describe_judgment() -> JsonObject:
    """Describe a judgment: what a model is asked for, and what was made of it."""
    verdict = cast("JsonObject", VERDICT["properties"])
    changes = cast("JsonObject", verdict["meaningfulChanges"])
    item = cast("JsonObject", changes["items"])
    change = object_of(
        "One thing that matters, cited from the diff.",
        cast("JsonObject", item["properties"]),
        required=(*cast("list[str]", item["required"]),),
    )
    names = ("meaningful", "confidence", "reason", "meaningfulChanges")
    properties: JsonObject = {
        **{name: verdict[name] for name in names},
        "meaningfulChanges": {"type": "array", "items": change},
        "degraded": {
            "description": "There when something of it was not borne out by the diff.",
            "type": "boolean",
            "const": True,
        },
        "omitted": {
            "description": "How many pieces of the diff the judge was not shown.",
            "type": "integer",
            "minimum": 1,
        },
    }
    return object_of("What a language model says of a change.", properties, required=names)
