"""What must hold when everything is over, read from the rows and from the receiver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

from changetrack.monitor.models import Check, Delivery, Monitor, Page
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.schedule import list_runs
from changetrack.monitor.tables import BASELINES, CHECKS, DELIVERIES, MONITORS, PAGES, SNAPSHOTS
from tests.monitor.crash.world import Sink

_ENDED = {"completed", "partial", "failed", "skipped_overlap", "skipped_no_credits"}


def audit(store: Store, sink: Sink) -> list[str]:
    """Return every law that is broken; nothing if all hold."""
    return store.transact(lambda transaction: list(_find_breaches(transaction, sink)))


def _find_breaches(transaction: Transaction, sink: Sink) -> Iterator[str]:
    for monitor in transaction.select(MONITORS, {}):
        checks = transaction.select(CHECKS, {"monitor_id": monitor.id}, order=("created_at", "id"))
        yield from _judge_slots(monitor, checks)
        yield from _judge_ends(monitor, checks)
        yield from _judge_chains(transaction, monitor, checks)
    yield from _judge_outbox(transaction, sink)


def _judge_slots(monitor: Monitor, checks: list[Check]) -> Iterator[str]:
    """Every slot is answered for exactly once."""
    slots = sorted(
        (check.scheduled_for, check.missed_slots) for check in checks if check.scheduled_for
    )
    if not slots:
        yield f"{monitor.id}: no slot has a check"
        return
    for (before, _), (slot, missed) in pairwise(slots):
        expected = list_runs(monitor.config.schedule, before, missed + 1)[-1]
        if expected != slot:
            yield f"{monitor.id}: after {before} comes {slot} with {missed} missed: not {expected}"
    if monitor.next_run_at and monitor.next_run_at <= slots[-1][0]:
        yield f"{monitor.id}: the next slot {monitor.next_run_at} is behind {slots[-1][0]}"


def _judge_ends(monitor: Monitor, checks: list[Check]) -> Iterator[str]:
    """Every check has ended, and none is open."""
    for check in checks:
        if check.status not in _ENDED:
            yield f"{check.id}: still {check.status}"
    if monitor.current_check_id is not None:
        yield f"{monitor.id}: {monitor.current_check_id} is still open"


def _judge_chains(transaction: Transaction, monitor: Monitor, checks: list[Check]) -> Iterator[str]:
    """Every page of a check is there once, and each goes on from the one before it."""
    wanted = {(target.id, url) for target in monitor.config.targets for url in target.urls}
    last: dict[tuple[str, str], Page] = {}
    # By their slots, which are in order whatever the clocks of workers say.
    for check in sorted(checks, key=lambda check: str(check.scheduled_for)):
        pages = transaction.select(PAGES, {"check_id": check.id}, order=("position", "id"))
        yield from _judge_pages(check, pages, wanted)
        for page in pages:
            # One that could not be had changes nothing.
            if page.status != "error":
                yield from _judge_page(page, last.get((page.target_id, page.url)))
                last[page.target_id, page.url] = page
    for (target_id, url), page in last.items():
        baseline = transaction.find(BASELINES, monitor.id, target_id, url)
        if baseline is None or baseline.content_hash != page.content_hash:
            yield f"{url}: the baseline is not the last page"
        elif transaction.find(SNAPSHOTS, baseline.snapshot_id) is None:
            yield f"{url}: the snapshot of the baseline is gone"


def _judge_pages(check: Check, pages: list[Page], wanted: set[tuple[str, str]]) -> Iterator[str]:
    found = {(page.target_id, page.url) for page in pages}
    if check.status in {"completed", "partial"} and found != wanted:
        yield f"{check.id}: {check.status} with {len(found)} pages of {len(wanted)}"
    if not len(found) == len(pages) == check.summary.total_pages:
        yield f"{check.id}: counts {check.summary.total_pages} pages of {len(pages)}"


def _judge_page(page: Page, before: Page | None) -> Iterator[str]:
    if before is None:
        if page.status != "new":
            yield f"{page.id}: the first of its kind, and {page.status}"
        return
    if page.previous_hash != before.content_hash:
        yield f"{page.id}: goes on from {page.previous_hash}, not from {before.content_hash}"
    is_same = page.content_hash == before.content_hash
    if page.status != ("same" if is_same else "changed"):
        yield f"{page.id}: {page.status}, and its hash says otherwise"


def _judge_outbox(transaction: Transaction, sink: Sink) -> Iterator[str]:
    """Every event was received, with one body, and nothing was received that is no event."""
    deliveries = {each.id: each for each in transaction.select(DELIVERIES, {})}
    expected = [
        *(page.id for page in transaction.select(PAGES, {})),
        *(check.id for check in transaction.select(CHECKS, {}) if check.started_at),
    ]
    if len(deliveries) != len(expected):
        yield f"{len(deliveries)} events for {len(expected)} pages and checks"
    for delivery in deliveries.values():
        yield from _judge_delivery(delivery, sink.bodies.get(delivery.id, []))
    for message_id in sink.bodies.keys() - deliveries.keys():
        yield f"{message_id}: received, and never written"
    yield from (f"forged: {each}" for each in sink.forged)


def _judge_delivery(delivery: Delivery, bodies: list[bytes]) -> Iterator[str]:
    if not bodies:
        yield f"{delivery.id}: never received, and {delivery.status}"
    if delivery.status != "delivered":
        yield f"{delivery.id}: {delivery.status} after all"
    if set(bodies) - {delivery.body.encode()}:
        yield f"{delivery.id}: received as something else"
    if json.loads(delivery.body)["webhookId"] != delivery.id:
        yield f"{delivery.id}: its body names another"
