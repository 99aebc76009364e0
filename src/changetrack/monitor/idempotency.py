"""Requests that may be sent twice and are done once.

The answer is kept with what it tells of, in one transaction, so there is never one without the
other: who asks again, even at the same moment, gets the answer of the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from changetrack._models import JsonObject
from changetrack.errors import IdempotencyKeyReused, InvalidMonitor
from changetrack.monitor.ids import name_id
from changetrack.monitor.models import Remembered
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import REMEMBERED

__all__ = ["KEPT_FOR", "Repeatable", "answer_once"]

# As Stripe has it: longer than any client goes on trying.
KEPT_FOR = timedelta(hours=24)
_MOST_CHARS = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatable:
    """A request that came with an Idempotency-Key."""

    owner: str
    # The method and the path.
    route: str
    key: str
    # Of the body.
    request_hash: str

    def __post_init__(self) -> None:
        if not (1 <= len(self.key) <= _MOST_CHARS and self.key.isprintable()):
            problem = f"the key is none of 1 to {_MOST_CHARS} visible characters"
            raise InvalidMonitor(problem, "send a UUID", "Idempotency-Key")

    @property
    def id(self) -> str:
        """What its answer is kept under."""
        return name_id("remembered", self.owner, self.route, self.key)


def answer_once(
    transaction: Transaction,
    request: Repeatable | None,
    answer: Callable[[], JsonObject],
    *,
    now: datetime,
) -> JsonObject:
    """Return the answer to a request, made now or kept from the first time it came.

    What raises is not kept: it has changed nothing, and may succeed later.

    Raises:
        IdempotencyKeyReused: the key came with another body before.
    """
    if request is None:
        return answer()
    kept = transaction.find(REMEMBERED, request.id)
    if kept is not None and now - kept.created_at < KEPT_FOR:
        if kept.request_hash != request.request_hash:
            raise IdempotencyKeyReused
        return kept.answer
    made = answer()
    remembered = Remembered(
        id=request.id,
        request_hash=request.request_hash,
        status=200,
        answer=made,
        created_at=now,
    )
    transaction.put(REMEMBERED, remembered)
    return made
