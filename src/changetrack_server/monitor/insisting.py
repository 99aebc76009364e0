"""Patience: what passes is tried again, whether a site or this server was at fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from changetrack_server.errors import EndpointError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from changetrack_server.services import Services

__all__ = ["insist"]

T = TypeVar("T")

# A connection that was reset is there again a moment later, more often than not.
_PAUSE_SECONDS = 2.0
# This server was full; checks are what it is for, so they wait longer than a caller would.
_ROOM_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
_FULL = frozenset({"overloaded"})


async def insist(attempt: Callable[[], Awaitable[T]], services: Services) -> T:
    """Return what an attempt gives; what a site may have overcome by then is tried once more.

    Raises:
        EndpointError: it does not pass.
    """
    pauses = iter(_ROOM_SECONDS)
    is_repeated = False
    while True:
        try:
            return await attempt()
        except EndpointError as error:
            if error.reason in _FULL:
                pause = next(pauses, None)
            else:
                pause = None if is_repeated or not error.retryable else _PAUSE_SECONDS
                is_repeated = True
            if pause is None:
                raise
            await services.sleep(pause)
