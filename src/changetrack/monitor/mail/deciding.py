"""Whether a check is worth a message: only when something happened, and not when it is noise."""

from __future__ import annotations

from collections.abc import Iterable

from changetrack.monitor.models import Config, Page, Summary

__all__ = ["is_noise", "is_worth_telling"]


def is_noise(page: Page) -> bool:
    """Tell whether a page's change was judged not to matter.

    What was not judged matters: a judge that fails silences nothing.
    """
    return page.judgment is not None and page.judgment.get("meaningful") is False


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
    noise = sum(1 for page in pages if page.status == "changed" and is_noise(page))
    return noise < summary.changed
