"""Monitors, their checks and pages as JSON, in the words of either dialect.

The keys of a dialect are all there, in its own order; what is ours alone comes behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from changetrack._models import JsonObject, JsonValue
from changetrack.monitor.models import (
    Attempt,
    Check,
    Crawl,
    Delivery,
    Email,
    Monitor,
    Notification,
    Page,
    Recipient,
    Target,
    Webhook,
)
from changetrack.monitor.pricing import estimate_check, estimate_month
from changetrack.monitor.schedule import Schedule, explain, list_runs
from changetrack.monitor.webhooks.events import write_counts
from changetrack.monitor.wire.dialects import Dialect
from changetrack.monitor.wire.reading import PreviewWish
from changetrack.monitor.wire.receivers import hide_address
from changetrack.monitor.wire.times import write_time
from changetrack.monitor.wire.tracking import name_change_mode

__all__ = [
    "write_check",
    "write_delivery",
    "write_monitor",
    "write_page",
    "write_preview",
]

_DEFAULT_CRAWL = Crawl()


def write_monitor(
    monitor: Monitor, dialect: Dialect, *, recipients: Sequence[Recipient] | None = None
) -> JsonObject:
    """Return a monitor; `recipients` are those who get its mail, where they were looked up."""
    config, last = monitor.config, monitor.last_check_summary
    written: JsonObject = {
        "id": monitor.id,
        "name": config.name,
        "status": _name_state(monitor, dialect),
        "schedule": _write_schedule(config.schedule),
        "nextRunAt": write_time(monitor.next_run_at),
        "lastRunAt": write_time(monitor.last_run_at),
        "currentCheckId": monitor.current_check_id,
        "goal": config.goal,
        "judgeEnabled": config.judge_enabled,
        "targets": [_write_target(target, dialect) for target in config.targets],
        "webhook": _write_webhook(config.webhook, monitor),
        "notification": _write_notification(config.notification, dialect),
        "retentionDays": config.retention_days,
        "estimatedCreditsPerMonth": estimate_month(config),
        "lastCheckSummary": write_counts(last) if last else None,
        "createdAt": write_time(monitor.created_at),
        "updatedAt": write_time(monitor.updated_at),
        **_write_own(monitor),
    }
    if recipients is not None:
        written["emailRecipientSubscriptions"] = [_write_recipient(each) for each in recipients]
    return written


def _name_state(monitor: Monitor, dialect: Dialect) -> str:
    is_spent = monitor.status == "paused" and monitor.pause_reason == "no_credits"
    return dialect.spent if is_spent else monitor.status


def _write_own(monitor: Monitor) -> JsonObject:
    """Return what no other server of the protocol has."""
    config = monitor.config
    return {
        "pauseReason": monitor.pause_reason,
        "monthlyCredits": config.monthly_credits,
        # Of the month beside it; another one has its own.
        "spentCredits": monitor.spent_credits,
        "spentMonth": monitor.spent_month or None,
        "removalChecks": config.removal_checks,
        "failures": monitor.failures,
        "version": monitor.version,
    }


def _write_schedule(schedule: Schedule) -> JsonObject:
    written: JsonObject = {"cron": schedule.cron, "timezone": schedule.timezone}
    if schedule.text is not None:
        written["text"] = schedule.text
    if schedule.every_seconds is not None:
        written["everySeconds"] = schedule.every_seconds
    return written


def _write_target(target: Target, dialect: Dialect) -> JsonObject:
    place: JsonObject = {"urls": [*target.urls]} if target.type == "scrape" else _write_root(target)
    if dialect.has_change_modes:
        return {"type": target.type, **place, **_write_mode(target), "id": target.id}
    written: JsonObject = {"id": target.id, "type": target.type, **place}
    options = target.scrape_options
    if options is None and target.tracking.modes != ("gitDiff",):
        # It was made in the other dialect; this is how the same is said in this one.
        options = {"formats": [_write_format(target)]}
    if options is not None:
        written["scrapeOptions"] = options
    crawl = target.crawl_options
    if crawl is None and target.crawl is not None and target.crawl != _DEFAULT_CRAWL:
        crawl = {"limit": target.crawl.max_pages}
    if crawl is not None:
        written["crawlOptions"] = crawl
    return written


def _write_root(target: Target) -> JsonObject:
    return {"url": target.urls[0]}


def _write_mode(target: Target) -> JsonObject:
    tracking = target.tracking
    written: JsonObject = {"changeMode": name_change_mode(tracking.modes)}
    if tracking.schema is not None:
        written["jsonSchema"] = tracking.schema
    if tracking.prompt is not None:
        written["prompt"] = tracking.prompt
    if target.crawl is not None:
        written["maxPages"] = target.crawl.max_pages
    if target.scrape_options is not None:
        written["scrapeOptions"] = target.scrape_options
    if target.crawl_options is not None:
        written["crawlOptions"] = target.crawl_options
    return written


# As Firecrawl spells it.
_FORMAT_MODES = {"gitDiff": "git-diff", "json": "json"}


def _write_format(target: Target) -> JsonObject:
    tracking = target.tracking
    modes: list[JsonValue] = [_FORMAT_MODES[mode] for mode in tracking.modes]
    written: JsonObject = {"type": "changeTracking", "modes": modes}
    if tracking.schema is not None:
        written["schema"] = tracking.schema
    if tracking.prompt is not None:
        written["prompt"] = tracking.prompt
    return {**written, **tracking.options}


def _write_webhook(webhook: Webhook | None, monitor: Monitor) -> JsonValue:
    if webhook is None:
        return None
    written: JsonObject = {
        "url": webhook.url,
        "headers": webhook.headers,
        "metadata": webhook.metadata,
        "events": [*webhook.events],
    }
    if webhook.statuses:
        written["statuses"] = [*webhook.statuses]
    if webhook.only_meaningful:
        written["onlyMeaningful"] = True
    if webhook.firecrawl_signature:
        written["firecrawlSignature"] = True
    state = monitor.webhook_state
    if state.disabled is not None:
        written["disabled"] = state.disabled
    if state.failing_since is not None:
        written["failingSince"] = write_time(state.failing_since)
    return written


def _write_notification(notification: Notification | None, dialect: Dialect) -> JsonValue:
    if notification is None:
        return None
    email = notification.email
    written: JsonObject = {}
    if email is not None and dialect.has_flat_mail:
        written = {"emails": [*email.recipients], "includeDiffs": email.include_diffs}
    if email is not None and (not dialect.has_flat_mail or _is_silent(email)):
        written["email"] = {
            "enabled": email.enabled,
            "recipients": [*email.recipients],
            "includeDiffs": email.include_diffs,
        }
    if notification.channels:
        written["channels"] = [hide_address(channel) for channel in notification.channels]
    return written


def _is_silent(email: Email) -> bool:
    """Tell whether a list of addresses alone would say that they get mail, and they do not."""
    return not email.enabled and bool(email.recipients)


def write_check(check: Check, dialect: Dialect) -> JsonObject:
    """Return a check without its pages."""
    written: JsonObject = {
        "id": check.id,
        "monitorId": check.monitor_id,
        "status": dialect.name_status(check.status),
        "trigger": check.trigger,
        "scheduledFor": write_time(check.scheduled_for),
        "startedAt": write_time(check.started_at),
        "finishedAt": write_time(check.finished_at),
        "estimatedCredits": check.estimated_credits,
        "actualCredits": check.actual_credits,
        # Nobody is billed here; credits say how much a monitor does.
        "billingStatus": "not_applicable",
        "summary": write_counts(check.summary),
        "error": check.error,
        "createdAt": write_time(check.created_at),
        "updatedAt": write_time(check.updated_at),
        "errorCode": check.error_code,
        "missedSlots": check.missed_slots,
        "siteDown": check.is_site_down,
        "attempts": check.attempts,
    }
    return written


def write_page(page: Page, dialect: Dialect) -> JsonObject:
    """Return what became of a page."""
    written: JsonObject = {
        "id": page.id,
        "targetId": page.target_id,
        "url": page.url,
        "status": page.status,
        "previousScrapeId": page.previous_id,
        "currentScrapeId": page.current_id,
        "statusCode": page.status_code,
        "error": page.error,
        "metadata": {**page.metadata, "creditsUsed": page.credits},
        "judgment": _write_judgment(page.judgment),
        "createdAt": write_time(page.created_at),
        "diff": page.diff,
    }
    if page.fields is not None:
        is_object = isinstance(page.fields, dict)
        # Clients of /v2 read an object there and nothing else.
        key = "json" if is_object or dialect.version == "v1" else "value"
        written["snapshot"] = {key: page.fields}
    written |= {
        "errorCode": page.error_code,
        "previousHash": page.previous_hash,
        "contentHash": page.content_hash,
    }
    if page.warnings:
        written["warnings"] = [*page.warnings]
    return written


def _write_judgment(judgment: JsonObject | None) -> JsonValue:
    if judgment is None or judgment.get("meaningfulChanges") is not None:
        return judgment
    # Clients read a list there, and no null.
    return {**judgment, "meaningfulChanges": []}


def _write_recipient(recipient: Recipient) -> JsonObject:
    """Return who gets mail, and whether they agreed to it."""
    return {
        "email": recipient.email,
        "status": recipient.status,
        "source": "opt_in",
        "confirmationEmailSent": recipient.status != "pending" or recipient.token_hash is not None,
    }


def write_delivery(delivery: Delivery, attempts: Iterable[Attempt] = ()) -> JsonObject:
    """Return what was to be sent out, and what came of each try."""
    is_secret = delivery.channel == "notify"
    return {
        "id": delivery.id,
        "monitorId": delivery.monitor_id,
        "checkId": delivery.check_id,
        "channel": delivery.channel,
        "event": delivery.event,
        "destination": hide_address(delivery.destination) if is_secret else delivery.destination,
        "pageUrl": delivery.url,
        "status": delivery.status,
        "attemptCount": delivery.attempts,
        "nextAttemptAt": write_time(delivery.next_attempt_at),
        "deliveredAt": write_time(delivery.delivered_at),
        "lastStatusCode": delivery.last_status_code,
        "lastError": delivery.last_error,
        "createdAt": write_time(delivery.created_at),
        "attempts": [_write_attempt(each) for each in attempts],
    }


def _write_attempt(attempt: Attempt) -> JsonObject:
    return {
        "number": attempt.number,
        "at": write_time(attempt.at),
        "durationMs": round(attempt.seconds * 1000),
        "statusCode": attempt.status_code,
        "error": attempt.error,
    }


def write_preview(wish: PreviewWish, *, now: datetime, count: int) -> JsonObject:
    """Return what a schedule means: in words, as its next runs, and in credits."""
    config = wish.config
    runs: list[JsonValue] = [write_time(each) for each in list_runs(config.schedule, now, count)]
    written: JsonObject = {
        "schedule": _write_schedule(config.schedule),
        "explanation": explain(config.schedule),
        "nextRuns": runs,
    }
    if wish.has_targets:
        written["estimatedCreditsPerCheck"] = estimate_check(config)
        written["estimatedCreditsPerMonth"] = estimate_month(config)
    if wish.warnings:
        written["warnings"] = [*wish.warnings]
    return written
