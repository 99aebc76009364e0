"""Firecrawl's own Python client, unmodified: both its generations, with and without await."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from firecrawl import AsyncFirecrawl, Firecrawl
from firecrawl.v1.client import (
    AsyncV1FirecrawlApp,
    V1ChangeTrackingOptions,
    V1FirecrawlApp,
)
from firecrawl.v2.utils.error_handler import BadRequestError, FirecrawlError

from tests.clients.conftest import World

pytestmark = pytest.mark.usefixtures("monday")

TRACKING: dict[str, Any] = {"type": "changeTracking", "modes": ["git-diff"]}


@pytest.fixture
def client(world: World) -> Firecrawl:
    """Return a client as its manual shows it."""
    return Firecrawl(api_key="a-key", api_url=world.endpoint)


def test_v2_scrape_carries_the_previous_snapshot(client: Firecrawl, world: World) -> None:
    """Formats pass through the client untouched, and so does the snapshot in them."""
    url = f"{world.pages}/pricing"
    first = client.scrape(url, formats=["markdown", TRACKING]).change_tracking
    assert first is not None
    assert (first["changeStatus"], first["previousScrapeAt"]) == ("new", None)
    world.site.price = 24
    previous = {**TRACKING, "previous": first["snapshot"]}
    second = client.scrape(url, formats=["markdown", previous]).change_tracking
    assert second is not None
    assert (second["changeStatus"], second["visibility"]) == ("changed", "visible")
    assert second["previousScrapeAt"] == first["snapshot"]["capturedAt"]
    assert second["diff"]["json"]["files"][0]["additions"] == 1
    third = client.scrape(url, formats=[{**TRACKING, "previous": second["snapshot"]}])
    assert third.change_tracking is not None
    assert third.change_tracking["changeStatus"] == "same"


def test_v2_scrape_with_fields(client: Firecrawl, world: World) -> None:
    """In mixed mode there are the tree and the map, each where this client looks for it."""
    schema = {"properties": {"offers": {"properties": {"price": {"type": "number"}}}}}
    tracking = {**TRACKING, "modes": ["git-diff", "json"], "schema": schema, "tag": "hourly"}
    previous = {"markdown": "# Lamp", "json": {"offers": {"price": 17}}}
    page = client.scrape(f"{world.pages}/product", formats=[{**tracking, "previous": previous}])
    found = page.change_tracking
    assert found is not None
    assert found["json"] == {"offers.price": {"previous": 17, "current": 19}}
    assert list(found["diff"]["json"]) == ["files", "additions", "deletions"]
    assert (found["tag"], found["extractor"]) == ("hourly", "structured")


def test_v2_scrape_reads_all_formats(client: Firecrawl, world: World) -> None:
    """Every format lands where the client's model has it."""
    page = client.scrape(f"{world.pages}/pricing", formats=["markdown", "html", "rawHtml", "links"])
    assert page.markdown is not None
    assert page.markdown.startswith("# Pricing")
    assert page.html is not None
    assert page.raw_html is not None
    assert page.links == [f"{world.pages}/", f"{world.pages}/terms.html"]
    assert page.metadata is not None
    assert (page.metadata.title, page.metadata.status_code) == ("Pricing", 200)


def test_v2_string_formats(client: Firecrawl, world: World) -> None:
    """Both spellings that the client knows are change tracking."""
    page = client.scrape(f"{world.pages}/pricing", formats=["markdown", "change_tracking"])
    assert page.change_tracking is not None
    assert page.change_tracking["changeStatus"] == "new"


def test_v2_page_that_is_gone(client: Firecrawl, world: World) -> None:
    """404 is data: removed, with a warning, and no baseline."""
    page = client.scrape(f"{world.pages}/nowhere", formats=["markdown", TRACKING])
    assert page.change_tracking is not None
    assert page.change_tracking["changeStatus"] == "removed"
    assert page.change_tracking["acceptBaseline"] is False
    assert page.warning


def test_v2_errors_are_the_client_s_own(client: Firecrawl) -> None:
    """A forbidden address is a bad request; a page that is not there is an error with its text."""
    with pytest.raises(BadRequestError, match="address"):
        client.scrape("http://169.254.169.254/latest/meta-data/")
    with pytest.raises(FirecrawlError) as caught:
        client.scrape("http://127.0.0.1:1/")
    assert caught.value.status_code == 400


def test_v2_async(world: World) -> None:
    """The asynchronous client works as well."""

    async def scrape() -> Any:  # noqa: ANN401 - the client's own model
        client = AsyncFirecrawl(api_key="a-key", api_url=world.endpoint)
        return await client.scrape(f"{world.pages}/pricing", formats=["markdown", TRACKING])

    assert anyio.run(scrape).change_tracking["changeStatus"] == "new"


@pytest.mark.filterwarnings("ignore:The `dict` method is deprecated")  # in the client's own code
def test_v1(world: World) -> None:
    """The older client validates what it gets, and sends its options beside the formats."""
    client = V1FirecrawlApp(api_key="a-key", api_url=world.endpoint)
    page = client.scrape_url(
        f"{world.pages}/pricing",
        formats=["markdown", "changeTracking"],
        change_tracking_options=V1ChangeTrackingOptions(modes=["git-diff"], tag="t"),
    )
    assert page.changeTracking is not None
    assert (page.changeTracking.changeStatus, page.changeTracking.visibility) == ("new", "visible")


def test_v1_without_options(world: World) -> None:
    """Change tracking alone is enough."""
    client = V1FirecrawlApp(api_key="a-key", api_url=world.endpoint)
    page = client.scrape_url(f"{world.pages}/pricing", formats=["markdown", "changeTracking"])
    assert page.changeTracking is not None
    assert page.changeTracking.changeStatus == "new"


def test_v1_async(world: World) -> None:
    """And so does the older one with await."""

    async def scrape() -> Any:  # noqa: ANN401 - the client's own model
        client = AsyncV1FirecrawlApp(api_key="a-key", api_url=world.endpoint)
        url = f"{world.pages}/pricing"
        return await client.scrape_url(url, formats=["markdown", "changeTracking"])

    assert anyio.run(scrape).changeTracking.changeStatus == "new"
