"""One check from its queue to its end: who may work on it, what each page does to the baselines.

Each function is one transaction. Whoever works on a check holds a lease; whoever takes it over
because that ran out counts `attempts` up, and everything that the one before still writes is
refused: it is `Lost`. A page that has its row is done, and a step that is repeated does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from changetrack._models import JsonObject
from changetrack.monitor.deliveries import queue_check_event, queue_page_event
from changetrack.monitor.ids import name_id
from changetrack.monitor.models import (
    Baseline,
    Check,
    CheckStatus,
    Config,
    KeptSnapshot,
    Monitor,
    Page,
    Summary,
    Target,
)
from changetrack.monitor.outcomes import (
    Observation,
    classify,
    find_fields,
    fingerprint_contract,
    is_comparable,
)
from changetrack.monitor.planning import find_spent, find_waiting, list_waiting, name_month
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import BASELINES, CHECKS, MONITORS, PAGES, SNAPSHOTS

__all__ = [
    "TRANSITIONS",
    "WORKER_LOST",
    "CheckEvent",
    "Ending",
    "Lost",
    "Tell",
    "Walked",
    "claim_check",
    "extend_lease",
    "finish_check",
    "record_page",
    "release_check",
]

CheckEvent: TypeAlias = Literal[
    "due", "overlap", "no_credits", "claim", "lease_over", "clean", "errors", "fail"
]
# The life of a check; `docs/reference/monitors.md` draws it from here.
TRANSITIONS: Mapping[tuple[CheckStatus | None, CheckEvent], CheckStatus] = {
    (None, "due"): "queued",
    (None, "overlap"): "skipped_overlap",
    (None, "no_credits"): "skipped_no_credits",
    ("queued", "claim"): "running",
    ("running", "lease_over"): "running",
    ("running", "clean"): "completed",
    ("running", "errors"): "partial",
    ("running", "fail"): "failed",
}

# What else is told at the end of a check, in its transaction, such as mails.
Tell: TypeAlias = Callable[[Transaction, Monitor, Check], object]

WORKER_LOST = "worker_lost"
# A check that has cost three workers their lives does not get a fourth (reliability C42).
_MOST_ATTEMPTS = 3
# Of the pages that a target had: when more than this vanish at once, the site is down, not they.
_MOST_VANISHED = 0.8


class Lost(Exception):
    """Somebody else has the check now, or nobody: what was to be written is not."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a check ends besides its pages: what each target showed, or why it was cut short."""

    walked: tuple[Walked, ...] = ()
    error: str | None = None
    error_code: str | None = None
    # Whether it failed as a whole; with an error and without this, it is partial.
    is_failed: bool = False
    # Credits besides those of its pages.
    credits: int = 0


def claim_check(
    transaction: Transaction,
    *,
    now: datetime,
    lease: timedelta,
    tell: Tell,
    check_id: str | None = None,
) -> Check | None:
    """Take the oldest check that waits for somebody, and return it; None if there is none.

    One whose worker is gone comes first. After three workers it has failed. With a `check_id` it is
    this check or none.
    """
    while True:
        check = (
            find_waiting(transaction, check_id, now=now)
            if check_id is not None
            else next(iter(list_waiting(transaction, now=now, limit=1)), None)
        )
        if check is None:
            return None
        event: CheckEvent = "claim" if check.status == "queued" else "lease_over"
        claimed = replace(
            check,
            status=TRANSITIONS[check.status, event],
            attempts=check.attempts + 1,
            started_at=check.started_at or now,
            updated_at=now,
            lease_until=now + lease,
        )
        transaction.put(CHECKS, claimed)
        if check.attempts - check.releases < _MOST_ATTEMPTS:
            return claimed
        error = f"The check ended {_MOST_ATTEMPTS} workers before it was done."
        ending = Ending(error=error, error_code=WORKER_LOST, is_failed=True)
        finish_check(transaction, claimed, ending, now=now, tell=tell)


def extend_lease(
    transaction: Transaction, claimed: Check, *, now: datetime, lease: timedelta
) -> None:
    """Say that the work goes on.

    Raises:
        Lost: it is somebody else's.
    """
    check = _hold(transaction, claimed)
    transaction.put(CHECKS, replace(check, lease_until=now + lease, updated_at=now))


