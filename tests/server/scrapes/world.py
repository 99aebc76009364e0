"""A site and an endpoint that may fetch it, on real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

from changetrack_server.app import create_app
from changetrack_server.settings import read_settings
from tests.server.serving import serve
from tests.server.sites import Site


@dataclass(frozen=True, slots=True)
class World:
    """A site, and somebody who asks the endpoint about it."""

    site: Site
    pages: str
    client: httpx2.Client

    def scrape(self, path: str, version: str = "v1", **body: Any) -> httpx2.Response:  # noqa: ANN401 - any JSON
        """Return the response to a scrape of a path of the site, or of any URL."""
        url = path if "://" in path else f"{self.pages}{path}"
        return self.client.post(f"/{version}/scrape", json={"url": url, **body})

    def data(self, path: str, version: str = "v1", **body: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Return the data of a scrape that succeeds."""
        response = self.scrape(path, version, **body)
        assert response.status_code == 200, response.text
        data: dict[str, Any] = response.json()["data"]
        return data

    def refusal(self, path: str, version: str = "v1", **body: Any) -> tuple[int, str, str]:  # noqa: ANN401 - any JSON
        """Return status, code and reason of a scrape that fails."""
        response = self.scrape(path, version, **body)
        answer = response.json()
        return response.status_code, answer["errorCode"], answer["reason"]


@contextmanager
def make_world(**variables: str) -> Iterator[World]:
    """Serve a site, and an endpoint with these settings besides those that let it go there."""
    site = Site()
    with serve(site.app) as pages:
        settings = read_settings(
            {
                "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
                "CHANGETRACK_FETCH_PORTS": f"80,443,{urlsplit(pages).port}",
                "CHANGETRACK_WORK_PROCESSES": "1",
                **{f"CHANGETRACK_{name.upper()}": value for name, value in variables.items()},
            }
        )
        with (
            serve(create_app(settings)) as endpoint,
            httpx2.Client(base_url=endpoint, timeout=30) as client,
        ):
            yield World(site, pages, client)
