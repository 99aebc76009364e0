"""Everything that can go wrong while a request is served: one table, one exception.

A row says what HTTP makes of a fault. `code` is the coarse word that clients of the protocol branch
on, `reason` the fine one; both are API. Nothing that a request names leads to a status of 500 or
more: an address that is forbidden is the caller's fault (400), a page that cannot be fetched or
read is the page's (422). The library's own errors have their status by their code.
"""

from __future__ import annotations

from typing import NamedTuple

from changetrack import ChangeTrackError

__all__ = ["FAULTS", "STATUSES", "EndpointError", "Fault", "find_status"]


class Fault(NamedTuple):
    """One row: what clients get, and what it means. The words are the default text of the error."""

    status: int
    code: str
    problem: str
    remedy: str
    # Whether the same request may succeed later.
    retryable: bool = False


# What HTTP makes of the library's own errors, by their code.
STATUSES = {
    "invalid_request": 400,
    "not_found": 404,
    "conflict": 409,
    "payload_too_large": 413,
    "patch_failed": 422,
    "unprocessable": 422,
}

_ASK = "send Authorization: Bearer <key> with a key of this server"
_PUBLIC = "name a public address; an operator can list networks in CHANGETRACK_ALLOWED_NETWORKS"
_LATER = "try again later"
_SITE = "the site must be fixed or another address used"

