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
    connecting = psycopg.AsyncConnection.connect(
        url, connect_timeout=connect_seconds, autocommit=True
    )
    async with await connecting as connection:
        # Until the connection ends: a migration may need the one before it to be committed.
        await connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        found = await connection.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
            (QUEUE_SCHEMA,),
        )
        row = await found.fetchone()
        known, newest = (row[0] or "") if row else "", _list_migrations()[-1].stem
        if known > newest:
            problem = f"the queue is of a newer version ({known}; this program knows {newest})"
            raise StoreError(f"{name_database(url)}: {problem}; update this program")
        for version, statements in _list_steps(known):
            async with connection.transaction():
                if not row:
                    await connection.execute(f"CREATE SCHEMA {QUEUE_SCHEMA}")
                await connection.execute(f"SET LOCAL search_path TO {QUEUE_SCHEMA}")
                await connection.execute(statements)
                await connection.execute(f"COMMENT ON SCHEMA {QUEUE_SCHEMA} IS '{version}'")


def _list_steps(known: str) -> list[tuple[str, str]]:
    """Return versions and what makes them, where `known` is the newest that is there; or none."""
    paths = _list_migrations()
    if not known:
        return [(paths[-1].stem, SchemaManager.get_schema())]
    missing = [path for path in paths if path.stem > known]
    return [(path.stem, path.read_text(encoding="utf-8")) for path in missing]


def _list_migrations() -> list[Path]:
    """Return the migrations by age; their names are versions, padded with zeros."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
