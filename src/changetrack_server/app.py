"""The app: a list of routes, a list of layers, and what they share."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from changetrack import ChangeTrackError
from changetrack_server.egress.dialling import Network
from changetrack_server.egress.fetching import Fetcher
from changetrack_server.errors import EndpointError
from changetrack_server.http.access import Access
from changetrack_server.http.metrics import Metrics
from changetrack_server.http.recording import Recording
from changetrack_server.http.responses import turn_away
from changetrack_server.llm.chat import find_model
from changetrack_server.routes import list_routes
from changetrack_server.services import Services
from changetrack_server.settings import Settings, read_settings
from changetrack_server.work.dispatch import Work

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["create_app"]


def _read_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the library has no clock; here it is


def create_app(
    settings: Settings | None = None,
    *,
    network: Network | None = None,
    now: Callable[[], datetime] = _read_clock,
) -> Starlette:
    """Return the endpoint as an ASGI app; without `settings`, those of the environment.

    `network` and `now` are seams: where names and wires lead, and what time it is.

    Raises:
        SettingsError: the environment holds a wrong one.
    """
    settings = settings or read_settings()
    metrics = Metrics()
    fetcher = Fetcher(settings, network or Network())
    services = Services(
        settings=settings,
        metrics=metrics,
        work=Work(settings, metrics),
        fetcher=fetcher,
        model=find_model(settings, fetcher.post_json),
        now=now,
    )
    app = Starlette(
        routes=list_routes(settings),
        # From the outside in.
        middleware=[
            Middleware(Recording, settings=settings, metrics=metrics),
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
    return app


@contextlib.asynccontextmanager
async def _live(app: Starlette) -> AsyncIterator[None]:
    services: Services = app.state.services
    services.work.start()
    try:
        yield
    finally:
        services.work.close()


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
