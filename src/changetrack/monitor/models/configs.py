"""What somebody wants of a monitor: the pages, how they are compared, and who is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from changetrack._models import JsonObject
from changetrack.monitor.schedule import Schedule

__all__ = [
    "Config",
    "Crawl",
    "Email",
    "Notification",
    "PageStatus",
    "Target",
    "TargetType",
    "Tracking",
    "Webhook",
]

TargetType: TypeAlias = Literal["scrape", "crawl", "sitemap", "feed"]
PageStatus: TypeAlias = Literal["same", "new", "changed", "removed", "error"]


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
