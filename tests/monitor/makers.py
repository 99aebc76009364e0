"""Monitors, targets and observations for tests, with all that nobody asks about filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from changetrack import JsonObject, Snapshot, track, wire
from changetrack.monitor.checks import Ending, Walked, claim_check, finish_check, record_page
from changetrack.monitor.models import Check, Config, Monitor, Page, Target
from changetrack.monitor.outcomes import Observation, fingerprint_contract, is_comparable
from changetrack.monitor.planning import queue_check
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.schedule import Schedule
from changetrack.monitor.tables import BASELINES, CHECKS, MONITORS, PAGES, SNAPSHOTS

# A Thursday, at noon.
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LEASE = timedelta(seconds=120)
PAGE = "https://example.com/pricing"
ROOT = "https://example.com/"


def make_target(**given: Any) -> Target:  # noqa: ANN401 - any field of a target
    """Return a target: one page, unless something else is given."""
    return Target(**{"id": "target", "type": "scrape", "urls": (PAGE,), **given})


def make_config(**given: Any) -> Config:  # noqa: ANN401 - any field of a configuration
    """Return a configuration: one page, every half an hour."""
    schedule = Schedule(cron="*/30 * * * *", text="every 30 minutes")
    return Config(**{"name": "m", "schedule": schedule, "targets": (make_target(),), **given})


def make_monitor(config: Config | None = None, **given: Any) -> Monitor:  # noqa: ANN401 - any field of a monitor
    """Return an active monitor that is due at noon."""
    fields: dict[str, Any] = {
        "id": "00000000-0000-7000-8000-000000000001",
        "owner": "local",
        "config": config or make_config(),
        "next_run_at": NOON,
        "created_at": NOON - timedelta(hours=1),
        "updated_at": NOON - timedelta(hours=1),
    }
    return Monitor(**fields | given)


def tell_nobody(_transaction: Transaction, _monitor: Monitor, _check: Check) -> None:
    """Tell nothing besides what a check tells by itself."""


def put_monitor(store: Store, monitor: Monitor) -> Monitor:
    """Write a monitor and return it."""
    store.transact(lambda transaction: transaction.put(MONITORS, monitor))
    return monitor


def find_monitor(store: Store, monitor_id: str = make_monitor().id) -> Monitor:
    """Return a monitor that is there."""
    monitor = store.transact(lambda transaction: transaction.find(MONITORS, monitor_id))
    assert monitor is not None
    return monitor


def claim(store: Store, now: datetime = NOON) -> Check:
    """Take the check that waits."""
    check = store.transact(
        lambda transaction: claim_check(transaction, now=now, lease=LEASE, tell=tell_nobody)
    )
    assert check is not None
    return check


def observe(
    store: Store, check: Check, target: Target, url: str = PAGE, markdown: str = "a"
) -> Observation:
    """Return a page as an observer would: compared with the baseline that is kept."""

    def read(transaction: Transaction) -> tuple[JsonObject | None, str | None]:
        baseline = transaction.find(BASELINES, check.monitor_id, target.id, url)
        if baseline is None or not is_comparable(baseline, fingerprint_contract(target)):
            return None, None
        kept = transaction.find(SNAPSHOTS, baseline.snapshot_id)
        assert kept is not None
        return kept.snapshot, kept.id

    snapshot, previous_id = store.transact(read)
    previous = Snapshot.from_dict(snapshot) if snapshot else None
    result = wire.write_result(track(markdown, previous=previous))
    return Observation(url=url, previous_id=previous_id, result=result, status_code=200)


def fail(url: str = PAGE, error: str = "it is away") -> Observation:
    """Return a page that could not be had."""
    return Observation(url=url, error=error, error_code="connect_failed")


def record(
    store: Store, check: Check, target: Target, observation: Observation, now: datetime = NOON
) -> Page:
    """Record a page."""
    return store.transact(
        lambda transaction: record_page(
            transaction, check, target, observation, now=now, lease=LEASE
        )
    )


def finish(store: Store, check: Check, *walked: Walked, now: datetime = NOON) -> Check:
    """End a check."""
    return store.transact(
        lambda transaction: finish_check(
            transaction, check, Ending(walked=walked), now=now, tell=tell_nobody
        )
    )


def run_check(
    store: Store, pages: dict[str, str | None], *, complete: bool = True, now: datetime = NOON
) -> tuple[Check, dict[str, str]]:
    """Run the check that waits over pages (None: cannot be had), and return what became of each."""
    check = claim(store, now)
    assert check.config is not None
    (target,) = check.config.targets
    for url, markdown in pages.items():
        seen = fail(url) if markdown is None else observe(store, check, target, url, markdown)
        record(store, check, target, seen, now)
    failed = frozenset(url for url, markdown in pages.items() if markdown is None)
    walked = Walked(
        target=target,
        seen=frozenset(pages),
        failed=failed,
        is_complete=complete,
        is_root_down=target.is_discovered and target.urls[0] in failed,
    )
    ended = finish(store, check, walked, now=now)
    return ended, statuses(store, check)


def statuses(store: Store, check: Check) -> dict[str, str]:
    """Return what became of each page of a check."""
    pages = store.transact(
        lambda transaction: transaction.select(PAGES, {"check_id": check.id}, order=("position",))
    )
    return {page.url: page.status for page in pages}


def change_tracking(target: Target, **given: Any) -> Target:  # noqa: ANN401 - any field of a contract
    """Return a target with another contract."""
    return replace(target, tracking=replace(target.tracking, **given))


def queue(store: Store, check_id: str = "check") -> None:
    """Queue a check of the one monitor."""
    monitor = find_monitor(store)
    store.transact(
        lambda transaction: queue_check(
            transaction, monitor, check_id=check_id, trigger="manual", slot=None, now=NOON
        )
    )


def run(
    store: Store, pages: dict[str, str | None], *, complete: bool = True
) -> tuple[Check, dict[str, str]]:
    """Queue and run a check over pages."""
    count = store.transact(lambda transaction: transaction.count(CHECKS, {}))
    queue(store, f"check {count}")
    return run_check(store, pages, complete=complete)
