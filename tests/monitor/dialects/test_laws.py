"""Whatever a body holds, it is a monitor or an error that names its place, and nothing else."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from changetrack import JsonObject, JsonValue
from changetrack.errors import InvalidRequest, LimitExceeded
from changetrack.monitor.wire import DIALECTS, MonitorWish, read_patch, read_preview, write_monitor
from changetrack.monitor.wire.dialects import Version
from tests.monitor.dialects.bodies import MONITOR_ID, NOW, RULES, TARGET_ID, make, order

FULL: JsonObject = {
    "name": "m",
    "schedule": {"cron": "0 9 * * *", "timezone": "UTC"},
    "targets": [
        {
            "id": TARGET_ID,
            "type": "scrape",
            "urls": ["https://example.com/"],
            "changeMode": "mixed",
            "jsonSchema": {"type": "object", "properties": {"a": {"type": "string"}}},
            "prompt": "p",
            "changeTracking": {"context": 5, "trackOnlySchema": True, "tag": "t"},
            "scrapeOptions": {"formats": ["markdown"], "onlyMainContent": True, "timeout": 5000},
        },
        {
            "type": "crawl",
            "url": "https://example.com/",
            "crawlOptions": {
                "limit": 5,
                "maxDepth": 2,
                "includePaths": ["^/a"],
                "sitemap": "only",
                "allowSubdomains": True,
            },
        },
    ],
    "goal": "g",
    "judgeEnabled": True,
    "webhook": {
        "url": "https://example.com/",
        "headers": {"A": "1"},
        "metadata": {"a": [1]},
        "events": ["monitor.page"],
        "statuses": ["new"],
    },
    "notification": {
        "email": {"enabled": True, "recipients": ["a@example.com"], "includeDiffs": True},
        "channels": ["tgram://1:x/2"],
    },
    "retentionDays": 7,
    "monthlyCredits": 100,
    "removalChecks": 2,
    "status": "active",
    "runNow": True,
}


def _walk(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _walk(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _walk(child, (*path, index))


PATHS = [path for path in _walk(FULL) if path]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(["json", "crawl", "https://a.example/", "hourly", "0 9 * * *", "\ud800"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.text(max_size=12), st.sampled_from(["type", "url", "text", "modes"])),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


def _replace(path: tuple[str | int, ...], value: JsonValue) -> JsonObject:
    body: Any = deepcopy(FULL)
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return body  # type: ignore[no-any-return]  # an object, with something else in it


@given(st.sampled_from(PATHS), VALUES, st.sampled_from(["v1", "v2"]))
def test_a_body_with_anything_in_it_is_a_monitor_or_an_error(
    path: tuple[str | int, ...], value: JsonValue, version: Version
) -> None:
    """An error is the caller's; a monitor can be written out again, in both dialects."""
    body = _replace(path, value)
    try:
        ordered = order(version, body)
    except (InvalidRequest, LimitExceeded):
        return
    assert isinstance(ordered, MonitorWish)
    for dialect in DIALECTS.values():
        json.dumps(write_monitor(make(version, body), dialect))


@given(VALUES, st.sampled_from(["v1", "v2"]))
def test_any_json_is_a_change_a_schedule_or_an_error(value: JsonValue, version: Version) -> None:
    """Whichever route it is sent to."""
    dialect = DIALECTS[version]
    for read in (
        lambda: read_patch(value, dialect, RULES),
        lambda: read_preview(value, dialect, RULES, monitor_id=MONITOR_ID, now=NOW),
        lambda: read_patch({"schedule": value, "targets": value}, dialect, RULES),
        lambda: read_patch({"webhook": value, "notification": value}, dialect, RULES),
    ):
        with contextlib.suppress(InvalidRequest, LimitExceeded):
            assert read() is not None
