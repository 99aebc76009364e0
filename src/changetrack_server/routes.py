"""The routes: each decodes, has the work done, and encodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from changetrack import __version__, wire
from changetrack_server.capabilities import describe_capabilities
from changetrack_server.docs_page import render_docs
from changetrack_server.http.bodies import Bodies, is_lines
from changetrack_server.http.lines import LinesResponse, each_line, read_lines
from changetrack_server.http.metrics import METRICS_TYPE
from changetrack_server.http.presence import while_present
from changetrack_server.http.responses import ENVELOPE, respond, respond_with
from changetrack_server.openapi import write_openapi
from changetrack_server.scraping import scrape

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from changetrack_server.formats import Version
    from changetrack_server.services import Services
    from changetrack_server.settings import Settings

__all__ = ["list_routes"]


def list_routes(settings: Settings) -> list[Route]:
    """Return all routes of the endpoint."""
    bodies = Bodies(settings)
    diff = bodies.before(_diff, lines=_diff_lines)
    return [
        Route("/v1/change-tracking/diff", diff, methods=["POST"]),
        *(
            Route(f"/v1/change-tracking/{name}", bodies.before(_operate_by(name)), methods=["POST"])
            for name in wire.OPERATIONS
        ),
        Route("/v1/scrape", bodies.before(_scrape_v1), methods=["POST"]),
        Route("/v2/scrape", bodies.before(_scrape_v2), methods=["POST"]),
        Route("/health", _health),
        Route("/ready", _ready),
        Route("/v1/capabilities", _capabilities),
        Route("/metrics", _metrics),
        Route("/openapi.json", _openapi),
        Route("/docs", _docs),
    ]


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def _diff(request: Request, body: bytes) -> Response:
    services = _services(request)
    if any(map(is_lines, request.headers.get("accept", "").split(","))):
        split = await while_present(request, lambda: services.work.split_batch(body))
        if not split.is_good:
            return respond(split)
        return LinesResponse(each_line(split.body), services.work.diff, services.settings)
    answer = await services.work.diff_at_once(body)
    if answer is None:
        answer = await while_present(request, lambda: services.work.diff_apart(body))
    return respond(answer)


def _operate_by(name: str) -> Callable[[Request, bytes], Awaitable[Response]]:
    async def operate(request: Request, body: bytes) -> Response:
        work = _services(request).work
        return respond(await while_present(request, lambda: work.operate(name, body)))

    return operate


async def _diff_lines(request: Request) -> Response:
    services = _services(request)
    lines = read_lines(request.receive, services.settings)
    return LinesResponse(lines, services.work.diff, services.settings)


async def _scrape_v1(request: Request, body: bytes) -> Response:
    return await _scrape(request, body, "v1")


async def _scrape_v2(request: Request, body: bytes) -> Response:
    return await _scrape(request, body, "v2")


async def _scrape(request: Request, body: bytes, version: Version) -> Response:
    services = _services(request)
    return respond(await while_present(request, lambda: scrape(body, version, services)))


async def _health(_request: Request) -> Response:
    return respond_with({"status": "ok", "version": __version__})


async def _ready(request: Request) -> Response:
    is_ready = _services(request).work.is_ready
    status = "ready" if is_ready else "degraded"
    return respond_with({"status": status, "version": __version__}, 200 if is_ready else 503)


async def _metrics(request: Request) -> Response:
    return Response(_services(request).metrics.write(), media_type=METRICS_TYPE)


async def _capabilities(request: Request) -> Response:
    return respond_with(describe_capabilities(_services(request).settings))


async def _openapi(request: Request) -> Response:
    return Response(write_openapi(_services(request).settings), media_type=ENVELOPE)


async def _docs(request: Request) -> Response:
    page = render_docs(_services(request).settings)
    headers = {"Content-Security-Policy": page.policy, "Referrer-Policy": "no-referrer"}
    return HTMLResponse(page.html, headers=headers)
