"""Targets of a monitor: pages by their URLs, or a root from which they are found."""

from __future__ import annotations

from typing import get_args
from urllib.parse import urlsplit

from changetrack._kinds import name_kind
from changetrack._models import JsonObject, JsonValue
from changetrack._reader import Reader
from changetrack.errors import ChangeTrackError, InvalidMonitor
from changetrack.monitor.ids import is_id
from changetrack.monitor.models import Target, TargetType
from changetrack.monitor.wire.crawling import read_crawl
from changetrack.monitor.wire.rules import MOST_TARGETS, MOST_URLS, Rules
from changetrack.monitor.wire.spelling import name_unknown, quote
from changetrack.monitor.wire.tracking import read_tracking

__all__ = ["read_targets"]

_TYPES: tuple[TargetType, ...] = get_args(TargetType)

_KNOWN = frozenset(
    {
        *("id", "type", "url", "urls", "changeMode", "jsonSchema", "prompt", "changeTracking"),
        *("changeTrackingOptions", "scrapeOptions", "crawlOptions", "maxPages", "limit"),
    }
)


def read_targets(fields: Reader, rules: Rules, warnings: list[str]) -> tuple[Target, ...]:
    """Return the targets of a monitor; one without an id has the empty one.

    Raises:
        ChangeTrackError: something in them is wrong; the error names the place.
    """
    given = fields.items("targets")
    place = fields.place("targets")
    if not given or len(given) > MOST_TARGETS:
        problem = f"there are {len(given or []):,} targets, from 1 to {MOST_TARGETS} are allowed"
        raise InvalidMonitor(problem, "send what is to be looked at", place)
    targets = []
    for index, value in enumerate(given):
        target = Reader(value, f"{place}[{index}]", error=InvalidMonitor)
        targets.append(_read_target(target, rules, warnings))
    _check_ids(targets, place)
    _count_urls(targets, place)
    return tuple(targets)


def _read_target(target: Reader, rules: Rules, warnings: list[str]) -> Target:
    kind = _read_type(target)
    warnings += name_unknown(target, _KNOWN, "option of a target")
    urls = _read_urls(target, rules) if kind == "scrape" else _read_root(target, rules)
    crawl = None if kind == "scrape" else read_crawl(target, warnings)
    if kind == "scrape" and target.raw("crawlOptions") is not None:
        warnings.append(f"{target.place('crawlOptions')} was ignored: this is a scrape")
    return Target(
        id=_read_id(target),
        type=kind,
        urls=urls,
        tracking=read_tracking(target, rules, warnings),
        crawl=crawl,
        scrape_options=_keep(target.raw("scrapeOptions")),
        crawl_options=_keep(target.raw("crawlOptions")) if crawl else None,
    )


def _keep(value: JsonValue) -> JsonObject | None:
    return value if isinstance(value, dict) else None


def _read_type(target: Reader) -> TargetType:
    given = target.text("type")
    if given == "search":
        problem = "targets of the type search are not supported: no search engine is asked here"
        remedy = "watch a page of results as a scrape"
        raise InvalidMonitor(problem, remedy, target.place("type"))
    if given is None and target.raw("urls") is not None:
        return "scrape"
    if given not in _TYPES:
        problem = "there is no type" if given is None else f"there is no type {quote(given)}"
        raise InvalidMonitor(problem, f"use {', '.join(_TYPES)}", target.place("type"))
    return given


def _read_id(target: Reader) -> str:
    given = target.text("id")
    if given is None:
        return ""
    own = given.lower()
    if not is_id(own):
        remedy = "leave it out for one of ours"
        raise InvalidMonitor("this is no UUID", remedy, target.place("id"))
    return own


def _read_urls(target: Reader, rules: Rules) -> tuple[str, ...]:
    given = target.raw("urls")
    name = "urls"
    if given is None:
        # Some send the one URL as a crawl has it.
        given, name = target.raw("url"), "url"
    if isinstance(given, str):
        return (_read_url(given, target.place(name), rules),)
    if not isinstance(given, list) or not given:
        problem = f"expected at least one URL, got {name_kind(given)}"
        if given == []:
            problem = "there is no URL"
        raise InvalidMonitor(problem, "send the pages", target.place(name))
    if len(given) > _MOST_REPEATED:
        raise _too_many(len(given), target.place(name))
    place = target.place(name)
    urls = [_read_url(value, f"{place}[{index}]", rules) for index, value in enumerate(given)]
    return tuple(dict.fromkeys(urls))


# Whoever sends the same URL more than twice, in the mean, sends something else than pages.
_MOST_REPEATED = 2 * MOST_URLS


def _read_root(target: Reader, rules: Rules) -> tuple[str, ...]:
    given = target.raw("url")
    urls = target.raw("urls")
    if given is None and isinstance(urls, list) and len(urls) == 1:
        return (_read_url(urls[0], target.place("urls[0]"), rules),)
    if given is None:
        remedy = "send url, the address to begin at"
        raise InvalidMonitor("there is no URL", remedy, target.place("url"))
    return (_read_url(given, target.place("url"), rules),)


def _read_url(value: JsonValue, place: str, rules: Rules) -> str:
    if not isinstance(value, str):
        problem = f"expected a string, got {name_kind(value)}"
        raise InvalidMonitor(problem, "send an absolute http URL", place)
    url = value.strip()
    if len(url) > rules.limits.url_chars:
        raise InvalidMonitor("the URL is too long", "send a shorter one", place)
    if not _is_web(url):
        problem = f"{quote(url)} is no absolute http URL"
        raise InvalidMonitor(problem, "begin it with https://", place)
    try:
        rules.check_page(url)
    except ChangeTrackError as error:
        raise error.under(place) from None
    return url


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable()


def _check_ids(targets: list[Target], place: str) -> None:
    seen: set[str] = set()
    for index, target in enumerate(targets):
        if target.id in seen:
            problem = "another target has this id"
            raise InvalidMonitor(problem, "leave it out for one of ours", f"{place}[{index}].id")
        if target.id:
            seen.add(target.id)


def _count_urls(targets: list[Target], place: str) -> None:
    urls = {url for target in targets if target.type == "scrape" for url in target.urls}
    if len(urls) > MOST_URLS:
        raise _too_many(len(urls), place)


def _too_many(count: int, place: str) -> InvalidMonitor:
    problem = f"there are {count} URLs, at most {MOST_URLS} are allowed in all scrapes together"
    return InvalidMonitor(problem, "make a second monitor", place)
