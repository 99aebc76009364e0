"""Who asks, what they may do, and how often."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from changetrack.monitor.keys import SCOPES
from changetrack.monitor.models import Scope

__all__ = ["LOCAL", "Buckets", "Caller", "Keyring", "name_owner", "needed_scope"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever sent a request, as far as their key tells."""

    # Whose monitors they see.
    owner: str
    scopes: tuple[Scope, ...] = SCOPES
    # None: they have none, and need none.
    key_id: str | None = None
    # None: as many as the settings say.
    requests_per_minute: int | None = None


# Whoever asks a server that has no keys.
LOCAL = Caller(owner="local")


class Keyring(Protocol):
    """The keys that were handed out, beside those of the settings."""

    async def has_keys(self) -> bool:
        """Tell whether there are any, so that nobody may ask without one."""
        ...

    async def find_caller(self, token_hash: str) -> Caller | None:
        """Return who has the key with this SHA-256 in hex; None: nobody."""
        ...


# Enough of a hash to tell the few keys of a server apart.
_OWNER_CHARS = 16


def name_owner(token_hash: str) -> str:
    """Return the owner that a key of the settings stands for."""
    return f"key:{token_hash[:_OWNER_CHARS]}"


_READING = frozenset({"GET", "HEAD"})
# What has the server work: fetch pages, compare, ask models.
_RUNNING = frozenset({"/v1/change-tracking/diff", "/v1/scrape", "/v2/scrape"})


def needed_scope(method: str, path: str) -> Scope:
    """Return the scope that a request needs; whatever is not known to change nothing is a change.

    >>> needed_scope("POST", "/v1/monitor/0/run"), needed_scope("POST", "/v1/monitor")
    ('run', 'write')
    """
    if method in _READING:
        return "read"
    if path in _RUNNING or path.endswith("/run"):
        return "run"
    return "read" if path.endswith("/monitor/preview") else "write"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Buckets:
    """Lets each key have its requests: a minute's worth at once, and more as time goes by.

    Each process counts by itself, and forgets when it ends.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        # Known keys only, so there are never many.
        self._buckets: dict[str, _Bucket] = {}

    def take(self, caller: Caller) -> int:
        """Count a request; return after how many seconds it may come instead, or 0 if now."""
        most = caller.requests_per_minute
        most = self._per_minute if most is None else most
        if caller.key_id is None or most == 0:
            return 0
        now = self._clock()
        bucket = self._buckets.setdefault(caller.key_id, _Bucket(most, now))
        bucket.tokens = min(most, bucket.tokens + (now - bucket.at) * most / 60)
        bucket.at = now
        if bucket.tokens < 1:
            return max(1, math.ceil((1 - bucket.tokens) * 60 / most))
        bucket.tokens -= 1
        return 0
