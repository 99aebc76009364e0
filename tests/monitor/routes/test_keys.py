"""Keys that were handed out: they open, they bound, and they are taken back at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import cast

import pytest

from changetrack import JsonObject
from changetrack.monitor.ids import hash_text
from changetrack.monitor.keys import (
    KEY_PREFIX,
    create_key,
    find_key,
    has_keys,
    list_keys,
    revoke_key,
    spell_key,
)
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import ApiKey
from changetrack.monitor.records import write_record
from changetrack_server.http.callers import Buckets, Caller
from tests.monitor.routes.world import NOW, ORDER, World, a_world

TOKEN = "A" * 43


def _create(store: MemoryStore, **changes: object) -> ApiKey:
    given: dict[str, object] = {
        "key_id": "k",
        "name": " CI ",
        "owner": "one",
        "now": NOW,
        **changes,
    }
    return store.transact(
        lambda each: create_key(each, spell_key(TOKEN), **given)  # type: ignore[arg-type]
    )


def test_C50_a_key_is_kept_as_its_hash() -> None:
    """And as its first letters, by which somebody tells theirs apart; nothing else of it."""
    store = MemoryStore()
    key = _create(store, scopes=["run", "read"], requests_per_minute=5)
    assert key == ApiKey(
        id="k",
        name="CI",
        owner="one",
        hash=hashlib.sha256(f"{KEY_PREFIX}{TOKEN}".encode()).hexdigest(),
        prefix="ct_live_AAAAAA",
        scopes=("read", "run"),
        requests_per_minute=5,
        created_at=NOW,
    )
    assert TOKEN not in str(write_record(key))
    assert (key.hash in repr(key), TOKEN in repr(key)) == (False, False)


def test_a_key_is_found_until_it_is_revoked() -> None:
    """That there ever was one is not forgotten: revoking the last one opens nothing."""
    store = MemoryStore()
    assert store.transact(has_keys) is False
    key = _create(store)

    def look() -> tuple[ApiKey | None, bool, int, int]:
        return store.transact(
            lambda each: (
                find_key(each, hash_text(spell_key(TOKEN))),
                has_keys(each),
                len(list_keys(each, "one")),
                len(list_keys(each, "other")),
            )
        )

    assert look() == (key, True, 1, 0)
    revoked = store.transact(lambda each: revoke_key(each, "k", now=NOW))
    assert revoked is not None
    assert revoked.revoked_at == NOW
    assert look() == (None, True, 1, 0)
    assert store.transact(lambda each: revoke_key(each, "nobody", now=NOW)) is None


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no name": (
        {"name": " "},
        "name: a name has from 1 to 100 characters; say what the key is for",
    ),
    "no scope": ({"scopes": []}, "scopes: there is no scope; use some of read, write, run"),
    "a scope that is none": (
        {"scopes": ["admin"]},
        "scopes: there is no scope 'admin'; use some of read, write, run",
    ),
    "fewer than none": (
        {"requests_per_minute": -1},
        "requests: there are no fewer requests than none; use 0 for any",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_key_that_cannot_be_is_not_made(name: str) -> None:
    """With what to do about it, for whoever types it into a terminal."""
    given, text = WRONG[name]
    with pytest.raises(ValueError, match=r"^") as caught:
        _create(MemoryStore(), **given)
    assert str(caught.value) == text


@pytest.fixture
def world() -> Iterator[World]:
    """Have an app whose settings have a key."""
    with a_world(api_keys=("secret",)) as made:
        yield made


def test_without_any_key_everybody_is_the_local_owner() -> None:
    """Whatever key they bring, as clients bring one that nobody asks for."""
    with a_world() as world:
        for key in ("", "fc-whatever"):
            world.say("POST", "/v2/monitor", ORDER, key=key)
        shown = cast("list[JsonObject]", world.say("GET", "/v2/monitor")["data"])
        assert len(shown) == 2


def test_the_first_key_closes_the_door() -> None:
    """Within a second, in every process; the key of the owner `local` sees what was there."""
    with a_world() as world:
        world.make()
        key = world.hand_out("local")
        assert world.ask("GET", "/v2/monitor").status == 200
        world.ticks[0] += 1
        assert world.ask("GET", "/v2/monitor").status == 401
        assert world.say("GET", "/v2/monitor", key=key)["total"] == 1


def test_a_key_of_the_settings_is_an_owner_with_every_scope(world: World) -> None:
    """Keys that were handed out live beside it."""
    key = world.hand_out("one")
    world.make(key="secret")
    assert world.say("GET", "/v1/monitor", key="secret")["total"] == 1
    assert world.say("GET", "/v1/monitor", key=key)["total"] == 0
    owner = f"key:{hashlib.sha256(b'secret').hexdigest()[:16]}"
    other = world.hand_out(owner, "read")
    assert world.say("GET", "/v1/monitor", key=other)["total"] == 1


def test_a_revoked_key_is_none_within_a_second(world: World) -> None:
    """The process that has just seen it may still take it for that long, and no other."""
    key = world.hand_out("one")
    assert world.ask("GET", "/v1/monitor", key=key).status == 200
    [row] = world.keep(list_keys)
    world.keep(lambda each: revoke_key(each, row.id, now=NOW))
    world.ticks[0] += 1
    answer = world.ask("GET", "/v1/monitor", key=key)
    assert (answer.status, answer.json["reason"]) == (401, "wrong_key")


def test_a_key_has_so_many_requests(world: World) -> None:
    """Then it is told after how long to ask again; on every route, and no other key with it."""
    key, other = world.hand_out("one", per_minute=3), world.hand_out("two")
    paths = ("/v1/monitor", "/v2/monitor", "/v1/capabilities", "/metrics")
    answers = [world.ask("GET", path, key=key) for path in paths]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    refused = answers[-1]
    assert (refused.json["reason"], refused.header("retry-after")) == ("rate_limited", "20")
    assert world.ask("GET", "/metrics", key=other).status == 200
    assert world.ask("GET", "/health", key=key).status == 200


def test_requests_come_back_as_time_goes_by() -> None:
    """Evenly, up to a minute's worth; nobody is bound whose bound is none."""
    time = [0.0]
    buckets = Buckets(60, clock=lambda: time[0])
    caller = Caller(owner="one", key_id="k")
    assert [buckets.take(caller) for _ in range(61)] == [*[0] * 60, 1]
    time[0] += 0.5
    assert buckets.take(caller) == 1
    time[0] += 0.5
    assert [buckets.take(caller) for _ in range(2)] == [0, 1]
    time[0] += 3600
    assert [buckets.take(caller) for _ in range(61)] == [*[0] * 60, 1]
    free = Caller(owner="one", key_id="free", requests_per_minute=0)
    assert {buckets.take(each) for each in (free, Caller(owner="local")) for _ in range(99)} == {0}
    slow = Caller(owner="one", key_id="slow", requests_per_minute=1)
    assert [buckets.take(slow) for _ in range(2)] == [0, 60]
