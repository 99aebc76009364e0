"""Routes by which a history leaves, a feed is read, and monitors go to another installation.

Whatever is long is read in portions, a transaction each, and sent as it is read: nobody waits for
somebody else's export, and no export is ever held whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from changetrack import wire
from changetrack.errors import InvalidOption
from changetrack.monitor.atom import ATOM_TYPE, feed_token, is_feed_token, list_news, write_atom
from changetrack.monitor.exports import EXPORT_TYPES, HistoryWriter, read_format, read_history
from changetrack.monitor.owners import find_monitor
from changetrack.monitor.tables import MONITORS
from changetrack.monitor.transfers import export_monitors, write_heading
from changetrack.monitor.wire import DIALECTS
from changetrack_server.errors import EndpointError
from changetrack_server.monitor.routes.asking import find_orchestra, find_owner

if TYPE_CHECKING:
    from starlette.requests import Request

    from changetrack.monitor.ports import Transaction
    from changetrack_server.monitor.routes.asking import Orchestra

__all__ = ["export_routes"]

R = TypeVar("R")
P = TypeVar("P")

# Reads what is behind a place, and tells the place behind that; None: that was all.
_Read: TypeAlias = "Callable[[P | None, Transaction], tuple[list[R], P | None]]"

# Rows of one transaction: each may hold a diff as large as its page.
_PORTION = 4


def export_routes() -> list[Route]:
    """Return the routes, which come before those that end in the id of a monitor."""
    routes = []
    for root in (dialect.root for dialect in DIALECTS.values()):
        routes += [
            Route(f"{root}/export", _export_all),
            Route(f"{root}/{{monitor_id}}/export", _export_history),
            Route(f"{root}/{{monitor_id}}/feed.atom", _show_feed),
        ]
    return routes


async def _export_history(request: Request) -> Response:
    orchestra, owner = find_orchestra(request), find_owner(request)
    kind = read_format(request.query_params.get("format", "json"))
    own_id = request.path_params["monitor_id"]
    await orchestra.transact(partial(find_monitor, owner=owner, monitor_id=own_id))
    writer = HistoryWriter(kind)

    async def stream() -> AsyncIterator[bytes]:
        yield writer.open()
        async for rows in _read_portions(
            orchestra, lambda place, each: read_history(each, own_id, place, _PORTION)
        ):
            yield writer.write(rows)
        yield writer.close()

    return StreamingResponse(
        stream(), media_type=EXPORT_TYPES[kind], headers=_attach(f"{own_id}.{kind}")
    )


async def _export_all(request: Request) -> Response:
    orchestra, owner = find_orchestra(request), find_owner(request)
    kind = read_format(request.query_params.get("format", "ndjson"))
    if kind == "csv":
        raise InvalidOption("monitors are no table", "use json or ndjson", "format")
    start, between, end = ("[\n", ",\n", "\n]\n") if kind == "json" else ("", "\n", "\n")

    async def stream() -> AsyncIterator[bytes]:
        yield start.encode() + wire.encode(write_heading(orchestra.now()))
        async for records in _read_portions(
            orchestra, lambda place, each: export_monitors(each, owner, place, _PORTION)
        ):
            yield b"".join(between.encode() + wire.encode(record) for record in records)
        yield end.encode()

    return StreamingResponse(
        stream(), media_type=EXPORT_TYPES[kind], headers=_attach(f"monitors.{kind}")
    )


async def _read_portions(orchestra: Orchestra, read: _Read[P, R]) -> AsyncIterator[list[R]]:
    """Yield all that there is to read, a transaction at a time."""
    place: P | None = None
    is_over = False
    while not is_over:
        rows, place = await orchestra.transact(partial(read, place))
        is_over = place is None
        yield rows


def _attach(name: str) -> dict[str, str]:
    # A page of somebody's that opens in a browser would be run there.
    safe = "".join(char for char in name if char.isalnum() or char in "-.")
    return {
        "Content-Disposition": f'attachment; filename="{safe}"',
        "X-Content-Type-Options": "nosniff",
    }


async def _show_feed(request: Request) -> Response:
    orchestra = find_orchestra(request)
    own_id = request.path_params["monitor_id"]
    token = request.query_params.get("token")
    owner = None
    if token is None:
        owner = find_owner(request)
    elif not is_feed_token(token, orchestra.signing_key, own_id):
        raise EndpointError("wrong_key", "token", problem="the token does not open this feed")
    # As the monitor shows it: whoever reads feeds has no key.
    opened = token or feed_token(orchestra.signing_key, own_id)
    url = f"{_name_feed(request, orchestra.settings.public_url)}?token={opened}"
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
    monitor = find_monitor(transaction, owner, own_id)
    return write_atom(monitor, list_news(transaction, own_id), url=url)
