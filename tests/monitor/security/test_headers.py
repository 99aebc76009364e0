"""Headers of a webhook may open somebody's door: a key that may only read does not see them."""

from __future__ import annotations

from typing import Any

from changetrack import JsonObject
from tests.monitor.routes.world import a_world

HOOK: JsonObject = {"url": "https://example.com/hook", "headers": {"Authorization": "Bearer s3"}}


def test_a_key_that_reads_sees_the_names_of_headers_only() -> None:
    """Alone, in a list, and in an export, which goes to another installation."""
    with a_world() as world:
        writes = world.hand_out("one")
        reads = world.hand_out("one", "read")
        path = f"/v1/monitor/{world.make(key=writes, webhook=HOOK)}"
        shown: Any = world.say("GET", path, key=reads)["data"]
        listed: Any = world.say("GET", "/v1/monitor", key=reads)["data"]
        whole: Any = world.say("GET", path, key=writes)["data"]
        export = world.ask("GET", "/v1/monitor/export", key=writes)
    assert shown["webhook"]["headers"] == {"Authorization": "***"}
    assert listed[0]["webhook"]["headers"] == {"Authorization": "***"}
    assert whole["webhook"]["headers"] == HOOK["headers"]
    assert b"s3" not in export.body
