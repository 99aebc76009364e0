"""The operations that keep a server running, and tell what it can do."""

from __future__ import annotations

from collections.abc import Iterator

from changetrack import JsonObject, JsonValue, __version__
from changetrack_server.capabilities import describe_capabilities
from changetrack_server.http.metrics import METRICS_TYPE
from changetrack_server.openapi.operations import Operation
from changetrack_server.openapi.refusals import (
    PLACES,
    REASONS,
    describe_envelope,
    describe_refusal,
)
from changetrack_server.openapi.sketches import as_json, object_of, refer
from changetrack_server.settings import Settings

__all__ = ["SERVICE", "describe_service_schemas", "list_service"]

SERVICE = "Service"

_FULL = 503
_FULL_REASONS = [name for name in PLACES["anywhere"] if REASONS[name].status == _FULL]
_METRICS = METRICS_TYPE.partition(";")[0]


def list_service(settings: Settings) -> Iterator[Operation]:
    """Yield the operations."""
    capabilities = describe_capabilities(settings)
    yield _get("/health", "health", "Tell whether the server lives", _state("Health", "ok"))
    yield _get(
        "/ready", "ready", "Tell whether the server takes work", _state("Readiness", "ready")
    )._replace(others={str(_FULL): _describe_degraded()})
    yield _get(
        "/v1/capabilities",
        "capabilities",
        "Tell what this server can do",
        as_json(refer("Capabilities"), example=capabilities),
        "What is true here works now, without anything that a caller would have to bring.",
    )
    yield _get(
        "/metrics",
        "metrics",
        "Give the numbers of this server",
        {_METRICS: {"schema": {"type": "string"}}},
        "In the text format of Prometheus.",
    )
    yield _get(
        "/openapi.json",
        "openapi",
        "Give this document",
        as_json(object_of("An OpenAPI document.", {"openapi": {"type": "string"}})),
    )
    yield _get(
        "/docs",
        "docs",
        "Show this document to people",
        {"text/html": {"schema": {"type": "string"}}},
        "A page that needs nothing from elsewhere.",
    )


def describe_service_schemas(settings: Settings) -> JsonObject:
    """Return the components that these operations refer to."""
    version: JsonObject = {"type": "string"}
    busy = "Why the server takes no work now."
    return {
        "BusyEnvelope": {"description": busy, **describe_envelope(_FULL_REASONS)},
        "Health": object_of(
            "That the server lives.",
            {"status": {"type": "string", "const": "ok"}, "version": version},
            required=("status", "version"),
        ),
        "Readiness": object_of(
            "Whether the server takes work.",
            {"status": {"type": "string", "enum": ["ready", "degraded"]}, "version": version},
            required=("status", "version"),
        ),
        "Capabilities": {
            "description": "What this server can do.",
            **_describe_value(describe_capabilities(settings)),
        },
    }


def _get(
    path: str, name: str, summary: str, answer: JsonObject, description: str = ""
) -> Operation:
    return Operation(
        path=path,
        method="get",
        name=name,
        tag=SERVICE,
        summary=summary,
        description=description or f"{summary}.",
        answers="It is so." if path in {"/health", "/ready"} else "Here it is.",
        answer=answer,
    )


def _state(name: str, status: str) -> JsonObject:
    return as_json(refer(name), example={"status": status, "version": __version__})


def _describe_degraded() -> JsonObject:
    """Describe the answer of a server that is full: its state, or the envelope of any route."""
    schemas: list[JsonValue] = [refer("Readiness"), refer("BusyEnvelope")]
    state: JsonObject = {"status": "degraded", "version": __version__}
    content = as_json({"oneOf": schemas}, example=state)
    return {**describe_refusal(_FULL, _FULL_REASONS), "content": content}


def _describe_value(value: JsonValue) -> JsonObject:
    """Return the schema that a value is an example of."""
    if isinstance(value, dict):
        properties: JsonObject = {key: _describe_value(each) for key, each in value.items()}
        return {"type": "object", "required": [*properties], "properties": properties}
    if isinstance(value, list):
        return {"type": "array", "items": {"type": "string"}}
    return {"type": _TYPES[type(value)]}


# Of the leaves of what a server says of itself.
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}
