"""The operations that say what changed."""

from __future__ import annotations

from collections.abc import Iterator

from changetrack import JsonObject, JsonValue, wire
from changetrack_server.http.bodies import LINES
from changetrack_server.openapi import examples
from changetrack_server.openapi.operations import Operation, name_examples
from changetrack_server.openapi.sketches import as_json, refer

__all__ = ["SCRAPING", "TRACKING", "list_product"]

TRACKING = "Change tracking"
SCRAPING = "Scraping"

_DIFF = f"""\
Compares pages with the snapshots that you kept of them. Nothing is fetched, and nothing is kept \
here: `snapshot` of each result is what you send as `previous` the next time.

A body with the key `batch` is a batch. Each key may be spelled in snake_case, too; null is as \
good as absent, and unknown keys are ignored.

As `{LINES}`, a body is a stream: one page a line, answered by one line as soon as it is read, in \
order, with its `index`. A line that is wrong is answered by its error and ends nothing. A JSON \
body is answered in lines where `Accept` asks for `{LINES}`."""

_LINES = "One value a line, with `\\n` between them: a list in meaning, and not in syntax."

_SCRAPE = """\
Fetches a page, reads it, and compares it with the snapshot that you kept. Formats are words; the \
options of `changeTracking` stand beside them.

An address that is not public is refused, and robots.txt is obeyed. A page that is blocked, empty \
or an error is still an answer, with `warnings` and `acceptBaseline: false`; one that cannot be \
fetched or read is 422."""

_SCRAPE_V2 = """\
As on /v1, in Firecrawl's newer dialect: a format may be an object that carries its options. In \
mixed mode, `diff.json` is the tree of the text diff here, and `json` beside it the map of \
fields."""


def list_product() -> Iterator[Operation]:
    """Yield the operations, the main one first."""
    yield Operation(
        path="/v1/change-tracking/diff",
        method="post",
        name="diff",
        tag=TRACKING,
        summary="Say what changed on a page, or on many",
        description=_DIFF,
        answers="What changed.",
        answer={
            **as_json(
                {"oneOf": [refer("DiffAnswer"), refer("BatchAnswer")]},
                examples=name_examples(examples.answer_diffs()),
            ),
            LINES: _describe_lines("LineAnswer", example=examples.answer_lines()),
        },
        request={
            **as_json(refer("DiffRequest"), examples=name_examples(examples.DIFF_REQUESTS)),
            LINES: _describe_lines("DiffRequest", example=examples.LINES),
        },
        places=("bodies", "work", "diffs", "histories", "batches"),
        next_body={
            "previous": "$response.body#/data/snapshot",
            "current": "$request.body#/current",
        },
    )
    yield from map(_operate, wire.OPERATIONS)
    yield _scrape("v1", "ScrapeRequest", examples.SCRAPE_REQUEST, "plain formats")
    yield _scrape("v2", "ScrapeRequestV2", examples.SCRAPE_REQUEST_V2)


# Each by its name: what it does, the definition of its answer, and what that is.
_OPERATIONS = {
    "apply": (
        "Apply a diff to the page that it was made from",
        "SnapshotAnswer",
        (
            "Takes `diff` of an earlier answer: its `text`, its `fields` (with `include`), or both."
            " What does not apply exactly is refused, with the place."
        ),
    ),
    "revert": (
        "Undo a diff on the page that it leads to",
        "SnapshotAnswer",
        "The way back: the page as it was before.",
    ),
    "compose": (
        "Join several diffs into one",
        "DiffAnswer",
        (
            "Takes the page before the first diff, and the diffs, oldest first; answers as the diff"
            " route does for the page before and the page after. Its options hold here as well."
        ),
    ),
    "blame": (
        "Say where each line of a page comes from",
        "BlameAnswer",
        (
            "Takes the snapshots of a page, oldest first; answers for every line of the newest one"
            " in which of them it first appeared."
        ),
    ),
    "pages": (
        "Say what became of the pages of a site",
        "PagesAnswer",
        (
            "Takes two lists of pages with the hashes of their contents. A page is removed only by"
            " a complete look, and never where most of the site vanished at once."
        ),
    ),
}


def _operate(name: str) -> Operation:
    summary, answer, description = _OPERATIONS[name]
    request, answered = examples.OPERATION_REQUESTS[name], examples.answer_operation(name)
    return Operation(
        path=f"/v1/change-tracking/{name}",
        method="post",
        name=name,
        tag=TRACKING,
        summary=summary,
        description=description,
        answers="What came of it.",
        answer=as_json(refer(answer), example=answered),
        request=as_json(refer(f"{name.capitalize()}Request"), example=request),
        places=("bodies", "work", "diffs", *_PLACES[name]),
    )


_PLACES = {
    "apply": ("patches",),
    "revert": ("patches",),
    "compose": ("patches", "histories"),
    "blame": ("histories",),
    "pages": ("sets",),
}


def _describe_lines(name: str, **more: JsonValue) -> JsonObject:
    schema: JsonObject = {"description": _LINES, "type": "array", "items": refer(name)}
    return {"schema": schema, **more}


def _scrape(version: str, name: str, example: JsonObject, *places: str) -> Operation:
    dialects = {"v1": _SCRAPE, "v2": _SCRAPE_V2}
    return Operation(
        path=f"/{version}/scrape",
        method="post",
        name="scrape" if version == "v1" else "scrapeV2",
        tag=SCRAPING,
        summary="Fetch a page and say what changed on it",
        description=dialects[version],
        answers="The page.",
        answer=as_json(refer("ScrapeAnswer"), example=examples.answer_scrape()),
        request=as_json(refer(name), example=example),
        places=("bodies", "work", "diffs", "histories", "scrapes", *places, "addresses", "pages"),
        next_body={
            "url": "$request.body#/url",
            "formats": ["changeTracking"],
            "changeTracking": {"previous": "$response.body#/data/changeTracking/snapshot"},
        },
    )
