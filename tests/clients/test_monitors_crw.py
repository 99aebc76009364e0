"""Monitors of /v1 through fastCRW's own Python client, as far as it goes.

It has no methods for monitors, so whoever wants them adds them, on its transport: that asks, sends
keys and reads errors in its own way, and that is what is tried here, beside what it does have.
"""

from __future__ import annotations

from typing import Any

import pytest
from crw import CrwClient
from crw.exceptions import CrwApiError

from tests.clients.houses import House, has_ended, open_house, wait_for
from tests.clients.shop import ITEMS

KEY = "a-key-of-this-test"
DAILY = {"text": "daily at 9am", "timezone": "Europe/Berlin"}
SCHEMA = {"properties": {"offers": {"properties": {"price": {"type": "number"}}}}}


class Monitors(CrwClient):  # type: ignore[misc]  # the client is untyped
    """The client, and what it lacks."""

    def ask(self, method: str, path: str = "", body: Any = None) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Return the whole answer to a request about monitors."""
        answer: dict[str, Any] = self._http_request(method, f"/v1/monitor{path}", body, raw=True)
        return answer

    def make(self, **order: object) -> str:
        """Return the id of a new monitor."""
        made = self.ask("POST", "", {"name": "m", "schedule": DAILY, **order})
        return str(made["data"]["id"])

    def run(self, monitor_id: str, query: str = "") -> dict[str, Any]:
        """Have a monitor checked, and return the answer about the check when it has ended."""
        check_id = self.ask("POST", f"/{monitor_id}/run", {})["id"]
        return wait_for(
            lambda: self.ask("GET", f"/{monitor_id}/checks/{check_id}{query}"),
            lambda answer: has_ended(answer["data"]["status"]),
        )


@pytest.fixture
def client(house: House) -> Monitors:
    """Return a client without a key, as on a machine of one's own."""
    return Monitors(api_url=house.endpoint)


def test_a_whole_life(client: Monitors, house: House) -> None:
    """Made, run, changed, listed, put to rest, and gone."""
    monitor_id = client.make(targets=[{"type": "scrape", "urls": house.list_items(1)}])
    assert client.run(monitor_id)["data"]["summary"]["new"] == 1
    house.shop.price = 24
    check = client.run(monitor_id, "?status=changed")["data"]
    assert "$19 today, as it says here.\n+Item 0" in check["pages"][0]["diff"]["text"]
    assert len(client.ask("GET", f"/{monitor_id}/checks")["data"]) == 2
    paused = client.ask("PATCH", f"/{monitor_id}", {"status": "paused", "goal": None})["data"]
    assert (paused["status"], paused["goal"]) == ("paused", None)
    with pytest.raises(CrwApiError, match="Monitor is paused"):
        client.run(monitor_id)
    assert client.ask("DELETE", f"/{monitor_id}") == {"success": True}
    with pytest.raises(CrwApiError, match="Monitor not found"):
        client.ask("GET", f"/{monitor_id}")


def test_all_pages_are_found_behind_cursors(client: Monitors, house: House) -> None:
    """A cursor that is sent back goes on where the portion ended, as does the URL beside it."""
    target = {"type": "crawl", "url": f"{house.pages}/", "maxPages": 100}
    monitor_id = client.make(targets=[target])
    answer = client.run(monitor_id, "?limit=25")
    path = f"/{monitor_id}/checks/{answer['data']['id']}"
    found = [page["url"] for page in answer["data"]["pages"]]
    assert answer["nextUrl"].startswith(f"/v1/monitor{path}?")
    while cursor := answer.get("next"):
        answer = client.ask("GET", f"{path}?limit=25&cursor={cursor}")
        found += [page["url"] for page in answer["data"]["pages"]]
    assert sorted(found) == sorted([f"{house.pages}/", *house.list_items(ITEMS)])


@pytest.mark.parametrize("mode", ["json", "mixed"])
def test_change_modes(client: Monitors, house: House, mode: str) -> None:
    """Fields by a schema, alone or beside the text."""
    url = f"{house.pages}/product"
    target = {"type": "scrape", "urls": [url], "changeMode": mode, "jsonSchema": SCHEMA}
    monitor_id = client.make(targets=[target])
    client.run(monitor_id)
    house.shop.price = 24
    [page] = client.run(monitor_id)["data"]["pages"]
    assert page["diff"]["json"] == {"offers.price": {"previous": 19, "current": 24}}
    assert ("text" in page["diff"]) is (mode == "mixed")
    assert page["snapshot"] == {"json": {"offers": {"price": 24}}}


def test_errors_explain_themselves(client: Monitors, house: House) -> None:
    """The client shows the text of `error` and nothing else."""
    with pytest.raises(CrwApiError) as caught:
        client.make(targets=[{"type": "scrape", "urls": [5]}])
    assert str(caught.value) == (
        "targets[0].urls[0]: expected a string, got a number; send an absolute http URL"
    )
    house.shop.door.clear()
    monitor_id = client.make(targets=[{"type": "scrape", "urls": [f"{house.pages}/slow"]}])
    client.ask("POST", f"/{monitor_id}/run")
    with pytest.raises(CrwApiError, match="Monitor check is already running"):
        client.ask("POST", f"/{monitor_id}/run")
    house.shop.door.set()


def test_what_it_has_works_beside_monitors() -> None:
    """Scrapes, diffs and capabilities are asked for with the key that monitors are."""
    with open_house(api_keys=(KEY,)) as keyed:
        with pytest.raises(CrwApiError):
            Monitors(api_url=keyed.endpoint).capabilities()
        client = Monitors(api_url=keyed.endpoint, api_key=KEY)
        url = keyed.list_items(1)[0]
        client.run(client.make(targets=[{"type": "scrape", "urls": [url]}]))
        first = client.scrape(url, ["markdown", "changeTracking"], changeTracking={"modes": []})
        current = {"markdown": first["markdown"].replace("$19", "$24")}
        snapshot = first["changeTracking"]["snapshot"]
        found = client.change_tracking_diff(current, previous=snapshot)
        assert found["status"] == "changed"
        assert "changeTracking" in client.capabilities()["formats"]["supported"]
