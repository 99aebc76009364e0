"""The gate that every URL passes before anything is done about it: from text to a target, pure.

Characters over which parsers disagree are refused before one sees them. Then there is one parser,
and what it found is all that is used: the request, the dialled name and the canonical URL are made
of the same fields, so no part of the server can read a URL differently from another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple

import httpx2

from changetrack_server.errors import EndpointError

if TYPE_CHECKING:
    from changetrack_server.egress.addresses import Policy

__all__ = [
    "Origin",
    "Target",
    "blame_redirect",
    "follow_redirect",
    "is_address",
    "parse_target",
    "read_target",
]

# Browsers take more, proxies and servers often less; RFC 9110 asks for 8,000, but no page needs it.
MAX_CHARS = 2048
# A name in the DNS.
MAX_HOST_CHARS = 253
DEFAULT_PORTS = {"http": 80, "https": 443}

# Controls, the space, and what one parser takes for a slash, a host or an end and another does not.
_REFUSED = re.compile(r'[\x00-\x20\x7f-\x9f\\<>"^`{|}]')
# Of these, what real sites write into a Location all the same, and browsers follow.
_RAW = re.compile(r'[ <>"^`{|}]')
# A Location up to its path.
_BEFORE_PATH = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?")
# What stands between // and the path, for any parser; and how it may look.
_AUTHORITY = re.compile(r"[^:/?#]+://([^/?#]*)")
_HOST_AND_PORT = re.compile(r"(?:\[[^\[\]]*\]|[^\[\]:]*)(?::[0-9]*)?")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
# What looks like this is an IPv4 address, or wrong: 127.0.0.01 is another address to every reader.
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+){3}")

# The words of a fault when it is not the caller's URL that is wrong but where the page leads.
_REDIRECTED = {
    "url_blocked": "the page redirects to an address that is not allowed",
    "unsupported_scheme": "the page redirects to what is neither http nor https",
    "url_credentials": "the page redirects to a URL with a user name or password",
    "port_not_allowed": "the page redirects to a port that is not one of the web's",
    "dns_failed": "the page redirects to a host that has no address",
    "robots_disallowed": "the page redirects to one that robots.txt does not allow",
}
# And what a wrong Location is, whatever is wrong with it.
_NO_URL = {"invalid_url", "url_too_long"}


class Origin(NamedTuple):
    """Whom a request talks to; what is secret stays with one."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes. The host is in lower case and ASCII, an IPv6 address without brackets.

    `path` is the path and the query as they are sent.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> Origin:
        """Whom the request talks to."""
        return Origin(self.scheme, self.host, self.port)

    @property
    def authority(self) -> str:
        """The host as URLs and the Host header have it, with a port unless it is the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The one spelling of the URL, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def read_target(text: str, policy: Policy) -> Target:
    """Return the target of a URL that somebody wants to have fetched.

    A name is not resolved here; an address that stands in the URL itself is checked.

    Raises:
        EndpointError: it is not the URL of anything that may be fetched.
    """
    target = parse_target(text)
    if not policy.has_port(target.port):
        *most, last = map(str, policy.ports)
        listed = f"{', '.join(most)} or {last}" if most else last
        raise EndpointError("port_not_allowed", remedy=f"use {listed}")
    if is_address(target.host):
        block = policy.find_block(target.host)
        if block is not None:
            raise EndpointError("url_blocked", detail=f"{target.host}: {block}")
    return target


def parse_target(text: str) -> Target:
    """Return the target of any http URL, allowed or not.

    Raises:
        EndpointError: it is not one, or it holds a user name or a password.
    """
    if len(text) > MAX_CHARS:
        raise EndpointError("url_too_long")
    if _REFUSED.search(text):
        problem = "the URL holds a character that no URL has"
        raise EndpointError("invalid_url", problem=problem, remedy="percent-encode it")
    url = _parse(text)
    if not url.scheme and not text.startswith("/"):
        problem = "the URL has no scheme"
        raise EndpointError("unsupported_scheme", problem=problem, remedy="begin it with https://")
    if url.scheme not in DEFAULT_PORTS:
        raise EndpointError("unsupported_scheme")
    found = _AUTHORITY.match(text)
    authority = found[1] if found else ""
    # Also where the parser sees no user: http://@a/ is written to look like what it is not.
    if url.userinfo or "@" in authority:
        raise EndpointError("url_credentials")
    if not _HOST_AND_PORT.fullmatch(authority):
        raise EndpointError("invalid_url")
    target = Target(
        scheme=url.scheme,
        host=_read_host(url.raw_host.decode("ascii")),
        # A port of 0 is no absent one.
        port=DEFAULT_PORTS[url.scheme] if url.port is None else url.port,
        path=url.raw_path.decode("ascii"),
    )
    # What was percent-encoded on the way has grown.
    if len(target.url) > MAX_CHARS:
        raise EndpointError("url_too_long")
    return target


def follow_redirect(current: Target, location: str, policy: Policy) -> Target:
    """Return the target that a page redirects to.

    More than a caller's URL, a Location is what it is: the page cannot be asked to spell it better.

    Raises:
        EndpointError: it is not allowed to, or it redirects to no URL.
    """
    if len(location) > MAX_CHARS:
        raise EndpointError("invalid_redirect")
    location = _escape_path(location)
    if _REFUSED.search(location):
        raise EndpointError("invalid_redirect")
    try:
        joined = str(httpx2.URL(current.url).join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        raise EndpointError("invalid_redirect", detail=type(error).__name__) from error
    try:
        target = read_target(joined, policy)
    except EndpointError as error:
        raise blame_redirect(error) from error
    if (current.scheme, target.scheme) == ("https", "http"):
        raise EndpointError("insecure_redirect")
    return target


def blame_redirect(error: EndpointError) -> EndpointError:
    """Return an error in words that say that the page led there, not the caller."""
    if error.reason in _NO_URL:
        return EndpointError("invalid_redirect", detail=error.detail)
    if error.reason not in _REDIRECTED:
        return error
    return EndpointError(
        error.reason,
        error.path,
        problem=_REDIRECTED[error.reason],
        remedy=error.remedy,
        detail=error.detail,
    )


def _escape_path(location: str) -> str:
    """Return a Location that is percent-encoded where it must be, after the host only.

    About a host, no two parsers shall disagree.
    """
    before = _BEFORE_PATH.match(location)
    at = before.end() if before else 0
    return location[:at] + _RAW.sub(lambda found: f"%{ord(found[0]):02X}", location[at:])


def _parse(text: str) -> httpx2.URL:
    try:
        return httpx2.URL(text)
    # A lone surrogate in the path is a ValueError: no UTF-8 carries it.
    except (httpx2.InvalidURL, ValueError) as error:
        # Its words would quote the URL, and may be a password that stands where a port should.
        raise EndpointError("invalid_url", detail=type(error).__name__) from error


def _read_host(raw: str) -> str:
    """Return a host as it is dialled: a name, or an address in its one spelling."""
    host = raw.rstrip(".")
    if ":" in host and "%" not in host:
        return str(ip_address(host))
    if len(host) > MAX_HOST_CHARS or not _NAME.fullmatch(host):
        raise EndpointError("invalid_url", problem="the URL has no host, or one that cannot be")
    if _DOTTED.fullmatch(host) and not is_address(host):
        raise EndpointError("invalid_url", problem="the URL's host is not an address")
    return host


def is_address(host: str) -> bool:
    """Tell whether a host is an address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
