"""Files that cannot be a database, and what is said of them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from changetrack.monitor.models import Fact
from changetrack.monitor.tables import FACTS
from changetrack_server.monitor.store import StoreError
from changetrack_server.monitor.store.files import (
    check_filesystem,
    free_reserve,
    name_reserve,
    reserve_room,
)
from changetrack_server.monitor.store.sqlite import SqliteStore

_RESTORE = "put a backup in its place"
# Nobody, on every Unix.
_STRANGER = 65_534

# Loads everything first: a stranger may not read where Python is.
_AS_STRANGER = """
import os, sys
from changetrack_server.monitor.store import StoreError
from changetrack_server.monitor.store.sqlite import SqliteStore
os.setgroups([])
os.setresgid(int(sys.argv[2]), int(sys.argv[2]), int(sys.argv[2]))
os.setresuid(int(sys.argv[2]), int(sys.argv[2]), int(sys.argv[2]))
try:
    SqliteStore(sys.argv[1], reserve_bytes=0).close()
except StoreError as error:
    print(error)
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def _refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        SqliteStore(path, reserve_bytes=0)
    return str(caught.value)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that a stranger may look into, which those of tests are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def _refusal_for_stranger(path: Path) -> str:
    command = [sys.executable, "-c", _AS_STRANGER, str(path), str(_STRANGER)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _fill(path: Path) -> None:
    with closing(SqliteStore(path, reserve_bytes=0)) as store:
        for number in range(200):
            fact = Fact(name=str(number), value="x" * 500)
            store.transact(lambda rows, fact=fact: rows.put(FACTS, fact))  # type: ignore[misc]


def test_C15_a_missing_folder_is_named(tmp_path: Path) -> None:
    """It is not made: a typing error would begin an empty history somewhere."""
    path = tmp_path / "missing" / "x.db"
    assert _refusal(path) == f"{path}: there is no folder {path.parent}; make it first"


def test_C15_a_folder_is_no_file(tmp_path: Path) -> None:
    """Whoever names a folder is told to name a file."""
    assert _refusal(tmp_path) == f"{tmp_path}: this is no file; name a file"


@needs_root
def test_C15_another_user_s_file_is_refused(open_folder: Path) -> None:
    """Its journal would belong to somebody else than it does."""
    path = open_folder / "x.db"
    SqliteStore(path, reserve_bytes=0).close()
    told = _refusal_for_stranger(path)
    assert told == f"{path}: it belongs to another user; start as that one, or chown it"


@needs_root
def test_C15_what_cannot_be_written_is_refused(open_folder: Path) -> None:
    """A file that only reads, and a folder where no journal can be, are seen at the start."""
    path = open_folder / "x.db"
    SqliteStore(path, reserve_bytes=0).close()
    journal = path.with_name("x.db-journal")
    journal.touch()
    told = "it cannot be read and written; see who may"
    os.chown(path, _STRANGER, _STRANGER)
    assert _refusal_for_stranger(path) == f"{open_folder}: {told}"
    os.chown(open_folder, _STRANGER, _STRANGER)
    assert _refusal_for_stranger(path) == f"{journal}: {told}"
    os.chown(journal, _STRANGER, _STRANGER)
    assert _refusal_for_stranger(path) == ""
    path.chmod(0o400)
    assert _refusal_for_stranger(path) == f"{path}: {told}"


@needs_root
def test_C15_a_file_that_cannot_be_made_is_refused(open_folder: Path) -> None:
    """The system's own word says why."""
    path = open_folder / "x.db"
    assert _refusal_for_stranger(path) == f"{path}: it cannot be made: Permission denied"


_MOUNTS = r"""
22 1 254:1 / / rw,relatime - ext4 /dev/vda rw
30 22 0:30 / /srv rw shared:1 - nfs4 server:/export rw
31 30 254:2 / /srv/local rw - xfs /dev/vdb rw
32 22 0:31 / /my\040share rw - cifs //server/share rw
33 22 254:3 / /twice rw - ext4 /dev/vdc rw
34 33 0:32 / /twice rw - nfs server:/other rw
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/x.db", None),
        ("/srv/x.db", "nfs4"),
        ("/srv/deeper/down/x.db", "nfs4"),
        ("/srv/local/x.db", None),
        ("/srvice/x.db", None),
        ("/my share/x.db", "cifs"),
        ("/twice/x.db", "nfs"),
    ],
)
def test_C15_a_network_file_system_is_refused(path: str, kind: str | None) -> None:
    """Its locks hold nobody back; what counts is the mount that the file really lies on."""
    if kind is None:
        check_filesystem(Path(path), _MOUNTS)
        return
    with pytest.raises(StoreError) as caught:
        check_filesystem(Path(path), _MOUNTS)
    assert str(caught.value) == (
        f"{path}: it lies on a network file system ({kind}), whose locks do not hold;"
        " use a local disk, or postgresql://…"
    )


def test_C15_where_nothing_is_known_of_mounts_all_is_well() -> None:
    """Other systems than Linux have no such list."""
    check_filesystem(Path("/srv/x.db"), "")


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_C16_a_truncated_file_is_refused_and_left_alone(tmp_path: Path, keep: float) -> None:
    """What is left of it may be what somebody can rescue."""
    path = tmp_path / "x.db"
    _fill(path)
    left = path.read_bytes()[: int(path.stat().st_size * keep) // 4096 * 4096]
    path.write_bytes(left)
    told = _refusal(path)
    assert told.startswith(f"{path}: ")
    assert told.endswith(_RESTORE)
    assert ("\n" in told, path.read_bytes() == left) == (False, True)


def test_C16_a_page_of_garbage_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Damage in the middle, where the header is fine, is found before anybody trusts it."""
    path = tmp_path / "x.db"
    _fill(path)
    damaged = bytearray(path.read_bytes())
    damaged[-8192:-4096] = b"\xff" * 4096
    path.write_bytes(damaged)
    told = _refusal(path)
    assert told.endswith(_RESTORE)
    assert ("\n" in told, path.read_bytes() == damaged) == (False, True)


def test_C16_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A wrong path in a setting must not cost a file."""
    path = tmp_path / "x.db"
    path.write_text("Dear diary, " * 500, encoding="utf-8")
    assert _refusal(path) == f"{path}: file is not a database; {_RESTORE}"
    assert path.read_text(encoding="utf-8").startswith("Dear diary")


def test_C16_a_file_that_became_empty_is_refused(tmp_path: Path) -> None:
    """It would begin an empty history; what was beside it shows that there had been one."""
    path = tmp_path / "x.db"
    SqliteStore(path, reserve_bytes=4096).close()
    path.write_bytes(b"")
    told = f"{path}: it was a database and is empty now; {_RESTORE}"
    assert (_refusal(path), path.stat().st_size) == (told, 0)


@pytest.mark.parametrize("application", [0, 1234])
def test_another_program_s_database_is_refused(tmp_path: Path, application: int) -> None:
    """Its tables would stand beside ours, under names that both have."""
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE monitors (brand TEXT)")
        other.execute(f"PRAGMA application_id = {application}")
        other.commit()
    told = f"{path}: it is a database of another program; name another file"
    assert _refusal(path) == told


def test_C14_room_is_kept_beside_a_database(tmp_path: Path) -> None:
    """It takes real room, is kept when the store is closed, and given back once."""
    path = tmp_path / "x.db"
    with closing(SqliteStore(path, reserve_bytes=2**20)) as store:
        size = name_reserve(path).stat().st_blocks * 512
        assert size >= 2**20
    assert [store.free_reserve(), store.free_reserve()] == [True, False]


def test_C14_no_room_is_kept_where_there_is_hardly_any(tmp_path: Path) -> None:
    """Making a reserve must not be what fills the disk."""
    path = tmp_path / "x.db"
    reserve_room(path, 2**60)
    assert (name_reserve(path).exists(), free_reserve(path)) == (False, False)
