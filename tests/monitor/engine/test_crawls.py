"""Targets whose pages lead to each other."""

from __future__ import annotations

from typing import Any

import pytest

from changetrack.monitor.models import Crawl, Summary
from tests.monitor.engine.houses import XML, File, Files, House, write_page

PLAIN = "text/plain"


def make_shop() -> Files:
    """Return a site: a root, two sections, and pages below them."""
    return {
        "/": write_page("Welcome.", "/a", "/b", "https://elsewhere.example/"),
        "/a": write_page("Section a.", "/a/1", "/a/2", "/"),
        "/b": write_page("Section b.", "/b/1", "/a"),
        "/a/1": write_page("Page a1."),
        "/a/2": write_page("Page a2."),
        "/b/1": write_page("Page b1.", "/deep"),
        "/deep": write_page("Page deep."),
    }


def list_sitemap(*paths: str) -> File:
    """Return the sitemap of these pages of the site."""
    entries = "".join(f"<url><loc>HERE{path}</loc></url>" for path in paths)
    return File(f"<urlset>{entries}</urlset>", XML)


def test_a_crawl_follows_links_and_asks_for_each_page_once(house: House) -> None:
    """Nothing beyond its site, in the same order each time; links are kept with their page."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    first = house.run()
    assert (first.status, first.summary) == ("completed", Summary(total_pages=7, new=7))
    assert sorted(house.site.visits) == sorted(make_shop())
    assert first.actual_credits == 7
    links = house.page(first, "/a").links
    assert tuple(map(house.shorten, links)) == ("/a/1", "/a/2")
    house.site.visits.clear()
    assert set(house.fates().values()) == {"same"}
    assert sorted(house.site.visits) == sorted(make_shop())


def test_a_page_that_nothing_leads_to_any_more_is_removed(house: House) -> None:
    """And one that is linked to for the first time is new."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    first = house.run()
    house.site.files |= {
        "/a": write_page("Section a.", "/a/1", "/a/3"),
        "/a/3": write_page("Page a3."),
    }
    second = house.run()
    fates = house.fates(second)
    assert {path: fate for path, fate in fates.items() if fate != "same"} == {
        "/a": "changed",
        "/a/2": "removed",
        "/a/3": "new",
    }
    removed = house.page(second, "/a/2")
    assert (removed.previous_id, removed.current_id, removed.credits) == (
        house.page(first, "/a/2").current_id,
        None,
        0,
    )
    assert second.status == "completed"
    # It is told once.
    assert "/a/2" not in house.fates()


def test_a_removal_is_confirmed_by_as_many_checks_as_somebody_wants(house: House) -> None:
    """In between the page is neither there nor gone."""
    house.site.files = make_shop()
    house.watch(house.crawl(), removal_checks=2)
    house.run()
    house.site.files["/b"] = write_page("Section b.")
    assert "/b/1" not in house.fates()
    fates = house.fates()
    assert (fates["/b/1"], fates["/deep"]) == ("removed", "removed")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"max_depth": 0}, ["/"]),
        ({"max_depth": 1}, ["/", "/a", "/b"]),
        ({"include_paths": ("^/a",)}, ["/", "/a", "/a/1", "/a/2"]),
        ({"exclude_paths": ("^/a/",)}, ["/", "/a", "/b", "/b/1", "/deep"]),
        ({"include_paths": ("^/a",), "exclude_paths": ("2$",)}, ["/", "/a", "/a/1"]),
    ],
)
def test_a_crawl_goes_as_far_as_it_may(
    house: House, given: dict[str, Any], expected: list[str]
) -> None:
    """By links from the root and by patterns; what lies beyond never belonged to it."""
    house.site.files = make_shop()
    house.watch(house.crawl(**given))
    first = house.run()
    assert sorted(house.fates(first)) == expected
    assert (first.status, first.is_site_down) == ("completed", False)


def test_C43_a_crawl_that_had_no_room_removes_nothing(house: House) -> None:
    """Pages that it did not come to may still be there; and the site is not called down."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.run()
    house.watch(house.crawl(max_pages=1))
    short = house.run()
    assert house.fates(short) == {"/": "same"}
    assert (short.status, short.is_site_down, short.error) == ("completed", False, None)
    house.watch(house.crawl())
    assert set(house.fates().values()) == {"same"}


@pytest.mark.parametrize(
    "given",
    [
        {"exclude_paths": ("^/a", "^/b", "^/deep")},
        {"include_paths": ("^/$",)},
        {"exclude_paths": ("^/a/",)},
    ],
)
def test_C43_pages_that_a_crawl_shall_not_look_at_any_more_are_not_gone(
    house: House, given: dict[str, Any]
) -> None:
    """Somebody changed the patterns, and not the site; when they are lifted, all is as it was."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.run()
    house.watch(house.crawl(**given))
    check = house.run()
    assert set(house.fates(check).values()) == {"same"}
    assert (check.status, check.is_site_down) == ("completed", False)
    house.watch(house.crawl())
    assert house.fates() == dict.fromkeys(make_shop(), "same")


