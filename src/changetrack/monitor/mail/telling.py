"""What there is to tell of a check: read once, told by mail and by every other channel."""

from __future__ import annotations

from changetrack.monitor.mail.deciding import is_worth_telling
from changetrack.monitor.models import Check, CheckStatus, Monitor, Page, PageStatus
from changetrack.monitor.ports import OneOf, Transaction, Where
from changetrack.monitor.tables import CHECKS, PAGES

__all__ = ["SHOWN_PAGES", "order_pages", "read_news"]

# Who wants to see more looks at the check itself.
SHOWN_PAGES = 20
# Of a check, as many changed pages are judged as the server's default says; what comes after them
# has no judgment, and so is no noise.
_JUDGED_PAGES = 250
# A page may carry a diff of a megabyte, so they are read in small portions.
_PORTION = 50

_SEEN: tuple[CheckStatus, ...] = ("completed", "partial")
_OTHERS: tuple[PageStatus, ...] = ("new", "removed", "error")
_RANKS: dict[PageStatus, int] = {"changed": 0, "new": 2, "removed": 3, "error": 4, "same": 6}
_UNJUDGED_RANK = 1
_NOISE_RANK = 5


def order_pages(pages: list[Page]) -> list[Page]:
    """Return pages as somebody wants to read them.

    Changes that were judged to matter come first, then those that nobody judged, then what is new,
    removed or failed; noise comes last.
    """
    return sorted(pages, key=lambda page: (_rank(page), page.position))


def read_news(transaction: Transaction, monitor: Monitor, check: Check) -> list[Page] | None:
    """Return the pages to tell of, the most important first; None if there is nothing to tell."""
    if monitor.status == "deleted":
        return None
    config = check.config or monitor.config
    changed = _read_changed(transaction, check)
    is_first = _is_first(transaction, check)
    if not is_worth_telling(config, check.summary, changed, is_first=is_first):
        return None
    others = [page for status in _OTHERS for page in _read(transaction, check, status, SHOWN_PAGES)]
    return order_pages([*changed, *others])[:SHOWN_PAGES]


def _read_changed(transaction: Transaction, check: Check) -> list[Page]:
    """Return changed pages: all, or enough to fill a message with those that matter."""
    pages: list[Page] = []
    while not _is_enough(pages):
        after = (pages[-1].position, pages[-1].id) if pages else None
        portion = _read(transaction, check, "changed", _PORTION, after)
        pages += portion
        if len(portion) < _PORTION:
            break
    return pages


def _is_enough(pages: list[Page]) -> bool:
    matter = sum(not page.is_noise for page in pages)
    return matter >= SHOWN_PAGES or len(pages) >= _JUDGED_PAGES


def _read(
    transaction: Transaction,
    check: Check,
    status: PageStatus,
    limit: int,
    after: tuple[int, str] | None = None,
) -> list[Page]:
    where: Where = {"check_id": check.id, "status": status}
    return transaction.select(PAGES, where, order=("position", "id"), after=after, limit=limit)


def _is_first(transaction: Transaction, check: Check) -> bool:
    """Tell whether no check before this one looked at pages; one that found none did not."""
    where: Where = {"monitor_id": check.monitor_id, "status": OneOf(_SEEN)}
    seen = transaction.select(CHECKS, where, order=("created_at", "id"), limit=2)
    return all(each.id == check.id for each in seen)


def _rank(page: Page) -> int:
    if page.status != "changed":
        return _RANKS[page.status]
    if page.is_noise:
        return _NOISE_RANK
    return _RANKS["changed"] if page.judgment is not None else _UNJUDGED_RANK
