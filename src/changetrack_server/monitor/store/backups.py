"""A copy of a database that is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from changetrack_server.monitor.store.errors import StoreError
from changetrack_server.monitor.store.sqlite import connect
from changetrack_server.monitor.store.urls import find_file

__all__ = ["back_up"]

# A check that writes goes first; nobody waits for a backup to begin.
_BUSY_SECONDS = 60.0


def back_up(store_url: str, destination: str | os.PathLike[str]) -> int:
    """Copy a database as it is in one moment, while others use it; return the size in bytes.

    The copy is checked before it gets its name, only its owner can read it, and it is a database as
    the original is: to restore it, put it in its place while nothing runs.

    Raises:
        StoreError: it cannot be copied, or there is something at the destination.
    """
    target = Path(destination).absolute()
    if store_url.startswith(("postgresql:", "postgres:")):
        raise StoreError(
            "a PostgreSQL database is copied by its own program; run pg_dump --format=custom"
        )
    source = find_file(store_url)
    if source is None:
        raise StoreError("a database in memory cannot be copied; name a file")
    if not source.exists():
        raise StoreError(f"{source}: there is no such database")
    try:
        _claim(target)
    except OSError as error:
        raise StoreError(f"{target}: it cannot be made: {error.strerror}") from None
    part = target.with_name(f"{target.name}.part")
    try:
        _claim(part)
        _copy(source.absolute(), part)
        part.replace(target)
    except BaseException as error:
        for file in (part, target):
            file.unlink(missing_ok=True)
        if isinstance(error, (sqlite3.Error, OSError)):
            raise StoreError(f"{source}: the copy failed: {error}") from None
        raise
    return target.stat().st_size


def _claim(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _copy(source: Path, target: Path) -> None:
    with closing(connect(source, _BUSY_SECONDS)) as original, closing(connect(target, 0)) as copy:
        # Nobody sees the copy before it is whole: no journal.
        copy.execute("PRAGMA journal_mode = OFF")
        # All pages in one step: in many, whoever writes would make it begin again.
        original.backup(copy, pages=-1)
        damage = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise StoreError(f"{source} is damaged ({' '.join(damage.split())}); so is its copy")
    with target.open("rb+") as file:
        os.fsync(file.fileno())
