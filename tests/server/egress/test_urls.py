"""The gate: what is a URL that may be fetched, and what it is in its one spelling."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from changetrack_server.egress.addresses import read_policy
from changetrack_server.egress.urls import (
    Target,
    blame_redirect,
    follow_redirect,
    parse_target,
    read_target,
)
from changetrack_server.errors import EndpointError
from changetrack_server.settings import Settings
from tests.strategies.hostile_text import HOSTILE

POLICY = read_policy(Settings())
PAGE = Target(scheme="https", host="a.test", port=443, path="/b/c?d")


def _refusal(url: str) -> str:
    with pytest.raises(EndpointError) as raised:
        read_target(url, POLICY)
    return raised.value.reason


SHAPES = [
    *((url, "unsupported_scheme") for url in (
        "file:///etc/passwd", "ftp://a.test/", "gopher://a.test/", "javascript:alert(1)",
        "data:text/html,x", "//a.test/", "unix:/run/x.sock", "a.test", "a.test:80/x", "/x", "",
        "httpx://a.test/", "ws://a.test/", "://a.test", "view-source:http://a.test/",
    )),
    *((url, "url_credentials") for url in (
        "http://u:p@a.test/", "http://@a.test/", "http://u@a.test/", "http://:p@a.test/",
        "http://a.test@127.0.0.1/", "http://a.test:80@127.0.0.1/",
    )),
    *((url, "port_not_allowed") for url in (
        "http://a.test:22/", "http://a.test:25/", "http://a.test:6379/", "http://a.test:11211/",
        "http://a.test:99999/", "http://a.test:0/", "http://a.test:000/", "https://a.test:0/",
        "http://a.test:" + "8" * 2000,
    )),
    *((url, "invalid_url") for url in (
        "http://a.test\\@127.0.0.1/", "http://a.test/\r\nHost: b", "http:///x", "http://a b/",
        "http://[::1", "http://[fe80::1%25eth0]/", "http://a.test/\t", "http://a.test/\x00",
        "http://a%00b/", "http://a..b/", "http://.a/", "http://", "http://a.test:+80/",
        "http://a.test:８０/", "http://a.test:8_0/", "http://a.test:-1/", "http://[::1]80/",
        "http://[::1]x/", "http://a[::1]/", "http://a:b:80/", "http:a.test", "http:/a.test/",
        "http://1.2.3.04/", "http://1.2.3.04./", "http://1.2.3.256/", "http://a.test/{x}",
        "http://a.test/|", "http://a.test/^", "http://a.test/`", 'http://a.test/"', "http://a<b>/",
        "http://a.test/\x7f", "http://a.test/\x85", "http://a.test/\ud800", "http://a,b/",
        "http://" + "a" * 64 + ".test/", "http://" + "a." * 127 + "test/", " http://a.test/",
        "http://%6c%6f%63alhost/", "http://①②⑦.⓪.⓪.①/", "http://１２７.0.0.1/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
        "http://[v1.a]/", "http://ａ/",
    )),
    *((url, "url_blocked") for url in (
        "http://127.0.0.1/", "http://127.0.0.1./", "http://127。0。0。1/", "http://[::1]/",
        "https://[::ffff:7f00:1]/", "http://0.0.0.0/", "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/", "http://127.0.0.1:8080/", "HTTP://127.0.0.1",
    )),
    ("http://a.test/" + "x" * 3000, "url_too_long"),
    # It grows when it is percent-encoded, and would not pass again.
    ("http://a.test/" + "é" * 500, "url_too_long"),
    # The first of several faults is named: length, characters, scheme, user, host, port.
    ("file://u@a.test:22/" + "\n" * 3000, "url_too_long"),
    ("file://u@a.test:22/\n", "invalid_url"),
    ("file://u@a.test:22/", "unsupported_scheme"),
    ("http://u@127.0.0.1:22/", "url_credentials"),
    ("http://127.0.0.1:22/", "port_not_allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "reason"), SHAPES, ids=lambda value: ascii(value)[:50])
def test_B1_B2_B12_B13_B14_a_url_that_is_not_fetched(url: str, reason: str) -> None:
    """Each shape is refused for its own reason, before anything is resolved or dialled."""
    assert _refusal(url) == reason


READ = [
    ("http://a.test", "http a.test 80 /", "http://a.test/"),
    ("HTTPS://A.Test:443/B?c#d", "https a.test 443 /B?c", "https://a.test/B?c"),
    ("http://a.test:8080/", "http a.test 8080 /", "http://a.test:8080/"),
    ("http://a.test:443/", "http a.test 443 /", "http://a.test:443/"),
    ("http://a.test:/", "http a.test 80 /", "http://a.test/"),
    ("http://a.test.../", "http a.test 80 /", "http://a.test/"),
    ("http://a.test?b=c", "http a.test 80 /?b=c", "http://a.test/?b=c"),
    ("http://a.test/?", "http a.test 80 /?", "http://a.test/?"),
    ("http://a.test/b/../c/./d", "http a.test 80 /c/d", "http://a.test/c/d"),
    ("http://a.test/é%2f%zz", "http a.test 80 /%C3%A9%2f%zz", "http://a.test/%C3%A9%2f%zz"),
    ("http://Müller.test/", "http xn--mller-kva.test 80 /", "http://xn--mller-kva.test/"),
    ("http://a_b.test/", "http a_b.test 80 /", "http://a_b.test/"),
    ("http://a.test/@x:y@z", "http a.test 80 /@x:y@z", "http://a.test/@x:y@z"),
    ("http://8.8.8.8/", "http 8.8.8.8 80 /", "http://8.8.8.8/"),
    ("http://8.8.8.8./", "http 8.8.8.8 80 /", "http://8.8.8.8/"),
    ("http://127.1/", "http 127.1 80 /", "http://127.1/"),
    (
        "https://[2606:4700:4700:0:0:0:0:1111]:8443/",
        "https 2606:4700:4700::1111 8443 /",
        "https://[2606:4700:4700::1111]:8443/",
    ),
]


@pytest.mark.parametrize(("url", "parts", "canonical"), READ)
def test_a_url_is_read_into_its_one_spelling(url: str, parts: str, canonical: str) -> None:
    """Case, default ports, dots, dot segments and fragments make no difference."""
    scheme, host, port, path = parts.split(" ")
    target = read_target(url, POLICY)
    assert target == Target(scheme=scheme, host=host, port=int(port), path=path)
    assert (target.origin, target.url) == ((scheme, host, int(port)), canonical)


def test_a_listed_network_passes_on_the_ports_of_the_web_only() -> None:
    """An operator's network is no licence to talk to its databases."""
    policy = replace(POLICY, networks=(ip_network("127.0.0.0/8"),))
    assert read_target("http://127.0.0.1:8080/", policy).port == 8080
    with pytest.raises(EndpointError) as raised:
        read_target("http://127.0.0.1:6379/", policy)
    assert raised.value.reason == "port_not_allowed"


