"""Lists over HTTP: portions, where they go on, and that they do so for whoever was told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar, cast

import pytest

from changetrack import JsonObject
from changetrack.monitor.ids import name_id
from changetrack.monitor.models import Check, Page
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import CHECKS, MONITORS, PAGES, Table
from tests.monitor.routes.world import NOW, ORDER, World, a_world

R = TypeVar("R")

CHECK_ID = "019df960-5f2a-75fb-a98b-bd2d32ca67d4"


@pytest.fixture
def world() -> Iterator[World]:
    """Have an app without keys."""
    with a_world() as made:
        yield made


def _put(transaction: Transaction, table: Table[R], row: R) -> None:
    transaction.put(table, row)


def _write_checks(world: World, monitor_id: str, count: int) -> list[str]:
    ids = [name_id("check", number) for number in range(count)]
    for number, own in enumerate(ids):
        check = Check(
            id=own,
            monitor_id=monitor_id,
            owner="local",
            status="failed" if number % 2 else "completed",
            trigger="scheduled",
            created_at=NOW + timedelta(minutes=number),
            updated_at=NOW,
        )
        world.keep(partial(_put, table=CHECKS, row=check))
    return ids


def _write_pages(world: World, monitor_id: str, count: int) -> list[str]:
    check = Check(
        id=CHECK_ID,
        monitor_id=monitor_id,
        owner="local",
        status="completed",
        trigger="scheduled",
        created_at=NOW,
        updated_at=NOW,
    )
    world.keep(lambda each: each.put(CHECKS, check))
    urls = [f"https://example.com/{number}" for number in range(count)]
    for number, url in enumerate(urls):
        page = Page(
            id=name_id("page", number),
            check_id=CHECK_ID,
            monitor_id=monitor_id,
            target_id=monitor_id,
            url=url,
            status="changed" if number % 2 else "same",
            position=number,
            created_at=NOW,
        )
        world.keep(partial(_put, table=PAGES, row=page))
    return urls


def _follow(world: World, path: str) -> list[list[str]]:
    """Return the pages of a check, portion by portion, as a client follows `next`."""
    portions = []
    following: str | None = path
    while following is not None:
        assert following.startswith("/")
        envelope = world.say("GET", following)
        data = cast("JsonObject", envelope["data"])
        assert envelope.get("next") == data.get("next")
        pages = cast("list[dict[str, str]]", data["pages"])
        portions.append([page["url"] for page in pages])
        following = cast("str | None", envelope.get("next"))
    return portions


def test_pages_go_on_at_a_relative_address(world: World) -> None:
    """Which every client understands, whatever name it knows this server by."""
    own = world.make()
    urls = _write_pages(world, own, 5)
    path = f"/v2/monitor/{own}/checks/{CHECK_ID}"
    assert _follow(world, f"{path}?limit=2") == [urls[:2], urls[2:4], urls[4:]]
    assert _follow(world, f"{path}?limit=2&skip=3") == [urls[3:]]
    assert _follow(world, path) == [urls]


def test_pages_of_one_status_go_on_as_such(world: World) -> None:
    """The filter is part of where they go on."""
    own = world.make()
    urls = _write_pages(world, own, 6)
    path = f"/v2/monitor/{own}/checks/{CHECK_ID}?limit=2&status=changed"
    assert _follow(world, path) == [[urls[1], urls[3]], [urls[5]]]


def test_a_cursor_of_one_filter_is_none_of_another(world: World) -> None:
    """It would skip what the other one has."""
    own = world.make()
    _write_pages(world, own, 6)
    path = f"/v2/monitor/{own}/checks/{CHECK_ID}?limit=2"
    following = str(world.say("GET", f"{path}&status=changed")["next"])
    cursor = following.rpartition("cursor=")[2]
    answer = world.ask("GET", f"{path}&status=same&cursor={cursor}")
    assert (answer.status, answer.json["reason"]) == (400, "invalid_cursor")


def test_on_v1_a_list_goes_on_behind_an_opaque_cursor(world: World) -> None:
    """Or at a relative address, for whoever finds that easier; both stand at both places."""
    own = world.make("v1")
    urls = _write_pages(world, own, 3)
    path = f"/v1/monitor/{own}/checks/{CHECK_ID}"
    first = world.say("GET", f"{path}?limit=2")
    data: Any = first["data"]
    assert (data["next"], data["nextUrl"]) == (first["next"], first["nextUrl"])
    assert first["nextUrl"] == f"{path}?limit=2&cursor={first['next']}"
    for following in (f"{path}?cursor={first['next']}", str(first["nextUrl"])):
        rest: Any = world.say("GET", following)["data"]
        assert ([page["url"] for page in rest["pages"]], "next" in rest) == (urls[2:], False)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_checks_come_newest_first(world: World, version: str) -> None:
    """By number on one dialect and by cursor on the other, of one status or of all."""
    own = world.make(version)
    ids = _write_checks(world, own, 5)[::-1]
    path = f"/{version}/monitor/{own}/checks"
    first = world.say("GET", f"{path}?limit=2")
    if version == "v2":
        assert list(first) == ["success", "total", "data"]
        rest = world.say("GET", f"{path}?limit=2&offset=2")
    else:
        rest = world.say("GET", f"{path}?limit=2&cursor={first['next']}")
    shown = [[each["id"] for each in cast("Any", part["data"])] for part in (first, rest)]
    assert shown == [ids[:2], ids[2:4]]
    assert (first["total"], rest["total"]) == (5, 5)
    failed: Any = world.say("GET", f"{path}?status=failed")["data"]
    assert [each["id"] for each in failed] == [ids[1], ids[3]]


@pytest.mark.parametrize(("version", "items"), [("v1", 50), ("v2", 25)])
def test_monitors_come_in_portions(world: World, version: str, items: int) -> None:
    """As large as the dialect has them when nobody says."""
    made = [world.make(version) for _ in range(items + 1)][::-1]
    first = world.say("GET", f"/{version}/monitor")
    shown = cast("list[JsonObject]", first["data"])
    order = world.keep(
        lambda each: [
            row.id for row in each.select(MONITORS, {}, order=("created_at", "id"), descending=True)
        ]
    )
    assert ([each["id"] for each in shown], set(made)) == (order[:items], set(order))
    if version == "v1":
        rest = world.say("GET", str(first["nextUrl"]))
    else:
        rest = world.say("GET", f"/v2/monitor?offset={items}")
    assert [each["id"] for each in cast("list[JsonObject]", rest["data"])] == order[items:]


def test_deliveries_go_on_behind_a_cursor(world: World) -> None:
    """With every try of each inside, and those of one status where that is asked for."""
    own = world.make()
    for _ in range(3):
        world.orchestra.time += timedelta(minutes=1)
        world.say("POST", f"/v2/monitor/{own}/webhook/test")
    path = f"/v2/monitor/{own}/deliveries?limit=2"
    first = world.say("GET", path)
    rest = world.say("GET", str(first["next"]))
    shown: list[Any] = [*cast("list[Any]", first["data"]), *cast("list[Any]", rest["data"])]
    assert [each["createdAt"][11:16] for each in shown] == ["15:33", "15:32", "15:31"]
    assert {(each["event"], each["status"], each["attemptCount"]) for each in shown} == {
        ("monitor.test", "pending", 0)
    }
    assert "next" not in rest
    assert world.say("GET", f"/v2/monitor/{own}/deliveries?status=dead")["data"] == []


def test_a_cursor_of_another_owner_is_none() -> None:
    """C46: it is signed for whoever it was given to."""
    with a_world() as world:
        one, other = world.hand_out("one"), world.hand_out("other")
        for key in (one, one, other, other):
            world.say("POST", "/v1/monitor", ORDER, key=key)
        cursor = world.say("GET", "/v1/monitor?limit=1", key=one)["next"]
        path = f"/v1/monitor?limit=1&cursor={cursor}"
        assert len(cast("list[Any]", world.say("GET", path, key=one)["data"])) == 1
        answer = world.ask("GET", path, key=other)
        assert (answer.status, answer.json["reason"]) == (400, "invalid_cursor")
