"""Whether a client is still there: work for somebody who has left is work for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import anyio
from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["while_present"]

_Value = TypeVar("_Value")


async def while_present(request: Request, work: Callable[[], Awaitable[_Value]]) -> _Value:
    """Return what work returns, unless the client leaves before: then the work is stopped.

    The body of the request must have been read.

    Raises:
        ClientDisconnect: nobody waits for the answer any more.
    """
    with anyio.CancelScope() as scope:
        watcher = asyncio.ensure_future(_await_leave(request, scope))
        # What `receive` may raise is of no interest once nobody listens; but it must be looked at.
        watcher.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            return await work()
        finally:
            watcher.cancel()
    raise ClientDisconnect


async def _await_leave(request: Request, scope: anyio.CancelScope) -> None:
    # A task group would wrap what work raises, and this is the way of every error.
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
