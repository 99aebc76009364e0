"""The tables of the orchestration: what a row is, what names it, and what it is looked up by.

A store keeps the whole row, and beside it the fields that are named here, so that it can find and
order by them. That is all that a store has to know; `ports` says what it has to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from changetrack.monitor.models import (
    ApiKey,
    Attempt,
    Baseline,
    Check,
    Delivery,
    Fact,
    KeptSnapshot,
    Monitor,
    Page,
    Recipient,
    Remembered,
    Verdict,
)

__all__ = [
    "API_KEYS",
    "ATTEMPTS",
    "BASELINES",
    "CHECKS",
    "DELIVERIES",
    "FACTS",
    "MONITORS",
    "PAGES",
    "RECIPIENTS",
    "REMEMBERED",
    "SNAPSHOTS",
    "TABLES",
    "VERDICTS",
    "Table",
]

R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Table(Generic[R_co]):
    """One table: `key` names a row, `columns` can be looked up, each of `indexes` in that order.

    Key and columns hold text, whole numbers of 64 bits, times or None (never in a key); a column
    named `config.x` does not exist: what is looked up stands at the top of the row. Text is any
    that UTF-8 can carry. Whoever changes a table raises the version in the server's store.
    """

    name: str
    record: type[R_co]
    key: tuple[str, ...]
    columns: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()


MONITORS = Table(
    "monitors",
    Monitor,
    ("id",),
    ("owner", "status", "next_run_at", "created_at"),
    (("owner", "created_at", "id"), ("next_run_at", "id")),
)
CHECKS = Table(
    "checks",
    Check,
    ("id",),
    ("monitor_id", "owner", "status", "lease_until", "created_at", "finished_at"),
    (
        *(("monitor_id", "created_at", "id"), ("status", "created_at", "id")),
        ("status", "lease_until"),
        # From one owner to the next, past whatever waits for the one between.
        ("status", "owner", "created_at", "id"),
    ),
)
PAGES = Table(
    "pages",
    Page,
    ("id",),
    ("check_id", "monitor_id", "status", "position", "created_at", "previous_id", "current_id"),
    (
        *(("check_id", "position", "id"), ("monitor_id", "created_at", "id")),
        # Whether a snapshot is still shown by a page.
        *(("previous_id",), ("current_id",)),
    ),
)
BASELINES = Table(
    "baselines",
    Baseline,
    ("monitor_id", "target_id", "url"),
    ("snapshot_id",),
    (("snapshot_id",),),
)
SNAPSHOTS = Table(
    "snapshots",
    KeptSnapshot,
    ("id",),
    ("monitor_id", "created_at"),
    (("monitor_id", "created_at", "id"),),
)
DELIVERIES = Table(
    "deliveries",
    Delivery,
    ("id",),
    (
        *("owner", "monitor_id", "check_id", "channel", "destination", "status"),
        *("next_attempt_at", "lease_until", "created_at"),
    ),
    (
        ("monitor_id", "created_at", "id"),
        ("status", "next_attempt_at", "id"),
        ("status", "lease_until"),
        # From one receiver to the next, past whatever waits for the one between.
        ("status", "destination", "next_attempt_at", "id"),
        ("check_id",),
    ),
)
ATTEMPTS = Table(
    "attempts",
    Attempt,
    ("delivery_id", "number"),
    ("monitor_id", "at"),
    (("monitor_id", "at"),),
)
RECIPIENTS = Table(
    "recipients",
    Recipient,
    ("monitor_id", "email"),
    ("status", "token_hash"),
    (("token_hash",),),
)
API_KEYS = Table(
    "api_keys",
    ApiKey,
    ("id",),
    ("hash", "owner", "created_at"),
    (("hash",), ("owner", "created_at", "id")),
)
VERDICTS = Table("verdicts", Verdict, ("fingerprint",), ("created_at",), (("created_at",),))
REMEMBERED = Table("remembered", Remembered, ("id",), ("created_at",), (("created_at",),))
FACTS = Table("facts", Fact, ("name",))

TABLES: tuple[Table[object], ...] = (
    MONITORS,
    CHECKS,
    PAGES,
    BASELINES,
    SNAPSHOTS,
    DELIVERIES,
    ATTEMPTS,
    RECIPIENTS,
    API_KEYS,
    VERDICTS,
    REMEMBERED,
    FACTS,
)
