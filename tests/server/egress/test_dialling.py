"""The guard: every answer checked, only what was checked dialled, and the other end looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import anyio
import httpcore2
import pytest

from changetrack_server.egress.addresses import find_block
from changetrack_server.egress.dialling import MAX_ADDRESSES, Guard, Network
from changetrack_server.egress.fetching import Fetcher
from changetrack_server.egress.lookups import Lookups
from changetrack_server.errors import EndpointError
from tests.server.raw_sites import (
    HERE,
    IMPATIENT,
    OTHER,
    PUBLIC,
    World,
    fetch_page,
    respond,
    say,
    travel,
)

THIRD = "8.8.4.4"


class Wire(httpcore2.AsyncNetworkStream):
    """A connection of which only the other end and what it says are known."""

    def __init__(self, peer: str, says: bytes = b"") -> None:
        self.peer = peer
        self.says = says
        self.is_closed = False

    async def aclose(self) -> None:
        """Close."""
        self.is_closed = True

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Return what is left to say."""
        del timeout
        said, self.says = self.says[:max_bytes], self.says[max_bytes:]
        return said

    def get_extra_info(self, info: str) -> object:
        """Return the address of the other end."""
        assert info == "server_addr"
        if self.peer == "gone":
            raise OSError("not connected")
        return (self.peer, 80) if self.peer else None


class Wires(httpcore2.AsyncNetworkBackend):
    """Connections that all end where they should not."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    async def connect_tcp(
        self, *address: object, **options: object
    ) -> httpcore2.AsyncNetworkStream:
        """Connect."""
        del address, options
        return self.wire


def _judge(host: str, port: int, address: str) -> str | None:
    del host, port
    return find_block(address)


def _guard(
    answers: Sequence[str],
    wire: Wire | None = None,
    dial_as: Callable[[str, int], tuple[str, int]] = lambda address, port: (address, port),
) -> Guard:
    network = Network(resolve=lambda _host, _port: answers, dial_as=dial_as)
    inner = Wires(wire) if wire else None
    return Guard(_judge, Lookups(network.resolve, 1), network, inner=inner)


def _connect(guard: Guard, host: str = "a.test") -> str:
    async def connect() -> str:
        try:
            await guard.connect_tcp(host, 80, timeout=0.3)
        except EndpointError as error:
            return f"{error.reason}: {error.detail}"
        except httpcore2.NetworkError as error:
            return type(error).__name__
        return "connected"

    return anyio.run(connect)


def test_B5_a_name_that_points_inside_is_refused() -> None:
    """Nothing is dialled, and the operator's log says why."""
    world = World()
    guard = _guard(["10.0.0.1"], dial_as=world.dial_as)
    assert _connect(guard) == "url_blocked: a.test is 10.0.0.1: 10.0.0.1 lies in 10.0.0.0/8"
    assert world.dials == []


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "::1", "169.254.169.254", "fe80::1%eth0", "nonsense"]
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_B5_one_bad_answer_spoils_the_others(inside: str, place: int) -> None:
    """A name with a public and a private address is refused; nothing is filtered and dialled."""
    answers = [PUBLIC, OTHER]
    answers.insert(place, inside)
    world = World()
    guard = _guard(answers, dial_as=world.dial_as)
    assert _connect(guard).startswith(f"url_blocked: a.test is {inside}: ")
    assert world.dials == []


def test_B5_the_last_of_many_answers_is_checked_too() -> None:
    """All are checked before the list is cut."""
    many = [f"1.1.1.{number}" for number in range(1, 50)]
    world = World()
    guard = _guard([*many, "127.0.0.1"], dial_as=world.dial_as)
    assert _connect(guard).startswith("url_blocked: a.test is 127.0.0.1")
    assert world.dials == []


def test_B21_at_most_eight_addresses_are_tried() -> None:
    """A name with fifty dead addresses costs eight attempts."""
    world = World()
    many = [f"1.1.1.{number}" for number in range(1, 50)]

    async def scenario() -> None:
        async with world.open({}):
            guard = _guard(many, dial_as=world.dial_as)
            with pytest.raises(httpcore2.ConnectError):
                await guard.connect_tcp("a.test", 80, timeout=0.3)

    anyio.run(scenario)
    assert world.dials == [(address, 80) for address in many[:MAX_ADDRESSES]]


def test_B22_the_next_address_is_tried() -> None:
    """A refused connection is not the end while there is another address."""
    trip = travel(
        sites={(OTHER, 80): say(respond(b"second"))}, names={"a.test": [[PUBLIC, OTHER, THIRD]]}
    )
    assert trip.page.body == b"second"
    assert trip.world.dials == [(PUBLIC, 80), (OTHER, 80)]


