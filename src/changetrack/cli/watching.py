"""A monitor in the terminal: pages looked at when they are due, until somebody has seen enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from changetrack.cli.looks import Look, judge_by
from changetrack.monitor.outcomes import fingerprint_contract
from changetrack.monitor.schedule import next_run

if TYPE_CHECKING:
    from changetrack._models import JsonObject
    from changetrack.cli.door import Observe
    from changetrack.cli.keeping import Memory
    from changetrack.cli.screen import Ticker
    from changetrack.monitor.models import Target
    from changetrack.monitor.outcomes import Observation
    from changetrack.monitor.schedule import Schedule

__all__ = ["Clock", "Watch", "watch"]

# Pages at once: a watch is one reader, and no crowd.
_AT_ONCE = 4
# Between two looks at the clock, since a machine that slept wakes up late; where somebody sees how
# long there is to wait, each second.
_NAP_SECONDS, _TICK_SECONDS = 30.0, 1.0


class Clock(Protocol):
    """Tells the time, and lets it pass."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched, how, and when."""

    target: Target
    schedule: Schedule
    # Says which changes matter; None: all of them.
    goal: str | None = None
    is_once: bool = False

    @property
    def contract(self) -> str:
        """What tells snapshots that can be compared from others."""
        return fingerprint_contract(self.target)


async def watch(
    plan: Watch,
    observe: Observe,
    memory: Memory,
    *,
    clock: Clock,
    ticker: Ticker,
    tell: Callable[[list[Look]], None],
) -> None:
    """Look at the pages whenever they are due, tell of each round, and keep what was seen.

    Only what was told is kept: a change that nobody saw is told the next time.
    """
    while True:
        ticker.show("looking …")
        looks = await _look(plan, observe, memory, clock)
        ticker.clear()
        tell(looks)
        for look in looks:
            _keep(plan, memory, look)
        memory.save()
        if plan.is_once:
            return
        await _wait(next_run(plan.schedule, clock.now()), clock, ticker)


async def _look(plan: Watch, observe: Observe, memory: Memory, clock: Clock) -> list[Look]:
    """Return a look at each page, in the order in which they were named."""
    import anyio

    turns = anyio.CapacityLimiter(_AT_ONCE)
    looks: dict[str, Look] = {}
    target = judge_by(plan.target, plan.goal)

    async def look_at(url: str) -> None:
        async with turns:
            previous = memory.find(url, plan.contract)
            seen = await observe(target, url, previous)
            looks[url] = Look(at=clock.now(), status=_classify(seen, previous), seen=seen)

    async with anyio.create_task_group() as group:
        for url in plan.target.urls:
            group.start_soon(look_at, url)
    return [looks[url] for url in plan.target.urls]


def _classify(seen: Observation, previous: JsonObject | None) -> str:
    if seen.error is not None or seen.result is None:
        return "error"
    return "new" if previous is None else str(seen.result["status"])


def _keep(plan: Watch, memory: Memory, look: Look) -> None:
    """Keep a page that was seen well; whatever else there was to see replaces nothing."""
    snapshot = None if look.status == "error" else (look.seen.result or {}).get("snapshot")
    if isinstance(snapshot, dict):
        memory.keep(look.seen.url, plan.contract, snapshot, look.at)


async def _wait(due: datetime, clock: Clock, ticker: Ticker) -> None:
    from changetrack.cli.screen import spell_wait

    nap = _TICK_SECONDS if ticker.is_shown else _NAP_SECONDS
    while (left := (due - clock.now()).total_seconds()) > 0:
        ticker.show(f"next look in {spell_wait(left)} (stop with Ctrl-C)")
        await clock.sleep(min(left, nap))
    ticker.clear()
