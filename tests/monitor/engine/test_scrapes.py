"""Targets that name their pages, from the queue to the end of the check."""

from __future__ import annotations

from typing import Any, cast

from changetrack import JsonObject
from changetrack.monitor.models import Summary
from tests.monitor.engine.houses import File, House, write_page

_SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "price": {"type": "string"}},
}
_PRODUCT = """<html><head><title>Lamp</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "Product", "name": "Lamp", "price": "{price}"}
</script></head><body><h1>Lamp</h1><p>A lamp for the desk, {words}.</p>"""


def make_product(price: str, words: str = "with a switch") -> str:
    """Return the page of a product, whose price stands in its structured data alone."""
    return _PRODUCT.replace("{price}", price).replace("{words}", words)


def test_pages_are_new_then_same_or_changed(house: House) -> None:
    """All that is known of them stands in their rows, and in the counts of their check."""
    house.site.files |= {"/a": write_page("One."), "/b": write_page("Two.")}
    house.watch(house.target("/a", "/b"))
    first = house.run()
    assert house.fates(first) == {"/a": "new", "/b": "new"}
    assert (first.status, first.summary) == ("completed", Summary(total_pages=2, new=2))
    assert (first.estimated_credits, first.actual_credits, first.attempts) == (2, 2, 1)
    house.site.files["/b"] = write_page("Three.")
    house.clock.advance(minutes=30)
    second = house.run()
    assert house.fates(second) == {"/a": "same", "/b": "changed"}
    before, after = house.page(first, "/b"), house.page(second, "/b")
    assert (after.previous_id, after.previous_hash) == (before.current_id, before.content_hash)
    assert after.content_hash != before.content_hash
    assert after.diff is not None
    assert "-Two.\n+Three." in str(after.diff["text"])
    same = house.page(second, "/a")
    assert (same.diff, same.current_id) == (None, house.page(first, "/a").current_id)
    assert house.list_baselines()["/b"] == after.content_hash


def test_each_target_has_its_own_pages_and_its_own_contract(house: House) -> None:
    """The same page under two targets is two rows, each compared with its own past."""
    house.site.files["/lamp"] = make_product("19 EUR")
    text = house.target("/lamp", id="text")
    fields = house.target("/lamp", id="fields", modes=("json",), schema=_SCHEMA)
    house.watch(text, fields)
    assert [page.status for page in house.list_pages(house.run())] == ["new", "new"]
    house.site.files["/lamp"] = make_product("21 EUR")
    fates = {page.target_id: page.status for page in house.list_pages(house.run())}
    assert fates == {"text": "same", "fields": "changed"}


def test_fields_are_tracked_where_a_page_says_them_to_machines(house: House) -> None:
    """A change of words is none; a change of a price has its path, and the fields as they are."""
    house.site.files["/lamp"] = make_product("19 EUR")
    house.watch(house.target("/lamp", modes=("json",), schema=_SCHEMA))
    assert house.fates() == {"/lamp": "new"}
    house.site.files["/lamp"] = make_product("19 EUR", "with no switch")
    assert house.fates() == {"/lamp": "same"}
    house.site.files["/lamp"] = make_product("21 EUR", "with no switch")
    page = house.page(house.run(), "/lamp")
    diff = cast("dict[str, Any]", page.diff)
    assert (page.status, page.fields) == ("changed", {"name": "Lamp", "price": "21 EUR"})
    assert diff["json"] == {"price": {"previous": "19 EUR", "current": "21 EUR"}}


def test_mixed_mode_sees_words_and_fields(house: House) -> None:
    """Either is a change, and both are shown."""
    house.site.files["/lamp"] = make_product("19 EUR")
    house.watch(house.target("/lamp", modes=("gitDiff", "json"), schema=_SCHEMA))
    house.run()
    house.site.files["/lamp"] = make_product("21 EUR")
    diff = cast("dict[str, Any]", house.page(house.run(), "/lamp").diff)
    assert (diff["text"], list(diff["json"])) == ("", ["price"])
    house.site.files["/lamp"] = make_product("21 EUR", "with no switch")
    diff = cast("dict[str, Any]", house.page(house.run(), "/lamp").diff)
    assert ("-A lamp for the desk, with a switch." in diff["text"], diff["json"]) == (True, {})


