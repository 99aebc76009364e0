"""What is seen of a page on a bad day, and what that leaves of its baseline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from changetrack import JsonObject
from changetrack.monitor.models import Crawl
from changetrack_server.answers import Answer
from changetrack_server.errors import EndpointError
from tests.monitor.engine.houses import File, House, write_page
from tests.monitor.engine.test_crawls import list_sitemap
from tests.monitor.engine.test_lists import list_feed
from tests.monitor.lives.spot import InlineWork

_GOOD = write_page("Starter $19. Cancel at any time, and keep what you have.")
_WALL = "<title>Just a moment...</title><p>Verifying you are human.</p>"
_LOGIN = "<title>Sign in</title><h1>Sign in</h1><form><input type=password name=p></form>"
_MISSING = "<title>Page not found</title><h1>Page not found</h1><p>Sorry.</p>"

_BAD_DAYS = {
    "404": File("<h1>Not Found</h1>", status=404),
    "410": File("<h1>Gone</h1>", status=410),
    "500": File("<h1>Oh</h1>", status=500),
    "503 with the page": File(_GOOD, status=503),
    "wall": File(_WALL),
    "empty": File("<html><body><div id='app'></div></body></html>"),
    "nothing": File(""),
    "soft 404": File(_MISSING),
    "login": File("", status=302, location="/login"),
}


@pytest.mark.parametrize("day", _BAD_DAYS)
def test_a_bad_day_is_an_error_and_keeps_the_baseline(house: House, day: str) -> None:
    """The page is compared with its last good day when it is back: nothing was lost or told."""
    house.site.files |= {"/a": _GOOD, "/login": _LOGIN}
    house.watch(house.target("/a"))
    first = house.page(house.run(), "/a")
    before = house.list_baselines()
    house.site.files["/a"] = _BAD_DAYS[day]
    check = house.run()
    page = house.page(check, "/a")
    assert (check.status, page.status, page.error_code) == ("partial", "error", "doubtful_page")
    assert page.error
    assert (page.diff, page.current_id, page.previous_id) == (None, None, None)
    assert house.list_baselines() == before
    house.site.files["/a"] = _GOOD
    back = house.page(house.run(), "/a")
    assert (back.status, back.previous_id) == ("same", first.current_id)


@pytest.mark.parametrize(
    ("day", "status", "words"),
    [
        ("404", 404, "the page answered with status 404"),
        ("503 with the page", 503, "the page answered with status 503"),
        ("wall", 200, "looks like a bot check"),
        ("empty", 200, "the page shows no text"),
        ("soft 404", 200, "the page says that it was not found"),
        ("login", 200, "the page looks like a login"),
    ],
)
def test_an_error_says_what_was_seen(house: House, day: str, status: int, words: str) -> None:
    """The status of the site and the reason, so that nobody has to guess."""
    house.site.files |= {"/a": _BAD_DAYS[day], "/login": _LOGIN}
    house.watch(house.target("/a"))
    page = house.page(house.run(), "/a")
    assert (page.status, page.status_code) == ("error", status)
    assert words in str(page.error)


def test_a_page_whose_first_days_are_bad_is_new_when_it_is_good(house: House) -> None:
    """Nothing was a baseline before."""
    house.watch(house.target("/a"))
    assert house.fates() == {"/a": "error"}
    assert house.list_baselines() == {}
    house.site.files["/a"] = _GOOD
    assert house.fates() == {"/a": "new"}


def test_a_connection_that_breaks_once_is_no_news(house: House) -> None:
    """It is tried again after two seconds; and a site that breaks again has failed."""
    house.site.files["/a"] = _GOOD
    house.watch(house.target("/a"))
    house.site.breaks["/a"] = 1
    assert (house.fates(), house.sleeps) == ({"/a": "new"}, [2.0])
    assert house.site.visits == ["/a", "/a"]
    house.site.breaks["/a"] = 2
    page = house.page(house.run(), "/a")
    assert (page.status, page.error_code) == ("error", "upstream_error")
    assert house.sleeps == [2.0, 2.0]
    assert house.site.visits == ["/a"] * 4


def test_what_will_not_pass_is_not_tried_again(house: House) -> None:
    """An address that is forbidden stays so, and so does a port."""
    house.watch(house.target("http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:1/"))
    codes = {page.error_code for page in house.list_pages(house.run())}
    assert (codes, house.sleeps) == ({"url_blocked", "port_not_allowed"}, [])


class _FullWork(InlineWork):
    """Work that has no room so many times."""

    def __init__(self, times: int, house: House) -> None:
        super().__init__(house.services.settings, house.services.metrics)
        self.times = times

    async def do(self, job: str, order: JsonObject, *payload: bytes) -> Answer:
        if self.times > 0:
            self.times -= 1
            raise EndpointError("overloaded")
        return await super().do(job, order, *payload)


@pytest.mark.parametrize("times", [1, 3, 5])
def test_a_server_that_is_full_has_patience_with_itself(house: House, times: int) -> None:
    """Longer and longer: checks are what it is for."""
    house.site.files["/a"] = _GOOD
    house.watch(house.target("/a"))
    house.queue()
    check = house.take(house.make_engine(work=_FullWork(times, house)))
    assert check is not None
    assert house.fates(check) == {"/a": "new"}
    assert house.sleeps == [0.5, 1.0, 2.0, 4.0, 8.0][:times]


def test_a_server_that_stays_full_says_so(house: House) -> None:
    """The page is an error and keeps its baseline, and the check goes on to its end."""
    house.site.files["/a"] = _GOOD
    house.watch(house.target("/a"))
    house.run()
    house.queue()
    check = house.take(house.make_engine(work=_FullWork(10**6, house)))
    assert check is not None
    page = house.page(check, "/a")
    assert (check.status, page.status, page.error_code) == ("partial", "error", "overloaded")
    assert sum(house.sleeps) == 15.5
    assert house.fates() == {"/a": "same"}


_TEXT = "word " * 40_000


@pytest.mark.parametrize(
    ("kind", "path"), [("feed", "/feed"), ("sitemap", "/sitemap.xml"), ("crawl", "/")]
)
def test_lists_of_pages_are_read_with_the_same_patience(house: House, kind: str, path: str) -> None:
    """A feed or a sitemap that breaks once, or that nobody had room for, is there."""
    house.site.files |= {"/": _GOOD, "/a": _GOOD, "/sitemap.xml": list_sitemap("/", "/a")}
    house.site.files["/feed"] = list_feed(("1", "One", _TEXT), ("2", "Two", _TEXT))
    crawl = Crawl(sitemap="only") if kind == "crawl" else None
    house.watch(house.target(path, type=kind, crawl=crawl))
    house.run()
    house.site.breaks = {"/sitemap.xml": 1, "/feed": 1}
    check = house.run()
    assert [page.status for page in house.list_pages(check)] == ["same", "same"]
    assert (check.status, house.sleeps) == ("completed", [2.0])
    house.sleeps.clear()
    house.queue()
    again = house.take(house.make_engine(work=_FullWork(3, house)))
    assert again is not None
    assert [page.status for page in house.list_pages(again)] == ["same", "same"]
    assert (again.status, house.sleeps) == ("completed", [0.5, 1.0, 2.0])


def test_a_page_whose_contract_changed_is_new(house: House) -> None:
    """Whatever was asked for before is not compared with; and it goes on from there."""
    house.site.files["/a"] = _GOOD
    house.watch(house.target("/a"))
    assert house.fates() == {"/a": "new"}
    for given in (
        {"scrape": {"onlyMainContent": False}},
        {"options": {"contextLines": 1}},
        {"modes": ("gitDiff", "json"), "schema": {"properties": {"x": {"x-selector": "h1"}}}},
    ):
        house.watch(house.target("/a", **given))
        assert house.fates() == {"/a": "new"}, given
        assert house.fates() == {"/a": "same"}, given
    house.watch(house.target("/a", scrape={"timeout": 9_000}))
    assert house.fates() == {"/a": "new"}
    house.watch(house.target("/a", scrape={"timeout": 8_000}))
    assert house.fates() == {"/a": "same"}


def test_a_contract_that_cannot_be_kept_is_an_error_of_the_page(house: House) -> None:
    """A schema that no longer reads as one ends no check, and what follows is done."""
    house.site.files |= {"/a": _GOOD, "/b": _GOOD}
    broken = house.target("/a", id="broken", modes=("json",), schema={"type": "nonsense"})
    house.watch(broken, house.target("/b", id="good"))
    check = house.run()
    assert house.fates(check) == {"/a": "error", "/b": "new"}
    page = house.page(check, "/a")
    assert (check.status, page.error_code) == ("partial", "invalid_schema")
    assert "schema" in str(page.error)


def test_a_page_in_no_language_of_ours_is_read_all_the_same(house: House) -> None:
    """Charsets that are declared, and text in any script."""
    house.site.files |= {
        "/latin": File("<p>déjà vu à 19 €".encode("cp1252"), "text/html; charset=cp1252"),
        "/\u6771\u4eac": write_page("東京は雨です。"),
        "/text": File("Starter $19", "text/plain"),
        "/json": File('{"price": 19}', "application/json"),
    }
    house.watch(house.target("/latin", "/%E6%9D%B1%E4%BA%AC", "/text", "/json"))
    assert set(house.fates().values()) == {"new"}
    assert set(house.fates().values()) == {"same"}


def test_a_judgment_of_a_doubt_is_no_baseline_of_another_target(house: House) -> None:
    """Two targets have the same page, and one of them a bad day of its own."""
    house.site.files["/a"] = _GOOD
    good, other = house.target("/a", id="good"), house.target("/a", id="other")
    house.watch(good, other)
    house.run()
    house.watch(good, replace(other, urls=(f"{house.site.address}/b",)))
    fates = {(page.target_id, page.status) for page in house.list_pages(house.run())}
    assert fates == {("good", "same"), ("other", "error")}
