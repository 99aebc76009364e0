"""Redirects: each hop through the whole guard again, and no secret where it does not belong."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.server.raw_sites import (
    HERE,
    IMPATIENT,
    OTHER,
    PUBLIC,
    Answer,
    Trip,
    Visit,
    redirect,
    respond,
    say,
    say_paths,
    travel,
)

THERE = (OTHER, 80)
NAMES = {
    "b.test": [[OTHER]],
    "inside.test": [["10.0.0.1"]],
    "mixed.test": [[OTHER, "10.0.0.1"]],
}


def _follow(location: str, there: Answer | None = None, **settings: object) -> Trip:
    """Fetch a page that leads to `location`."""
    sites = {HERE: say_paths({"/": redirect(location)}, respond(b"here"))}
    if there:
        sites[THERE] = there
    return travel(sites=sites, names=NAMES, **settings)  # type: ignore[arg-type]  # of settings


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_page_that_has_moved_is_followed(status: int) -> None:
    """Every kind of redirect leads on, and where it ended is told."""
    sites = {HERE: say(redirect("http://b.test/x?y", status)), THERE: say(respond(b"there"))}
    trip = travel(sites=sites, names=NAMES)
    assert (trip.page.body, trip.page.url) == (b"there", "http://b.test/x?y")
    assert [visit.path for visit in trip.world.visits] == ["/", "/x?y"]
    assert trip.world.dials == [HERE, THERE]


@pytest.mark.parametrize("location", ["/x", "x", "?x", "//a.test/x", "http://a.test/x#y", "./x"])
def test_a_location_is_read_beside_its_page(location: str) -> None:
    """Relative ones are what browsers make of them."""
    assert _follow(location).page.status == 200


def test_a_location_is_sent_as_utf_8() -> None:
    """So browsers read it, whatever old standards say about headers."""
    assert _follow("/ü").page.url == "http://a.test/%C3%BC"


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/a|b?c|d", "/a%7Cb?c%7Cd"),
        ("/a b.html?q=c d", "/a%20b.html?q=c%20d"),
        ('/{a}^`"<b>', "/%7Ba%7D%5E%60%22%3Cb%3E"),
        ("http://a.test/a%20b c", "/a%20b%20c"),
        ("/a#b c", "/a"),
    ],
)
def test_a_location_may_be_written_as_browsers_take_it(location: str, path: str) -> None:
    """What should have been percent-encoded is, and then it passes the gate."""
    trip = _follow(location)
    assert [visit.path for visit in trip.world.visits] == ["/", path]
    assert trip.page.url == f"http://a.test{path}"


def test_a_location_in_another_encoding_is_read_as_it_stands() -> None:
    """Bytes that are no UTF-8 are the characters of Latin-1."""
    head = b"HTTP/1.1 302 Found\r\nLocation: /\xfc\r\nContent-Length: 0\r\n\r\n"
    trip = travel(sites=say_paths({"/": head}, respond(b"here")))
    assert trip.page.url == "http://a.test/%C3%BC"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1/", "url_blocked"),
        ("http://127.1/", "url_blocked"),
        ("http://2130706433/", "url_blocked"),
        ("http://169.254.169.254/latest/meta-data/", "url_blocked"),
        ("http://[::ffff:169.254.169.254]/", "url_blocked"),
        ("//inside.test/", "url_blocked"),
        ("//mixed.test/", "url_blocked"),
        ("file:///etc/passwd", "unsupported_scheme"),
        ("gopher://a.test/", "unsupported_scheme"),
        ("data:text/html,x", "unsupported_scheme"),
        ("javascript:alert(1)", "unsupported_scheme"),
        ("http://u:p@b.test/", "url_credentials"),
        ("http://b.test:22/", "port_not_allowed"),
        ("http://b.test:0/", "port_not_allowed"),
        ("http://b.test\\@127.0.0.1/", "invalid_redirect"),
        ("http://b.test /x", "invalid_redirect"),
        ("http://b|.test/", "invalid_redirect"),
        ("http://[::1", "invalid_redirect"),
        ("/" + "x" * 60_000, "invalid_redirect"),
        ("/" + "x" * 100_000, "response_too_large"),
        ("http://unknown.test/", "dns_failed"),
    ],
    ids=lambda value: value[:40],
)
def test_B1_B8_B9_a_page_leads_nowhere_else(location: str, reason: str) -> None:
    """Where a redirect leads is judged as if somebody had asked for it; nothing more is dialled."""
    trip = _follow(location)
    assert (trip.reason, trip.world.dials) == (reason, [HERE])


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "inside.test"])
def test_B8_it_is_the_page_that_leads_there(host: str) -> None:
    """The reason is the same as for a URL of the caller's own, the words are not."""
    trip = _follow(f"http://{host}/")
    assert str(trip.error) == (
        "url: the page redirects to an address that is not allowed; name a public address;"
        " an operator can list networks in CHANGETRACK_ALLOWED_NETWORKS"
    )
    assert trip.error is not None
    assert "lies in" in trip.error.detail


