"""How often something is sent, and when it is tried again: ten tries over three days."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from changetrack.monitor.models import Delivery
from changetrack.monitor.webhooks.events import TEST

__all__ = ["DELAYS", "Outcome", "next_attempt", "read_retry_after"]

# Before each try, as Standard Webhooks recommends: a restart is bridged in seconds, a weekend too.
DELAYS: tuple[timedelta, ...] = (
    timedelta(),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# To either side, so that what failed together does not come back together.
_SPREAD = 0.2
# What a receiver may ask for. Less would be a hammer, and more than a day is a mistake.
_LEAST_WAIT = timedelta(seconds=5)
_MOST_WAIT = timedelta(hours=24)
# Of a number of seconds; whatever is longer is more than a day, too.
_SECONDS = re.compile(r"[+-]?[0-9]{1,9}")
_MANY_SECONDS = re.compile(r"\+?[0-9]+")
# Whoever asks for a test is there to ask again.
_TRIED_ONCE = {TEST}
_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one try.

    Of HTTP and SMTP alike: a status from 200 to 299, or none and no error, has arrived.
    """

    status_code: int | None = None
    error: str | None = None
    # The header as it came.
    retry_after: str | None = None
    # How long it took.
    seconds: float = 0.0
    # It fails the same way whenever it is tried, such as an address that does not exist.
    is_final: bool = False

    @property
    def is_delivered(self) -> bool:
        """Whether it has arrived."""
        if self.error is not None:
            return False
        return self.status_code is None or 200 <= self.status_code < 300  # noqa: PLR2004 - 2xx

    @property
    def is_gone(self) -> bool:
        """Whether the receiver says that nothing shall be sent any more."""
        return self.status_code == _GONE


def next_attempt(delivery: Delivery, outcome: Outcome, *, now: datetime, jitter: float) -> Delivery:
    """Return a delivery after a try: delivered, dead, or pending until it is tried again.

    `jitter` is a fraction from 0 to 1, by chance.
    """
    tried = replace(
        delivery,
        lease_until=None,
        next_attempt_at=None,
        last_status_code=outcome.status_code,
        last_error=outcome.error,
    )
    if outcome.is_delivered:
        return replace(tried, status="delivered", delivered_at=now)
    tries = delivery.attempts - delivery.attempts_before
    is_last = tries >= len(DELAYS) or delivery.event in _TRIED_ONCE
    if is_last or outcome.is_gone or outcome.is_final:
        return replace(tried, status="dead")
    delay = _find_delay(tries, jitter)
    asked = read_retry_after(outcome.retry_after, now=now)
    # Never before the receiver wants it. But its wishes do not use the tries up within a minute.
    return replace(tried, next_attempt_at=now + max(delay, asked or delay))


def _find_delay(tries: int, jitter: float) -> timedelta:
    """Return how long to wait after so many tries.

    >>> [_find_delay(2, jitter).seconds for jitter in (0, 0.5, 1)]
    [240, 300, 360]
    """
    return DELAYS[tries] * (1 - _SPREAD + 2 * _SPREAD * jitter)


def read_retry_after(header: str | None, *, now: datetime) -> timedelta | None:
    """Return how long a receiver wants to be left alone, within reason; None: it says nothing.

    >>> now = datetime(2026, 5, 30, tzinfo=UTC)
    >>> read_retry_after("120", now=now).total_seconds()
    120.0
    >>> read_retry_after("Sat, 30 May 2026 00:10:00 GMT", now=now).total_seconds()
    600.0
    """
    if header is None:
        return None
    text = header.strip()
    if _SECONDS.fullmatch(text):
        asked = timedelta(seconds=int(text))
    elif _MANY_SECONDS.fullmatch(text):
        asked = _MOST_WAIT
    else:
        date = _read_date(text)
        if date is None:
            return None
        asked = date - now
    return min(max(asked, _LEAST_WAIT), _MOST_WAIT)


def _read_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
