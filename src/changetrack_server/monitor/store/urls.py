"""Which store a URL names."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from changetrack.monitor.memory import MemoryStore
from changetrack_server.monitor.store.errors import StoreError
from changetrack_server.monitor.store.files import RESERVE_BYTES
from changetrack_server.monitor.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from changetrack.monitor.ports import Store

__all__ = ["find_file", "open_store"]

_SQLITE = "sqlite://"
_POSTGRES = ("postgresql://", "postgres://")
_MEMORY = {"", "/", "/:memory:"}
_FORMS = "write sqlite:///file.db (sqlite:////var/lib/file.db from the root) or postgresql://…"


def open_store(url: str, *, reserve_bytes: int = RESERVE_BYTES) -> Store:
    """Return the store that a URL names: a file, a PostgreSQL database, or memory for `sqlite://`.

    Beside a file, `reserve_bytes` of the disk are kept for the day when it is full; 0: none.

    Raises:
        StoreError: there is no such store, or it cannot be used; the text never holds a password.
    """
    if url.startswith(_POSTGRES):
        return _open_postgres(url)
    file = find_file(url)
    if file is None:
        # Who is in a transaction must get in once more, to be told that this is not allowed.
        return MemoryStore(threading.RLock())
    return SqliteStore(file, reserve_bytes=reserve_bytes)


def find_file(url: str) -> Path | None:
    """Return the file of a database; None: it is in memory, or in PostgreSQL.

    Raises:
        StoreError: it is no such URL.

    >>> find_file("sqlite:///changes.db"), find_file("sqlite:////srv/changes.db")
    (PosixPath('changes.db'), PosixPath('/srv/changes.db'))
    """
    scheme, colon, rest = url.partition(":")
    if url.startswith(_POSTGRES):
        return None
    if not url.startswith(_SQLITE):
        # Whatever stands behind a scheme may hold a password.
        shown = f"{scheme}:…" if colon else repr(url[:60])
        hint = f"; did you mean sqlite:///{url}?" if url and not colon else f"; {_FORMS}"
        raise StoreError(f"{shown} is no database that is known here{hint}")
    path = rest.removeprefix("//")
    if path in _MEMORY:
        return None
    if not path.startswith("/"):
        raise StoreError(f"{url[:60]!r} has two slashes; {_FORMS}")
    if "?" in path:
        raise StoreError(f"{url[:60]!r}: a file has no options; {_FORMS}")
    return Path(path.removeprefix("/"))


def _open_postgres(url: str) -> Store:
    try:
        from changetrack_server.monitor.store.postgres import PostgresStore
    except ImportError as error:
        if error.name != "psycopg" and "libpq" not in str(error):
            raise
        problem = "a postgresql: database needs psycopg"
        raise StoreError(f'{problem}; pip install "changetrack[postgres]"') from None
    return PostgresStore(url)
