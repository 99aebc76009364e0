"""Clocks that stand still until somebody moves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["FakeClock"]

# A Saturday in summer, where most of the world has moved its clocks.
_START = datetime(2026, 5, 30, 16, tzinfo=UTC)


class FakeClock:
    """A clock that is called for the time, and goes on only when it is told to.

    >>> clock = FakeClock()
    >>> clock.advance(minutes=15).isoformat()
    '2026-05-30T16:15:00+00:00'
    >>> clock() == clock()
    True
    """

    def __init__(self, now: datetime = _START) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """Return what time it is."""
        return self._now

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Go on by so much, which may be backwards, and return what time it is then."""
        return self.set(
            self._now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        )

    def set(self, now: datetime) -> datetime:
        """Go to a time, and return it."""
        self._now = now
        return now
