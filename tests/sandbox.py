"""Nothing that runs here leaves the machine: who tries fails, whatever becomes of the error."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

# What a socket connects to: a host and a port, with more for IPv6; or a file.
Address = tuple[object, ...] | str | bytes


class LeftTheMachineError(AssertionError):
    """A test wanted to talk to somebody outside."""


def _is_inside(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost"}:
        return True
    try:
        return ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _is_numeric(host: object) -> bool:
    """Tell what the system reads as an address, which asks nobody: 127.1 and 0x7f.1 are two."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        socket.inet_aton(text)
    except (OSError, UnicodeError):
        return ":" in text
    return True


@pytest.fixture(autouse=True)
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Refuse connections beyond loopback and questions to name servers; give what was refused."""
    refused: list[object] = []
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    def check(address: Address) -> None:
        if isinstance(address, tuple) and not _is_inside(address[0]):
            refused.append(address)
            raise LeftTheMachineError(f"a connection to {address}")

    def guarded_connect(self: socket.socket, address: Address) -> None:
        check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Address) -> int:
        check(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: object, *rest: object, **named: object) -> object:
        flags = named.get("flags", rest[4] if len(rest) > 4 else 0)
        asks_nobody = isinstance(flags, int) and flags & socket.AI_NUMERICHOST
        if not asks_nobody and not _is_inside(host) and not _is_numeric(host):
            refused.append(host)
            raise LeftTheMachineError(f"a question about {host!r}")
        return getaddrinfo(host, *rest, **named)  # type: ignore[arg-type]  # handed on as it is

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
    yield refused
    assert refused == []
