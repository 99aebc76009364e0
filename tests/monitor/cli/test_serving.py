"""`changetrack serve --monitors`: where the monitors are, and what is wrong before it begins."""

from __future__ import annotations

import re
import shlex
import socket
from pathlib import Path

import pytest

from changetrack.cli import main
from changetrack_server.serving import _spell_database, _spell_order
from changetrack_server.settings import Settings
from tests.monitor.cli.house import SAME, TROUBLE
from tests.server.http.live import LiveServer


def test_a_server_says_where_its_monitors_are(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It makes the file, and the commands below `monitor` find the server."""
    server = LiveServer("--monitors", work_processes=1)
    try:
        server.wait_for_start()
        assert f"Monitors are kept in {folder}/changetrack.db\n" in server.errors
        assert main(["monitor", "list", "--server", f"http://127.0.0.1:{server.port}"]) == SAME
        assert capsys.readouterr().err == "changetrack: there are none\n"
        order = re.search(r"Make one:\n  changetrack (.+)\n", server.errors)
        assert order is not None
        assert main(shlex.split(order[1])) == SAME
        assert "name      example.com\n" in capsys.readouterr().out
    finally:
        status = server.stop()
    assert status == SAME
    assert (folder / "changetrack.db").exists()


@pytest.mark.parametrize(
    ("database", "line"),
    [
        ("sqlite:////srv/m.db", "Monitors are kept in /srv/m.db\n"),
        ("sqlite://", "Monitors are kept in memory, and are gone when this ends\n"),
        ("postgresql://u:p@h:5432/db?x=y", "Monitors are kept in postgresql://h:5432/db\n"),
    ],
)
def test_a_database_is_spelled_without_secrets(database: str, line: str) -> None:
    """As the operator finds it."""
    assert _spell_database(Settings(monitors=True, database=database)) == line
    assert _spell_database(Settings(database=database)) == ""


def test_the_usual_server_need_not_be_named() -> None:
    """The command that the greeting suggests is as short as can be."""
    settings = Settings(monitors=True)
    order = 'Make one:\n  changetrack monitor create https://example.com --every "30 minutes"'
    assert _spell_order(settings, "http://127.0.0.1:3000") == f"{order}\n"
    assert _spell_order(settings, "http://[::1]:81") == f"{order} --server http://[::1]:81\n"
    assert _spell_order(Settings(), "http://127.0.0.1:3000") == ""


def test_a_folder_that_is_not_there_is_named_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anybody is told that there is a server."""
    given = ("--monitors", "--port", "0", "--database", "sqlite:///no/such/m.db")
    assert main(["serve", *given]) == TROUBLE
    said = capsys.readouterr().err
    assert said.startswith("changetrack: ")
    assert "no/such" in said
    assert said.count("\n") == 1


def test_keys_that_were_handed_out_let_a_server_be_reached_from_elsewhere(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without any key it stays on this machine; with one in the database, it does not."""
    host = ["--host", "0.0.0.0"]  # noqa: S104 - it is opened for a moment
    assert main(["serve", "--monitors", *host, "--port", "0"]) == TROUBLE
    assert "there is no API key" in capsys.readouterr().err
    assert main(["key", "create", "--name", "mine"]) == SAME
    server = LiveServer("--monitors", *host, work_processes=1)
    try:
        server.wait_for_start()
    finally:
        status = server.stop()
    assert status == SAME
    assert (folder / "changetrack.db").exists()


def test_a_port_that_is_taken_makes_no_database(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever mistook a folder has nothing to clean up."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--monitors", "--port", port]) == TROUBLE
    assert "already in use" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_a_database_without_monitors_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing would be kept in it, and whoever names one expects that something is."""
    assert main(["serve", "--port", "0", "--database", "sqlite:///m.db"]) == TROUBLE
    assert capsys.readouterr().err == (
        "changetrack: --database: there are no monitors to keep in it; add --monitors\n"
    )
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "given",
    [
        {"SMTP_HOST": "mail.example.com"},
        {"SMTP_HOST": "mail.example.com", "MAIL_FROM": "nonsense"},
        {
            "SMTP_HOST": "h.example",
            "MAIL_FROM": "a@b.example",
            "SMTP_TLS": "none",
            "SMTP_USER": "u",
        },
        {"PUBLIC_URL": "ftp://x"},
    ],
    ids=str,
)
def test_settings_that_cannot_work_end_it_before_it_begins(
    given: dict[str, str],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one line that names the setting; nothing was made."""
    for name, value in given.items():
        monkeypatch.setenv(f"CHANGETRACK_{name}", value)
    assert main(["serve", "--monitors", "--port", "0"]) == TROUBLE
    said = capsys.readouterr().err
    assert said.startswith("changetrack: CHANGETRACK_")
    assert said.count("\n") == 1
    assert list(folder.iterdir()) == []
