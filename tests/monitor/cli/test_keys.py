"""Keys and backups: on the database itself, without a server."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from changetrack.cli import main
from changetrack.monitor.keys import create_key
from changetrack_server.monitor.store import open_store
from tests.monitor.cli.house import SAME, TROUBLE
from tests.monitor.makers import NOON
from tests.monitor.postgres import run_postgres

Output = pytest.CaptureFixture[str]
_DATABASE = ("--database", "sqlite:///monitors.db")


def _create(name: str, *options: str) -> int:
    return main(["key", "create", "--name", name, *_DATABASE, *options])


def test_a_key_is_made_listed_and_taken_back(capsys: Output) -> None:
    """It stands alone on standard output, once; the database holds its hash."""
    scopes = ("--scope", "read, run", "--owner", "me", "--per-minute", "60")
    assert _create("laptop", *scopes) == SAME
    made = capsys.readouterr()
    key = made.out.strip()
    assert made.err == (
        "changetrack: laptop may read, run; keep the key now: it is not shown again\n"
        "changetrack: from now on this server asks everybody for a key\n"
    )
    assert key.encode() not in Path("monitors.db").read_bytes()
    assert main(["key", "list", *_DATABASE]) == SAME
    row = capsys.readouterr().out.splitlines()[1]
    shown = rf"[0-9a-f-]{{36}}  laptop  {key[:14]}…  me     read,run  active  2.* UTC"
    assert re.fullmatch(shown, row)
    assert main(["key", "revoke", key[:14], *_DATABASE]) == SAME
    assert capsys.readouterr().err == f"changetrack: laptop ({key[:14]}…) opens nothing now\n"
    assert main(["key", "list", *_DATABASE]) == SAME
    assert " revoked " in capsys.readouterr().out
    assert main(["key", "revoke", "laptop", *_DATABASE]) == TROUBLE
    assert "no key that is good is called so" in capsys.readouterr().err


def test_keys_of_postgresql_are_listed_and_taken_back_too(capsys: Output) -> None:
    """There is no file to look for there."""
    with run_postgres() as cluster:
        database = ("--database", cluster.create_database())
        assert main(["key", "create", "--name", "laptop", *database]) == SAME
        assert main(["key", "list", *database]) == SAME
        assert "laptop" in capsys.readouterr().out
        assert main(["key", "revoke", "laptop", *database]) == SAME
    assert "opens nothing now" in capsys.readouterr().err


def test_a_second_key_of_a_name_is_refused(capsys: Output) -> None:
    """Until the first one opens nothing; and only the first of all changes what is asked."""
    _create("laptop")
    assert _create("phone") == SAME
    assert "asks everybody" not in capsys.readouterr().err.splitlines()[-1]
    assert _create(" laptop") == TROUBLE
    problem = "changetrack: --name: there is a key of this name; take that one back first with"
    remedy = "`changetrack key revoke`, or use another name"
    assert capsys.readouterr() == ("", f"{problem} {remedy}\n")
    assert main(["key", "revoke", "laptop", *_DATABASE]) == SAME
    assert _create("laptop") == SAME


def test_a_name_of_two_keys_is_none(capsys: Output) -> None:
    """The ids tell them apart, where somebody else made such."""
    with closing(open_store("sqlite:///monitors.db", reserve_bytes=0)) as store:
        for each in ("one", "two"):
            store.transact(
                partial(create_key, key=each, key_id=each, name="twin", owner="me", now=NOON)
            )
    assert main(["key", "revoke", "twin", *_DATABASE]) == TROUBLE
    assert "2 keys are called so" in capsys.readouterr().err


def test_a_scope_that_there_is_not_is_refused(capsys: Output) -> None:
    """With those that there are."""
    assert _create("x", "--scope", "read,fly") == TROUBLE
    assert "there is no scope 'fly'; use some of read, write, run" in capsys.readouterr().err


def test_what_only_looks_makes_no_database(folder: Path, capsys: Output) -> None:
    """A list of another folder's keys would be an empty one."""
    assert main(["key", "list", *_DATABASE]) == TROUBLE
    assert capsys.readouterr().err == (
        f"changetrack: {folder}/monitors.db: there is no such database;"
        " name the one of the server with --database\n"
    )
    assert main(["monitor", "backup", "copy.db", *_DATABASE]) == TROUBLE
    assert capsys.readouterr().err.endswith(
        "there is no such database; name the one of the server with --database\n"
    )
    assert list(folder.iterdir()) == []


def test_a_backup_is_a_database(capsys: Output) -> None:
    """And replaces nothing that is there."""
    _create("laptop")
    capsys.readouterr()
    given = ["monitor", "backup", "copy.db", *_DATABASE]
    assert main(given) == SAME
    said = capsys.readouterr().err
    assert re.fullmatch(r"changetrack: copy\.db holds the database now, [\d,]+ bytes\n", said)
    with closing(sqlite3.connect("copy.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert main(given) == TROUBLE
    assert main(["key", "list", "--database", "sqlite:///copy.db"]) == SAME
    assert "laptop" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [("key", "list"), ("monitor", "backup", "x"), ("serve", "--monitors")],
    ids=" ".join,
)
def test_a_database_that_is_none_is_named(arguments: tuple[str, ...], capsys: Output) -> None:
    """In one sentence, and without what may be a password."""
    assert main([*arguments, "--database", "mysql://user:secret@host/db"]) == TROUBLE
    said = capsys.readouterr().err
    assert said.startswith("changetrack: ")
    assert "mysql:…" in said
    assert "secret" not in said


def test_a_worker_wants_a_server_of_databases(capsys: Output) -> None:
    """A file is for one process."""
    assert main(["worker", *_DATABASE]) == TROUBLE
    assert "postgresql://" in capsys.readouterr().err


def test_the_variables_of_a_client_are_no_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Whoever asks a server from this shell can also make keys and watch from it."""
    monkeypatch.setenv("CHANGETRACK_SERVER", "http://127.0.0.1:3000")
    monkeypatch.setenv("CHANGETRACK_API_KEY", "k")
    assert _create("laptop") == SAME
    capsys.readouterr()
    # But a server that would ask nobody for a key is not what was meant.
    assert main(["serve", "--port", "0"]) == TROUBLE
    assert "did you mean CHANGETRACK_API_KEYS?" in capsys.readouterr().err
