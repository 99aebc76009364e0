"""What a scrape answers, in the words of both dialects: fastCRW's result and Firecrawl's fields.

Both stand in one object. They disagree in one place only: where text and fields are tracked at
once, our `diff.json` is the map of fields, and Firecrawl's is the tree of the text diff with the
map beside it as `json`. So /v1 answers the first way and /v2 the second; `json` is there on both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from changetrack import JsonObject, JsonValue, hash_markdown

if TYPE_CHECKING:
    from changetrack_server.composing import Scraped
    from changetrack_server.formats import Format

__all__ = ["write_scrape"]

# A page that is gone; every other status is only an error.
_GONE = frozenset({404, 410})


def write_scrape(scraped: Scraped) -> JsonObject:
    """Return the envelope that answers a scrape."""
    data: JsonObject = {}
    for name in scraped.request.formats:
        data[name] = _write_format(name, scraped)
    data["metadata"] = _write_metadata(scraped)
    data["contentType"] = scraped.visited.content_type or None
    markdown = scraped.content["markdown"]
    if isinstance(markdown, str):
        data["sourceHash"] = hash_markdown(markdown)
    if scraped.fields is not None and scraped.fields.extractor is not None:
        data["extractor"] = scraped.fields.extractor
    if scraped.is_doubtful:
        data["acceptBaseline"] = False
    envelope: JsonObject = {"success": True, "data": data}
    if scraped.warnings:
        warning = "; ".join(scraped.warnings)
        data |= {"warnings": list(scraped.warnings), "warning": warning}
        envelope["warning"] = warning
    return envelope


def _write_format(name: Format, scraped: Scraped) -> JsonValue:
    match name:
        case "changeTracking":
            return _write_tracking(scraped)
        case "json":
            return scraped.fields.value if scraped.fields else None
        case "links":
            return cast("JsonValue", scraped.content["links"])
        case "rawHtml":
            return scraped.content["raw_html"]
        case "markdown" | "html":
            return scraped.content[name]


def _write_metadata(scraped: Scraped) -> JsonObject:
    return {
        **cast("JsonObject", scraped.content["metadata"]),
        "statusCode": scraped.visited.status,
        "contentType": scraped.visited.content_type or None,
        "sourceURL": scraped.request.url,
        "url": scraped.visited.url,
    }


def _write_tracking(scraped: Scraped) -> JsonValue:
    """Return the result of change tracking, with the fields of the other dialect beside it."""
    if scraped.result is None or scraped.request.item is None:
        return None
    previous = scraped.request.item.previous
    result: JsonObject = {
        **scraped.result,
        "changeStatus": _name_status(scraped.visited.status, scraped.result),
        "previousScrapeAt": previous.captured_at if previous else None,
        "visibility": "visible",
    }
    diff = scraped.result["diff"]
    if scraped.tracked_fields is not None:
        if isinstance(diff, dict):
            result["json"] = diff["json"]
            result["diff"] = diff if scraped.tree is None else {**diff, "json": scraped.tree}
        if scraped.tracked_fields.extractor is not None:
            result["extractor"] = scraped.tracked_fields.extractor
    if scraped.is_doubtful:
        result["acceptBaseline"] = False
    return result


def _name_status(status: int, result: JsonObject) -> JsonValue:
    if status in _GONE:
        return "removed"
    return "new" if result["firstObservation"] else result["status"]