@pytest.mark.parametrize("status", [500, 403, 429])
def test_C43_a_page_that_fails_does_not_remove_what_it_led_to(house: House, status: int) -> None:
    """Nobody can say whether the links are still there."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.run()
    house.site.files["/a"] = File("Oh.", status=status)
    second = house.run()
    fates = house.fates(second)
    assert (second.status, fates["/a"]) == ("partial", "error")
    assert "removed" not in fates.values()
    assert not {"/a/1", "/a/2"} & set(fates)
    house.site.files = make_shop()
    assert set(house.fates().values()) == {"same"}


def test_a_page_that_is_gone_leads_nowhere(house: House) -> None:
    """A 404 is an error of the page, and what only it led to is removed."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.run()
    del house.site.files["/b/1"]
    second = house.run()
    fates = house.fates(second)
    assert (fates["/b/1"], fates["/deep"]) == ("error", "removed")
    assert house.page(second, "/b/1").status_code == 404


def test_a_root_that_is_down_takes_nothing_with_it(house: House) -> None:
    """The check says so, and the next one goes on as if nothing had been."""
    house.site.files = make_shop()
    house.watch(house.crawl())
    house.run()
    house.site.files["/"] = File("Oh.", status=503)
    down = house.run()
    assert house.fates(down) == {"/": "error"}
    assert (down.status, down.is_site_down, down.error_code) == ("partial", True, "site_down")
    house.site.files = make_shop()
    assert set(house.fates().values()) == {"same"}


def test_a_crawl_includes_skips_or_only_has_the_sitemap(house: House) -> None:
    """As somebody wants it; by itself a crawl includes it."""
    house.site.files = {**make_shop(), "/sitemap.xml": list_sitemap("/b", "/hidden")}
    house.site.files["/hidden"] = write_page("Nothing leads here.")
    everything = {*make_shop(), "/hidden"}
    expected = {"include": everything, "skip": set(make_shop()), "only": {"/", "/b", "/hidden"}}
    for number, (how, paths) in enumerate(expected.items()):
        crawl = Crawl(sitemap=how)
        house.watch(house.target("/", id=f"crawl {number}", type="crawl", crawl=crawl))
        assert set(house.fates()) == paths, how


def test_C43_a_sitemap_that_is_down_removes_nothing(house: House) -> None:
    """Pages that only it names may still be there, and the check says why nothing is gone."""
    house.site.files = {**make_shop(), "/sitemap.xml": list_sitemap("/hidden", "/other")}
    house.site.files |= {"/hidden": write_page("Hidden."), "/other": write_page("Other.")}
    house.watch(house.crawl(sitemap="include"))
    house.run()
    house.site.files["/sitemap.xml"] = File("Oh.", status=503)
    check = house.run()
    assert "removed" not in house.fates(check).values()
    (warning,) = house.page(check, "/").warnings
    assert warning == (
        f"{house.site.address}/sitemap.xml could not be read: the site answered with the status 503"
    )
    house.site.files["/sitemap.xml"] = list_sitemap("/other")
    assert house.fates()["/hidden"] == "removed"


def test_a_crawl_of_the_sitemap_only_needs_one(house: House) -> None:
    """Where it cannot be read there is nothing to look at: that is an error, and no empty site."""
    house.site.files = {**make_shop(), "/sitemap.xml": list_sitemap("/b")}
    house.watch(house.crawl(sitemap="only"))
    assert house.fates() == {"/": "new", "/b": "new"}
    del house.site.files["/sitemap.xml"]
    check = house.run()
    assert (check.status, check.is_site_down, house.fates(check)) == (
        "partial",
        True,
        {"/": "error"},
    )
    assert house.page(check, "/").error_code == "not_a_sitemap"
    house.site.files["/sitemap.xml"] = list_sitemap("/b")
    assert house.fates() == {"/": "same", "/b": "same"}


def test_robots_are_respected_and_what_they_forbid_is_no_page(house: House) -> None:
    """A page that may not be fetched is an error with the reason, and was never asked for."""
    robots = File("User-agent: *\nDisallow: /a/2\n", PLAIN)
    house.site.files = {**make_shop(), "/robots.txt": robots}
    house.watch(house.crawl())
    check = house.run()
    page = house.page(check, "/a/2")
    assert (page.status, page.error_code) == ("error", "robots_disallowed")
    assert "/a/2" not in house.site.visits
    assert house.fates(check)["/a/1"] == "new"


def test_pages_that_lead_elsewhere_are_read_where_they_lead(house: House) -> None:
    """Relative links are those of the address where the page is, and each page is met once."""
    house.site.files = {
        "/": write_page("Welcome.", "/docs"),
        "/docs": File("", status=302, location="/manual/"),
        "/manual/": write_page("The manual.", "one", "../"),
        "/manual/one": write_page("Chapter one."),
    }
    house.watch(house.crawl())
    assert house.fates() == {"/": "new", "/docs": "new", "/manual/one": "new"}


def test_a_page_that_links_to_many_is_bounded(house: House) -> None:
    """No more pages are visited, or kept, than the crawl may have."""
    links = [f"/{number}" for number in range(500)]
    house.site.files = {"/": write_page("All.", *links)}
    house.site.files |= {link: write_page(f"Page {link}.") for link in links}
    house.watch(house.crawl(max_pages=20))
    check = house.run()
    assert check.summary == Summary(total_pages=20, new=20)
    assert sorted(set(house.site.visits)) == sorted(house.fates(check))
    assert len(house.page(check, "/").links) <= 20
