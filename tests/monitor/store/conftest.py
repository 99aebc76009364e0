"""Stores of every kind, new and empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from changetrack.monitor.ports import Store
from changetrack_server.monitor.store import open_store
from tests.monitor.postgres import Cluster, run_postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a PostgreSQL server for all tests of a run."""
    with run_postgres() as running:
        yield running


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def make_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return what names a database that is new and empty, of each kind in turn."""
    numbers = count()
    if request.param == "memory":
        return lambda: "sqlite://"
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path}/{next(numbers)}.db"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.create_database


@pytest.fixture
def make_store(make_url: Callable[[], str]) -> Callable[[], Store]:
    """Return what opens a store that is new and empty, of each kind in turn."""
    return lambda: open_store(make_url(), reserve_bytes=0)