def test_B6_a_name_is_checked_at_each_hop() -> None:
    """A host that was public a moment ago may not be so at the next hop."""
    trip = travel(
        sites=say_paths({"/": redirect("/next")}), names={"a.test": [[PUBLIC], ["127.0.0.1"]]}
    )
    assert (trip.reason, trip.world.lookups) == ("url_blocked", ["a.test", "a.test"])
    assert trip.world.dials == [HERE]


def test_B9_a_loop_ends() -> None:
    """A page that leads to itself is asked as often as allowed."""
    trip = travel(sites=say(redirect("/")))
    assert (trip.reason, len(trip.world.visits)) == ("too_many_redirects", 6)


@pytest.mark.parametrize("redirects", [0, 1, 5])
def test_B9_as_many_hops_as_an_operator_allows(redirects: int) -> None:
    """One more is too many."""
    paths = {f"/{number}": redirect(f"/{number + 1}") for number in range(redirects)}
    trip = travel("http://a.test/0", say_paths(paths, respond(b"end")), redirects=redirects)
    assert (trip.page.body, len(trip.world.visits)) == (b"end", redirects + 1)
    paths[f"/{redirects}"] = redirect(f"/{redirects + 1}")
    trip = travel("http://a.test/0", say_paths(paths, respond(b"end")), redirects=redirects)
    assert trip.reason == "too_many_redirects"


@pytest.mark.parametrize(
    "response",
    [
        respond(b"page", status=302),
        respond(b"page", "Location:", status=302),
        respond(b"page", "Location: /x", status=200),
        respond(b"page", "Location: /x", status=201),
        respond(b"page", "Location: /x", status=300),
        respond(b"page", "Refresh: 0; url=/x", status=200),
    ],
)
def test_B9_what_leads_nowhere_is_a_page(response: bytes) -> None:
    """Without a Location, or with another status, an answer is what it is."""
    trip = travel(sites=say(response))
    assert (trip.page.body, len(trip.world.visits)) == (b"page", 1)


def test_B9_two_locations_are_none() -> None:
    """Unless they say the same."""
    two = respond(b"", "Location: /x", "Location: /y", status=302)
    assert travel(sites=say(two)).reason == "invalid_redirect"
    same = respond(b"", "Location: /x", "Location: /x", status=302)
    assert travel(sites=say_paths({"/": same}, respond(b"x"))).page.body == b"x"


def test_the_body_of_a_redirect_is_not_waited_for() -> None:
    """Where to go stands in the head; what follows may be endless."""
    endless = b"HTTP/1.1 302 Found\r\nLocation: /x\r\nTransfer-Encoding: chunked\r\n\r\n"
    trip = travel(sites=say_paths({"/": endless}, respond(b"x")))
    assert trip.page.body == b"x"
    assert trip.seconds < IMPATIENT.fetch_seconds


SECRETS = {
    "Authorization": "Bearer canary",
    "cookie": "session=canary",
    "Proxy-Authorization": "Basic canary",
    "Accept-Language": "de",
}


def _seen(visit: Visit) -> Mapping[str, list[str]]:
    return {name: visit.header(name) for name in SECRETS if visit.header(name)}


def test_B11_secrets_stay_with_their_origin() -> None:
    """On another host, port or scheme they are gone for good, and all else comes along."""
    paths = {"/": redirect("/same"), "/same": redirect("http://b.test/")}
    sites = {
        HERE: say_paths(paths, respond(b"back")),
        THERE: say_paths({"/": redirect("http://a.test/back")}),
    }
    trip = travel(sites=sites, names=NAMES, headers=SECRETS)
    everything = {name: [value] for name, value in SECRETS.items()}
    assert [(visit.path, _seen(visit)) for visit in trip.world.visits] == [
        ("/", everything),
        ("/same", everything),
        ("/", {"Accept-Language": ["de"]}),
        ("/back", {"Accept-Language": ["de"]}),
    ]


def test_B11_another_port_is_another_origin() -> None:
    """Two servers of one host are two."""
    sites = {HERE: say(redirect("http://a.test:8080/")), (PUBLIC, 8080): say(respond(b"x"))}
    trip = travel(sites=sites, headers=SECRETS)
    assert _seen(trip.world.visits[1]) == {"Accept-Language": ["de"]}
