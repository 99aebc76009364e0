"""Monitors over HTTP: made, seen, changed, run and let go, in both dialects."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from changetrack import JsonObject
from changetrack.monitor.models import Recipient
from changetrack.monitor.tables import CHECKS, DELIVERIES, MONITORS, RECIPIENTS, REMEMBERED
from tests.monitor.routes.world import HOOKED, NOW, ORDER, World, a_world

NOBODY = "019df960-06e7-7383-9d89-82c0113dc31a"


@pytest.fixture
def world() -> Iterator[World]:
    """Have an app without keys."""
    with a_world() as made:
        yield made


def _data(envelope: JsonObject) -> Any:  # noqa: ANN401 - any JSON
    return envelope["data"]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_life_of_a_monitor(world: World, version: str) -> None:
    """Each step is a 200 with the monitor as it is by then; after the last one it is not there."""
    root = f"/{version}/monitor"
    made = _data(world.say("POST", root, ORDER))
    path = f"{root}/{made['id']}"
    assert _data(world.say("GET", path)) == made
    assert _data(world.say("GET", root)) == [
        {name: each for name, each in made.items() if name != "emailRecipientSubscriptions"}
    ]
    assert _data(world.say("PATCH", path, {"name": "n"}))["name"] == "n"
    assert _data(world.say("POST", f"{path}/pause"))["nextRunAt"] is None
    assert _data(world.say("POST", f"{path}/resume"))["nextRunAt"] == "2026-05-17T16:00:00.000Z"
    assert world.say("DELETE", path) == {"success": True}
    assert [(answer.status, answer.json["error"]) for answer in (world.ask("GET", path),)] == [
        (404, "Monitor not found")
    ]
    assert _data(world.say("GET", root)) == []


def test_a_secret_is_shown_once(world: World) -> None:
    """At its making and at each rotation, and in no other answer."""
    made = _data(world.say("POST", "/v2/monitor", HOOKED))
    path = f"/v2/monitor/{made['id']}"
    assert made["webhookSecret"].startswith("whsec_")
    for method, end, body in (
        ("GET", "", ...),
        ("PATCH", "", {"name": "n"}),
        ("GET", "/checks", ...),
    ):
        assert "whsec_" not in world.ask(method, f"{path}{end}", body).body.decode()
    rotated = _data(world.say("POST", f"{path}/webhook/rotate"))
    assert rotated == {
        "monitorId": made["id"],
        "webhookSecret": rotated["webhookSecret"],
        "previousSecretExpiresAt": "2026-05-18T15:30:00.000Z",
    }
    assert rotated["webhookSecret"] != made["webhookSecret"]
    again = _data(world.say("POST", f"{path}/webhook/rotate", {"revokeOld": True}))
    assert again["previousSecretExpiresAt"] is None


def test_C10_two_runs_at_once_are_one(world: World) -> None:
    """The other one hears which check it is that runs."""
    path = f"/v2/monitor/{world.make()}/run"
    start = threading.Barrier(2)

    def run(_number: int) -> tuple[int, JsonObject]:
        start.wait(60)
        answer = world.ask("POST", path)
        return answer.status, answer.json

    with ThreadPoolExecutor(2) as pool:
        (_, good), (status, refused) = sorted(pool.map(run, range(2)), key=lambda each: each[0])
    check: Any = good["data"]
    assert (good["id"], check["status"], check["trigger"]) == (check["id"], "queued", "manual")
    assert (status, refused) == (
        409,
        {
            "success": False,
            "error": "Monitor check is already running.",
            "errorCode": "conflict",
            "reason": "check_in_flight",
            "checkId": good["id"],
        },
    )
    assert world.keep(lambda each: each.count(CHECKS, {})) == 1


def test_a_monitor_that_rests_does_not_run(world: World) -> None:
    """With the words that clients know."""
    path = f"/v1/monitor/{world.make()}"
    world.say("POST", f"{path}/pause")
    answer = world.ask("POST", f"{path}/run", {"origin": "js-sdk"})
    assert (answer.status, answer.json["error"], answer.json["reason"]) == (
        409,
        "Monitor is paused. Resume it before running a check.",
        "monitor_paused",
    )


def test_a_monitor_without_credits_does_not_run(world: World) -> None:
    """Its owner set the bound, and nobody runs past it by hand."""
    path = f"/v1/monitor/{world.make(monthlyCredits=0)}/run"
    answer = world.ask("POST", path)
    assert (answer.status, answer.json["reason"], answer.json["error"]) == (
        409,
        "credits_spent",
        ("A check may cost 1 credits, 0 of 0 are left. Raise monthlyCredits or lower maxPages."),
    )


def test_C11_a_check_goes_on_with_what_it_began_with(world: World) -> None:
    """Whatever is edited, paused or deleted meanwhile: it keeps its own copy of what is wanted."""
    own = world.make()
    path = f"/v2/monitor/{own}"
    begun = _data(world.say("POST", f"{path}/run"))["id"]
    world.say("PATCH", path, {"name": "n", "targets": [{"urls": ["https://other.example/"]}]})
    world.say("POST", f"{path}/pause")
    kept = world.keep(lambda each: each.find(CHECKS, begun))
    assert kept is not None
    assert kept.config is not None
    assert (kept.status, kept.config.name, kept.config.targets[0].urls) == (
        "queued",
        "m",
        ("https://example.com/",),
    )


def test_C11_what_a_deleted_monitor_had_to_say_is_not_said(world: World) -> None:
    """Its rows stay for as long as they are kept, and its running check goes on to its end."""
    own = world.make()
    path = f"/v2/monitor/{own}"
    begun = _data(world.say("POST", f"{path}/run"))["id"]
    world.say("POST", f"{path}/webhook/test")
    world.say("DELETE", path)
    rows = world.keep(
        lambda each: (
            each.find(MONITORS, own),
            each.find(CHECKS, begun),
            [delivery.status for delivery in each.select(DELIVERIES, {"monitor_id": own})],
        )
    )
    monitor, check, statuses = rows
    assert monitor is not None
    assert check is not None
    assert (monitor.status, monitor.next_run_at, check.status, statuses) == (
        "deleted",
        None,
        "queued",
        ["cancelled"],
    )
    for end in ("", "/checks", f"/checks/{begun}", "/deliveries"):
        assert world.ask("GET", f"{path}{end}").json["error"] == "Monitor not found"


def test_a_first_check_on_request(world: World) -> None:
    """The monitor says so itself, and nobody waits for the schedule."""
    made = _data(world.say("POST", "/v1/monitor", {**ORDER, "runNow": True}))
    listed = _data(world.say("GET", f"/v1/monitor/{made['id']}/checks"))
    assert [(each["id"], each["status"]) for each in listed] == [(made["currentCheckId"], "queued")]
    assert world.orchestra.woken > 0


def test_a_monitor_may_be_made_at_rest(world: World) -> None:
    """It has no next run then."""
    made = _data(world.say("POST", "/v2/monitor", {**ORDER, "status": "paused"}))
    assert (made["status"], made["pauseReason"], made["nextRunAt"]) == ("paused", "user", None)


def test_there_are_only_so_many_monitors() -> None:
    """Deleted ones do not count, and neither do somebody else's."""
    with a_world(max_monitors=2) as world:
        first = world.make()
        world.make()
        answer = world.ask("POST", "/v2/monitor", ORDER)
        assert (answer.status, answer.json["reason"]) == (409, "too_many_monitors")
        world.say("DELETE", f"/v2/monitor/{first}")
        world.make()


