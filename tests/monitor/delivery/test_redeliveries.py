"""Lists of what was sent, sending it once more, and the secrets that it is signed with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from changetrack.errors import (
    DeliveryNotFound,
    MonitorError,
    MonitorNotFound,
    NoWebhook,
    WebhookDisabled,
)
from changetrack.monitor.deliveries import redeliver, redeliver_range
from changetrack.monitor.lists import Window, list_attempts, list_deliveries
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Delivery, Secret, WebhookState
from changetrack.monitor.owners import find_delivery
from changetrack.monitor.ports import Column, Transaction
from changetrack.monitor.webhooks import new_secret
from changetrack.monitor.webhooks.states import (
    enable_webhook,
    list_secrets,
    restart_webhook,
    revoke_secrets,
    rotate_secret,
)
from tests.monitor.delivery.makers import (
    ARRIVED,
    FAILED,
    LEASE,
    SECRET,
    change,
    claim,
    find,
    list_all,
    list_codes,
    make_hooked,
    queue,
    queue_many,
    settle,
)
from tests.monitor.makers import NOON, make_config

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
OTHER = new_secret(bytes(32))
THIRD = new_secret(bytes([3] * 32))


@pytest.fixture
def store() -> MemoryStore:
    """Return an empty store."""
    return MemoryStore()


def send_again(store: MemoryStore, delivery: Delivery, now: datetime = NOON + HOUR) -> Delivery:
    """Send something once more."""
    return store.transact(lambda transaction: redeliver(transaction, "local", delivery.id, now=now))


def bury(store: MemoryStore, page_id: str = "p") -> Delivery:
    """Return a delivery that is dead after ten tries."""
    queued = queue(store, make_hooked(store), page_id)
    assert queued is not None
    now = NOON
    while claimed := claim(store, now):
        settled = settle(store, claimed[0], FAILED, now)
        assert settled is not None
        now = settled.next_attempt_at or now
    return find(store, queued.id)


def test_C26_a_dead_one_is_sent_again_with_the_same_id_bytes_and_tries(
    store: MemoryStore,
) -> None:
    """It fails ten times more before it is dead again, and each try has its number."""
    dead = bury(store)
    again = send_again(store, dead)
    assert (again.status, again.id, again.body) == ("pending", dead.id, dead.body)
    now = NOON + HOUR
    while claimed := claim(store, now):
        settled = settle(store, claimed[0], FAILED, now)
        assert settled is not None
        now = settled.next_attempt_at or now
    assert find(store, dead.id).status == "dead"
    assert list_codes(store, dead.id) == [(number, 500) for number in range(1, 21)]


def test_what_has_arrived_can_arrive_again(store: MemoryStore) -> None:
    """Whoever lost it knows its id, and may want it all the same."""
    queue(store, make_hooked(store))
    delivered = settle(store, claim(store)[0], ARRIVED)
    assert delivered is not None
    assert send_again(store, delivered).delivered_at is None
    assert [each.attempts for each in claim(store, NOON + HOUR)] == [2]


def test_what_was_cancelled_is_sent_when_the_webhook_is_enabled(store: MemoryStore) -> None:
    """Nothing that happened meanwhile is lost."""
    monitor = make_hooked(store)
    disabled = change(store, webhook_state=replace(monitor.webhook_state, disabled="failing"))
    queued = queue(store, disabled)
    assert queued is not None
    assert queued.status == "cancelled"
    with pytest.raises(WebhookDisabled, match=r"failing.*Enable it first"):
        send_again(store, queued)
    store.transact(lambda transaction: enable_webhook(transaction, disabled))
    send_again(store, queued)
    assert [each.id for each in claim(store, NOON + HOUR)] == [queued.id]


def test_what_waits_is_tried_now_and_keeps_its_tries(store: MemoryStore) -> None:
    """Somebody repaired the receiver and does not want to wait for tomorrow."""
    queue(store, make_hooked(store))
    waiting = settle(store, claim(store)[0], FAILED)
    assert waiting is not None
    again = send_again(store, waiting, NOON + SECOND)
    assert again == replace(waiting, next_attempt_at=NOON + SECOND)


def test_what_is_on_its_way_stays_there(store: MemoryStore) -> None:
    """Nobody sends the same thing twice at once."""
    queue(store, make_hooked(store))
    (claimed,) = claim(store)
    assert send_again(store, claimed, NOON + SECOND) == claimed
    assert send_again(store, claimed, NOON + LEASE).lease_until is None


REFUSALS: list[tuple[dict[str, Any], type[MonitorError]]] = [
    ({"status": "deleted"}, MonitorNotFound),
    ({"config": make_config()}, NoWebhook),
    ({"webhook_state": WebhookState(disabled="gone")}, WebhookDisabled),
]


@pytest.mark.parametrize(("changes", "error"), REFUSALS)
def test_what_would_not_be_sent_is_refused(
    store: MemoryStore, changes: dict[str, Any], error: type[MonitorError]
) -> None:
    """One by one and by range, with the reason."""
    dead = bury(store)
    change(store, **changes)
    with pytest.raises(error):
        send_again(store, dead)
    with pytest.raises(error):
        store.transact(
            lambda transaction: redeliver_range(
                transaction, "local", "m", since=NOON, until=NOON, now=NOON
            )
        )
    assert find(store, dead.id) == dead


ASKED: dict[str, Callable[[Transaction, str], object]] = {
    "find": lambda transaction, owner: find_delivery(transaction, owner, "x"),
    "attempts": lambda transaction, owner: list_attempts(transaction, owner, "x"),
    "redeliver": lambda transaction, owner: redeliver(transaction, owner, "x", now=NOON),
    "list": lambda transaction, owner: list_deliveries(transaction, owner, "m", Window(limit=9)),
    "range": lambda transaction, owner: redeliver_range(
        transaction, owner, "m", since=NOON, until=NOON, now=NOON
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_nobody_sees_what_is_somebody_elses(store: MemoryStore, name: str) -> None:
    """It is not there for them, and neither is what nobody has."""
    with pytest.raises((DeliveryNotFound, MonitorNotFound)):
        store.transact(lambda transaction: ASKED[name](transaction, "local"))
    queued = queue(store, make_hooked(store))
    assert queued is not None
    with pytest.raises((DeliveryNotFound, MonitorNotFound)):
        store.transact(lambda transaction: redeliver(transaction, "stranger", queued.id, now=NOON))
    with pytest.raises((DeliveryNotFound, MonitorNotFound)):
        store.transact(lambda transaction: ASKED[name](transaction, "stranger"))


def test_C26_a_range_is_sent_again_in_portions(store: MemoryStore) -> None:
    """What was dead between two moments, both included, and nothing else."""
    monitor = make_hooked(store)
    for at in range(10):
        queue(store, monitor, str(at), NOON + at * SECOND)
    for claimed in claim(store, NOON + HOUR, per_receiver=10):
        outcome = (
            ARRIVED if claimed.created_at == NOON + 4 * SECOND else replace(FAILED, is_final=True)
        )
        settle(store, claimed, outcome, NOON + HOUR)

    def again(after: Any) -> Any:  # noqa: ANN401 - a place in the list
        return store.transact(
            lambda transaction: redeliver_range(
                transaction,
                "local",
                "m",
                since=NOON + 2 * SECOND,
                until=NOON + 7 * SECOND,
                now=NOON + HOUR,
                after=after,
                limit=3,
            )
        )

    first = again(None)
    second = again(first.after)
    assert (first.number, second.number, second.after) == (3, 2, None)
    pending = [each.created_at for each in list_all(store) if each.status == "pending"]
    assert sorted(pending) == [NOON + at * SECOND for at in (2, 3, 5, 6, 7)]


def test_a_list_begins_with_the_newest_and_goes_on_behind_the_last(store: MemoryStore) -> None:
    """By keyset, so that what comes meanwhile moves nothing; of all statuses, or some."""
    monitor = make_hooked(store)
    for at in range(5):
        queue(store, monitor, str(at), NOON + at * SECOND)
    settle(store, claim(store, NOON, limit=1)[0])
    seen: list[Delivery] = []
    after: tuple[Column, ...] | None = None
    for _ in range(3):
        window = Window(after=after, limit=2)
        ask = partial(list_deliveries, owner="local", monitor_id="m", window=window)
        listed = store.transact(ask)
        seen, after = [*seen, *listed.items], listed.after
    assert after is None
    assert [each.created_at for each in seen] == [NOON + at * SECOND for at in (4, 3, 2, 1, 0)]
    delivered = store.transact(
        lambda transaction: list_deliveries(
            transaction, "local", "m", Window(limit=2), statuses=("delivered",)
        )
    )
    assert list(delivered.items) == seen[-1:]


def test_every_try_is_in_the_log(store: MemoryStore) -> None:
    """When it began, how long it took, and what came of it."""
    queue(store, make_hooked(store))
    (claimed,) = claim(store)
    settle(store, claimed, replace(FAILED, seconds=2.0), NOON + 2 * SECOND)
    (attempt,) = store.transact(lambda transaction: list_attempts(transaction, "local", claimed.id))
    assert (attempt.number, attempt.at, attempt.seconds, attempt.status_code, attempt.error) == (
        1,
        NOON,
        2.0,
        500,
        FAILED.error,
    )


def test_C30_a_new_secret_signs_at_once_and_the_old_one_for_a_day(store: MemoryStore) -> None:
    """Then it is worth nothing; a third one takes the place of the first."""
    monitor = make_hooked(store)
    rotated = store.transact(
        lambda transaction: rotate_secret(transaction, monitor, OTHER, now=NOON + HOUR)
    )
    assert rotated == change(store)
    ages = [HOUR, 25 * HOUR - SECOND, 25 * HOUR]
    live = [list_secrets(rotated.webhook_state, now=NOON + age) for age in ages]
    assert live == [(OTHER, SECRET), (OTHER, SECRET), (OTHER,)]
    again = store.transact(
        lambda transaction: rotate_secret(transaction, rotated, THIRD, now=NOON + 2 * HOUR)
    )
    assert list_secrets(again.webhook_state, now=NOON + 2 * HOUR) == (THIRD, OTHER)
    assert again.webhook_state.secrets == (
        Secret(value=THIRD, created_at=NOON + 2 * HOUR),
        Secret(value=OTHER, created_at=NOON + HOUR, expires_at=NOON + 26 * HOUR),
    )


@pytest.mark.parametrize("how", ["revoked", "without overlap"])
def test_C30_an_old_secret_can_be_revoked_at_once(store: MemoryStore, how: str) -> None:
    """When it is known to somebody who should not know it."""
    monitor = make_hooked(store)
    overlap = 24 * HOUR if how == "revoked" else timedelta()
    rotated = store.transact(
        lambda transaction: rotate_secret(transaction, monitor, OTHER, now=NOON, overlap=overlap)
    )
    revoked = store.transact(lambda transaction: revoke_secrets(transaction, rotated))
    assert revoked.webhook_state.secrets == (Secret(value=OTHER, created_at=NOON),)
    assert change(store) == revoked


def test_a_new_url_has_no_past(store: MemoryStore) -> None:
    """What the old one did is forgotten, and the secrets stay what receivers know."""
    state = make_hooked(store).webhook_state
    failed = replace(state, disabled="gone", failing_since=NOON)
    assert restart_webhook(failed) == state


def test_a_secret_is_not_shown_by_accident(store: MemoryStore) -> None:
    """Neither in a traceback nor in a log."""
    assert SECRET not in repr(make_hooked(store))


def test_many_are_sent_again_without_a_flood(store: MemoryStore) -> None:
    """A thousand that are due at once still go out by fours."""
    queue_many(store, make_hooked(store), 1000)
    assert len(claim(store, limit=100)) == 4
