"""The routes: each decodes, has the work done, and encodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from changetrack import __version__
from changetrack_server.bodies import LINES, Bodies
from changetrack_server.lines import LinesResponse, each_line, read_lines
from changetrack_server.metrics import METRICS_TYPE
from changetrack_server.responses import respond, respond_with
from changetrack_server.work import while_present

if TYPE_CHECKING:
    from starlette.requests import Request

    from changetrack_server.services import Services
    from changetrack_server.settings import Settings

__all__ = ["list_routes"]


def list_routes(settings: Settings) -> list[Route]:
    """Return all routes of the endpoint."""
    bodies = Bodies(settings)
    diff = bodies.before(_diff, lines=_diff_lines)
    return [
        Route("/v1/change-tracking/diff", diff, methods=["POST"]),
        Route("/health", _health),
        Route("/ready", _ready),
        Route("/metrics", _metrics),
    ]


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def _diff(request: Request, body: bytes) -> Response:
    services = _services(request)
    if LINES in request.headers.get("accept", ""):
        split = await while_present(request, lambda: services.work.split_batch(body))
        if not split.is_good:
            return respond(split)
        return LinesResponse(each_line(split.body), services.work.diff, services.settings)
    if len(body) <= services.settings.light_bytes:
        return respond(await services.work.diff(body))
    return respond(await while_present(request, lambda: services.work.diff(body)))


async def _diff_lines(request: Request) -> Response:
    services = _services(request)
    lines = read_lines(request.receive, services.settings)
    return LinesResponse(lines, services.work.diff, services.settings)


async def _health(_request: Request) -> Response:
    return respond_with({"status": "ok", "version": __version__})


async def _ready(request: Request) -> Response:
    is_ready = _services(request).work.is_ready
    state = {"status": "ready" if is_ready else "degraded", "version": __version__}
    return respond_with(state, 200 if is_ready else 503)


async def _metrics(request: Request) -> Response:
    return Response(_services(request).metrics.write(), media_type=METRICS_TYPE)
