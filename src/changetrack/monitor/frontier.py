"""What a crawl visits next: breadth first, bounded, and the same every time for the same site.

    root, pages of the sitemap ─▶ queue ─take─▶ visit ─learn─▶ links ─▶ queue …

Pages may come back in any order. What they lead to is read in the order in which they were taken,
so the way through a site depends on the site alone: a check that is taken over after a crash goes
the same way again when it is told what those before it had found.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from changetrack._schema.metering import StepsSpentError
from changetrack.monitor.models import Crawl, Target
from changetrack.monitor.reach import make_reach, spell_url

__all__ = ["Frontier", "Step", "select_own"]

# Links of one page that are looked at; readers of pages list a fifth of it.
_MOST_LINKS = 50_000
# For the patterns, about 3 µs each: for every page and for each of its links. Ten patterns take
# some twenty for a link.
_STEPS_A_PAGE = 50_000
_STEPS_A_LINK = 8
# Addresses that are known not to belong to the crawl, for each one that may: most pages of a site
# have the same links around their text.
_REFUSED_A_PAGE = 4


class Step(NamedTuple):
    """A page to be visited, and how many links lead there from the root."""

    url: str
    depth: int


def select_own(target: Target, urls: Sequence[str]) -> frozenset[str]:
    """Return those pages that belong to a crawl as it is wanted now.

    Somebody may have changed where it goes since it was there. Its root is its own in any case.
    """
    root, crawl = target.urls[0], target.crawl or Crawl()
    reach = make_reach(root, crawl)
    meter = reach.open_meter(_STEPS_A_PAGE + _STEPS_A_LINK * len(urls))
    own = {root}
    # Where the patterns take too much work, nobody knows of the others.
    with suppress(StepsSpentError):
        own.update(url for url in urls if reach.find_page(url, meter) is not None)
    return frozenset(own)


class Frontier:
    """The pages of one crawl that were found, were taken, and are still to come.

    The root is visited first, spelled as the target has it; then the `seeds`, which are as near as
    the root. Never more than `max_pages` are taken or kept.
    """

    def __init__(self, target: Target, seeds: Iterable[str] = ()) -> None:
        root = target.urls[0]
        self._crawl = target.crawl or Crawl()
        self._reach = make_reach(root, self._crawl)
        self._queue = deque([Step(root, 0)])
        self._known = {spell_url(root, ignore_query=self._crawl.ignore_query) or root}
        self._refused: set[str] = set()
        # Pages that were taken, in this order, and what those lead to that came back too early.
        self._taken: deque[Step] = deque()
        self._early: dict[Step, tuple[str, ...]] = {}
        self._is_truncated = False
        if self._crawl.sitemap != "skip":
            self._add(list(islice(seeds, _MOST_LINKS)), 0)

    @property
    def is_truncated(self) -> bool:
        """Whether pages were left out because they were too many: who is missing may be there.

        Pages that are deeper than `max_depth` do not count: they never belonged to the crawl.
        """
        return self._is_truncated

    @property
    def is_finished(self) -> bool:
        """Whether nothing is to be visited, and nothing that was taken is still to come back."""
        return not self._queue and not self._taken

    def take(self, count: int) -> list[Step]:
        """Return up to so many pages that were not taken before.

        None may mean that one must come back first; `is_finished` tells.
        """
        steps = [self._queue.popleft() for _ in range(min(count, len(self._queue)))]
        self._taken.extend(steps)
        return steps

    def select_links(self, step: Step, links: Sequence[str]) -> tuple[str, ...]:
        """Return those links of a page that say where the crawl goes on from it.

        They are enough to keep for a crawl that is resumed, and few: a page whose links are known
        already has none.
        """
        if self._is_leaf(step):
            return ()
        room = self._crawl.max_pages - len(self._known)
        # One more than there is room for, so that whoever learns them sees that some were cut.
        return tuple(islice(self._find_new(links), room + 1))

    def learn(self, step: Step, links: Sequence[str]) -> None:
        """Take note of where a page leads; of one that could not be read, nowhere."""
        if step not in self._taken or step in self._early:
            return
        self._early[step] = () if self._is_leaf(step) else tuple(links[:_MOST_LINKS])
        while self._taken and self._taken[0] in self._early:
            first = self._taken.popleft()
            self._add(self._early.pop(first), first.depth + 1)

    def _is_leaf(self, step: Step) -> bool:
        return step.depth >= self._crawl.max_depth or self._crawl.sitemap == "only"

    def _add(self, links: Sequence[str], depth: int) -> None:
        for url in self._find_new(links):
            if len(self._known) >= self._crawl.max_pages:
                self._is_truncated = True
                return
            self._known.add(url)
            self._queue.append(Step(url, depth))

    def _find_new(self, links: Sequence[str]) -> Iterable[str]:
        """Yield the pages of the crawl among links that are not known, each once."""
        meter = self._reach.open_meter(_STEPS_A_PAGE + _STEPS_A_LINK * len(links))
        found: set[str] = set()
        for link in links:
            if link in self._known or link in self._refused:
                continue
            try:
                url = self._reach.find_page(link, meter)
            except StepsSpentError:
                # Nobody knows which of the others belong to the crawl.
                self._is_truncated = True
                return
            if url is None:
                self._refuse(link)
            elif url not in self._known and url not in found:
                found.add(url)
                yield url

    def _refuse(self, link: str) -> None:
        if len(self._refused) < _REFUSED_A_PAGE * self._crawl.max_pages:
            self._refused.add(link)