@pytest.mark.parametrize(
    ("ports", "remedy"),
    [
        ((80, 443, 8080, 8443), "use 80, 443, 8080 or 8443"),
        ((80, 443), "use 80 or 443"),
        ((80,), "use 80"),
    ],
)
def test_the_remedy_lists_the_ports_of_the_settings(ports: tuple[int, ...], remedy: str) -> None:
    """What an operator has set is what a caller is told."""
    with pytest.raises(EndpointError) as raised:
        read_target("http://a.test:22/", replace(POLICY, ports=ports))
    assert raised.value.remedy == remedy


def test_B35_a_blocked_literal_is_explained_to_the_operator_only() -> None:
    """The text says that it is not allowed; the log says which network it lies in."""
    with pytest.raises(EndpointError) as raised:
        read_target("http://[64:ff9b::7f00:1]/", POLICY)
    error = raised.value
    assert error.detail == "64:ff9b::7f00:1: 127.0.0.1 lies in 127.0.0.0/8"
    assert str(error) == (
        "the address is not allowed; name a public address;"
        " an operator can list networks in CHANGETRACK_ALLOWED_NETWORKS"
    )


REDIRECTS = [
    ("/x", "https://a.test/x"),
    ("x?y#z", "https://a.test/b/x?y"),
    ("?y", "https://a.test/b/c?y"),
    ("//b.test/x", "https://b.test/x"),
    ("https://b.test:8443", "https://b.test:8443/"),
    ("/ü", "https://a.test/%C3%BC"),
    ("../../../x", "https://a.test/x"),
    ("http://b.test/", "insecure_redirect"),
    ("http://127.0.0.1/", "url_blocked"),
    ("//169.254.169.254/", "url_blocked"),
    ("https://[::ffff:169.254.169.254]/", "url_blocked"),
    ("file:///etc/passwd", "unsupported_scheme"),
    ("javascript:alert(1)", "unsupported_scheme"),
    ("https://u:p@b.test/", "url_credentials"),
    ("https://b.test:22/", "port_not_allowed"),
    ("https://b.test\\@c.test/", "invalid_redirect"),
    ("https://b.test/ x", "https://b.test/%20x"),
    ("/a|b c?d|e f#g h", "https://a.test/a%7Cb%20c?d%7Ce%20f"),
    ('x^`{y}?"<z>', "https://a.test/b/x%5E%60%7By%7D?%22%3Cz%3E"),
    ("x y:z", "https://a.test/b/x%20y:z"),
    ("https:/ /b.test/", "https://a.test/%20/b.test/"),
    ("javascript:alert(1 | 2)", "unsupported_scheme"),
    ("https://b.test /", "invalid_redirect"),
    ("https://b|c.test/", "invalid_redirect"),
    ("https://b.test|/", "invalid_redirect"),
    ("//b.test:80{}/", "invalid_redirect"),
    ('https://b.test"@c.test/', "invalid_redirect"),
    ("https://b.test/\\c", "invalid_redirect"),
    ("https://b.test/?\t", "invalid_redirect"),
    ("/" + "|" * 1000, "invalid_redirect"),
    ("https://b.test/\x00", "invalid_redirect"),
    ("https://[::1", "invalid_redirect"),
    ("https://b..test/", "invalid_redirect"),
    ("https://b.test:x/", "invalid_redirect"),
    ("/" + "x" * 3000, "invalid_redirect"),
    ("/" + "é" * 1000, "invalid_redirect"),
]


