"""Monitors over HTTP: made, seen, changed, run and let go, in both dialects."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from changetrack import JsonObject
from changetrack.monitor.deliveries import queue_test
from changetrack.monitor.models import Check, Recipient
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
        start.wait(5)
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
    assert (answer.status, answer.json["reason"]) == (409, "credits_spent")


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
    assert (answer.status, answer.json["reason"]) == (400, "invalid_option")


def test_recipients_are_asked_and_shown(world: World) -> None:
    """From the first answer on, one can see who has not agreed yet."""
    told = {"email": {"enabled": True, "recipients": ["a@example.com"]}}
    made = _data(world.say("POST", "/v2/monitor", {**ORDER, "notification": told}))
    [shown] = made["emailRecipientSubscriptions"]
    assert (shown["email"], shown["status"]) == ("a@example.com", "pending")
    kept = world.keep(lambda each: each.find(RECIPIENTS, made["id"], "a@example.com"))
    assert isinstance(kept, Recipient)


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
    "a long cursor": ("GET", f"?cursor={'x' * 5000}", ..., 400, "field_too_long"),
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
    }
    assert world.keep(lambda each: each.count(MONITORS, {})) == 0


def test_a_schedule_s_preview_is_the_monitor_s(world: World) -> None:
    """Words without a time are spread by the id, so whoever gives it sees its very runs."""
    made = _data(world.say("POST", "/v1/monitor", {**ORDER, "schedule": "hourly"}))
    said = _data(world.say("POST", "/v1/monitor/preview", {"schedule": "hourly", "id": made["id"]}))
    assert (said["schedule"], said["nextRuns"][0]) == (made["schedule"], made["nextRunAt"])


def test_a_check_of_another_monitor_is_none(world: World) -> None:
    """Even of the same owner's."""
    one, other = world.make(), world.make()
    begun = _data(world.say("POST", f"/v2/monitor/{one}/run"))["id"]
    answer = world.ask("GET", f"/v2/monitor/{other}/checks/{begun}")
    assert (answer.status, answer.json["error"]) == (404, "Check not found")


def test_a_delivery_of_another_monitor_is_none(world: World) -> None:
    """Even of the same owner's."""
    one, other = world.make(), world.make()
    sent = _data(world.say("POST", f"/v2/monitor/{one}/webhook/test"))["id"]
    answer = world.ask("POST", f"/v2/monitor/{other}/deliveries/{sent}/redeliver")
    assert (answer.status, answer.json["error"]) == (404, "Delivery not found")


def test_what_is_dead_is_sent_again(world: World) -> None:
    """One by one, or all of a time; each keeps its id."""
    own = world.make()

    def kill(transaction: Any) -> str:  # noqa: ANN401 - a transaction
        monitor = transaction.find(MONITORS, own)
        queued = queue_test(transaction, monitor, now=world.orchestra.time)
        transaction.put(DELIVERIES, replace(queued, status="dead", next_attempt_at=None))
        return queued.id

    first = world.keep(kill)
    world.orchestra.time += timedelta(minutes=1)
    second = world.keep(kill)
    path = f"/v2/monitor/{own}/deliveries"
    shown = _data(world.say("GET", f"{path}?status=dead"))
    assert [each["id"] for each in shown] == [second, first]
    again = _data(world.say("POST", f"{path}/{first}/redeliver"))
    assert (again["id"], again["status"]) == (first, "pending")
    sent = world.say("POST", f"{path}/redeliver", {"since": "2026-05-17T15:30:00Z"})
    assert _data(sent) == {"redelivered": 1, "since": None}
    assert _data(world.say("GET", f"{path}?status=dead")) == []
    wrong = world.ask("POST", f"{path}/redeliver", {})
    assert wrong.json["error"] == "since: there is no time to begin at; send since"


def test_a_monitor_without_a_webhook_has_none_to_try(world: World) -> None:
    """All three routes of a webhook say so."""
    own = _data(world.say("POST", "/v1/monitor", ORDER))["id"]
    answers = [
        world.ask("POST", f"/v1/monitor/{own}/webhook/{verb}")
        for verb in ("rotate", "test", "enable")
    ]
    assert [(each.status, each.json["reason"]) for each in answers] == [(409, "no_webhook")] * 3


def test_a_webhook_that_was_switched_off_is_switched_on(world: World) -> None:
    """Until then its monitor says why."""
    own = world.make()

    def switch_off(transaction: Any) -> None:  # noqa: ANN401 - a transaction
        monitor = transaction.find(MONITORS, own)
        state = replace(monitor.webhook_state, disabled="gone")
        transaction.put(MONITORS, replace(monitor, webhook_state=state))

    world.keep(switch_off)
    assert _data(world.say("GET", f"/v1/monitor/{own}"))["webhook"]["disabled"] == "gone"
    enabled = _data(world.say("POST", f"/v1/monitor/{own}/webhook/enable"))
    assert "disabled" not in enabled["webhook"]


def test_a_check_that_was_skipped_for_credits_is_found_as_what_it_is_called(world: World) -> None:
    """Under the one word on /v1, and under the other on /v2."""
    own = world.make()
    check = Check(
        id=NOBODY,
        monitor_id=own,
        owner="local",
        status="skipped_no_credits",
        trigger="scheduled",
        created_at=NOW,
        updated_at=NOW,
    )
    world.keep(lambda each: each.put(CHECKS, check))
    found = {
        (version, status): [
            each["status"]
            for each in _data(world.say("GET", f"/{version}/monitor/{own}/checks?status={status}"))
        ]
        for version, status in (
            ("v1", "failed"),
            ("v2", "failed"),
            ("v2", "skipped_no_credits"),
        )
    }
    assert found == {
        ("v1", "failed"): ["failed"],
        ("v2", "failed"): [],
        ("v2", "skipped_no_credits"): ["skipped_no_credits"],
    }
