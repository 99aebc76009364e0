"""The other end of `processes`: what does one job after the other, and may be killed.

An order comes as a line of JSON with the job, its options and the size of what follows; the answer
goes back as a line with its status and its size. Both are plain data, so that a process which read
a hostile page can make its parent believe nothing but an answer. Started as
`python -m changetrack_server.work.worker`, with no environment but the path of its modules.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from types import TracebackType
from typing import IO

from changetrack_server.answers import Answer, bound, refuse
from changetrack_server.errors import EndpointError
from changetrack_server.work.jobs import JOBS, Order, warm_up
from changetrack_server.work.processes import OUT_OF_MEMORY

# Whoever waits for an event loop shall not wait for us.
_NICENESS = 5


def main() -> int:
    """Do the jobs that come on standard input until it ends, and return the exit status."""
    sys.excepthook = _report
    # Nothing but answers may go where answers go, whatever a library prints.
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _calm_down()
    warm_up()
    # What is loaded stays; looking through it for garbage costs each job a millisecond.
    gc.collect()
    gc.freeze()
    try:
        _work(sys.stdin.buffer, target)
    except MemoryError:
        # Not over a job, but over taking or giving it; what is in the pipes is of no more use.
        return OUT_OF_MEMORY
    return 0


def _work(source: IO[bytes], target: IO[bytes]) -> None:
    for line in source:
        order: Order = json.loads(line)
        payload = source.read(order["size"])
        _bound_work(order["cpu"], order["memory"])
        answer = _do(order, payload)
        head = {"status": answer.status, "size": len(answer.body), "note": answer.note}
        target.write(json.dumps({**head, "name": order["name"]}).encode() + b"\n")
        target.write(answer.body)
        target.flush()


def _do(order: Order, payload: bytes) -> Answer:
    try:
        return bound(JOBS[order["job"]](order, payload), order["answer"])
    except MemoryError:
        pass
    # Outside of the handler, whose traceback holds everything that filled the memory.
    return refuse(EndpointError("work_too_large"))


def _report(kind: type[BaseException], _: BaseException, traceback: TracebackType | None) -> None:
    """Say where a fault of ours was, and nothing of the page that led there."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    where = "?"
    if traceback is not None:
        where = f"{traceback.tb_frame.f_globals.get('__name__')}:{traceback.tb_lineno}"
    line = {"level": "error", "event": "worker failed", "error": kind.__name__, "where": where}
    sys.stderr.write(json.dumps(line) + "\n")


def _calm_down() -> None:
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    with contextlib.suppress(ImportError):
        import resource

        # A process that is ended by its limits would leave a page in a file of the system.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_work(cpu_seconds: int, memory_bytes: int) -> None:
    """Let the system end this process when its job takes more than it may.

    Where the system cannot (Windows), the clock of the parent still does.
    """
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_seconds, most))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, most))


if __name__ == "__main__":
    sys.exit(main())
