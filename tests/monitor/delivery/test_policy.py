"""C33: where events may be sent, seen when a webhook is saved and again at every try."""

from __future__ import annotations

from ipaddress import ip_network

import anyio
import pytest

from changetrack_server.egress.addresses import read_policy
from changetrack_server.egress.posting import read_receiver
from changetrack_server.errors import EndpointError
from tests.monitor.delivery.makers import find, list_codes, make_hooked, queue
from tests.monitor.delivery.sinks import HERE, HOOK, INSIDE, House, Sink
from tests.server.raw_sites import OTHER, PUBLIC, respond, say

LISTED = (ip_network("10.0.0.0/8"),)
NAMES: dict[str, list[list[str]]] = {
    "hook.test": [[PUBLIC]],
    "inner.lan": [["10.0.0.5"]],
    "mixed.test": [[PUBLIC, "10.0.0.5"]],
    "spoilt.test": [[PUBLIC, "169.254.169.254"]],
    "metadata.test": [["169.254.169.254"]],
    "here.test": [["127.0.0.1"]],
    "rebound.test": [[PUBLIC], ["127.0.0.1"]],
    "nowhere.test": [[]],
}


def tell(url: str, *, is_listed: bool = False) -> tuple[str, list[tuple[str, int]]]:
    """Return what became of an event for a URL, and what was dialled for it."""
    house = House(names=NAMES, allowed_networks=LISTED if is_listed else ())
    sink = Sink([say(respond(b"thanks"))])
    queued = queue(house.store, make_hooked(house.store, url=url))
    assert queued is not None
    sites = [HERE, (PUBLIC, 80), (PUBLIC, 8443), (PUBLIC, 22), INSIDE, ("10.0.0.5", 80)]

    async def scenario() -> None:
        async with house.open(dict.fromkeys([*sites, ("127.0.0.1", 443)], sink)):
            await house.deliver()

    anyio.run(scenario)
    found = find(house.store, queued.id)
    return (found.last_error or found.status).partition(":")[0], house.world.dials


SENT = [
    (HOOK, False, HERE),
    ("https://hook.test:8443/", False, (PUBLIC, 8443)),
    ("http://inner.lan:9000/", True, INSIDE),
    ("http://10.0.0.5:9000/", True, INSIDE),
    ("http://inner.lan/", True, ("10.0.0.5", 80)),
    (HOOK, True, HERE),
]


@pytest.mark.parametrize(("url", "is_listed", "dialled"), SENT)
def test_C33_it_is_sent_to_the_web_and_to_what_is_listed(
    url: str,
    is_listed: bool,  # noqa: FBT001 - a row of the table
    dialled: tuple[str, int],
) -> None:
    """Over https to the first; over http, and at any port, to the second alone."""
    assert tell(url, is_listed=is_listed) == ("delivered", [dialled])


REFUSED = [
    ("http://hook.test/", False, "insecure_receiver"),
    ("http://hook.test/", True, "url_blocked"),
    ("http://mixed.test/", True, "url_blocked"),
    ("https://hook.test:22/", False, "port_not_allowed"),
    ("https://hook.test:22/", True, "url_blocked"),
    ("https://inner.lan/", False, "url_blocked"),
    ("https://spoilt.test/", False, "url_blocked"),
    ("https://spoilt.test/", True, "url_blocked"),
    ("https://metadata.test/", True, "url_blocked"),
    ("https://here.test/", True, "url_blocked"),
    ("https://127.0.0.1/", False, "url_blocked"),
    ("https://[::1]/", False, "url_blocked"),
    ("https://[::ffff:127.0.0.1]/", False, "url_blocked"),
    ("https://2130706433/", False, "url_blocked"),
    ("https://user:pass@hook.test/", False, "url_credentials"),
    ("https://nowhere.test/", False, "dns_failed"),
    ("ftp://hook.test/", False, "unsupported_scheme"),
]


