"""A site of a few files on loopback, and what is discovered there by the real thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from changetrack.monitor.models import Crawl, Target, TargetType
from changetrack_server.egress.dialling import Network
from changetrack_server.egress.fetching import Fetcher
from changetrack_server.http.metrics import Metrics
from changetrack_server.monitor.discovery import Found, find_entries
from changetrack_server.services import Services
from changetrack_server.settings import read_settings
from changetrack_server.work.dispatch import Work
from tests.server.serving import serve

XML = "application/xml"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@dataclass(frozen=True)
class File:
    """What a path answers; `HERE` in its text becomes the site's own address."""

    body: bytes | str
    content_type: str = XML
    status: int = 200


@dataclass(frozen=True)
class Discovery:
    """What was found, with the site's own address written as `HERE`, and what was asked for."""

    found: Found
    urls: list[str]
    visits: list[str]


def discover(
    files: Mapping[str, File | str | bytes],
    kind: TargetType = "crawl",
    path: str = "/",
    *,
    settings: Mapping[str, str] | None = None,
    **crawl: Any,  # noqa: ANN401 - whatever a crawl takes
) -> Discovery:
    """Serve files, and return what a target at a path of the site has."""
    visits: list[str] = []
    addresses: list[str] = []

    async def answer(request: Request) -> Response:
        visits.append(request.url.path)
        file = files.get(request.url.path)
        if file is None:
            return Response("none", 404)
        file = file if isinstance(file, File) else File(file)
        body = file.body.encode() if isinstance(file.body, str) else file.body
        body = body.replace(b"HERE", addresses[0].encode())
        return Response(body, file.status, media_type=file.content_type)

    with serve(Starlette(routes=[Route("/{path:path}", answer)])) as address:
        addresses.append(address)
        target = Target(id="t", type=kind, urls=(address + path,), crawl=Crawl(**crawl))
        found = anyio.run(_find, target, address, settings or {})
    return Discovery(found, [url.replace(address, "HERE") for url in found.urls], visits)


async def _find(target: Target, address: str, variables: Mapping[str, str]) -> Found:
    settings = read_settings(
        {
            "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "CHANGETRACK_FETCH_PORTS": f"80,443,{urlsplit(address).port}",
            "CHANGETRACK_WORK_PROCESSES": "1",
            **{f"CHANGETRACK_{name.upper()}": value for name, value in variables.items()},
        }
    )
    metrics = Metrics()
    work = Work(settings, metrics)
    services = Services(
        settings=settings,
        metrics=metrics,
        work=work,
        fetcher=Fetcher(settings, Network()),
        model=None,
        now=lambda: NOW,
    )
    try:
        return await find_entries(target, services)
    finally:
        work.close()


def write_sitemap(*urls: str) -> str:
    """Return a sitemap of these pages."""
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def write_index(*urls: str) -> str:
    """Return a sitemap of these sitemaps."""
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<sitemapindex>{entries}</sitemapindex>"
