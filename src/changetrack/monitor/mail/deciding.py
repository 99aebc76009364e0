"""Whether a check is worth a message: only when something happened, and not when it is noise."""

from __future__ import annotations

from collections.abc import Iterable

from changetrack.monitor.models import Config, Page, Summary

__all__ = ["is_worth_telling"]


def is_worth_telling(
    config: Config, summary: Summary, pages: Iterable[Page], *, is_first: bool = False
) -> bool:
    """Tell whether somebody should hear of a check.

    They should when a page changed, is new, was removed or failed. There are two exceptions. On the
    first check of a monitor every page is new, which nobody needs to be told; one that failed, they
    do. And where changes are judged, nothing but changed pages that were all judged not to matter
    is noise. `pages` holds the changed ones; one that is missing there counts as one that matters.
    """
    others = summary.removed + summary.error + (0 if is_first else summary.new)
    if others or not summary.changed:
        return others > 0
    if not config.judge_enabled:
        return True
    noise = sum(page.is_noise for page in pages)
    return noise < summary.changed
