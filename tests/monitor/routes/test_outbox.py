"""Deliveries and webhooks over HTTP, and checks that belong elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from changetrack import JsonObject
from changetrack.monitor.deliveries import queue_test
from changetrack.monitor.models import Check
from changetrack.monitor.tables import CHECKS, DELIVERIES, MONITORS
from changetrack_server.egress.dialling import Network
from tests.monitor.routes.world import NOW, ORDER, World, a_world

NOBODY = "019df960-06e7-7383-9d89-82c0113dc31a"


@pytest.fixture
def world() -> Iterator[World]:
    """Have an app without keys."""
    with a_world() as made:
        yield made


def _data(envelope: JsonObject) -> Any:  # noqa: ANN401 - any JSON
    return envelope["data"]


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


def test_C33_a_receiver_that_leads_inside_is_refused_when_it_is_named() -> None:
    """A name is looked up at once, and again at each try."""
    inside = Network(resolve=lambda _host, _port: ["10.0.0.1"])
    with a_world(network=inside) as world:
        for method, path in (
            ("POST", "/v1/monitor"),
            ("PATCH", f"/v1/monitor/{world.make(webhook=None)}"),
        ):
            answer = world.ask(method, path, {**ORDER, "webhook": "https://inside.example.com/"})
            assert (answer.status, answer.json["reason"]) == (400, "url_blocked")
            assert answer.json["error"].startswith("webhook.url: ")


def test_C34_a_recipient_is_asked_again_but_not_at_once() -> None:
    """The mail is in the outbox with a new link; a second one has to wait for a while."""
    recipient = {"email": "alerts@example.com"}
    mails = {"email": {"enabled": True, "recipients": ["alerts@example.com"]}}
    with a_world(public_url="https://changes.example.com") as world:
        path = f"/v1/monitor/{world.make(notification=mails)}/recipients/resend"
        refusals = [world.ask("POST", path, recipient).json["reason"]]
        world.orchestra.time += timedelta(minutes=16)
        mail: Any = world.say("POST", path, recipient)["data"]
        refusals.append(world.ask("POST", path, recipient).json["reason"])
        refusals.append(world.ask("POST", path, {"email": "no address"}).json["reason"])
    assert (mail["channel"], mail["status"]) == ("email", "pending")
    assert refusals == ["nothing_to_confirm", "nothing_to_confirm", "invalid_recipient"]
