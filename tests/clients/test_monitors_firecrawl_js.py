"""Monitors through Firecrawl's own JavaScript client, unmodified, where node is present."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.commands import read, run_node
from tests.clients.houses import House, open_house, wait_for
from tests.clients.shop import ITEMS


@pytest.fixture(scope="module")
def lived() -> Iterator[tuple[House, dict[str, Any]]]:
    """Return what the client's script saw, and where."""
    with open_house() as house:
        done = run_node("@mendable/firecrawl-js", "monitors.mjs", house.endpoint, house.pages)
        yield house, read(done)


@pytest.fixture
def seen(lived: tuple[House, dict[str, Any]]) -> dict[str, Any]:
    """Return what the client's script saw."""
    return lived[1]


def test_a_monitor_is_made_and_run(seen: dict[str, Any]) -> None:
    """The client gets what it ordered, and a check that ends."""
    made = seen["created"]
    assert made["schedule"] == {
        "cron": "0 9 * * *",
        "timezone": "Europe/Berlin",
        "text": "daily at 9am",
    }
    assert (made["goal"], made["judgeEnabled"]) == ("Tell me of prices.", False)
    assert (made["status"], made["lastRunAt"], made["currentCheckId"]) == ("active", None, None)
    assert seen["begun"] == {"status": "queued", "trigger": "manual"}
    assert [page["status"] for page in seen["first"]["pages"]] == ["new", "new"]


def test_a_change_is_read_through_the_client(seen: dict[str, Any]) -> None:
    """The changed page has its text and its tree, the other one nothing."""
    pages = {page["status"]: page for page in seen["second"]["pages"]}
    assert "$19 today, as it says here.\n+Item 0" in pages["changed"]["diff"]["text"]
    [file] = pages["changed"]["diff"]["json"]["files"]
    assert (file["additions"], file["deletions"]) == (1, 1)
    assert pages["same"]["diff"] is None
    assert seen["got"]["lastCheckSummary"] == seen["second"]["summary"]
    assert seen["checks"] == [seen["second"]["id"], seen["first"]["id"]]
    assert (seen["completed"], seen["failed"]) == (1, [])


def test_a_part_of_a_schedule_is_changed_and_null_clears(seen: dict[str, Any]) -> None:
    """What is not said stays, what is null is gone, and an update of nothing is none."""
    paused, cleared, untouched = seen["paused"], seen["cleared"], seen["untouched"]
    assert (paused["status"], paused["goal"]) == ("paused", "Tell me of prices.")
    assert paused["schedule"] == {"cron": "0 9 * * *", "timezone": "UTC", "text": "daily at 9am"}
    assert [cleared[name] for name in ("status", "goal", "webhook", "notification")] == [
        "active",
        None,
        None,
        None,
    ]
    assert cleared["targets"] == seen["created"]["targets"]
    assert {**untouched, "version": 0, "updatedAt": ""} == {
        **cleared,
        "version": 0,
        "updatedAt": "",
    }
    assert seen["listed"] == [seen["created"]["id"]]


def test_all_pages_are_found_in_portions(
    lived: tuple[House, dict[str, Any]],
) -> None:
    """The client follows a relative `next` to the end, and takes no portion for the whole."""
    house, seen = lived
    wanted = {
        "crawl": [f"{house.pages}/", *house.list_items(ITEMS)],
        "scrape": house.list_items(50),
    }
    for kind, urls in wanted.items():
        found = seen[kind]
        assert sorted(found["urls"]) == sorted(urls)
        assert (found["next"], found["summary"]["totalPages"]) == (None, len(urls))
        assert len(found["portion"]["pages"]) == 7
        assert found["portion"]["next"].startswith("/v2/monitor/")


def test_fields_are_read_through_the_client(seen: dict[str, Any]) -> None:
    """In mixed mode there are the fields, the text, and what was found."""
    [page] = seen["fields"]
    assert page["diff"]["json"] == {"offers.price": {"previous": 24, "current": 29}}
    assert "costs $24 today." in page["diff"]["text"]
    assert page["snapshot"] == {"json": {"offers": {"price": 29}}}


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("paused", 409, "paused"),
        ("busy", 409, "Monitor check is already running"),
        ("wrong", 400, "schedule.text"),
        ("gone", 404, "Monitor not found"),
        ("deletedTwice", 404, "Monitor not found"),
    ],
)
def test_refusals_are_the_client_s_own_errors(
    seen: dict[str, Any], name: str, status: int, words: str
) -> None:
    """They carry the status, and a text that says what to do."""
    refused = seen["refused"][name]
    assert refused["status"] == status
    assert words in refused["message"]


def test_its_webhook_was_told_of_both_checks(lived: tuple[House, dict[str, Any]]) -> None:
    """Of the two events it asked for one."""
    house, seen = lived
    told = wait_for(lambda: [*house.shop.told], lambda each: len(each) == 2)
    assert {each.event["id"] for each in told} == {seen["first"]["id"], seen["second"]["id"]}
    assert {each.event["type"] for each in told} == {"monitor.check.completed"}
    assert seen["deleted"] is True