FAULTS: dict[str, Fault] = {
    # Who asks, and for what.
    "missing_key": Fault(401, "unauthorized", "there is no API key", _ASK),
    "wrong_key": Fault(401, "unauthorized", "the API key is not known here", _ASK),
    "wrong_host": Fault(
        403,
        "forbidden",
        "without a key, monitors are for this machine only, and the Host header names another",
        "ask localhost; or set CHANGETRACK_PUBLIC_URL, or an API key",
    ),
    "forbidden_scope": Fault(
        403, "forbidden", "the API key may not do this", "use a key that has the scope"
    ),
    "rate_limited": Fault(
        429,
        "rate_limited",
        "the API key has had its requests for now",
        "ask again after Retry-After",
        retryable=True,
    ),
    "not_found": Fault(404, "not_found", "there is nothing at this path", "see /docs"),
    "method_not_allowed": Fault(
        405, "method_not_allowed", "this path has no such method", "use one of the Allow header"
    ),
    "request_loop": Fault(
        400,
        "invalid_request",
        "this request comes from a changetrack server that fetches a page",
        "do not scrape the endpoint itself",
    ),
    # How the request is put.
    "malformed_http": Fault(
        400, "invalid_request", "this is not valid HTTP", "send a well-formed HTTP/1.1 request"
    ),
    "missing_host": Fault(
        400, "invalid_request", "there is no Host header", "send exactly one, as HTTP/1.1 asks"
    ),
    "headers_too_large": Fault(
        431, "headers_too_large", "the headers are too large or too many", "send fewer"
    ),
    "ambiguous_length": Fault(
        400,
        "invalid_request",
        "the length of the body is given twice or is no number",
        "send Content-Length or Transfer-Encoding, one of them, once",
    ),
    "unsupported_media_type": Fault(
        415,
        "unsupported_media_type",
        "the body is not declared as JSON",
        "send Content-Type: application/json (in UTF-8)",
    ),
    "unsupported_content_encoding": Fault(
        415, "unsupported_media_type", "the body is compressed", "send it as it is"
    ),
    "body_too_large": Fault(
        413, "payload_too_large", "the body is larger than this server takes", "split it"
    ),
    "line_too_large": Fault(
        413, "payload_too_large", "the line is longer than this server takes", "split it"
    ),
    "request_timeout": Fault(
        408, "request_timeout", "the body did not arrive in time", "send it faster", retryable=True
    ),
    "json_too_complex": Fault(
        400, "invalid_request", "the JSON has too many values", "split it into several requests"
    ),
    # Formats of a scrape.
    "unknown_format": Fault(
        400, "invalid_request", "the format is not known", "see formats in /v1/capabilities"
    ),
    "format_not_a_string": Fault(
        400,
        "invalid_request",
        "formats holds strings here",
        "put the options beside it, or use /v2/scrape",
    ),
    "missing_url": Fault(400, "invalid_request", "there is no url", "send the url of a page"),
    "missing_schema": Fault(
        400, "invalid_request", "JSON needs to know what to look for", "send a schema or a prompt"
    ),
    "invalid_timeout": Fault(
        400, "invalid_request", "the time is no number", "send a number of milliseconds above zero"
    ),
    # What the server can carry.
    "overloaded": Fault(
        503, "overloaded", "the server has all the work it can hold", _LATER, retryable=True
    ),
    "shutting_down": Fault(
        503, "overloaded", "the server is being stopped", _LATER, retryable=True
    ),
    "database_busy": Fault(
        503, "overloaded", "the database is busy for too long", _LATER, retryable=True
    ),
    "database_unavailable": Fault(
        503, "overloaded", "the database cannot be reached", _LATER, retryable=True
    ),
    "storage_full": Fault(
        503,
        "overloaded",
        "there is no room left to write to",
        "reading goes on; the operator must make room",
        retryable=True,
    ),
    "work_timeout": Fault(
        422, "timeout", "the work took longer than this server allows", "send less at once"
    ),
    "work_too_large": Fault(
        413, "payload_too_large", "the work needs more memory than is allowed", "send less at once"
    ),
    "answer_too_large": Fault(
        413,
        "payload_too_large",
        "the answer would be larger than this server gives",
        "ask for less by include or formats, or send fewer items at once",
    ),
    "internal_error": Fault(
        500, "internal_error", "the server failed", "tell the operator the X-Request-Id"
    ),
    # Addresses that are not fetched.
    "url_too_long": Fault(400, "invalid_request", "the URL is too long", "send a shorter one"),
    "invalid_url": Fault(400, "invalid_request", "this is not a URL", "send an absolute http URL"),
    "unsupported_scheme": Fault(
        400, "invalid_request", "only http and https are fetched", "send an http or https URL"
    ),
    "url_credentials": Fault(
        400, "invalid_request", "the URL holds a user name or password", "leave them out"
    ),
    "port_not_allowed": Fault(
        400, "invalid_request", "the port is not one that is fetched from", "use one of the web's"
    ),
    "url_blocked": Fault(400, "invalid_request", "the address is not allowed", _PUBLIC),
    "insecure_receiver": Fault(
        400,
        "invalid_request",
        "events are sent over https only",
        "send an https URL; http is for networks listed in CHANGETRACK_ALLOWED_NETWORKS",
    ),
    # Pages that cannot be fetched.
    "invalid_redirect": Fault(422, "target_unreachable", "the page redirects to no URL", _SITE),
    "insecure_redirect": Fault(
        422, "target_unreachable", "the page redirects from https to http", _SITE
    ),
    "too_many_redirects": Fault(422, "target_unreachable", "the page redirects too often", _SITE),
    "robots_disallowed": Fault(
        422,
        "target_unreachable",
        "the site's robots.txt does not allow it",
        "ask the site; an operator who may ignore it sets CHANGETRACK_ROBOTS=ignore",
    ),
    "robots_unreachable": Fault(
        422,
        "target_unreachable",
        "the site's robots.txt cannot be read, so nothing may be fetched",
        _LATER,
        retryable=True,
    ),
    "dns_failed": Fault(
        422, "target_unreachable", "the host has no address", "check its name", retryable=True
    ),
    "dns_timeout": Fault(
        422,
        "target_unreachable",
        "the host's name was not resolved in time",
        _LATER,
        retryable=True,
    ),
    "timeout": Fault(
        422, "target_unreachable", "the site was silent for too long", _LATER, retryable=True
    ),
    "deadline_exceeded": Fault(
        422,
        "target_unreachable",
        "the page took too long",
        "allow more with timeout, in milliseconds",
        retryable=True,
    ),
    "upstream_error": Fault(
        422, "target_unreachable", "the connection to the site failed", _LATER, retryable=True
    ),
    "response_too_large": Fault(
        422, "target_unreachable", "the page is larger than this server takes", _SITE
    ),
    "unsupported_encoding": Fault(
        422, "target_unreachable", "the page is compressed in a way nobody asked for", _SITE
    ),
    "bad_encoding": Fault(422, "target_unreachable", "the compressed page is broken", _SITE),
    "truncated_body": Fault(
        422, "target_unreachable", "the page ended before its end", _LATER, retryable=True
    ),
    # Pages that cannot be read.
    "conversion_timeout": Fault(
        422, "extraction_error", "reading the page took too long", "fetch a smaller page"
    ),
    "conversion_failed": Fault(
        422, "extraction_error", "the page cannot be read", "fetch a smaller page"
    ),
    "not_a_sitemap": Fault(
        422, "extraction_error", "this is no sitemap", "send the address of a sitemap, in XML"
    ),
    "not_a_feed": Fault(
        422, "extraction_error", "this is no feed", "send the address of an RSS, Atom or JSON feed"
    ),
    "nothing_extracted": Fault(
        422,
        "extraction_error",
        "no field was found in the page",
        "add x-selector to the schema's properties; operators: see CHANGETRACK_LLM_BASE_URL",
    ),
    "llm_failed": Fault(
        422, "extraction_error", "the language model gave no usable answer", _LATER, retryable=True
    ),
}


class EndpointError(ChangeTrackError):
    """A fault of the table; what stands there may be said more precisely.

    `detail` is for the operator's log alone: it may hold what a stranger must not learn.
    """

    def __init__(
        self,
        reason: str,
        path: str = "",
        *,
        problem: str | None = None,
        remedy: str | None = None,
        detail: str = "",
    ) -> None:
        fault = FAULTS[reason]
        super().__init__(problem or fault.problem, remedy or fault.remedy, path)
        self.code = fault.code
        self.reason = reason
        self.detail = detail

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return FAULTS[self.reason].retryable


def find_status(error: ChangeTrackError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, EndpointError):
        return FAULTS[error.reason].status
    return STATUSES[error.code]
