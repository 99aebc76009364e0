"""TLS: verified always, with the name of the URL, while the address is the one that was checked."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import anyio
import pytest
import trustme

from changetrack_server.egress.fetching import Fetcher
from changetrack_server.errors import EndpointError
from tests.server.raw_sites import (
    HERE,
    IMPATIENT,
    OTHER,
    PUBLIC,
    Answer,
    Trip,
    World,
    fetch_page,
    redirect,
    respond,
    say,
    say_paths,
    travel,
    without_threads,
)

SECURE = (PUBLIC, 443)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return whom the fetcher of these tests trusts."""
    return trustme.CA()


def _present(certificate: trustme.LeafCert, names: list[str | None]) -> ssl.SSLContext:
    """Return the context of a site, which notes the names that clients ask for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    def note_name(_socket: object, name: str | None, _context: object) -> None:
        names.append(name)

    context.sni_callback = note_name
    return context


def _travel(
    authority: trustme.CA,
    certificate: trustme.LeafCert,
    url: str = "https://a.test/",
    sites: Mapping[tuple[str, int], Answer] | None = None,
    names: Mapping[str, list[list[str]]] | None = None,
) -> tuple[Trip, list[str | None]]:
    """Fetch from a site that presents a certificate; give the names that it was asked for."""
    asked: list[str | None] = []
    client = ssl.create_default_context()
    authority.configure_trust(client)
    opened = sites or {SECURE: say(respond(b"secure"))}
    return travel(url, opened, names=names, tls=(_present(certificate, asked), client)), asked


def test_B16_the_name_is_verified_and_the_address_is_dialled(authority: trustme.CA) -> None:
    """SNI, Host and certificate have the name; the wire goes to what the name resolved to."""
    trip, names = _travel(authority, authority.issue_cert("a.test"))
    assert trip.page.body == b"secure"
    assert (names, trip.world.dials) == (["a.test"], [SECURE])
    assert trip.world.visits[0].header("Host") == ["a.test"]


@pytest.mark.parametrize("name", ["b.test", "test", "x.a.test", "*.test.a", PUBLIC])
def test_B16_the_certificate_of_another_name_is_refused(authority: trustme.CA, name: str) -> None:
    """Also one of the address that was dialled."""
    trip, _ = _travel(authority, authority.issue_cert(name))
    assert (trip.reason, trip.world.visits) == ("upstream_error", [])
    assert trip.error is not None
    assert "CERTIFICATE_VERIFY_FAILED" in trip.error.detail
    assert "CERTIFICATE" not in str(trip.error)


def test_B16_a_certificate_may_be_for_many_names(authority: trustme.CA) -> None:
    """A wildcard is a name as any other."""
    certificate = authority.issue_cert("*.a.test")
    names = {"www.a.test": [[PUBLIC]]}
    assert _travel(authority, certificate, "https://www.a.test/", names=names)[0].page.status == 200
    assert _travel(authority, certificate)[0].reason == "upstream_error"


def test_B16_a_certificate_that_nobody_vouches_for_is_refused(authority: trustme.CA) -> None:
    """Signed by itself, or by somebody else."""
    trip, _ = _travel(authority, trustme.CA().issue_cert("a.test"))
    assert (trip.reason, trip.world.visits) == ("upstream_error", [])


def test_B16_a_certificate_that_has_expired_is_refused(authority: trustme.CA) -> None:
    """However well it was signed."""
    old = authority.issue_cert(
        "a.test", not_before=LONG_AGO, not_after=LONG_AGO + timedelta(days=90)
    )
    trip, _ = _travel(authority, old)
    assert (trip.reason, trip.world.visits) == ("upstream_error", [])


def test_B16_a_literal_is_verified_as_the_address_that_it_is(authority: trustme.CA) -> None:
    """A certificate may be for an address, and then no other one will do."""
    url = f"https://{PUBLIC}/"
    assert _travel(authority, authority.issue_cert(PUBLIC), url)[0].page.body == b"secure"
    assert _travel(authority, authority.issue_cert(OTHER), url)[0].reason == "upstream_error"


def test_B16_nobody_is_trusted_because_of_a_test(authority: trustme.CA) -> None:
    """Without an injected context, it is the system's authorities that count."""
    world = World()
    context = _present(authority.issue_cert("a.test"), [])

    async def scenario() -> str:
        async with world.open({SECURE: say(respond(b"secure"))}, context):
            fetcher = Fetcher(IMPATIENT, world.network())
            with pytest.raises(Exception, match="connection to the site failed") as raised:
                await fetch_page(fetcher, "https://a.test/")
            return str(getattr(raised.value, "detail", ""))

    assert "CERTIFICATE_VERIFY_FAILED" in anyio.run(scenario)


def test_B21_a_server_without_threads_is_full() -> None:
    """Reading what the system trusts takes a thread, too."""
    world = World()

    async def scenario() -> str:
        with without_threads(), pytest.raises(EndpointError) as raised:
            await fetch_page(Fetcher(IMPATIENT, world.network()), f"https://{PUBLIC}/")
        return raised.value.reason

    assert anyio.run(scenario) == "overloaded"


def test_B10_a_page_does_not_lead_out_of_tls(authority: trustme.CA) -> None:
    """From https to http is refused, also within one host; the way up is followed."""
    certificate = authority.issue_cert("a.test")
    down = {SECURE: say(redirect("http://a.test/")), HERE: say(respond(b"plain"))}
    trip, _ = _travel(authority, certificate, sites=down)
    assert (trip.reason, trip.world.dials) == ("insecure_redirect", [SECURE])
    up = {HERE: say(redirect("https://a.test/")), SECURE: say(respond(b"secure"))}
    trip, _ = _travel(authority, certificate, "http://a.test/", up)
    assert (trip.page.body, trip.world.dials) == (b"secure", [HERE, SECURE])


def test_B19_bounds_hold_under_tls(authority: trustme.CA) -> None:
    """What is read is counted after it was decrypted."""
    large = respond(b"", f"X-A: {'x' * 70_000}")
    paths = {"/large": large, "/fits": respond(b"x" * 100_000)}
    certificate = authority.issue_cert("a.test")
    reasons = {
        path: _travel(authority, certificate, f"https://a.test{path}", {SECURE: say_paths(paths)})
        for path in paths
    }
    assert reasons["/large"][0].reason == "response_too_large"
    assert len(reasons["/fits"][0].page.body) == 100_000


def test_B20_a_plain_site_at_a_port_of_tls_is_an_error() -> None:
    """Whatever it says, it is not what was asked for."""
    sites = {(PUBLIC, 8443): say(b"HTTP/1.1 400 Bad\r\n\r\n")}
    trip = travel("https://a.test:8443/", sites, tls=None)
    assert trip.reason == "upstream_error"


def test_B20_silence_in_the_handshake_is_a_timeout() -> None:
    """A port that takes connections and says nothing."""
    world = World()

    async def scenario() -> str:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            world.wires[SECURE] = silent.getsockname()[1]
            with pytest.raises(Exception, match="silent for too long") as raised:
                await fetch_page(Fetcher(IMPATIENT, world.network()), "https://a.test/")
            return str(getattr(raised.value, "reason", ""))

    assert anyio.run(scenario) == "timeout"
