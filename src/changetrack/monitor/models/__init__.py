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

from changetrack.monitor.models.configs import (
    Config,
    Crawl,
    Email,
    Notification,
    PageStatus,
    Target,
    TargetType,
    Tracking,
    Webhook,
)
from changetrack.monitor.models.installation import (
    ApiKey,
    Fact,
    Remembered,
    Scope,
)
from changetrack.monitor.models.messages import (
    Attempt,
    Channel,
    Delivery,
    DeliveryStatus,
    Recipient,
    RecipientStatus,
)
from changetrack.monitor.models.runs import (
    Baseline,
    Check,
    CheckStatus,
    KeptSnapshot,
    Monitor,
    MonitorStatus,
    Page,
    PauseReason,
    Secret,
    Summary,
    Trigger,
    Verdict,
    WebhookState,
)

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
