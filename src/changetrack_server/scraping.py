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
from changetrack_server.asking import ask_for_fields
from changetrack_server.errors import EndpointError
from changetrack_server.judging import judge, should_judge

if TYPE_CHECKING:
    from changetrack_server.fetching import Fetched
    from changetrack_server.formats import ScrapeRequest, Wanted
    from changetrack_server.services import Services

__all__ = ["Extracted", "Scraped", "scrape"]

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
    content: JsonObject = field(hash=False)
    doubts: tuple[str, ...] = ()
    fields: Extracted | None = None
    tracked_fields: Extracted | None = None
    # The result of change tracking, as the wire shows it.
    result: JsonObject | None = field(default=None, hash=False)
    # Where text and fields are tracked at once: the tree of the text diff, which has no room there.
    tree: JsonValue = field(default=None, hash=False)
    judge_warnings: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Everything that is to be doubted, once each."""
        found = [*self.request.warnings, *self.doubts]
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
    content = await services.work.read_page(request, fetched)
    doubts = tuple(str(doubt["warning"]) for doubt in content["doubts"])
    scraped = Scraped(request=request, fetched=fetched, content=content, doubts=doubts)
    tracked = await _extract(request.tracked_fields, scraped, services)
    fields = tracked
    if request.wanted != request.tracked_fields:
        fields = await _extract(request.wanted, scraped, services)
    scraped = replace(scraped, fields=fields, tracked_fields=tracked)
    if request.item is None:
        return scraped
    return await _judge(await _track(scraped, request.item, services), services)


async def _check_schemas(request: ScrapeRequest, services: Services) -> None:
    """Let the library say what is wrong with a schema, before a page is fetched for it."""
    for wanted in dict.fromkeys([request.wanted, request.tracked_fields]):
        if wanted is not None and wanted.schema is not None:
            await services.work.track({"modes": ["json"], "schema": wanted.schema, "current": {}})


async def _extract(wanted: Wanted | None, scraped: Scraped, services: Services) -> Extracted | None:
    """Return the fields of a page: those that stand in it by themselves, else a model's.

    A page that is not what was asked for has none, and is no reason to fail.
    """
    if wanted is None:
        return None
    found = Extracted()
    if wanted.schema is not None:
        found, is_complete = await services.work.extract(wanted.schema, scraped)
        if is_complete:
            return found
    if services.model is not None and not scraped.doubts:
        markdown = str(scraped.content["markdown"] or "")
        asked = await ask_for_fields(
            markdown, wanted.schema, wanted.prompt, services.model, services.settings
        )
        return Extracted(value=asked.value, extractor=asked.extractor, warnings=asked.warnings)
    if found.extractor is None:
        if not scraped.doubts:
            raise EndpointError("nothing_extracted")
        return Extracted(warnings=(_NOT_EXTRACTED,))
    return found


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
        tree = diff["json"] if isinstance(diff, dict) else {"files": []}
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
    if scraped.doubts or not should_judge(result, request.goal, request.judge_enabled):
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
