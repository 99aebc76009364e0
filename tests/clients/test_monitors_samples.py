"""What the server answers and tells, beside what the pages of the two protocols show of it.

Each key that a page shows is there, with a value of its type, in its order; there may be others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.clients.houses import House, has_ended, open_house, wait_for
from tests.clients.samples import EVENTS, MONITORS, PAGES, PORTION, Anything, find_gaps
from tests.server.language_model import LanguageModel, say
from tests.server.serving import serve

SCHEMA = {"properties": {"offers": {"properties": {"price": {"type": "number"}}}}}
# Of a hunk and of a field: each holds where that is compared.
SAID: list[Any] = [
    {
        "type": "changed",
        "before": "it costs $19 today",
        "after": "it costs $24 today",
        "reason": "r",
        "evidence": ["h1"],
    },
    {"type": "changed", "before": "19", "after": "24", "reason": "r", "evidence": ["f1"]},
]


@pytest.fixture(scope="module")
def judged() -> Iterator[House]:
    """Return a house with a language model, to which every change matters."""
    verdict: Any = {
        "reason": "r",
        "meaningful": True,
        "confidence": "high",
        "meaningfulChanges": SAID,
    }
    with (
        serve(LanguageModel(say(verdict)).app) as url,
        open_house(llm_base_url=f"{url}/v1", llm_model="m") as made,
    ):
        yield made


@pytest.fixture(autouse=True)
def morning(judged: House) -> None:
    """Begin with the shop as it was."""
    judged.shop.open_again()


def ask(house: House, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON
    """Return the answer to a request."""
    with httpx2.Client(trust_env=False, verify=False) as client:
        response = client.request(method, house.endpoint + path, json=body)
    assert response.status_code == 200, response.text
    return response.json()


def run(house: House, monitor_id: str, version: str, query: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Have a monitor checked, and return the answer about the check when it has ended."""
    check_id = ask(house, "POST", f"/{version}/monitor/{monitor_id}/run")["id"]
    path = f"/{version}/monitor/{monitor_id}/checks/{check_id}{query}"
    return wait_for(
        lambda: ask(house, "GET", path), lambda answer: has_ended(answer["data"]["status"])
    )


def make(house: House, version: str, **more: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the answer to the order of the protocols' pages, of a page of the shop."""
    order: dict[str, Any] = {
        "name": "Pricing monitor",
        "schedule": {"text": "every 30 minutes", "timezone": "UTC"},
        "goal": "Alert when a pricing tier, price, or headline feature changes.",
        "targets": [{"type": "scrape", "urls": [f"{house.pages}/product"]}],
        "notification": {
            "email": {"enabled": True, "recipients": ["alerts@example.com"], "includeDiffs": True}
        },
    }
    return ask(house, "POST", f"/{version}/monitor", {**order, **more})


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_monitor_is_answered_as_its_page_shows_it(judged: House, version: str) -> None:
    """After it is made, when it is asked for, in a list and after a change alike."""
    made = make(judged, version)
    path = f"/{version}/monitor/{made['data']['id']}"
    listed = ask(judged, "GET", f"/{version}/monitor?limit=1")["data"]
    patched = ask(judged, "PATCH", path, {"name": "n"})
    answers = [made, ask(judged, "GET", path), patched, {"success": True, "data": listed[0]}]
    for answer in answers:
        assert [*find_gaps(MONITORS[version], answer)] == []
    assert made["data"]["estimatedCreditsPerMonth"] == 2880


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("mode", ["markdown", "json", "mixed"])
def test_a_check_is_answered_as_its_page_shows_it(judged: House, version: str, mode: str) -> None:
    """Each of the three modes, with a page that changed and was judged, in both dialects."""
    modes = {"json": ["json"], "mixed": ["json", "git-diff"]}.get(mode, ["git-diff"])
    tracking: dict[str, Any] = {"type": "changeTracking", "modes": modes}
    if mode != "markdown":
        tracking["schema"] = SCHEMA
    target = {
        "type": "scrape",
        "urls": [f"{judged.pages}/product"],
        "scrapeOptions": {"formats": [tracking]},
    }
    # A goal of its own: what was judged once is not judged again.
    order = {"goal": f"Tell me of prices on {version}.", "targets": [target]}
    monitor_id = make(judged, version, **order)["data"]["id"]
    run(judged, monitor_id, version)
    judged.shop.price = 24
    answer = run(judged, monitor_id, version)
    assert [*find_gaps(PAGES[mode], answer)] == []
    [page], [shown] = answer["data"]["pages"], PAGES[mode]["data"]["pages"]
    assert (page["diff"].keys(), "snapshot" in page) == (shown["diff"].keys(), "snapshot" in shown)
    assert answer["data"]["actualCredits"] == 2


def test_a_portion_of_pages_says_where_it_goes_on(judged: House) -> None:
    """In both places, the same; and where there are no more, in none."""
    targets = [{"type": "scrape", "urls": judged.list_items(4)}]
    monitor_id = make(judged, "v2", targets=targets)["data"]["id"]
    answer = run(judged, monitor_id, "v2", "?limit=2")
    assert [*find_gaps(PORTION, answer)] == []
    assert answer["next"] == answer["data"]["next"]
    last = ask(judged, "GET", answer["next"])
    assert ("next" in last, "next" in last["data"]) == (False, False)


def test_events_are_told_as_their_page_shows_them(judged: House) -> None:
    """A changed and judged page, and the check that found it."""
    hook = {"url": f"{judged.pages}/hook", "metadata": {"environment": "production"}}
    targets = [{"type": "scrape", "urls": judged.list_items(1)}]
    made = make(judged, "v2", webhook=hook, targets=targets)["data"]
    assert made["webhookSecret"].startswith("whsec_")
    run(judged, made["id"], "v2")
    judged.shop.price = 24
    check_id = run(judged, made["id"], "v2")["data"]["id"]
    told = wait_for(lambda: [*judged.shop.told], lambda seen: len(seen) == 4)
    events = {each.event["type"]: each.event for each in told if each.event["id"] == check_id}
    assert events.keys() == EVENTS.keys()
    for name, sample in EVENTS.items():
        assert [*find_gaps(sample, events[name])] == []


def test_what_is_missing_is_found() -> None:
    """The comparison itself: a key less, another type, another order, at any depth."""
    sample = {"a": 1, "b": {"c": ["t"]}, "d": None, "e": Anything()}
    assert [*find_gaps(sample, {"a": 2, "b": {"c": []}, "d": 5, "e": {}, "f": 0})] == []
    wrong = {"b": {"c": [5]}, "a": True, "e": None}
    assert sorted(find_gaps(sample, wrong)) == [
        "$.a: bool and not int",
        "$.b.c[0]: int and not str",
        "$.d: not there",
        "$.e: NoneType and not dict",
        "$: in another order",
    ]
