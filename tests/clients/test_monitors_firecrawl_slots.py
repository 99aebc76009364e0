"""Checks that the schedule began or passed over, as Firecrawl's own Python client reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest

from tests.clients.firecrawls import KINDS, Client, Found, make, open_client, run
from tests.clients.houses import House, has_ended, open_house, wait_for

# One minute after the clock of the house begins, which is less than a lease.
SCHEDULE = {"cron": "32 15 * * *"}
SLOT = "2026-05-17T15:32:00.000Z"
TOMORROW = "2026-05-18T15:32:00.000Z"
NEXT_MONTH = "2026-06-01T15:32:00.000Z"


@pytest.fixture
def house() -> Iterator[House]:
    """Return a house whose clock nobody else looks at."""
    with open_house() as made:
        yield made


@pytest.fixture(params=KINDS)
def client(request: pytest.FixtureRequest, house: House) -> Iterator[Client]:
    """Return a client of either kind."""
    with open_client(request.param, house.endpoint) as made:
        yield made


def wait_for_the_slot(client: Client, house: House, monitor_id: str) -> Found:
    """Let the slot of a monitor come, and return the check of it when it has ended."""
    house.clock.ahead = timedelta(minutes=1)
    # A change of nothing makes the server look at its clock.
    client.update_monitor(monitor_id)
    [check, *_] = wait_for(
        lambda: [
            each
            for each in client.list_monitor_checks(monitor_id)
            if each.trigger == "scheduled" and has_ended(each.status)
        ],
        bool,
    )
    assert check.scheduled_for == SLOT
    return check


def test_a_slot_is_a_check(client: Client, house: House) -> None:
    """It runs by itself, and the next one is a day later."""
    monitor_id = make(client, *house.list_items(3), schedule=SCHEDULE)
    assert client.get_monitor(monitor_id).next_run_at == SLOT
    check = wait_for_the_slot(client, house, monitor_id)
    assert (check.status, check.summary.new, check.actual_credits) == ("completed", 3, 3)
    monitor = client.get_monitor(monitor_id)
    assert (monitor.next_run_at, monitor.last_run_at) == (TOMORROW, check.started_at)


def test_a_slot_of_a_monitor_that_is_busy_is_passed_over(client: Client, house: House) -> None:
    """The check is there, with a status that the client knows, and says why."""
    house.shop.door.clear()
    monitor_id = make(client, f"{house.pages}/slow", schedule=SCHEDULE)
    running = client.run_monitor(monitor_id)
    check = wait_for_the_slot(client, house, monitor_id)
    assert (check.status, check.error) == (
        "skipped_overlap",
        "Previous monitor check is still running.",
    )
    assert client.get_monitor_check(monitor_id, check.id).pages == []
    house.shop.door.set()
    ended = wait_for(
        lambda: client.get_monitor_check(monitor_id, running.id),
        lambda seen: has_ended(seen.status),
    )
    assert (ended.status, len(ended.pages)) == ("completed", 1)
    # What was passed over says nothing of the pages.
    assert client.get_monitor(monitor_id).last_check_summary.new == 1


def test_a_budget_that_is_spent_pauses(client: Client, house: House) -> None:
    """In words that the client knows; why, and until when, stands beside them."""
    monitor_id = make(client, *house.list_items(1), schedule=SCHEDULE)
    path = f"{house.endpoint}/v2/monitor/{monitor_id}"
    # The client has no word for it.
    assert httpx2.patch(path, json={"monthlyCredits": 1}, trust_env=False).status_code == 200
    assert run(client, monitor_id).status == "completed"
    check = wait_for_the_slot(client, house, monitor_id)
    assert (check.status, check.actual_credits) == ("skipped_no_credits", None)
    monitor = client.get_monitor(monitor_id)
    assert (monitor.status, monitor.model_extra["pauseReason"]) == ("paused", "no_credits")
    assert monitor.next_run_at == NEXT_MONTH
    other = httpx2.get(path.replace("/v2/", "/v1/"), trust_env=False).json()["data"]
    assert (other["status"], other["nextRunAt"]) == ("paused_no_credits", NEXT_MONTH)
