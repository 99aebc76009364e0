"""A store of each kind that needs no server, and an engine with a site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.ports import Store
from changetrack_server.monitor.store import open_store
from tests.monitor.engine.houses import House, open_house
from tests.monitor.lives.places import folder

__all__ = ["folder"]


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, folder: Path) -> Iterator[Store]:
    """Return an empty store."""
    opened: Store = (
        MemoryStore(threading.RLock())
        if request.param == "memory"
        else open_store(f"sqlite:///{folder}/monitors.db", reserve_bytes=0)
    )
    yield opened
    opened.close()


@pytest.fixture
def house(store: Store) -> Iterator[House]:
    """Return an engine with a site that has no files yet."""
    with open_house(store) as house:
        yield house
