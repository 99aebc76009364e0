"""Targets that are lists of others: sitemaps, and feeds."""

from __future__ import annotations

import pytest

from changetrack.monitor.models import Crawl, Summary
from tests.monitor.engine.houses import XML, File, House, write_page
from tests.monitor.engine.test_crawls import list_sitemap

_ONE = ("1", "One", "The first of all.")
_TWO = ("2", "Two", "The second of them.")
_THREE = ("3", "Three", "The third.")


def list_feed(*entries: tuple[str, str, str]) -> File:
    """Return a feed of entries, each with its id, its title and its text."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>HERE/news/{guid}</link><description>{text}</description></item>"
        for guid, title, text in entries
    )
    feed = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    return File(feed, "application/rss+xml")


def plant_pages(house: House, *names: str) -> None:
    """Write pages, and the sitemap that lists them."""
    house.site.files["/sitemap.xml"] = list_sitemap(*names)
    house.site.files |= {name: write_page(f"Page {name}.") for name in names}


def test_a_sitemap_has_pages_that_come_and_go(house: House) -> None:
    """What it lists is looked at, what it lists no more is gone, and itself it is no page."""
    plant_pages(house, "/a", "/b", "/c")
    house.watch(house.target("/sitemap.xml", type="sitemap"))
    first = house.run()
    assert house.fates(first) == {"/a": "new", "/b": "new", "/c": "new"}
    assert (first.status, first.actual_credits) == ("completed", 3)
    plant_pages(house, "/b", "/c", "/d")
    house.site.files["/b"] = write_page("Page b is better.")
    assert house.fates() == {"/b": "changed", "/c": "same", "/d": "new", "/a": "removed"}
    assert house.fates() == {"/b": "same", "/c": "same", "/d": "same"}


def test_a_page_of_a_sitemap_is_removed_when_enough_checks_say_so(house: House) -> None:
    """One that is listed again in between begins to be missing anew."""
    plant_pages(house, "/a", "/b", "/c")
    house.watch(house.target("/sitemap.xml", type="sitemap"), removal_checks=3)
    house.run()
    for names in (["/b", "/c"], ["/b", "/c"], ["/a", "/b", "/c"], ["/b", "/c"], ["/b", "/c"]):
        plant_pages(house, *names)
        assert "removed" not in house.fates().values()
    assert house.fates() == {"/b": "same", "/c": "same", "/a": "removed"}


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (File("Oh.", status=503), "not_a_sitemap"),
        (File("<html><p>We are moving.", status=200), "not_a_sitemap"),
    ],
)
def test_a_sitemap_that_is_down_is_an_error_and_nothing_is_removed(
    house: House, file: File, reason: str
) -> None:
    """The root has the row, and the check says what follows from that."""
    plant_pages(house, "/a", "/b")
    house.watch(house.target("/sitemap.xml", type="sitemap"))
    house.run()
    house.site.files["/sitemap.xml"] = file
    down = house.run()
    assert house.fates(down) == {"/sitemap.xml": "error"}
    assert house.page(down, "/sitemap.xml").error_code == reason
    assert (down.status, down.is_site_down, down.error) == (
        "partial",
        True,
        "The root could not be had, so nothing counts as removed.",
    )
    plant_pages(house, "/a", "/b")
    assert house.fates() == {"/a": "same", "/b": "same"}


def test_C43_a_sitemap_with_more_pages_than_there_is_room_for_removes_nothing(
    house: House,
) -> None:
    """Those that are listed beyond the bound are there."""
    plant_pages(house, *(f"/{number}" for number in range(12)))
    house.watch(house.target("/sitemap.xml", type="sitemap"))
    assert len(house.fates()) == 12
    house.watch(house.target("/sitemap.xml", type="sitemap", crawl=Crawl(max_pages=2)))
    short = house.run()
    assert house.fates(short) == {"/0": "same", "/1": "same"}
    assert (short.status, short.is_site_down) == ("completed", False)


def test_a_part_of_a_sitemap_that_is_down_is_said(house: House) -> None:
    """The pages of the other part are looked at, and none is gone."""
    index = "<sitemapindex>{}</sitemapindex>".format(
        "".join(f"<sitemap><loc>HERE/{name}.xml</loc></sitemap>" for name in "xy")
    )
    house.site.files |= {"/index.xml": File(index, XML), "/x.xml": list_sitemap("/a")}
    house.site.files |= {"/y.xml": list_sitemap("/b")}
    house.site.files |= {"/a": write_page("A."), "/b": write_page("B")}
    house.watch(house.target("/index.xml", type="sitemap"))
    assert house.fates() == {"/a": "new", "/b": "new"}
    house.site.files["/y.xml"] = File("Oh.", status=500)
    check = house.run()
    assert (house.fates(check), check.is_site_down) == ({"/a": "same"}, False)
    assert house.page(check, "/a").warnings == (
        f"{house.site.address}/y.xml could not be read: the site answered with the status 500",
    )


def test_entries_of_a_feed_are_new_and_changed_and_never_removed(house: House) -> None:
    """Titles and links stand in the metadata, pages are not fetched, and the feed costs one."""
    house.site.files["/feed"] = list_feed(_TWO, _ONE)
    house.watch(house.target("/feed", type="feed"))
    first = house.run()
    assert (first.status, first.summary) == ("completed", Summary(total_pages=2, new=2))
    assert (first.estimated_credits, first.actual_credits) == (1, 1)
    assert house.site.visits == ["/feed"]
    seen = {str(page.metadata["title"]): page for page in house.list_pages(first)}
    assert {title: house.shorten(str(page.metadata["url"])) for title, page in seen.items()} == {
        "One": "/news/1",
        "Two": "/news/2",
    }
    # The first has left, the second says something else, the third has come.
    house.site.files["/feed"] = list_feed(_THREE, ("2", "Two", "The second, and better."))
    second = house.run()
    fates = {str(page.metadata["title"]): page.status for page in house.list_pages(second)}
    assert fates == {"Three": "new", "Two": "changed"}
    assert (second.status, second.actual_credits) == ("completed", 1)
    (changed,) = [page for page in house.list_pages(second) if page.status == "changed"]
    assert changed.diff is not None
    assert "-The second of them.\n+The second, and better." in str(changed.diff["text"])
    # One that comes back is what it was.
    house.site.files["/feed"] = list_feed(_ONE)
    assert [page.status for page in house.list_pages(house.run())] == ["same"]


def test_a_feed_that_is_down_is_an_error_and_costs_no_more(house: House) -> None:
    """One credit, as ever; and its entries are what they were when it is back."""
    house.site.files["/feed"] = list_feed(_ONE)
    house.watch(house.target("/feed", type="feed"))
    house.run()
    house.site.files["/feed"] = File("Oh.", status=503)
    down = house.run()
    assert (down.status, house.fates(down)) == ("partial", {"/feed": "error"})
    assert house.page(down, "/feed").error_code == "not_a_feed"
    assert (down.estimated_credits, down.actual_credits) == (1, 1)
    house.site.files["/feed"] = list_feed(_ONE)
    assert [page.status for page in house.list_pages(house.run())] == ["same"]


def test_an_empty_feed_is_a_check_without_pages(house: House) -> None:
    """That is no error."""
    house.site.files["/feed"] = list_feed()
    house.watch(house.target("/feed", type="feed"))
    check = house.run()
    assert (check.status, check.summary, check.actual_credits) == ("completed", Summary(), 1)


def test_a_feed_shows_no_more_entries_than_it_may(house: House) -> None:
    """The newest, which come first."""
    entries = [(str(number), f"Entry {number}", "Text.") for number in range(30)]
    house.site.files["/feed"] = list_feed(*entries)
    house.watch(house.target("/feed", type="feed", crawl=Crawl(max_pages=3)))
    titles = [page.metadata["title"] for page in house.list_pages(house.run())]
    assert sorted(map(str, titles)) == ["Entry 0", "Entry 1", "Entry 2"]
