"""What a monitor is made of and changed to by options, as a real server understands them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.monitor.cli.house import SAME, TROUBLE, House

Output = pytest.CaptureFixture[str]


def _read(output: Output) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(output.readouterr().out)


def test_a_receiver_is_described_whole(house: House, capsys: Output) -> None:
    """Its headers, what it is told of, and who else is told."""
    status = house.ask(
        *("create", f"{house.pages}/plain", "--name", "told", "--every", "hour"),
        *("--webhook", f"{house.pages}/hook", "--webhook-header", "X-Team: prices: all"),
        *("--webhook-status", "changed", "--webhook-status", "error", "--only-meaningful"),
        *("--email", "me@example.com", "--no-include-diffs", "--channel", "ntfy://topic"),
        *("--removal-checks", "3", "--budget", "0", "--json"),
    )
    made = _read(capsys)["data"]
    assert status == SAME
    webhook = made["webhook"]
    assert webhook["headers"] == {"X-Team": "prices: all"}
    assert (webhook["statuses"], webhook["onlyMeaningful"]) == (["changed", "error"], True)
    notification = made["notification"]
    assert (notification["emails"], notification["includeDiffs"]) == (["me@example.com"], False)
    assert notification["channels"] == ["ntfy://…"]
    assert (made["removalChecks"], made["monthlyCredits"]) == (3, 0)
    # Of a webhook that is there, the options alone change what they speak of.
    assert house.ask("update", "told", "--no-only-meaningful", "--json") == SAME
    webhook = _read(capsys)["data"]["webhook"]
    assert webhook["url"] == f"{house.pages}/hook"
    assert (webhook["statuses"], webhook.get("onlyMeaningful")) == (["changed", "error"], None)


def test_options_stand_above_a_file(house: House, capsys: Output) -> None:
    """Of a webhook and of mail, too, what no option speaks of is that of the file."""
    webhook = {"url": f"{house.pages}/hook", "metadata": {"team": "prices"}}
    mail = {"email": {"recipients": ["me@example.com"], "enabled": True}}
    Path("body.json").write_text(json.dumps({"webhook": webhook, "notification": mail}))
    status = house.ask(
        *("create", f"{house.pages}/plain", "--name", "above", "--every", "hour"),
        *("--from", "body.json", "--webhook-status", "new", "--include-diffs", "--json"),
    )
    made = _read(capsys)["data"]
    assert status == SAME
    assert made["webhook"]["metadata"] == {"team": "prices"}
    assert made["webhook"]["statuses"] == ["new"]
    assert made["notification"]["emails"] == ["me@example.com"]
    assert made["notification"]["includeDiffs"] is True


def test_what_is_taken_away_is_gone(house: House, capsys: Output) -> None:
    """And cannot be set at the same time."""
    house.create(
        "less", "/plain", options=("--goal", "x", "--budget", "5", "--webhook", f"{house.pages}/h")
    )
    capsys.readouterr()
    assert house.ask("update", "less", "--goal", "y", "--no-goal") == TROUBLE
    assert capsys.readouterr().err.startswith("changetrack: goal is both set and taken away;")
    assert house.ask("update", "less", "--no-goal", "--no-webhook", "--no-budget", "--json") == SAME
    left = _read(capsys)["data"]
    assert (left["goal"], left["webhook"], left["monthlyCredits"]) == (None, None, None)


def test_the_only_target_is_changed(house: House, capsys: Output) -> None:
    """Without its pages being repeated; of several, nobody knows which is meant."""
    Path("schema.json").write_text('{"type": "object", "properties": {"plans": {}}}')
    house.create("one target", "/data.json", "/plain")
    capsys.readouterr()
    assert house.ask("update", "one target", "--schema", "schema.json", "--json") == SAME
    (target,) = _read(capsys)["data"]["targets"]
    assert target["urls"] == [f"{house.pages}/data.json", f"{house.pages}/plain"]
    assert (target["changeMode"], "plans" in target["jsonSchema"]["properties"]) == ("json", True)
    assert house.ask("update", "one target", "--mode", "markdown", "--json") == SAME
    (target,) = _read(capsys)["data"]["targets"]
    assert (target["changeMode"], target.get("jsonSchema")) == ("markdown", None)
    assert house.ask("update", "one target", "--max-pages", "5") == TROUBLE
    assert "--max-pages is of a crawl" in capsys.readouterr().err
    two = ("--crawl", f"{house.pages}/", "--max-pages", "5")
    house.create("two targets", "/plain", options=two)
    capsys.readouterr()
    assert house.ask("update", "two targets", "--schema", "schema.json") == TROUBLE
    assert "repeat the pages with --page URL" in capsys.readouterr().err
    assert house.ask("update", "two targets", *two, "--json") == SAME
    assert [each["maxPages"] for each in _read(capsys)["data"]["targets"]] == [5]
    assert house.ask("update", "two targets", "--max-pages", "7", "--json") == SAME
    assert [each["maxPages"] for each in _read(capsys)["data"]["targets"]] == [7]


def test_several_monitors_are_deleted(house: House, capsys: Output) -> None:
    """All of them, or none where one is not there."""
    for name in ("first", "second"):
        house.create(name, "/plain")
    nobody = "019df960-5f2a-75fb-a98b-bd2d32ca67d4"
    capsys.readouterr()
    assert house.ask("delete", "first", nobody) == TROUBLE
    assert capsys.readouterr() == (
        "",
        f"changetrack: no monitor has the id {nobody}; see `changetrack monitor list`\n",
    )
    assert house.ask("delete", "first", "second", "first") == SAME
    assert capsys.readouterr().out == "first is deleted\nsecond is deleted\n"
