"""What a webhook carries: one envelope for every event, in the shape of the compatible APIs.

    {"success", "type", "id": check, "webhookId", "data": [one object], "error"?, "metadata"}

The text is made once and kept, so that whoever gets it twice gets the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection

from changetrack._hashing import dump_json
from changetrack._models import JsonObject, JsonValue
from changetrack.monitor.models import Check, Monitor, Page, Summary, Webhook

__all__ = [
    "CHECK_COMPLETED",
    "EVENTS",
    "MOST_BYTES",
    "PAGE",
    "TEST",
    "write_check_event",
    "write_counts",
    "write_page_event",
    "write_test_event",
]

PAGE = "monitor.page"
CHECK_COMPLETED = "monitor.check.completed"
# Sent when somebody asks for it, and to everybody who does.
TEST = "monitor.test"
# Those that a webhook can be asked to tell.
EVENTS = (PAGE, CHECK_COMPLETED)

# Receivers behind a gateway often take no more, and one that cannot take it never will.
MOST_BYTES = 256 * 1024
# A page may decide what an error quotes.
_MOST_ERROR = 2_000
# What is left out of an event that is too large, one after the other.
_DISPENSABLE = ("diff", "judgment")


def write_page_event(event_id: str, webhook: Webhook, page: Page, *, modes: Collection[str]) -> str:
    """Return the event of a page that is done; `modes` are those that it was compared in.

    Where the markdown alone is compared, the diff is its text: the tree says the same again.
    """
    error = _clean(page.error)
    thing: JsonObject = {
        "monitorId": page.monitor_id,
        "checkId": page.check_id,
        "url": _clean(page.url),
        "status": page.status,
        "previousScrapeId": page.previous_id,
        "currentScrapeId": page.current_id,
        "error": error,
        "isMeaningful": None if page.judgment is None else page.judgment.get("meaningful"),
        "judgment": page.judgment,
        "diff": _write_diff(page.diff, modes),
    }
    if page.error_code is not None:
        thing["errorCode"] = page.error_code
    envelope: JsonObject = {
        "success": page.status != "error",
        "type": PAGE,
        "id": page.check_id,
        "webhookId": event_id,
    }
    return _fit(envelope, thing, error, webhook.metadata)


def write_check_event(event_id: str, webhook: Webhook, check: Check) -> str:
    """Return the event of a check that has ended. It is a success when no page had an error."""
    summary = check.summary
    error = _clean(check.error)
    thing: JsonObject = {
        "monitorId": check.monitor_id,
        "checkId": check.id,
        "status": check.status,
        "summary": write_counts(summary),
        "siteDown": check.is_site_down,
    }
    if check.error_code is not None:
        thing["errorCode"] = check.error_code
    if check.missed_slots:
        thing["missedSlots"] = check.missed_slots
    envelope: JsonObject = {
        "success": check.status == "completed" and not summary.error,
        "type": CHECK_COMPLETED,
        "id": check.id,
        "webhookId": event_id,
    }
    return _fit(envelope, thing, error, webhook.metadata)


def write_counts(summary: Summary) -> JsonObject:
    """Return how many pages a check had of each kind, as every surface shows it."""
    return {
        "totalPages": summary.total_pages,
        "same": summary.same,
        "changed": summary.changed,
        "new": summary.new,
        "removed": summary.removed,
        "error": summary.error,
    }


def write_test_event(event_id: str, webhook: Webhook, monitor: Monitor) -> str:
    """Return an event that tells nothing, for somebody who wants to see one arrive."""
    envelope: JsonObject = {
        "success": True,
        "type": TEST,
        # There is no check, so it is the monitor that it is about.
        "id": monitor.id,
        "webhookId": event_id,
    }
    thing: JsonObject = {
        "monitorId": monitor.id,
        "checkId": None,
        "name": _clean(monitor.config.name),
    }
    return _fit(envelope, thing, None, webhook.metadata)


def _write_diff(diff: JsonObject | None, modes: Collection[str]) -> JsonObject | None:
    if diff is None:
        return None
    shown = ("text", "json") if "json" in modes else ("text",)
    return {name: diff[name] for name in shown if name in diff}


def _fit(envelope: JsonObject, thing: JsonObject, error: str | None, metadata: JsonObject) -> str:
    """Return the text of an event; what makes it too large is left out, and said so."""
    written = _seal(envelope, thing, error, metadata)
    for name in _DISPENSABLE:
        if len(written) <= MOST_BYTES:
            break
        if thing.get(name) is None:
            continue
        detail = f"/v1/monitor/{thing['monitorId']}/checks/{thing['checkId']}"
        thing = {**thing, name: None, "truncated": True, "detailUrl": detail}
        written = _seal(envelope, thing, error, metadata)
    return written.decode()


def _seal(
    envelope: JsonObject, thing: JsonObject, error: str | None, metadata: JsonObject
) -> bytes:
    failure: dict[str, JsonValue] = {} if error is None else {"error": error}
    return dump_json({**envelope, "data": [thing], **failure, "metadata": metadata})


def _clean(text: str | None) -> str | None:
    """Return a text that fits, and that UTF-8 can carry: no event fails for what a page says."""
    if text is None:
        return None
    return text[:_MOST_ERROR].encode("utf-8", "replace").decode()
