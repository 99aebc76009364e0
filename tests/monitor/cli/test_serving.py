"""`changetrack serve --monitors`: where the monitors are, and what is wrong before it begins."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from changetrack.cli import main
from changetrack_server.serving import _spell_database
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
    """Without any key it stays on this machine; with one, only the port is in the way here."""
    said = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        given = ["serve", "--monitors", "--host", "0.0.0.0", "--port", port]  # noqa: S104 - it is not opened
        for name in ("mine", "yours"):
            assert main(given) == TROUBLE
            said.append(capsys.readouterr().err)
            assert main(["key", "create", "--name", name]) == SAME
            capsys.readouterr()
    assert "there is no API key" in said[0]
    assert "already in use" in said[1]
    assert (folder / "changetrack.db").exists()


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
