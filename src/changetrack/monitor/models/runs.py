"""A monitor, its checks, and what each page was in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from changetrack._models import JsonObject, JsonValue
from changetrack.monitor.models.configs import Config, PageStatus

__all__ = [
    "Baseline",
    "Check",
    "CheckStatus",
    "KeptSnapshot",
    "Monitor",
    "MonitorStatus",
    "Page",
    "PauseReason",
    "Secret",
    "Summary",
    "Trigger",
    "Verdict",
    "WebhookState",
]

MonitorStatus: TypeAlias = Literal["active", "paused", "deleted"]
# Why a monitor rests: somebody said so, its budget of the month is spent, or its schedule cannot be
# understood any more, as when a time zone is gone.
PauseReason: TypeAlias = Literal["user", "no_credits", "schedule"]
Trigger: TypeAlias = Literal["scheduled", "manual"]
CheckStatus: TypeAlias = Literal[
    "queued", "running", "completed", "partial", "failed", "skipped_overlap", "skipped_no_credits"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A key that webhooks are signed with, until it expires."""

    value: str = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookState:
    """How a webhook does: its secrets, the newest first, and since when nothing arrives."""

    secrets: tuple[Secret, ...] = ()
    failing_since: datetime | None = None
    # Why nothing is sent any more, such as gone; None: it is sent.
    disabled: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many pages a check had of each kind."""

    total_pages: int = 0
    same: int = 0
    changed: int = 0
    new: int = 0
    removed: int = 0
    error: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """What somebody wants, and where it stands."""

    id: str
    # Whose it is: the owner of the key that made it. Nobody else ever sees it.
    owner: str
    config: Config
    status: MonitorStatus = "active"
    pause_reason: PauseReason | None = None
    # None: it rests.
    next_run_at: datetime | None = None
    # The newest slot that was accounted for; no slot up to it is due again, whatever clocks say.
    last_slot_at: datetime | None = None
    last_run_at: datetime | None = None
    # The check that is queued or running; there is never a second one.
    current_check_id: str | None = None
    last_check_summary: Summary | None = None
    webhook_state: WebhookState = WebhookState()
    # The month, as 2026-11, and the credits that were spent in it.
    spent_month: str = ""
    spent_credits: int = 0
    # Checks in a row that failed.
    failures: int = 0
    # Grows with every change of the configuration.
    version: int = 1
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One run of a monitor, or the reason why there was none for a slot."""

    id: str
    monitor_id: str
    owner: str
    status: CheckStatus
    trigger: Trigger
    # The slot of the schedule that this check answers for; None: somebody asked for it.
    scheduled_for: datetime | None = None
    # Older slots that nobody was there for, and that this check answers for as well.
    missed_slots: int = 0
    # What it does, as it was when it was queued; let go when it ends.
    config: Config | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    updated_at: datetime
    # How often somebody took it on, which also fences off whoever was there before.
    attempts: int = 0
    # How often it was given back in good order, which does not count against it.
    releases: int = 0
    # Until then it belongs to whoever took it on last.
    lease_until: datetime | None = None
    estimated_credits: int = 0
    actual_credits: int | None = None
    summary: Summary = Summary()
    error: str | None = None
    # Fine word for the error, such as worker_lost.
    error_code: str | None = None
    is_site_down: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What became of one page in one check."""

    id: str
    check_id: str
    monitor_id: str
    target_id: str
    url: str
    status: PageStatus
    # The place among the pages of its check, in the order in which they were done.
    position: int
    # Snapshots, as the wire's previousScrapeId and currentScrapeId.
    previous_id: str | None = None
    current_id: str | None = None
    previous_hash: str | None = None
    content_hash: str | None = None
    status_code: int | None = None
    error: str | None = None
    error_code: str | None = None
    metadata: JsonObject = field(default_factory=dict, hash=False)
    judgment: JsonObject | None = field(default=None, hash=False)
    diff: JsonObject | None = field(default=None, hash=False)
    # The fields that were extracted, where fields are tracked and changed.
    fields: JsonValue = field(default=None, hash=False)
    warnings: tuple[str, ...] = ()
    credits: int = 1
    # Pages of the same crawl that this one leads to; a check that is resumed goes on from them.
    links: tuple[str, ...] = ()
    created_at: datetime

    @property
    def is_noise(self) -> bool:
        """Whether it changed in a way that was judged not to matter.

        What was not judged matters: a judge that fails silences nothing.
        """
        judgment = self.judgment if self.status == "changed" else None
        return judgment is not None and judgment.get("meaningful") is False


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What the next observation of a page is compared with, without its text."""

    monitor_id: str
    target_id: str
    url: str
    # Fingerprint of the contract under which it was taken.
    contract: str
    snapshot_id: str
    content_hash: str
    captured_at: datetime
    # Complete checks in a row that did not find the page.
    missing: int = 0
    # It was told to be gone; when it comes back, it is new.
    is_removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSnapshot:
    """A snapshot as the wire shows it. Pages that stay the same go on pointing at it."""

    id: str
    monitor_id: str
    snapshot: JsonObject = field(hash=False)
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a judge said of a change, for the next one that is the same."""

    # Of the goal and of the diff.
    fingerprint: str
    judgment: JsonObject = field(hash=False)
    created_at: datetime
