"""Routes by which monitors of another installation arrive: all of them at once, or one a line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import anyio.to_thread
from starlette.routing import Route

from changetrack import ChangeTrackError, JsonObject, JsonValue, wire
from changetrack.monitor.imports import (
    Gained,
    ImportedRecord,
    Importer,
    import_record,
    read_monitors,
    read_record,
)
from changetrack.monitor.webhooks import new_secret
from changetrack.monitor.wire import DIALECTS, Rules
from changetrack_server.answers import Answer, refuse
from changetrack_server.http.bodies import Bodies
from changetrack_server.http.lines import LinesResponse, read_lines
from changetrack_server.http.responses import respond_with
from changetrack_server.monitor.routes.asking import find_orchestra, find_owner
from changetrack_server.monitor.routes.monitors import invite_by

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from changetrack.monitor.ports import Transaction

__all__ = ["import_routes"]

# Records of one transaction: each may hold a page.
_PORTION = 50
# A line of patterns takes so many times as long as one of a page to be compared.
_HEAVINESS = 16

MakeRules: TypeAlias = "Callable[[Request], Rules]"


def import_routes(bodies: Bodies, make_rules: MakeRules) -> list[Route]:
    """Return the routes; `make_rules` says what a monitor may be that somebody imports."""
    importing = _Importing(make_rules)
    imports = bodies.before(importing.import_whole, lines=importing.import_lines)
    return [
        Route(f"{dialect.root}/import", imports, methods=["POST"]) for dialect in DIALECTS.values()
    ]


class _Importing:
    """The routes that take monitors up."""

    def __init__(self, make_rules: MakeRules) -> None:
        self._make_rules = make_rules

    async def import_whole(self, request: Request, body: bytes) -> Response:
        """Take up an array of records; if one is wrong, none of them."""
        orchestra = find_orchestra(request)
        rules, importer = self._make_rules(request), _make_importer(request)
        # Ten thousand patterns and schedules take seconds, in which others have questions too.
        records = await anyio.to_thread.run_sync(
            lambda: read_monitors(wire.load(body, limits=rules.limits), rules, now=importer.now)
        )
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
        orchestra = find_orchestra(request)
        rules, importer = self._make_rules(request), _make_importer(request)

        async def answer(line: bytes) -> Answer:
            try:
                read = partial(_read_line, line, rules, importer.now)
                is_light = len(line) <= orchestra.settings.light_bytes // _HEAVINESS
                record = read() if is_light else await anyio.to_thread.run_sync(read)
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


def _read_line(line: bytes, rules: Rules, now: datetime) -> ImportedRecord | None:
    return read_record(wire.load(line, limits=rules.limits), rules, now=now)


def _import_portion(
    transaction: Transaction, portion: Iterable[ImportedRecord], importer: Importer
) -> list[Gained]:
    return [import_record(transaction, record, importer) for record in portion]


def _make_importer(request: Request) -> Importer:
    orchestra = find_orchestra(request)
    now, seed = orchestra.now(), orchestra.new_token()
    return Importer(
        owner=find_owner(request),
        now=now,
        most=orchestra.settings.max_monitors,
        # Of chance that was drawn before: a transaction that runs again finds the same.
        make_secret=lambda monitor_id: new_secret(
            hashlib.sha256(f"{seed}\0{monitor_id}".encode()).digest()
        ),
        invite=invite_by(orchestra, now),
    )


def _write_gain(gained: Gained) -> JsonObject:
    written: JsonObject = {"monitorId": gained.monitor_id, "isNew": gained.is_new}
    if gained.secret is not None:
        written["webhookSecret"] = gained.secret
    if gained.warnings:
        written["warnings"] = [*gained.warnings]
    return written
