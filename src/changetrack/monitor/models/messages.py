"""What leaves the house, how often it was tried, and who agreed to get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

__all__ = [
    "Attempt",
    "Channel",
    "Delivery",
    "DeliveryStatus",
    "Recipient",
    "RecipientStatus",
]

Channel: TypeAlias = Literal["webhook", "email", "notify"]
DeliveryStatus: TypeAlias = Literal["pending", "delivered", "dead", "cancelled"]
RecipientStatus: TypeAlias = Literal["pending", "confirmed", "unsubscribed"]


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
