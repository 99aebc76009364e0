"""Scrapes that are refused: for what was asked, before a page is fetched, or for the page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.scrapes.world import World, make_world

SCHEMA = {"properties": {"price": {"type": "number"}}}


@pytest.mark.parametrize(
    ("body", "reason", "words"),
    [
        ({"formats": ["screenshot"]}, "unknown_format", "formats[0]: there is no format"),
        ({"formats": [{"type": "json"}]}, "format_not_a_string", "use /v2/scrape"),
        ({"formats": "markdown"}, "invalid_request", "formats: expected an array"),
        ({"formats": ["json"]}, "missing_schema", "send a schema or a prompt"),
        (
            {"formats": ["changeTracking"], "changeTracking": {"modes": ["json"]}},
            "missing_schema",
            "changeTracking: ",
        ),
        (
            {"formats": ["changeTracking"], "changeTracking": {"modes": ["xml"]}},
            "unknown_mode",
            "changeTracking.modes[0]: ",
        ),
        (
            {"formats": ["changeTracking"], "changeTracking": {"previous": 5}},
            "invalid_snapshot",
            "changeTracking.previous: ",
        ),
        (
            {"formats": ["changeTracking"], "changeTracking": 5},
            "invalid_request",
            "changeTracking: expected an object",
        ),
        (
            {
                "formats": ["changeTracking"],
                "changeTracking": {"modes": ["json"], "schema": {"$ref": "http://a.test/"}},
            },
            "invalid_schema",
            "schema",
        ),
        (
            {
                "formats": ["changeTracking"],
                "changeTracking": {
                    "modes": ["json"],
                    "schema": {"properties": {"a": {"x-selector": "p:nth-child(("}}},
                },
            },
            "invalid_schema",
            "x-selector",
        ),
        ({"goal": "g" * 2_049}, "field_too_long", "goal: "),
        (
            {"formats": ["json"], "jsonOptions": {"prompt": "p" * 10_001}},
            "field_too_long",
            "jsonOptions.prompt: 10,001 characters, at most 10,000 are allowed",
        ),
        (
            {
                "formats": ["changeTracking"],
                "changeTracking": {"modes": ["json"], "prompt": "p" * 10_001},
            },
            "field_too_long",
            "changeTracking.prompt: 10,001 characters, at most 10,000 are allowed",
        ),
        (
            {"formats": ["json", "changeTracking"], "changeTracking": {"prompt": " \n"}},
            "missing_schema",
            "send a schema or a prompt",
        ),
        ({"timeout": -1}, "invalid_timeout", "timeout: "),
        ({"timeout": True}, "invalid_timeout", "timeout: "),
        ({"onlyMainContent": 1}, "invalid_request", "onlyMainContent: "),
        ({"url": None}, "missing_url", "url: "),
        ({"url": 5}, "invalid_request", "url: expected a string"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_fetched(
    world: World, body: dict[str, Any], reason: str, words: str
) -> None:
    """400, with the place, and the site has seen nobody."""
    response = world.scrape("/pricing", **body)
    answer = response.json()
    assert (response.status_code, answer["reason"]) == (400, reason)
    assert words in answer["error"]
    assert world.site.visits == []


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "url_blocked"),
        ("http://[::ffff:10.0.0.1]/", "url_blocked"),
        ("file:///etc/passwd", "unsupported_scheme"),
        ("http://u:p@example.com/", "url_credentials"),
        ("http://example.com:6379/", "port_not_allowed"),
        ("http://a.test\\@127.0.0.1/", "invalid_url"),
        ("no url", "invalid_url"),
        ("example.com", "unsupported_scheme"),
        ("https://example.com/" + "a" * 3000, "url_too_long"),
    ],
)
def test_B1_B4_B12_an_address_that_is_forbidden_is_the_caller_s_fault(
    world: World, version: str, url: str, reason: str
) -> None:
    """400 with the rule, and nothing of what the address is."""
    response = world.client.post(f"/{version}/scrape", json={"url": url})
    answer = response.json()
    assert (response.status_code, answer["reason"]) == (400, reason)
    assert answer["error"].startswith("url: ")


def test_B8_a_redirect_to_where_it_is_forbidden(world: World) -> None:
    """Every hop obeys the same rules."""
    assert world.refusal("/to-private") == (400, "invalid_request", "url_blocked")


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/loop", "too_many_redirects"), ("/huge", "response_too_large")],
)
def test_B9_B19_a_page_that_cannot_be_fetched_is_422(world: World, path: str, reason: str) -> None:
    """Nothing that a request names leads to a status of 500 or more."""
    assert world.refusal(path) == (422, "target_unreachable", reason)


def test_B20_a_page_that_takes_too_long(world: World) -> None:
    """The time of the request counts, under both its names."""
    assert world.refusal("/slow", timeout=200)[2] == "deadline_exceeded"
    assert world.refusal("/slow", deadlineMs=200)[2] == "deadline_exceeded"


def test_B29_what_robots_txt_forbids_is_not_fetched() -> None:
    """Unless an operator says that the sites are his own."""
    with make_world() as world:
        world.site.robots = "User-agent: *\nDisallow: /pricing"
        assert world.refusal("/pricing") == (422, "target_unreachable", "robots_disallowed")
        assert world.data("/product")["markdown"]
        assert world.site.visits == ["/product"]
    with make_world(robots="ignore") as world:
        world.site.robots = "User-agent: *\nDisallow: /"
        assert world.data("/pricing")["markdown"]


def test_B30_the_endpoint_does_not_scrape_itself(world: World) -> None:
    """A request that a changetrack server sent is refused."""
    response = world.client.get("/health", headers={"X-Changetrack-Hop": "1"})
    assert (response.status_code, response.json()["reason"]) == (400, "request_loop")


def test_nothing_to_extract_says_what_to_do(world: World) -> None:
    """No selector, no structured data, no model: 422 with the remedy."""
    response = world.scrape("/pricing", formats=["json"], jsonOptions={"schema": SCHEMA})
    answer = response.json()
    assert (response.status_code, answer["errorCode"]) == (422, "extraction_error")
    assert "x-selector" in answer["error"]


def test_selectors_that_find_nothing_are_named(world: World) -> None:
    """It has selectors, so to add some would be no advice."""
    schema = {"properties": {"price": {"x-selector": ".nowhere"}}}
    answer = world.scrape("/pricing", formats=["json"], jsonOptions={"schema": schema}).json()
    assert answer["error"].startswith(
        "jsonOptions: no field was found in the page"
        " (nothing matches schema.properties.price.x-selector); correct the schema"
    )


def test_schema_errors_name_their_place(world: World) -> None:
    """On both versions, where the schema stands in the request."""
    schema = {"properties": {"price": {"type": 5}}}
    one = world.scrape("/pricing", formats=["json"], jsonOptions={"schema": schema}).json()
    two = world.scrape("/pricing", "v2", formats=["links", {"type": "json", "schema": schema}])
    assert one["error"].startswith("jsonOptions.schema.properties.price.type: ")
    assert two.json()["error"].startswith("formats[1].schema.properties.price.type: ")


def test_what_a_page_holds_is_not_the_caller_s_fault(world: World) -> None:
    """A page of tables has as many commas as a hostile body, and can be tracked twice."""
    rows = "a,b,c,d,e,f\n" * 60_000
    world.site.extra = rows
    first = world.data("/extra", formats=["changeTracking"])["changeTracking"]
    world.site.extra = rows + "g,h"
    again = {"previous": first["snapshot"]}
    second = world.data("/extra", formats=["changeTracking"], changeTracking=again)
    assert second["changeTracking"]["diff"]["text"].endswith("\n+g,h\n")


def test_a_prompt_needs_a_model(world: World) -> None:
    """Without one, the remedy is an operator's."""
    assert world.refusal("/pricing", formats=["json"], jsonOptions={"prompt": "the price"}) == (
        422,
        "extraction_error",
        "nothing_extracted",
    )


def test_B31_a_page_that_is_too_much_to_read() -> None:
    """More elements than anybody's page has: the page's fault, not ours."""
    with make_world(page_elements="5") as world:
        assert world.refusal("/pricing") == (422, "extraction_error", "conversion_failed")


def test_formats_may_be_objects_on_v2(world: World) -> None:
    """And every spelling is understood."""
    data = world.data(
        "/product",
        "v2",
        formats=[
            {"type": "markdown"},
            "raw_html",
            {"type": "json", "schema": {"properties": {"name": {}}}},
            {"type": "change_tracking", "modes": ["git-diff"]},
        ],
        only_main_content=False,
        origin="test",
    )
    assert data["json"] == {"name": "Lamp"}
    assert {"markdown", "rawHtml", "changeTracking"} <= set(data)
