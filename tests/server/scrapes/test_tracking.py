"""Scrapes with change tracking: the answer of the seed, the other dialect beside it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from changetrack import hash_markdown
from tests.server.scrapes.world import World

KEYS = ["status", "firstObservation", "contentHash", "snapshot", "diff", "judgment"]
DIALECT = ["changeStatus", "previousScrapeAt", "visibility"]


def test_the_first_scrape_gives_a_snapshot(world: World) -> None:
    """The seed's own request: markdown, and the format with its sibling."""
    data = world.data(
        "/pricing", formats=["markdown", "changeTracking"], changeTracking={"modes": ["gitDiff"]}
    )
    assert list(data) == ["markdown", "changeTracking", "metadata", "contentType", "sourceHash"]
    tracked = data["changeTracking"]
    assert list(tracked) == [*KEYS, *DIALECT]
    assert tracked["firstObservation"] is True
    assert tracked["snapshot"]["markdown"] == data["markdown"]
    assert tracked["contentHash"] == data["sourceHash"] == hash_markdown(data["markdown"])


def test_the_snapshot_leads_to_the_diff(world: World) -> None:
    """What came back goes in again, and what changed comes out."""
    first = world.data("/pricing", formats=["changeTracking"])["changeTracking"]
    world.site.price = 24
    second = world.data(
        "/pricing",
        formats=["changeTracking"],
        changeTracking={"previous": first["snapshot"], "tag": "pricing"},
    )["changeTracking"]
    assert (second["status"], second["tag"]) == ("changed", "pricing")
    assert "\n-$19\n+$24\n" in second["diff"]["text"]
    assert second["diff"]["json"]["additions"] == 1
    assert second["previousScrapeAt"] == first["snapshot"]["capturedAt"]
    again = {"previous": second["snapshot"]}
    third = world.data("/pricing", formats=["changeTracking"], changeTracking=again)
    assert third["changeTracking"]["status"] == "same"
    assert third["changeTracking"]["diff"] is None


@pytest.mark.parametrize("name", ["changeTracking", "change-tracking", "change_tracking"])
def test_the_format_alone_works(world: World, name: str) -> None:
    """In every spelling, without markdown and without options."""
    data = world.data("/pricing", formats=[name])
    assert data["changeTracking"]["snapshot"]["markdown"].startswith("# Pricing")


def test_options_without_the_format_are_a_warning(world: World) -> None:
    """Somebody forgot the format, and shall hear of it."""
    data = world.data("/pricing", changeTracking={"modes": ["gitDiff"]})
    assert data["warnings"] == [
        "changeTracking has options, but formats does not hold 'changeTracking'"
    ]
    assert "changeTracking" not in data


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"formats": ["changeTracking"], "previous": {"markdown": "a"}},
            "previous was ignored; it belongs into the options of changeTracking",
        ),
        (
            {"formats": ["changeTracking"], "changeTracking": {"previos": {"markdown": "a"}}},
            "changeTracking.previos is no option and was ignored",
        ),
        (
            {"goal": "g", "judgeEnabled": True},
            "judgeEnabled was ignored: without changeTracking there is no change to judge",
        ),
        (
            {"changeTrackingOptions": {"tag": "t"}},
            "changeTrackingOptions has options, but formats does not hold 'changeTracking'",
        ),
    ],
)
def test_what_nobody_looked_at_is_said(world: World, body: dict[str, Any], words: str) -> None:
    """A snapshot under a wrong name is a first visit for ever: a monitor that never fires."""
    assert world.data("/pricing", **body)["warnings"] == [words]


def test_the_warning_stands_wherever_clients_look(world: World) -> None:
    """At the top for some, in the data for others."""
    answer = world.scrape("/pricing", waitFor=500).json()
    words = "waitFor is not supported here and was ignored"
    assert (answer["warning"], answer["data"]["warning"]) == (words, words)
    assert answer["data"]["warnings"] == [words]


