"""The keys that were handed out, looked up in the store as requests come."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from changetrack import ChangeTrackError
from changetrack.monitor.keys import find_key, has_keys
from changetrack.monitor.models import ApiKey
from changetrack_server.http.callers import Caller

if TYPE_CHECKING:
    from changetrack_server.monitor.transacting import Transactor

__all__ = ["Keyring"]

# So long a key that was revoked may still be good, in a process that has just seen it.
_FRESH_SECONDS = 1.0
_NEVER = float("-inf")
# Keys that are remembered at once.
_MOST_KEPT = 10_000


class Keyring:
    """Finds who has a key, and asks the store about one at most once a second."""

    def __init__(self, transact: Transactor, clock: Callable[[], float] = time.monotonic) -> None:
        self._transact = transact
        self._clock = clock
        self._has_keys = False
        self._looked_at = _NEVER
        self._seen: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    async def has_keys(self) -> bool:
        """Tell whether any key was ever handed out; then nobody may ask without one.

        Raises:
            ChangeTrackError: the store cannot be asked, and never could.
        """
        if not self._has_keys and self._clock() - self._looked_at >= _FRESH_SECONDS:
            try:
                self._has_keys = await self._transact(has_keys)
            except ChangeTrackError:
                # What needs no store goes on without it, such as the numbers of its trouble.
                if self._looked_at == _NEVER:
                    raise
            self._looked_at = self._clock()
        return self._has_keys

    async def find_caller(self, token_hash: str) -> Caller | None:
        """Return who has the key with a hash; None: nobody, or nobody any more."""
        now = self._clock()
        seen = self._seen.get(token_hash)
        if seen is not None and now - seen[0] < _FRESH_SECONDS:
            return seen[1]
        self._seen.pop(token_hash, None)
        key = await self._transact(partial(find_key, key_hash=token_hash))
        if key is None:
            return None
        caller = _describe(key)
        self._seen[token_hash] = (now, caller)
        if len(self._seen) > _MOST_KEPT:
            self._seen.popitem(last=False)
        return caller


def _describe(key: ApiKey) -> Caller:
    return Caller(
        owner=key.owner,
        scopes=key.scopes,
        key_id=key.id,
        requests_per_minute=key.requests_per_minute,
    )
