"""Answers as HTTP: envelopes, and the headers that belong to a status."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from changetrack import ChangeTrackError, JsonValue, wire
from changetrack_server.answers import Answer, refuse

__all__ = ["ENVELOPE", "respond", "respond_with", "turn_away"]

ENVELOPE = "application/json"

# What a client must know to ask again; the rest of an error stands in its envelope.
_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "1"},
}


def respond(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer as a response."""
    extra = {**_HEADERS.get(answer.status, {}), **(headers or {})}
    return Response(answer.body, answer.status, extra, ENVELOPE)


def respond_with(value: JsonValue, status: int = 200) -> Response:
    """Return a value as a response."""
    return respond(Answer(status, wire.encode(value)))


def turn_away(error: ChangeTrackError, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as a response."""
    return respond(refuse(error), headers)
