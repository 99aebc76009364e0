"""Which addresses may be dialled, and that the table says it and not the interpreter."""

from __future__ import annotations

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from changetrack_server.egress.addresses import (
    DENIED,
    Policy,
    find_block,
    list_embedded,
    read_policy,
)
from changetrack_server.settings import Settings

# What the system's own reader makes of every literal that a URL may hold, and more.
BLOCKED = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.1", "10.0.0.1", "172.16.0.1"),
    *("172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200"),
    *("168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "224.0.0.1", "239.1.2.3"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"),
    *("::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1"),
    *("2002:7f00:1::", "2001:0:7f00:1::", "2001:0:808:808:0:0:f7f7:f7f7", "fe80::1", "fc00::1"),
    *("fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "3fff::1", "100::1"),
    *("100:0:0:1::1", "5f00::1", "2620:4f:8000::1", "::ffff:169.254.169.254"),
    "0.0.0.0",  # noqa: S104 - to be refused
]
PASSING = [
    *("8.8.8.8", "1.1.1.1", "93.184.215.14", "192.0.78.24", "172.32.0.1", "100.128.0.1"),
    *("2606:4700:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808", "2002:808:808::"),
    *("::ffff:8.8.8.8", "::8.8.8.8"),
]


@pytest.mark.parametrize("address", BLOCKED)
def test_B2_B3_B4_what_is_not_the_public_internet_is_blocked(address: str) -> None:
    """Loopback, private, metadata and special addresses are blocked in every form."""
    assert find_block(address) is not None


@pytest.mark.parametrize("address", PASSING)
def test_B3_public_addresses_pass(address: str) -> None:
    """Public ones pass, also inside NAT64 and 6to4, where hosts without IPv4 need them."""
    assert find_block(address) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "127.1",
        "0x7f000001",
        "1.2.3.4.",
        " 1.2.3.4",
        "1.2.3.4/32",
        "[::1]",
        "1.2.3.04",
        "8",
    ],
)
def test_what_is_not_an_address_is_blocked(text: str) -> None:
    """Text that does not parse passes nowhere."""
    assert find_block(text) == "it is not an address"


@pytest.mark.parametrize("text", ["fe80::1%eth0", "8.8.8.8%1", "2606:4700:4700::1111%1"])
def test_B3_a_zone_is_blocked(text: str) -> None:
    """An address that names an interface is not one of the internet's."""
    assert find_block(text) == "it names a network interface"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("10.1.2.3", "10.1.2.3 lies in 10.0.0.0/8"),
        ("::ffff:10.1.2.3", "10.1.2.3 lies in 10.0.0.0/8"),
        ("2002:a01:203::", "10.1.2.3 lies in 10.0.0.0/8"),
        ("2001:0:808:808::1", "2001:0:808:808::1 lies in 2001::/23"),
    ],
)
def test_the_reason_names_the_form_and_its_network(address: str, reason: str) -> None:
    """An operator sees in the log which of the forms is the trouble."""
    assert find_block(address) == reason


ALLOWED = tuple(map(ip_network, ("10.1.0.0/16", "127.0.0.0/8", "::1/128", "fd00:1::/32")))