def test_B22_when_all_refuse_it_is_an_error() -> None:
    """The last error counts."""
    trip = travel(sites={}, names={"a.test": [[PUBLIC, OTHER]]})
    assert (trip.reason, trip.world.dials) == ("upstream_error", [(PUBLIC, 80), (OTHER, 80)])
    assert trip.error is not None
    assert trip.error.retryable


def test_B6_a_name_is_resolved_once_and_that_address_is_dialled() -> None:
    """Between the check and the connection nobody is asked again."""
    trip = travel(
        sites=say(respond(b"page")), names={"a.test": [[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]]}
    )
    assert trip.page.body == b"page"
    assert (trip.world.lookups, trip.world.dials) == (["a.test"], [(PUBLIC, 80)])


def test_an_address_is_not_given_to_a_resolver() -> None:
    """A literal is dialled as it stands, whatever a resolver would make of it."""
    world = World(names={PUBLIC: [[OTHER]]})
    guard = Guard(
        _judge, Lookups(world.resolve, 1), world.network(), inner=Wires(Wire("127.0.0.1"))
    )
    assert _connect(guard, PUBLIC) == "connected"
    assert (world.lookups, world.dials) == ([], [(PUBLIC, 80)])


@pytest.mark.parametrize("peer", [OTHER, "127.0.0.1", "::ffff:93.184.215.14", "", "gone"])
def test_B6_another_end_than_the_dialled_one_is_hung_up_on(peer: str) -> None:
    """Whatever moved the wire, nothing is sent over it."""
    wire = Wire(peer)
    outcome = _connect(_guard([PUBLIC], wire))
    who = "nobody" if peer in {"", "gone"} else peer
    assert outcome == f"url_blocked: a.test: dialled {PUBLIC}, and {who} answered"
    assert wire.is_closed


def test_B6_the_same_end_in_another_spelling_is_the_same() -> None:
    """IPv6 has many spellings."""
    assert _connect(_guard(["2606:4700:0::1"], Wire("2606:4700::1"))) == "connected"


def test_B1_files_are_not_dialled() -> None:
    """A socket of this machine is no site, even for code that asks for one."""

    async def connect() -> None:
        await _guard([PUBLIC]).connect_unix_socket("/run/docker.sock")

    with pytest.raises(EndpointError) as raised:
        anyio.run(connect)
    assert raised.value.reason == "url_blocked"


def test_B19_no_more_is_read_than_the_meter_allows() -> None:
    """Whoever talks over a connection says how much it may bring, to the byte."""
    guard = _guard([PUBLIC], Wire(PUBLIC, b"x" * 100))

    async def scenario() -> list[int]:
        stream = await guard.connect_tcp("a.test", 80)
        guard.meter.left = 30
        sizes = [len(await stream.read(20)), len(await stream.read(20))]
        with pytest.raises(EndpointError) as raised:
            await stream.read(20)
        assert raised.value.reason == "response_too_large"
        guard.meter.left = 5
        return [*sizes, len(await stream.read(20))]

    assert anyio.run(scenario) == [20, 10, 5]


def test_B21_a_name_without_an_address_is_a_fault_of_its_own() -> None:
    """Neither an empty answer nor none at all leads to a dial."""
    trip = travel(sites={}, names={"a.test": [[]]})
    assert trip.reason == "dns_failed"
    trip = travel("http://unknown.test/", settings=IMPATIENT)
    assert (trip.reason, trip.world.dials) == ("dns_failed", [])


def test_B6_the_loop_of_production_dials_and_checks_alike() -> None:
    """Under uvloop, which has sockets of its own, the other end is looked at as well."""
    pytest.importorskip("uvloop")
    world = World(names={"a.test": [[PUBLIC], ["127.0.0.1"]]})

    async def scenario() -> tuple[bytes, str]:
        async with world.open({HERE: say(respond(b"page"))}):
            fetcher = Fetcher(IMPATIENT, world.network())
            page = await fetch_page(fetcher)
            with pytest.raises(EndpointError) as raised:
                await fetch_page(fetcher)
            return page.body, raised.value.reason

    found = anyio.run(scenario, backend_options={"use_uvloop": True})
    assert (found, world.dials) == ((b"page", "url_blocked"), [HERE])


def test_production_dials_what_it_checked() -> None:
    """The seams stand open for tests only: by default they are the system's."""
    network = Network()
    assert network.dial_as(PUBLIC, 80) == (PUBLIC, 80)
    assert network.resolve("127.1", 80) == ["127.0.0.1"]
