"""The tables of the queue, in a schema of their own beside those of the monitors.

The comment of the schema names the newest of Procrastinate's migrations that it has. Whoever starts
looks at it behind a lock, so that of several that start at once one does the work.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager

from changetrack_server.monitor.store import StoreError
from changetrack_server.monitor.store.connections import name_database

__all__ = ["QUEUE_SCHEMA", "install_schema"]

# Of its own: another application may have its jobs in the same database.
QUEUE_SCHEMA = "changetrack_queue"

# Advisory locks are numbers; this one is "changetr" in ASCII, which nobody else draws by accident.
_LOCK = int.from_bytes(b"changetr", "big")


async def install_schema(url: str, *, connect_seconds: int) -> None:
    """Create the tables of the queue, or bring them up to date.

    Raises:
        StoreError: a newer version of this program was here.
        psycopg.Error: the database is out of reach, or refuses.
    """
    async with (
        await psycopg.AsyncConnection.connect(url, connect_timeout=connect_seconds) as connection,
        connection.cursor() as cursor,
    ):
        await cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        await cursor.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
            (QUEUE_SCHEMA,),
        )
        found = await cursor.fetchone()
        known = (found[0] or "") if found else ""
        newest = _list_migrations()[-1].stem
        if known > newest:
            problem = f"the queue is of a newer version ({known}; this program knows {newest})"
            raise StoreError(f"{name_database(url)}: {problem}; update this program")
        if known == newest:
            return
        if found is None:
            await cursor.execute(f"CREATE SCHEMA {QUEUE_SCHEMA}")
        await cursor.execute(f"SET LOCAL search_path TO {QUEUE_SCHEMA}")
        for statements in _list_steps(known):
            await cursor.execute(statements)
        await cursor.execute(f"COMMENT ON SCHEMA {QUEUE_SCHEMA} IS '{newest}'")


def _list_steps(known: str) -> list[str]:
    """Return what is to be executed, where `known` is the newest migration that was; or none."""
    if not known:
        return [SchemaManager.get_schema()]
    paths = [path for path in _list_migrations() if path.stem > known]
    return [path.read_text(encoding="utf-8") for path in paths]


def _list_migrations() -> list[Path]:
    """Return the migrations by age; their names are versions, padded with zeros."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
