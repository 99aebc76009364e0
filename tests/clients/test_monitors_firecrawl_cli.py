"""Monitors through Firecrawl's own command line, unmodified, where node is present."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.clients.commands import Done, read, run_node
from tests.clients.houses import House, has_ended, open_house, wait_for
from tests.clients.shop import ITEMS

_PROGRAM = "node_modules/firecrawl-cli/dist/index.js"
KEY = "a-key-of-this-test"

Cli: TypeAlias = "Callable[..., Done]"


@pytest.fixture
def cli(house: House, tmp_path: Path) -> Cli:
    """Return `firecrawl monitor …` on the server."""
    return lead(house.endpoint, tmp_path)


def lead(endpoint: str, home: Path, *options: str) -> Cli:
    """Return `firecrawl monitor …` on a server, with a home of its own."""

    def command(*arguments: str, said: str = "") -> Done:
        given = ("--api-url", endpoint, *options, "monitor", *arguments)
        return run_node("firecrawl-cli", _PROGRAM, *given, home=home, said=said)

    return command


def make(cli: Cli, *options: str) -> str:
    """Return the id of a new monitor, which is due in some hours."""
    done = cli("create", "--name", "m", "--schedule", "daily at 9am", *options)
    return str(read(done)["data"]["id"])


def run(cli: Cli, monitor_id: str, *options: str) -> Any:  # noqa: ANN401 - any JSON
    """Have a monitor checked, and return the answer about the check when it has ended."""
    check_id = read(cli("run", monitor_id))["id"]
    return wait_for(
        lambda: read(cli("check", monitor_id, check_id, *options)),
        lambda answer: has_ended(answer["data"]["status"]),
    )


def test_a_whole_life(cli: Cli, house: House) -> None:
    """All eight commands, from `create` to a `get` that finds nothing."""
    monitor_id = make(cli, "--page", f"{house.pages}/items/0", "--goal", "Tell me of prices.")
    first = run(cli, monitor_id)
    assert [page["status"] for page in first["data"]["pages"]] == ["new"]
    house.shop.price = 24
    second = run(cli, monitor_id, "--page-status", "changed", "--limit", "1")
    [page] = second["data"]["pages"]
    assert "$19 today, as it says here.\n+Item 0" in page["diff"]["text"]
    assert page["judgment"]["degraded"] is True

    checks = read(cli("checks", monitor_id, "--limit", "1"))["data"]
    checks += read(cli("checks", monitor_id, "--limit", "1", "--offset", "1"))["data"]
    assert [each["id"] for each in checks] == [second["data"]["id"], first["data"]["id"]]
    listed = read(cli("list", "--limit", "1", "--offset", "0"))["data"]
    assert [each["id"] for each in listed] == [monitor_id]

    paused = read(cli("update", monitor_id, "--state", "paused", "--name", "n"))["data"]
    assert (paused["status"], paused["name"]) == ("paused", "n")
    refused = cli("run", monitor_id)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "paused" in refused.stderr
    assert read(cli("delete", monitor_id)) == {"success": True}
    gone = cli("get", monitor_id)
    assert (gone.returncode, gone.stderr) == (1, "Error: Monitor not found\n")


def test_the_time_zone_alone_can_be_changed(cli: Cli, house: House) -> None:
    """It sends a schedule of nothing else, which the server that it was made for refuses."""
    monitor_id = make(cli, "--scrape-urls", ",".join(house.list_items(2)))
    changed = read(cli("update", monitor_id, "--timezone", "Asia/Tokyo"))["data"]
    assert changed["schedule"] == {
        "cron": "0 9 * * *",
        "timezone": "Asia/Tokyo",
        "text": "daily at 9am",
    }
    assert changed["nextRunAt"] == "2026-05-18T00:00:00.000Z"
    hourly = read(cli("update", monitor_id, "--cron", "0 * * * *", "--retention-days", "7"))["data"]
    assert hourly["schedule"] == {"cron": "0 * * * *", "timezone": "Asia/Tokyo"}
    assert hourly["retentionDays"] == 7


def test_all_its_options_are_understood(cli: Cli, house: House) -> None:
    """Both targets at once, a webhook, mail, a goal, and how long things are kept."""
    done = cli(
        *("create", "--name", "m", "--cron", "*/30 * * * *", "--timezone", "Europe/Berlin"),
        *("--page", f"{house.pages}/product", "--crawl-url", f"{house.pages}/"),
        *("--webhook-url", f"{house.pages}/hook", "--webhook-events", "monitor.page"),
        *("--email", "a@example.com,b@example.com", "--retention-days", "90", "--goal", "g"),
    )
    made = read(done)["data"]
    assert [each["type"] for each in made["targets"]] == ["scrape", "crawl"]
    assert made["schedule"] == {"cron": "*/30 * * * *", "timezone": "Europe/Berlin"}
    assert made["webhook"]["events"] == ["monitor.page"]
    assert made["notification"]["email"]["recipients"] == ["a@example.com", "b@example.com"]
    assert (made["retentionDays"], made["goal"], made["judgeEnabled"]) == (90, "g", True)


def test_an_order_is_piped_or_read_from_a_file(cli: Cli, house: House, tmp_path: Path) -> None:
    """And null clears, which no option of its can."""
    order = {
        "name": "piped",
        "schedule": {"text": "daily at 9am"},
        "goal": "g",
        "targets": [{"type": "scrape", "urls": house.list_items(1)}],
    }
    piped = read(cli("create", said=json.dumps(order)))["data"]
    assert (piped["name"], piped["goal"]) == ("piped", "g")
    path = tmp_path / "changes.json"
    path.write_text(json.dumps({"goal": None, "name": "filed"}))
    filed = read(cli("update", piped["id"], str(path)))["data"]
    assert (filed["name"], filed["goal"], filed["judgeEnabled"]) == ("filed", None, False)


def test_pages_are_turned_by_hand(cli: Cli, house: House) -> None:
    """It follows no `next`, so `--skip` goes through all pages, each of them once."""
    monitor_id = make(cli, "--crawl-url", f"{house.pages}/")
    check = run(cli, monitor_id, "--limit", "25")["data"]
    found = [page["url"] for page in check["pages"]]
    for skip in ("25", "50"):
        more = read(cli("check", monitor_id, check["id"], "--limit", "25", "--skip", skip))["data"]
        found += [page["url"] for page in more["pages"]]
    assert sorted(found) == sorted([f"{house.pages}/", *house.list_items(ITEMS)])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--schedule", "whenever", "--page", "https://example.com/"), "schedule.text: "),
        (("--cron", "* * * * *", "--page", "https://example.com/"), "schedule.cron: .*15 minutes"),
        (("--schedule", "hourly", "--page", "shop"), r"targets\[0\].urls\[0\]: 'shop'"),
        (
            ("--schedule", "hourly", "--queries", "q", "--goal", "g"),
            r"targets\[0\].type: targets of the type search are not supported",
        ),
        (
            ("--schedule", "hourly", "--page", "https://example.com/", "--retention-days", "999"),
            "retentionDays: expected a whole number from 1 to 365, got 999",
        ),
    ],
)
def test_what_is_wrong_is_printed(cli: Cli, arguments: tuple[str, ...], words: str) -> None:
    """It shows the text of an error and nothing else, so the text says where and what."""
    done = cli("create", "--name", "m", *arguments)
    assert done.returncode == 1
    assert re.match(f"Error: {words}", done.stderr), done.stderr


def test_it_takes_a_key(tmp_path: Path) -> None:
    """Where keys are asked for, it is told so without one, and let in with one."""
    with open_house(api_keys=(KEY,)) as house:
        refused = lead(house.endpoint, tmp_path)("list")
        assert refused.returncode == 1
        assert "key" in refused.stderr
        assert read(lead(house.endpoint, tmp_path, "--api-key", KEY)("list"))["data"] == []


def test_a_run_in_flight_is_not_run_again(cli: Cli, house: House) -> None:
    """The second is told so, and ends with an error."""
    house.shop.door.clear()
    monitor_id = make(cli, "--page", f"{house.pages}/slow")
    read(cli("run", monitor_id))
    refused = cli("run", monitor_id)
    house.shop.door.set()
    assert refused.returncode == 1
    assert "Monitor check is already running" in refused.stderr
