"""What a check looks at, where that is not a list of pages: a crawl's sitemaps, a sitemap, a feed.

    robots.txt ─▶ sitemaps ─▶ sitemaps that they name ─▶ pages          feed ─▶ entries

Whatever is read here is a stranger's: files are fetched one after the other, so many and no more,
and each is read in a process of its own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urljoin, urlsplit

from changetrack import JsonObject, JsonValue
from changetrack.monitor.models import Crawl
from changetrack.monitor.reach import spell_url
from changetrack_server.egress.robots import list_sitemaps
from changetrack_server.errors import EndpointError
from changetrack_server.monitor.insisting import insist

if TYPE_CHECKING:
    from changetrack.monitor.models import Target
    from changetrack.monitor.outcomes import Observation
    from changetrack_server.services import Services

__all__ = ["Entry", "Found", "find_entries"]

# Files of one site, and how they may nest. The protocol allows no nesting at all; shops have two.
_MOST_FILES = 50
_MOST_DEPTH = 3
# Pages of one site, as many as one file may have.
_MOST_URLS = 50_000

_GOOD = range(200, 300)
# What tells that there is nothing, and not that nobody may see it now.
_ABSENT = frozenset({404, 410})
# Where nobody named a sitemap, any of the client's errors says so, but those that pass.
_REFUSALS = range(400, 500)
_PASSING = frozenset({408, 425, 429})
# And so does a page that stands there instead.
_NO_FILE = frozenset({"not_a_sitemap", "robots_disallowed", "too_many_redirects"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a feed; `url` names it from one check to the next, `link` is where it leads."""

    url: str
    link: str | None
    title: str
    published: str | None
    markdown: str

    def describe(self, seen: Observation) -> Observation:
        """Return what was seen of the entry with what its feed says of it."""
        said = {"title": self.title, "url": self.link, "published": self.published}
        metadata: JsonObject = {name: text for name, text in said.items() if text}
        return replace(seen, metadata={**seen.metadata, **metadata})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is to look at: pages, or the entries of a feed.

    `is_complete` says that whatever is not among them is gone; a feed is never complete, since its
    entries leave it with time. `error` says why the root could not be read at all.
    """

    urls: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    # When pages changed last, as far as sitemaps say so.
    lastmods: JsonObject = field(default_factory=dict, hash=False)
    is_complete: bool = True
    error: EndpointError | None = None
    warnings: tuple[str, ...] = ()


async def find_entries(target: Target, services: Services) -> Found:
    """Return what a target has besides its root: what sitemaps list, or the entries of a feed.

    What cannot be read is part of what is found.
    """
    root, crawl = target.urls[0], target.crawl or Crawl()
    if target.type == "feed":
        return await _read_feed(root, crawl, services)
    if target.type == "sitemap":
        found = await _Sitemaps(services).read([_File(root, 0, is_named=True)], root)
    elif target.type == "crawl" and crawl.sitemap != "skip":
        found = await _read_site(root, services)
        if crawl.sitemap == "include":
            return replace(found, error=None)
    else:
        return Found()
    return found if found.error is None else replace(found, is_complete=False)


async def _read_feed(root: str, crawl: Crawl, services: Services) -> Found:
    async def read() -> JsonObject:
        async with services.fetch(root, None) as page:
            if page.status not in _GOOD:
                raise _StatusError("not_a_feed", page.status)
            order: JsonObject = {
                "content_type": page.content_type,
                "url": page.url,
                "most": crawl.max_pages,
            }
            return await services.work.read_list("feed", order, page.body)

    try:
        data = await insist(read, services)
    except EndpointError as error:
        return Found(is_complete=False, error=error)
    entries = cast("list[dict[str, str]]", data["entries"])
    return Found(
        entries=tuple(Entry(**each) for each in entries),
        is_complete=False,
        warnings=tuple(cast("list[str]", data["warnings"])),
    )


async def _read_site(root: str, services: Services) -> Found:
    """Return the pages of the sitemaps that a site names, or has where sites have them."""
    parts = urlsplit(root)
    origin = f"{parts.scheme}://{parts.netloc}"
    sitemaps = _Sitemaps(services)

    async def read() -> tuple[str, ...]:
        async with services.fetch(f"{origin}/robots.txt", None) as page:
            return list_sitemaps(page.body, _MOST_FILES) if page.status in _GOOD else ()

    named: tuple[str, ...] = ()
    try:
        named = await insist(read, services)
    except EndpointError as error:
        # Nobody knows what it names.
        sitemaps.miss(f"{origin}/robots.txt", error)
    files = [_File(urljoin(origin, url), 0, is_named=True) for url in named]
    guess = _File(f"{origin}/sitemap.xml", 0, is_named=False)
    return await sitemaps.read(files or [guess], root)


class _StatusError(EndpointError):
    """An address that answers with another status than that of a page."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason, problem=f"the site answered with the status {status}")
        self.status = status


