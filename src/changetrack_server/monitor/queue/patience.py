"""Waiting for a database server that is not there yet, or not there right now."""

from __future__ import annotations

import logging

import anyio
import psycopg

from changetrack_server.logs import note

__all__ = ["PAUSES", "await_server"]

# After so many seconds it is tried again.
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_CONNECT_SECONDS = 10


async def await_server(url: str) -> None:
    """Return when the server of a database lets us in; what is no URL is left to whoever uses it.

    A wrong password is waited for as well: libpq does not tell it from a server that is starting,
    and whoever sets it right need not come here.
    """
    failures = 0
    while (problem := await _find_obstacle(url)) is not None:
        seconds = PAUSES[min(failures, len(PAUSES) - 1)]
        failures += 1
        note("database awaited", level=logging.WARNING, problem=problem, again_in=seconds)
        await anyio.sleep(seconds)


async def _find_obstacle(url: str) -> str | None:
    try:
        connection = await psycopg.AsyncConnection.connect(url, connect_timeout=_CONNECT_SECONDS)
    except psycopg.OperationalError as error:
        return str(error).strip()
    except psycopg.ProgrammingError:
        return None
    await connection.close()
    return None