def test_an_order_sent_twice_is_made_once(world: World) -> None:
    """With the same key and body it has the same answer, its secret included, for a day."""
    key = {"Idempotency-Key": "one"}
    first = world.say("POST", "/v2/monitor", HOOKED, headers=key)
    assert world.say("POST", "/v2/monitor", HOOKED, headers=key) == first
    assert world.keep(lambda each: each.count(MONITORS, {})) == 1
    other = world.ask("POST", "/v2/monitor", ORDER, headers=key)
    assert (other.status, other.json["reason"]) == (422, "idempotency_key_reused")
    world.orchestra.time = NOW + timedelta(hours=24)
    later = world.say("POST", "/v2/monitor", ORDER, headers=key)
    assert _data(later)["id"] != _data(first)["id"]


def test_a_run_sent_twice_is_one_check(world: World) -> None:
    """Where the second would be refused without its key; another monitor's run is another one."""
    key = {"Idempotency-Key": "one"}
    one, other = (f"/v1/monitor/{world.make()}/run" for _ in range(2))
    first = world.say("POST", one, headers=key)
    assert world.say("POST", one, headers=key) == first
    assert world.say("POST", other, headers=key)["id"] != first["id"]


def test_what_was_refused_is_not_remembered(world: World) -> None:
    """It has changed nothing, so the same request may succeed later."""
    key = {"Idempotency-Key": "one"}
    path = f"/v1/monitor/{world.make()}"
    world.say("POST", f"{path}/pause")
    assert world.ask("POST", f"{path}/run", headers=key).status == 409
    world.say("POST", f"{path}/resume")
    world.say("POST", f"{path}/run", headers=key)
    assert world.keep(lambda each: each.count(REMEMBERED, {})) == 1


