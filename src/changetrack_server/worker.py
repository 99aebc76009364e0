"""The other end of `workers`: a process that does one job after the other, and may be killed.

A job comes as a line of JSON with its name, its options and the size of what follows; the answer
goes back as a line with its status and its size. Both are plain data, so that a process which read
a hostile page can make its parent believe nothing but an answer. Started as
`python -m changetrack_server.worker`, with no environment but the path of its modules.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import IO

from changetrack_server.answers import Answer, refuse
from changetrack_server.errors import EndpointError
from changetrack_server.jobs import JOBS, Order, warm_up

# Whoever waits for an event loop shall not wait for us.
_NICENESS = 5


def main() -> int:
    """Do the jobs that come on standard input until it ends."""
    source = sys.stdin.buffer
    # Nothing but answers may go where answers go, whatever a library prints.
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _calm_down()
    warm_up()
    # What is loaded stays; looking through it for garbage costs each job a millisecond.
    gc.collect()
    gc.freeze()
    for line in source:
        order: Order = json.loads(line)
        payload = source.read(order["size"])
        _bound_work(order["cpu"], order["memory"])
        _write(target, _do(order, payload))
    return 0


def _do(order: Order, payload: bytes) -> Answer:
    try:
        return JOBS[order["job"]](order, payload)
    except MemoryError:
        pass
    # Outside of the handler, whose traceback holds everything that filled the memory.
    return refuse(EndpointError("work_too_large"))


def _write(target: IO[bytes], answer: Answer) -> None:
    target.write(b'{"status":%d,"size":%d}\n' % (answer.status, len(answer.body)))
    target.write(answer.body)
    target.flush()


def _calm_down() -> None:
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


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
