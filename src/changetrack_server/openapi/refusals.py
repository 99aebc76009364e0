"""Which errors a route may answer: every reason is placed here, and its responses written out.

The words are those of the errors themselves: of `changetrack.errors`, and of the server's table.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple

from changetrack import JsonObject, errors, wire
from changetrack_server.errors import FAULTS, STATUSES, EndpointError
from changetrack_server.openapi.sketches import answer_with, as_json, refer

__all__ = [
    "MONITOR_PLACES",
    "PLACES",
    "REASONS",
    "Reason",
    "describe_envelope",
    "describe_refusal",
    "describe_refusals",
    "describe_shared_refusals",
    "list_reasons",
]

# Where a reason may come up. A route is made of such places.
PLACES: dict[str, tuple[str, ...]] = {
    # At any request.
    "anywhere": (
        *("malformed_http", "missing_host", "headers_too_large"),
        *("request_loop", "overloaded", "shutting_down", "internal_error"),
    ),
    # Where a key is asked for.
    "keys": ("missing_key", "wrong_key", "forbidden_scope", "rate_limited"),
    # Where a body is read whole.
    "bodies": (
        *("ambiguous_length", "unsupported_media_type", "unsupported_content_encoding"),
        *("body_too_large", "request_timeout", "json_too_complex", "invalid_json"),
        *("json_too_deep", "number_too_long", "invalid_text", "invalid_request"),
    ),
    # Where a process compares, extracts or converts.
    "work": ("work_timeout", "work_too_large", "answer_too_large"),
    # Where pages are compared.
    "diffs": (
        *("unknown_mode", "invalid_snapshot", "invalid_schema", "invalid_option"),
        *("field_too_long", "content_too_large", "missing_content"),
    ),
    "histories": ("history_too_long",),
    "batches": ("empty_batch", "batch_too_large"),
    # Where a diff that comes back is used.
    "patches": ("diff_syntax", "hunk_does_not_apply", "change_does_not_apply", "invalid_path"),
    "sets": ("set_too_large",),
    # In a line of a stream, whose answer has begun with a status of 200.
    "lines": ("line_too_large",),
    # What a scrape asks for.
    "scrapes": ("missing_url", "unknown_format", "missing_schema", "invalid_timeout"),
    "plain formats": ("format_not_a_string",),
    # The address of its page, and what becomes of fetching and reading it.
    "addresses": (
        *("url_too_long", "invalid_url", "unsupported_scheme", "url_credentials"),
        *("port_not_allowed", "url_blocked"),
    ),
    "pages": (
        *("invalid_redirect", "insecure_redirect", "too_many_redirects"),
        *("robots_disallowed", "robots_unreachable", "dns_failed", "dns_timeout"),
        *("timeout", "deadline_exceeded", "upstream_error", "response_too_large"),
        *("unsupported_encoding", "bad_encoding", "truncated_body"),
        *("conversion_timeout", "conversion_failed", "nothing_extracted", "llm_failed"),
    ),
    # At paths and methods that the document does not have.
    "elsewhere": ("not_found", "method_not_allowed"),
}

# The same for monitors, on a server that has them.
MONITOR_PLACES: dict[str, tuple[str, ...]] = {
    # Where rows are read or written.
    "stores": ("database_busy", "database_unavailable", "storage_full", "wrong_host"),
    # Whatever stands in a path or a query.
    "requests": ("invalid_monitor",),
    # What is wanted of a monitor.
    "orders": (
        *("invalid_header", "invalid_recipient", "invalid_channel"),
        *("insecure_receiver", "invalid_schedule", "too_frequent", "too_long", "not_a_schedule"),
        *("unknown_timezone", "out_of_range", "never_due"),
    ),
    "new monitors": ("too_many_monitors",),
    "repeated requests": ("idempotency_key_reused",),
    "lists": ("invalid_cursor",),
    "monitors": ("monitor_not_found",),
    "checks": ("check_not_found",),
    "runs": ("check_in_flight", "monitor_paused", "credits_spent"),
    "webhooks": ("no_webhook",),
    "deliveries": ("delivery_not_found", "webhook_disabled", "mail_delivered"),
    "mails": ("invalid_token", "token_not_found"),
    "recipients": ("nothing_to_confirm",),
    # In the `errorCode` of a page or a check, and in no answer's.
    "discoveries": ("not_a_sitemap", "not_a_feed"),
}
_ALL_PLACES = {**PLACES, **MONITOR_PLACES}

# What a schedule can be refused for; its class has a reason of its own, which is the least fine.
_SCHEDULES = {
    "too_frequent": "The runs would be closer together than this server allows.",
    "too_long": "The schedule has more characters than any that is meant.",
    "not_a_schedule": "The text is no schedule; the error names the nearest that is one.",
    "unknown_timezone": "The time zone is none of IANA's.",
    "out_of_range": "A field of the cron expression is out of its range.",
    "never_due": "The schedule has no run at all.",
}

# What a status brings along, beside what every answer has.
_HEADERS = {
    401: ("Authenticate",),
    405: ("Allow",),
    429: ("RetryAfter",),
    503: ("RetryAfter",),
}


class Reason(NamedTuple):
    """One fine word of an error: its status, its coarse word, and what it means."""

    status: int
    code: str
    meaning: str


def _read_reasons() -> dict[str, Reason]:
    placed = {reason for reasons in _ALL_PLACES.values() for reason in reasons}
    kinds = (getattr(errors, name) for name in errors.__all__)
    own = {
        kind.reason: Reason(STATUSES[kind.code], kind.code, _read_summary(kind))
        for kind in kinds
        if kind.reason in placed
    }
    table = {
        name: Reason(fault.status, fault.code, _spell(fault.problem, fault.remedy))
        for name, fault in FAULTS.items()
    }
    schedules = {
        name: Reason(STATUSES[errors.InvalidSchedule.code], errors.InvalidSchedule.code, meaning)
        for name, meaning in _SCHEDULES.items()
    }
    return {**own, **schedules, **table}


def _read_summary(kind: type) -> str:
    return str(inspect.getdoc(kind)).splitlines()[0]


def _spell(problem: str, remedy: str) -> str:
    return f"{problem[0].upper()}{problem[1:]}; {remedy}."


# Every reason that goes over the wire.
REASONS = _read_reasons()


def list_reasons(*, has_monitors: bool) -> list[str]:
    """Return the reasons that a server may give, with monitors or without."""
    places = _ALL_PLACES if has_monitors else PLACES
    return sorted({reason for reasons in places.values() for reason in reasons})


# What may go wrong with any route is written down once.
_SHARED = ("anywhere", "keys", "elsewhere")


def describe_refusals(*places: str) -> JsonObject:
    """Return the responses of a route for everything that may go wrong at these places."""
    by_status = _group(places)
    shared = _group(_SHARED)
    return {
        str(status): refer(_name(status), "responses")
        if reasons == shared.get(status)
        else describe_refusal(status, reasons)
        for status, reasons in by_status.items()
    }


def describe_shared_refusals() -> JsonObject:
    """Return the responses that routes refer to, and those at paths that no route has."""
    refusals = _group(_SHARED).items()
    return {_name(status): describe_refusal(status, reasons) for status, reasons in refusals}


def _group(places: Iterable[str]) -> dict[int, list[str]]:
    reasons = sorted(reason for place in places for reason in _ALL_PLACES[place])
    statuses = sorted({REASONS[reason].status for reason in reasons})
    return {
        status: [reason for reason in reasons if REASONS[reason].status == status]
        for status in statuses
    }


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.title().replace(" ", "")


def describe_refusal(status: int, reasons: Iterable[str]) -> JsonObject:
    """Return the response for a status that has one of these reasons."""
    names = sorted(reasons)
    # Markdown, where <key> would be a tag.
    meanings = [f"- `{name}`: {REASONS[name].meaning}".replace("<", r"\<") for name in names]
    description = "\n".join([f"{HTTPStatus(status).phrase}.\n", *meanings])
    content = as_json(describe_envelope(names), example=_find_example(names))
    return answer_with(description, content, *_HEADERS.get(status, ()))


def describe_envelope(reasons: Iterable[str]) -> JsonObject:
    """Return the schema of the envelope of one of these reasons."""
    names = sorted(reasons)
    words: JsonObject = {
        "errorCode": {"enum": [*sorted({REASONS[name].code for name in names})]},
        "reason": {"enum": [*names]},
    }
    return {"allOf": [refer("ErrorEnvelope"), {"properties": words}]}


def _find_example(names: list[str]) -> JsonObject:
    """Return what one of these reasons looks like: an error as it is raised, word by word."""
    for name in names:
        if name in FAULTS:
            return wire.write_error(EndpointError(name))
        if name in _RAISED:
            return wire.write_error(_RAISED[name])
    raise LookupError(names)


# For statuses that only errors of the library have.
_RAISED = {
    each.reason: each
    for each in (
        errors.CheckNotFound(),
        errors.DeliveryNotFound(),
        errors.InvalidOption("there is no such format", "use one of the list", "format"),
        errors.MailDelivered(),
        errors.IdempotencyKeyReused(),
        errors.MonitorNotFound(),
        errors.MonitorPaused(),
        errors.NoWebhook(),
        errors.NothingToConfirm("The recipient is confirmed already."),
        errors.TooManyMonitors(10_000),
        errors.TokenNotFound(),
    )
}
