"""The operations by which a history leaves and monitors move, and those that a mail leads to."""

from __future__ import annotations

from collections.abc import Iterator

from changetrack import JsonObject, JsonValue
from changetrack.monitor.atom import ATOM_TYPE
from changetrack.monitor.exports import EXPORT_TYPES
from changetrack.monitor.wire import DIALECTS, Dialect
from changetrack_server.http.bodies import LINES
from changetrack_server.openapi.operations import Operation
from changetrack_server.openapi.refusals import describe_refusal
from changetrack_server.openapi.sketches import as_json, object_of, refer

__all__ = ["MONITORS", "describe_transfer_schemas", "list_mails", "list_transfers"]

MONITORS = "Monitors"

_TEXT: JsonObject = {"schema": {"type": "string"}}
_ID: JsonObject = {
    "name": "monitor_id",
    "in": "path",
    "required": True,
    "description": "The id of the monitor.",
    "schema": {"type": "string", "format": "uuid"},
}


def _plain(kind: str) -> str:
    return kind.partition(";")[0]


def _query(name: str, description: str, *choices: str) -> JsonObject:
    words: list[JsonValue] = [*choices]
    schema: JsonObject = {"type": "string", **({"enum": words} if words else {})}
    return {"name": name, "in": "query", "description": description, "schema": schema}


def list_transfers(dialect: Dialect) -> Iterator[Operation]:
    """Yield the operations of exports, imports and feeds."""
    yield _operation(
        dialect,
        *("get", "/export", "exportMonitors", "Take all monitors along"),
        answer={_plain(EXPORT_TYPES[kind]): _TEXT for kind in ("ndjson", "json")},
        parameters=(_query("format", "As what.", "ndjson", "json"),),
        places=("stores",),
        others={"400": describe_refusal(400, ["unknown_format"])},
    )
    records: JsonObject = {"type": "array", "items": {"type": "object"}}
    yield _operation(
        dialect,
        *("post", "/import", "importMonitors", "Take monitors up"),
        answer={**as_json(refer("ImportAnswer")), LINES: _TEXT},
        request={**as_json(records, example=[]), LINES: {"schema": records, "example": []}},
        places=("stores", "requests", "bodies", "orders", "diffs", "addresses", "new monitors"),
    )
    yield _operation(
        dialect,
        *("get", "/{monitor_id}/export", "exportHistory", "Take the history of a monitor along"),
        answer={_plain(kind): _TEXT for kind in EXPORT_TYPES.values()},
        parameters=(_ID, _query("format", "As what.", *EXPORT_TYPES)),
        places=("stores", "monitors"),
        others={"400": describe_refusal(400, ["invalid_option"])},
    )
    yield _operation(
        dialect,
        *("get", "/{monitor_id}/feed.atom", "feed", "Read what changed as an Atom feed"),
        answer={_plain(ATOM_TYPE): _TEXT},
        parameters=(_ID, _query("token", "In place of a key.")),
        places=("stores", "monitors"),
    )


def list_mails(dialect: Dialect) -> Iterator[Operation]:
    """Yield the operations that stand behind the links of a mail; they are open."""
    for verb, summary in (
        ("confirm", "Agree to the mail of a monitor"),
        ("unsubscribe", "Want no more mail of a monitor"),
    ):
        path = f"/email/{verb}"
        yield _operation(
            dialect,
            *("get", path, f"{verb}Page", f"{summary}: the page that asks"),
            answer={"text/html": _TEXT},
            parameters=(_query("token", "What stood in the mail."),),
            places=("stores",),
        )
        yield _operation(
            dialect,
            *("post", path, f"{verb}Email", summary),
            answer=as_json(refer("MailAnswer")),
            request=as_json(refer("TokenOrder"), example={"token": "x" * 43}),
            places=("stores", "bodies", "mails"),
        )


def describe_transfer_schemas() -> JsonObject:
    """Return the components that these operations refer to."""
    success: JsonObject = {"type": "boolean", "const": True}
    text: JsonObject = {"type": "string"}
    results: list[JsonValue] = [
        *("confirmed", "already_confirmed", "unsubscribed", "already_unsubscribed"),
    ]
    return {
        "ImportAnswer": object_of(
            "What was taken up.",
            {"success": success, "data": {"type": "object", "additionalProperties": True}},
            required=("success", "data"),
        ),
        "MailAnswer": object_of(
            "What came of it.",
            {
                "success": success,
                "result": {"type": "string", "enum": results},
                "email": text,
                "monitorName": text,
            },
            required=("success", "result", "email", "monitorName"),
        ),
    }


def _operation(
    dialect: Dialect,
    method: str,
    path: str,
    name: str,
    summary: str,
    *,
    answer: JsonObject,
    places: tuple[str, ...],
    request: JsonObject | None = None,
    parameters: tuple[JsonObject, ...] = (),
    others: JsonObject | None = None,
) -> Operation:
    return Operation(
        path=f"{dialect.root}{path}",
        method=method,
        name=name if dialect is DIALECTS["v1"] else f"{name}V2",
        tag=MONITORS,
        summary=summary,
        description=f"{summary}.",
        answers="Here it is.",
        answer=answer,
        request=request,
        parameters=parameters,
        places=places,
        others=others,
    )
