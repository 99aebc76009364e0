"""The story of a scrape: fetch → read → extract → track → judge → answer.

A page that is blocked, empty or an error is still an answer: it comes with warnings, and with
`acceptBaseline: false`, so that it never takes the place of a good snapshot. Only a page that
cannot be fetched or read at all is an error. The caller's own words are checked before anything is
fetched for them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from changetrack import JsonObject, JsonValue, Result, Snapshot, wire
from changetrack_server.errors import EndpointError
from changetrack_server.llm.asking import ask_for_fields
from changetrack_server.llm.judging import judge, should_judge
from changetrack_server.reading import PageJob

if TYPE_CHECKING:
    from changetrack_server.egress.fetching import Fetched
    from changetrack_server.formats import Format, ScrapeRequest, Wanted
    from changetrack_server.reading import PageContent, Want
    from changetrack_server.services import Services
    from changetrack_server.settings import Settings

__all__ = ["Extracted", "Scraped", "scrape"]

_WANTS: dict[Format, Want] = {"html": "html", "rawHtml": "raw_html", "links": "links"}

# Of a text that stayed as it was, where only fields changed.
_NO_TREE: JsonObject = {"files": [], "additions": 0, "deletions": 0}

# What an extractor leaves to the reader of a page that is not what was asked for.
_NOT_EXTRACTED = "no field was found in the page, so all of them count as missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """Fields of a page, and what found them; no extractor: nothing did."""

    value: JsonValue = field(default=None, hash=False)
    extractor: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """Everything that is known of a page after a scrape."""

    request: ScrapeRequest
    fetched: Fetched
    content: PageContent = field(hash=False)
    fields: Extracted | None = None
    tracked_fields: Extracted | None = None
    # The result of change tracking, as the wire shows it.
    result: JsonObject | None = field(default=None, hash=False)
    # Where text and fields are tracked at once: the tree of the text diff, which has no room there.
    tree: JsonValue = field(default=None, hash=False)
    judge_warnings: tuple[str, ...] = ()

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
        return tuple(dict.fromkeys([*found, *self.judge_warnings]))


async def scrape(request: ScrapeRequest, services: Services) -> Scraped:
    """Do a scrape.

    Raises:
        EndpointError: the page cannot be fetched or read, or nothing of what is wanted is in it.
        WorkRefusedError: the caller's schema or snapshot cannot be used.
    """
    await _check_schemas(request, services)
    fetched = await services.fetch(request.url, request.seconds)
    first = request.tracked_fields or request.wanted
    job = _describe_job(request, fetched, services.settings)
    content = await services.work.read_page(_with_fields(job, first), fetched.body)
    scraped = Scraped(request=request, fetched=fetched, content=content)
    found = await _settle(first, scraped, services)
    fields = tracked = found
    if request.wanted is None or request.wanted != first:
        fields = None
    if request.tracked_fields is None:
        tracked = None
    if request.wanted is not None and fields is None:
        # Other fields than those that are tracked: the page is read once more for them alone.
        again = _with_fields(replace(job, wants=()), request.wanted)
        extraction = (await services.work.read_page(again, fetched.body))["extraction"]
        other = replace(scraped, content={**content, "extraction": extraction})
        fields = await _settle(request.wanted, other, services)
    scraped = replace(scraped, fields=fields, tracked_fields=tracked)
    if request.item is None:
        return scraped
    return await _judge(await _track(scraped, request.item, services), services)


async def _check_schemas(request: ScrapeRequest, services: Services) -> None:
    """Let a schema be refused before a page is fetched for it."""
    for wanted in dict.fromkeys([request.wanted, request.tracked_fields]):
        if wanted is not None and wanted.schema is not None:
            await services.work.track({"modes": ["json"], "schema": wanted.schema, "current": {}})
            trial = PageJob(content_type="text/html", schema=wanted.schema, wants=("fields",))
            await services.work.read_page(trial, b"")


def _describe_job(request: ScrapeRequest, fetched: Fetched, settings: Settings) -> PageJob:
    wants: list[Want] = ["markdown"]
    wants += [_WANTS[name] for name in request.formats if name in _WANTS]
    return PageJob(
        url=fetched.url,
        requested_url=request.url,
        status=fetched.status,
        content_type=fetched.content_type or None,
        wants=tuple(dict.fromkeys(wants)),
        main_content=request.only_main_content,
        page_elements=settings.page_elements,
        json_depth=settings.json_depth,
    )


def _with_fields(job: PageJob, wanted: Wanted | None) -> PageJob:
    if wanted is None or wanted.schema is None:
        return job
    return replace(job, wants=(*job.wants, "fields"), schema=wanted.schema)


async def _settle(wanted: Wanted | None, scraped: Scraped, services: Services) -> Extracted | None:
    """Return the fields of a page: those that stand in it by themselves, else a model's.

    A page that is not what was asked for has none, and that is no reason to fail.
    """
    if wanted is None:
        return None
    found, is_complete = Extracted(), False
    shown = scraped.content["extraction"]
    if shown is not None:
        is_complete = shown["is_complete"]
        found = Extracted(
            value=shown["value"], extractor=shown["extractor"], warnings=tuple(shown["warnings"])
        )
    if found.extractor == "document":
        return await _narrow(found, wanted, services)
    if is_complete or (found.extractor is not None and services.model is None):
        return found
    if scraped.is_doubtful:
        return found if found.extractor is not None else Extracted(warnings=(_NOT_EXTRACTED,))
    if services.model is None:
        raise EndpointError("nothing_extracted")
    markdown = scraped.content["markdown"] or ""
    asked = await ask_for_fields(
        markdown, wanted.schema, wanted.prompt, services.model, services.settings
    )
    return Extracted(value=asked.value, extractor=asked.extractor, warnings=asked.warnings)


async def _narrow(found: Extracted, wanted: Wanted, services: Services) -> Extracted:
    """Return what a schema declares of a page that is JSON by itself, and what does not fit it."""
    if wanted.schema is None or found.value is None:
        return found
    body: JsonObject = {"json": found.value}
    tracked = await services.work.track(
        {"modes": ["json"], "schema": wanted.schema, "current": body}
    )
    snapshot = cast("JsonObject", tracked["snapshot"])
    said = cast("list[str]", tracked.get("warnings", []))
    return replace(found, value=snapshot.get("json"), warnings=(*found.warnings, *said))


async def _track(scraped: Scraped, item: wire.DiffItem, services: Services) -> Scraped:
    """Return the scrape with its page compared with the caller's snapshot."""
    options = scraped.request.tracking or {}
    captured_at = services.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    content_type = item.options.content_type or scraped.fetched.content_type
    if scraped.content["markdown"] is None:
        return replace(scraped, result=_track_bytes(scraped.fetched.body, item, captured_at))
    fields = scraped.tracked_fields.value if scraped.tracked_fields else None
    current: JsonObject = {"markdown": scraped.content["markdown"], "capturedAt": captured_at}
    body: JsonObject = {
        **options,
        "contentType": content_type or None,
        "current": current if fields is None else {**current, "json": fields},
    }
    result = await services.work.track(body)
    tree = None
    is_mixed = set(item.options.modes) == {"gitDiff", "json"}
    if is_mixed and scraped.request.version == "v2" and result["diff"] is not None:
        drawn = await services.work.track({**body, "modes": ["gitDiff"]})
        diff = drawn["diff"]
        tree = diff["json"] if isinstance(diff, dict) else {**_NO_TREE}
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


async def _judge(scraped: Scraped, services: Services) -> Scraped:
    """Return the scrape with its change judged, where somebody wants that and it is a good page."""
    request, result = scraped.request, scraped.result or {}
    if scraped.is_doubtful or not should_judge(result, request.goal, request.judge_enabled):
        return scraped
    judged = await judge(
        cast("JsonObject", result["diff"]),
        request.goal or "",
        services.model,
        budget=services.settings.judge_chars,
        prompt=request.item.prompt if request.item else None,
    )
    return replace(
        scraped,
        result={**result, "judgment": judged.judgment},
        judge_warnings=judged.warnings,
    )
