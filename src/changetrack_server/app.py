"""The app: a list of routes, a list of layers, and what they share."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from changetrack import ChangeTrackError
from changetrack_server.egress.dialling import Network
from changetrack_server.errors import EndpointError
from changetrack_server.http.access import Access
from changetrack_server.http.recording import Recording
from changetrack_server.http.responses import turn_away
from changetrack_server.routes import list_routes
from changetrack_server.services import Services, make_services, read_clock
from changetrack_server.settings import Settings, read_settings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from changetrack.monitor.ports import Store

__all__ = ["create_app"]


def create_app(
    settings: Settings | None = None,
    *,
    network: Network | None = None,
    now: Callable[[], datetime] = read_clock,
    store: Store | None = None,
) -> Starlette:
    """Return the endpoint as an ASGI app; without `settings`, those of the environment.

    `network`, `now` and `store` are seams: where names and wires lead, what time it is, and what
    keeps the monitors, instead of the database of the settings.

    Raises:
        SettingsError: the environment holds a wrong one.
    """
    settings = settings or read_settings()
    services = make_services(settings, network=network, now=now)
    app = Starlette(
        routes=[*list_routes(settings), *_list_monitor_routes(settings)],
        # From the outside in.
        middleware=[
            Middleware(Recording, settings=settings, metrics=services.metrics),
            Middleware(Access, settings=settings),
        ],
        exception_handlers={
            ChangeTrackError: _refuse,
            HTTPException: _refuse_path,
        },
        lifespan=_live,
    )
    app.router.redirect_slashes = False
    app.state.services = services
    app.state.store = store
    return app


@contextlib.asynccontextmanager
async def _live(app: Starlette) -> AsyncIterator[None]:
    services: Services = app.state.services
    services.work.start()
    try:
        if services.settings.monitors:
            async with _orchestrate(app):
                yield
        else:
            yield
    finally:
        services.work.close()


# What follows is imported only where somebody wants monitors: it comes with an extra.


def _list_monitor_routes(settings: Settings) -> list[Route]:
    if not settings.monitors:
        return []
    from changetrack_server.monitor.routes import monitor_routes

    return monitor_routes(settings)


@contextlib.asynccontextmanager
async def _orchestrate(app: Starlette) -> AsyncIterator[None]:
    """Keep the monitors going, on the store that was given or on that of the settings."""
    from changetrack_server.monitor.keys import Keyring
    from changetrack_server.monitor.orchestra import Orchestra
    from changetrack_server.monitor.queue import open_queue
    from changetrack_server.monitor.store import open_store

    services: Services = app.state.services
    store: Store = app.state.store or open_store(services.settings.database)
    queue = None if app.state.store else open_queue(services.settings)
    orchestra = Orchestra(services, store, queue)
    app.state.orchestra = orchestra
    app.state.keyring = Keyring(orchestra.transact)
    try:
        async with orchestra.run():
            yield
    finally:
        if app.state.store is None:
            orchestra.close()


def _refuse(request: Request, error: Exception) -> Response:
    """Answer what a route raised on purpose."""
    if not isinstance(error, ChangeTrackError):
        raise error
    if isinstance(error, EndpointError) and error.detail:
        request.state.detail = error.detail
    return turn_away(error)


def _refuse_path(request: Request, error: Exception) -> Response:
    """Answer what no route takes; Starlette says whether the path or only the method is wrong."""
    if not isinstance(error, HTTPException):
        raise error
    allowed = (error.headers or {}).get("Allow")
    if allowed is None:
        return turn_away(EndpointError("not_found"))
    problem = f"{request.method} is not for this path"
    fault = EndpointError("method_not_allowed", problem=problem, remedy=f"use {allowed}")
    return turn_away(fault, error.headers)
