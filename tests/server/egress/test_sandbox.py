"""The sandbox of these tests holds."""

from __future__ import annotations

import socket

import pytest

from tests.sandbox import LeftTheMachineError


def test_nothing_beyond_loopback_is_reached(sandbox: list[object]) -> None:
    """A connection outside and a question to a name server fail, and are noticed at the end."""
    with socket.socket() as outside:
        with pytest.raises(LeftTheMachineError):
            outside.connect(("192.0.2.1", 80))
        with pytest.raises(LeftTheMachineError):
            outside.connect_ex(("192.0.2.1", 80))
    with pytest.raises(LeftTheMachineError):
        socket.getaddrinfo("example.com", 80)
    assert sandbox == [("192.0.2.1", 80), ("192.0.2.1", 80), "example.com"]
    sandbox.clear()


def test_loopback_is_reached() -> None:
    """Sites under test are found under every name of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port)).close()
