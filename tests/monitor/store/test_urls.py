"""What a URL of a database means, and what is said of one that means nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from changetrack.monitor.memory import MemoryStore
from changetrack_server.monitor.store import StoreError, open_store
from changetrack_server.monitor.store.sqlite import SqliteStore
from changetrack_server.monitor.store.urls import find_file
from tests.monitor.postgres import Cluster

_FORMS = "write sqlite:///file.db (sqlite:////var/lib/file.db from the root) or postgresql://…"


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///changes.db", "changes.db"),
        ("sqlite:///data/my changes%20.db", "data/my changes%20.db"),
        ("sqlite:////srv/changes.db", "/srv/changes.db"),
        ("sqlite://", None),
        ("sqlite:///", None),
        ("sqlite:///:memory:", None),
        ("postgresql://u:p@db/x", None),
        ("postgres://db/x", None),
    ],
)
def test_a_sqlite_url_names_a_file(url: str, file: str | None) -> None:
    """Three slashes are for where one is, four for the root of the disk; others name none."""
    found = find_file(url)
    assert (None if found is None else str(found)) == file


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("changes.db", "'changes.db' is no {}; did you mean sqlite:///changes.db?"),
        ("", f"'' is no {{}}; {_FORMS}"),
        ("mysql://root:hunter2@db/x", f"mysql:… is no {{}}; {_FORMS}"),
        ("postgresql+psycopg://u:hunter2@db/x", f"postgresql+psycopg:… is no {{}}; {_FORMS}"),
        ("sqlite://changes.db", f"'sqlite://changes.db' has two slashes; {_FORMS}"),
        ("sqlite:///x.db?mode=ro", f"'sqlite:///x.db?mode=ro': a file has no options; {_FORMS}"),
    ],
)
def test_another_url_is_refused_with_what_it_could_be(url: str, text: str) -> None:
    """The text is one line, helps, and holds no password."""
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert str(caught.value) == text.format("database that is known here")


def test_a_file_is_opened(tmp_path: Path) -> None:
    """A file that is not there yet is made, and its store says which one it is."""
    store = open_store(f"sqlite:///{tmp_path}/new.db", reserve_bytes=0)
    assert isinstance(store, SqliteStore)
    assert (repr(store), (tmp_path / "new.db").exists()) == (
        f"SqliteStore('{tmp_path}/new.db')",
        True,
    )
    store.close()


def test_memory_is_opened() -> None:
    """For a server that may forget everything when it stops."""
    assert isinstance(open_store("sqlite://"), MemoryStore)


def test_a_postgresql_database_is_opened(cluster: Cluster) -> None:
    """Both spellings of its scheme are known, and the store never shows the password."""
    url = cluster.create_database()
    for each in (url, url.replace("postgresql://", "postgres://")):
        store = open_store(each)
        name = url.rpartition("/")[2]
        assert repr(store) == f"PostgresStore('postgresql://127.0.0.1:{cluster.port}/{name}')"
        store.close()


_WITHOUT_PSYCOPG = """
import sys
sys.modules["psycopg"] = None
from changetrack_server.monitor.store import StoreError, open_store
try:
    open_store("postgresql://user:hunter2@db/x")
except StoreError as error:
    print(error)
"""


def test_without_psycopg_the_command_that_installs_it_is_named() -> None:
    """An installation for files only needs nothing of PostgreSQL, and says what it lacks."""
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_PSYCOPG], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        'a postgresql: database needs psycopg; pip install "changetrack[postgres]"\n'
    )
