"""The work of a check: what is due is queued, what is queued is taken, each page is seen and kept.

    plan ─▶ take ─▶ for each target: walk ─▶ for each page: observe ─▶ judge ─▶ record ─▶ finish

The decisions are `changetrack.monitor.checks` and its siblings; here is what happens between them.
Whoever runs this may be killed between any two lines: what was recorded stays, the rest is done by
whoever takes the check next.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import anyio

from changetrack import ChangeTrackError
from changetrack.monitor.checks import (
    Ending,
    Lost,
    Tell,
    claim_check,
    extend_lease,
    finish_check,
    record_page,
    release_check,
)
from changetrack.monitor.outcomes import (
    Observation,
    classify,
    fingerprint_contract,
    is_comparable,
)
from changetrack.monitor.planning import materialise_due
from changetrack.monitor.tables import BASELINES, PAGES, SNAPSHOTS
from changetrack_server.logs import note
from changetrack_server.monitor.judging import Judge, Judgment
from changetrack_server.monitor.walking import Visit, Walk, open_walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from changetrack import JsonObject
    from changetrack.monitor.models import Baseline, Check, Config, Page, Target
    from changetrack.monitor.ports import Transaction
    from changetrack_server.monitor.transacting import Transactor
    from changetrack_server.services import Services

__all__ = ["Engine"]

# Monitors that are queued in one transaction: it takes some ten milliseconds, and others wait.
_PORTION = 200
# A lease is extended so often before it is over.
_BEATS = 4

# Of the checks at once, what a single owner may have of them while there are others: some of the
# workers are always there for whoever comes next, however long the checks of somebody take.
_OWNER_SHARE = 0.75

# Troubles of the store in which it is sure what was kept. The check that meets one is given back,
# and goes on when it is over; it is not the check that is at fault.
_PASSING = frozenset({"database_busy", "overloaded", "storage_full"})

_TOO_LONG = "The check took longer than this server allows."


def _call_nobody() -> None:
    return


@dataclass(slots=True)
class _Run:
    """A check that is being worked on, and what this worker did of it."""

    check: Check
    config: Config
    judge: Judge
    # By target and URL: pages that whoever had the check before has done.
    done: dict[tuple[str, str], Page] = field(default_factory=dict)


class Engine:
    """Runs checks, one at a time for each `run_next` that is called at once."""

    def __init__(self, transact: Transactor, services: Services, tell: Tell) -> None:
        self._transact = transact
        self._services = services
        self._settings = services.settings
        self._tell = tell
        self._lease = timedelta(seconds=services.settings.lease_seconds)
        self._most_of_owner = max(1, int(services.settings.max_checks * _OWNER_SHARE))

    async def plan(self, call: Callable[[], object] = _call_nobody) -> int:
        """Queue the checks of all monitors that are due, and return how many slots that were.

        `call` is for whoever runs them: when thousands are due at once, the first need not wait
        until the last is queued.
        """
        count = 0
        while True:
            now = self._services.now()
            portion = await self._transact(partial(materialise_due, now=now, limit=_PORTION))
            for check in portion:
                note(
                    "slot",
                    level=logging.DEBUG,
                    monitor=check.monitor_id,
                    check=check.id,
                    status=check.status,
                    missed=check.missed_slots,
                )
            count += len(portion)
            if portion:
                call()
            if len(portion) < _PORTION:
                return count

    async def run_next(self, check_id: str | None = None) -> Check | None:
        """Do the check whose turn it is, or this one, and return it; None if none waits.

        Raises:
            ChangeTrackError: the store cannot be used; what was recorded of the check is kept.
        """
        claimed = await self._claim(check_id)
        if claimed is None:
            return None
        ended: Check | None = None
        trouble: ChangeTrackError | None = None
        try:
            try:
                ended = await self._run(claimed)
            except* Lost:
                note("check lost", monitor=claimed.monitor_id, check=claimed.id)
            except* ChangeTrackError as errors:
                trouble = _find_first(errors)
        except anyio.get_cancelled_exc_class():
            # The process is being stopped: the next one need not wait for the lease to run out.
            with anyio.CancelScope(shield=True):
                await self._release(claimed)
            raise
        if trouble is not None:
            if trouble.reason in _PASSING:
                await self._release(claimed)
            raise trouble
        if ended is None:
            return claimed
        self._note_end(ended)
        return ended

    async def _claim(self, check_id: str | None) -> Check | None:
        return await self._transact(
            partial(
                claim_check,
                now=self._services.now(),
                lease=self._lease,
                tell=self._tell,
                check_id=check_id,
                most_of_owner=self._most_of_owner,
            )
        )

    def _note_end(self, ended: Check) -> None:
        self._services.metrics.count_check(ended.status, _find_lateness(ended))
        note(
            "check",
            monitor=ended.monitor_id,
            check=ended.id,
            status=ended.status,
            pages=ended.summary.total_pages,
            changed=ended.summary.changed,
            reason=ended.error_code,
        )

    async def _release(self, claimed: Check) -> None:
        try:
            await self._transact(partial(release_check, claimed=claimed, now=self._services.now()))
        except ChangeTrackError as error:
            note("check not released", check=claimed.id, problem=error.problem)
        except Lost:
            note("check lost", monitor=claimed.monitor_id, check=claimed.id)

    async def _run(self, claimed: Check) -> Check:
        if claimed.config is None:
            raise Lost
        run = await self._begin(claimed, claimed.config)
        walks: list[Walk] = []
        is_in_time = False
        async with anyio.create_task_group() as group:
            group.start_soon(self._beat, claimed)
            with anyio.move_on_after(self._settings.check_seconds):
                for target in run.config.targets:
                    walks.append(await open_walk(target, self._services))
                    await self._walk(run, walks[-1])
                is_in_time = True
            group.cancel_scope.cancel()
        ending = _sum_up(walks, is_in_time=is_in_time)
        return await self._transact(
            partial(
                finish_check,
                claimed=claimed,
                ending=ending,
                now=self._services.now(),
                tell=self._tell,
            )
        )

    async def _begin(self, claimed: Check, config: Config) -> _Run:
        """Return a check with what those who had it before have done of it."""
        pages: list[Page] = []
        if claimed.attempts > 1:
            pages = await self._transact(partial(_read_pages, check_id=claimed.id))
        judged = sum(page.judgment is not None for page in pages)
        judge = Judge(config, self._transact, self._services, judged=judged)
        done = {(page.target_id, page.url): page for page in pages}
        return _Run(claimed, config, judge, done)

    async def _beat(self, claimed: Check) -> None:
        """Say again and again that the check is still worked on."""
        while True:
            await anyio.sleep(self._settings.lease_seconds / _BEATS)
            now = self._services.now()
            extend = partial(extend_lease, claimed=claimed, now=now, lease=self._lease)
            try:
                await self._transact(extend)
            except ChangeTrackError as error:
                # The lease is not over yet: the next beat may do it, and so does each page.
                note("lease not extended", check=claimed.id, problem=error.problem)
                self._services.metrics.count_trouble(error.reason)

    async def _walk(self, run: _Run, walk: Walk) -> None:
        while visits := walk.take(self._settings.check_pages):
            async with anyio.create_task_group() as group:
                for visit in visits:
                    group.start_soon(self._visit, run, walk, visit)
            # In the order in which they were taken, whichever came first: a crawl that is resumed
            # finds the same pages.
            walk.learn(visits)

    async def _visit(self, run: _Run, walk: Walk, visit: Visit) -> None:
        page = run.done.get((walk.target.id, visit.url))
        if page is None:
            page = await self._see(run, walk, visit)
        visit.page = page

    async def _see(self, run: _Run, walk: Walk, visit: Visit) -> Page:
        """Observe a page, judge what changed, and record it."""
        target = walk.target
        baseline, snapshot = await self._transact(
            partial(_read_previous, check=run.check, target=target, url=visit.url)
        )
        observation = await walk.observe(visit, snapshot)
        if baseline is not None and snapshot is not None:
            observation = replace(observation, previous_id=baseline.snapshot_id)
        judgment = await self._judge(run, target, observation, baseline)
        return await self._transact(
            partial(
                record_page,
                claimed=run.check,
                target=target,
                observation=observation,
                judgment=judgment.shown if judgment else None,
                judgment_credits=int(judgment.is_paid) if judgment else 0,
                now=self._services.now(),
                lease=self._lease,
            )
        )

    async def _judge(
        self, run: _Run, target: Target, observation: Observation, baseline: Baseline | None
    ) -> Judgment | None:
        status = classify(observation, baseline, fingerprint_contract(target))
        return await run.judge.judge_change(observation, target) if status == "changed" else None


def _find_first(errors: ExceptionGroup[ChangeTrackError]) -> ChangeTrackError:
    """Return the first of the errors of a group, however deep it lies."""
    first = errors.exceptions[0]
    return _find_first(first) if isinstance(first, ExceptionGroup) else first


def _find_lateness(check: Check) -> float | None:
    """Return the seconds from the slot of a check to its beginning."""
    if check.scheduled_for is None or check.started_at is None:
        return None
    return (check.started_at - check.scheduled_for).total_seconds()


def _read_pages(transaction: Transaction, check_id: str) -> list[Page]:
    return transaction.select(PAGES, {"check_id": check_id})


def _read_previous(
    transaction: Transaction, check: Check, target: Target, url: str
) -> tuple[Baseline | None, JsonObject | None]:
    """Return the baseline of a page, and its snapshot where that is comparable today."""
    baseline = transaction.find(BASELINES, check.monitor_id, target.id, url)
    if baseline is None or not is_comparable(baseline, fingerprint_contract(target)):
        return baseline, None
    kept = transaction.find(SNAPSHOTS, baseline.snapshot_id)
    return baseline, kept.snapshot if kept else None


def _sum_up(walks: list[Walk], *, is_in_time: bool) -> Ending:
    walked = tuple(walk.sum_up() for walk in walks)
    # A feed is one page for all its entries, and they are free.
    feeds = sum(walk.target.type == "feed" for walk in walks)
    if is_in_time:
        return Ending(walked=walked, credits=feeds)
    return Ending(
        walked=walked,
        error=_TOO_LONG,
        error_code="check_timeout",
        credits=feeds,
    )
