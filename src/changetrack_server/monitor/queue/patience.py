"""Waiting for a database server that is not there yet, or not there right now."""

from __future__ import annotations

import logging

import anyio
import psycopg
from psycopg.errors import CannotConnectNow

from changetrack_server.logs import note

__all__ = ["PAUSES", "await_server"]

# After so many seconds it is tried again.
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_CONNECT_SECONDS = 10


async def await_server(url: str) -> None:
    """Return when the server of a database answers, be it that it refuses: then waiting is vain."""
    failures = 0
    while (problem := await _find_absence(url)) is not None:
        seconds = PAUSES[min(failures, len(PAUSES) - 1)]
        failures += 1
        note("database awaited", level=logging.WARNING, problem=problem, again_in=seconds)
        await anyio.sleep(seconds)


async def _find_absence(url: str) -> str | None:
    """Return in what way a server is not there; None: it is."""
    try:
        connection = await psycopg.AsyncConnection.connect(url, connect_timeout=_CONNECT_SECONDS)
    except psycopg.Error as error:
        is_absent = isinstance(error, psycopg.OperationalError) and error.sqlstate is None
        is_starting = isinstance(error, CannotConnectNow)
        return str(error).strip() if is_absent or is_starting else None
    await connection.close()
    return None
