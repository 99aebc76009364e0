"""The outbox by itself: written once, claimed fairly, settled by whoever holds it."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from changetrack.errors import NoWebhook
from changetrack.monitor.deliveries import (
    cancel_deliveries,
    claim_deliveries,
    queue_check_event,
    queue_page_event,
    queue_test,
)
from changetrack.monitor.ids import name_id
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Delivery, Monitor, WebhookState
from changetrack.monitor.tables import DELIVERIES
from changetrack.monitor.webhooks.retries import Outcome
from changetrack.monitor.webhooks.states import WebhookFailure
from tests.monitor.delivery.makers import (
    ARRIVED,
    FAILED,
    HOOK,
    LEASE,
    change,
    claim,
    find,
    list_all,
    list_codes,
    make_check,
    make_hooked,
    make_page,
    queue,
    queue_many,
    settle,
)
from tests.monitor.makers import NOON, make_config, make_monitor

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
GONE = Outcome(status_code=410, error="refused: the receiver answered 410")


@pytest.fixture
def store() -> MemoryStore:
    """Return an empty store."""
    return MemoryStore()


def test_an_event_is_written_once_under_a_name_of_its_own(store: MemoryStore) -> None:
    """A step that is repeated changes nothing, even when the event is on its way already."""
    monitor = make_hooked(store)
    first = queue(store, monitor)
    (claimed,) = claim(store)
    assert queue(store, monitor, now=NOON + DAY) == claimed
    assert first == Delivery(
        id=name_id("event", "check-m", "p"),
        owner="local",
        monitor_id="m",
        check_id="check-m",
        channel="webhook",
        event="monitor.page",
        destination=HOOK,
        body=claimed.body,
        url="https://example.com/pricing",
        next_attempt_at=NOON,
        created_at=NOON,
    )
    assert json.loads(claimed.body)["webhookId"] == claimed.id


def test_C31_ids_of_events_cannot_be_mistaken(store: MemoryStore) -> None:
    """They hold no dot, which is what separates them from the time in what is signed."""
    monitor = make_hooked(store)
    check = replace(make_check(monitor), status="completed")
    queue(store, monitor)
    store.transact(lambda transaction: queue_check_event(transaction, monitor, check, now=NOON))
    store.transact(lambda transaction: queue_test(transaction, monitor, now=NOON))
    ids = [each.id for each in list_all(store)]
    assert len(ids) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", each) for each in ids)


def test_a_check_is_told_as_it_was_set_up_when_it_began(store: MemoryStore) -> None:
    """Its filter is the one of its own configuration."""
    monitor = make_hooked(store, events=("monitor.page",))
    check = make_check(monitor, config=make_hooked(store, "other").config, status="completed")
    for each, expected in ((check, True), (replace(check, config=None), False)):
        work = partial(queue_check_event, monitor=monitor, check=each, now=NOON)
        assert (store.transact(work) is not None) == expected


@pytest.mark.parametrize("status", ["skipped_overlap", "skipped_no_credits"])
def test_what_never_was_is_not_told(store: MemoryStore, status: Any) -> None:  # noqa: ANN401 - a status
    """A check that was skipped has a row, and no event."""
    monitor = make_hooked(store)
    check = make_check(monitor, status=status)
    assert (
        store.transact(lambda transaction: queue_check_event(transaction, monitor, check, now=NOON))
        is None
    )


def test_who_has_no_webhook_is_told_nothing(store: MemoryStore) -> None:
    """Also when a test is asked for."""
    monitor = make_monitor()
    assert queue(store, monitor) is None
    with pytest.raises(NoWebhook):
        store.transact(lambda transaction: queue_test(transaction, monitor, now=NOON))


def test_noise_is_not_queued(store: MemoryStore) -> None:
    """The filter of the webhook decides before anything is written."""
    monitor = make_hooked(store, only_meaningful=True)
    check = make_check(monitor)
    page = make_page(check, judgment={"meaningful": False})
    store.transact(
        lambda transaction: queue_page_event(transaction, monitor, check, page, now=NOON)
    )
    assert list_all(store) == []


def test_a_try_counts_when_it_is_claimed(store: MemoryStore) -> None:
    """And nobody else sees it until the lease is over."""
    queue(store, make_hooked(store))
    (claimed,) = claim(store)
    assert (claimed.attempts, claimed.lease_until) == (1, NOON + LEASE)
    assert claim(store, NOON + LEASE - SECOND) == []
    assert settle(store, claimed, ARRIVED, NOON + SECOND) == replace(
        claimed,
        status="delivered",
        delivered_at=NOON + SECOND,
        lease_until=None,
        next_attempt_at=None,
        last_status_code=204,
    )
    assert claim(store, NOON + DAY) == []


def test_C5_a_lease_that_is_over_is_claimed_again_with_the_same_bytes(store: MemoryStore) -> None:
    """Whoever had it was killed after the POST, or before: nobody knows."""
    queue(store, make_hooked(store))
    (first,) = claim(store)
    (second,) = claim(store, NOON + LEASE)
    assert (second.id, second.body, second.attempts) == (first.id, first.body, 2)


def test_C7_whoever_comes_back_late_changes_nothing_but_the_log(store: MemoryStore) -> None:
    """The try of somebody who was paused past the lease is a fact, and no decision."""
    queue(store, make_hooked(store))
    (first,) = claim(store)
    (second,) = claim(store, NOON + LEASE)
    assert settle(store, first, FAILED, NOON + LEASE) is None
    assert find(store, first.id) == second
    assert settle(store, second, ARRIVED, NOON + LEASE) is not None
    assert settle(store, first, FAILED, NOON + LEASE) is None
    assert find(store, first.id).status == "delivered"
    assert list_codes(store, first.id) == [(1, 500), (2, 204)]


def test_an_outcome_is_settled_once(store: MemoryStore) -> None:
    """Somebody who says it twice is not heard twice."""
    queue(store, make_hooked(store))
    (claimed,) = claim(store)
    assert settle(store, claimed, FAILED) is not None
    assert settle(store, claimed, ARRIVED) is None
    assert list_codes(store, claimed.id) == [(1, 500)]


def test_what_was_dropped_meanwhile_is_settled_by_nobody(store: MemoryStore) -> None:
    """Retention does not wait for a receiver."""
    queue(store, make_hooked(store))
    (claimed,) = claim(store)
    store.transact(lambda transaction: transaction.drop(DELIVERIES, claimed.id))
    assert settle(store, claimed) is None
    assert list_codes(store, claimed.id) == []


def test_C26_what_fails_for_three_days_is_dead_and_told_once(store: MemoryStore) -> None:
    """Ten tries, each with its row; all that dies of the same cause has the same name."""
    monitor = make_hooked(store)
    queue(store, monitor)
    queue(store, monitor, "p2", NOON + SECOND)
    failures: list[WebhookFailure] = []
    now = NOON + SECOND
    while claimed := claim(store, now):
        for each in claimed:
            settle(store, each, FAILED, now, failures)
        times = [each.next_attempt_at for each in list_all(store) if each.next_attempt_at]
        now = min(times, default=now)
    assert [(each.status, each.attempts) for each in list_all(store)] == [("dead", 10)] * 2
    assert [(each.reason, each.since) for each in failures] == [("dead", NOON + SECOND)] * 2
    assert len({each.id for each in failures}) == 1
    assert timedelta(hours=75) < now - NOON < timedelta(hours=76)


def fail_for(store: MemoryStore, age: timedelta, outcome: Outcome = FAILED) -> list[WebhookFailure]:
    """Fail once now and once later; return what somebody should hear of."""
    monitor = make_hooked(store)
    failures: list[WebhookFailure] = []
    for page_id, now in (("p1", NOON), ("p2", NOON + age)):
        queue(store, monitor, page_id, now)
        for claimed in claim(store, now):
            settle(store, claimed, outcome if page_id == "p2" else FAILED, now, failures)
    return failures


@pytest.mark.parametrize(
    ("age", "disabled"), [(5 * DAY - SECOND, None), (5 * DAY, "failing"), (9 * DAY, "failing")]
)
def test_C26_five_days_of_nothing_but_failure_disable_a_webhook(
    store: MemoryStore, age: timedelta, disabled: str | None
) -> None:
    """Somebody hears of it, once."""
    failures = fail_for(store, age)
    (state,) = {each.monitor.webhook_state for each in failures} or {change(store).webhook_state}
    assert (state.disabled, state.failing_since) == (disabled, NOON)
    assert [each.reason for each in failures] == ([disabled] if disabled else [])


def test_C26_one_arrival_in_between_is_enough(store: MemoryStore) -> None:
    """Then somebody is there."""
    monitor = make_hooked(store)
    for day, outcome in enumerate([FAILED, FAILED, ARRIVED, FAILED, FAILED, FAILED]):
        now = NOON + day * DAY
        queue(store, monitor, str(day), now)
        claimed = next(each for each in claim(store, now, per_receiver=9) if each.created_at == now)
        settle(store, claimed, outcome, now)
    assert change(store).webhook_state.failing_since == NOON + 3 * DAY


def test_C22_a_webhook_that_is_gone_is_disabled_at_once(store: MemoryStore) -> None:
    """What is still to be told is cancelled, kept, and told nobody."""
    monitor = make_hooked(store)
    for page_id in ("p1", "p2", "p3"):
        queue(store, monitor, page_id)
    failures: list[WebhookFailure] = []
    settled = settle(store, claim(store, limit=1)[0], GONE, NOON, failures)
    assert settled is not None
    assert (settled.status, [each.reason for each in failures]) == ("dead", ["gone"])
    assert change(store).webhook_state.disabled == "gone"
    assert claim(store) == []
    queue(store, change(store), "p4")
    statuses = Counter((each.status, each.last_error) for each in list_all(store))
    assert statuses == {
        ("dead", "refused: the receiver answered 410"): 1,
        ("cancelled", "webhook_disabled"): 3,
    }


def test_C22_it_is_told_once_however_many_were_on_their_way(store: MemoryStore) -> None:
    """The first word about it is the only one."""
    monitor = make_hooked(store)
    for page_id in ("p1", "p2"):
        queue(store, monitor, page_id)
    failures: list[WebhookFailure] = []
    for claimed in claim(store):
        settle(store, claimed, GONE, NOON, failures)
    assert [each.reason for each in failures] == ["gone", "dead"]
    assert len({each.id for each in failures}) == 1


def test_a_test_reaches_a_webhook_that_is_disabled_and_disables_none(store: MemoryStore) -> None:
    """It is how somebody finds out whether it can be enabled again."""
    monitor = make_hooked(store)
    change(store, webhook_state=replace(monitor.webhook_state, disabled="failing"))
    for outcome, status in ((GONE, "dead"), (ARRIVED, "delivered")):
        at = NOON if outcome is GONE else NOON + SECOND
        store.transact(partial(queue_test, monitor=monitor, now=at))
        (claimed,) = claim(store, at)
        failures: list[WebhookFailure] = []
        settled = settle(store, claimed, outcome, at, failures)
        assert settled is not None
        assert (settled.status, failures) == (status, [])
    assert change(store).webhook_state.disabled == "failing"


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"status": "deleted"}, "monitor_deleted"),
        ({"config": make_config()}, "webhook_removed"),
        ({"webhook_state": WebhookState(disabled="failing")}, "webhook_disabled"),
    ],
)
def test_C11_what_nobody_wants_any_more_is_cancelled(
    store: MemoryStore, changes: dict[str, Any], cause: str
) -> None:
    """Its row is kept; it is not sent."""
    queued = queue(store, make_hooked(store))
    assert queued is not None
    change(store, **changes)
    assert claim(store) == []
    assert find(store, queued.id) == replace(
        queued, status="cancelled", next_attempt_at=None, last_error=cause
    )


def test_C11_a_monitor_takes_all_of_its_events_with_it(store: MemoryStore) -> None:
    """In portions, and nobody else's; what is on its way then has no say any more."""
    queue_many(store, make_hooked(store), 7)
    queue(store, make_hooked(store, "other"), "p2", NOON + SECOND)
    (claimed, *_) = claim(store, limit=1)
    numbers = [
        store.transact(
            lambda transaction: cancel_deliveries(transaction, "m", "monitor_deleted", limit=4)
        )
        for _ in range(3)
    ]
    assert (numbers, settle(store, claimed)) == ([4, 3, 0], None)
    statuses = {(each.monitor_id, each.status) for each in list_all(store)}
    assert statuses == {("m", "cancelled"), ("other", "pending")}


