"""What the command line says when a server does not answer as it should."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from changetrack.cli import main
from changetrack.cli.client import Client, ServerTrouble
from tests.monitor.cli.house import TROUBLE
from tests.monitor.cli.wires import serve_bytes

Output = pytest.CaptureFixture[str]
_JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def _answer(body: bytes, head: bytes = _JSON) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def test_no_server_is_one_sentence(capsys: Output) -> None:
    """With what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert main(["monitor", "list", "--server", server]) == TROUBLE
    assert capsys.readouterr().err == (
        f"changetrack: no server answers at {server} (Connection refused);"
        " start one with `changetrack serve --monitors`, or name another with --server\n"
    )


@pytest.mark.parametrize(
    "server", ["", "127.0.0.1:3000", "ftp://x", "http://", "http://x:99999", "http://u:p@x"]
)
def test_what_is_no_address_is_refused(server: str, capsys: Output) -> None:
    """Before anybody is asked; nothing given is the default."""
    assert main(["monitor", "list", "--server", server or "http://\x1b"]) == TROUBLE
    assert "is no address of a server" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (_answer(b"<html>"), "(another kind of answer)"),
        (_answer(b'{"data": []}'), "(another kind of answer)"),
        (_answer(b'{"success": false, "error": "not today"}'), "not today"),
        (_answer(b"down", b"HTTP/1.1 502 Bad Gateway\r\n"), "(HTTP 502 Bad Gateway)"),
        (_answer(b"", b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\n"), "(HTTP 302 Found)"),
        (_answer(b"[]", b"HTTP/1.1 500 No\r\n"), "(HTTP 500 No)"),
        (b"nonsense\r\n\r\n", "does not answer as a server should"),
        (b"", "does not answer as a server should"),
        (_JSON + b"Content-Length: 9\r\n\r\n{}", "does not answer as a server should"),
    ],
)
def test_a_strange_answer_is_one_sentence(answer: bytes, problem: str, capsys: Output) -> None:
    """Whatever stands at that address."""
    with serve_bytes(answer) as server:
        assert main(["monitor", "list", "--server", server]) == TROUBLE
    said = capsys.readouterr().err
    assert problem in said
    assert said.count("\n") == 1


def test_a_foreign_server_is_called_one(capsys: Output) -> None:
    """Its page is long, and is left where it is."""
    page = b"<!doctype html><title>Somebody else's</title>"
    with serve_bytes(_answer(page, b"HTTP/1.1 404 Not Found\r\n")) as server:
        assert main(["monitor", "list", "--server", server]) == TROUBLE
    assert capsys.readouterr().err == (
        f"changetrack: no changetrack answers at {server} (HTTP 404 Not Found);"
        " name another server with --server\n"
    )


def test_a_server_that_is_silent_is_left() -> None:
    """After the time that was allowed."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = Client(server=server, seconds=0.05)
        with pytest.raises(ServerTrouble, match=r"did not answer within 0\.05 seconds"):
            client.ask("GET", "/v1/monitor")


@pytest.mark.parametrize(
    "answer",
    [
        _JSON + b"Content-Length: 99\r\n\r\nhalf",
        _JSON + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ],
    ids=["length", "chunked"],
)
def test_half_an_export_leaves_the_file_as_it_was(answer: bytes, capsys: Output) -> None:
    """A file that ends early looks like a history that does."""
    Path("all.ndjson").write_text("of yesterday")
    with serve_bytes(answer) as server:
        given = ["monitor", "export", "--server", server, "-o", "all.ndjson"]
        assert main(given) == TROUBLE
    assert "does not answer as a server should" in capsys.readouterr().err
    assert [(file.name, file.read_text()) for file in Path().iterdir()] == [
        ("all.ndjson", "of yesterday")
    ]


def test_a_file_that_cannot_be_written_is_named(capsys: Output) -> None:
    """And not taken for a fault of the server."""
    with serve_bytes(_answer(b"{}")) as server:
        given = ["monitor", "export", "--server", server, "-o", "no/folder/all.ndjson"]
        assert main(given) == TROUBLE
    assert capsys.readouterr().err == (
        "changetrack: no/folder/all.ndjson: No such file or directory\n"
    )
