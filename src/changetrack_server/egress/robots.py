"""What a robots.txt lets us fetch (RFC 9309): pure, from bytes to rules, from a path to yes or no.

Our own, because the file comes from strangers. The known parser keeps every group for every agent:
56 KB of agents and rules took it 3.9 s and 290 MB, and twice as much takes four times as long. Here
only the rules of one agent are kept. A path meets plain rules by look-up, however many there are,
and rules with `*` within a budget of work, counted in steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

__all__ = ["Rules", "list_sitemaps", "name_agent", "parse_robots"]

# What RFC 9309 asks to be read of one.
MAX_BYTES = 500 * 1024
# The longest path that the gate lets pass; a rule that is longer fits none.
MAX_PATH = 2048
# For one path, about 40 ms. A real file needs a thousandth of it; one that needs more is made to
# cost, and forbids everything.
MAX_STEPS = 12_000_000
# Where a part of a rule begins, beside the characters that are searched for it.
STEPS_A_PART = 64

# What a rule and a part of one take in memory, beside their characters; measured, and rounded up.
_RULE_BYTES = 100
_PART_BYTES = 64

_AGENT = "user-agent"
_ALLOW = "allow"
# Spelled as people spell them, and as the parser of the largest search engine has learnt to.
_KEYS = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), _AGENT),
    "allow": _ALLOW,
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow"), "disallow"),
}
_LINE = re.compile(rf"^[ \t]*({'|'.join(_KEYS)})[ \t]*:([^#\n]*)", re.IGNORECASE | re.MULTILINE)
# Belongs to no group, wherever it stands (sitemaps.org).
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
# An escape, or what is never sent without one.
_ESCAPE = re.compile(r"""%([0-9A-Fa-f]{2})|[^!-~]+|["<>\\^`{|}]""")
# What needs no escape; with one, it is still the same octet (RFC 9309 section 2.2.2).
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A rule with `*` in it: its parts follow each other in the path, with anything between."""

    length: int
    is_allowed: bool
    parts: tuple[str, ...]
    is_anchored: bool

    @property
    def rank(self) -> tuple[int, bool]:
        return self.length, self.is_allowed

    def fits(self, path: str) -> bool:
        """Tell whether the path fits; its beginning is known to."""
        *parts, last = self.parts[1:]
        at = len(self.parts[0])
        for part in parts:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if self.is_anchored:
            return len(path) - len(last) >= at and path.endswith(last)
        return path.find(last, at) >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules for one agent. The longest that fits decides; of two, the one that allows."""

    prefixes: Mapping[str, bool] = field(default_factory=dict)
    # Rules that end in `$` and fit one path only.
    paths: Mapping[str, bool] = field(default_factory=dict)
    # The lengths of the prefixes, and the patterns, both with the longest first.
    lengths: tuple[int, ...] = ()
    patterns: tuple[_Pattern, ...] = ()

    @property
    def weight(self) -> int:
        """About how many bytes of memory the rules take."""
        texts = sum(map(len, (*self.prefixes, *self.paths)))
        texts += sum(pattern.length for pattern in self.patterns)
        count = len(self.prefixes) + len(self.paths) + 2 * len(self.patterns)
        parts = sum(len(pattern.parts) for pattern in self.patterns)
        return texts + _RULE_BYTES * count + _PART_BYTES * parts

    def allows(self, path: str) -> bool:
        r"""Tell whether a path (with its query, as it is sent) may be fetched.

        >>> rules = parse_robots(b"User-agent: *\nDisallow: /a\nAllow: /a/*.html$", "changetrack")
        >>> rules.allows("/a/b"), rules.allows("/a/b.html")
        (False, True)
        """
        if path.partition("?")[0] == "/robots.txt":
            return True
        path = _escape(path).replace("*", "%2A").replace("$", "%24")
        best = max(self._find_prefix(path), self._find_path(path))
        steps = MAX_STEPS
        for pattern in self.patterns:
            if pattern.rank < best:
                break
            if not path.startswith(pattern.parts[0]):
                continue
            steps -= len(path) + STEPS_A_PART * len(pattern.parts)
            if steps < 0:
                return False
            if pattern.fits(path):
                return pattern.is_allowed
        return best[1]

    def _find_prefix(self, path: str) -> tuple[int, bool]:
        for length in self.lengths:
            allowed = self.prefixes.get(path[:length]) if length <= len(path) else None
            if allowed is not None:
                return length, allowed
        return -1, True

    def _find_path(self, path: str) -> tuple[int, bool]:
        allowed = self.paths.get(path)
        return (-1, True) if allowed is None else (len(path) + 1, allowed)


