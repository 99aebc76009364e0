"""Monitors that move from one installation to another, over the routes that people use."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from changetrack.monitor.atom import feed_token
from changetrack.monitor.outcomes import fingerprint_contract
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import BASELINES, RECIPIENTS, SNAPSHOTS
from tests.monitor.exports.houses import (
    BODY,
    MINE,
    PAGE,
    SETTINGS,
    House,
    make_house,
    move,
    visit,
)
from tests.monitor.makers import make_monitor, put_monitor


def test_a_definition_comes_back_as_it_was() -> None:
    """Every field of it, under the same id; and its targets are the same contract."""
    house, other = House(), House()
    old = house.add(BODY)
    data = move(house, other, "json")
    assert (data["imported"], data["known"], other.woken) == (1, 0, 1)
    (new,) = other.monitors()
    # The headers of a webhook may open a door, so they stay behind.
    webhook = old.config.webhook
    assert webhook is not None
    kept = replace(old.config, targets=(), webhook=replace(webhook, headers={}))
    assert replace(new.config, targets=()) == kept
    for before, after in zip(old.config.targets, new.config.targets, strict=True):
        assert after == before
        assert fingerprint_contract(after) == fingerprint_contract(before)
    assert (new.id, new.owner, new.status, new.next_run_at) == (
        MINE,
        "me",
        "active",
        old.next_run_at,
    )


def test_secrets_stay_behind() -> None:
    """A webhook gets a new one, which is shown now; and who got mail is asked again."""
    house, other = House(), House()
    house.add(BODY)
    (record,) = move(house, other, "json")["records"]
    (secret,) = other.monitors()[0].webhook_state.secrets
    assert record["webhookSecret"] == secret.value
    assert secret.value.startswith("whsec_")
    recipients = other.store.transact(lambda transaction: transaction.select(RECIPIENTS, {}))
    assert [(each.email, each.status) for each in recipients] == [("a@b.test", "pending")]
    with visit(house) as client:
        assert "old secret" not in client.get("/v1/monitor/export").text


@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_what_is_known_of_pages_moves_along(kind: str) -> None:
    """So that the next check compares, and does not meet them for the first time."""
    house, other = make_house(), House()
    move(house, other, kind)

    def read(transaction: Transaction) -> tuple[Any, Any]:
        (baseline,) = transaction.select(BASELINES, {"monitor_id": MINE})
        return baseline, transaction.find(SNAPSHOTS, baseline.snapshot_id)

    (before, kept), (after, taken) = house.store.transact(read), other.store.transact(read)
    assert replace(after, snapshot_id=before.snapshot_id) == before
    assert taken.snapshot == kept.snapshot
    assert taken.id != kept.id


@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_an_import_that_is_repeated_changes_nothing(kind: str) -> None:
    """Neither there nor where it came from."""
    house, other = make_house(), House()
    move(house, other, kind)
    before = other.monitors()
    again = move(house, other, kind)
    assert other.monitors() == before
    move(house, house, kind)
    assert len(house.monitors()) == 1
    if kind == "json":
        assert (again["imported"], again["known"]) == (0, 2)


def test_nobody_writes_over_what_is_somebody_elses() -> None:
    """Whose id a record names: the monitor gets another one, and so does all that it knows."""
    house, other = make_house(), make_house()
    put_monitor(other.store, replace(other.monitors()[0], owner="somebody"))
    before = other.store.transact(lambda transaction: transaction.select(SNAPSHOTS, {}))
    move(house, other, "json")
    move(house, other, "json")
    names = {monitor.id: monitor.owner for monitor in other.monitors()}
    assert names.pop(MINE) == "somebody"
    assert [*names.values()] == ["me"]
    after = other.store.transact(lambda transaction: transaction.select(SNAPSHOTS, {}))
    assert len(after) == 2
    assert before[0] in after


def test_a_monitor_that_was_deleted_can_be_imported_again() -> None:
    """Under another id, since the old one still stands for what it was."""
    house, other = make_house(), House()
    move(house, other, "json")
    put_monitor(other.store, replace(other.monitors()[0], status="deleted"))
    assert move(house, other, "json")["imported"] == 2
    assert sorted(monitor.status for monitor in other.monitors()) == ["active", "deleted"]


def test_the_owner_of_too_many_monitors_gets_no_more() -> None:
    """And hears of it."""
    house = House(settings=replace(SETTINGS, max_monitors=1))
    records = [
        {"type": "export", "version": 1},
        *({"type": "monitor", "id": MINE[:-1] + str(n), "definition": BODY} for n in range(2)),
    ]
    with visit(house) as client:
        answer = client.post("/v1/monitor/import", json=records)
    assert (answer.status_code, answer.json()["reason"]) == (409, "too_many_monitors")


def define(**given: object) -> dict[str, object]:
    """Return the record of a monitor with some other fields."""
    return {"type": "monitor", "id": MINE, "definition": {**BODY, **given}}


BASELINE = {
    "type": "baseline",
    "monitorId": MINE,
    "targetId": "t",
    "url": PAGE,
    "contract": "c",
    "contentHash": "h",
    "capturedAt": "2026-11-26T12:00:00Z",
    "snapshotId": "s",
    "snapshot": {"markdown": "a", "contentHash": "h"},
}


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({}, "[0].type: "),
        ({"type": "export", "version": 2}, "[0].version: "),
        ({"type": "monitor", "id": "../x", "definition": BODY}, "[0].id: "),
        ({"type": "monitor", "id": MINE}, "[0].definition: "),
        (define(schedule={"text": "every 1 minute"}), "[0].definition.schedule"),
        (define(retentionDays=0), "[0].definition.retentionDays"),
        ({**BASELINE, "url": ""}, "[0].url: "),
        ({**BASELINE, "snapshot": {"markdown": 7}}, "[0].snapshot.markdown"),
        ({**BASELINE, "capturedAt": "yesterday"}, "[0].capturedAt"),
        ({**BASELINE, "url": "x" * 3_000}, "[0].url: "),
        (7, "[0]: "),
    ],
)
def test_records_that_are_wrong_are_named(record: object, said: str) -> None:
    """And if one is, none of them is taken."""
    house = House()
    good = {"type": "monitor", "id": MINE, "definition": BODY}
    with visit(house) as client:
        answer = client.post("/v1/monitor/import", json=[record, good])
    assert (answer.status_code, house.monitors()) == (400, [])
    assert answer.json()["error"].startswith(said)


def test_a_wrong_line_does_not_cost_the_others() -> None:
    """Each line is answered by itself."""
    lines = [{"type": "nothing"}, {**BASELINE}, {"type": "monitor", "id": MINE, "definition": BODY}]
    house = House()
    with visit(house) as client:
        answer = client.post(
            "/v1/monitor/import",
            content="\n".join(map(json.dumps, lines)),
            headers={"content-type": "application/x-ndjson"},
        )
    first, second, third = [json.loads(line) for line in answer.text.splitlines()]
    assert (first["success"], second["data"]["isNew"], third["data"]["isNew"]) == (
        False,
        False,
        True,
    )
    assert second["data"]["warnings"] == ["its monitor is not here; import that first"]


@pytest.mark.parametrize(
    ("paused", "status"), [("user", "paused"), ("no_credits", "active"), (None, "active")]
)
def test_a_monitor_rests_where_somebody_said_so(paused: str | None, status: str) -> None:
    """And not because it spent its budget elsewhere."""
    house, other = House(), House()
    state: dict[str, Any] = {"status": "paused" if paused else "active", "pause_reason": paused}
    put_monitor(house.store, replace(house.add(BODY), **state))
    move(house, other, "json")
    assert other.monitors()[0].status == status


def test_a_baseline_of_no_target_is_left_out() -> None:
    """It would never be compared with anything, and never be forgotten."""
    house = House()
    house.add(BODY)
    with visit(house) as client:
        answer = client.post("/v1/monitor/import", json=[BASELINE])
    assert answer.json()["data"]["records"] == [
        {"monitorId": MINE, "isNew": False, "warnings": ["its monitor has no such target"]}
    ]


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("json", "application/json"),
        ("ndjson", "application/x-ndjson"),
        ("csv", "text/csv; charset=utf-8"),
    ],
)
def test_a_history_is_exported(version: str, kind: str, content_type: str) -> None:
    """As a file that no browser opens as a page."""
    with visit(make_house()) as client:
        answer = client.get(f"/{version}/monitor/{MINE}/export", params={"format": kind})
    assert answer.headers["content-type"] == content_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{MINE}.{kind}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert PAGE in answer.text


def test_a_feed_is_opened_by_its_owner_or_by_its_token() -> None:
    """And by nobody else; a reader that has it already gets nothing new."""
    house = make_house()
    path = f"/v2/monitor/{MINE}/feed.atom"
    token = feed_token(house.signing_key, MINE)
    with visit(house) as client:
        mine = client.get(path)
        assert mine.headers["content-type"] == "application/atom+xml; charset=utf-8"
        # Whoever reads it again has no key.
        assert (
            f'rel="self" type="application/atom+xml" href="https://c.test{path}?token={token}"'
            in (mine.text)
        )
        assert f"new: {PAGE}" in mine.text
        again = client.get(path, headers={"if-none-match": mine.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    with visit(house, None) as client:
        assert client.get(path, params={"token": token}).content == mine.content
        assert client.get(path, params={"token": f"{token}x"}).status_code == 401
        assert client.get(path, params={"token": ""}).status_code == 401
    put_monitor(house.store, replace(house.monitors()[0], status="deleted"))
    with visit(house, None) as client:
        assert client.get(path, params={"token": token}).status_code == 404


@pytest.mark.parametrize("path", ["export", "feed.atom"])
def test_nobody_sees_what_is_somebody_elses(path: str) -> None:
    """Nor that it is there."""
    with visit(make_house(), "somebody") as client:
        theirs = client.get(f"/v1/monitor/{MINE}/{path}")
        none = client.get(f"/v1/monitor/{make_monitor().id}/{path}")
        everything = client.get("/v1/monitor/export")
    assert (theirs.status_code, theirs.content) == (404, none.content)
    assert len(everything.text.splitlines()) == 1


def test_formats_that_are_none_are_refused() -> None:
    """With a word on those that there are."""
    with visit(make_house()) as client:
        assert client.get("/v1/monitor/export?format=csv").status_code == 400
        assert (
            client.get(f"/v1/monitor/{MINE}/export?format=xml").json()["reason"] == "invalid_option"
        )


def test_a_large_house_moves_in_portions() -> None:
    """All of it, and in its order."""
    house, other = House(), House(settings=replace(SETTINGS, max_monitors=1_000))
    for number in range(120):
        house.add(BODY, f"0190c0de-0000-7000-8000-{number:012}")
    assert move(house, other, "json")["imported"] == 120
    assert [monitor.id for monitor in other.monitors()] == [m.id for m in house.monitors()]