def test_events_that_wait_go_where_the_webhook_is_now(store: MemoryStore) -> None:
    """Somebody has put a wrong URL right; what the old one does is nothing about the new one."""
    monitor = make_hooked(store, url="https://exmaple.com/hook")
    queue(store, monitor)
    (old,) = claim(store)
    moved = make_hooked(store)
    settle(store, old, GONE)
    assert change(store).webhook_state == moved.webhook_state
    queue(store, monitor, "p2")
    (new,) = claim(store)
    assert (new.destination, json.loads(new.body)["webhookId"]) == (HOOK, new.id)


def test_other_channels_are_claimed_by_who_has_them(store: MemoryStore) -> None:
    """Mail waits while there is no way for it, and is no webhook's business."""
    queued = queue(store, make_hooked(store))
    assert queued is not None
    mail = replace(queued, id="mail", channel="email", event="email.summary", destination="a@b.c")
    store.transact(lambda transaction: transaction.put(DELIVERIES, mail))
    change(store, webhook_state=WebhookState(disabled="gone"))

    def claim_of(*channels: Any) -> list[str]:  # noqa: ANN401 - channels
        taken = store.transact(
            lambda transaction: claim_deliveries(
                transaction, now=NOON, lease=LEASE, limit=9, per_receiver=9, channels=channels
            )
        )
        return [each.id for each in taken]

    assert [claim_of("notify"), claim_of("webhook"), claim_of("email")] == [[], [], ["mail"]]
    settle(store, find(store, "mail"), GONE)
    assert find(store, "mail").status == "dead"


def test_a_webhook_that_works_is_not_written(store: MemoryStore) -> None:
    """A monitor is read by many; it changes only when its webhook does."""
    monitor: Monitor = make_hooked(store)
    queue(store, monitor)
    settle(store, claim(store)[0])
    assert change(store) is not monitor
    assert change(store) == monitor
