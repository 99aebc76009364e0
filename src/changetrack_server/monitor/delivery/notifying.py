"""Notices on their way to chats and phones, through Apprise (extra `notify`).

Apprise is not asked what it can do, but whether it did what was checked before: a channel is one of
the services of `changetrack.monitor.mail`, at the time it is saved and again at each try.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import anyio
import anyio.to_thread

from changetrack import ChangeTrackError
from changetrack.monitor.mail import Notice, check_channel, read_notice
from changetrack.monitor.models import Delivery
from changetrack.monitor.webhooks.retries import Outcome

__all__ = ["Notifier", "Said", "notify"]

# A notice is a few requests of a few seconds each.
_SECONDS = 30.0
# At once; a thread that hangs is left to its own timeouts, and takes one of these until then.
_THREADS = 4

_NOT_INSTALLED = "apprise_missing: install changetrack[notify]"
_STATUS = re.compile(r"\berror=([1-5]\d\d)\b")
# What a service answers for good: the token is wrong, or the room is gone.
_FINAL = frozenset({400, 401, 403, 404, 410})

# What a service said: whether it took the notice, and its status where it did not.
Said: TypeAlias = "tuple[bool, int | None]"
Tell: TypeAlias = "Callable[[str, Notice], Said]"


def notify(channel: str, notice: Notice) -> Said:
    """Tell a service, and return what it said.

    Raises:
        ImportError: Apprise is not installed.
    """
    import apprise

    asset = apprise.AppriseAsset(
        app_id="changetrack",
        app_desc="changetrack",
        # Nothing on the disk, no thread beside this one, no URL in a log.
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        async_mode=False,
        service_timeout=0,
        secure_logging=True,
        # A service that sends us elsewhere is not the one that was checked.
        http_redirects=False,
        allow_templates=False,
    )
    service = apprise.Apprise(asset=asset)
    if not service.add(channel):
        return False, None
    result = service.notify(
        title=notice.title, body=notice.text, body_format=apprise.NotifyFormat.TEXT
    )
    # The status is told nowhere else; and of what else is said there, nothing is kept.
    found = [_STATUS.search(str(entry.message)) for entry in result.logs()]
    statuses = [int(each[1]) for each in found if each is not None]
    return bool(result), statuses[-1] if statuses else None


class Notifier:
    """The channel of notices.

    `check` says whether a channel may be used, and raises when not; `tell` tells a service, and may
    take its time. Both are seams.
    """

    def __init__(
        self,
        *,
        check: Callable[[str], None] = check_channel,
        tell: Tell = notify,
        seconds: float = _SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._check = check
        self._tell = tell
        self._seconds = seconds
        self._clock = clock
        self._threads = anyio.CapacityLimiter(_THREADS)

    async def send(self, delivery: Delivery) -> Outcome:
        """Return what came of one try; nothing that a service does is an exception."""
        try:
            self._check(delivery.destination)
            notice = read_notice(delivery.body)
        except ChangeTrackError as error:
            return Outcome(error=f"{error.reason}: {error.problem}", is_final=True)
        begun = self._clock()
        with anyio.move_on_after(self._seconds):
            outcome = await self._try(delivery.destination, notice)
            return replace(outcome, seconds=self._clock() - begun)
        seconds = self._clock() - begun
        return Outcome(error="timeout: the service took too long", seconds=seconds)

    async def _try(self, channel: str, notice: Notice) -> Outcome:
        try:
            is_taken, status = await anyio.to_thread.run_sync(
                self._tell, channel, notice, abandon_on_cancel=True, limiter=self._threads
            )
        except ImportError:
            return Outcome(error=_NOT_INSTALLED)
        if is_taken:
            return Outcome()
        if status is None:
            return Outcome(error="refused: the service did not take it, or cannot be reached")
        return Outcome(
            status_code=status,
            error=f"refused: the service answered {status}",
            is_final=status in _FINAL,
        )
