"""The live servers that several tests share; each stops with the session, and must stop well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.http.live import LiveServer, serving

# Elsewhere nothing tells what a server holds.
collect_ignore_glob = [] if Path("/proc/net/tcp").exists() else ["test_*.py"]

# Small enough that a test may wait for it, large enough for a machine that is busy.
HEADER_SECONDS = 0.6
BODY_SECONDS = 0.8
KEEP_ALIVE_SECONDS = 1
WRITE_SECONDS = 1.0
MAX_BODY = 256 * 1024


@pytest.fixture(scope="session")
def hasty() -> Iterator[LiveServer]:
    """Serve with no patience and little room."""
    with serving(
        header_seconds=HEADER_SECONDS,
        body_seconds=BODY_SECONDS,
        keep_alive_seconds=KEEP_ALIVE_SECONDS,
        write_seconds=WRITE_SECONDS,
        max_body_bytes=MAX_BODY,
        work_processes=1,
    ) as server:
        yield server


@pytest.fixture(scope="session")
def plain() -> Iterator[LiveServer]:
    """Serve as it comes, without a single setting."""
    with serving() as server:
        yield server
