"""What may be ordered, and yet is hardly what somebody wants."""

from __future__ import annotations

from changetrack._models import JsonValue
from changetrack.monitor.models import Config, Target
from changetrack.monitor.pricing import estimate_check
from changetrack.monitor.wire.rules import Rules

__all__ = ["list_doubts"]


def list_doubts(config: Config, rules: Rules) -> list[str]:
    """Return a warning for each thing that a server with these rules will not do."""
    return [
        *_doubt_mail(config),
        *_doubt_judging(config, rules),
        *_doubt_budget(config),
        *(
            f"targets[{index}]: no property of the schema has an x-selector, and this server has no"
            " language model, so fields are found only where a page states them as data"
            for index, target in enumerate(config.targets)
            if not rules.has_model and _is_vague(target)
        ),
    ]


def _doubt_mail(config: Config) -> list[str]:
    email = config.notification.email if config.notification else None
    if email is None or not email.enabled or email.recipients:
        return []
    return ["notification.email.recipients is empty, so nobody gets mail"]


def _doubt_judging(config: Config, rules: Rules) -> list[str]:
    if config.judge_enabled and config.goal and not rules.has_model:
        return ["changes are judged by a language model, and this server has none"]
    if config.judge_enabled and not config.goal:
        return ["judgeEnabled does nothing without a goal"]
    return []


def _doubt_budget(config: Config) -> list[str]:
    cost, budget = estimate_check(config), config.monthly_credits
    if budget is None or cost <= budget:
        return []
    problem = f"a check may cost {cost:,} credits, more than the {budget:,} of a month"
    return [f"{problem}, so none ever begins; raise monthlyCredits or lower maxPages"]


def _is_vague(target: Target) -> bool:
    schema = target.tracking.schema
    return schema is not None and target.type != "feed" and not _has_selector(schema)


def _has_selector(schema: JsonValue) -> bool:
    pending: list[JsonValue] = [schema]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if "x-selector" in value:
                return True
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return False
