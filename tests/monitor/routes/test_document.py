"""The OpenAPI document of a server with monitors: complete, valid, and true of what is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from changetrack import JsonObject, JsonValue
from changetrack.monitor.models import Page
from changetrack.monitor.tables import CHECKS, PAGES
from changetrack_server.capabilities import describe_capabilities
from changetrack_server.docs_page import render_docs
from changetrack_server.errors import FAULTS
from changetrack_server.monitor.routes import monitor_routes
from changetrack_server.openapi import describe_openapi, write_openapi
from changetrack_server.openapi.refusals import REASONS
from changetrack_server.routes import list_routes
from changetrack_server.settings import Settings
from tests.definitions import build_validator, close_objects, list_misfits
from tests.monitor.routes.world import HOOKED, NOW, ORDER, World, a_world

SETTINGS = Settings(monitors=True)
DOCUMENT = describe_openapi(SETTINGS)
CLOSED = cast("JsonObject", close_objects(DOCUMENT))


def _operations() -> Iterator[tuple[str, str, JsonObject]]:
    for path, item in cast("dict[str, JsonObject]", DOCUMENT["paths"]).items():
        for method, operation in item.items():
            yield path, method, cast("JsonObject", operation)


def test_the_document_is_openapi_3_1() -> None:
    """As the specification's own schema has it, with every reference and parameter in it."""
    errors = OpenAPIV31SpecValidator(DOCUMENT).iter_errors()
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_every_route_is_in_the_document_and_nothing_else() -> None:
    """Those of both dialects, of exports, of imports, and of what a mail leads to."""
    described = {(path, method.upper()) for path, method, _ in _operations()}
    routes = {
        (route.path, method)
        for route in (*list_routes(SETTINGS), *monitor_routes(SETTINGS))
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert routes == described


def test_every_operation_has_a_name_of_its_own() -> None:
    """Generated clients call it by its name."""
    names = [str(operation["operationId"]) for _, _, operation in _operations()]
    assert len(names) == len(set(names))


def test_every_reason_is_somewhere_in_the_document() -> None:
    """But for those that stand in a line, or in a page of a check."""
    text = write_openapi(SETTINGS).decode()
    apart = {"line_too_large", "not_a_sitemap", "not_a_feed"}
    assert {name for name in REASONS if f"- `{name}`: " not in text} == apart
    assert set(FAULTS) <= set(REASONS)


def test_a_server_without_monitors_says_nothing_of_them() -> None:
    """Neither its document nor its page, nor what it says that it can do."""
    without = replace(SETTINGS, monitors=False)
    said = write_openapi(without).decode() + render_docs(without).html
    assert ("monitor" in said.lower(), "monitors" in describe_capabilities(without)) == (
        False,
        False,
    )


def test_a_server_with_monitors_says_so() -> None:
    """With what it has for them as it is set up."""
    settings = replace(SETTINGS, min_interval_minutes=5, smtp_host="mail", mail_from="a@b.example")
    assert describe_capabilities(settings)["monitors"] == {
        "dialects": ["/v1/monitor", "/v2/monitor"],
        "targets": ["scrape", "crawl", "sitemap", "feed"],
        "minIntervalMinutes": 5,
        "maxMonitors": 10_000,
        "judge": False,
        "email": True,
        "webhooks": True,
        "idempotency": True,
    }
    page = render_docs(SETTINGS).html
    assert page.count('id="route-') == len([*_operations()])


@pytest.fixture
def world() -> Iterator[World]:
    """Have an app without keys."""
    with a_world() as made:
        yield made


FULL: JsonObject = {
    **HOOKED,
    "schedule": "every 90 minutes",
    "goal": "g",
    "targets": [
        *cast("list[JsonValue]", ORDER["targets"]),
        {
            "type": "crawl",
            "url": "https://example.com/",
            "changeMode": "json",
            "jsonSchema": {"type": "object"},
            "maxPages": 5,
        },
    ],
    "notification": {"email": {"enabled": False, "recipients": ["a@example.com"]}},
    "monthlyCredits": 10_000,
}


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_answer_is_what_the_document_says(world: World, version: str) -> None:
    """To the last key; what a schema does not know is a mistake in one of the two."""
    root = f"/{version}/monitor"
    made = cast("JsonObject", world.say("POST", root, FULL)["data"])
    ids = {"monitor_id": str(made["id"])}
    check = world.say("POST", f"{root}/{made['id']}/run")
    ids["check_id"] = str(check["id"])
    ids["delivery_id"] = str(
        cast("JsonObject", world.say("POST", f"{root}/{made['id']}/webhook/test")["data"])["id"]
    )
    page = Page(
        id="p",
        check_id=ids["check_id"],
        monitor_id=ids["monitor_id"],
        target_id="t",
        url="https://example.com/",
        status="changed",
        position=0,
        fields={"a": 1},
        diff={"text": "", "json": {}},
        created_at=NOW,
    )
    world.keep(lambda each: each.put(PAGES, page))
    world.keep(lambda each: each.put(PAGES, replace(page, id="q", position=1)))
    kept = world.keep(lambda each: each.find(CHECKS, ids["check_id"]))
    assert kept is not None
    misfits = {}
    calls: dict[tuple[str, str], JsonValue] = {
        ("get", ""): None,
        ("post", "/preview"): {"schedule": "daily"},
        ("get", "/{monitor_id}"): None,
        ("patch", "/{monitor_id}"): {"name": "n"},
        ("post", "/{monitor_id}/pause"): {},
        ("post", "/{monitor_id}/resume"): {},
        ("get", "/{monitor_id}/checks"): None,
        ("get", "/{monitor_id}/checks/{check_id}"): None,
        ("get", "/{monitor_id}/deliveries"): None,
        ("post", "/{monitor_id}/deliveries/redeliver"): {"since": "2026-05-17T00:00:00Z"},
        ("post", "/{monitor_id}/deliveries/{delivery_id}/redeliver"): {},
        ("post", "/{monitor_id}/webhook/rotate"): {},
        ("post", "/{monitor_id}/webhook/test"): {},
        ("post", "/{monitor_id}/webhook/enable"): {},
        ("delete", "/{monitor_id}"): None,
    }
    for (method, path), body in calls.items():
        target = f"{root}{path.format(**ids)}"
        query = "?limit=1" if method == "get" and path != "/{monitor_id}" else ""
        sent: object = ... if body is None else body
        envelope = world.say(method.upper(), f"{target}{query}", sent)
        pointer = f"{root}{path}".replace("/", "~1")
        schema = f"#/paths/{pointer}/{method}/responses/200/content/application~1json/schema"
        found = list_misfits(build_validator(CLOSED, schema), envelope)
        if found:
            misfits[method, path] = found
    assert misfits == {}


def test_every_example_is_as_its_schema_says() -> None:
    """What people copy is right."""
    wrong = {}
    for path, method, operation in _operations():
        if "/monitor" not in path:
            continue
        step = path.replace("/", "~1")
        for part, closed in (("requestBody", False), ("responses/200", True)):
            content: object = operation
            for name in part.split("/"):
                content = cast("JsonObject", content).get(name, {})
            json = cast("JsonObject", cast("JsonObject", content).get("content", {}))
            example = cast("JsonObject", json.get("application/json", {})).get("example")
            if example is None:
                continue
            pointer = f"#/paths/{step}/{method}/{part}/content/application~1json/schema"
            validator = build_validator(CLOSED if closed else DOCUMENT, pointer)
            found = list_misfits(validator, example)
            if found:
                wrong[path, method, part] = found
    assert wrong == {}
