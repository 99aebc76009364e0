"""The operations of monitors, the same under both dialects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, get_args

from changetrack import JsonObject, JsonValue
from changetrack.monitor.models import DeliveryStatus
from changetrack.monitor.wire import DIALECTS, Dialect
from changetrack_server.openapi import monitor_examples as examples
from changetrack_server.openapi.monitor_orders import PAGE_STATUSES
from changetrack_server.openapi.monitor_transfers import MONITORS, list_mails, list_transfers
from changetrack_server.openapi.operations import Operation
from changetrack_server.openapi.sketches import as_json, refer

__all__ = ["list_monitors"]


class _Sketch(NamedTuple):
    """An operation, before it stands in a dialect."""

    method: str
    path: str
    name: str
    summary: str
    answer: str
    description: str = ""
    request: JsonObject | None = None
    needs_body: bool = True
    parameters: tuple[JsonObject, ...] = ()
    places: tuple[str, ...] = ()


def list_monitors() -> Iterator[Operation]:
    """Yield the operations of both dialects, and those that are open to whoever got a mail."""
    for dialect in DIALECTS.values():
        for sketch in _list_sketches(dialect):
            yield _place(sketch, dialect)
        yield from list_transfers(dialect)
        yield from list_mails(dialect)


def _place(sketch: _Sketch, dialect: Dialect) -> Operation:
    is_first = dialect is DIALECTS["v1"]
    content = as_json(refer(sketch.answer))
    if sketch.answer == "MonitorAnswer":
        content = as_json(refer(sketch.answer), example=examples.answer_monitor(dialect))
    bodies = ("bodies",) if sketch.method in {"post", "patch"} else ()
    ids = _list_ids(sketch.path)
    return Operation(
        path=f"{dialect.root}{sketch.path}",
        method=sketch.method,
        name=sketch.name if is_first else f"{sketch.name}V2",
        tag=MONITORS,
        summary=sketch.summary,
        description=sketch.description or f"{sketch.summary}.",
        answers="It is so.",
        answer=content,
        request=sketch.request,
        needs_body=sketch.needs_body,
        parameters=(*ids, *sketch.parameters),
        places=(
            *("stores", "requests", *bodies, *sketch.places),
            *(("monitors",) if ids else ()),
        ),
    )


def _list_ids(path: str) -> tuple[JsonObject, ...]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return tuple(
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": f"The id of the {name.removesuffix('_id')}.",
            "schema": {"type": "string", "format": "uuid"},
        }
        for name in names
    )


def _query(name: str, description: str, **schema: JsonValue) -> JsonObject:
    return {"name": name, "in": "query", "description": description, "schema": {**schema}}


def _list_portions(dialect: Dialect, skip: str = "offset") -> tuple[JsonObject, ...]:
    return (
        _query("limit", "How many.", type="integer", minimum=1, maximum=100, default=dialect.items),
        _query(skip, "Behind how many.", type="integer", minimum=0, default=0),
        _query("cursor", "Behind what was seen last; as it was answered.", type="string"),
    )


_IDEMPOTENCY: JsonObject = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A word of yours, by which the request is done once however often it is sent;"
    " for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}

_CREATE = """\
Has pages looked at on a schedule. The answer has the schedule as an expression, the next run, and \
what a month costs at most; where there is a webhook, also its secret, this once."""

_RUN = """\
Has a monitor checked now, beside its schedule. While a check is queued or running, the answer is \
409 with its `checkId`."""


def _body(name: str, example: JsonObject) -> JsonObject:
    return as_json(refer(name), example=example)


def _list_sketches(dialect: Dialect) -> Iterator[_Sketch]:
    order = examples.ORDER if dialect is DIALECTS["v1"] else examples.ORDER_V2
    yield _Sketch(
        *("post", "", "createMonitor", "Make a monitor", "MonitorAnswer", _CREATE),
        request=_body("MonitorOrder", order),
        parameters=(_IDEMPOTENCY,),
        places=("orders", "diffs", "addresses", "new monitors", "repeated requests"),
    )
    yield _Sketch(
        *("get", "", "listMonitors", "List monitors", "MonitorList"),
        parameters=_list_portions(dialect),
        places=("lists",),
    )
    yield _Sketch(
        *("post", "/preview", "previewMonitor", "Try a schedule", "PreviewAnswer"),
        request=_body("PreviewOrder", examples.PREVIEW),
        places=("orders", "diffs", "addresses"),
    )
    yield from _list_own()
    yield from _list_checks(dialect)
    yield from _list_deliveries(dialect)
    yield from _list_receivers()


_OWN = "/{monitor_id}"


def _list_own() -> Iterator[_Sketch]:
    yield _Sketch("get", _OWN, "getMonitor", "Show a monitor", "MonitorAnswer")
    yield _Sketch(
        *("patch", _OWN, "changeMonitor", "Change a monitor", "MonitorAnswer"),
        request=_body("MonitorChange", examples.CHANGE),
        places=("orders", "diffs", "addresses"),
    )
    yield _Sketch("delete", _OWN, "deleteMonitor", "Let a monitor be gone", "Done")
    yield _Sketch(
        *("post", f"{_OWN}/run", "runMonitor", "Check now", "CheckAnswer", _RUN),
        request=_body("RunOrder", {}),
        needs_body=False,
        parameters=(_IDEMPOTENCY,),
        places=("runs", "repeated requests"),
    )
    for verb, summary in (("pause", "Let a monitor rest"), ("resume", "Let a monitor go on")):
        yield _Sketch("post", f"{_OWN}/{verb}", f"{verb}Monitor", summary, "MonitorAnswer")


def _list_checks(dialect: Dialect) -> Iterator[_Sketch]:
    statuses: list[JsonValue] = [*dialect.statuses]
    path = f"{_OWN}/checks"
    yield _Sketch(
        *("get", path, "listChecks", "List the checks of a monitor", "CheckList"),
        parameters=(
            *_list_portions(dialect),
            _query("status", "Of one status.", type="string", enum=statuses),
        ),
        places=("lists",),
    )
    yield _Sketch(
        *("get", f"{path}/{{check_id}}", "getCheck", "Show a check", "CheckDetailAnswer"),
        parameters=(
            *_list_portions(dialect, "skip"),
            _query("status", "Pages of one status.", type="string", enum=PAGE_STATUSES),
        ),
        places=("lists", "checks"),
    )


def _list_deliveries(dialect: Dialect) -> Iterator[_Sketch]:
    path = f"{_OWN}/deliveries"
    statuses: list[JsonValue] = [*get_args(DeliveryStatus)]
    yield _Sketch(
        *("get", path, "listDeliveries", "List what was sent", "DeliveryList"),
        parameters=(
            *_list_portions(dialect),
            _query("status", "Of one status.", type="string", enum=statuses),
        ),
        places=("lists",),
    )
    yield _Sketch(
        *("post", f"{path}/redeliver", "redeliverAll", "Send events again", "RedeliverAnswer"),
        request=_body("RedeliverOrder", {"since": "2026-05-30T00:00:00Z"}),
        places=("webhooks", "deliveries"),
    )
    yield _Sketch(
        *("post", f"{path}/{{delivery_id}}/redeliver", "redeliver"),
        *("Send it again", "DeliveryAnswer"),
        places=("webhooks", "deliveries"),
    )


def _list_receivers() -> Iterator[_Sketch]:
    yield _Sketch(
        *("post", f"{_OWN}/webhook/rotate", "rotateSecret", "Replace a secret", "SecretAnswer"),
        request=_body("RotateOrder", {"revokeOld": False}),
        needs_body=False,
        places=("webhooks",),
    )
    for verb, summary, answer in (
        ("test", "Send an event that tells nothing", "DeliveryAnswer"),
        ("enable", "Send to a webhook again", "MonitorAnswer"),
    ):
        yield _Sketch(
            *("post", f"{_OWN}/webhook/{verb}", f"{verb}Webhook", summary, answer),
            places=("webhooks",),
        )
    yield _Sketch(
        *("post", f"{_OWN}/recipients/resend", "resendConfirmation"),
        *("Ask a recipient again", "DeliveryAnswer"),
        request=_body("ResendOrder", {"email": "alerts@example.com"}),
        places=("orders", "recipients"),
    )
