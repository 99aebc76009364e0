"""The file of a database: where it may lie, who may read it, and room that is kept for bad days."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from shutil import disk_usage

from changetrack_server.monitor.store.errors import StoreError

__all__ = [
    "RESERVE_BYTES",
    "check_filesystem",
    "create_file",
    "free_reserve",
    "name_reserve",
    "protect_file",
    "reserve_room",
]

# What retention needs to write while it deletes: a full disk refuses even that.
RESERVE_BYTES = 16 * 2**20
# A reserve is no reserve where making it fills the disk.
_LEAST_FREE = 4

# Their locks hold nothing back, or hold everything back for ever.
_NETWORKS = {"afs", "cifs", "fuse.sshfs", "nfs", "nfs4", "smb3", "smbfs"}
_MOUNTS = Path("/proc/self/mountinfo")
# What SQLite keeps beside a database.
_ENDINGS = ("-journal", "-wal", "-shm")
# Where files have owners; elsewhere their folder protects them.
_IS_POSIX = hasattr(os, "geteuid")


def create_file(path: Path) -> None:
    """Make an empty file that only its owner can read, unless there is one.

    Raises:
        StoreError: there can be none.
    """
    check_filesystem(path, _read_mounts())
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except FileNotFoundError:
        raise StoreError(f"{path}: there is no folder {path.parent}; make it first") from None
    except OSError as error:
        raise StoreError(f"{path}: it cannot be made: {error.strerror}") from None


def protect_file(path: Path) -> None:
    """Let nobody else read what holds secrets; a file that is not ours, or no file, is refused.

    Raises:
        StoreError: it cannot be used.
    """
    # Never opened here: closing it would let go of the locks that this process has on it.
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{path}: this is no file; name a file")
    if _IS_POSIX and os.geteuid() not in {0, found.st_uid}:
        raise StoreError(f"{path}: it belongs to another user; start as that one, or chown it")
    beside = (path.with_name(path.name + ending) for ending in _ENDINGS)
    for each in (path, path.parent, *(each for each in beside if each.exists())):
        if not os.access(each, os.R_OK | os.W_OK):
            raise StoreError(f"{each}: it cannot be read and written; see who may")
    if found.st_size == 0 and name_reserve(path).exists():
        raise StoreError(f"{path}: it was a database and is empty now; put a backup in its place")
    if stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(0o600)


def check_filesystem(path: Path, mounts: str) -> None:
    """Refuse a network file system; `mounts` is the text of /proc/self/mountinfo.

    Raises:
        StoreError: the file would lie on one.
    """
    parents = {str(each) for each in path.resolve().parents}
    kind = ""
    depth = -1
    for line in mounts.splitlines():
        mounted, _, described = line.partition(" - ")
        where = mounted.split()[4].replace("\\040", " ")
        # Of two mounts at one place, the later one is seen.
        if where in parents and len(where) >= depth:
            kind, depth = described.split()[0], len(where)
    if kind in _NETWORKS:
        problem = f"it lies on a network file system ({kind}), whose locks do not hold"
        raise StoreError(f"{path}: {problem}; use a local disk, or postgresql://…")


def name_reserve(path: Path) -> Path:
    """Return the file that keeps room beside a database."""
    return path.with_name(f"{path.name}-reserve")


def reserve_room(path: Path, size: int) -> None:
    """Keep so much room beside a database, where the disk has plenty; otherwise none."""
    reserve = name_reserve(path)
    can_reserve = size and hasattr(os, "posix_fallocate")
    if not can_reserve or reserve.exists() or disk_usage(path.parent).free < _LEAST_FREE * size:
        return
    try:
        file = os.open(reserve, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError:
        return
    try:
        os.posix_fallocate(file, 0, size)
    except OSError:
        reserve.unlink(missing_ok=True)
    finally:
        os.close(file)


def free_reserve(path: Path) -> bool:
    """Give the room back to the disk; return whether there was any."""
    try:
        name_reserve(path).unlink()
    except FileNotFoundError:
        return False
    return True


def _read_mounts() -> str:
    return _MOUNTS.read_text(encoding="utf-8", errors="replace") if _MOUNTS.exists() else ""
