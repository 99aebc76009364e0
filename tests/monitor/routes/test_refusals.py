"""What is asked wrongly of monitors over HTTP, and what is answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from changetrack import JsonObject
from tests.monitor.routes.world import ORDER, World, a_world

NOBODY = "019df960-06e7-7383-9d89-82c0113dc31a"


@pytest.fixture
def world() -> Iterator[World]:
    """Have an app without keys."""
    with a_world() as made:
        yield made


def _data(envelope: JsonObject) -> Any:  # noqa: ANN401 - any JSON
    return envelope["data"]


BAD: dict[str, tuple[str, str, Any, int, str]] = {
    "no UUID": ("GET", "/mine", ..., 400, "invalid_monitor"),
    "a folder of ours": ("GET", "/email", ..., 400, "invalid_monitor"),
    "no object": ("POST", "", "{", 400, "invalid_request"),
    "a check of nobody": ("GET", f"/{NOBODY}/checks/{NOBODY}", ..., 404, "monitor_not_found"),
    "a limit of nothing": ("GET", "?limit=0", ..., 400, "invalid_monitor"),
    "a limit that is too large": ("GET", "?limit=101", ..., 400, "invalid_monitor"),
    "a limit that is none": ("GET", "?limit=ten", ..., 400, "invalid_monitor"),
    "a negative offset": ("GET", "?offset=-1", ..., 400, "invalid_monitor"),
    "digits of another script": ("GET", "?limit=%D9%A5", ..., 400, "invalid_monitor"),
    "a cursor of nobody": ("GET", "?cursor=x", ..., 400, "invalid_cursor"),
    "a long cursor": ("GET", f"?cursor={'x' * 5000}", ..., 400, "invalid_monitor"),
    "a status of nothing": ("GET", f"/{NOBODY}/checks?status=done", ..., 400, "invalid_monitor"),
    "a method that is none": ("PUT", f"/{NOBODY}", ..., 405, "method_not_allowed"),
}


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("name", BAD)
def test_what_is_asked_wrongly_is_said_so(world: World, version: str, name: str) -> None:
    """In an envelope with our words, and beside them those of the dialect that has some."""
    method, end, body, status, reason = BAD[name]
    answer = world.ask(method, f"/{version}/monitor{end}", body)
    assert (answer.status, answer.json["reason"]) == (status, reason)
    has_details = version == "v2" and status == 400
    assert ("details" in answer.json, answer.json.get("code")) == (
        has_details,
        "BAD_REQUEST" if has_details else None,
    )


def test_broken_json_has_its_own_word(world: World) -> None:
    """As clients of Firecrawl know it; on /v1 our own words are enough."""
    answer = world.inside.ask("POST", "/v2/monitor", b"{", [(b"content-type", b"application/json")])
    assert (answer.status, answer.json["code"]) == (400, "BAD_REQUEST_INVALID_JSON")


def test_details_have_the_path_in_steps(world: World) -> None:
    """So that a form can show the error at its field."""
    body: Any = {**ORDER, "targets": [{"type": "scrape", "urls": ["https://example.com/", "x"]}]}
    answer = world.ask("POST", "/v2/monitor", body)
    assert answer.json["details"] == [
        {
            "path": ["targets", 0, "urls", 1],
            "message": "'x' is no absolute http URL; begin it with https://",
            "code": "invalid_monitor",
        }
    ]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1/", "url_blocked"),
        ("http://[::1]/", "url_blocked"),
        ("https://user:pw@example.com/", "url_credentials"),
        ("https://example.com:22/", "port_not_allowed"),
    ],
)
def test_what_may_not_be_fetched_is_refused_when_it_is_ordered(
    world: World, url: str, reason: str
) -> None:
    """And not at every check from then on."""
    body: Any = {**ORDER, "targets": [{"type": "scrape", "urls": [url]}]}
    answer = world.ask("POST", "/v1/monitor", body)
    assert (answer.status, answer.json["reason"]) == (400, reason)
    assert answer.json["error"].startswith("targets[0].urls[0]: ")


def test_a_run_needs_no_body_and_no_type_of_one(world: World) -> None:
    """As the command line of Firecrawl sends it; one that is no JSON is refused all the same."""
    path = f"/v2/monitor/{world.make()}/run"
    assert world.inside.ask("POST", path, b"", [(b"content-length", b"0")]).status == 200
    wrong = [(b"content-length", b"2"), (b"content-type", b"text/plain")]
    assert world.inside.ask("POST", path, b"{}", wrong).reason == "unsupported_media_type"


def test_a_body_is_at_most_a_megabyte(world: World) -> None:
    """No monitor is larger, whatever other routes take."""
    answer = world.ask("POST", "/v1/monitor", {**ORDER, "goal": "x" * 2**20})
    assert (answer.status, answer.json["reason"]) == (413, "body_too_large")
