"""Where links and images lead: absolute where a base is known, and never to a script.

A target is first read as a browser reads it, so that no spelling hides its scheme, and then written
so that a Markdown reader sees exactly that.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote, urljoin, urlsplit

# Scripts, and what holds its content instead of leading to it; `blob:` names change every visit.
_REFUSED = re.compile(r"(?:[a-z][a-z0-9+.-]*:)*?(?:javascript|vbscript|data|blob):", re.IGNORECASE)
_CONTROLS = "".join(map(chr, range(0x21)))
_REMOVED = str.maketrans("", "", "\t\n\r")
# What ends a target, means something else in it or needs a backslash: parentheses, too, because
# simple readers stop at the first one.
_UNSAFE = re.compile(r'[\x00-\x20\x7f-\x9f<>()\\"`|]|\s')
_ENTITY = re.compile(r"&(?=#?[0-9A-Za-z]{1,32};)")
_LONGEST_BASE = 2_048  # what Limits allows a URL
# A base of 2,048 characters before every one of 100,000 short links would make 200 MB of a small
# page. Real pages grow by less than half of this.
_GROWTH = 8
_SPARE = 65_536


class LinkResolver:
    """Resolves the targets of one page."""

    def __init__(self, base_url: str | None, declared: str | None, page_chars: int) -> None:
        self._base = _usable_base(read_target(base_url or ""))
        if declared is not None:
            self._base = _usable_base(_join(self._base, read_target(declared))) or self._base
        self._spare = _SPARE + _GROWTH * page_chars

    def resolve(self, raw: str | None) -> str | None:
        """Return the target as it stands in Markdown, or None where there is none to follow."""
        target = read_target(raw or "")
        if not target or _is_refused(target):
            return None
        joined = _join(self._base, target) if self._base and self._spare >= 0 else target
        self._spare -= len(joined) - len(target)
        if self._spare < 0:
            joined = target
        return write_target(joined)


def read_target(raw: str) -> str:
    r"""Return a target as browsers read it: without the characters that they skip.

    >>> read_target(" \x01java\nscript:alert(1)")
    'javascript:alert(1)'
    """
    return raw.translate(_REMOVED).strip(_CONTROLS)


def write_target(target: str) -> str:
    """Return a target as it stands in Markdown.

    >>> write_target("https://example.com/a (b).html?x=1&copy;")
    'https://example.com/a%20%28b%29.html?x=1&amp;copy;'
    """
    return _ENTITY.sub("&amp;", _UNSAFE.sub(lambda found: quote(found[0], safe=""), target))


def _is_refused(target: str) -> bool:
    # Markdown readers decode entities in a target; ours are written so that they cannot, but not
    # everybody reads what we wrote with care.
    if _REFUSED.match(target):
        return True
    try:
        return bool(_REFUSED.match(read_target(unescape(target))))
    except ValueError:  # a character number of more digits than Python converts
        return True


def _usable_base(url: str) -> str:
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    usable = scheme in {"", "http", "https"} and len(url) <= _LONGEST_BASE
    return url if usable else ""


def _join(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:  # such as an unclosed bracket in the host
        return target
