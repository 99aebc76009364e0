"""A clock that outlives whoever sets it: several processes share it in a file."""

from __future__ import annotations

import mmap
from datetime import UTC, datetime, timedelta
from pathlib import Path

from changetrack.testing import FakeClock

__all__ = ["SharedClock"]

_BYTES = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class SharedClock(FakeClock):
    """A clock that goes on when one of those who share its file tells it to."""

    def __init__(self, path: Path, now: datetime | None = None) -> None:
        """Open the clock of a file; with a time, make it."""
        if now is not None:
            path.write_bytes(bytes(_BYTES))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _BYTES)
        super().__init__(now or self._now)

    @property
    def _now(self) -> datetime:
        return _EPOCH + int.from_bytes(self._memory[:], "little") * _TICK

    @_now.setter
    def _now(self, now: datetime) -> None:
        self._memory[:] = ((now - _EPOCH) // _TICK).to_bytes(_BYTES, "little")

    def close(self) -> None:
        """Let go of the file."""
        self._memory.close()
