"""What scrapes answer, over HTTP, is what the document says: of good pages and of all others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple, cast
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from changetrack import JsonObject, JsonValue
from changetrack_server.app import create_app
from changetrack_server.egress.dialling import Network
from changetrack_server.formats import Version
from changetrack_server.openapi import describe_openapi
from changetrack_server.openapi.examples import (
    SCRAPE_REQUEST,
    SCRAPE_REQUEST_V2,
    answer_scrape,
)
from changetrack_server.settings import Settings
from tests.definitions import build_validator, close_objects, list_misfits
from tests.server.language_model import LanguageModel, say
from tests.server.serving import serve
from tests.server.sites import Site
from tests.spec.rows import find

PUBLIC = "93.184.215.14"
SCHEMA: JsonObject = {
    "properties": {
        "price": {"type": "string", "x-selector": ".price::text"},
        "name": {"type": "string"},
    }
}
PATHS = [
    *("/pricing", "/product", "/plain", "/data.json", "/file.pdf", "/redirect", "/loop"),
    *("/to-private", "/login", "/account", "/challenge", "/soft-404", "/error", "/gone"),
    *("/empty", "/charset", "/latin", "/zipped", "/huge", "/slow", "/nowhere"),
]
EVERYTHING: list[JsonValue] = ["markdown", "html", "rawHtml", "links", "json", "changeTracking"]
VERDICT: JsonObject = {
    "reason": "The price went up.",
    "meaningful": True,
    "confidence": "high",
    "meaningfulChanges": [
        {"type": "changed", "before": "$19", "after": "$24", "reason": "It did.", "evidence": []}
    ],
}


class World(NamedTuple):
    """Where the endpoint is, and the site that it fetches."""

    endpoint: str
    site: Site


def _lead_to(pages: str) -> Network:
    """Return a network in which every site is the one on loopback."""
    port = urlsplit(pages).port or 0
    return Network(
        resolve=lambda host, _port: [PUBLIC if host.endswith(".example") else "127.0.0.1"],
        dial_as=lambda address, given: ("127.0.0.1", port if address == PUBLIC else given),
    )


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Serve a site, an endpoint, and a language model that finds every change meaningful."""
    site, model = Site(), LanguageModel(say(VERDICT))
    with serve(site.app) as pages, serve(model.app) as thinking:
        settings = Settings(
            work_processes=1, fetch_seconds=0.5, llm_base_url=f"{thinking}/v1", llm_model="m"
        )
        with serve(create_app(settings, network=_lead_to(pages))) as endpoint:
            yield World(endpoint, site)


CLOSED = cast("JsonObject", close_objects(describe_openapi(Settings())))


def _scrape(world: World, version: str, body: JsonObject) -> JsonObject:
    """Return the answer to a scrape, which is what its status says."""
    answer = httpx2.post(f"{world.endpoint}/{version}/scrape", json=body)
    pointer = f"#/paths/~1{version}~1scrape/post/responses/{answer.status_code}"
    validator = build_validator(CLOSED, f"{pointer}/content/application~1json/schema")
    envelope: JsonObject = answer.json()
    assert list_misfits(validator, envelope) == []
    return envelope


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_described_to_the_last_key(
    world: World, path: str, version: Version
) -> None:
    """The first visit, and one after the price went up; in every mode, with every format."""
    for modes in (["gitDiff"], ["json"], ["gitDiff", "json"]):
        tracking: JsonObject = {"modes": [*modes], "schema": SCHEMA, "tag": "t"}
        for price in (19, 24):
            world.site.price = price
            body: JsonObject = {
                "url": f"http://site.example{path}",
                "formats": EVERYTHING,
                "changeTracking": {**tracking},
                "goal": "prices",
                "judgeEnabled": True,
                "mobile": True,
            }
            envelope = _scrape(world, version, body)
            if not envelope["success"]:
                break
            tracking["previous"] = cast("JsonValue", find(envelope, "data.changeTracking.snapshot"))
        if path in {"/huge", "/slow"}:
            return


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_where_only_fields_changed_both_dialects_are_described(
    world: World, version: Version
) -> None:
    """The tree of a text that stayed as it was is an empty one."""
    world.site.price = 19
    schema: JsonObject = {"properties": {"price": {"x-selector": ".price"}}}
    tracking: JsonObject = {"modes": ["gitDiff", "json"], "schema": schema}
    body: JsonObject = {
        "url": "http://site.example/pricing",
        "formats": ["changeTracking"],
        "changeTracking": tracking,
    }
    snapshot = find(_scrape(world, version, body), "data.changeTracking.snapshot")
    tracking["previous"] = {**cast("JsonObject", snapshot), "json": {"price": "$3"}}
    diff = find(_scrape(world, version, body), "data.changeTracking.diff")
    pair: JsonObject = {"previous": "$3", "current": "$19"}
    expected: dict[str, JsonObject] = {
        "v1": {"price": pair},
        "v2": {"files": [], "additions": 0, "deletions": 0},
    }
    assert diff == {"text": "", "json": expected[version]}


def test_a_judged_change_is_described(world: World) -> None:
    """With what it cites."""
    world.site.price = 24
    body: JsonObject = {
        "url": "http://site.example/pricing",
        "formats": ["changeTracking"],
        "changeTracking": {"previous": {"markdown": "# Pricing\n\n## Starter\n\n$19"}},
        "goal": "prices",
        "judgeEnabled": True,
    }
    judgment = find(_scrape(world, "v1", body), "data.changeTracking.judgment")
    assert find(judgment, "meaningfulChanges.0.evidence") == ["h1"]


@pytest.mark.parametrize(
    ("version", "request_body"), [("v1", SCRAPE_REQUEST), ("v2", SCRAPE_REQUEST_V2)]
)
def test_the_example_is_what_a_server_answers(version: str, request_body: JsonObject) -> None:
    """Word for word, if the page says so; only its address is of another scheme here."""
    html = '<html lang="en"><title>Pricing</title><p>Starter $24</p><p>Pro $49</p></html>'
    site = Starlette(routes=[Route("/{path:path}", lambda _request: HTMLResponse(html))])
    seen_at = datetime(2026, 6, 15, 12, tzinfo=UTC)
    network = Network(resolve=lambda _host, _port: [PUBLIC], dial_as=lambda *_: ("127.0.0.1", port))
    with serve(site) as pages:
        port = urlsplit(pages).port or 0
        app = create_app(Settings(work_processes=1), network=network, now=lambda: seen_at)
        with serve(app) as endpoint:
            body = {**request_body, "url": "http://example.com/pricing"}
            answer = httpx2.post(f"{endpoint}/{version}/scrape", json=body)
    assert json.loads(answer.text.replace("http://", "https://")) == answer_scrape()
