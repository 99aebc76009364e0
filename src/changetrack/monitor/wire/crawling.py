"""How far a crawl goes, from the options that clients send under several names."""

from __future__ import annotations

from collections.abc import Iterator

from changetrack._kinds import name_kind
from changetrack._reader import Reader
from changetrack.errors import InvalidMonitor
from changetrack.monitor.models import Crawl
from changetrack.monitor.reach import check_patterns
from changetrack.monitor.wire.numbers import read_number
from changetrack.monitor.wire.rules import (
    MOST_DEPTH,
    MOST_PAGES,
    MOST_PATTERN_CHARS,
    MOST_PATTERNS,
)
from changetrack.monitor.wire.spelling import name_unknown, quote

__all__ = ["read_crawl"]

_DEFAULTS = Crawl()
_SITEMAPS = ("include", "skip", "only")

_KNOWN = frozenset(
    {
        *("limit", "maxPages", "maxDiscoveryDepth", "maxDepth", "includePaths", "excludePaths"),
        *("sitemap", "ignoreSitemap", "ignoreQueryParameters", "allowSubdomains"),
    }
)


def read_crawl(target: Reader, warnings: list[str]) -> Crawl:
    """Return how far a crawl goes.

    Raises:
        ChangeTrackError: an option is wrong; the error names the place.
    """
    options = target.within("crawlOptions") or Reader({}, target.place("crawlOptions"))
    warnings += name_unknown(options, _KNOWN, "option of a crawl")
    pages = _first(
        read_number(fields, name, least=1, most=MOST_PAGES)
        for fields in (target, options)
        for name in ("maxPages", "limit")
    )
    depth = _first(
        read_number(options, name, least=0, most=MOST_DEPTH)
        for name in ("maxDiscoveryDepth", "maxDepth")
    )
    return Crawl(
        max_pages=_DEFAULTS.max_pages if pages is None else pages,
        max_depth=_DEFAULTS.max_depth if depth is None else depth,
        include_paths=_read_patterns(options, "includePaths"),
        exclude_paths=_read_patterns(options, "excludePaths"),
        sitemap=_read_sitemap(options),
        ignore_query=options.flag("ignoreQueryParameters") or False,
        allow_subdomains=options.flag("allowSubdomains") or False,
    )


def _first(values: Iterator[int | None]) -> int | None:
    # All of them are read: a wrong one is wrong even where another counts.
    return next((each for each in [*values] if each is not None), None)


def _read_sitemap(options: Reader) -> str:
    given = options.text("sitemap")
    if given is None:
        return "skip" if options.flag("ignoreSitemap") else _DEFAULTS.sitemap
    if given not in _SITEMAPS:
        problem = f"there is no use {quote(given)} of a sitemap"
        raise InvalidMonitor(problem, "use include, skip or only", options.place("sitemap"))
    return given


def _read_patterns(options: Reader, name: str) -> tuple[str, ...]:
    given = options.items(name) or []
    place = options.place(name)
    if len(given) > MOST_PATTERNS:
        problem = f"there are {len(given):,} patterns, at most {MOST_PATTERNS} are allowed"
        raise InvalidMonitor(problem, "put several into one, with |", place)
    patterns = []
    for index, pattern in enumerate(given):
        if not isinstance(pattern, str):
            problem = f"expected a string, got {name_kind(pattern)}"
            raise InvalidMonitor(problem, "send a regular expression", f"{place}[{index}]")
        if len(pattern) > MOST_PATTERN_CHARS:
            problem = f"the pattern has more than {MOST_PATTERN_CHARS} characters"
            raise InvalidMonitor(problem, "shorten it", f"{place}[{index}]")
        patterns.append(pattern)
    check_patterns(patterns, place)
    return tuple(patterns)