class _File(NamedTuple):
    url: str
    depth: int
    # Somebody said that it is there.
    is_named: bool


def _is_absent(file: _File, error: EndpointError) -> bool:
    """Tell whether there is no such file, and not only none to be had now."""
    if isinstance(error, _StatusError):
        if file.is_named:
            return error.status in _ABSENT
        return error.status in _REFUSALS and error.status not in _PASSING
    return not file.is_named and error.reason in _NO_FILE


class _Sitemaps:
    """Reads sitemaps and those that they name, one after the other and each once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._urls: dict[str, None] = {}
        self._lastmods: JsonObject = {}
        self._queue: deque[_File] = deque()
        self._known: set[str] = set()
        self._warnings: list[str] = []
        self._is_complete = True

    async def read(self, files: list[_File], root: str) -> Found:
        """Return the pages of sitemaps; the error is that of the first, if it could not be read."""
        self._add(files)
        first: EndpointError | None = None
        count = 0
        while self._queue and len(self._urls) <= _MOST_URLS:
            file = self._queue.popleft()
            count += 1
            try:
                await self._read_file(file)
            except EndpointError as error:
                first = error if count == 1 else first
                self._note(file, error)
        if len(self._urls) > _MOST_URLS:
            self._leave_out(f"the sitemaps of {root} list more than {_MOST_URLS:,} pages")
        return Found(
            urls=tuple(self._urls)[:_MOST_URLS],
            lastmods=self._lastmods,
            is_complete=self._is_complete,
            error=None if self._urls else first,
            warnings=tuple(dict.fromkeys(self._warnings)),
        )

    def miss(self, url: str, error: EndpointError) -> None:
        """Take note of a file that there may be, and that could not be read."""
        self._leave_out(f"{url} could not be read: {error.problem}")

    def _leave_out(self, warning: str) -> None:
        self._is_complete = False
        self._warnings.append(warning)

    def _note(self, file: _File, error: EndpointError) -> None:
        """Take note of a failure; that a file is not where nobody said it was, is none."""
        if not _is_absent(file, error):
            self.miss(file.url, error)
        elif file.is_named:
            self._warnings.append(f"{file.url} is named as a sitemap, and is not there")

    async def _read_file(self, file: _File) -> None:
        """Read one file, whose pages and files are added.

        Raises:
            EndpointError: it cannot be read.
        """

        async def read() -> JsonObject:
            async with self._services.fetch(file.url, None) as page:
                if page.status not in _GOOD:
                    raise _StatusError("not_a_sitemap", page.status)
                order: JsonObject = {"content_type": page.content_type, "most": _MOST_URLS}
                return await self._services.work.read_list("sitemap", order, page.body)

        data = await insist(read, self._services)
        urls = cast("list[str]", data["urls"])
        if not data["is_whole"]:
            self._leave_out(f"{file.url} could not be read to its end")
        if data["kind"] == "index":
            self._add([_File(url, file.depth + 1, is_named=True) for url in urls])
            return
        lastmods = cast("dict[str, JsonValue]", data["lastmods"])
        for url in urls:
            page_url = spell_url(url)
            if page_url is not None and page_url not in self._urls:
                self._urls[page_url] = None
                if url in lastmods:
                    self._lastmods[page_url] = lastmods[url]

    def _add(self, files: list[_File]) -> None:
        for file in files:
            if file.url in self._known:
                continue
            if file.depth > _MOST_DEPTH or len(self._known) >= _MOST_FILES:
                bound = f"{_MOST_FILES} sitemaps, or nest more than {_MOST_DEPTH} levels deep"
                self._leave_out(f"the sitemaps are more than {bound}")
                return
            self._known.add(file.url)
            self._queue.append(file)