def release_check(transaction: Transaction, claimed: Check, *, now: datetime) -> None:
    """Give a check back, for whoever takes it next; what is done of it is done.

    Raises:
        Lost: it is somebody else's.
    """
    check = _hold(transaction, claimed)
    transaction.put(CHECKS, replace(check, lease_until=now, releases=check.releases + 1))


def record_page(
    transaction: Transaction,
    claimed: Check,
    target: Target,
    observation: Observation,
    *,
    judgment: JsonObject | None = None,
    judgment_credits: int = 0,
    now: datetime,
    lease: timedelta,
) -> Page:
    """Write what became of a page, its baseline, and what is told of it, and return its row.

    Raises:
        Lost: the check is somebody else's, or the baseline is not what it was compared with.
    """
    check = _hold(transaction, claimed)
    page_id = name_id("page", check.id, target.id, observation.url)
    done = transaction.find(PAGES, page_id)
    if done is not None:
        return done
    baseline = transaction.find(BASELINES, check.monitor_id, target.id, observation.url)
    contract = fingerprint_contract(target)
    status = classify(observation, baseline, contract)
    compared = baseline if status in {"same", "changed"} else None
    if compared is not None and observation.previous_id != compared.snapshot_id:
        raise Lost
    page = _make_page(page_id, check, target, observation, now)
    page = replace(
        page,
        status=status,
        judgment=judgment if status == "changed" else None,
        credits=page.credits + judgment_credits,
        previous_id=compared.snapshot_id if compared else None,
        previous_hash=compared.content_hash if compared else None,
    )
    if status == "changed":
        page = _show_change(page, observation)
    if status != "error":
        page = _keep(transaction, page, compared, observation, contract)
    _write_page(transaction, check, page, now=now, lease=lease)
    return page


def finish_check(
    transaction: Transaction, claimed: Check, ending: Ending, *, now: datetime, tell: Tell
) -> Check:
    """End a check: pages that are gone, what it was in all, and what is told of it.

    Raises:
        Lost: it is somebody else's.
    """
    check = _hold(transaction, claimed)
    is_site_down = False
    for walked in ending.walked:
        if _is_down(transaction, check, walked):
            is_site_down = True
        elif walked.is_complete:
            check = _remove_missing(transaction, check, walked, now=now)
    event = _name_ending(check, ending, is_site_down=is_site_down)
    ended = replace(
        check,
        status=TRANSITIONS["running", event],
        finished_at=now,
        updated_at=now,
        lease_until=None,
        actual_credits=(check.actual_credits or 0) + ending.credits,
        error=ending.error or ("The site seems to be down." if is_site_down else None),
        error_code=ending.error_code or ("site_down" if is_site_down else None),
        is_site_down=is_site_down,
    )
    monitor = transaction.find(MONITORS, check.monitor_id)
    if monitor is not None:
        monitor = _account(monitor, ended, now)
        transaction.put(MONITORS, monitor)
        if monitor.status != "deleted":
            queue_check_event(transaction, monitor, ended, now=now)
            tell(transaction, monitor, ended)
    # What it was to do is the monitor's again; a thousand checks need not each keep it.
    ended = replace(ended, config=None)
    transaction.put(CHECKS, ended)
    return ended


def _hold(transaction: Transaction, claimed: Check) -> Check:
    check = transaction.find(CHECKS, claimed.id)
    if check is None or check.status != "running" or check.attempts != claimed.attempts:
        raise Lost
    return check


def _make_page(
    page_id: str, check: Check, target: Target, observation: Observation, now: datetime
) -> Page:
    result = observation.result or {}
    content_hash = result.get("contentHash")
    return Page(
        id=page_id,
        check_id=check.id,
        monitor_id=check.monitor_id,
        target_id=target.id,
        url=observation.url,
        status="error",
        position=check.summary.total_pages,
        content_hash=str(content_hash) if content_hash else None,
        status_code=observation.status_code,
        error=observation.error,
        error_code=observation.error_code,
        metadata=observation.metadata,
        warnings=observation.warnings,
        links=observation.links,
        credits=observation.credits,
        created_at=now,
    )


def _show_change(page: Page, observation: Observation) -> Page:
    diff = (observation.result or {}).get("diff")
    return replace(
        page,
        diff=diff if isinstance(diff, dict) else None,
        fields=find_fields(observation),
    )


