"""Monitors through Firecrawl's own Python client, unmodified, with and without await."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from firecrawl.v2.types import (
    ChangeTrackingFormat,
    MonitorTarget,
    MonitorWebhookConfig,
    PaginationConfig,
    ScrapeFormats,
    ScrapeOptions,
)
from firecrawl.v2.utils.error_handler import FirecrawlError

from changetrack import JsonObject
from changetrack.monitor.webhooks import verify
from tests.clients.firecrawls import DAILY, KINDS, Client, Found, make, open_client, run
from tests.clients.houses import START, House, open_house, wait_for
from tests.clients.shop import ITEMS
from tests.server.language_model import LanguageModel, say
from tests.server.serving import serve

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "offers": {"type": "object", "properties": {"price": {"type": "number"}}},
    },
}
PRICES = {"offers.price": {"previous": 19, "current": 24}}
DIFF = """\
--- previous
+++ current
@@ -1,3 +1,3 @@
 # Item 0
\x20
-Item 0 is in stock, and it costs $19 today, as it says here.
+Item 0 is in stock, and it costs $24 today, as it says here.
"""


@pytest.fixture(params=KINDS)
def client(request: pytest.FixtureRequest, house: House) -> Iterator[Any]:
    """Return a client without a key, as on a machine of one's own."""
    with open_client(request.param, house.endpoint) as made:
        yield made


def test_a_whole_life(client: Client, house: House) -> None:
    """A monitor is made, run, told of a change, listed, put to rest, and let go."""
    monitor = client.create_monitor(
        name="Prices",
        schedule=DAILY,
        targets=[{"type": "scrape", "urls": house.list_items(2)}],
        retention_days=7,
    )
    assert (monitor.name, monitor.status, monitor.retention_days) == ("Prices", "active", 7)
    assert (monitor.schedule.cron, monitor.schedule.timezone) == ("0 9 * * *", "Europe/Berlin")
    assert monitor.next_run_at == "2026-05-18T07:00:00.000Z"
    assert (monitor.last_run_at, monitor.last_check_summary, monitor.goal) == (None, None, None)
    assert monitor.estimated_credits_per_month == 60

    first = run(client, monitor.id)
    assert [(page.url, page.status) for page in first.pages] == [
        (url, "new") for url in house.list_items(2)
    ]
    house.shop.price = 24
    second = run(client, monitor.id)
    _check_the_change(second, first)

    seen = client.get_monitor(monitor.id)
    assert seen.last_check_summary == second.summary
    assert (seen.current_check_id, seen.last_run_at) == (None, second.started_at)
    assert [each.id for each in client.list_monitor_checks(monitor.id)] == [second.id, first.id]
    assert monitor.id in {each.id for each in client.list_monitors(limit=100)}

    assert client.update_monitor(monitor.id, status="paused").status == "paused"
    with pytest.raises(FirecrawlError, match="paused") as refused:
        client.run_monitor(monitor.id)
    assert refused.value.status_code == 409
    assert client.update_monitor(monitor.id, status="active").status == "active"
    assert run(client, monitor.id).summary.same == 2

    assert client.delete_monitor(monitor.id) is True
    _check_that_it_is_gone(client, monitor.id, second.id)


def _check_the_change(second: Found, first: Found) -> None:
    changed, same = second.pages
    assert (second.status, changed.status, same.status) == ("completed", "changed", "same")
    assert (second.summary.total_pages, second.summary.changed, second.summary.same) == (2, 1, 1)
    assert (second.estimated_credits, second.actual_credits) == (2, 2)
    assert changed.diff.text == DIFF
    [file] = changed.diff.json["files"]
    assert [file["from"], file["to"], file["additions"]] == ["previous", "current", 1]
    [chunk] = file["chunks"]
    assert [each["type"] for each in chunk["changes"]] == ["normal", "normal", "del", "add"]
    assert changed.previous_scrape_id == first.pages[0].current_scrape_id
    assert (changed.status_code, changed.error) == (200, None)
    assert (changed.metadata["title"], changed.metadata["creditsUsed"]) == ("Item 0", 1)
    assert (changed.snapshot, changed.judgment, same.diff) == (None, None, None)


def _check_that_it_is_gone(client: Client, monitor_id: str, check_id: str) -> None:
    asks: tuple[Callable[[], Found], ...] = (
        lambda: client.get_monitor(monitor_id),
        lambda: client.update_monitor(monitor_id, name="n"),
        lambda: client.run_monitor(monitor_id),
        lambda: client.list_monitor_checks(monitor_id),
        lambda: client.get_monitor_check(monitor_id, check_id),
        lambda: client.delete_monitor(monitor_id),
    )
    for ask in asks:
        with pytest.raises(FirecrawlError, match="Monitor not found") as refused:
            ask()
        assert refused.value.status_code == 404
    assert monitor_id not in {each.id for each in client.list_monitors(limit=100)}


