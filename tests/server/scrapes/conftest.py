"""One world for all tests of a module; each begins with the site as it was on Monday."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.scrapes.world import World, make_world


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    """Serve for a whole module, since starting costs more than a test."""
    with make_world(response_bytes=str(2**20)) as world:
        yield world


@pytest.fixture
def world(shared_world: World) -> World:
    """Return the world of Monday."""
    shared_world.site.price = 19
    shared_world.site.robots = None
    shared_world.site.visits.clear()
    return shared_world
