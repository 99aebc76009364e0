"""Where lives begin: a process that has loaded everything and has no thread, and forks.

A new interpreter for each of a thousand lives would take half a second each.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TypeAlias

from changetrack_server.work.jobs import warm_up

__all__ = ["Nursery", "open_nursery"]

# Something that can be sent to another process, and is lived by being called.
Life: TypeAlias = "Callable[[], object]"

# A life takes a tenth of a second.
_PATIENCE_SECONDS = 120


class Nursery:
    """The other end of that process."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def run(self, *lives: Life) -> int:
        """Live these lives one after the other in one new process, and return how it ended.

        Negative: the number of the signal that ended it.
        """
        return self.wait_for(self.start(*lives))

    def start(self, *lives: Life) -> int:
        """Begin to live these lives in a new process, and return its number."""
        return self._ask(lives)

    def wait_for(self, process: int) -> int:
        """Return how a process ended."""
        return self._ask(process)

    def _ask(self, question: tuple[Life, ...] | int) -> int:
        self._line.send(question)
        if not self._line.poll(_PATIENCE_SECONDS):
            raise RuntimeError("a life does not end")
        answer: int = self._line.recv()
        return answer


@contextmanager
def open_nursery() -> Iterator[Nursery]:
    """Yield a nursery."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_bear, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Nursery(ours)
    finally:
        ours.send(None)
        process.join(_PATIENCE_SECONDS)
        ours.close()
        theirs.close()


def _bear(line: Connection) -> None:
    warm_up()
    while question := line.recv():
        if isinstance(question, int):
            _, status = os.waitpid(question, 0)
            line.send(os.waitstatus_to_exitcode(status))
            continue
        child = os.fork()
        if child == 0:
            _live_all(question)
        line.send(child)


def _live_all(lives: tuple[Life, ...]) -> None:
    """Live, and leave without a look back: what the parent opened is the parent's to close."""
    status = 1
    try:
        for life in lives:
            life()
        status = 0
    except BaseException:  # noqa: BLE001 - it is told, and nobody stands behind it
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)
