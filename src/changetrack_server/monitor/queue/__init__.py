"""What wakes the workers of an installation of several processes.

    rows ─▶ tick ─▶ jobs ─▶ workers ─▶ rows

The rows are the truth. A job is a name that somebody should look at: one that is lost is written
again by the next tick, and one that comes twice finds nothing to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack_server.monitor.queue.crew import Crew
from changetrack_server.monitor.queue.port import Kind, Queue, Task
from changetrack_server.monitor.store import StoreError

if TYPE_CHECKING:
    from changetrack_server.settings import Settings

__all__ = ["Crew", "Kind", "Queue", "Task", "open_queue"]

_POSTGRES = ("postgresql://", "postgres://")


def open_queue(settings: Settings) -> Queue | None:
    """Return the queue in the database of the settings; None: one process does everything.

    Raises:
        SettingsError: the database has one, and what it takes is not installed.
    """
    if not settings.database.startswith(_POSTGRES):
        return None
    try:
        from changetrack_server.monitor.queue.durable import ProcrastinateQueue
    except ModuleNotFoundError as error:
        problem = f"a postgresql: database needs {error.name}, which is not installed"
        raise StoreError(f'{problem}; pip install "changetrack[postgres]"') from None
    return ProcrastinateQueue(
        settings.database, checks=settings.max_checks, drain_seconds=settings.drain_seconds
    )
