"""Whether a change matters, for somebody with a goal: asked once, and remembered.

A judge that fails must not silence an alarm: unless the operator decided otherwise, the change then
counts as meaningful, and says that nobody judged it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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

__all__ = ["Judgment", "judge_change"]


class Judgment(NamedTuple):
    """What is shown of a judgment, and whether it cost one."""

    shown: JsonObject
    is_paid: bool


async def judge_change(
    observation: Observation,
    target: Target,
    config: Config,
    *,
    transact: Transactor,
    services: Services,
) -> Judgment | None:
    """Return the judgment of a change; None where nobody wants one."""
    diff = (observation.result or {}).get("diff")
    if not config.judge_enabled or not config.goal or not isinstance(diff, dict):
        return None
    goal, prompt = config.goal, target.tracking.prompt
    fingerprint = fingerprint_diff(goal, prompt, diff)
    known = await transact(lambda transaction: transaction.find(VERDICTS, fingerprint))
    if known is not None:
        return Judgment(known.judgment, is_paid=False)
    judged = await judge(
        diff, goal, services.model, budget=services.settings.judge_chars, prompt=prompt
    )
    if judged.judgment is None:
        return Judgment(_default(judged.warnings, services), is_paid=False)
    verdict = Verdict(
        fingerprint=fingerprint,
        judgment=judged.judgment,
        created_at=services.now(),
    )
    await transact(lambda transaction: transaction.put(VERDICTS, verdict))
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
