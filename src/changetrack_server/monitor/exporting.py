"""Routes by which a history leaves, a feed is read, and monitors move from one house to another.

Whatever is long is read in portions, a transaction each, and sent as it is read: nobody waits for
somebody else's export, and no export is ever held whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from changetrack import ChangeTrackError, JsonObject, JsonValue, wire
from changetrack.errors import InvalidOption
from changetrack.monitor.atom import ATOM_TYPE, is_feed_token, list_news, write_atom
from changetrack.monitor.exports import (
    EXPORT_TYPES,
    HistoryWriter,
    read_format,
    read_history,
)
from changetrack.monitor.imports import (
    Gained,
    ImportedRecord,
    Importer,
    import_record,
    read_monitors,
    read_record,
)
from changetrack.monitor.mail import Links, sync_recipients
from changetrack.monitor.models import Monitor
from changetrack.monitor.owners import find_monitor
from changetrack.monitor.tables import MONITORS
from changetrack.monitor.transfers import export_monitors, write_heading
from changetrack.monitor.webhooks import new_secret
from changetrack.monitor.wire import Rules
from changetrack_server.answers import Answer, refuse
from changetrack_server.errors import EndpointError
from changetrack_server.http.bodies import Bodies
from changetrack_server.http.lines import LinesResponse, read_lines
from changetrack_server.http.responses import respond_with

if TYPE_CHECKING:
    from starlette.requests import Request

    from changetrack.monitor.ports import Transaction
    from changetrack_server.monitor.asking import Orchestra

__all__ = ["export_routes"]

# Rows of one transaction: each may hold a diff as large as its page.
_PORTION = 50
_VERSIONS = ("v1", "v2")

MakeRules: TypeAlias = "Callable[[Request], Rules]"


def export_routes(bodies: Bodies, make_rules: MakeRules) -> list[Route]:
    """Return the routes, which come before those that end in the id of a monitor.

    `make_rules` says what a monitor may be that somebody imports.
    """
    importing = _Importing(make_rules)
    routes = []
    for version in _VERSIONS:
        root = f"/{version}/monitor"
        imports = bodies.before(importing.import_whole, lines=importing.import_lines)
        routes += [
            Route(f"{root}/export", _export_all),
            Route(f"{root}/import", imports, methods=["POST"]),
            Route(f"{root}/{{monitor_id}}/export", _export_history),
            Route(f"{root}/{{monitor_id}}/feed.atom", _show_feed),
        ]
    return routes


def _find_orchestra(request: Request) -> Orchestra:
    orchestra: Orchestra = request.app.state.orchestra
    return orchestra


def _find_owner(request: Request) -> str:
    return str(request.state.caller.owner)


async def _export_history(request: Request) -> Response:
    orchestra, owner = _find_orchestra(request), _find_owner(request)
    kind = read_format(request.query_params.get("format", "json"))
    own_id = request.path_params["monitor_id"]
    await orchestra.transact(partial(find_monitor, owner=owner, monitor_id=own_id))
    writer = HistoryWriter(kind)

    async def stream() -> AsyncIterator[bytes]:
        yield writer.open()
        place, is_over = None, False
        while not is_over:
            portion = partial(read_history, monitor_id=own_id, place=place, limit=_PORTION)
            rows, place = await orchestra.transact(portion)
            is_over = place is None
            yield writer.write(rows)
        yield writer.close()

    return StreamingResponse(
        stream(), media_type=EXPORT_TYPES[kind], headers=_attach(f"{own_id}.{kind}")
    )


async def _export_all(request: Request) -> Response:
    orchestra, owner = _find_orchestra(request), _find_owner(request)
    kind = read_format(request.query_params.get("format", "ndjson"))
    if kind == "csv":
        raise InvalidOption("monitors are no table", "use json or ndjson", "format")
    start, between, end = ("[\n", ",\n", "\n]\n") if kind == "json" else ("", "\n", "\n")

    async def stream() -> AsyncIterator[bytes]:
        yield start.encode() + wire.encode(write_heading(orchestra.now()))
        place, is_over = None, False
        while not is_over:
            portion = partial(export_monitors, owner=owner, place=place, limit=_PORTION)
            records, place = await orchestra.transact(portion)
            is_over = place is None
            yield b"".join(between.encode() + wire.encode(record) for record in records)
        yield end.encode()

    return StreamingResponse(
        stream(), media_type=EXPORT_TYPES[kind], headers=_attach(f"monitors.{kind}")
    )


def _attach(name: str) -> dict[str, str]:
    # A page of somebody's that opens in a browser would be run there.
    safe = "".join(char for char in name if char.isalnum() or char in "-.")
    return {
        "Content-Disposition": f'attachment; filename="{safe}"',
        "X-Content-Type-Options": "nosniff",
    }


async def _show_feed(request: Request) -> Response:
    orchestra = _find_orchestra(request)
    own_id = request.path_params["monitor_id"]
    token = request.query_params.get("token")
    owner = None
    if token is None:
        owner = _find_owner(request)
    elif not is_feed_token(token, orchestra.signing_key, own_id):
        raise EndpointError("wrong_key", "token", problem="the token does not open this feed")
    url = _name_feed(request, orchestra.settings.public_url)
    body = await orchestra.transact(partial(_write_feed, own_id=own_id, owner=owner, url=url))
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=ATOM_TYPE, headers=headers)


def _name_feed(request: Request, public_url: str) -> str:
    root = public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return f"{root}{request.url.path}"


def _write_feed(transaction: Transaction, own_id: str, owner: str | None, url: str) -> bytes:
    if owner is None:
        # Whoever has the token was given it by the owner.
        known = transaction.find(MONITORS, own_id)
        owner = known.owner if known else ""
    monitor: Monitor = find_monitor(transaction, owner, own_id)
    return write_atom(monitor, list_news(transaction, own_id), url=url)


class _Importing:
    """The routes that take monitors up."""

    def __init__(self, make_rules: MakeRules) -> None:
        self._make_rules = make_rules

    async def import_whole(self, request: Request, body: bytes) -> Response:
        """Take up an array of records; if one is wrong, none of them."""
        orchestra = _find_orchestra(request)
        rules, importer = self._make_rules(request), _make_importer(request)
        records = read_monitors(wire.load(body, limits=rules.limits), rules, now=importer.now)
        gained: list[Gained] = []
        for start in range(0, len(records), _PORTION):
            portion = records[start : start + _PORTION]
            gained += await orchestra.transact(
                partial(_import_portion, portion=portion, importer=importer)
            )
        orchestra.wake()
        written: list[JsonValue] = [_write_gain(each) for each in gained]
        new = sum(each.is_new for each in gained)
        data: JsonObject = {"imported": new, "known": len(gained) - new, "records": written}
        return respond_with({"success": True, "data": data})

    async def import_lines(self, request: Request) -> Response:
        """Take up record after record, and answer each."""
        orchestra = _find_orchestra(request)
        rules, importer = self._make_rules(request), _make_importer(request)

        async def answer(line: bytes) -> Answer:
            try:
                record = read_record(wire.load(line, limits=rules.limits), rules, now=importer.now)
                gained = Gained(monitor_id=None)
                if record is not None:
                    gained = await orchestra.transact(
                        partial(import_record, record=record, importer=importer)
                    )
            except ChangeTrackError as error:
                return refuse(error)
            envelope: JsonObject = {"success": True, "data": _write_gain(gained)}
            return Answer(200, wire.encode(envelope))

        orchestra.wake()
        return LinesResponse(
            read_lines(request.receive, orchestra.settings), answer, orchestra.settings
        )


def _import_portion(
    transaction: Transaction, portion: Iterable[ImportedRecord], importer: Importer
) -> list[Gained]:
    return [import_record(transaction, record, importer) for record in portion]


def _make_importer(request: Request) -> Importer:
    orchestra = _find_orchestra(request)
    now, seed = orchestra.now(), orchestra.new_token()
    links = Links(public_url=orchestra.settings.public_url, signing_key=orchestra.signing_key)
    return Importer(
        owner=_find_owner(request),
        now=now,
        most=orchestra.settings.max_monitors,
        # Of chance that was drawn before: a transaction that runs again finds the same.
        make_secret=lambda monitor_id: new_secret(
            hashlib.sha256(f"{seed}\0{monitor_id}".encode()).digest()
        ),
        invite=lambda transaction, monitor: sync_recipients(
            transaction, monitor, now, orchestra.new_token, links=links
        ),
    )


def _write_gain(gained: Gained) -> JsonObject:
    written: JsonObject = {"monitorId": gained.monitor_id, "isNew": gained.is_new}
    if gained.secret is not None:
        written["webhookSecret"] = gained.secret
    if gained.warnings:
        written["warnings"] = [*gained.warnings]
    return written
