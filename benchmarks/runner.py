"""How every question is asked: in turns, by medians, as ratios inside one run, with goals.

A bare millisecond says more about the machine than about the code, so a claim is always a ratio
between contenders that took turns in one run, with the spread of that ratio beside it.
"""

from __future__ import annotations

import gc
import math
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter_ns, thread_time_ns
from typing import TypeAlias

Cell: TypeAlias = "str | int | float | bool | None"
Row: TypeAlias = "dict[str, Cell]"

# A contender's share of a round: long enough to hide the clock, short enough to take turns often.
_ROUND_NS = 20_000_000
_MOST_ROUNDS = 25
_LEAST_ROUNDS = 5
# A single call of this length is its own median: noise is small against it, and patience is finite.
_SLOW_NS = 1_500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the person at the terminal asked for."""

    quick: bool = False
    cell_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Contender:
    """A name and a way to time it: `time(n)` makes n calls and returns the ns of each."""

    name: str
    time: Callable[[int], list[int]]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of a ratio over rounds, and its quartiles."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise and what was measured; with `least` the limit is a floor."""

    name: str
    measured: float
    limit: float
    least: bool

    @property
    def met(self) -> bool:
        """Return whether the promise holds."""
        return self.measured >= self.limit if self.least else self.measured <= self.limit


@dataclass(slots=True)
class Report:
    """The answer to one question."""

    name: str
    question: str
    rows: list[Row] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Race:
    """The median ns a call took in each round, by contender."""

    rounds: dict[str, list[float]]

    def median(self, name: str) -> float:
        """Return the median ns of one call."""
        return statistics.median(self.rounds[name])

    def ratio(self, slow: str, fast: str) -> Ratio:
        """Return how many times as long `slow` takes as `fast`, paired by round if possible."""
        over, under = self.rounds[slow], self.rounds[fast]
        if len(over) == len(under):
            ratios = [a / b for a, b in zip(over, under, strict=True)]
        else:
            ratios = [a / b for a in over for b in under]
        if len(ratios) == 1:
            return Ratio(ratios[0], ratios[0], ratios[0])
        low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
        return Ratio(statistics.median(ratios), low, high)


def python_contender(
    name: str,
    prepare: Callable[[], tuple[object, ...]],
    work: Callable[..., object],
    *,
    clock: Callable[[], int] = perf_counter_ns,
) -> Contender:
    """Return a contender that calls `work(*prepare())` and times `work` alone.

    A caller's page has just been decoded: its hash and its UTF-8 form are not cached yet. `prepare`
    makes such fresh values, outside the timed part, for each call. `clock` is the wall's where a
    contender in another process is timed by it too, else `own_time`.
    """

    def time(calls: int) -> list[int]:
        taken = []
        for _ in range(calls):
            arguments = prepare()
            start = clock()
            work(*arguments)
            taken.append(clock() - start)
        return taken

    return Contender(name, time)


def own_time() -> int:
    """Return the processor time of this thread in ns: other programs on the machine do not count.

    All contenders in Python use one thread and never wait.
    """
    return thread_time_ns()


def fresh(text: str) -> str:
    """Return an equal string that shares nothing with `text`, as if just read from a socket."""
    return text.encode().decode()


def race(contenders: list[Contender], settings: Settings) -> Race:
    """Let the contenders take turns until the time for one cell is spent."""
    first = {one.name: one.time(1)[0] for one in contenders}
    rounds: dict[str, list[float]] = {one.name: [] for one in contenders}
    quick = [one for one in contenders if first[one.name] < _SLOW_NS]
    for one in contenders:
        if one not in quick:
            rounds[one.name] = [float(first[one.name])]
    # The first call was cold; the second tells what a warm one costs.
    cost = {one.name: max(1, one.time(1)[0]) for one in quick}
    calls = {name: max(1, min(1_000, _ROUND_NS // ns)) for name, ns in cost.items()}
    one_round = sum(calls[name] * cost[name] for name in cost)
    for turn in range(_round_count(one_round, settings)):
        at = turn % max(1, len(quick))
        for one in quick[at:] + quick[:at]:
            # Nobody shall pay for the cyclic garbage of who was before: DeepDiff leaves a lot.
            gc.collect()
            rounds[one.name].append(statistics.median(one.time(calls[one.name])))
    return Race(rounds)


def _round_count(round_ns: int, settings: Settings) -> int:
    if not round_ns:
        return 0
    if settings.quick:
        return 3
    wanted = settings.cell_seconds * 1e9 / round_ns
    return max(_LEAST_ROUNDS, min(_MOST_ROUNDS, int(wanted)))


def geometric_mean(values: list[float]) -> float:
    """Return the geometric mean, the only fair mean of ratios."""
    return math.exp(statistics.fmean(map(math.log, values)))


def progress(text: str) -> None:
    """Say on stderr what is being measured now."""
    sys.stderr.write(f"  … {text}\n")
    sys.stderr.flush()


def microseconds(ns: float) -> float:
    """Return ns as µs with three significant digits."""
    return float(f"{ns / 1000:.3g}")


def rounded(value: float) -> float:
    """Return a ratio with three significant digits."""
    return float(f"{value:.3g}")
