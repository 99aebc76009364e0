"""The way through a site: bounded, the same every time, and never off the site."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack.errors import InvalidOption
from changetrack.monitor.frontier import Frontier, Step
from changetrack.monitor.models import Crawl, Target
from changetrack.monitor.reach import check_patterns, spell_url

ROOT = "https://a.test/"


def make_frontier(root: str = ROOT, seeds: Sequence[str] = (), **crawl: object) -> Frontier:
    """Return the frontier of a crawl with these options."""
    target = Target(id="t", type="crawl", urls=(root,), crawl=Crawl(**crawl))  # type: ignore[arg-type]
    return Frontier(target, seeds)


def walk(frontier: Frontier, site: Mapping[str, Sequence[str]], at_once: int = 3) -> list[Step]:
    """Visit everything, and return it in the order in which it was taken."""
    visited: list[Step] = []
    while not frontier.is_finished:
        steps = frontier.take(at_once)
        visited += steps
        for step in steps:
            frontier.learn(step, site.get(step.url, ()))
    return visited


def follow(links: Sequence[str], root: str, crawl: Mapping[str, Any]) -> list[str]:
    """Return which of some links of the root are visited."""
    return [step.url for step in walk(make_frontier(root, **crawl), {root: links})][1:]


def test_pages_are_visited_breadth_first() -> None:
    """Those of one depth come before those below them, each once."""
    site = {
        ROOT: ["https://a.test/a", "https://a.test/b", ROOT],
        "https://a.test/a": ["https://a.test/c", "https://a.test/b"],
        "https://a.test/b": ["https://a.test/d"],
    }
    found = [
        (step.url.removeprefix("https://a.test"), step.depth)
        for step in walk(make_frontier(), site)
    ]
    assert found == [("/", 0), ("/a", 1), ("/b", 1), ("/c", 2), ("/d", 2)]


def test_the_root_is_spelled_as_its_target_has_it() -> None:
    """Whoever looks for the root among what was visited finds it."""
    frontier = make_frontier("https://A.test")
    assert [*frontier.take(1)] == [Step("https://A.test", 0)]
    frontier.learn(Step("https://A.test", 0), ["https://a.test/"])
    assert frontier.is_finished


def test_too_many_pages_are_a_truncation() -> None:
    """What was left out may be there, so nothing that is missing is gone."""
    links = [f"https://a.test/{number}" for number in range(5)]
    frontier = make_frontier(max_pages=5)
    assert len(walk(frontier, {ROOT: links})) == 5
    assert frontier.is_truncated
    enough = make_frontier(max_pages=6)
    assert len(walk(enough, {ROOT: links})) == 6
    assert not enough.is_truncated


def test_too_deep_pages_are_no_truncation() -> None:
    """They never belonged to the crawl."""
    site = {ROOT: ["https://a.test/a"], "https://a.test/a": ["https://a.test/b"]}
    frontier = make_frontier(max_depth=1)
    assert [step.depth for step in walk(frontier, site)] == [0, 1]
    assert not frontier.is_truncated


def test_pages_of_the_sitemap_are_as_near_as_the_root() -> None:
    """And those that do not belong to the crawl are left out, as links are."""
    seeds = ["https://a.test/s", "https://b.test/", ROOT, "https://a.test/logo.png"]
    assert [*walk(make_frontier(seeds=seeds), {})] == [Step(ROOT, 0), Step("https://a.test/s", 0)]


@pytest.mark.parametrize(
    ("use", "found"),
    [("include", ["/s", "/a"]), ("skip", ["/a"]), ("only", ["/s"])],
)
def test_what_a_sitemap_is_used_for(use: str, found: list[str]) -> None:
    """Only: links are not followed; skip: the sitemap is not used."""
    frontier = make_frontier(seeds=["https://a.test/s"], sitemap=use)
    visited = walk(frontier, {ROOT: ["https://a.test/a"]})
    assert [step.url.removeprefix("https://a.test") for step in visited][1:] == found


@pytest.mark.parametrize(
    ("root", "link", "crawl", "page"),
    [
        # One site.
        (ROOT, "https://www.a.test/x", {}, "https://www.a.test/x"),
        ("https://www.a.test/", "https://a.test/x", {}, "https://a.test/x"),
        (ROOT, "https://b.a.test/x", {}, None),
        (ROOT, "https://b.a.test/x", {"allow_subdomains": True}, "https://b.a.test/x"),
        (ROOT, "https://nota.test/x", {"allow_subdomains": True}, None),
        (ROOT, "https://a.test.evil.test/x", {"allow_subdomains": True}, None),
        (ROOT, "https://a.test:8443/x", {}, None),
        ("http://a.test:8080/", "http://a.test:8080/x", {}, "http://a.test:8080/x"),
        ("http://a.test:8080/", "http://a.test/x", {}, None),
        ("http://a.test/", "https://a.test/x", {}, "https://a.test/x"),
        # One page of an old link.
        (ROOT, "http://a.test/x", {}, "https://a.test/x"),
        (ROOT, "ftp://a.test/x", {}, None),
        (ROOT, "https://u:p@a.test/x", {}, None),
        (ROOT, "https://a.test:99999/x", {}, None),
        (ROOT, "https://[a.test/x", {}, None),
        (ROOT, "https://a.test/" + "x" * 2_048, {}, None),
        ("https://bücher.test/", "https://xn--bcher-kva.test/x", {}, "https://xn--bcher-kva.test/x"),
        # One spelling.
        (ROOT, "HTTPS://A.TEST:443/%7Ea/../b?q=1#c", {}, "https://a.test/b?q=1"),
        (ROOT, "https://a.test/é?ü", {}, "https://a.test/%C3%A9?%C3%BC"),
        (ROOT, "https://a.test/%c3%a9", {}, "https://a.test/%C3%A9"),
        (ROOT, "https://a.test/b?", {}, "https://a.test/b"),
        (ROOT, "https://a.test/b?q=1", {"ignore_query": True}, "https://a.test/b"),
        # What is no page.
        (ROOT, "https://a.test/logo.PNG?v=2", {}, None),
        (ROOT, "https://a.test/report.pdf", {}, "https://a.test/report.pdf"),
        (ROOT, "https://a.test/v1.2", {}, "https://a.test/v1.2"),
        # Below the root.
        ("https://a.test/docs", "https://a.test/docs/x", {}, "https://a.test/docs/x"),
        ("https://a.test/docs", "https://a.test/docs-old", {}, None),
        ("https://a.test/docs", "https://a.test/blog", {}, None),
        ("https://a.test/docs/", "https://a.test/docs", {}, "https://a.test/docs"),
        ("https://a.test/docs/index.html", "https://a.test/docs/x", {}, "https://a.test/docs/x"),
        ("https://a.test/v1.2", "https://a.test/other", {}, None),
        # Or where the patterns say.
        ("https://a.test/docs", "https://a.test/blog/1", {"include_paths": ("^/blog/",)}, "https://a.test/blog/1"),
        ("https://a.test/docs", "https://a.test/docs/1", {"include_paths": ("^/blog/",)}, None),
        (ROOT, "https://a.test/x/y", {"exclude_paths": ("/y$",)}, None),
        (ROOT, "https://a.test/x?y", {"exclude_paths": ("y",)}, "https://a.test/x?y"),
        (ROOT, "https://a.test/préf", {"include_paths": ("^/pré",)}, "https://a.test/pr%C3%A9f"),
        (ROOT, "https://a.test/a", {"include_paths": ("a", "b"), "exclude_paths": ("a",)}, None),
    ],
)  # fmt: skip
def test_what_belongs_to_a_crawl(
    root: str, link: str, crawl: dict[str, object], page: str | None
) -> None:
    """The host of the root, below its path or where the patterns say, in one spelling."""
    assert follow([link], root, crawl) == ([] if page is None else [page])


def test_patterns_that_cannot_be_used_are_named() -> None:
    """By their place in the list, before anything is crawled."""
    with pytest.raises(InvalidOption) as caught:
        check_patterns(["^/a", "(?=b)"], "crawlOptions.includePaths")
    assert caught.value.path == "crawlOptions.includePaths[1]"
    with pytest.raises(InvalidOption) as caught:
        make_frontier(exclude_paths=("(",))
    assert caught.value.path == "excludePaths[0]"
    with pytest.raises(InvalidOption):
        make_frontier("mailto:a@b.c")


def test_A38_patterns_that_would_explode_take_no_time() -> None:
    """What a budget does not decide is left out, and that is said."""
    frontier = make_frontier(include_paths=("^/(a+)+$", "(a|aa)+b", "(.*)(.*)(.*)c$") * 30)
    links = [f"https://a.test/{'a' * 1_900}{number}" for number in range(2_000)]
    begun = time.process_time()
    walk(frontier, {ROOT: links})
    # A tenth of a second here; an engine that backtracks would need longer than the universe has.
    assert time.process_time() - begun < 3
    assert frontier.is_truncated


def test_memory_is_bounded_by_the_pages_that_may_be_visited() -> None:
    """Whatever a site links to."""
    frontier = make_frontier(max_pages=10)
    links = [f"https://b.test/{number}" for number in range(20_000)]
    walk(frontier, {ROOT: links})
    assert (len(frontier._known), len(frontier._refused)) == (1, 40)


def test_pages_that_come_back_in_another_order_lead_the_same_way() -> None:
    """What a page leads to is read when its turn comes."""
    frontier = make_frontier()
    frontier.learn(frontier.take(1)[0], ["https://a.test/a", "https://a.test/b"])
    first, second = frontier.take(2)
    frontier.learn(second, ["https://a.test/d"])
    assert (frontier.take(1), frontier.is_finished) == ([], False)
    frontier.learn(second, ["https://a.test/never"])
    frontier.learn(first, ["https://a.test/c"])
    assert [step.url for step in frontier.take(9)] == ["https://a.test/c", "https://a.test/d"]


PATHS = st.integers(0, 12).map(lambda number: f"https://a.test/{number}")
SITES = st.dictionaries(PATHS | st.just(ROOT), st.lists(PATHS, max_size=6), max_size=13)


@given(
    site=SITES,
    seeds=st.lists(PATHS, max_size=3),
    order=st.randoms(use_true_random=False),
    pages=st.integers(1, 10),
)
def test_C4_the_way_depends_on_the_site_alone(
    site: dict[str, list[str]], seeds: list[str], order: object, pages: int
) -> None:
    """Not on how many pages are read at once, nor on which of them comes back first."""
    expected = make_frontier(seeds=seeds, max_pages=pages, max_depth=3)
    way = walk(expected, site, at_once=1)
    frontier = make_frontier(seeds=seeds, max_pages=pages, max_depth=3)
    visited: list[Step] = []
    away: list[Step] = []
    while not frontier.is_finished:
        taken = frontier.take(order.randint(1, 3))  # type: ignore[attr-defined]
        visited += taken
        away += taken
        back = away.pop(order.randrange(len(away)))  # type: ignore[attr-defined]
        frontier.learn(back, site.get(back.url, ()))
    assert (visited, frontier.is_truncated) == (way, expected.is_truncated)
    assert len(way) <= pages
    assert len({step.url for step in way}) == len(way)


@given(site=SITES, done=st.integers(0, 13), pages=st.integers(1, 10))
def test_C4_a_crawl_that_is_resumed_goes_the_same_way(
    site: dict[str, list[str]], done: int, pages: int
) -> None:
    """The links that were selected are all that has to be kept of a page."""
    first = make_frontier(max_pages=pages)
    way: list[Step] = []
    kept: dict[str, tuple[str, ...]] = {}
    while not first.is_finished:
        for step in first.take(2):
            way.append(step)
            links = first.select_links(step, site.get(step.url, ()))
            if len(kept) < done:
                kept[step.url] = links
            first.learn(step, links)
    resumed = make_frontier(max_pages=pages)
    assert walk(resumed, {**site, **kept}) == way
    assert resumed.is_truncated == first.is_truncated
    assert sum(map(len, kept.values())) <= 2 * pages + done


@given(url=st.text(max_size=40) | st.text(max_size=20).map("https://a.test/{}".format))
def test_one_spelling_is_its_own(url: str) -> None:
    """And any text has one, or none."""
    spelled = spell_url(url)
    assert spelled is None or spell_url(spelled) == spelled
