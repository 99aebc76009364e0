"""Work that would hold the event loop, in a thread that anyio lends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

import anyio.to_thread

from changetrack_server.errors import EndpointError

__all__ = ["run_in_thread"]

Given = TypeVarTuple("Given")
Found = TypeVar("Found")


async def run_in_thread(work: Callable[[Unpack[Given]], Found], *given: *Given) -> Found:
    """Return what a function finds, which raises no RuntimeError of its own.

    Raises:
        EndpointError: the system has no thread left (`overloaded`).
    """
    try:
        return await anyio.to_thread.run_sync(work, *given)
    except RuntimeError as error:
        raise EndpointError("overloaded", detail="no thread") from error
