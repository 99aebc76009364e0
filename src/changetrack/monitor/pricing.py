"""Credits, as the hosted services count them: a way to say how much a monitor does."""

from __future__ import annotations

from changetrack.monitor.models import Config, Target
from changetrack.monitor.schedule import count_runs

__all__ = ["estimate_check", "estimate_month"]

_PAGE_CREDITS = 1
_JUDGMENT_CREDITS = 1
# Of one check, no more pages are judged.
_MOST_JUDGED = 200


def estimate_check(config: Config) -> int:
    """Return the most credits that a check can cost: each page, and a judgment of each.

    A crawl counts with as many pages as it may have, a feed with the one page that it is.
    """
    pages = sum(map(_count_pages, config.targets))
    judged = min(pages, _MOST_JUDGED) if config.judge_enabled and config.goal else 0
    return pages * _PAGE_CREDITS + judged * _JUDGMENT_CREDITS


def estimate_month(config: Config) -> int:
    """Return the most credits that a month of 30 days can cost."""
    return estimate_check(config) * count_runs(config.schedule)


def _count_pages(target: Target) -> int:
    if target.crawl is None or target.type == "feed":
        return len(target.urls)
    return target.crawl.max_pages
