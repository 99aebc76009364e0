"""What goes on all the time in an installation of one process, or of several on one database.

Each loop does a step as long as there is something to do, and then waits for its bell or for a
while. A loop does not end by what a step does: it says so and goes on.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

import anyio
import anyio.lowlevel

from changetrack import ChangeTrackError
from changetrack_server.logs import note

__all__ = ["Bell", "Loop", "React", "keep_going"]

# What is done about an error besides waiting; it does not fail itself.
React: TypeAlias = Callable[[ChangeTrackError], Awaitable[None]]

# A step that fails is tried again after a second, and less and less often after that.
_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)


class Bell:
    """Wakes whoever waits; rung while nobody does, it wakes the next one."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    def ring(self) -> None:
        """Wake everybody."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Wait until it rings, or so long."""
        with anyio.move_on_after(seconds):
            await self._event.wait()
        if self._event.is_set():
            self._event = anyio.Event()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Something that is done again and again."""

    name: str
    # Does what there is to do, and returns how long to wait then; zero: there is more.
    step: Callable[[], Awaitable[float]]
    # How many do it at once.
    count: int = 1
    bell: Bell = field(default_factory=Bell)


@asynccontextmanager
async def keep_going(*loops: Loop, react: React) -> AsyncIterator[None]:
    """Run loops until the block is left; what they were at is left as it is then.

    `react` is called with what a step could not do, before the loop waits.
    """
    async with anyio.create_task_group() as group:
        for loop in loops:
            for _ in range(loop.count):
                group.start_soon(_go_on, loop, react)
        try:
            yield
        finally:
            group.cancel_scope.cancel()


async def _go_on(loop: Loop, react: React) -> None:
    failures = 0
    while True:
        try:
            seconds = await loop.step()
            failures = 0
        except ChangeTrackError as error:
            note("loop waits", level=logging.WARNING, loop=loop.name, problem=error.problem)
            await react(error)
            seconds, failures = _PAUSES[min(failures, len(_PAUSES) - 1)], failures + 1
        except Exception as error:  # noqa: BLE001 - nobody stands behind this loop to start it again
            note("loop failed", level=logging.ERROR, error=error, loop=loop.name)
            seconds, failures = _PAUSES[min(failures, len(_PAUSES) - 1)], failures + 1
        if seconds > 0:
            await loop.bell.wait(seconds)
        else:
            await anyio.lowlevel.checkpoint()
