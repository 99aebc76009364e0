"""The world beyond this machine, as tests have it: names lead somewhere, and nobody answers."""

from __future__ import annotations

from ipaddress import ip_address

from changetrack_server.egress.dialling import Network

__all__ = ["NOBODY"]

# A public address, which the policy lets pass.
_SOMEWHERE = "93.184.215.14"
# Port 9 is for what is thrown away; nobody listens.
_NO_DOOR = ("127.0.0.1", 9)


def _resolve(host: str, _port: int) -> list[str]:
    return ["127.0.0.1"] if host == "localhost" else [_SOMEWHERE]


def _dial_as(address: str, port: int) -> tuple[str, int]:
    return (address, port) if ip_address(address).is_loopback else _NO_DOOR


# What is on this machine is found, and everything else refuses to be called.
NOBODY = Network(resolve=_resolve, dial_as=_dial_as)
