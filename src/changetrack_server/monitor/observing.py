"""A page as a check sees it: the scrape that everybody can have, shown the baseline.

What goes wrong with a page is part of what is seen, once it was tried with patience.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from changetrack import JsonObject, wire
from changetrack.monitor.outcomes import Observation
from changetrack_server.errors import EndpointError
from changetrack_server.monitor.insisting import insist
from changetrack_server.scraping import scrape, visit
from changetrack_server.work.dispatch import unpack

if TYPE_CHECKING:
    from changetrack.monitor.models import Target
    from changetrack_server.answers import Answer
    from changetrack_server.services import Services

__all__ = ["observe_entry", "observe_page"]

# What a page's address and its extraction are known by, of all that a scrape says of it.
_SHOWN = ("title", "description", "language", "contentType", "url")


async def observe_page(
    target: Target,
    url: str,
    previous: JsonObject | None,
    services: Services,
    *,
    with_links: bool = False,
) -> Observation:
    """Return a page as it is now, compared with the snapshot `previous`."""
    body = wire.encode(_order(target, url, previous, with_links=with_links))

    async def look() -> Answer:
        if target.tracking.schema is not None:
            return await scrape(body, "v1", services)
        # All else was read when the monitor was made: no process need read it before there is a
        # page to read as well.
        return await visit(url, _find_seconds(target), body, "v1", services)

    try:
        answer = await insist(look, services)
    except EndpointError as error:
        return Observation(url=url, error=str(error), error_code=error.reason)
    return _read_scrape(url, answer, with_links=with_links)


async def observe_entry(
    target: Target, url: str, current: JsonObject, previous: JsonObject | None, services: Services
) -> Observation:
    """Return an entry of a feed, compared with the snapshot `previous` of it."""
    body = wire.encode({**_write_tracking(target, previous), "current": current})

    async def compare() -> Answer:
        return await services.work.diff(body)

    try:
        answer = await insist(compare, services)
    except EndpointError as error:
        return Observation(url=url, error=str(error), error_code=error.reason)
    if not answer.is_good:
        return _read_refusal(url, answer)
    return Observation(url=url, result=unpack(answer), credits=0)


def _find_seconds(target: Target) -> float | None:
    milliseconds = target.tracking.scrape.get("timeout")
    return milliseconds / 1_000 if isinstance(milliseconds, int | float) else None


def _order(
    target: Target, url: str, previous: JsonObject | None, *, with_links: bool
) -> JsonObject:
    formats = ["markdown", "changeTracking", *(["links"] if with_links else [])]
    return {
        **target.tracking.scrape,
        "url": url,
        "formats": [*formats],
        "changeTracking": _write_tracking(target, previous),
    }


def _write_tracking(target: Target, previous: JsonObject | None) -> JsonObject:
    tracking = target.tracking
    given: JsonObject = {
        **tracking.options,
        "modes": [*tracking.modes],
        "schema": tracking.schema,
        "prompt": tracking.prompt,
        "previous": previous,
    }
    return {name: value for name, value in given.items() if value is not None}


def _read_scrape(url: str, answer: Answer, *, with_links: bool) -> Observation:
    if not answer.is_good:
        return _read_refusal(url, answer)
    data = unpack(answer)
    metadata = cast("JsonObject", data["metadata"])
    links = cast("list[str]", data.get("links") or []) if with_links else []
    seen = Observation(
        url=url,
        result=cast("JsonObject", data["changeTracking"]),
        status_code=cast("int", metadata["statusCode"]),
        metadata={name: metadata[name] for name in _SHOWN if metadata.get(name) is not None},
        warnings=tuple(cast("list[str]", data.get("warnings", []))),
        links=tuple(dict.fromkeys(links)),
    )
    if data.get("acceptBaseline") is False:
        return replace(seen, error="; ".join(seen.warnings), error_code="doubtful_page")
    return seen


def _read_refusal(url: str, answer: Answer) -> Observation:
    said = cast("JsonObject", wire.load(answer.body))
    return Observation(
        url=url,
        error=str(said["error"]),
        error_code=str(said.get("reason")),
        status_code=answer.site_status,
    )
