"""Which pages a target has in this check, one handful after the other.

A scrape and a sitemap are lists, a crawl grows with each page, and a feed has entries that are no
pages at all. What they have in common is all that a check sees of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from changetrack.monitor.checks import Walked
from changetrack.monitor.frontier import Frontier, Step
from changetrack.monitor.models import Crawl
from changetrack.monitor.outcomes import Observation
from changetrack_server.monitor.discovery import Entry, Found, find_entries
from changetrack_server.monitor.observing import observe_entry, observe_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack import JsonObject
    from changetrack.monitor.models import Page, Target
    from changetrack_server.errors import EndpointError
    from changetrack_server.services import Services

__all__ = ["Visit", "Walk", "open_walk"]


# A page that is gone leads nowhere; one that fails otherwise may lead to all the others.
_GONE = frozenset({404, 410})


@dataclass(slots=True)
class Visit:
    """A page that is to be seen, and its row once it was."""

    url: str
    step: Step | None = None
    entry: Entry | None = None
    # Why it cannot be seen.
    error: Observation | None = None
    # What is to be said of its target, for which there is no other place.
    warnings: tuple[str, ...] = ()
    page: Page | None = None


class _Pages(Protocol):
    """Where the next pages come from."""

    @property
    def is_complete(self) -> bool:
        """Whether these are all pages that there are."""
        ...

    def take(self, count: int) -> list[Visit]:
        """Return up to so many pages that were not returned before."""
        ...

    def select_links(self, visit: Visit, links: tuple[str, ...]) -> tuple[str, ...]:
        """Return the links of a page that matter here, and are kept with it."""
        ...

    def learn(self, visits: Sequence[Visit]) -> None:
        """Take note of pages that were seen."""
        ...


class Walk:
    """The way through the pages of one target."""

    def __init__(
        self, target: Target, pages: _Pages, services: Services, warnings: tuple[str, ...] = ()
    ) -> None:
        self.target = target
        self._pages = pages
        self._services = services
        self._warnings = warnings
        self._visits: list[Visit] = []
        self._is_over = False

    def take(self, count: int) -> list[Visit]:
        """Return up to so many pages that were not returned before; none at the end."""
        visits = self._pages.take(count)
        if visits and not self._visits:
            visits[0].warnings = self._warnings
        self._visits += visits
        self._is_over = not visits
        return visits

    def learn(self, visits: Sequence[Visit]) -> None:
        """Take note of pages that were seen, in this order."""
        self._pages.learn(visits)

    async def observe(self, visit: Visit, previous: JsonObject | None) -> Observation:
        """Return what a page is now, compared with the snapshot `previous`."""
        seen = await self._observe(visit, previous)
        return replace(seen, warnings=(*visit.warnings, *seen.warnings))

    async def _observe(self, visit: Visit, previous: JsonObject | None) -> Observation:
        if visit.error is not None:
            return visit.error
        if visit.entry is not None:
            current: JsonObject = {"markdown": visit.entry.markdown}
            seen = await observe_entry(self.target, visit.url, current, previous, self._services)
            return visit.entry.describe(seen)
        is_crawled = visit.step is not None
        seen = await observe_page(
            self.target, visit.url, previous, self._services, with_links=is_crawled
        )
        return replace(seen, links=self._pages.select_links(visit, seen.links))

    def sum_up(self) -> Walked:
        """Return what the target showed so far."""
        done = [visit for visit in self._visits if visit.page is not None]
        failed = frozenset(visit.url for visit in done if visit.page and visit.page.error)
        root = self.target.urls[0]
        return Walked(
            target=self.target,
            seen=frozenset(visit.url for visit in self._visits),
            failed=failed,
            is_complete=self._is_over and self._pages.is_complete,
            is_root_down=self.target.is_discovered and root in failed,
        )


async def open_walk(target: Target, services: Services) -> Walk:
    """Return the way through a target, for which its sitemap or its feed is read first."""
    if target.type == "scrape":
        return Walk(target, _List([Visit(url) for url in target.urls]), services)
    found = await find_entries(target, services)
    pages = _describe(target, found) if found.error is None else _fail(target, found.error)
    return Walk(target, pages, services, found.warnings)


def _fail(target: Target, error: EndpointError) -> _Pages:
    """Return the root of a target as the one page that there is, which cannot be seen."""
    root = target.urls[0]
    # A feed is paid for as such, with all its entries or none.
    cost = 0 if target.type == "feed" else 1
    seen = Observation(url=root, error=str(error), error_code=error.reason, credits=cost)
    return _List([Visit(root, error=seen)], is_complete=False)


def _describe(target: Target, found: Found) -> _Pages:
    if target.type == "crawl":
        return _Crawl(target, found)
    bound = (target.crawl or Crawl()).max_pages
    visits = [Visit(url) for url in found.urls[:bound]]
    visits += [Visit(entry.url, entry=entry) for entry in found.entries[:bound]]
    return _List(visits, is_complete=found.is_complete and len(found.urls) <= bound)


class _List:
    """Pages that are known from the start."""

    def __init__(self, visits: Iterable[Visit], *, is_complete: bool = True) -> None:
        self._left = list(reversed(list(visits)))
        self.is_complete = is_complete

    def take(self, count: int) -> list[Visit]:
        return [self._left.pop() for _ in range(min(count, len(self._left)))]

    def select_links(self, _visit: Visit, _links: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def learn(self, visits: Sequence[Visit]) -> None:
        """Nothing: no page leads to another."""


class _Crawl:
    """Pages that lead to each other."""

    def __init__(self, target: Target, found: Found) -> None:
        self._frontier = Frontier(target, found.urls)
        self._is_whole = found.is_complete

    @property
    def is_complete(self) -> bool:
        return self._is_whole and not self._frontier.is_truncated

    def take(self, count: int) -> list[Visit]:
        return [Visit(step.url, step=step) for step in self._frontier.take(count)]

    def select_links(self, visit: Visit, links: tuple[str, ...]) -> tuple[str, ...]:
        return self._frontier.select_links(visit.step, links) if visit.step else ()

    def learn(self, visits: Sequence[Visit]) -> None:
        for visit in visits:
            page = visit.page
            if visit.step is None or page is None:
                continue
            self._frontier.learn(visit.step, page.links)
            # Whatever a page leads to that could not be had may still be there.
            self._is_whole &= page.status != "error" or page.status_code in _GONE
