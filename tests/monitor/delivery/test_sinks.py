"""Webhooks on real sockets, into every kind of receiver."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import anyio
import pytest

from changetrack.errors import InvalidSignature
from changetrack.monitor.webhooks import new_secret, verify
from changetrack.monitor.webhooks.states import revoke_secrets, rotate_secret
from tests.monitor.delivery.makers import (
    LEASE,
    SECRET,
    change,
    claim,
    find,
    list_all,
    list_codes,
    make_check,
    make_hooked,
    make_page,
    queue,
)
from tests.monitor.delivery.sinks import HERE, HOOK, IMPATIENT, PATIENT, House, Sink, hang_up, tell
from tests.monitor.makers import NOON
from tests.server.raw_sites import (
    OTHER,
    Answer,
    redirect,
    respond,
    say,
    stay_silent,
)

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
HEAD = b"HTTP/1.1 200 OK\r\n"
THANKS = say(respond(b"thanks"))


def test_an_event_arrives_as_it_was_written() -> None:
    """Byte by byte, signed, named, and nothing else with it."""
    delivered, sink, _ = tell(THANKS)
    ((headers, body),) = sink.got
    assert (delivered.status, body.decode()) == ("delivered", delivered.body)
    verify(body, headers, SECRET, now=NOON)
    signatures = {name: headers.pop(name) for name in ("x-crw-signature", "webhook-signature")}
    assert all("v1" in each for each in signatures.values())
    assert headers == {
        "host": "hook.test",
        "content-type": "application/json",
        "user-agent": PATIENT.user_agent,
        "webhook-id": delivered.id,
        "webhook-timestamp": str(int(NOON.timestamp())),
        "accept-encoding": "identity",
        "x-changetrack-hop": "1",
        "content-length": str(len(body)),
    }


REFUSED = "refused: the receiver answered "
KINDS: dict[str, tuple[Answer, str, int | None, str | None]] = {
    "200": (THANKS, "delivered", 200, None),
    "204": (say(b"HTTP/1.1 204 No Content\r\n\r\n"), "delivered", 204, None),
    "202 after 103": (
        say(b"HTTP/1.1 103 Early Hints\r\n\r\n" + respond(status=202)),
        "delivered",
        202,
        None,
    ),
    "200 with garbage": (say(respond(bytes(range(256)) * 10)), "delivered", 200, None),
    "200 in a coding that nobody knows": (
        say(respond(b"x", "Content-Encoding: zstd")),
        "delivered",
        200,
        None,
    ),
    "200 cut off": (say(respond(b"x", length=9)), "delivered", 200, None),
    "200 without an end": (say(HEAD + b"\r\nthanks"), "delivered", 200, None),
    "500": (say(respond(status=500)), "pending", 500, f"{REFUSED}500"),
    "404": (say(respond(status=404)), "pending", 404, f"{REFUSED}404"),
    "302": (say(redirect("https://other.test/")), "pending", 302, f"{REFUSED}302"),
    "307": (say(redirect("https://other.test/", 307)), "pending", 307, f"{REFUSED}307"),
    "304": (say(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "pending", 304, f"{REFUSED}304"),
    "101": (
        say(b"HTTP/1.1 101 Switching\r\n\r\n"),
        "pending",
        None,
        "upstream_error: the connection to the receiver failed",
    ),
    "reset": (
        hang_up(),
        "pending",
        None,
        "upstream_error: the connection to the receiver failed",
    ),
    "no HTTP": (
        say(b"220 mail.example.com ESMTP\r\n"),
        "pending",
        None,
        "upstream_error: the connection to the receiver failed",
    ),
    "silent": (
        stay_silent,
        "pending",
        None,
        "deadline_exceeded: the receiver took too long",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_C21_every_kind_of_receiver_is_heard_right(name: str) -> None:
    """Only two hundreds have arrived; nobody is followed elsewhere; the rest is tried again."""
    answer, status, code, error = KINDS[name]
    settings = IMPATIENT if name == "silent" else PATIENT
    house = House(settings, names={"other.test": [[OTHER]]})
    found, _, _ = tell(answer, house=house)
    words = found.last_error
    if name == "silent" and words == "timeout: the receiver was silent for too long":
        # Two clocks of the same length: either may be the first.
        words = error
    assert (found.status, found.last_status_code, words) == (status, code, error)
    assert house.world.dials == [HERE]
    assert find(house.store, found.id).attempts == 1


def test_C22_a_receiver_that_is_gone_is_left_alone() -> None:
    """The webhook is disabled, somebody hears of it once, and nobody is asked again."""
    gone, sink, house = tell(say(respond(status=410)))
    assert (gone.status, gone.last_status_code) == ("dead", 410)
    assert change(house.store).webhook_state.disabled == "gone"
    assert [each.reason for each in house.failures] == ["gone"]
    queue(house.store, change(house.store), "p2")
    assert (anyio.run(house.deliver, NOON + HOUR), len(sink.got)) == (0, 1)


@pytest.mark.parametrize(
    ("status", "said", "wait"),
    [
        (429, "60", 60),
        (503, "-5", 5),
        (503, "315360000", 86_400),
        (500, "Thu, 26 Nov 2026 12:10:00 GMT", 600),
        (429, "soon", 5),
    ],
)
def test_C23_retry_after_is_honoured(status: int, said: str, wait: float) -> None:
    """From the answer to the outbox."""
    found, _, _ = tell(say(respond(b"", f"Retry-After: {said}", status=status)))
    assert found.next_attempt_at is not None
    late = (found.next_attempt_at - NOON).total_seconds() - wait
    # How long the try itself took: a date is a date, everything else counts from the answer.
    assert -0.5 < late < 0.5


def test_C24_an_answer_that_is_lost_means_the_same_thing_again() -> None:
    """The same id and the same bytes; the time is fresh, and so is the signature."""
    house = House()
    first, sink, _ = tell(hang_up(), THANKS, house=house)
    assert (first.status, len(sink.got)) == ("pending", 1)

    async def again() -> None:
        async with house.open({HERE: sink}):
            await house.deliver(NOON + HOUR)

    anyio.run(again)
    (one, other) = sink.got
    assert (one[1], one[0]["webhook-id"]) == (other[1], other[0]["webhook-id"])
    assert int(other[0]["webhook-timestamp"]) - int(one[0]["webhook-timestamp"]) == 3600
    assert one[0]["webhook-signature"] != other[0]["webhook-signature"]
    verify(other[1], other[0], SECRET, now=NOON + HOUR)
    assert find(house.store, first.id).status == "delivered"
    assert list_codes(house.store, first.id) == [(1, None), (2, 200)]


def test_C5_killed_after_the_post_it_arrives_again() -> None:
    """Whoever sent it was gone before it could say so: the lease runs out."""
    house = House()
    sink = Sink([THANKS])
    queue(house.store, make_hooked(house.store, url=HOOK))

    async def scenario() -> None:
        async with house.open({HERE: sink}):
            (claimed,) = claim(house.store)
            await house.sender.send(claimed)
            assert await house.deliver(NOON + LEASE - SECOND) == 0
            assert await house.deliver(NOON + LEASE) == 1

    anyio.run(scenario)
    assert sink.got[0][1] == sink.got[1][1]
    assert len(set(sink.ids)) == 1
    assert [each.status for each in list_all(house.store)] == ["delivered"]


def test_C26_a_dead_receiver_costs_ten_tries_and_one_letter() -> None:
    """Over three days of a simulated clock, on real sockets."""
    house = House()
    sink = Sink([say(respond(status=500))])
    queued = queue(house.store, make_hooked(house.store, url=HOOK))
    assert queued is not None

    async def scenario() -> None:
        async with house.open({HERE: sink}):
            while due := find(house.store, queued.id).next_attempt_at:
                await house.deliver(due)

    anyio.run(scenario)
    assert len(sink.got) == 10
    assert len({body for _, body in sink.got}) == 1
    assert timedelta(hours=75) < house.clock.now - NOON < timedelta(hours=76)
    assert [each.reason for each in house.failures] == ["dead"]
    assert find(house.store, queued.id).status == "dead"


def test_C28_what_is_too_large_arrives_small() -> None:
    """With the way to the rest of it."""
    house = House()
    sink = Sink([THANKS])
    monitor = make_hooked(house.store, url=HOOK)
    check = make_check(monitor)
    page = make_page(check, diff={"text": "+" * 2**20})

    async def scenario() -> None:
        from changetrack.monitor.deliveries import queue_page_event

        house.store.transact(lambda each: queue_page_event(each, monitor, check, page, now=NOON))
        async with house.open({HERE: sink}):
            await house.deliver()

    anyio.run(scenario)
    ((_, body),) = sink.got
    (thing,) = json.loads(body)["data"]
    assert (len(body) < 20_000, thing["truncated"], thing["detailUrl"]) == (
        True,
        True,
        "/v1/monitor/m/checks/check-m",
    )


def test_C30_a_rotation_is_seen_on_the_wire() -> None:
    """Both secrets fit while both are live; one that was revoked fits nothing any more."""
    new = new_secret(bytes(32))
    house = House()
    sink = Sink([THANKS])
    monitor = make_hooked(house.store, url=HOOK)
    house.store.transact(lambda each: rotate_secret(each, monitor, new, now=NOON))

    async def scenario() -> None:
        async with house.open({HERE: sink}):
            queue(house.store, monitor, "during")
            await house.deliver()
            rotated = change(house.store)
            house.store.transact(lambda each: revoke_secrets(each, rotated))
            queue(house.store, monitor, "after")
            await house.deliver()

    anyio.run(scenario)
    fits = []
    for headers, body in sink.got:
        for secret in (new, SECRET):
            try:
                verify(body, headers, secret, now=NOON)
                fits.append("yes")
            except InvalidSignature as error:
                fits.append(error.reason)
    assert fits == ["yes", "yes", "yes", "wrong"]


def test_C32_headers_of_the_webhook_arrive_and_change_nothing_of_ours() -> None:
    """Its own content type and agent stand in the place of ours; the connection does not."""
    _, sink, _ = tell(
        THANKS,
        headers={
            "Authorization": "Bearer secret",
            "User-Agent": "mine/1",
            "content-type": "application/cloudevents+json",
            # None of these get past the rules; if they did, they would not get further.
            "Host": "evil.test",
            "Content-Length": "1",
            "webhook-id": "evil",
            "X-Number": 7,
        },
        firecrawl_signature=True,
    )
    ((headers, body),) = sink.got
    assert (headers["authorization"], headers["user-agent"], headers["content-type"]) == (
        "Bearer secret",
        "mine/1",
        "application/cloudevents+json",
    )
    assert (headers["host"], headers["content-length"]) == ("hook.test", str(len(body)))
    assert headers["webhook-id"] == sink.ids[0]
    assert headers["x-firecrawl-signature"].startswith("sha256=")
    assert "x-number" not in headers


def test_a_webhook_without_a_secret_is_not_sent_unsigned() -> None:
    """It waits for one."""
    house = House()
    queued = queue(house.store, make_hooked(house.store, url=HOOK))
    assert queued is not None
    state = change(house.store).webhook_state
    change(house.store, webhook_state=replace(state, secrets=()))
    anyio.run(house.deliver)
    found = find(house.store, queued.id)
    assert (found.status, (found.last_error or "").partition(":")[0]) == ("pending", "no_secret")
    assert house.world.dials == []


def test_a_webhook_that_was_removed_meanwhile_is_not_sent() -> None:
    """Between the claim and the POST."""
    house = House()
    monitor = make_hooked(house.store, url=HOOK)
    queue(house.store, monitor)
    (claimed,) = claim(house.store)
    change(house.store, config=replace(monitor.config, webhook=None))
    outcome = anyio.run(house.sender.send, claimed)
    assert (outcome.error or "").partition(":")[0] == "webhook_removed"