def test_a_page_without_the_fields_is_an_error_and_no_change(house: House) -> None:
    """Nothing was found, which says nothing of what is there."""
    house.site.files["/lamp"] = make_product("19 EUR")
    house.watch(house.target("/lamp", modes=("json",), schema=_SCHEMA))
    house.run()
    house.site.files["/lamp"] = write_page("We are rebuilding our shop, and soon it is back.")
    page = house.page(house.run(), "/lamp")
    assert (page.status, page.error_code, page.fields) == ("error", "nothing_extracted", None)
    # The site did answer.
    assert page.status_code == 200
    house.site.files["/lamp"] = make_product("19 EUR")
    assert house.fates() == {"/lamp": "same"}


def test_a_binary_page_is_compared_by_its_hash(house: House) -> None:
    """There is no text to show, and a change all the same."""
    house.site.files["/a.pdf"] = File(b"%PDF-1.7\n\xff\xfe one", "application/pdf")
    house.watch(house.target("/a.pdf"))
    assert [house.fates(), house.fates()] == [{"/a.pdf": "new"}, {"/a.pdf": "same"}]
    house.site.files["/a.pdf"] = File(b"%PDF-1.7\n\xff\xfe two", "application/pdf")
    page = house.page(house.run(), "/a.pdf")
    assert (page.status, page.metadata["contentType"]) == ("changed", "application/pdf")


def test_what_a_page_says_of_itself_is_kept_with_it(house: House) -> None:
    """Its title, its address after redirects, its language, its status."""
    site = house.site
    site.files |= {
        "/old": File("", status=301, location="/new"),
        "/new": "<html lang='en'><title>The news</title><meta name='description' content='All'>"
        "<body><p>Something happened.</p>",
    }
    house.watch(house.target("/old"))
    page = house.page(house.run(), "/old")
    assert (page.status, page.status_code) == ("new", 200)
    assert page.metadata == {
        "title": "The news",
        "description": "All",
        "language": "en",
        "contentType": "text/html; charset=utf-8",
        "url": f"{site.address}/new",
    }
    # Only a crawl keeps where a page leads.
    assert page.links == ()


def test_options_of_a_scrape_and_of_tracking_reach_the_page(house: House) -> None:
    """What a user asks for is what is done, and what cannot be done is said."""
    page = "<title>Shop</title><nav>Menu {0}</nav><main><p>Lamps of all kinds.</p></main>"
    house.site.files["/"] = page.format("one")
    main = house.target("/", id="main")
    whole = house.target("/", id="whole", scrape={"onlyMainContent": False, "waitFor": 5})
    house.watch(main, whole)
    warned = {each.target_id: each.warnings for each in house.list_pages(house.run())}
    assert warned["main"] == ()
    assert warned["whole"] == ("waitFor is not supported here and was ignored",)
    house.site.files["/"] = page.format("two")
    fates = {each.target_id: each.status for each in house.list_pages(house.run())}
    assert fates == {"main": "same", "whole": "changed"}


def test_a_page_that_nobody_asks_for_any_more_is_not_gone(house: House) -> None:
    """Its URL was taken out of the target: that says nothing about the page."""
    house.site.files |= {"/a": write_page("One."), "/b": write_page("Two.")}
    house.watch(house.target("/a", "/b"))
    house.run()
    house.watch(house.target("/a"))
    assert house.fates() == {"/a": "same"}
    house.watch(house.target("/a", "/b"))
    assert house.fates() == {"/a": "same", "/b": "same"}
