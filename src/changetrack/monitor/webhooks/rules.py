"""What a webhook may be: its URL, its headers, its metadata and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from changetrack._hashing import dump_json
from changetrack._kinds import name_kind
from changetrack._models import JsonObject
from changetrack.errors import InvalidHeader, InvalidMonitor
from changetrack.monitor.models import PageStatus, Webhook
from changetrack.monitor.webhooks.events import EVENTS

__all__ = ["check_webhook"]

# More than any receiver reads, and half of what most servers take.
_MOST_HEADERS = 50
_MOST_HEADER_CHARS = 4_096
# As the compatible APIs have it.
_MOST_METADATA_BYTES = 4_096
_RESERVED_METADATA = {"event", "monitorId", "checkId", "page", "summary", "timestamp"}

# The connection is ours, and so is what proves who we are.
_OURS = {
    *("host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer"),
    *("upgrade", "expect", "accept-encoding", "proxy-authorization", "proxy-connection"),
    *("x-crw-signature", "x-firecrawl-signature", "x-changetrack-hop"),
}
_OUR_PREFIX = "webhook-"

# RFC 9110: a token, and what may stand in a value.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[!-~](?:[ \t!-~]*[!-~])?)?")
_URL = re.compile(r"(https?)://[^/?#\s\\@]+(?:[/?#][!-~]*)?", re.IGNORECASE)


def check_webhook(webhook: Webhook, *, is_inside: bool = False, path: str = "webhook") -> None:
    """Return if a webhook can be told; whether its address may be dialled, the server knows.

    `is_inside` says that its host lies in a network that the operator has listed, where plain http
    will do.

    Raises:
        InvalidHeader: a header is one that is ours, or none that HTTP has.
        InvalidMonitor: anything else is wrong; the error names the field.
    """
    _check_url(webhook.url, f"{path}.url", is_inside=is_inside)
    _check_headers(webhook.headers, f"{path}.headers")
    _check_metadata(webhook.metadata, f"{path}.metadata")
    _check_words(webhook.events, EVENTS, f"{path}.events")
    _check_words(webhook.statuses, get_args(PageStatus), f"{path}.statuses")
    if not webhook.events:
        problem = "the list of events is empty, so nothing would ever be told"
        raise InvalidMonitor(problem, f"name some of {', '.join(EVENTS)}", f"{path}.events")


def _check_url(url: str, path: str, *, is_inside: bool) -> None:
    found = _URL.fullmatch(url)
    if found is None:
        raise InvalidMonitor("this is not the URL of a receiver", "send an https URL", path)
    if found[1].lower() != "https" and not is_inside:
        remedy = "use https; plain http is for hosts inside CHANGETRACK_ALLOWED_NETWORKS"
        raise InvalidMonitor("the URL is not https", remedy, path)


def _check_headers(headers: JsonObject, path: str) -> None:
    if len(headers) > _MOST_HEADERS:
        problem = f"{len(headers)} headers, at most {_MOST_HEADERS} are allowed"
        raise InvalidHeader(problem, "send fewer", path)
    seen: set[str] = set()
    for name, value in headers.items():
        place = f"{path}.{name}"
        lower = name.lower()
        if not _NAME.fullmatch(name):
            raise InvalidHeader("this is not the name of a header", "use letters and -", place)
        if lower in _OURS or lower.startswith(_OUR_PREFIX):
            raise InvalidHeader("this header is set by the server", "leave it out", place)
        if lower in seen:
            raise InvalidHeader("this header is there twice", "leave one out", place)
        seen.add(lower)
        _check_value(value, place)
    size = sum(len(name) + len(str(value)) for name, value in headers.items())
    if size > _MOST_HEADER_CHARS:
        problem = f"{size:,} characters in all, at most {_MOST_HEADER_CHARS:,} are allowed"
        raise InvalidHeader(problem, "shorten them", path)


def _check_value(value: object, path: str) -> None:
    if not isinstance(value, str):
        raise InvalidHeader(f"expected a string, got {name_kind(value)}", "spell it out", path)
    if not _VALUE.fullmatch(value):
        # Not quoted: it may be a key.
        problem = "the value holds what no header may hold, or blanks around it"
        raise InvalidHeader(problem, "use visible ASCII on one line", path)


def _check_metadata(metadata: JsonObject, path: str) -> None:
    for name in metadata:
        if name in _RESERVED_METADATA:
            raise InvalidMonitor("this key is reserved", "use another one", f"{path}.{name}")
    size = len(dump_json(metadata))
    if size > _MOST_METADATA_BYTES:
        problem = f"{size:,} bytes of JSON, at most {_MOST_METADATA_BYTES:,} are allowed"
        raise InvalidMonitor(problem, "shorten it", path)


def _check_words(given: Sequence[str], known: Sequence[str], path: str) -> None:
    for index, word in enumerate(given):
        if word not in known:
            raise InvalidMonitor("this is not known", f"use {', '.join(known)}", f"{path}[{index}]")
