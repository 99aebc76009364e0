"""A scrape's answer, made of what was asked and of the page that came: pure, and for processes.

It is done in a process of its own, because a page may be large and whoever made it may mean harm.
The caller's own words are checked here too, before anything is fetched for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from changetrack import ChangeTrackError, JsonObject, JsonValue, Result, Snapshot, wire
from changetrack_server.diffing import DiffRules, read_body
from changetrack_server.egress.charsets import decode
from changetrack_server.errors import EndpointError
from changetrack_server.extracting import check_selectors
from changetrack_server.formats import ScrapeRequest, Version, Wanted, read_scrape
from changetrack_server.reading import PageJob, read_page

if TYPE_CHECKING:
    from changetrack_server.formats import Format
    from changetrack_server.reading import ExtractionShown, PageContent, Want

__all__ = [
    "Extracted",
    "PageRules",
    "Question",
    "Scraped",
    "Visited",
    "check_scrape",
    "compose_scrape",
    "is_to_be_judged",
]

_WANTS: dict[Format, Want] = {"html": "html", "rawHtml": "raw_html", "links": "links"}

# Of a text that stayed as it was, where only fields changed.
_NO_TREE: JsonObject = {"files": [], "additions": 0, "deletions": 0}

# What an extractor leaves to the reader of a page that is not what was asked for.
_NOT_EXTRACTED = "no field was found in the page, so all of them count as missing"
# Of what an extractor said where it found nothing; more is not read.
_MAX_REASONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRules:
    """What an operator allows, and has."""

    diff: DiffRules
    page_elements: int
    has_model: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """How a page was come by."""

    url: str
    status: int
    content_type: str
    captured_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """Fields of a page, and what found them; no extractor: nothing did."""

    value: JsonValue = field(default=None, hash=False)
    extractor: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Fields that only a language model can find in a page."""

    wanted: Wanted
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """Everything that is known of a page after a scrape."""

    request: ScrapeRequest
    visited: Visited
    content: PageContent = field(hash=False)
    fields: Extracted | None = None
    tracked_fields: Extracted | None = None
    # The result of change tracking, as the wire shows it.
    result: JsonObject | None = field(default=None, hash=False)
    # Where text and fields are tracked at once: the tree of the text diff, which has no room there.
    tree: JsonValue = field(default=None, hash=False)

    @property
    def is_doubtful(self) -> bool:
        """Whether the page is not what was asked for, and must not become a baseline."""
        return bool(self.content["doubts"])

    @property
    def warnings(self) -> tuple[str, ...]:
        """Everything that is to be doubted, once each."""
        doubts = [doubt["warning"] for doubt in self.content["doubts"]]
        found = [*self.request.warnings, *doubts, *self.content["warnings"]]
        for extracted in (self.fields, self.tracked_fields):
            found += extracted.warnings if extracted else ()
        return tuple(dict.fromkeys(found))


def check_scrape(body: bytes, version: Version, rules: DiffRules) -> ScrapeRequest:
    """Return the scrape in a body, whose schemas and selectors can be used.

    Raises:
        ChangeTrackError: something in it is wrong; the error names the place.
    """
    request = read_scrape(read_body(body, rules), version, rules.limits)
    for wanted in request.all_fields:
        if wanted.schema is not None:
            trial: JsonObject = {"modes": ["json"], "schema": wanted.schema, "current": {}}
            try:
                _answer_diff(trial, rules)
                check_selectors(wanted.schema)
            except ChangeTrackError as error:
                raise error.under(wanted.place) from None
    return request


def compose_scrape(
    request: ScrapeRequest,
    visited: Visited,
    body: bytes,
    rules: PageRules,
    asked: Sequence[Extracted | None] = (),
) -> Scraped | list[Question | None]:
    """Return what is known of a page, or what a model must be asked before that.

    `asked` are its answers, one for each of the request's `all_fields`; None where there was no
    question.

    Raises:
        EndpointError: the page cannot be read, or nothing of what is wanted is in it.
    """
    text, _ = decode(body, visited.content_type)
    job = _describe_job(request, visited, rules)
    wants = request.all_fields
    content = read_page(text, _with_fields(job, wants[0] if wants else None))
    settled: list[Extracted | None] = []
    for index, wanted in enumerate(wants):
        # Other fields than the first are looked for in the page once more, and alone.
        alone = _with_fields(replace(job, wants=()), wanted)
        shown = read_page(text, alone)["extraction"] if index else content["extraction"]
        answer = asked[index] if asked else None
        settled.append(answer or _settle(wanted, shown, content, rules))
    if None in settled:
        return [
            Question(wanted=wanted, markdown=content["markdown"] or "") if found is None else None
            for wanted, found in zip(wants, settled, strict=True)
        ]
    scraped = Scraped(
        request=request,
        visited=visited,
        content=content,
        fields=settled[-1] if request.wanted else None,
        tracked_fields=settled[0] if request.tracked_fields else None,
    )
    return scraped if request.item is None else _track(scraped, request.item, body, rules)


