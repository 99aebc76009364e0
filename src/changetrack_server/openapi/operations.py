"""What an operation is made of: what a route takes and what it answers, errors included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from changetrack import JsonObject, JsonValue
from changetrack_server.http.access import is_open
from changetrack_server.openapi.refusals import describe_refusals
from changetrack_server.openapi.sketches import answer_with, refer

__all__ = ["Operation", "describe_operation", "name_examples"]


class Operation(NamedTuple):
    """One route, before it is written out."""

    path: str
    method: str
    name: str
    tag: str
    summary: str
    description: str
    # What a success is, and its content by media type.
    answers: str
    answer: JsonObject
    # The content of its request, if it takes a body.
    request: JsonObject | None = None
    # Whether it must have one.
    needs_body: bool = True
    # What else says what is wanted: parts of the path, of the query, headers.
    parameters: tuple[JsonObject, ...] = ()
    # Where things may go wrong, beside anywhere.
    places: tuple[str, ...] = ()
    # Responses that no error of the table explains, or not alone.
    others: JsonObject | None = None
    # What a success leads to: the body of the next request, made of this one and its answer.
    next_body: JsonObject | None = None


def describe_operation(each: Operation) -> JsonObject:
    """Return an operation written out."""
    needs_key = not is_open(each.path)
    places = ("anywhere", *(("keys",) if needs_key else ()), *each.places)
    operation: JsonObject = {
        "tags": [each.tag],
        "summary": each.summary,
        "description": each.description,
        "operationId": each.name,
        "parameters": [*each.parameters, refer("RequestId", "parameters")],
    }
    if each.request is not None:
        operation["requestBody"] = {"required": each.needs_body, "content": each.request}
    success = answer_with(each.answers, each.answer)
    if each.next_body is not None:
        success["links"] = {"NextCheck": _describe_link(each.name, each.next_body)}
    operation["responses"] = {
        "200": success,
        **describe_refusals(*places),
        **(each.others or {}),
    }
    return operation if needs_key else {**operation, "security": []}


def _describe_link(name: str, body: JsonObject) -> JsonObject:
    return {
        "operationId": name,
        "description": "The snapshot of this result is what the next check compares with.",
        "requestBody": body,
    }


def name_examples(examples: Mapping[str, JsonValue]) -> JsonObject:
    """Return examples as a message has them: each under a short name."""
    return {
        name.lower().replace(" ", "-"): {"summary": name, "value": value}
        for name, value in examples.items()
    }
