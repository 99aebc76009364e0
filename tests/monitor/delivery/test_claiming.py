"""C27: who gets how much of what is due: nobody too much, and everybody in turn."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Delivery
from tests.monitor.delivery.makers import (
    ARRIVED,
    HOOK,
    LEASE,
    claim,
    list_all,
    make_hooked,
    queue,
    queue_many,
    settle,
)
from tests.monitor.makers import NOON

SECOND = timedelta(seconds=1)


@pytest.fixture
def store() -> MemoryStore:
    """Return an empty store."""
    return MemoryStore()


def claim_urls(store: MemoryStore, now: datetime = NOON, limit: int = 16) -> Counter[str]:
    """Return how many deliveries each receiver gets by one claim."""
    return Counter(each.destination for each in claim(store, now, limit=limit))


def test_C27_no_receiver_has_more_than_its_share_on_their_way(store: MemoryStore) -> None:
    """Counted over all claims whose lease is not over."""
    queue_many(store, make_hooked(store), 20)
    assert claim_urls(store, limit=3) == {HOOK: 3}
    assert claim_urls(store) == {HOOK: 1}
    assert claim_urls(store) == {}
    assert claim_urls(store, NOON + LEASE) == {HOOK: 4}


def test_C27_who_is_busy_hides_nobody(store: MemoryStore) -> None:
    """A thousand events of one receiver are older than one of each of ten others."""
    queue_many(store, make_hooked(store, "bad", "https://bad.test/"), 1000)
    urls = [f"https://{name}.test/" for name in "acdefghijk"]
    for url in urls:
        queue(store, make_hooked(store, url, url), url, NOON + SECOND)
    assert claim_urls(store, NOON + SECOND) == {
        "https://bad.test/": 4,
        **dict.fromkeys(urls, 1),
    }


def test_C27_everybody_has_a_turn(store: MemoryStore) -> None:
    """Also where there is room for three, two receivers are busy, and ten others wait."""
    for name in ("bad", "worse"):
        queue_many(store, make_hooked(store, name, f"https://{name}.test/"), 100)
    assert len(claim(store, limit=8)) == 8
    urls = [f"https://{name}.test/" for name in "acdefghijk"]
    for url in urls:
        queue_many(store, make_hooked(store, url, url), 50, NOON + SECOND)
    now = NOON + SECOND
    taken: Counter[str] = Counter()
    for _ in range(20):
        claimed = claim(store, now, limit=3, per_receiver=4)
        taken.update(each.destination for each in claimed)
        for each in claimed:
            settle(store, each, ARRIVED, now)
    assert set(taken) == set(urls)
    assert max(taken.values()) - min(taken.values()) <= 3


@settings(max_examples=50)
@given(
    receivers=st.lists(st.integers(1, 12), min_size=1, max_size=8),
    limit=st.integers(1, 6),
    per_receiver=st.integers(1, 3),
    seed=st.randoms(use_true_random=False),
)
def test_C27_everything_is_claimed_within_the_bounds(
    receivers: list[int],
    limit: int,
    per_receiver: int,
    seed: Any,  # noqa: ANN401 - a Random
) -> None:
    """However many wait for whom: never too many at once, each once, and in the end all of them."""
    store = MemoryStore()
    for at, number in enumerate(receivers):
        monitor = make_hooked(store, f"m{at}", f"https://{at}.test/")
        queue_many(store, monitor, number, NOON - at * SECOND)
    on_their_way: list[Delivery] = []
    done: list[str] = []
    for _ in range(10 * sum(receivers)):
        claimed = claim(store, limit=limit, per_receiver=per_receiver)
        on_their_way += claimed
        busy = Counter(each.destination for each in on_their_way)
        assert len(claimed) <= limit
        assert max(busy.values(), default=0) <= per_receiver
        if on_their_way:
            each = on_their_way.pop(seed.randrange(len(on_their_way)))
            settle(store, each)
            done.append(each.id)
    assert sorted(done) == [each.id for each in list_all(store)]
