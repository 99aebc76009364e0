"""The loops of an orchestration without routes, as the settings of the environment say.

    python -m benchmarks.load.orchestra [--inline]      ends with its input, and says what it cost

Inline, pages are read in the process itself, which nobody should do with pages of strangers: what
that gains is what the processes cost.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
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


async def _work(services: Services) -> dict[str, float]:
    """Work until the input ends, and return the processor seconds of this process and others."""
    orchestra = Orchestra(
        services, open_store(services.settings.database), open_queue(services.settings)
    )
    try:
        async with orchestra.run():
            begun = _measure_own(), _measure_children()
            await anyio.to_thread.run_sync(sys.stdin.read)
            return {"own": _measure_own() - begun[0], "others": _measure_children() - begun[1]}
    finally:
        orchestra.close()


def _measure_own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _measure_children() -> float:
    """Return the seconds of processes that we started: of those that are over, and of the others.

    Where the system does not tell of the others, they are left out.
    """
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                ticks += int(fields[11]) + int(fields[12])
    return used.ru_utime + used.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Work until the input ends."""
    services = make_services(read_settings())
    if "--inline" in sys.argv:
        services = replace(services, work=_InlineWork(services.settings, services.metrics))
    else:
        services.work.start()
    # As the server and its workers do.
    has_uvloop = find_spec("uvloop") is not None
    cost = anyio.run(_work, services, backend_options={"use_uvloop": has_uvloop})
    services.work.close()
    sys.stdout.write(f"{json.dumps(cost)}\n")


if __name__ == "__main__":
    main()
