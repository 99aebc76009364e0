"""A process that builds and times one recipe after another, and is ended when one takes too long.

What hangs, crashes or eats the memory must not take the hunter along, and is itself a finding.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
from dataclasses import dataclass
from importlib import import_module
from time import perf_counter_ns
from typing import TYPE_CHECKING, Self

from benchmarks.recipes import Job, Recipe
from changetrack.errors import ChangeTrackError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from types import TracebackType

_MEMORY = 4 * 2**30
# Calls shorter than this are repeated: the median of three hides a hiccup of the machine.
_SHORT_NS = 500_000_000
# Building a large recipe takes time of its own, which is not the library's.
_BUILD_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """What one input costs; with the outcome `timeout`, `ns` is only a lower bound."""

    ns: int
    size: int
    outcome: str

    @property
    def ns_per_byte(self) -> float:
        """Return the measure that the hunter maximizes."""
        return self.ns / max(1, self.size)


class Worker:
    """The process and the pipe to it; started anew when it had to be ended."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._context = multiprocessing.get_context("spawn")
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def measure(self, recipe: Recipe) -> Cost | None:
        """Return what a recipe costs, or None when its input is too small to count."""
        self._pipe.send(recipe)
        size = self._receive(_BUILD_SECONDS)
        if not isinstance(size, int):
            # It cannot be built in time or at all: no input, no finding.
            self._restart()
            return None
        if not size:
            return None
        answer = self._receive(self._limit)
        if isinstance(answer, Cost):
            return answer
        self._restart()
        outcome = "timeout" if answer is None else "crash"
        return Cost(int(self._limit * 1e9), size, outcome)

    def _receive(self, seconds: float) -> object:
        """Return what the worker says; None when it says nothing in time, False when it died."""
        try:
            return self._pipe.recv() if self._pipe.poll(seconds) else None
        except EOFError:
            return False

    def _start(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def _end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _restart(self) -> None:
        self._end()
        self._start()


def _serve(pipe: Connection) -> None:
    """Answer each recipe with the size of its input (0: too small), then with its cost."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    while True:
        recipe: Recipe = pipe.recv()
        module = import_module(f"benchmarks.recipes.{recipe.target}")
        try:
            job: Job = module.build(recipe)
        except (MemoryError, RecursionError):
            pipe.send(0)
            continue
        if job.size < module.LEAST_BYTES:
            pipe.send(0)
            continue
        pipe.send(job.size)
        pipe.send(_cost(job))


def _cost(job: Job) -> Cost:
    first, outcome = _time(job)
    if first > _SHORT_NS:
        return Cost(first, job.size, outcome)
    return Cost(int(statistics.median([first, _time(job)[0], _time(job)[0]])), job.size, outcome)


def _time(job: Job) -> tuple[int, str]:
    start = perf_counter_ns()
    try:
        answer = job.run()
        outcome = type(answer).__name__ if isinstance(answer, Exception) else "ok"
    except ChangeTrackError as error:
        outcome = type(error).__name__
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        outcome = f"{type(error).__name__}!"
    return perf_counter_ns() - start, outcome
