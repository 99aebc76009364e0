"""What a robots.txt lets us fetch: RFC 9309, and files that mean harm."""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from changetrack_server.egress.robots import MAX_BYTES, Rules, name_agent, parse_robots


def _allows(robots: str, *paths: str, agent: str = "changetrack") -> str:
    """Return one letter for each path: whether it may be fetched."""
    rules = parse_robots(robots.encode(), agent)
    return "".join("y" if rules.allows(path) else "n" for path in paths)


def _for_all(*rules: str) -> str:
    return "\n".join(("User-agent: *", *rules))


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("changetrack/0.1.0", "changetrack"),
        ("ChangeTrack/1 (+https://example.com)", "changetrack"),
        ("Mozilla/5.0 (compatible; x)", "mozilla"),
        ("bare", "bare"),
        ("", ""),
    ],
)
def test_an_agent_is_known_by_its_first_product(user_agent: str, name: str) -> None:
    """Versions and comments are not part of the name."""
    assert name_agent(user_agent) == name


@pytest.mark.parametrize(
    ("rules", "paths", "expected"),
    [
        ("", ["/", "/a"], "yy"),
        ("Disallow:", ["/", "/a"], "yy"),
        ("Disallow: /", ["/", "/a", "/robots.txt", "/robots.txt?x"], "nnyy"),
        ("Disallow: /a", ["/", "/a", "/ab", "/a/b", "/b", "/A"], "ynnnyy"),
        ("Disallow: /a/", ["/a", "/a/", "/a/b"], "ynn"),
        ("Disallow: /\nAllow: /a", ["/", "/a", "/b"], "nyn"),
        # The longest decides, whatever the order; of two, the one that allows.
        ("Allow: /a\nDisallow: /a/b", ["/a", "/a/b", "/a/bc"], "ynn"),
        ("Disallow: /a\nAllow: /a", ["/a"], "y"),
        ("Allow: /a*\nDisallow: /ab", ["/ab", "/ac"], "yy"),
        ("Allow: /p\nDisallow: /*.htm", ["/p/x.htm"], "n"),
        ("Allow: /page\nDisallow: /*.htm", ["/page.htm"], "n"),
        ("Allow: /$\nDisallow: /", ["/", "/page.htm"], "yn"),
        # Stars and ends.
        ("Disallow: /*.php", ["/a.php", "/a/b.php?x", "/.php", "/php"], "nnny"),
        ("Disallow: /*.php$", ["/a.php", "/a.php?x", "/a.php5"], "nyy"),
        ("Disallow: *", ["/", "/a"], "nn"),
        ("Disallow: /a*b*c", ["/abc", "/a-b-c-d", "/acb", "/ab"], "nnyy"),
        ("Disallow: /a*b$", ["/ab", "/aab", "/abb", "/a", "/abc"], "nnnyy"),
        ("Disallow: /ab*bc$", ["/abc", "/abbc"], "yn"),
        ("Disallow: /a**b", ["/ab", "/axb"], "nn"),
        ("Disallow: /*", ["/"], "n"),
        ("Disallow: /a$b", ["/a$b", "/a"], "ny"),
        ("Disallow: /a$", ["/a", "/ab", "/a?"], "nyy"),
        ("Disallow: /?", ["/?x", "/"], "ny"),
        ("Disallow: /*?*x=", ["/a?x=1", "/a?y=1&x=2", "/a?y"], "nny"),
        # Octets: as they are, or escaped (the table of RFC 9309 section 2.2.2 and more).
        ("Disallow: /a/ツ", ["/a/%E3%83%84", "/a/%e3%83%84"], "nn"),
        ("Disallow: /a/%E3%83%84", ["/a/%E3%83%84"], "n"),
        ("Disallow: /a/%62", ["/a/b"], "n"),
        ("Disallow: /a/b", ["/a/%62"], "n"),
        ("Disallow: /a%2fb", ["/a/b", "/a%2Fb"], "yn"),
        ("Disallow: /a%2A", ["/a*", "/a%2a", "/ab"], "nny"),
        ("Disallow: /a%24", ["/a$", "/a"], "ny"),
        ("Disallow: /a b|c", ["/a%20b%7Cc"], "n"),
        ("Disallow: /100%", ["/100%"], "n"),
        # No path at all.
        ("Disallow: a", ["/a"], "y"),
        ("Disallow: https://a.test/a", ["/a"], "y"),
    ],
)
def test_B29_a_path_is_measured_by_the_rules(rules: str, paths: list[str], expected: str) -> None:
    """The most specific rule decides, octet by octet."""
    assert _allows(_for_all(rules), *paths) == expected


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        # Ours alone, however it is written; then that for all; then none.
        ("User-agent: changetrack\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "ny"),
        ("User-agent: *\nDisallow: /b\n\nUser-agent: CHANGETRACK\nDisallow: /a", "ny"),
        ("User-agent: changetrack/2.0\nDisallow: /a", "ny"),
        ("User-agent: changetrack x\nDisallow: /a", "ny"),
        ("User-agent: *\nDisallow: /a", "ny"),
        ("User-agent: changetracker\nDisallow: /a", "yy"),
        ("User-agent: track\nDisallow: /a", "yy"),
        ("User-agent: other\nDisallow: /", "yy"),
        ("User-agent: changetrack\n\nUser-agent: *\nDisallow: /", "nn"),
        ("User-agent: changetrack\nDisallow:\n\nUser-agent: *\nDisallow: /", "yy"),
        # Several agents, several groups.
        ("User-agent: other\nUser-agent: changetrack\nDisallow: /a", "ny"),
        ("User-agent: changetrack\nUser-agent: other\nDisallow: /a", "ny"),
        ("User-agent: changetrack\nDisallow: /a\nUser-agent: other\nDisallow: /b", "ny"),
        ("User-agent: changetrack\nDisallow: /a\n\nUser-agent: changetrack\nDisallow: /b", "nn"),
        ("User-agent: *\nUser-agent: changetrack\nDisallow: /a\nUser-agent: *\nDisallow: /b", "ny"),
        # Other records are none of ours, and do not part what belongs together.
        ("User-agent: changetrack\nCrawl-delay: 5\nUser-agent: other\nDisallow: /a", "ny"),
        ("User-agent: changetrack\nSitemap: x\n\nDisallow: /a", "ny"),
        ("Sitemap: x\nUser-agent: *\nHost: y\nDisallow: /a", "ny"),
        # Before any agent, a rule is nobody's.
        ("Disallow: /\nUser-agent: *\nDisallow: /a", "ny"),
        # As people write.
        ("user-AGENT :  *  # all\n\tDISALLOW\t:\t/a # no", "ny"),
        ("Useragent: *\nDissallow: /a\nDisalow: /b", "nn"),
        ("User agent: *\r\nDisallow: /a\r\n", "ny"),
        ("User-agent: *\rDisallow: /a\rDisallow: /b", "nn"),
        ("\ufeffUser-agent: *\nDisallow: /a", "ny"),
        ("User-agent: *\n# Disallow: /a\nDisallow: /b", "yn"),
        ("User-agent: *\nNo-Disallow: /a", "yy"),
        ("User-agent: *\nDisallow /a", "yy"),
        ("<html>User-agent: *<br>Disallow: /</html>", "yy"),
        ("User-agent: *\u2028Disallow: /a", "yy"),
        ("User-agent: *\x00\nDisallow: /a", "yy"),
        ("User-agent:\nDisallow: /a", "yy"),
    ],
    ids=repr,
)
def test_B29_the_group_of_an_agent_is_found(robots: str, expected: str) -> None:
    """Groups of one agent are one group, and ours stands above the one for all."""
    assert _allows(robots, "/a", "/b") == expected