@pytest.mark.parametrize(("url", "is_listed", "reason"), REFUSED)
def test_C33_it_is_sent_nowhere_else(
    url: str,
    is_listed: bool,  # noqa: FBT001 - a row of the table
    reason: str,
) -> None:
    """Nobody is dialled, whatever the name says and whatever it resolves to."""
    found, dials = tell(url, is_listed=is_listed)
    # An address in disguise is refused by whichever part sees through it first.
    disguised = {"invalid_url", "dns_failed", "url_blocked"} if "2130706433" in url else {reason}
    assert (found in disguised, dials) == (True, [])


def test_C33_a_name_that_turns_inward_is_refused_at_the_next_try() -> None:
    """Each try resolves and checks anew, and dials what it checked."""
    house = House(names=NAMES)
    sink = Sink([say(respond(status=500))])
    queued = queue(house.store, make_hooked(house.store, url="https://rebound.test/"))
    assert queued is not None

    async def scenario() -> None:
        async with house.open({HERE: sink, ("127.0.0.1", 443): sink}):
            await house.deliver()
            await house.deliver(find(house.store, queued.id).next_attempt_at)

    anyio.run(scenario)
    assert (list_codes(house.store, queued.id), house.world.dials) == (
        [(1, 500), (2, None)],
        [HERE],
    )
    assert (find(house.store, queued.id).last_error or "").startswith("url_blocked")


def test_C33_a_certificate_of_another_name_is_refused() -> None:
    """What is signed for somebody is not told to somebody else."""
    house = House(names={"other.test": [[OTHER]]})
    sink = Sink([say(respond(b"thanks"))])
    queued = queue(house.store, make_hooked(house.store, url="https://other.test/"))
    assert queued is not None

    async def scenario() -> None:
        del house.world.names["other.test"]
        async with house.open({(OTHER, 443): sink}):
            house.world.names["other.test"] = [[OTHER]]
            await house.deliver()

    anyio.run(scenario)
    assert ((find(house.store, queued.id).last_error or "").partition(":")[0], sink.got) == (
        "upstream_error",
        [],
    )


def check(url: str, *, is_listed: bool = False) -> tuple[str, str]:
    """Return why a URL cannot be saved: by its shape alone, and when its name is resolved."""
    house = House(names=NAMES, allowed_networks=LISTED if is_listed else ())
    reasons = ["", ""]
    try:
        read_receiver(url, read_policy(house.settings))
    except EndpointError as error:
        reasons[0] = error.reason
    try:
        anyio.run(house.fetcher.check_receiver, url)
    except EndpointError as error:
        reasons[1] = error.reason
    assert house.world.dials == []
    return reasons[0], reasons[1]


SAVED = {
    HOOK: ("", ""),
    "https://nowhere.test/": ("", ""),
    "http://hook.test/": ("insecure_receiver", "insecure_receiver"),
    "https://hook.test:22/": ("port_not_allowed", "port_not_allowed"),
    "https://10.0.0.5/": ("url_blocked", "url_blocked"),
    "https://inner.lan/": ("", "url_blocked"),
    "https://spoilt.test/": ("", "url_blocked"),
}
SAVED_LISTED = {
    HOOK: ("", ""),
    "http://hook.test/": ("", "insecure_receiver"),
    "https://hook.test:22/": ("", "port_not_allowed"),
    "http://10.0.0.5:9000/": ("", ""),
    "http://inner.lan:9000/": ("", ""),
    "http://127.0.0.1/": ("url_blocked", "url_blocked"),
    "http://93.184.215.14/": ("insecure_receiver", "insecure_receiver"),
}


@pytest.mark.parametrize("url", SAVED)
def test_C33_what_cannot_be_sent_to_cannot_be_saved(url: str) -> None:
    """As far as its text goes, or as its name resolves; nobody is dialled for it."""
    assert check(url) == SAVED[url]


@pytest.mark.parametrize("url", SAVED_LISTED)
def test_C33_nor_where_networks_are_listed(url: str) -> None:
    """Then a name may lead into one of them, and plain http is right there only."""
    assert check(url, is_listed=True) == SAVED_LISTED[url]