@pytest.mark.parametrize(("location", "expected"), REDIRECTS, ids=lambda value: ascii(value)[:40])
def test_B8_B9_B10_where_a_page_leads(location: str, expected: str) -> None:
    """A Location is joined to its page and passes the whole gate again."""
    try:
        found = follow_redirect(PAGE, location, POLICY).url
    except EndpointError as error:
        found = error.reason
    assert found == expected


def test_a_page_may_lead_from_http_to_https() -> None:
    """Only the way down is refused."""
    page = replace(PAGE, scheme="http", port=80)
    assert follow_redirect(page, "https://a.test/", POLICY).url == "https://a.test/"
    assert follow_redirect(page, "http://b.test/", POLICY).url == "http://b.test/"


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("//127.0.0.1/", "the page redirects to an address that is not allowed"),
        ("ftp://b.test/", "the page redirects to what is neither http nor https"),
        ("//u@b.test/", "the page redirects to a URL with a user name or password"),
        ("//b.test:22/", "the page redirects to a port that is not one of the web's"),
        ("//b..test/", "the page redirects to no URL"),
    ],
)
def test_B8_a_redirect_is_blamed_on_the_page(location: str, problem: str) -> None:
    """Who sent a good URL is not told that it is a bad one."""
    with pytest.raises(EndpointError) as raised:
        follow_redirect(PAGE, location, POLICY)
    assert raised.value.problem == problem


CANARY = "s3cret"


@pytest.mark.parametrize(
    "url",
    [
        f"http://host:{CANARY}/",
        f"http://[{CANARY}]/",
        f"http://{CANARY}\u0600.test/",
        f"http://a.test/{CANARY}\ud800",
        f"http://a.test:80:{CANARY}/",
        f"http://{CANARY}:{CANARY}@a.test/",
        f"{CANARY}://a.test/",
        f"http://a.test/{CANARY} {CANARY}",
        f"http://a.test:22/{CANARY}",
        f"http://127.0.0.1/{CANARY}?{CANARY}",
    ],
    ids=ascii,
)
def test_B35_the_log_shows_no_piece_of_a_url(url: str) -> None:
    """What parsers say quotes what they read; what is written down names the kind of error only."""
    with pytest.raises(EndpointError) as asked:
        read_target(url, POLICY)
    with pytest.raises(EndpointError) as led:
        follow_redirect(PAGE, url.replace(" ", "\n"), POLICY)
    for error in (asked.value, led.value):
        assert CANARY not in f"{error} {error.detail}"


def test_B35_the_log_names_the_kind_of_error() -> None:
    """It is one of the parser's."""
    with pytest.raises(EndpointError) as asked:
        read_target("http://host:s3cret/", POLICY)
    with pytest.raises(EndpointError) as led:
        follow_redirect(PAGE, "//host:s3cret/", POLICY)
    assert (asked.value.detail, led.value.detail) == ("InvalidURL", "InvalidURL")


def test_other_errors_are_nobodys_redirect() -> None:
    """A timeout is a timeout wherever it happens."""
    error = EndpointError("timeout", detail="x")
    assert blame_redirect(error) is error


urls = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}://{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp"]),
        st.one_of(
            st.from_regex(r"[a-zA-Z0-9._-]{0,20}", fullmatch=True),
            st.ip_addresses(v=4).map(str),
            st.ip_addresses(v=6).map("[{}]".format),
            st.text(max_size=12),
        ),
        st.one_of(st.just(""), st.integers(-5, 70_000).map(":{}".format), st.text(max_size=3)),
        st.one_of(
            st.text(max_size=30).map("/{}".format),
            st.text(alphabet="/.?#%2eEfF@:;=&é \\|{}^<>", max_size=30).map("/{}".format),
            st.sampled_from(HOSTILE).map("/{}".format),
        ),
    ),
)


@given(urls)
@example("http://a.test/" + "é" * 300)
@example("http://1.2.3.04./")
@example("http://a.test/%")
def test_any_text_is_refused_or_has_one_spelling(text: str) -> None:
    """The gate gives a target whose URL passes again unchanged, or says why not; nothing else."""
    try:
        target = read_target(text, POLICY)
    except EndpointError:
        return
    assert read_target(target.url, POLICY) == target
    assert target.url.isascii()
    assert httpx2.URL(target.url).raw_path.decode() == target.path


@given(urls, urls)
def test_any_location_leads_to_a_target_or_nowhere(page: str, location: str) -> None:
    """Whatever a page says, what is followed passes the gate."""
    try:
        target = follow_redirect(parse_target(page), location, POLICY)
    except EndpointError:
        return
    assert read_target(target.url, POLICY) == target
