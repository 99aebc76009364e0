"""What a scrape says of a page: its formats, its metadata, and whether it is a good one."""

from __future__ import annotations

import pytest

from tests.server.scrapes.world import World


def test_all_formats_at_once(world: World) -> None:
    """Each under its own name, in the order in which they were asked for."""
    data = world.data("/pricing", formats=["links", "rawHtml", "html", "markdown"])
    assert list(data)[:4] == ["links", "rawHtml", "html", "markdown"]
    assert data["links"] == [f"{world.pages}/", f"{world.pages}/terms.html"]
    assert data["rawHtml"].startswith("<!doctype html>")
    assert "<nav>" not in data["html"]
    assert f"[the terms]({world.pages}/terms.html)" in data["markdown"]


def test_markdown_is_what_nobody_asked_for(world: World) -> None:
    """Without formats there is markdown, of the main content."""
    data = world.data("/pricing")
    assert data["markdown"].startswith("# Pricing")
    assert "Home" not in data["markdown"]
    assert "Home" in world.data("/pricing", onlyMainContent=False)["markdown"]


def test_metadata(world: World) -> None:
    """What the page says of itself, and what the site said of it."""
    metadata = world.data("/redirect")["metadata"]
    assert metadata == {
        "title": "Pricing",
        "description": "What it costs",
        "language": "en",
        "statusCode": 200,
        "contentType": "text/html; charset=utf-8",
        "sourceURL": f"{world.pages}/redirect",
        "url": f"{world.pages}/pricing",
    }


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/nowhere", 404, "404"),
        ("/gone", 410, "410"),
        ("/error", 500, "500"),
        ("/challenge", 503, "503"),
        ("/empty", 200, "no text"),
        ("/members", 200, "login"),
        ("/account", 200, "login"),
        ("/soft-404", 200, "not found"),
    ],
)
def test_B27_B28_a_page_that_is_not_one_is_data_with_a_doubt(
    world: World, path: str, status: int, word: str
) -> None:
    """It is answered, with a warning, and must not become a baseline."""
    data = world.data(path, formats=["markdown", "changeTracking"])
    assert data["metadata"]["statusCode"] == status
    assert word in " ".join(data["warnings"]).lower()
    assert (data["acceptBaseline"], data["changeTracking"]["acceptBaseline"]) == (False, False)


@pytest.mark.parametrize("path", ["/pricing", "/plain", "/product", "/data.json", "/file.pdf"])
def test_a_good_page_has_no_doubts(world: World, path: str) -> None:
    """No key says so: what is absent is the ordinary case."""
    data = world.data(path, formats=["changeTracking"])
    assert "acceptBaseline" not in data
    assert "acceptBaseline" not in data["changeTracking"]
    assert "warnings" not in data


@pytest.mark.parametrize(("path", "status"), [("/nowhere", "removed"), ("/gone", "removed")])
def test_what_is_gone_is_removed_for_the_other_dialect(
    world: World, path: str, status: str
) -> None:
    """Firecrawl's word for it; ours stays what it is."""
    found = world.data(path, "v2", formats=["changeTracking"])["changeTracking"]
    assert (found["changeStatus"], found["status"]) == (status, "changed")


def test_fields_of_a_page_that_is_not_one_are_missing(world: World) -> None:
    """A wall has no price; that is said, and is no error."""
    tracking = {"modes": ["json"], "schema": {"properties": {"price": {"type": "number"}}}}
    data = world.data("/challenge", formats=["changeTracking"], changeTracking=tracking)
    assert "no field was found in the page" in " ".join(data["warnings"])
    assert data["changeTracking"]["acceptBaseline"] is False


def test_B24_B25_charsets(world: World) -> None:
    """A label that nobody knows is UTF-8; one that browsers know is what they make of it."""
    assert world.data("/latin")["markdown"] == "déjà vu"
    assert "19" in world.data("/charset")["markdown"]


def test_a_page_that_comes_packed(world: World) -> None:
    """Gzip is what was asked for."""
    assert world.data("/zipped")["markdown"].startswith("# Pricing")


def test_a_page_of_plain_text(world: World) -> None:
    """Text is its own markdown."""
    assert world.data("/plain")["markdown"] == "Starter $19"


def test_B30_the_site_sees_who_comes(world: World) -> None:
    """With the name that the settings say."""
    world.data("/pricing")
    assert world.site.agents[-1].startswith("changetrack/")
