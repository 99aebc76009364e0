"""What the orchestration knows: monitors, their checks, what each page was, and what is sent out.

    Monitor ── Config ── Target …         what somebody wants, and when it is due next
      └─ Check ── Page …                  one run of it, and what became of each page
      └─ Baseline ── KeptSnapshot         what the next run is compared with
      └─ Delivery ── Attempt …            what leaves the house, and how often it was tried
      └─ Recipient                        who agreed to get mail, or has not yet

Every value is a row of a table (`changetrack.monitor.tables`). A row is replaced whole and never
changed in place; a time is in UTC and comes from the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from changetrack._models import JsonObject, JsonValue
from changetrack.monitor.schedule import Schedule

__all__ = [
    "ApiKey",
    "Attempt",
    "Baseline",
    "Channel",
    "Check",
    "CheckStatus",
    "Config",
    "Crawl",
    "Delivery",
    "DeliveryStatus",
    "Email",
    "Fact",
    "KeptSnapshot",
    "Monitor",
    "MonitorStatus",
    "Notification",
    "Page",
    "PageStatus",
    "PauseReason",
    "Recipient",
    "RecipientStatus",
    "Remembered",
    "Scope",
    "Secret",
    "Summary",
    "Target",
    "TargetType",
    "Tracking",
    "Trigger",
    "Verdict",
    "Webhook",
    "WebhookState",
]

MonitorStatus: TypeAlias = Literal["active", "paused", "deleted"]
# Why a monitor rests: somebody said so, its budget of the month is spent, or its schedule cannot be
# understood any more, as when a time zone is gone.
PauseReason: TypeAlias = Literal["user", "no_credits", "schedule"]
TargetType: TypeAlias = Literal["scrape", "crawl", "sitemap", "feed"]
Trigger: TypeAlias = Literal["scheduled", "manual"]
CheckStatus: TypeAlias = Literal[
    "queued", "running", "completed", "partial", "failed", "skipped_overlap", "skipped_no_credits"
]
PageStatus: TypeAlias = Literal["same", "new", "changed", "removed", "error"]
Channel: TypeAlias = Literal["webhook", "email", "notify"]
DeliveryStatus: TypeAlias = Literal["pending", "delivered", "dead", "cancelled"]
RecipientStatus: TypeAlias = Literal["pending", "confirmed", "unsubscribed"]
Scope: TypeAlias = Literal["read", "write", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """The contract of a comparison. Where it changes, old snapshots are no baselines any more."""

    modes: tuple[str, ...] = ("gitDiff",)
    schema: JsonObject | None = field(default=None, hash=False)
    prompt: str | None = None
    # Everything else that `changeTracking` takes on the wire, such as include or trackOnlySchema.
    options: JsonObject = field(default_factory=dict, hash=False)
    # How the page is read: onlyMainContent, timeout and whatever else a scrape takes.
    scrape: JsonObject = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """How far a crawl goes from its root; sitemaps and feeds use the bound on pages only."""

    max_pages: int = 1_000
    max_depth: int = 10
    # Regular expressions for paths, as the crawl API has them.
    include_paths: tuple[str, ...] = ()
    exclude_paths: tuple[str, ...] = ()
    # Whether the site's sitemap adds pages: include, skip, or only.
    sitemap: str = "include"
    ignore_query: bool = False
    allow_subdomains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is looked at: pages by their URLs, or a root from which they are found."""

    id: str
    type: TargetType
    # Of a scrape: its pages. Of the others: the root, alone.
    urls: tuple[str, ...]
    tracking: Tracking = Tracking()
    crawl: Crawl | None = None
    # The options as they were sent, which the caller sees again.
    scrape_options: JsonObject | None = field(default=None, hash=False)
    crawl_options: JsonObject | None = field(default=None, hash=False)

    @property
    def is_discovered(self) -> bool:
        """Whether the pages are found on each check, so that one can be missing."""
        return self.type != "scrape"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where events go, and which."""

    url: str
    headers: JsonObject = field(default_factory=dict, hash=False)
    metadata: JsonObject = field(default_factory=dict, hash=False)
    events: tuple[str, ...] = ("monitor.page", "monitor.check.completed")
    # Statuses of pages that are told; empty: all.
    statuses: tuple[PageStatus, ...] = ()
    # Changes that were judged to be noise are not told.
    only_meaningful: bool = False
    # Also sign as Firecrawl's receivers expect it.
    firecrawl_signature: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """Who gets a summary by mail."""

    enabled: bool = False
    recipients: tuple[str, ...] = ()
    include_diffs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Who is told of a check in words."""

    email: Email | None = None
    # Apprise URLs: Slack, Discord, SMS and a hundred others.
    channels: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What somebody wants of a monitor. A check keeps the one that it began with."""

    name: str
    schedule: Schedule
    targets: tuple[Target, ...]
    goal: str | None = None
    judge_enabled: bool = False
    webhook: Webhook | None = None
    notification: Notification | None = None
    retention_days: int = 30
    # Credits that may be spent in a calendar month (UTC); None: any number.
    monthly_credits: int | None = None
    # A page counts as removed when so many complete checks in a row did not find it.
    removal_checks: int = 1


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
class Delivery:
    """Something that leaves the house: written with what it tells of, sent until it arrives."""

    id: str
    owner: str
    monitor_id: str
    check_id: str | None = None
    channel: Channel
    # monitor.page, monitor.check.completed, monitor.test; email.summary and so on.
    event: str
    # A URL or an address.
    destination: str = field(repr=False)
    # Written once and never again: whoever gets it twice gets the same bytes.
    body: str = field(repr=False)
    # The page that it tells of.
    url: str | None = None
    status: DeliveryStatus = "pending"
    attempts: int = 0
    # Those of them that were before somebody asked for it again: its retries begin anew.
    attempts_before: int = 0
    next_attempt_at: datetime | None = None
    lease_until: datetime | None = None
    created_at: datetime
    delivered_at: datetime | None = None
    last_status_code: int | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of a delivery, and what came of it."""

    delivery_id: str
    number: int
    monitor_id: str
    at: datetime
    seconds: float
    status_code: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who gets mail of a monitor once they agreed to it."""

    monitor_id: str
    email: str
    status: RecipientStatus = "pending"
    # Of the token that was mailed; it is used once.
    token_hash: str | None = None
    token_expires_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key that was handed out, known only by its hash."""

    id: str
    name: str
    # Whose monitors it sees. Keys of one owner see the same.
    owner: str
    hash: str = field(repr=False)
    # The first letters, by which somebody tells their keys apart.
    prefix: str
    scopes: tuple[Scope, ...] = ("read", "write", "run")
    # None: as many as the settings say.
    requests_per_minute: int | None = None
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a judge said of a change, for the next one that is the same."""

    # Of the goal and of the diff.
    fingerprint: str
    judgment: JsonObject = field(hash=False)
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The answer to a request with an Idempotency-Key, for whoever sends it again."""

    # Of the owner, the route and the key.
    id: str
    request_hash: str
    status: int
    answer: JsonObject = field(hash=False)
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that the installation knows of itself, such as the key that it signs with."""

    name: str
    value: str = field(repr=False)