def test_B29_half_a_mebibyte_is_read() -> None:
    """What stands in the first 500 KiB counts, what follows does not."""
    start = b"User-agent: *\nDisallow: /early\n"
    rule = b"Disallow: /late\n"
    fits = start + b"#" * (MAX_BYTES - len(start) - len(rule) - 1) + b"\n" + rule
    assert len(fits) == MAX_BYTES
    kept, lost = parse_robots(fits, "x"), parse_robots(b"#" + fits, "x")
    assert [kept.allows("/early"), kept.allows("/late")] == [False, False]
    # The rest of the cut line would be another rule.
    assert [lost.allows("/early"), lost.allows("/l"), lost.allows("/late")] == [True, True, True]
    lost = parse_robots(start + b"#" + fits[len(start) :], "x")
    assert [lost.allows("/early"), lost.allows("/late")] == [False, True]


@pytest.mark.parametrize(
    "body", [b"\xff\xfe" * 99, b"\x00" * 99, b"User-agent: *\nDisallow: /\xff\xfe"]
)
def test_B29_bytes_that_are_no_text_forbid_nothing_else(body: bytes) -> None:
    """A broken file is read as far as it makes sense."""
    assert parse_robots(body, "x").allows("/a")


def _fill(lines: Iterator[str]) -> bytes:
    taken, size = ["User-agent: *"], 0
    for line in lines:
        size += len(line) + 1
        if size > MAX_BYTES:
            break
        taken.append(line)
    return "\n".join(taken).encode()


# Of processor time, for one path; a tracer that counts lines makes every line cost several.
ONE_PATH_SECONDS = 0.05 if sys.gettrace() is None else 0.5

