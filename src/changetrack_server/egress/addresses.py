"""Which addresses may be dialled: pure, from the text of an address to a reason or nothing.

What the world calls public is spelled out here instead of being asked of `ipaddress`: its
`is_global` lets a dozen addresses of our own pass on a Python of last year (CVE-2024-4032), so it
is a second opinion only. An IPv6 address that carries an IPv4 address is as good as both of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack_server.settings import Settings

__all__ = ["DENIED", "Policy", "find_block", "list_embedded", "read_policy"]

Address: TypeAlias = "IPv4Address | IPv6Address"
Network: TypeAlias = "IPv4Network | IPv6Network"

# The special-purpose registries of IANA; also the address at which every Azure machine finds its
# host (168.63.129.16), and the site-local range that came before fc00::/7 (fec0::/10).
_SPECIAL = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24
    198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 255.255.255.255/32
    168.63.129.16/32
    ::/128 ::1/128 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001:db8::/32
    2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
DENIED: tuple[Network, ...] = tuple(map(ip_network, _SPECIAL.split()))

# Where the low 32 bits are an IPv4 address: NAT64, and two older ways to write one.
_LOW_BITS = tuple(map(IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
_IPV4_MASK = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Where an operator lets requests go: the web, and the networks that are listed."""

    networks: tuple[Network, ...]
    ports: tuple[int, ...]

    def find_block(self, address: str) -> str | None:
        """Return why an address may not be dialled, or None if it may."""
        return find_block(address, self.networks)

    def is_listed(self, address: str) -> bool:
        """Tell whether an address lies in a network that the operator has listed."""
        return _lies_in(ip_address(address), self.networks)

    def has_port(self, port: int) -> bool:
        """Tell whether a port may be dialled; in a listed network, too, it must be one of these."""
        return port in self.ports


def read_policy(settings: Settings) -> Policy:
    """Return the policy that an operator has set."""
    return Policy(networks=settings.allowed_networks, ports=settings.fetch_ports)


def find_block(text: str, allowed: Sequence[Network] = ()) -> str | None:
    """Return why an address may not be dialled, or None if it may.

    An address inside an allowed network may, whatever it carries; otherwise the address and every
    one that it carries must be public or inside an allowed network.

    >>> find_block("8.8.8.8")
    >>> find_block("::ffff:127.0.0.1")
    '127.0.0.1 lies in 127.0.0.0/8'
    """
    if "%" in text:
        return "it names a network interface"
    try:
        address = ip_address(text)
    except ValueError:
        return "it is not an address"
    if _lies_in(address, allowed):
        return None
    embedded = list_embedded(address)
    for form in (address, *embedded):
        if _lies_in(form, allowed):
            continue
        network = next((each for each in DENIED if form in each), None)
        if network is not None:
            return f"{form} lies in {network}"
        asked = isinstance(form, IPv4Address) or not embedded
        if asked and (not form.is_global or form.is_multicast):
            return f"{form} is not public"
    return None


def list_embedded(address: Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address carries.

    >>> list_embedded(ip_address("2002:7f00:1::"))
    [IPv4Address('127.0.0.1')]
    """
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _LOW_BITS):
        found.append(IPv4Address(int(address) & _IPV4_MASK))
    return [each for each in found if each is not None]


def _lies_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