def name_agent(user_agent: str) -> str:
    """Return the name by which a robots.txt knows an agent: its first product, without version.

    >>> name_agent("ChangeTrack/1.0 (+https://example.com)")
    'changetrack'
    """
    words = user_agent.split()
    return words[0].partition("/")[0].lower() if words else ""


def parse_robots(body: bytes, agent: str) -> Rules:
    """Return the rules that a robots.txt has for an agent, or else for all.

    What is no rule says nothing, so a page of HTML allows everything.
    """
    text = body[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff").replace("\r", "\n")
    if len(body) > MAX_BYTES:
        # The last line may be half of a rule, which is another rule.
        text = text[: text.rfind("\n") + 1]
    lines = ((_KEYS[found[1].lower()], found[2].strip()) for found in _LINE.finditer(text))
    return _sort_rules(_find_group(lines, agent))


def list_sitemaps(body: bytes, most: int) -> tuple[str, ...]:
    r"""Return the addresses of sitemaps that a robots.txt names, each once and in its order.

    >>> list_sitemaps(b"Sitemap: https://a.test/s.xml\nsitemap:https://a.test/t.xml", 10)
    ('https://a.test/s.xml', 'https://a.test/t.xml')
    """
    text = body[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff").replace("\r", "\n")
    found = (each[1] for each in _SITEMAP.finditer(text))
    return tuple(islice(dict.fromkeys(url for url in found if len(url) <= MAX_PATH), most))


def _find_group(lines: Iterable[tuple[str, str]], agent: str) -> list[tuple[bool, str]]:
    """Return whether each rule allows, and its path; groups of the same agent are one group."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    members: set[str] = set()
    has_rules = True
    for key, value in lines:
        if key == _AGENT:
            if has_rules:
                members, has_rules = set(), False
            name = name_agent(value)
            if name in {agent, "*"}:
                members.add(name)
                groups.setdefault(name, [])
        else:
            has_rules = True
            for name in members:
                groups[name].append((key == _ALLOW, value))
    return groups.get(agent, groups.get("*", []))


def _sort_rules(rules: Iterable[tuple[bool, str]]) -> Rules:
    prefixes: dict[str, bool] = {}
    paths: dict[str, bool] = {}
    patterns: dict[tuple[tuple[str, ...], bool, int], bool] = {}
    for is_allowed, text, is_anchored in _spell_rules(rules):
        parts = tuple(text.split("*"))
        if len(parts) > 1:
            key = parts, is_anchored, len(text) + is_anchored
            patterns[key] = patterns.get(key, False) or is_allowed
        else:
            kept = paths if is_anchored else prefixes
            kept[text] = kept.get(text, False) or is_allowed
    found = (
        _Pattern(length, is_allowed, parts, is_anchored)
        for (parts, is_anchored, length), is_allowed in patterns.items()
    )
    return Rules(
        prefixes=prefixes,
        paths=paths,
        lengths=tuple(sorted({len(prefix) for prefix in prefixes}, reverse=True)),
        patterns=tuple(sorted(found, key=lambda pattern: pattern.rank, reverse=True)),
    )


def _spell_rules(rules: Iterable[tuple[bool, str]]) -> Iterator[tuple[bool, str, bool]]:
    """Yield whether a rule allows, its path in one spelling, and whether the path ends there."""
    for is_allowed, value in rules:
        is_anchored = value.endswith("$")
        text = _escape(re.sub(r"\*+", "*", value.removesuffix("$")).replace("$", "%24"))
        if text.startswith(("/", "*")) and len(text) <= MAX_PATH:
            yield is_allowed, text, is_anchored


def _escape(text: str) -> str:
    return _ESCAPE.sub(_escape_one, text)


def _escape_one(found: re.Match[str]) -> str:
    if found[1] is None:
        return "".join(f"%{byte:02X}" for byte in found[0].encode())
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()
