"""What becomes of one page: its row, its baseline, and what is told of it, at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from changetrack._models import JsonObject
from changetrack.monitor.checks.holding import Lost, hold
from changetrack.monitor.deliveries import queue_page_event
from changetrack.monitor.ids import name_id
from changetrack.monitor.models import Baseline, Check, KeptSnapshot, Page, Target
from changetrack.monitor.outcomes import (
    Observation,
    bound_diff,
    classify,
    find_fields,
    find_hash,
    fingerprint_contract,
)
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import BASELINES, CHECKS, MONITORS, PAGES, SNAPSHOTS

__all__ = ["record_page", "write_page"]


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
    check = hold(transaction, claimed)
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
    write_page(transaction, check, page, now=now, lease=lease)
    return page


def write_page(
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
    if check.config is not None and check.config.webhook is None:
        return counted
    monitor = transaction.find(MONITORS, check.monitor_id)
    if monitor is not None and monitor.status != "deleted":
        queue_page_event(transaction, monitor, check, page, now=now)
    return counted


def _make_page(
    page_id: str, check: Check, target: Target, observation: Observation, now: datetime
) -> Page:
    return Page(
        id=page_id,
        check_id=check.id,
        monitor_id=check.monitor_id,
        target_id=target.id,
        url=observation.url,
        status="error",
        position=check.summary.total_pages,
        content_hash=find_hash(observation),
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
        diff=bound_diff(diff) if isinstance(diff, dict) else None,
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