A = "/" + "a" * 2030
B = "/" + "ba" * 1015
HOSTILE: dict[str, Callable[[], bytes]] = {
    "plain": lambda: _fill(f"Disallow:/{n}" for n in count()),
    "lengths": lambda: _fill("Allow:/" + "b" * (n % 1000) + str(n) for n in count()),
    "short parts": lambda: _fill(f"Disallow:*ba{n:x}" for n in count()),
    "short ends": lambda: _fill(f"Disallow:*{n:x}a" for n in count()),
    "two stars": lambda: _fill(f"Disallow:*a*b{n:x}" for n in count()),
    "thousand stars": lambda: _fill("Disallow:" + "*a" * 1000 + f"b{n}" for n in count()),
    "more and more stars": lambda: _fill("Disallow:" + "*a" * n + f"b{n}" for n in count()),
    "periodic": lambda: _fill("Disallow:*" + "ab" * 300 + f"c{n}" for n in count()),
    "late mismatch": lambda: _fill(f"Disallow:*b{n:x}" + "a" * 200 for n in count()),
    "escapes": lambda: _fill(f"Disallow:/{n}" + "%41" * 300 for n in count()),
    "no ascii": lambda: _fill(f"Disallow:/{n}" + "é" * 300 for n in count()),
    "every other": lambda: _fill(f"Disallow:/{n}" + "é|" * 300 for n in count()),
    "agents": lambda: _fill(f"User-agent:a{n}" for n in count()),
    "agents and rules": lambda: (
        b"User-agent:*\n" * 18_000 + _fill(f"Allow:/{n}" for n in range(20_000))
    ),
    "groups": lambda: _fill(f"User-agent:*\nAllow:/{n}" for n in count()),
    "lines": lambda: b"\n" * MAX_BYTES,
    "blanks": lambda: b" " * MAX_BYTES,
    "keys": lambda: b"User-agent:" * (MAX_BYTES // 11),
    "one line": lambda: b"Disallow: " + b"/*a" * (MAX_BYTES // 3),
    "comment": lambda: b"#" * MAX_BYTES,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_B29_a_hostile_file_costs_little(name: str) -> None:
    """500 KiB are read in a moment, and each path is judged in 50 ms of this process at most."""
    body = HOSTILE[name]()
    begun = time.process_time()
    rules = parse_robots(body, "changetrack")
    assert time.process_time() - begun < 20 * ONE_PATH_SECONDS
    for path in (A, B, A[:-1] + "b", "/x"):
        # The best of two: a machine that others use as well may stumble.
        costs = []
        for _ in range(2):
            begun = time.process_time()
            rules.allows(path)
            costs.append(time.process_time() - begun)
        assert min(costs) < ONE_PATH_SECONDS


def test_B29_who_makes_a_path_cost_too_much_forbids_it() -> None:
    """The budget is counted in steps, so the verdict is the same on every machine."""
    rules = parse_robots(HOSTILE["short parts"](), "x")
    assert [rules.allows(A), rules.allows("/x")] == [False, True]


def test_B29_as_many_rules_as_honest_sites_have_stay_within_the_budget() -> None:
    """A shop of ten thousand rules with stars is judged by its rules."""
    shop = _fill(f"Disallow: /en/*/products/{n}?*sort=" for n in range(10_000))
    rules = parse_robots(shop, "x")
    assert len(rules.patterns) == 10_000
    paths = ("/en/a/products/9999?x=1&sort=up", "/en/a/products/9999?x=1", "/en/" + "a" * 200)
    assert [rules.allows(path) for path in paths] == [False, True, True]


def _naive_fits(pattern: str, path: str) -> bool:
    """Match a pattern by trying everything."""
    if pattern == "$":
        return not path
    if not pattern:
        return True
    if pattern[0] == "*":
        return any(_naive_fits(pattern[1:], path[at:]) for at in range(len(path) + 1))
    return path[:1] == pattern[0] and _naive_fits(pattern[1:], path[1:])


def _naive_allows(rules: list[tuple[bool, str]], path: str) -> bool:
    fitting = [(len(text), allow) for allow, text in rules if _naive_fits(text, path)]
    return max(fitting, default=(0, True))[1]


paths = st.text(alphabet="ab/", max_size=7).map("/{}".format)
patterns = st.from_regex(r"(?:/[ab/]{0,2}|\*[ab/]{1,2})(?:\*[ab/]{1,2}){0,2}\$?", fullmatch=True)


@given(st.lists(st.tuples(st.booleans(), patterns), max_size=6), paths)
@example([(False, "/a*"), (True, "/aa")], "/aa")
@example([(False, "*$"), (True, "/$")], "/")
def test_any_rules_are_those_of_a_naive_reading(rules: list[tuple[bool, str]], path: str) -> None:
    """Look-up, order and parts give what trying each rule at each place gives."""
    robots = _for_all(*(f"{'Allow' if allow else 'Disallow'}: {text}" for allow, text in rules))
    assert parse_robots(robots.encode(), "x").allows(path) is _naive_allows(rules, path)


@given(st.binary(max_size=300), paths)
def test_any_bytes_are_a_robots_txt(body: bytes, path: str) -> None:
    """Whatever a site sends there, it says yes or no."""
    assert parse_robots(b"User-agent: *\nDisallow: " + body, "x").allows(path) in {True, False}


def test_no_rules_allow_everything() -> None:
    """The verdict on a site without a robots.txt."""
    assert (Rules().weight, Rules().allows("/a")) == (0, True)


@pytest.mark.parametrize(
    "name", ["plain", "lengths", "short ends", "thousand stars", "periodic", "agents", "one line"]
)
def test_B29_the_weight_of_rules_is_that_of_their_memory(name: str) -> None:
    """What is kept of a file is bounded by its weight, so no file may weigh less than it takes."""
    body = HOSTILE[name]()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    rules = parse_robots(body, "x")
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert taken < 1.3 * rules.weight + 10_000
    assert rules.weight < 18 * 2**20
