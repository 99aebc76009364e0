"""What the orchestration asks of a queue: little, so that there could be another one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, Protocol, TypeAlias

__all__ = ["Kind", "Queue", "Task"]

# What a job asks for: one check; all messages that are due; a look at what is due; a cleaning.
Kind: TypeAlias = Literal["check", "deliver", "tick", "sweep"]
# Does a job, which has the id of a check or nothing to say. It may come again, and at once.
Task: TypeAlias = Callable[[str], Awaitable[object]]


class Queue(Protocol):
    """Hands jobs to workers, each at least once, unless it is lost with a worker."""

    async def enqueue(self, kind: Kind, ids: Sequence[str] = ("",)) -> int:
        """Write a job for each id that has none waiting, and return how many those are.

        Raises:
            ChangeTrackError: the queue is out of reach.
        """
        ...

    async def run_worker(self, tasks: Mapping[Kind, Task]) -> None:
        """Do jobs until cancelled, whatever happens to the queue; then end what runs."""
        ...

    async def stop(self) -> None:
        """Let go of what the queue holds."""
        ...
