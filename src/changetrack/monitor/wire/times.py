"""Times on the wire: in UTC, to the millisecond."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload

from changetrack.errors import InvalidRequest

__all__ = ["read_time", "write_time"]

# The longest form of ISO 8601 that anybody writes.
_MOST_CHARS = 64


@overload
def write_time(time: datetime) -> str: ...
@overload
def write_time(time: None) -> None: ...
@overload
def write_time(time: datetime | None) -> str | None: ...
def write_time(time: datetime | None) -> str | None:
    """Return a time as clients read it.

    >>> write_time(datetime(2026, 5, 30, 16, tzinfo=UTC))
    '2026-05-30T16:00:00.000Z'
    """
    if time is None:
        return None
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_time(text: str, path: str) -> datetime:
    """Return a time that somebody wrote; without a zone it is in UTC.

    Raises:
        InvalidRequest: it is none.
    """
    try:
        # A + in a query is a space to whoever decodes it.
        time = datetime.fromisoformat(text[:_MOST_CHARS].replace(" ", "+"))
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        return time.astimezone(UTC)
    except (ValueError, OverflowError):
        problem = "expected a time in ISO 8601"
        raise InvalidRequest(problem, "write it like 2026-05-30T16:00:00Z", path) from None
