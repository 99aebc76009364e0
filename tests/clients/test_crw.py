"""fastCRW's own Python client, unmodified."""

from __future__ import annotations

import pytest
from crw import CrwClient
from crw.exceptions import CrwApiError

from tests.clients.conftest import World

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def client(world: World) -> CrwClient:
    """Return a client without a key, as on a machine of one's own."""
    return CrwClient(api_url=world.endpoint)


def test_a_diff_of_two_pages(client: CrwClient) -> None:
    """`change_tracking_diff` gives the result, not its envelope."""
    result = client.change_tracking_diff(
        {"markdown": "Starter $24"}, previous={"markdown": "Starter $19", "contentHash": "x"}
    )
    assert result["status"] == "changed"
    assert result["diff"]["text"] == (
        "--- previous\n+++ current\n@@ -1 +1 @@\n-Starter $19\n+Starter $24\n"
    )


def test_all_options_of_a_diff(client: CrwClient) -> None:
    """Whatever the client can send is understood."""
    result = client.change_tracking_diff(
        {"markdown": "b", "json": {"p": 1}},
        previous={"markdown": "a", "contentHash": "x", "json": {"p": 0}},
        modes=["gitDiff", "json"],
        schema={"type": "object"},
        prompt="p",
        tag="t",
        contentType="text/html",
    )
    assert (result["tag"], result["diff"]["json"]) == ("t", {"p": {"previous": 0, "current": 1}})


def test_a_batch_goes_through_the_keyword(client: CrwClient) -> None:
    """The client sends `"current": null` beside the batch."""
    results = client.change_tracking_diff(
        None, batch=[{"url": "u", "current": {"markdown": "a"}}, {"current": {"markdown": "b"}}]
    )
    assert [each["firstObservation"] for each in results] == [True, True]


def test_no_modes_are_the_default(client: CrwClient) -> None:
    """An empty list is gitDiff, as for the engine."""
    assert "markdown" in client.change_tracking_diff({"markdown": "a"}, modes=[])["snapshot"]


def test_an_error_explains_itself(client: CrwClient) -> None:
    """The client shows the text of `error` and nothing else, so it must say it all."""
    with pytest.raises(CrwApiError) as caught:
        client.change_tracking_diff({"markdown": 5})
    assert str(caught.value) == (
        "current.markdown: expected a string, got a number; correct or leave out the field"
    )


def test_a_body_that_is_too_large_is_told_so(client: CrwClient) -> None:
    """The answer reaches a client that sends everything before it listens."""
    with pytest.raises(CrwApiError, match=r"more than the 16,777,216 bytes"):
        client.change_tracking_diff({"markdown": "a" * 20_000_000})


def test_scrape_and_keep_the_snapshot(client: CrwClient, world: World) -> None:
    """The loop that the documentation shows: scrape, keep, scrape again."""
    formats = ["markdown", "changeTracking"]
    first = client.scrape(
        f"{world.pages}/pricing", formats, changeTracking={"modes": ["gitDiff"], "previous": None}
    )
    world.site.price = 24
    second = client.scrape(
        f"{world.pages}/pricing",
        formats,
        changeTracking={"previous": first["changeTracking"]["snapshot"]},
        goal="g",
        judgeEnabled=True,
    )
    assert first["changeTracking"]["firstObservation"] is True
    assert "-$19\n+$24" in second["changeTracking"]["diff"]["text"]
    assert second["warnings"] == ["judge skipped: no LLM configured"]


def test_scrape_with_a_json_schema(client: CrwClient, world: World) -> None:
    """`json_schema` is how this client asks for fields."""
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    data = client.scrape(f"{world.pages}/product", ["json"], json_schema=schema)
    assert (data["json"], data["extractor"]) == ({"name": "Lamp"}, "structured")


def test_capabilities_are_a_raw_object(client: CrwClient) -> None:
    """What the client's own tests look for is there."""
    formats = client.capabilities()["formats"]
    assert "changeTracking" in formats["supported"]
    assert {"gitDiff", "json"} <= set(formats["changeTrackingModes"])