def is_to_be_judged(scraped: Scraped) -> bool:
    """Tell whether somebody wants to know what a change means, and whether it is a good page's."""
    request, result = scraped.request, scraped.result
    if result is None or scraped.is_doubtful:
        return False
    is_change = result["status"] == "changed" and result["firstObservation"] is False
    has_diff = result["diff"] is not None
    return is_change and has_diff and request.judge_enabled and bool((request.goal or "").strip())


def _describe_job(request: ScrapeRequest, visited: Visited, rules: PageRules) -> PageJob:
    wants: list[Want] = ["markdown"]
    wants += [_WANTS[name] for name in request.formats if name in _WANTS]
    return PageJob(
        url=visited.url,
        requested_url=request.url,
        status=visited.status,
        content_type=visited.content_type or None,
        wants=tuple(dict.fromkeys(wants)),
        main_content=request.only_main_content,
        page_elements=rules.page_elements,
        json_depth=rules.diff.json_depth,
    )


def _with_fields(job: PageJob, wanted: Wanted | None) -> PageJob:
    if wanted is None or wanted.schema is None:
        return job
    return replace(job, wants=(*job.wants, "fields"), schema=wanted.schema)


def _settle(
    wanted: Wanted, shown: ExtractionShown | None, content: PageContent, rules: PageRules
) -> Extracted | None:
    """Return the fields that stand in a page by themselves; None where a model is to be asked.

    A page that is not what was asked for has none, and that is no reason to fail.
    """
    found, is_complete = Extracted(), False
    if shown is not None:
        is_complete = shown["is_complete"]
        found = Extracted(
            value=shown["value"], extractor=shown["extractor"], warnings=tuple(shown["warnings"])
        )
    if found.extractor == "document":
        return _narrow(found, wanted, rules)
    if is_complete or (found.extractor is not None and not rules.has_model):
        return found
    if content["doubts"]:
        return found if found.extractor is not None else Extracted(warnings=(_NOT_EXTRACTED,))
    if rules.has_model:
        return None
    if not found.warnings:
        raise EndpointError("nothing_extracted", wanted.place)
    reasons = "; ".join(found.warnings[:_MAX_REASONS])
    problem = f"no field was found in the page ({reasons})"
    remedy = "correct the schema; operators: see CHANGETRACK_LLM_BASE_URL"
    raise EndpointError("nothing_extracted", wanted.place, problem=problem, remedy=remedy)


def _narrow(found: Extracted, wanted: Wanted, rules: PageRules) -> Extracted:
    """Return what a schema declares of a page that is JSON by itself, and what does not fit it."""
    if wanted.schema is None or found.value is None:
        return found
    body: JsonObject = {
        "modes": ["json"],
        "schema": wanted.schema,
        "current": {"json": found.value},
    }
    tracked = _answer_diff(body, rules.diff)
    snapshot = cast("JsonObject", tracked["snapshot"])
    said = cast("list[str]", tracked.get("warnings", []))
    return replace(found, value=snapshot.get("json"), warnings=(*found.warnings, *said))


def _track(scraped: Scraped, item: wire.DiffItem, page: bytes, rules: PageRules) -> Scraped:
    """Return the scrape with its page compared with the caller's snapshot."""
    visited = scraped.visited
    if scraped.content["markdown"] is None:
        return replace(scraped, result=_track_bytes(page, item, visited.captured_at))
    current: JsonObject = {
        "markdown": scraped.content["markdown"],
        "capturedAt": visited.captured_at,
    }
    if scraped.tracked_fields is not None and scraped.tracked_fields.extractor is not None:
        current["json"] = scraped.tracked_fields.value
    content_type = item.options.content_type or visited.content_type
    body: JsonObject = {
        **(scraped.request.tracking or {}),
        "contentType": content_type or None,
        "current": current,
    }
    try:
        result = _answer_diff(body, rules.diff)
        tree = None
        is_mixed = set(item.options.modes) == {"gitDiff", "json"}
        if is_mixed and scraped.request.version == "v2" and result["diff"] is not None:
            diff = _answer_diff({**body, "modes": ["gitDiff"]}, rules.diff)["diff"]
            tree = diff["json"] if isinstance(diff, dict) else _NO_TREE
    except ChangeTrackError as error:
        if not error.path.startswith("current"):
            raise error.under(scraped.request.tracking_place) from None
        # What the page holds is not the caller's fault.
        raise EndpointError("conversion_failed", problem=error.problem) from None
    return replace(scraped, result=result, tree=tree)


def _track_bytes(body: bytes, item: wire.DiffItem, captured_at: str) -> JsonObject:
    """Return the result for a page that is no text: it is known by the hash of its bytes."""
    content_hash = hashlib.sha256(body).hexdigest()
    previous = item.previous
    is_same = previous is not None and previous.content_hash == content_hash
    result = Result(
        status="same" if is_same else "changed",
        first_observation=previous is None,
        content_hash=content_hash,
        snapshot=Snapshot(content_hash=content_hash, captured_at=captured_at),
        tag=item.page.tag,
    )
    return wire.write_result(result)


def _answer_diff(body: JsonObject, rules: DiffRules) -> JsonObject:
    """Return the result of one diff, whose body is of our making and so of any depth and size."""
    limits = rules.limits
    envelope = wire.answer_request(wire.read_request(body, limits=limits), limits=limits)
    return cast("JsonObject", envelope["data"])
