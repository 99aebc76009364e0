"""What one caller sends keeps nobody else waiting."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from changetrack import JsonObject, JsonValue
from changetrack.monitor.ids import name_id
from tests.monitor.routes.world import ORDER, a_world

# Each of them takes a moment to be read; there is room for ten times as many in a body.
PATTERNS: list[JsonValue] = [f"(?:a|b|c|d){{1,20}}{'x' * 100}{number}" for number in range(100)]
MONITORS = 60


def _make_record(number: int) -> JsonObject:
    target: JsonObject = {
        "type": "crawl",
        "url": "https://example.com/",
        "crawlOptions": {"includePaths": PATTERNS},
    }
    definition: JsonObject = {**ORDER, "targets": [target]}
    return {"type": "monitor", "id": name_id("record", number), "definition": definition}


def test_an_import_that_takes_its_time_holds_up_nobody() -> None:
    """Seconds of patterns and schedules are read beside the event loop, and not in it."""
    # The last record is none, so that nothing of all this is written.
    body = [*map(_make_record, range(MONITORS)), 0]
    with a_world() as world, ThreadPoolExecutor(1) as pool:
        begun = time.monotonic()
        answer = pool.submit(world.ask, "POST", "/v1/monitor/import", body)
        worst = 0.0
        while not answer.done():
            asked = time.monotonic()
            assert world.ask("GET", "/health").status == 200
            worst = max(worst, time.monotonic() - asked)
            time.sleep(0.01)
        took = time.monotonic() - begun
    assert (answer.result().status, worst < took / 2) == (400, True), (worst, took)