@pytest.mark.parametrize("kind", ["crawl", "scrape"])
def test_all_pages_are_found_through_pages_of_a_list(
    client: Client, house: House, kind: str
) -> None:
    """The client follows `next` until there is none, and has each page once."""
    urls = house.list_items(50)
    target: dict[str, Any] = {"type": "scrape", "urls": urls}
    if kind == "crawl":
        urls = [f"{house.pages}/", *house.list_items(ITEMS)]
        target = {"type": "crawl", "url": f"{house.pages}/", "crawlOptions": {"limit": 100}}
    monitor_id = make(client, targets=[target])
    first = run(client, monitor_id, limit=7)
    assert sorted(page.url for page in first.pages) == sorted(urls)
    assert (len(first.pages), first.next) == (first.summary.total_pages, None)

    house.shop.price = 24
    second = run(client, monitor_id, limit=7, status="changed")
    third = [url for url in urls if url.rpartition("/")[2] in {str(n) for n in range(0, 60, 3)}]
    assert sorted(page.url for page in second.pages) == sorted(third)
    assert all("-Item" in page.diff.text for page in second.pages)
    assert second.summary.changed == len(third)


def test_the_client_may_turn_the_pages_itself(client: Client, house: House) -> None:
    """One portion has a relative `next`; a number of pages to skip goes as far."""
    monitor_id = make(client, *house.list_items(10))
    check = run(client, monitor_id)

    def look(limit: int = 10, skip: int | None = None, **paging: Any) -> Found:  # noqa: ANN401 - as the client has it
        return client.get_monitor_check(
            monitor_id,
            check.id,
            limit=limit,
            skip=skip,
            pagination_config=PaginationConfig(**paging),
        )

    urls = [page.url for page in look().pages]
    portion = look(4, auto_paginate=False)
    assert [page.url for page in portion.pages] == urls[:4]
    assert portion.next.startswith(f"/v2/monitor/{monitor_id}/checks/{check.id}?skip=4&limit=4")
    assert [page.url for page in look(4, 4, auto_paginate=False).pages] == urls[4:8]
    last = look(4, 8, auto_paginate=False)
    assert ([page.url for page in last.pages], last.next) == (urls[8:], None)
    assert look(skip=10).pages == []
    assert len(look(4, max_pages=1).pages) == 8
    assert len(look(4, max_results=6).pages) == 6


@pytest.mark.parametrize("kind", ["a list", "flags"])
def test_typed_targets_in_json_mode(client: Client, house: House, kind: str) -> None:
    """The client's own types are understood, although their names go out in the wrong case."""
    tracking = ChangeTrackingFormat(modes=["json"], schema=SCHEMA, tag="t")
    formats = {
        "a list": ["markdown", tracking],
        "flags": ScrapeFormats(change_tracking=True, formats=[tracking]),
    }
    options = ScrapeOptions(formats=formats[kind], only_main_content=True)
    target = MonitorTarget(type="scrape", urls=[f"{house.pages}/product"], scrape_options=options)
    monitor_id = make(client, targets=[target])
    assert run(client, monitor_id).pages[0].status == "new"
    house.shop.price = 24
    [page] = run(client, monitor_id).pages
    assert (page.status, page.diff.json, page.diff.text) == ("changed", PRICES, None)
    assert page.snapshot.json == {"name": "Lamp", "offers": {"price": 24}}


def test_mixed_mode(client: Client, house: House) -> None:
    """Where both are compared, the text stands beside the fields, and the tree is left out."""
    tracking = {"type": "changeTracking", "modes": ["json", "git-diff"], "schema": SCHEMA}
    target = {
        "type": "scrape",
        "urls": [f"{house.pages}/product"],
        "scrapeOptions": {"formats": [tracking]},
    }
    monitor_id = make(client, targets=[target])
    run(client, monitor_id)
    house.shop.price = 24
    [page] = run(client, monitor_id, status="changed").pages
    assert page.diff.json == PRICES
    assert "costs $19 today.\n+A lamp" in page.diff.text
    assert page.snapshot.json == {"name": "Lamp", "offers": {"price": 24}}


