"""A site and our endpoint, both on real sockets: what every client is pointed at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from changetrack_server.app import create_app
from changetrack_server.settings import Settings, read_settings
from tests.clients.houses import House, open_house
from tests.sandbox import sandbox
from tests.server.serving import serve
from tests.server.sites import Site

__all__ = ["sandbox"]


class World(NamedTuple):
    """Where things are."""

    endpoint: str
    pages: str
    site: Site


def settings_for(pages: str) -> Settings:
    """Return the settings of an operator whose own site is on loopback."""
    port = urlsplit(pages).port
    return read_settings(
        {
            "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "CHANGETRACK_FETCH_PORTS": f"80,{port}",
            "CHANGETRACK_WORK_PROCESSES": "1",
        }
    )


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Serve the site and the endpoint for the tests of one module."""
    site = Site()
    with serve(site.app) as pages, serve(create_app(settings_for(pages))) as endpoint:
        yield World(endpoint, pages, site)


@pytest.fixture
def monday(world: World) -> None:
    """Begin a test with the page as it was on Monday."""
    world.site.price = 19


@pytest.fixture(scope="module")
def open_world() -> Iterator[House]:
    """Serve a shop and a server with monitors for the tests of one module, to anybody."""
    with open_house() as made:
        yield made


@pytest.fixture
def house(open_world: House) -> House:
    """Return the shop and its server, with the shop as it is in the beginning."""
    open_world.shop.open_again()
    return open_world
