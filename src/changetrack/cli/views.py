"""Monitors, checks, pages and deliveries as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from changetrack._render import paint_diff
from changetrack._render.fields import list_rich_fields
from changetrack._render.stored import read_stored
from changetrack._render.terminal import paint_lines
from changetrack.cli.tables import Sheet, lay_out, spell_local, spell_time

if TYPE_CHECKING:
    from changetrack._models import JsonObject, JsonValue

__all__ = [
    "add_check",
    "add_diff",
    "add_judgment",
    "add_page",
    "add_preview",
    "count_pages",
    "find_secret",
    "list_checks",
    "list_deliveries",
    "list_monitors",
    "name_import",
    "show_monitor",
    "spell_due",
    "summarize",
]

_KINDS = ("changed", "new", "removed", "error", "same")
# What a judge says is one sentence; a page's own words may be more.
_MOST_WORDS = 300


def list_monitors(sheet: Sheet, monitors: Sequence[JsonObject]) -> None:
    """Add a table of monitors."""
    lay_out(
        sheet,
        ("ID", "NAME", "STATUS", "SCHEDULE", "NEXT RUN", "LAST CHECK"),
        [
            (
                _text(each, "id"),
                _text(each, "name"),
                _text(each, "status"),
                _spell_schedule(each),
                spell_time(each.get("nextRunAt")),
                summarize(each.get("lastCheckSummary")),
            )
            for each in monitors
        ],
    )


def list_checks(sheet: Sheet, checks: Sequence[JsonObject]) -> None:
    """Add a table of checks."""
    lay_out(
        sheet,
        ("ID", "STATUS", "FOR", "ENDED", "FOUND"),
        [
            (
                _text(each, "id"),
                _text(each, "status"),
                spell_time(each.get("scheduledFor") or each.get("createdAt")),
                spell_time(each.get("finishedAt")),
                _say(each.get("error")) or summarize(each.get("summary")),
            )
            for each in checks
        ],
    )


def list_deliveries(sheet: Sheet, deliveries: Sequence[JsonObject]) -> None:
    """Add a table of what was sent out."""
    lay_out(
        sheet,
        ("ID", "EVENT", "STATUS", "TRIES", "WRITTEN", "TO", "LAST ANSWER"),
        [
            (
                _text(each, "id"),
                _text(each, "event"),
                _text(each, "status"),
                _text(each, "attemptCount"),
                spell_time(each.get("createdAt")),
                _text(each, "destination"),
                _say(each.get("lastError")) or _text(each, "lastStatusCode"),
            )
            for each in deliveries
        ],
    )


def show_monitor(sheet: Sheet, monitor: JsonObject) -> None:
    """Add all of a monitor, a line for each thing."""
    lines = [(name, text) for name, text in _describe(monitor) if text not in {"", "-"}]
    width = max(len(name) for name, _ in lines)
    for name, text in lines:
        sheet.add(f"{sheet.title(name.ljust(width))}  {sheet.word(text)}")


def _describe(monitor: JsonObject) -> Iterator[tuple[str, str]]:
    yield "id", _text(monitor, "id")
    yield "name", _text(monitor, "name")
    yield "status", _text(monitor, "status")
    yield "why", _say(monitor.get("pauseReason"))
    yield "schedule", _spell_schedule(monitor)
    yield "next run", spell_time(monitor.get("nextRunAt"))
    yield "last run", spell_time(monitor.get("lastRunAt"))
    yield "last check", summarize(monitor.get("lastCheckSummary"))
    yield "running", _text(monitor, "currentCheckId")
    yield "goal", _text(monitor, "goal")
    for target in cast("list[JsonObject]", monitor.get("targets") or []):
        yield _text(target, "type"), _describe_target(target)
    yield from _describe_receivers(monitor)
    yield "history", f"{_text(monitor, 'retentionDays')} days"
    yield "credits", _describe_credits(monitor)
    yield "made", spell_time(monitor.get("createdAt"))


def _describe_target(target: JsonObject) -> str:
    urls = cast("list[str]", target.get("urls") or [target.get("url")])
    mode = _text(target, "changeMode")
    bound = f", up to {target['maxPages']:,} pages" if target.get("maxPages") else ""
    return f"{' '.join(map(str, urls))} ({mode}{bound})"


def _describe_receivers(monitor: JsonObject) -> Iterator[tuple[str, str]]:
    webhook, notification = monitor.get("webhook"), monitor.get("notification")
    if isinstance(webhook, dict):
        why = webhook.get("disabled")
        yield "webhook", _text(webhook, "url") + (f" (disabled: {why})" if why else "")
    if isinstance(notification, dict):
        states = {
            str(each.get("email")): str(each.get("status"))
            for each in cast("list[JsonObject]", monitor.get("emailRecipientSubscriptions") or [])
        }
        for address in map(str, cast("list[str]", notification.get("emails") or [])):
            yield "email", address + (f" ({states[address]})" if address in states else "")


def _describe_credits(monitor: JsonObject) -> str:
    month = monitor.get("estimatedCreditsPerMonth")
    budget, spent = monitor.get("monthlyCredits"), monitor.get("spentCredits")
    at_most = "" if month is None else f"up to {month:,} a month"
    if budget is None:
        return at_most
    return f"{at_most}, {spent or 0:,} of {budget:,} spent".removeprefix(", ")


def add_check(sheet: Sheet, check: JsonObject) -> None:
    """Add what a check came to, on a line."""
    name, status = sheet.word(_text(check, "id")), sheet.word(_text(check, "status"))
    when = spell_time(check.get("finishedAt") or check.get("startedAt") or check.get("createdAt"))
    found = sheet.word(f"{summarize(check.get('summary'))} ({when})")
    sheet.add(f"check {name}: {status}, {found}")
    if check.get("error") is not None:
        sheet.add(f"  {sheet.word(_say(check['error']))}")
    if check.get("missedSlots"):
        count = sheet.word(_text(check, "missedSlots"))
        sheet.add(f"  it stands for {count} earlier runs as well, which nobody was there for")


def add_page(sheet: Sheet, page: JsonObject) -> None:
    """Add what became of a page: a line, why, and the diff."""
    sheet.add(f"{sheet.word(_text(page, 'status'))}  {sheet.word(_text(page, 'url'))}")
    if page.get("error") is not None:
        sheet.add(f"  {sheet.word(_say(page['error']))}")
    judgment = page.get("judgment")
    if isinstance(judgment, dict):
        add_judgment(sheet, judgment)
    diff = page.get("diff")
    if isinstance(diff, dict):
        add_diff(sheet, diff)


def add_judgment(sheet: Sheet, judgment: JsonObject) -> None:
    """Add what a judge said of a change."""
    word = "meaningful" if judgment.get("meaningful") else "not meaningful"
    confidence = f"{judgment.get('confidence')} confidence"
    reason = _say(judgment.get("reason"))
    sheet.add(f"  {sheet.word(word)} ({sheet.word(confidence)}): {sheet.word(reason)}")


def add_diff(sheet: Sheet, diff: JsonObject) -> None:
    """Add a diff as the API shows it: the text as it was compared, and the fields."""
    stored = read_stored(diff, most_lines=None)
    text = diff.get("text")
    if isinstance(text, str):
        # What is no unified diff is painted as far as it looks like one. Painting spells out what
        # commands a terminal; without, whoever prints it does so.
        sheet.add_block((paint_lines(stored) or paint_diff(text)) if sheet.is_painted else text)
    fields = list_rich_fields(stored)
    sheet.add_block(paint_diff(fields) if sheet.is_painted else fields)


def count_pages(check: JsonObject) -> int:
    """Return how many pages of a check are done."""
    summary = check.get("summary")
    pages = summary.get("totalPages") if isinstance(summary, dict) else None
    return pages if isinstance(pages, int) else 0


def spell_due(monitor: JsonObject) -> str:
    """Return when a monitor is due, as the end of a sentence; nothing where it rests."""
    due = monitor.get("nextRunAt")
    return "" if due is None else f"; it is due at {spell_time(due)}"


def add_preview(sheet: Sheet, preview: JsonObject) -> None:
    """Add what a schedule means: in words, and as its runs, here and in its time zone."""
    sheet.add(sheet.title(_text(preview, "explanation")))
    schedule = preview.get("schedule")
    zone = schedule.get("timezone") if isinstance(schedule, dict) else None
    for run in cast("list[JsonValue]", preview.get("nextRuns") or []):
        local = spell_local(run, zone)
        sheet.add(f"  {sheet.word(spell_time(run) + (f' = {local}' if local else ''))}")


def find_secret(answer: JsonObject) -> str | None:
    """Return the secret of a webhook, where one is shown."""
    secret = answer.get("webhookSecret")
    return None if secret is None else str(secret)


def name_import(record: JsonObject) -> str:
    """Return the monitor that a record of an import belongs to."""
    return _text(record, "monitorId")


def summarize(summary: JsonValue) -> str:
    """Return how many pages there were of each kind, in words.

    >>> summarize({"totalPages": 3, "same": 2000, "changed": 1, "new": 0, "removed": 0, "error": 0})
    '1 changed, 2,000 same'
    """
    if not isinstance(summary, dict):
        return "-"
    counts = [f"{summary[kind]:,} {kind}" for kind in _KINDS if summary.get(kind)]
    return ", ".join(counts) or "no pages"


def _spell_schedule(monitor: JsonObject) -> str:
    schedule = monitor.get("schedule")
    if not isinstance(schedule, dict):
        return "-"
    words = schedule.get("text") or schedule.get("cron")
    zone = schedule.get("timezone")
    return f"{words}" if zone in {None, "UTC"} else f"{words} ({zone})"


def _text(row: JsonObject, name: str) -> str:
    value = row.get(name)
    return "-" if value is None else str(value)


def _say(value: JsonValue) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]}…"
