"""Whether sites let us fetch: the verdict of each robots.txt, kept for a while and read once.

Whoever asks while a verdict is being read waits for that reading. When the reader is given up, one
of those who wait reads instead.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import anyio

from changetrack_server.egress.robots import Rules, parse_robots
from changetrack_server.egress.threads import run_in_thread
from changetrack_server.errors import EndpointError

if TYPE_CHECKING:
    from changetrack_server.egress.hops import Reply
    from changetrack_server.egress.urls import Origin, Target

__all__ = ["Permissions", "Verdict", "judge_failure", "judge_reply"]

# Of all sites together. The rules of a site weigh some 7 KB, so a thousand sites are light; those
# of a hostile one weigh up to 17 MB, and a thousand of them not more than the whole either.
MAX_SITES = 1000
MAX_WEIGHT = 64 * 2**20
# A robots.txt that could not be read is not asked for again so soon: enough to be spared by all who
# ask at once, and not enough for anybody to wait for.
FAILURE_SECONDS = 10.0

# Faults of the page's own host: with them, the page is no better off than its robots.txt.
_HOST_FAULTS = {"url_blocked", "dns_failed", "dns_timeout"}

ReadVerdict: TypeAlias = "Callable[[Origin], Awaitable[Verdict]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a robots.txt says, or the reason why nobody knows."""

    rules: Rules = field(default_factory=Rules)
    failure: str = ""
    # Of the failure; for the operator's log.
    detail: str = ""


async def judge_reply(reply: Reply, agent: str) -> Verdict:
    """Return what a reply to the question for robots.txt means (RFC 9309 section 2.3.1).

    Raises:
        EndpointError: there is no thread to read it in.
    """
    if reply.status >= 500:  # noqa: PLR2004 - the class of statuses
        return Verdict(failure="robots_unreachable", detail=f"status {reply.status}")
    if not 200 <= reply.status < 300:  # noqa: PLR2004 - the class of statuses
        return Verdict()
    # Up to 0.1 s for a hostile file, which nobody else should wait for.
    return Verdict(rules=await run_in_thread(parse_robots, reply.body, agent))


def judge_failure(error: EndpointError, *, is_first: bool) -> Verdict:
    """Return what it means that no robots.txt was to be had."""
    if error.reason == "too_many_redirects":
        # Not there, says RFC 9309: who sends every path in circles has no rules about them.
        return Verdict()
    is_host = is_first and error.reason in _HOST_FAULTS
    reason = error.reason if is_host else "robots_unreachable"
    return Verdict(failure=reason, detail=error.detail or str(error))


class _Kept(NamedTuple):
    verdict: Verdict
    until: float
    weight: int


class _Reading:
    """A verdict on its way."""

    def __init__(self) -> None:
        self.done = anyio.Event()
        self.verdict: Verdict | None = None


class Permissions:
    """The verdicts of all sites. `read` gets one; whatever it raises concerns its caller alone."""

    def __init__(self, read: ReadVerdict, seconds: float, clock: Callable[[], float]) -> None:
        self._read = read
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[Origin, _Kept] = OrderedDict()
        self._readings: dict[Origin, _Reading] = {}
        self._weight = 0

    async def check(self, target: Target) -> None:
        """Return if the target's site lets us fetch it.

        Raises:
            EndpointError: it does not, or nobody knows.
        """
        verdict = await self._find(target.origin)
        if verdict.failure:
            raise EndpointError(verdict.failure, detail=verdict.detail)
        if not verdict.rules.allows(target.path):
            raise EndpointError("robots_disallowed")

    async def _find(self, origin: Origin) -> Verdict:
        while True:
            kept = self._kept.get(origin)
            if kept is not None and self._clock() < kept.until:
                self._kept.move_to_end(origin)
                return kept.verdict
            reading = self._readings.get(origin)
            if reading is None:
                return await self._get(origin)
            await reading.done.wait()
            # Not looked up: it may be one that is not kept.
            if reading.verdict is not None:
                return reading.verdict

    async def _get(self, origin: Origin) -> Verdict:
        reading = self._readings[origin] = _Reading()
        try:
            reading.verdict = await self._read(origin)
            self._keep(origin, reading.verdict)
            return reading.verdict
        finally:
            del self._readings[origin]
            reading.done.set()

    def _keep(self, origin: Origin, verdict: Verdict) -> None:
        self._drop(origin)
        seconds = min(self._seconds, FAILURE_SECONDS) if verdict.failure else self._seconds
        kept = _Kept(verdict, self._clock() + seconds, verdict.rules.weight)
        self._kept[origin] = kept
        self._weight += kept.weight
        # The one that is new stays, whatever its weight.
        while len(self._kept) > MAX_SITES or (self._weight > MAX_WEIGHT and len(self._kept) > 1):
            self._drop(next(iter(self._kept)))

    def _drop(self, origin: Origin) -> None:
        kept = self._kept.pop(origin, None)
        if kept is not None:
            self._weight -= kept.weight
