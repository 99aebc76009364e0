"""A PostgreSQL server of the tests' own: a temporary cluster on loopback."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

__all__ = ["Cluster", "run_postgres"]

# Debian keeps each version in a folder, and only the clients of one in the path.
_FOLDERS = Path("/usr/lib/postgresql")
# PostgreSQL refuses to run as root; one of these does it instead.
_USERS = ("postgres", "nobody")
_ROLE = "changes"
# Nothing here outlives a test run, so nothing has to reach the disk; a crash of the server alone
# loses nothing all the same.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


@dataclass
class Cluster:
    """A server that runs; `url` names its first database."""

    folder: Path
    binaries: Path
    port: int
    password: str = field(repr=False)
    # Who the programs run as, where that is somebody else.
    user: str | None
    _numbers: Iterator[int] = field(default_factory=count, repr=False)

    @property
    def url(self) -> str:
        """The URL of a database that is always there."""
        return self.name_database("postgres")

    def name_database(self, name: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://{_ROLE}:{self.password}@127.0.0.1:{self.port}/{name}"

    def create_database(self) -> str:
        """Make a new, empty database, and return its URL."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.name_database(name)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        given = {**_OPTIONS, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={value}" for name, value in given.items())
        self._control("start", "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` ends all connections, `immediate` is a crash."""
        self._control("stop", "-w", "-m", mode)

    def restart(self, mode: str = "fast") -> None:
        """Stop it and start it again, at the same address."""
        self.stop(mode)
        self.start()

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs as whoever it runs as."""
        subprocess.run(
            [str(self.binaries / program), *arguments],
            cwd=self.folder,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            user=self.user,
            group=None if self.user is None else pwd.getpwnam(self.user).pw_gid,
            extra_groups=None if self.user is None else (),
            stdin=subprocess.DEVNULL,
            # A server that is started keeps what it inherits: no pipe that somebody waits for.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )

    def _control(self, *arguments: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), *arguments)


@contextmanager
def run_postgres() -> Iterator[Cluster]:
    """Give a server that is stopped and deleted at the end; skip, but not in CI, where none is."""
    binaries = _find_binaries()
    if binaries is None:
        reason = "PostgreSQL is not installed (no initdb in the path or /usr/lib/postgresql)"
        if os.environ.get("CI"):  # noqa: TID251 - CI installs it, so that nothing is skipped there
            pytest.fail(reason)
        pytest.skip(reason)
    # Not in the folder of the test: others may not look into that.
    folder = Path(tempfile.mkdtemp(prefix="changetrack-postgres-"))
    user = _choose_user()
    cluster = Cluster(folder, binaries, _find_port(), secrets.token_hex(), user)
    try:
        secret = folder / "secret"
        secret.write_text(cluster.password, encoding="utf-8")
        if user is not None:
            for path in (folder, secret):
                shutil.chown(path, user)
        cluster.run(
            "initdb",
            *("-D", str(folder / "data"), "-U", _ROLE, f"--pwfile={secret}"),
            *("-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
        )
        cluster.start()
        try:
            yield cluster
        finally:
            if (folder / "data" / "postmaster.pid").exists():
                cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_binaries() -> Path | None:
    versions = sorted(_FOLDERS.glob("*/bin"), key=lambda path: int(path.parent.name))
    for folder in reversed(versions):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return None if found is None else Path(found).resolve().parent


def _choose_user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {each.pw_name for each in pwd.getpwall()}
    return next(each for each in _USERS if each in known)


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
