"""Pages that are gone, and sites that are only down: what a check did not find."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from changetrack.monitor.checks.recording import write_page
from changetrack.monitor.frontier import select_own
from changetrack.monitor.ids import name_id
from changetrack.monitor.models import Baseline, Check, Page, Target
from changetrack.monitor.outcomes import fingerprint_contract, is_comparable
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import BASELINES

__all__ = ["Walked", "can_be_down", "is_down", "remove_missing"]

# Of the pages that a target had: when more than this vanish at once, the site is down, not they.
_MOST_VANISHED = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What a target showed of its pages in this check."""

    target: Target
    # Every page that was found, whatever came of it.
    seen: frozenset[str]
    # Pages among them that could not be had.
    failed: frozenset[str] = frozenset()
    # Whether all pages were found that there are, so that one that is missing is gone.
    is_complete: bool = False
    # The root could not be had: nothing is known of the others.
    is_root_down: bool = False


def can_be_down(walked: Walked) -> bool:
    """Tell whether pages of a target are missed: those of a feed drop out of it by themselves."""
    return walked.target.is_discovered and walked.target.type != "feed"


def is_down(transaction: Transaction, check: Check, walked: Walked) -> bool:
    """Tell whether so much is missing that the site is at fault, and no page is gone."""
    if not can_be_down(walked):
        return False
    if walked.is_root_down:
        return True
    known = _find_known(transaction, check, walked.target)
    good = walked.seen - walked.failed
    # Where not everything was looked for, whoever was not found may be there.
    missing = sum(
        each.url not in good if walked.is_complete else each.url in walked.failed for each in known
    )
    return missing > _MOST_VANISHED * len(known) and len(good) < len(known)


def remove_missing(
    transaction: Transaction, check: Check, walked: Walked, *, needed: int, now: datetime
) -> Check:
    """Count the pages that were not found, and tell of those that are gone by now."""
    for baseline in _find_known(transaction, check, walked.target):
        if baseline.url in walked.seen:
            continue
        missing = baseline.missing + 1
        is_removed = missing >= needed
        transaction.put(BASELINES, replace(baseline, missing=missing, is_removed=is_removed))
        if is_removed:
            page = _make_removed(check, walked.target, baseline, now)
            check = write_page(transaction, check, page, now=now, lease=None)
    return check


def _find_known(transaction: Transaction, check: Check, target: Target) -> list[Baseline]:
    """Return the pages that a target had, as far as they are those that it is to have today."""
    contract = fingerprint_contract(target)
    baselines = transaction.select(
        BASELINES, {"monitor_id": check.monitor_id, "target_id": target.id}
    )
    known = [each for each in baselines if is_comparable(each, contract)]
    if target.type != "crawl":
        return known
    # What lies outside of the crawl by now was not looked for, and is not gone.
    own = select_own(target, [each.url for each in known])
    return [each for each in known if each.url in own]


def _make_removed(check: Check, target: Target, baseline: Baseline, now: datetime) -> Page:
    return Page(
        id=name_id("page", check.id, target.id, baseline.url),
        check_id=check.id,
        monitor_id=check.monitor_id,
        target_id=target.id,
        url=baseline.url,
        status="removed",
        position=check.summary.total_pages,
        previous_id=baseline.snapshot_id,
        previous_hash=baseline.content_hash,
        credits=0,
        created_at=now,
    )