def test_every_status_of_a_page_can_be_read(client: Client, house: House) -> None:
    """A crawl with one page of each kind, by the client's own words for them."""
    target = {"type": "crawl", "url": f"{house.pages}/", "crawlOptions": {"limit": 100}}
    house.shop.withdrawn = {5}
    monitor_id = make(client, targets=[target])
    run(client, monitor_id)
    house.shop.price = 24
    house.shop.withdrawn = {2}
    check = run(client, monitor_id, limit=50)
    seen = {page.url.rpartition("/")[2]: page.status for page in check.pages}
    assert [seen[number] for number in "0245"] == ["changed", "removed", "same", "new"]
    assert (check.status, check.summary.removed, check.summary.new) == ("completed", 1, 1)
    house.shop.broken = {1: 500}
    check = run(client, monitor_id, status="error")
    [page] = check.pages
    assert (page.url, page.status, page.status_code) == (house.list_items(2)[1], "error", 500)
    assert "500" in page.error
    assert (check.status, check.billing_status) == ("partial", "not_applicable")


def test_a_run_in_flight_is_not_run_again(client: Client, house: House) -> None:
    """The second is told so with 409, and the first goes on."""
    house.shop.door.clear()
    monitor_id = make(client, f"{house.pages}/slow")
    check = client.run_monitor(monitor_id)
    assert client.get_monitor(monitor_id).current_check_id == check.id
    with pytest.raises(FirecrawlError, match="Monitor check is already running") as refused:
        client.run_monitor(monitor_id)
    assert refused.value.status_code == 409
    assert refused.value.response.json()["checkId"] == check.id
    house.shop.door.set()
    ended = wait_for(
        lambda: client.get_monitor_check(monitor_id, check.id),
        lambda seen: seen.status == "completed",
    )
    assert [page.status for page in ended.pages] == ["new"]


def test_a_webhook_is_told_and_signs(client: Client, house: House) -> None:
    """What the client's webhook says is what the receiver gets, with the secret shown once."""
    hook = MonitorWebhookConfig(
        url=f"{house.pages}/hook",
        headers={"X-Own": "own"},
        metadata={"environment": "test"},
        events=["monitor.page", "monitor.check.completed"],
    )
    monitor_id = make(client, *house.list_items(1), name="n")
    made = client.update_monitor(monitor_id, webhook=hook)
    secret = made.model_extra["webhookSecret"]
    assert "webhookSecret" not in client.get_monitor(monitor_id).model_extra
    run(client, monitor_id)
    house.shop.price = 24
    check = run(client, monitor_id)
    told = [*wait_for(lambda: house.shop.told, lambda seen: len(seen) == 4)]
    for each in told:
        verify(each.body, each.headers, secret, now=START)
    page, completed = (each.event for each in told if each.event["id"] == check.id)
    if page["type"] != "monitor.page":
        page, completed = completed, page
    assert (page["success"], page["type"], page["metadata"]) == (
        True,
        "monitor.page",
        {"environment": "test"},
    )
    assert page["data"] == [
        {
            "monitorId": monitor_id,
            "checkId": check.id,
            "url": house.list_items(1)[0],
            "status": "changed",
            "previousScrapeId": check.pages[0].previous_scrape_id,
            "currentScrapeId": check.pages[0].current_scrape_id,
            "error": None,
            "isMeaningful": None,
            "judgment": None,
            "diff": {"text": DIFF},
        }
    ]
    assert completed["type"] == "monitor.check.completed"
    assert {each.headers["x-own"] for each in told} == {"own"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_judgment_is_read_as_the_client_has_it(kind: str) -> None:
    """What a language model thinks of a change arrives in the client's own model."""
    change: JsonObject = {
        "type": "changed",
        "before": "it costs $19 today",
        "after": "it costs $24 today",
        "reason": "The price went up.",
    }
    said: JsonObject = {**change, "evidence": ["h1"]}
    judged: JsonObject = {
        "meaningful": True,
        "confidence": "high",
        "reason": "The price of the item changed.",
        "meaningfulChanges": [change],
    }
    model = LanguageModel(say({**judged, "meaningfulChanges": [said]}))
    with (
        serve(model.app) as url,
        open_house(llm_base_url=f"{url}/v1", llm_model="m") as house,
        open_client(kind, house.endpoint) as client,
    ):
        monitor = client.create_monitor(
            name="m",
            schedule=DAILY,
            goal="Tell me of prices.",
            targets=[{"type": "scrape", "urls": house.list_items(2)}],
        )
        assert (monitor.goal, monitor.judge_enabled) == ("Tell me of prices.", True)
        run(client, monitor.id)
        house.shop.price = 24
        check = run(client, monitor.id)
    changed, same = check.pages
    assert changed.judgment.model_dump(by_alias=True) == judged
    assert same.judgment is None
    assert (check.estimated_credits, check.actual_credits) == (4, 3)
