"""How far a crawl reaches: the one spelling of each address, and which addresses belong to it.

A crawl stays on the host of its root (with or without `www.`, over http or https), and below the
root's path unless `include_paths` say where else it may go. The patterns are strangers', so they
run on the linear engine of the library, within a budget of steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from changetrack._schema.metering import Meter
from changetrack._schema.patterns import Program, compile_pattern
from changetrack.errors import InvalidOption, InvalidSchema
from changetrack.monitor.models import Crawl

__all__ = ["Reach", "check_patterns", "make_reach", "spell_url"]

# What browsers and proxies agree on.
_MOST_CHARS = 2_048
_PORTS = {"http": 80, "https": 443}
# Written as it is: RFC 3986 lets all of these stand in a path or a query, and % is what is escaped.
_SAFE = "%/:@!$&'()*+,;=~?[]"
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")

# What holds no text to compare, and is often large. Documents such as PDF are pages.
_NO_PAGES = frozenset(
    {
        *("avif", "bmp", "gif", "heic", "ico", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp"),
        *("7z", "bz2", "dmg", "exe", "gz", "iso", "jar", "msi", "rar", "tar", "tgz", "xz", "zip"),
        *("aac", "avi", "flac", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg", "mpg", "ogg"),
        *("oga", "ogv", "wav", "webm", "wma", "wmv", "apk", "bin", "deb", "pkg", "rpm"),
        *("css", "eot", "js", "map", "mjs", "otf", "ttf", "wasm", "woff", "woff2"),
    }
)
# The longest of them, with its dot.
_MOST_SUFFIX = 6
# What a root may end in that is a page itself, and not the folder of others.
_DOCUMENTS = frozenset({"asp", "aspx", "cgi", "htm", "html", "jsp", "php", "shtml", "xhtml"})


def check_patterns(patterns: Sequence[str], path: str) -> None:
    """Check that patterns for paths can be used.

    Raises:
        InvalidOption: one is no regular expression, or none that runs in linear time.
    """
    for index, pattern in enumerate(patterns):
        _compile(pattern, f"{path}[{index}]")


def _compile(pattern: str, path: str) -> Program:
    try:
        return compile_pattern(pattern)
    except InvalidSchema as error:
        raise InvalidOption(error.problem, error.remedy, path) from None


def spell_url(url: str, *, ignore_query: bool = False) -> str | None:
    """Return the one spelling of a web page's address, without a fragment; None if it is none.

    >>> spell_url("HTTP://Example.com:80/a/../%7eb?#top")
    'http://example.com/~b'
    """
    parts = _split(url)
    return None if parts is None else _join(parts, ignore_query=ignore_query)


def _split(url: str) -> SplitResult | None:
    if len(url) > _MOST_CHARS:
        return None
    try:
        parts = urlsplit(url.strip())
        is_page = parts.scheme in _PORTS and parts.hostname and parts.username is None
        _ = parts.port
    except ValueError:  # an unclosed bracket in the host, or a port that is none
        return None
    return parts if is_page else None


def _join(parts: SplitResult, *, ignore_query: bool) -> str:
    path = _escape(parts.path) or "/"
    if "/." in path and not path.startswith("//"):
        path = urljoin("/", path)
    query = "" if ignore_query or not parts.query else f"?{_escape(parts.query)}"
    return f"{parts.scheme}://{_spell_host(parts)}{path}{query}"


def _escape(text: str) -> str:
    """Return a path or a query in its one spelling (RFC 3986 section 6.2.2)."""
    text = quote(text, safe=_SAFE, errors="replace")
    return _ESCAPE.sub(_escape_one, text) if "%" in text else text


def _escape_one(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()


def _spell_host(parts: SplitResult) -> str:
    name = _name_host(parts)
    host = f"[{name}]" if ":" in name else name
    port = parts.port
    return host if port in {None, _PORTS[parts.scheme]} else f"{host}:{port}"


def _name_host(parts: SplitResult) -> str:
    """Return a host in lower case and ASCII, as pages that were fetched spell it."""
    name = (parts.hostname or "").rstrip(".")
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:  # no name at all; it belongs to no site either
        return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where a crawl may go; made once by `make_reach`."""

    host: str
    port: int | None
    scheme: str
    # The path of the root without its last slash; empty: the whole site.
    path: str
    crawl: Crawl
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    programs: dict[str, Program]

    def open_meter(self, steps: int) -> Meter:
        """Return what counts the work of patterns, and remembers what they worked out."""
        return Meter(self.programs, steps)

    def find_page(self, url: str, meter: Meter) -> str | None:
        """Return the one spelling of an address that belongs to the crawl; None if it does not.

        Raises:
            StepsSpentError: the patterns take too much work.
        """
        parts = _split(url)
        if parts is None or not self._is_on_site(parts):
            return None
        if self.scheme == "https" and parts.scheme == "http" and parts.port in {None, 80}:
            # Browsers do the same: one page shall not be two because of an old link.
            parts = parts._replace(scheme="https", netloc=parts.netloc.removesuffix(":80"))
        page = _join(parts, ignore_query=self.crawl.ignore_query)
        path = urlsplit(page).path
        is_wanted = not _is_file(path) and self._includes(path, meter)
        return page if is_wanted and not _matches(self.excludes, path, meter) else None

    def _is_on_site(self, parts: SplitResult) -> bool:
        host = _name_host(parts).removeprefix("www.")
        if host != self.host:
            is_below = host.endswith(f".{self.host}")
            return self.crawl.allow_subdomains and is_below and _read_port(parts) == self.port
        return _read_port(parts) == self.port

    def _includes(self, path: str, meter: Meter) -> bool:
        if self.includes:
            return _matches(self.includes, path, meter)
        return path.startswith(f"{self.path}/") or path == (self.path or "/")


def make_reach(root: str, crawl: Crawl) -> Reach:
    """Return where a crawl from a root may go.

    Raises:
        InvalidOption: the root is no address of a web page, or a pattern cannot be used.
    """
    parts = _split(root)
    if parts is None:
        raise InvalidOption("this is no address of a web page", "send an http or https URL", "url")
    path = urlsplit(_join(parts, ignore_query=True)).path
    if path.rpartition(".")[2].lower() in _DOCUMENTS:
        # What stands beside /docs/index.html is below the root as well.
        path = path.rpartition("/")[0]
    places = (("includePaths", crawl.include_paths), ("excludePaths", crawl.exclude_paths))
    programs = {
        pattern: _compile(pattern, f"{place}[{index}]")
        for place, patterns in places
        for index, pattern in enumerate(patterns)
    }
    return Reach(
        host=_name_host(parts).removeprefix("www."),
        port=_read_port(parts),
        scheme=parts.scheme,
        path=path.rstrip("/"),
        crawl=crawl,
        includes=crawl.include_paths,
        excludes=crawl.exclude_paths,
        programs=programs,
    )


def _read_port(parts: SplitResult) -> int | None:
    """Return the port, or None for the usual one of either scheme: they are one site."""
    return None if parts.port in {None, _PORTS[parts.scheme]} else parts.port


def _is_file(path: str) -> bool:
    name = path[-_MOST_SUFFIX:].rpartition("/")[2]
    return "." in name and name.rpartition(".")[2].lower() in _NO_PAGES


def _matches(patterns: Iterable[str], path: str, meter: Meter) -> bool:
    """Tell whether a pattern matches a path, as it is sent or as people read it."""
    spellings = [path, unquote(path)] if "%" in path else [path]
    return any(meter.search(pattern, text) for pattern in patterns for text in spellings)
