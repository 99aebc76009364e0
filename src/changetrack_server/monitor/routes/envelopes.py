"""What goes out: the envelopes of successes and of errors, in either dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack import ChangeTrackError, JsonObject, JsonValue, parse_path, wire
from changetrack.errors import CheckInFlight, InvalidPath
from changetrack.monitor.wire import Dialect
from changetrack_server.answers import Answer
from changetrack_server.errors import EndpointError, find_status
from changetrack_server.http.responses import respond

if TYPE_CHECKING:
    from starlette.responses import Response

__all__ = ["refuse", "succeed"]

_BAD = 400
# What Firecrawl calls an error of the body, and one whose JSON is none.
_BAD_REQUEST = "BAD_REQUEST"
_BAD_JSON = "BAD_REQUEST_INVALID_JSON"
_NO_JSON = frozenset({"invalid_json", "json_too_deep", "number_too_long", "json_too_complex"})


def succeed(data: JsonValue = None, **more: JsonValue) -> JsonObject:
    """Return the envelope of a success; what is None is left out."""
    said = {**more, "data": data}
    return {"success": True, **{name: each for name, each in said.items() if each is not None}}


def refuse(error: ChangeTrackError, dialect: Dialect) -> Response:
    """Return an error as a response, with the keys that the dialect has for it."""
    envelope = wire.write_error(error)
    status = find_status(error)
    if isinstance(error, CheckInFlight):
        envelope["checkId"] = error.check_id
    if dialect.has_details and status == _BAD:
        envelope["code"] = _BAD_JSON if error.reason in _NO_JSON else _BAD_REQUEST
        envelope["details"] = [_detail(error)]
    headers = {"Retry-After": "1"} if isinstance(error, EndpointError) and error.retryable else None
    return respond(Answer(status, wire.encode(envelope)), headers)


def _detail(error: ChangeTrackError) -> JsonObject:
    return {
        "path": _split(error.path),
        "message": f"{error.problem}; {error.remedy}",
        "code": error.reason,
    }


def _split(path: str) -> list[JsonValue]:
    """Return the steps of a path, as validators of JavaScript have them."""
    try:
        return [*parse_path(path)] if path else []
    except InvalidPath:
        return [path]
