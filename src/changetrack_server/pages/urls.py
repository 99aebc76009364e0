"""Where a page's addresses lead: read as a browser reads them, absolute, and never to a script."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

__all__ = ["UrlResolver", "is_web_url", "resolve_base"]

_CONTROLS = "".join(map(chr, range(0x21)))
_REMOVED = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# What leads somewhere. Everything else runs (javascript), holds what it shows (data) or names
# something in this browser only (blob, chrome).
_WEB = frozenset({"http", "https"})
_HARMLESS = frozenset({"ftp", "geo", "mailto", "sms", "tel"})
# What a URL may not hold as it is; browsers write it in percents.
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\"<>\\^`{|}]|\s")
# What browsers and proxies agree on.
_LONGEST = 2_048
# A base of 2,048 characters before every one of 100,000 short links would make 200 MB of a small
# page. Real pages grow by less than half of this.
_GROWTH = 8
_SPARE = 65_536


class UrlResolver:
    """Resolves the addresses of one page, as long as the page does not outgrow itself by that."""

    def __init__(self, base_url: str, page_chars: int) -> None:
        self._base = base_url
        self._spare = _SPARE + _GROWTH * page_chars

    @property
    def is_spent(self) -> bool:
        """Whether the page has outgrown itself; nothing is resolved any more."""
        return self._spare < 0

    def resolve(self, raw: str, *, web_only: bool = False) -> str | None:
        """Return the address as an absolute one, or None where there is none to follow.

        With `web_only` only http and https count; otherwise `mailto:` and the like do, too.
        """
        target = read_target(raw)
        if not target or len(target) > _LONGEST or self.is_spent:
            return None
        url = _join(self._base, target)
        if len(url) > _LONGEST or not _leads_somewhere(url, web_only=web_only):
            return None
        self._spare -= len(url) - len(target)
        return write_url(url)


def resolve_base(page_url: str, declared: str | None) -> str:
    """Return what a page's links are relative to: its address, or what its `base` declares."""
    if declared is None:
        return page_url
    base = _join(page_url, read_target(declared))
    return base if len(base) <= _LONGEST and is_web_url(base) else page_url


def read_target(raw: str) -> str:
    r"""Return an address as browsers read it: without the characters that they skip.

    >>> read_target(" \x01java\nscript:alert(1)")
    'javascript:alert(1)'
    """
    target = raw.translate(_REMOVED).strip(_CONTROLS)
    scheme = _SCHEME.match(target)
    if "\\" in target and (scheme is None or scheme[0][:-1].lower() in _WEB):
        # In the address of a web page a backslash is a slash, but not in its query.
        end = min((at for at in (target.find("?"), target.find("#")) if at >= 0), default=None)
        path = target[:end].replace("\\", "/")
        return path if end is None else path + target[end:]
    return target


def write_url(url: str) -> str:
    """Return a URL without characters that end it in text.

    >>> write_url("https://example.com/a b?q=<é>")
    'https://example.com/a%20b?q=%3Cé%3E'
    """
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), url)


def is_web_url(url: str) -> bool:
    """Return whether this is an absolute http or https URL.

    >>> is_web_url("HTTPS://example.com"), is_web_url("https:x"), is_web_url("mailto:a@b.c")
    (True, False, False)
    """
    try:
        parts = urlsplit(url)
        return parts.scheme in _WEB and bool(parts.hostname)
    except ValueError:  # such as an unclosed bracket in the host
        return False


def _leads_somewhere(url: str, *, web_only: bool) -> bool:
    if is_web_url(url):
        return True
    scheme = _SCHEME.match(url)
    if web_only or (scheme is not None and scheme[0][:-1].lower() in _WEB):
        return False
    # Without an address of its own a page has relative links, and they stay so.
    return scheme is None or scheme[0][:-1].lower() in _HARMLESS


def _join(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:  # as above
        return target
