"""The loops of an orchestration without routes, as the settings of the environment say.

    python -m benchmarks.load.orchestra [--inline]      ends with its input, and says what it cost

Inline, pages are read in the process itself, which nobody should do with pages of strangers: what
that gains is what the processes cost.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import anyio

from changetrack_server.monitor.orchestra import Orchestra
from changetrack_server.monitor.queue import open_queue
from changetrack_server.monitor.store import open_store
from changetrack_server.services import make_services
from changetrack_server.settings import read_settings
from changetrack_server.work.dispatch import Work
from changetrack_server.work.jobs import JOBS

if TYPE_CHECKING:
    from changetrack import JsonObject
    from changetrack_server.answers import Answer
    from changetrack_server.services import Services


class _InlineWork(Work):
    """Work that is done on the spot."""

    async def do(self, job: str, order: JsonObject, *payload: bytes) -> Answer:
        return JOBS[job](order, b"".join(payload))


async def _work(services: Services) -> None:
    orchestra = Orchestra(
        services, open_store(services.settings.database), open_queue(services.settings)
    )
    try:
        async with orchestra.run():
            await anyio.to_thread.run_sync(sys.stdin.read)
    finally:
        orchestra.close()


def _measure(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Work until the input ends."""
    services = make_services(read_settings())
    if "--inline" in sys.argv:
        services = replace(services, work=_InlineWork(services.settings, services.metrics))
    else:
        services.work.start()
    # As the server and its workers do.
    has_uvloop = find_spec("uvloop") is not None
    anyio.run(_work, services, backend_options={"use_uvloop": has_uvloop})
    services.work.close()
    cost = {"own": _measure(resource.RUSAGE_SELF), "others": _measure(resource.RUSAGE_CHILDREN)}
    sys.stdout.write(f"{json.dumps(cost)}\n")


if __name__ == "__main__":
    main()
