"""Nobody sees, changes or runs what is somebody else's: every route with every wrong key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from changetrack import JsonObject
from changetrack.monitor.tables import CHECKS, DELIVERIES, MONITORS
from changetrack_server.monitor.routes import monitor_routes
from tests.monitor.routes.world import ORDER, World, a_world

OPEN = "/monitor/email/"


@dataclass(frozen=True, slots=True)
class Owned:
    """A world in which somebody has one of everything."""

    world: World
    monitor_id: str
    check_id: str
    delivery_id: str
    key: str
    other: str


@pytest.fixture(scope="module")
def owned() -> Iterator[Owned]:
    """Have two owners, of whom one has a monitor, a check and a delivery."""
    with a_world(key_requests_per_minute=0) as world:
        key, other = world.hand_out("one"), world.hand_out("other")
        monitor_id = world.make(key=key)
        path = f"/v2/monitor/{monitor_id}"
        check: Any = world.say("POST", f"{path}/run", key=key)
        delivery: Any = world.say("POST", f"{path}/webhook/test", key=key)["data"]
        yield Owned(world, monitor_id, check["id"], delivery["id"], key, other)


def _list_routes(owned: Owned) -> list[tuple[str, str]]:
    """Return the method and the path of every route of monitors, with what is the owner's in it."""
    ids = {
        "monitor_id": owned.monitor_id,
        "check_id": owned.check_id,
        "delivery_id": owned.delivery_id,
    }
    return [
        (method, route.path.format(**ids))
        for route in monitor_routes(owned.world.orchestra.settings)
        for method in sorted(route.methods or ())
        if OPEN not in route.path
    ]


# What a body must hold for a request to get as far as the owner of what it is about.
def _body(method: str, path: str) -> Any:  # noqa: ANN401 - any JSON
    if method in {"GET", "HEAD", "DELETE"}:
        return ...
    if path.endswith("/import"):
        return []
    if path.endswith("/deliveries/redeliver"):
        return {"since": "2026-05-17T00:00:00Z"}
    if path.endswith("/recipients/resend"):
        return {"email": "alerts@example.com"}
    return {"name": "n"} if method == "PATCH" else {**ORDER}


def _rows(world: World) -> Any:  # noqa: ANN401 - rows
    return world.keep(
        lambda each: [
            each.select(table, {"owner": "one"}) for table in (MONITORS, CHECKS, DELIVERIES)
        ]
    )


def test_every_route_with_the_key_of_somebody_else(owned: Owned) -> None:
    """What has an id in it is not there; what has none knows only what is one's own."""
    before = _rows(owned.world)
    wrong = {}
    for method, path in _list_routes(owned):
        answer = owned.world.ask(method, path, _body(method, path), key=owned.other)
        if owned.monitor_id in path:
            reasons = {"monitor_not_found", "delivery_not_found"}
            is_hidden = answer.status == 404 and answer.json["reason"] in reasons
        else:
            is_hidden = answer.status == 200 and owned.monitor_id not in answer.body.decode()
        if not is_hidden:
            wrong[method, path] = (answer.status, answer.body[:200])
    assert wrong == {}
    assert _rows(owned.world) == before


@pytest.mark.parametrize("key", ["", "ct_live_nobody"])
def test_every_route_without_a_key_that_is_known(owned: Owned, key: str) -> None:
    """Once a key was handed out, nobody gets in without one."""
    answers = {
        (method, path): owned.world.ask(method, path, _body(method, path), key=key).status
        for method, path in _list_routes(owned)
    }
    assert answers == dict.fromkeys(answers, 401)


def test_what_stands_in_a_mail_needs_no_key(owned: Owned) -> None:
    """Its token is one; without it there is nothing to see."""
    answers = [
        owned.world.ask("POST", f"/{version}{OPEN}{verb}", {"token": "x" * 43}).status
        for version in ("v1", "v2")
        for verb in ("confirm", "unsubscribe")
    ]
    assert 401 not in answers
    assert max(answers) < 500


def _needed(method: str, path: str) -> str:
    if method in {"GET", "HEAD"} or path.endswith("/preview"):
        return "read"
    return "run" if path.endswith("/run") else "write"


@pytest.mark.parametrize("scope", ["read", "write", "run"])
def test_every_route_with_a_key_of_one_scope(owned: Owned, scope: str) -> None:
    """It does what the scope is for, and is told which one it lacks for everything else."""
    key = owned.world.hand_out("third", scope)
    wrong = {}
    for method, path in [*_list_routes(owned), ("POST", "/v1/change-tracking/diff")]:
        needed = "run" if path == "/v1/change-tracking/diff" else _needed(method, path)
        answer = owned.world.ask(method, path, _body(method, path), key=key)
        expected: JsonObject = {
            "success": False,
            "error": f"the API key has no scope '{needed}'; use a key that has the scope",
            "errorCode": "forbidden",
            "reason": "forbidden_scope",
        }
        is_refused = answer.status == 403
        if is_refused != (needed != scope) or (
            is_refused and method != "HEAD" and answer.json != expected
        ):
            wrong[method, path] = answer.status
    assert wrong == {}