@pytest.mark.parametrize(
    ("address", "passes"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("64:ff9b::10.1.2.3", True),
        ("2002:a01:203::", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("fd00:1::5", True),
        ("10.2.0.1", False),
        ("::ffff:10.2.0.1", False),
        ("::", False),
        ("fd00:2::5", False),
        ("64:ff9b:1::10.1.2.3", False),
        ("169.254.169.254", False),
        ("8.8.8.8", True),
    ],
)
def test_an_operator_can_list_networks(address: str, *, passes: bool) -> None:
    """What lies in a listed network passes, in every form that carries it, and nothing else."""
    assert (find_block(address, ALLOWED) is None) is passes


def test_the_policy_is_that_of_the_settings() -> None:
    """Networks and ports are what an operator has set; a listed network has no ports of its own."""
    policy = read_policy(Settings(allowed_networks=ALLOWED, fetch_ports=(80, 8000)))
    assert policy == Policy(networks=ALLOWED, ports=(80, 8000))
    assert policy.find_block("10.1.0.1") is None
    assert policy.find_block("10.2.0.1") == "10.2.0.1 lies in 10.0.0.0/8"
    assert [port for port in (0, 22, 80, 443, 8000) if policy.has_port(port)] == [80, 8000]


def test_nothing_is_allowed_unless_an_operator_says_so() -> None:
    """The default has no network and four ports."""
    assert read_policy(Settings()) == Policy(networks=(), ports=(80, 443, 8080, 8443))


def test_carried_addresses_are_found() -> None:
    """Every way to write an IPv4 address into an IPv6 address is known."""
    found = {
        text: [str(each) for each in list_embedded(ip_address(text))]
        for text in (
            "::ffff:1.2.3.4",
            "::ffff:0:1.2.3.4",
            "::1.2.3.4",
            "64:ff9b::1.2.3.4",
            "2002:102:304::",
            "2001:0:102:304::fefd:fcfb",
            "2606:4700::1",
            "1.2.3.4",
        )
    }
    assert found == {
        "::ffff:1.2.3.4": ["1.2.3.4"],
        "::ffff:0:1.2.3.4": ["1.2.3.4"],
        "::1.2.3.4": ["1.2.3.4"],
        "64:ff9b::1.2.3.4": ["1.2.3.4"],
        "2002:102:304::": ["1.2.3.4"],
        "2001:0:102:304::fefd:fcfb": ["1.2.3.4", "1.2.3.4"],
        "2606:4700::1": [],
        "1.2.3.4": [],
    }  # fmt: skip


# An independent reading: bits instead of properties, bounds instead of membership.

Address = IPv4Address | IPv6Address


def _carried(address: Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    bits = int(address)
    low, high = bits & 0xFFFF_FFFF, bits >> 32
    found = []
    if high in {0, 0xFFFF, 0xFFFF << 16, 0x64FF9B << 64}:
        found.append(low)
    if bits >> 112 == 0x2002:
        found.append(bits >> 80 & 0xFFFF_FFFF)
    if bits >> 96 == 0x2001_0000:
        found += [bits >> 64 & 0xFFFF_FFFF, low ^ 0xFFFF_FFFF]
    return [IPv4Address(each) for each in found]


def _is_denied(address: Address, *, is_alone: bool) -> bool:
    ranges = [
        (int(network[0]), int(network[-1]))
        for network in DENIED
        if network.version == address.version
    ]
    if any(first <= int(address) <= last for first, last in ranges):
        return True
    return is_alone and (not address.is_global or address.is_multicast)


def _is_blocked(address: Address) -> bool:
    carried = _carried(address)
    return _is_denied(address, is_alone=not carried) or any(
        _is_denied(each, is_alone=True) for each in carried
    )


@st.composite
def near_an_edge(draw: st.DrawFn) -> IPv4Address | IPv6Address:
    """Draw an address at, or one beside, either end of a denied network."""
    network: IPv4Network | IPv6Network = draw(st.sampled_from(DENIED))
    edge = draw(st.sampled_from([int(network[0]), int(network[-1])]))
    kind = IPv4Address if network.version == 4 else IPv6Address
    bits = edge + draw(st.integers(-1, 1))
    return kind(min(max(bits, 0), 2**network.max_prefixlen - 1))


@st.composite
def carrying(draw: st.DrawFn) -> IPv6Address:
    """Draw an IPv6 address that carries an IPv4 address, public or not."""
    inner = draw(
        st.one_of(st.ip_addresses(v=4), near_an_edge().filter(lambda each: each.version == 4))
    )
    bits = int(inner)
    forms = [
        *(bits | high << 32 for high in (0, 0xFFFF, 0xFFFF << 16, 0x64FF9B << 64)),
        0x2002 << 112 | bits << 80 | draw(st.integers(0, 2**80 - 1)),
        0x2001_0000 << 96 | bits << 64 | draw(st.integers(0, 2**64 - 1)),
    ]
    return IPv6Address(draw(st.sampled_from(forms)))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6), near_an_edge(), carrying()))
@example(ip_address("::ffff:0:7f00:1"))
def test_any_address_is_judged_as_by_an_independent_reading(address: Address) -> None:
    """The classifier and a second one, written with other means, never disagree."""
    assert (find_block(str(address)) is not None) is _is_blocked(address)


@given(st.one_of(near_an_edge(), carrying()), st.integers(0, 128))
def test_whatever_lies_in_an_allowed_network_passes(address: Address, prefix: int) -> None:
    """An operator's word stands above the table, for the address and for all that it carries."""
    size = min(prefix, address.max_prefixlen)
    network = ip_network(f"{address}/{size}", strict=False)
    assert find_block(str(address), (network,)) is None
