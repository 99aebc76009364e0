"""A process that only works: it runs the checks and sends the messages of an installation.

Any number of them share a PostgreSQL database. Each may be killed at any time: what it had is taken
over when its lease is over. Told to stop by SIGTERM or SIGINT, it takes nothing more, lets what it
has go on for a while, and gives back the rest.
"""

from __future__ import annotations

import logging.config
import signal
from importlib.util import find_spec
from typing import TYPE_CHECKING

import anyio

from changetrack_server.logs import describe_logs, note
from changetrack_server.monitor.orchestra import Orchestra
from changetrack_server.monitor.queue import open_queue
from changetrack_server.monitor.store import open_store
from changetrack_server.services import make_services
from changetrack_server.settings import PREFIX, SettingsError

if TYPE_CHECKING:
    from changetrack_server.monitor.queue import Queue
    from changetrack_server.services import Services
    from changetrack_server.settings import Settings

__all__ = ["run_worker"]


def run_worker(settings: Settings) -> int:
    """Work until told to stop, and return the exit status.

    Raises:
        SettingsError: the database is not for several processes, or cannot be used.
    """
    queue = open_queue(settings)
    if queue is None:
        raise SettingsError(
            f"{PREFIX}DATABASE is a file, which is for one machine: `changetrack serve --monitors"
            " --workers N` does the work there; for workers, set it to postgresql://…"
        )
    logging.config.dictConfig(describe_logs(settings.log_level))
    services = make_services(settings)
    services.work.start()
    try:
        anyio.run(
            _work_until_told,
            services,
            queue,
            backend_options={"use_uvloop": find_spec("uvloop") is not None},
        )
    finally:
        services.work.close()
    return 0


async def _work_until_told(services: Services, queue: Queue) -> None:
    # What takes psycopg, which is there if there is a queue.
    from changetrack_server.monitor.queue.patience import await_server

    await await_server(services.settings.database)
    orchestra = Orchestra(services, open_store(services.settings.database), queue)
    try:
        async with orchestra.work():
            # Before anybody is told that it works: whoever was told may tell it to stop at once.
            # And no longer than for the first: the second one ends the process as ever.
            with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
                note("worker ready", checks=services.settings.max_checks)
                told = await anext(aiter(signals))
            note("worker stops", signal=told.name)
    finally:
        orchestra.close()
    note("worker stopped")
