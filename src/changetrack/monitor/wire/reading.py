"""Bodies of requests, read: a new monitor, changes of one, and a schedule to be tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from changetrack._kinds import name_kind
from changetrack._models import JsonValue
from changetrack._reader import Reader
from changetrack.errors import InvalidMonitor
from changetrack.monitor.changes import ConfigPatch, ScheduleWish, make_config
from changetrack.monitor.models import Config
from changetrack.monitor.wire.dialects import Dialect
from changetrack.monitor.wire.doubts import list_doubts
from changetrack.monitor.wire.numbers import read_number
from changetrack.monitor.wire.receivers import read_notification, read_webhook
from changetrack.monitor.wire.rules import MOST_GOAL, MOST_NAME, Rules
from changetrack.monitor.wire.spelling import (
    find_meant,
    is_given,
    list_unknown,
    name_unknown,
    quote,
)
from changetrack.monitor.wire.targets import read_targets

__all__ = ["MonitorWish", "PreviewWish", "read_monitor", "read_patch", "read_preview"]

_MOST_RETENTION_DAYS = 365
# No budget is larger, and a number of any length is no budget.
_MOST_CREDITS = 10**9
# Whoever waits longer for a page to be gone has a monitor that never says so.
_MOST_REMOVAL_CHECKS = 100
_SCHEDULE = frozenset({"text", "cron", "timezone", "everySeconds"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorWish:
    """A monitor that somebody wants, as it was read."""

    config: Config
    # The first check is not to wait for the schedule.
    is_to_run: bool = False
    is_paused: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewWish:
    """What somebody wants to see before they order it."""

    config: Config
    # Whether it says what is looked at, and not only when.
    has_targets: bool = False
    warnings: tuple[str, ...] = ()


def read_monitor(
    body: JsonValue, dialect: Dialect, rules: Rules, *, monitor_id: str, now: datetime
) -> MonitorWish:
    """Return the monitor that a body orders.

    Raises:
        ChangeTrackError: something in it is wrong; the error names the place.
    """
    fields = Reader(body)
    _refuse_unknown(fields, dialect, _CREATE)
    for name in ("name", "schedule", "targets"):
        if fields.raw(name) is None:
            raise InvalidMonitor(f"there is no {name}", "send one", name)
    patch = _read(fields, dialect, rules, known=_CREATE)
    if patch.schedule.text is None and patch.schedule.cron is None:
        raise InvalidMonitor(*_NO_SCHEDULE, "schedule")
    config = make_config(patch, monitor_id=monitor_id, now=now, minimum=rules.minimum)
    return MonitorWish(
        config=config,
        is_to_run=bool(fields.flag("runNow") or fields.flag("checkOnCreate")),
        is_paused=patch.status == "paused",
        warnings=(*patch.warnings, *list_doubts(config, rules)),
    )


def read_patch(body: JsonValue, dialect: Dialect, rules: Rules) -> ConfigPatch:
    """Return the changes that a body asks for.

    Raises:
        ChangeTrackError: something in it is wrong, or nothing is in it.
    """
    fields = Reader(body)
    if not fields.names:
        problem = "there is nothing to change"
        raise InvalidMonitor(problem, f"send one of {', '.join(sorted(_PATCH - _LABELS))}")
    _refuse_unknown(fields, dialect, _PATCH)
    for name in _READERS:
        if name not in _CLEARED and is_given(fields, name) and fields.raw(name) is None:
            problem = f"{name} cannot be cleared"
            raise InvalidMonitor(problem, "send a value, or leave it out to keep it", name)
    return _read(fields, dialect, rules, known=_PATCH)


def read_preview(
    body: JsonValue, dialect: Dialect, rules: Rules, *, monitor_id: str, now: datetime
) -> PreviewWish:
    """Return what a body orders, were it a monitor.

    Raises:
        ChangeTrackError: something in it is wrong, or it has no schedule.
    """
    fields = Reader(body)
    _refuse_unknown(fields, dialect, _PREVIEW)
    patch = _read(fields, dialect, rules, known=_PREVIEW)
    if patch.schedule.text is None and patch.schedule.cron is None:
        raise InvalidMonitor(*_NO_SCHEDULE, "schedule")
    config = make_config(patch, monitor_id=monitor_id, now=now, minimum=rules.minimum)
    has_targets = "targets" in patch.given
    doubts = list_doubts(config, rules) if has_targets else ()
    return PreviewWish(config=config, has_targets=has_targets, warnings=(*patch.warnings, *doubts))


_LABELS = frozenset({"origin"})
_FIELDS = frozenset(
    {
        *("name", "schedule", "targets", "goal", "judgeEnabled", "webhook", "notification"),
        *("retentionDays", "monthlyCredits", "removalChecks", "status"),
    }
)
_PATCH = _FIELDS | _LABELS
_CREATE = _PATCH | {"runNow", "checkOnCreate"}
# A whole order can be tried, with the id of a monitor, or without.
_PREVIEW = _CREATE | {"id", "count"}


def _refuse_unknown(fields: Reader, dialect: Dialect, known: frozenset[str]) -> None:
    if not dialect.is_strict:
        return
    for name in list_unknown(fields, known):
        nearest = find_meant(name, sorted(known))
        remedy = f"did you mean {nearest}?" if nearest else f"use {', '.join(sorted(known))}"
        problem = f"Unrecognized key in body -- {quote(name)}"
        raise InvalidMonitor(problem, remedy, quote(name)[1:-1])


def _read(fields: Reader, dialect: Dialect, rules: Rules, *, known: frozenset[str]) -> ConfigPatch:
    warnings: list[str] = []
    if not dialect.is_strict:
        warnings += name_unknown(fields, known, "field of a monitor")
    read: dict[str, object] = {}
    for name, (field, read_field) in _READERS.items():
        # Null clears what can be empty; in an order, the others are what they are by themselves.
        if fields.raw(name) is not None or (name in _CLEARED and is_given(fields, name)):
            found = read_field(fields, rules, warnings)
            if found is not _UNCHANGED:
                read[field] = found
    given = frozenset(read) - {"status", "judge_enabled"}
    return ConfigPatch(given=given, warnings=tuple(warnings), **read)  # type: ignore[arg-type]


_CLEARED = frozenset({"goal", "webhook", "notification", "monthlyCredits"})

# A field that is there and says nothing.
_UNCHANGED = object()


def _read_name(fields: Reader, _rules: Rules, _warnings: list[str]) -> object:
    name = (fields.text("name") or "").strip()
    if not 1 <= len(name) <= MOST_NAME:
        problem = f"the name has {len(name):,} characters, from 1 to {MOST_NAME} are allowed"
        raise InvalidMonitor(problem, "send one that tells it from others", fields.place("name"))
    return name


_NO_SCHEDULE = ("there is neither cron nor text", 'send one, such as {"text": "every 30 minutes"}')


def _read_schedule(fields: Reader, _rules: Rules, warnings: list[str]) -> object:
    value = fields.raw("schedule")
    # Words alone are as clear as an object with them.
    schedule = Reader({"text": value} if isinstance(value, str) else value, "schedule")
    warnings += name_unknown(schedule, _SCHEDULE, "part of a schedule")
    wish = ScheduleWish(
        text=schedule.text("text"), cron=schedule.text("cron"), timezone=schedule.text("timezone")
    )
    if wish == ScheduleWish():
        raise InvalidMonitor(*_NO_SCHEDULE, schedule.path)
    return wish


def _read_targets(fields: Reader, rules: Rules, warnings: list[str]) -> object:
    return read_targets(fields, rules, warnings)


def _read_goal(fields: Reader, _rules: Rules, _warnings: list[str]) -> object:
    goal = (fields.text("goal") or "").strip() or None
    if goal is not None and len(goal.encode("utf-8", "surrogatepass")) > MOST_GOAL:
        size = len(goal.encode("utf-8", "surrogatepass"))
        problem = f"the goal has {size:,} bytes, at most {MOST_GOAL:,} are allowed"
        raise InvalidMonitor(problem, "say what matters in fewer words", fields.place("goal"))
    return goal


def _read_judging(fields: Reader, _rules: Rules, _warnings: list[str]) -> object:
    flag = fields.flag("judgeEnabled")
    return _UNCHANGED if flag is None else flag


def _read_webhook(fields: Reader, rules: Rules, warnings: list[str]) -> object:
    value = fields.raw("webhook")
    return None if value is None else read_webhook(value, "webhook", rules, warnings)


def _read_notification(fields: Reader, rules: Rules, warnings: list[str]) -> object:
    value = fields.raw("notification")
    if value == {}:
        return _UNCHANGED
    return None if value is None else read_notification(value, "notification", rules, warnings)


def _read_retention(fields: Reader, _rules: Rules, _warnings: list[str]) -> object:
    days = read_number(fields, "retentionDays", least=1, most=_MOST_RETENTION_DAYS)
    return _UNCHANGED if days is None else days


def _read_credits(fields: Reader, _rules: Rules, _warnings: list[str]) -> object:
    return read_number(fields, "monthlyCredits", least=0, most=_MOST_CREDITS)


def _read_removal(fields: Reader, _rules: Rules, _warnings: list[str]) -> object:
    checks = read_number(fields, "removalChecks", least=1, most=_MOST_REMOVAL_CHECKS)
    return _UNCHANGED if checks is None else checks


def _read_status(fields: Reader, _rules: Rules, _warnings: list[str]) -> object:
    value = fields.raw("status")
    if value is None:
        return _UNCHANGED
    if value not in {"active", "paused"} if isinstance(value, str) else True:
        shown = quote(value) if isinstance(value, str) else name_kind(value)
        problem = f"there is no status {shown} that could be set"
        raise InvalidMonitor(problem, "use active or paused", fields.place("status"))
    return value


_READERS: dict[str, tuple[str, Callable[[Reader, Rules, list[str]], object]]] = {
    "name": ("name", _read_name),
    "schedule": ("schedule", _read_schedule),
    "targets": ("targets", _read_targets),
    "goal": ("goal", _read_goal),
    "judgeEnabled": ("judge_enabled", _read_judging),
    "webhook": ("webhook", _read_webhook),
    "notification": ("notification", _read_notification),
    "retentionDays": ("retention_days", _read_retention),
    "monthlyCredits": ("monthly_credits", _read_credits),
    "removalChecks": ("removal_checks", _read_removal),
    "status": ("status", _read_status),
}