def test_json_mode_by_selectors(world: World) -> None:
    """The map of fields, the extractor by name, and the same in the other dialect's place."""
    schema = {
        "properties": {
            "plans": {
                "type": "array",
                "x-selector": ".plan",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string", "x-selector": ".name::text"},
                        "price": {"type": "number", "x-selector": ".price"},
                    },
                },
            }
        }
    }
    tracking = {"modes": ["json"], "schema": schema}
    first = world.data("/pricing", formats=["changeTracking"], changeTracking=tracking)
    world.site.price = 24
    tracking["previous"] = first["changeTracking"]["snapshot"]
    second = world.data("/pricing", formats=["changeTracking"], changeTracking=tracking)
    found = second["changeTracking"]
    change = {"plans[0].price": {"previous": 19, "current": 24}}
    assert (found["diff"], found["json"]) == ({"json": change}, change)
    assert found["extractor"] == "selectors"


def test_mixed_mode_in_both_dialects(world: World) -> None:
    """/v1 has the map in `diff.json`, /v2 the tree there; `json` is the map on both."""
    schema = {"properties": {"name": {"type": "string"}}}
    previous = {"markdown": "# Old", "json": {"name": "Old"}}
    options = {"modes": ["gitDiff", "json"], "schema": schema, "previous": previous}
    change = {"name": {"previous": "Old", "current": "Lamp"}}
    one = world.data("/product", formats=["changeTracking"], changeTracking=options)
    two = world.data("/product", "v2", formats=[{"type": "changeTracking", **options}])
    assert one["changeTracking"]["diff"]["json"] == one["changeTracking"]["json"] == change
    assert two["changeTracking"]["json"] == change
    assert list(two["changeTracking"]["diff"]["json"]) == ["files", "additions", "deletions"]
    assert one["changeTracking"]["diff"]["text"] == two["changeTracking"]["diff"]["text"]


def test_other_fields_than_those_that_are_tracked(world: World) -> None:
    """The format `json` and change tracking may want different things of one visit."""
    data = world.data(
        "/product",
        formats=["json", "changeTracking"],
        jsonOptions={"schema": {"properties": {"name": {}}}},
        changeTracking={
            "modes": ["json"],
            "schema": {"properties": {"offers": {"properties": {"price": {"type": "number"}}}}},
        },
    )
    assert data["json"] == {"name": "Lamp"}
    assert data["changeTracking"]["snapshot"]["json"] == {"offers": {"price": 19}}
    assert world.site.visits == ["/product"]


def test_a_json_page_is_its_own_fields(world: World) -> None:
    """Nothing has to be extracted from what is JSON already."""
    schema = {"properties": {"plans": {"items": {"properties": {"price": {"type": "string"}}}}}}
    data = world.data("/data.json", formats=["json"], jsonOptions={"schema": schema})
    assert (data["json"], data["extractor"]) == ({"plans": [{"price": 19}]}, "document")
    assert "plans[0].price" in data["warnings"][0]


def test_B26_a_binary_page_is_known_by_the_hash_of_its_bytes(world: World) -> None:
    """There is no text to compare, and sha256sum says the same."""
    first = world.data("/file.pdf", formats=["markdown", "changeTracking"])
    digest = hashlib.sha256(b"%PDF-1.7\n19").hexdigest()
    assert (first["markdown"], first["changeTracking"]["contentHash"]) == (None, digest)
    tracking = {"previous": first["changeTracking"]["snapshot"]}
    same = world.data("/file.pdf", formats=["changeTracking"], changeTracking=tracking)
    world.site.price = 24
    changed = world.data("/file.pdf", formats=["changeTracking"], changeTracking=tracking)
    assert same["changeTracking"]["status"] == "same"
    assert (changed["changeTracking"]["status"], changed["changeTracking"]["diff"]) == (
        "changed",
        None,
    )


def test_the_caller_s_content_type_counts(world: World) -> None:
    """A type that the caller gives stands for the one that the site sent."""
    tracking = {"contentType": "application/pdf"}
    data = world.data("/pricing", formats=["changeTracking"], changeTracking=tracking)
    assert list(data["changeTracking"]["snapshot"]) == ["contentHash", "capturedAt"]
