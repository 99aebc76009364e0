"""What somebody wants to have changed, and a configuration with the changes made.

Fields that nobody spoke of stay as they are. What can only be decided with the monitor at hand,
such as what a new time zone does to the old schedule, is decided in the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from changetrack._models import JsonObject
from changetrack.errors import ChangeTrackError, InvalidMonitor
from changetrack.monitor.ids import name_id
from changetrack.monitor.models import (
    Config,
    Email,
    Monitor,
    Notification,
    PageStatus,
    Target,
    Webhook,
)
from changetrack.monitor.schedule import Schedule, parse_schedule

__all__ = [
    "ConfigPatch",
    "EmailWish",
    "NotificationWish",
    "ScheduleWish",
    "WebhookWish",
    "change_config",
    "make_config",
]

_DEFAULTS = Config(name="", schedule=Schedule(cron=None), targets=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleWish:
    """A schedule as it was put; None: nothing was said of it."""

    text: str | None = None
    cron: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookWish:
    """A webhook, or what is to be changed about one; None: nothing was said of it."""

    url: str | None = None
    headers: JsonObject | None = field(default=None, hash=False)
    metadata: JsonObject | None = field(default=None, hash=False)
    events: tuple[str, ...] | None = None
    statuses: tuple[PageStatus, ...] | None = None
    only_meaningful: bool | None = None
    firecrawl_signature: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailWish:
    """Who is to get mail, or what is to be changed about it; None: nothing was said of it."""

    enabled: bool | None = None
    recipients: tuple[str, ...] | None = None
    include_diffs: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationWish:
    """Who is to be told in words, or what is to be changed about it."""

    email: EmailWish | None = None
    is_without_email: bool = False
    channels: tuple[str, ...] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigPatch:
    """Changes of a configuration: `given` names the fields that it speaks of, null included."""

    given: frozenset[str] = frozenset()
    name: str = ""
    schedule: ScheduleWish = ScheduleWish()
    # One without an id has the empty one.
    targets: tuple[Target, ...] = ()
    goal: str | None = None
    judge_enabled: bool | None = None
    webhook: WebhookWish | None = None
    notification: NotificationWish | None = None
    retention_days: int = _DEFAULTS.retention_days
    monthly_credits: int | None = None
    removal_checks: int = _DEFAULTS.removal_checks
    status: Literal["active", "paused"] | None = None
    # What of it was passed over.
    warnings: tuple[str, ...] = ()


def make_config(
    patch: ConfigPatch, *, monitor_id: str, now: datetime, minimum: timedelta
) -> Config:
    """Return the configuration of a new monitor, as if it were a change of nothing.

    Raises:
        ChangeTrackError: the schedule is none, or the webhook leads nowhere.
    """
    schedule = _parse(patch.schedule, monitor_id, now, minimum)
    return _change(replace(_DEFAULTS, schedule=schedule), patch, monitor_id)


def change_config(
    monitor: Monitor, patch: ConfigPatch, *, now: datetime, minimum: timedelta
) -> Config:
    """Return the configuration of a monitor with the changes made.

    Raises:
        ChangeTrackError: the schedule is none, or the webhook leads nowhere.
    """
    config = monitor.config
    if "schedule" in patch.given:
        wish = _complete(patch.schedule, config.schedule)
        config = replace(config, schedule=_parse(wish, monitor.id, now, minimum))
    return _change(config, patch, monitor.id)


def _complete(wish: ScheduleWish, old: Schedule) -> ScheduleWish:
    """Return a wish with what it leaves out; a time zone alone re-reads the words that are kept."""
    timezone = wish.timezone or old.timezone
    if wish.text is not None or wish.cron is not None:
        return replace(wish, timezone=timezone)
    kept = {"text": old.text} if old.text is not None else {"cron": old.cron}
    return ScheduleWish(timezone=timezone, **kept)


def _parse(wish: ScheduleWish, seed: str, now: datetime, minimum: timedelta) -> Schedule:
    try:
        schedule = parse_schedule(
            wish.text,
            cron=wish.cron if wish.text is None else None,
            timezone=wish.timezone or "UTC",
            minimum=minimum,
            seed=seed,
            anchor=now,
        )
    except ChangeTrackError as error:
        raise error.under("schedule") from None
    # We answer both, so a client that sends back what it got means no contradiction.
    if wish.text is not None and wish.cron not in (None, schedule.cron):
        problem = f"both cron and text are given, and the text means {schedule.cron}"
        raise InvalidMonitor(problem, "send one of them", "schedule")
    return schedule


# What is taken as it was given.
_PLAIN = ("name", "goal", "retention_days", "monthly_credits", "removal_checks")


def _change(config: Config, patch: ConfigPatch, monitor_id: str) -> Config:
    plain = {name: getattr(patch, name) for name in _PLAIN if name in patch.given}
    changed: Config = replace(config, **plain)
    if "targets" in patch.given:
        targets = _name_targets(patch.targets, config.targets, monitor_id)
        changed = replace(changed, targets=targets)
    if "webhook" in patch.given:
        changed = replace(changed, webhook=_change_webhook(config.webhook, patch.webhook))
    if "notification" in patch.given:
        notification = _change_notification(config.notification, patch.notification)
        changed = replace(changed, notification=notification)
    return replace(changed, judge_enabled=_decide_judging(config, patch))


def _decide_judging(config: Config, patch: ConfigPatch) -> bool:
    """Return whether changes are judged: a goal without a word on that is there to judge by."""
    if patch.judge_enabled is not None:
        return patch.judge_enabled
    if "goal" not in patch.given:
        return config.judge_enabled
    if patch.goal is None:
        return False
    return True if config.goal is None else config.judge_enabled


def _change_webhook(old: Webhook | None, wish: WebhookWish | None) -> Webhook | None:
    if wish is None:
        return None
    if wish.url is not None:
        # A new receiver gets nothing of what was meant for the old one, such as its password.
        return replace(Webhook(url=wish.url), **_list_given(wish))
    if old is None:
        raise InvalidMonitor("there is no URL", "send the url of a receiver", "webhook.url")
    return replace(old, **_list_given(wish))


def _change_notification(
    old: Notification | None, wish: NotificationWish | None
) -> Notification | None:
    if wish is None:
        return None
    old = old or Notification()
    email = None if wish.is_without_email else old.email
    if wish.email is not None:
        email = replace(email or Email(), **_list_given(wish.email))
    channels = old.channels if wish.channels is None else wish.channels
    if email is None and not channels:
        return None
    return Notification(email=email, channels=channels)


def _list_given(wish: WebhookWish | EmailWish) -> dict[str, Any]:
    values = {each.name: getattr(wish, each.name) for each in fields(wish)}
    return {name: value for name, value in values.items() if value is not None}


def _name_targets(
    new: tuple[Target, ...], old: tuple[Target, ...], monitor_id: str
) -> tuple[Target, ...]:
    """Return targets that all have an id.

    One without an id that looks at what an old one looks at goes on as that: its pages are compared
    with what they were, and not met anew.
    """
    taken = {target.id for target in new if target.id}
    named = []
    for position, target in enumerate(new):
        if target.id:
            named.append(target)
            continue
        kin = _find_kin(target, (each for each in old if each.id not in taken))
        own = kin.id if kin else _make_id(target, position, monitor_id, taken)
        taken.add(own)
        named.append(replace(target, id=own))
    return tuple(named)


def _find_kin(target: Target, candidates: Iterable[Target]) -> Target | None:
    def measure(other: Target) -> int:
        return len(set(target.urls) & set(other.urls)) if other.type == target.type else 0

    best = max(candidates, key=measure, default=None)
    return best if best is not None and measure(best) else None


def _make_id(target: Target, position: int, monitor_id: str, taken: set[str]) -> str:
    while True:
        own = name_id("target", monitor_id, target.type, *target.urls, position)
        if own not in taken:
            return own
        position += 1