@pytest.mark.parametrize("key", ["x" * 256, "", "\x01"])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    """Nobody gets to think that a request is done once when it is not."""
    answer = world.ask("POST", "/v1/monitor", ORDER, headers={"Idempotency-Key": key})
    assert (answer.status, answer.json["reason"]) == (400, "invalid_monitor")


def test_recipients_are_asked_and_shown(world: World) -> None:
    """From the first answer on, one can see who has not agreed yet."""
    told = {"email": {"enabled": True, "recipients": ["a@example.com"]}}
    made = _data(world.say("POST", "/v2/monitor", {**ORDER, "notification": told}))
    [shown] = made["emailRecipientSubscriptions"]
    assert (shown["email"], shown["status"]) == ("a@example.com", "pending")
    kept = world.keep(lambda each: each.find(RECIPIENTS, made["id"], "a@example.com"))
    assert isinstance(kept, Recipient)


def test_a_preview_says_what_a_schedule_means(world: World) -> None:
    """Before anything is made of it, and with its price where there is something to look at."""
    said = _data(world.say("POST", "/v1/monitor/preview", {"schedule": "every weekday at 9am"}))
    assert (said["explanation"], len(said["nextRuns"])) == (
        "at 9:00, from Monday to Friday (UTC)",
        10,
    )
    body = {**ORDER, "count": 2, "goal": "g"}
    assert _data(world.say("POST", "/v2/monitor/preview", body)) == {
        "schedule": {"cron": "*/30 * * * *", "timezone": "UTC"},
        "explanation": "every 30 minutes, at :00 and :30 (UTC)",
        "nextRuns": ["2026-05-17T16:00:00.000Z", "2026-05-17T16:30:00.000Z"],
        "estimatedCreditsPerCheck": 2,
        "estimatedCreditsPerMonth": 2880,
        "warnings": ["changes are judged by a language model, and this server has none"],
    }
    assert world.keep(lambda each: each.count(MONITORS, {})) == 0


def test_a_preview_says_what_it_passed_over(world: World) -> None:
    """A time zone at the wrong place changes all the runs."""
    body = {"schedule": "daily at 9am", "timezone": "Europe/Berlin"}
    said = _data(world.say("POST", "/v1/monitor/preview", body))
    assert said["warnings"] == ["timezone was ignored: it is no field of a monitor"]
    said = _data(world.say("POST", "/v2/monitor/preview", {**ORDER, "monthlyCredits": 0}))
    assert [each[:26] for each in said["warnings"]] == ["a check may cost 1 credits"]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_mail_that_is_switched_on_again_goes_to_those_it_went_to(
    world: World, version: str
) -> None:
    """It is a warning that nobody gets mail, and none that a change does not repeat who does."""
    enabled = {"notification": {"email": {"enabled": True}}}
    email = {"enabled": False, "recipients": ["a@example.com"]}
    path = f"/{version}/monitor/{world.make(notification={'email': email})}"
    no_way = "this server has no way for mail to go out, so nobody gets any"
    assert _data(world.say("PATCH", path, enabled))["warnings"] == [no_way]
    path = f"/{version}/monitor/{world.make()}"
    assert _data(world.say("PATCH", path, enabled))["warnings"] == [
        no_way,
        "notification.email.recipients is empty, so nobody gets mail",
    ]


def test_a_schedule_s_preview_is_the_monitor_s(world: World) -> None:
    """Words without a time are spread by the id, so whoever gives it sees its very runs."""
    made = _data(world.say("POST", "/v1/monitor", {**ORDER, "schedule": "hourly"}))
    said = _data(world.say("POST", "/v1/monitor/preview", {"schedule": "hourly", "id": made["id"]}))
    assert (said["schedule"], said["nextRuns"][0]) == (made["schedule"], made["nextRunAt"])