def _keep(
    transaction: Transaction,
    page: Page,
    compared: Baseline | None,
    observation: Observation,
    contract: str,
) -> Page:
    """Make the observation the baseline; a page that stayed the same keeps its old snapshot."""
    kept = compared.snapshot_id if compared and page.status == "same" else None
    if kept is None:
        kept = name_id("snapshot", page.id)
        snapshot = (observation.result or {}).get("snapshot")
        transaction.put(
            SNAPSHOTS,
            KeptSnapshot(
                id=kept,
                monitor_id=page.monitor_id,
                snapshot=snapshot if isinstance(snapshot, dict) else {},
                created_at=page.created_at,
            ),
        )
    transaction.put(
        BASELINES,
        Baseline(
            monitor_id=page.monitor_id,
            target_id=page.target_id,
            url=page.url,
            contract=contract,
            snapshot_id=kept,
            content_hash=page.content_hash or "",
            captured_at=page.created_at,
        ),
    )
    return replace(page, current_id=kept)


def _write_page(
    transaction: Transaction, check: Check, page: Page, *, now: datetime, lease: timedelta | None
) -> Check:
    """Write a page, count it in its check, and tell of it."""
    transaction.put(PAGES, page)
    summary = check.summary
    counted = replace(
        check,
        summary=replace(
            summary,
            total_pages=summary.total_pages + 1,
            **{page.status: getattr(summary, page.status) + 1},
        ),
        actual_credits=(check.actual_credits or 0) + page.credits,
        updated_at=now,
        lease_until=now + lease if lease else check.lease_until,
    )
    transaction.put(CHECKS, counted)
    monitor = transaction.find(MONITORS, check.monitor_id)
    if monitor is not None and monitor.status != "deleted":
        queue_page_event(transaction, monitor, check, page, now=now)
    return counted


def _find_known(transaction: Transaction, check: Check, target: Target) -> list[Baseline]:
    """Return the pages that a target had, as far as today's contract knows them."""
    contract = fingerprint_contract(target)
    baselines = transaction.select(
        BASELINES, {"monitor_id": check.monitor_id, "target_id": target.id}
    )
    return [each for each in baselines if is_comparable(each, contract)]


def _is_down(transaction: Transaction, check: Check, walked: Walked) -> bool:
    """Tell whether so much is missing that the site is at fault, and no page is gone."""
    if not walked.target.is_discovered or walked.target.type == "feed":
        return False
    if walked.is_root_down:
        return True
    known = _find_known(transaction, check, walked.target)
    good = walked.seen - walked.failed
    missing = sum(each.url not in good for each in known)
    return missing > _MOST_VANISHED * len(known) and len(good) < len(known)


def _remove_missing(
    transaction: Transaction, check: Check, walked: Walked, *, now: datetime
) -> Check:
    """Count the pages that were not found, and tell of those that are gone by now."""
    needed = _find_config(transaction, check).removal_checks
    for baseline in _find_known(transaction, check, walked.target):
        if baseline.url in walked.seen:
            continue
        missing = baseline.missing + 1
        is_removed = missing >= needed
        transaction.put(BASELINES, replace(baseline, missing=missing, is_removed=is_removed))
        if is_removed:
            page = _make_removed(check, walked.target, baseline, now)
            check = _write_page(transaction, check, page, now=now, lease=None)
    return check


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


def _find_config(transaction: Transaction, check: Check) -> Config:
    if check.config is not None:
        return check.config
    monitor = transaction.find(MONITORS, check.monitor_id)
    if monitor is None:
        raise Lost
    return monitor.config


def _name_ending(check: Check, ending: Ending, *, is_site_down: bool) -> CheckEvent:
    if ending.is_failed:
        return "fail"
    has_errors = check.summary.error > 0 or is_site_down or ending.error is not None
    return "errors" if has_errors else "clean"


def _account(monitor: Monitor, ended: Check, now: datetime) -> Monitor:
    """Return the monitor after a check: free for the next one, and poorer by what it cost."""
    is_open = monitor.current_check_id == ended.id
    return replace(
        monitor,
        current_check_id=None if is_open else monitor.current_check_id,
        last_run_at=ended.started_at,
        last_check_summary=ended.summary if ended.status != "failed" else Summary(),
        spent_month=name_month(now),
        spent_credits=find_spent(monitor, now=now) + (ended.actual_credits or 0),
        failures=monitor.failures + 1 if ended.status == "failed" else 0,
    )
