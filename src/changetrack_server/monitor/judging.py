"""Whether a change matters, for somebody with a goal: asked once, and remembered.

A judge that fails must not silence an alarm: unless the operator decided otherwise, the change then
counts as meaningful, and says that nobody judged it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import anyio

from changetrack.monitor.models import Verdict
from changetrack.monitor.outcomes import fingerprint_diff
from changetrack.monitor.tables import VERDICTS
from changetrack_server.llm.judging import judge

if TYPE_CHECKING:
    from changetrack import JsonObject
    from changetrack.monitor.models import Config, Target
    from changetrack.monitor.outcomes import Observation
    from changetrack_server.monitor.transacting import Transactor
    from changetrack_server.services import Services

__all__ = ["Judge", "Judgment"]


class Judgment(NamedTuple):
    """What is shown of a judgment, and whether it cost one."""

    shown: JsonObject
    is_paid: bool


class Judge:
    """Judges the changes of one check: each once, however many pages have it.

    `judged` is how many of them those who had the check before have judged: together they are not
    more than the settings allow.
    """

    def __init__(
        self, config: Config, transact: Transactor, services: Services, *, judged: int = 0
    ) -> None:
        self._goal = (config.goal or "").strip() if config.judge_enabled else ""
        self._transact = transact
        self._services = services
        self._left = services.settings.judged_pages - judged
        # By fingerprint: who waits for what another page has asked, and what nobody could judge.
        self._turns: dict[str, anyio.Lock] = {}
        self._failures: dict[str, Judgment] = {}

    async def judge_change(self, observation: Observation, target: Target) -> Judgment | None:
        """Return the judgment of a change; None where nobody wants one, or there were too many."""
        diff = (observation.result or {}).get("diff")
        if not self._goal or not isinstance(diff, dict) or self._left < 1:
            return None
        self._left -= 1
        prompt = target.tracking.prompt
        fingerprint = fingerprint_diff(self._goal, prompt, diff)
        async with self._turns.setdefault(fingerprint, anyio.Lock()):
            known = await self._recall(fingerprint)
            return known or await self._ask(fingerprint, diff, prompt)

    async def _recall(self, fingerprint: str) -> Judgment | None:
        if fingerprint in self._failures:
            return self._failures[fingerprint]
        known = await self._transact(lambda transaction: transaction.find(VERDICTS, fingerprint))
        return Judgment(known.judgment, is_paid=False) if known else None

    async def _ask(self, fingerprint: str, diff: JsonObject, prompt: str | None) -> Judgment:
        services = self._services
        budget = services.settings.judge_chars
        judged = await judge(diff, self._goal, services.model, budget=budget, prompt=prompt)
        if judged.judgment is None:
            failure = Judgment(_default(judged.warnings, services), is_paid=False)
            self._failures[fingerprint] = failure
            return failure
        verdict = Verdict(
            fingerprint=fingerprint, judgment=judged.judgment, created_at=services.now()
        )
        await self._transact(lambda transaction: transaction.put(VERDICTS, verdict))
        return Judgment(verdict.judgment, is_paid=True)


def _default(warnings: tuple[str, ...], services: Services) -> JsonObject:
    """Return what stands where the judge has nothing to say, and why."""
    is_meaningful = services.settings.judge_failure == "open"
    word = "meaningful" if is_meaningful else "not meaningful"
    return {
        "meaningful": is_meaningful,
        "confidence": "low",
        "reason": f"{'; '.join(warnings)}: counted as {word}",
        "meaningfulChanges": [],
        "degraded": True,
    }
