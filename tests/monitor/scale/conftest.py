"""A PostgreSQL server for the tests of an installation of several processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.monitor.postgres import Cluster, run_postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Give a server to all tests here; some of them stop it and start it again."""
    with run_postgres() as running:
        yield running


@pytest.fixture
def url(cluster: Cluster) -> str:
    """Make a new, empty database."""
    return cluster.create_database()
