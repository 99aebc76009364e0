"""The routes of monitors, the same under both dialects: each reads, has it done, and answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from starlette.requests import Request
from starlette.routing import Route

from changetrack import ChangeTrackError
from changetrack.monitor.wire import DIALECTS, Dialect
from changetrack_server.errors import EndpointError
from changetrack_server.http.bodies import Bodies
from changetrack_server.http.responses import respond_with
from changetrack_server.monitor.routes import checks, deliveries, monitors, receivers
from changetrack_server.monitor.routes.asking import Ask, Endpoint, find_orchestra
from changetrack_server.monitor.routes.envelopes import refuse
from changetrack_server.monitor.routes.exports import export_routes
from changetrack_server.monitor.routes.imports import import_routes
from changetrack_server.monitor.routes.mail_pages import mail_routes
from changetrack_server.monitor.routes.rules import make_rules

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from changetrack.monitor.wire import Rules
    from changetrack_server.settings import Settings

__all__ = ["ENDPOINTS", "monitor_routes"]

# A monitor of 50 targets, each with a schema as large as they may be, is as large as this allows.
_MOST_BYTES = 2**20

# By path and method.
Endpoints: TypeAlias = "Mapping[str, Mapping[str, Endpoint]]"

# Below the root of a dialect, in the order in which they are tried.
ENDPOINTS: Endpoints = {
    "": {"GET": monitors.list_all, "POST": monitors.create},
    "/preview": {"POST": monitors.preview},
    "/{monitor_id}": {"GET": monitors.get, "PATCH": monitors.patch, "DELETE": monitors.delete},
    "/{monitor_id}/run": {"POST": monitors.run},
    "/{monitor_id}/pause": {"POST": monitors.pause},
    "/{monitor_id}/resume": {"POST": monitors.resume},
    "/{monitor_id}/checks": {"GET": checks.list_all},
    "/{monitor_id}/checks/{check_id}": {"GET": checks.show},
    "/{monitor_id}/deliveries": {"GET": deliveries.list_all},
    "/{monitor_id}/deliveries/redeliver": {"POST": deliveries.redeliver_many},
    "/{monitor_id}/deliveries/{delivery_id}/redeliver": {"POST": deliveries.redeliver_one},
    "/{monitor_id}/webhook/rotate": {"POST": receivers.rotate},
    "/{monitor_id}/webhook/test": {"POST": receivers.send_test},
    "/{monitor_id}/webhook/enable": {"POST": receivers.enable},
    "/{monitor_id}/recipients/resend": {"POST": receivers.invite_again},
}


def monitor_routes(settings: Settings) -> list[Route]:
    """Return all routes of monitors: first those that stand where an id would stand."""
    whole = Bodies(settings)
    small = Bodies(replace(settings, max_body_bytes=min(_MOST_BYTES, settings.max_body_bytes)))
    return [
        *mail_routes(),
        *export_routes(),
        *import_routes(whole, _read_rules),
        *(
            Route(f"{dialect.root}{path}", _build(endpoints, dialect, small), methods=[*endpoints])
            for dialect in DIALECTS.values()
            for path, endpoints in ENDPOINTS.items()
        ),
    ]


def _read_rules(request: Request) -> Rules:
    return make_rules(find_orchestra(request).settings)


def _build(endpoints: Mapping[str, Endpoint], dialect: Dialect, bodies: Bodies) -> ASGIApp:
    apps: dict[str, ASGIApp] = {}
    for method, endpoint in endpoints.items():
        answer = _answer_by(endpoint, dialect)
        has_body = method in {"POST", "PATCH"}
        apps[method] = bodies.before(answer, may_be_empty=True) if has_body else _Bodiless(answer)
    return _ByMethod(apps)


def _answer_by(
    endpoint: Endpoint, dialect: Dialect
) -> Callable[[Request, bytes], Awaitable[Response]]:
    async def answer(request: Request, body: bytes) -> Response:
        try:
            return respond_with(await endpoint(Ask(request, dialect, body)))
        except ChangeTrackError as error:
            if isinstance(error, EndpointError) and error.detail:
                request.state.detail = error.detail
            return refuse(error, dialect)

    return answer


class _Bodiless:
    """The app of an endpoint that reads no body, whatever clients say there is."""

    def __init__(self, answer: Callable[[Request, bytes], Awaitable[Response]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive), b"")
        await response(scope, receive, send)


class _ByMethod:
    """The app of a path, which answers each of its methods in its own way."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        await self._apps[method](scope, receive, send)
