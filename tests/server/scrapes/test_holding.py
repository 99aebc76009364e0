"""A page is held until it was read, and not longer; what is held is bounded over all scrapes."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.server.language_model import Asked, LanguageModel, say
from tests.server.scrapes.world import World, make_world
from tests.server.serving import serve

# Two pages of this size are too much together; a request is some hundred bytes.
PAGE = "words " * 1_000
BOUND = "10000"

BY_PROMPT = {"formats": ["json"], "jsonOptions": {"prompt": "prices"}}
JUDGED = {
    "formats": ["changeTracking"],
    "changeTracking": {"previous": {"markdown": "other words"}},
    "goal": "Tell me when a word changes.",
    "judgeEnabled": True,
}


class _Curious:
    """A model that has a page scraped before it answers; `told` is what it was told."""

    def __init__(self) -> None:
        self.world: World | None = None
        self.told: list[tuple[int, str]] = []

    async def __call__(self, asked: Asked, request: Request) -> Response:
        """Ask, then answer."""
        assert self.world is not None
        async with httpx2.AsyncClient(base_url=self.world.client.base_url, timeout=30) as client:
            body = {"url": f"{self.world.pages}/extra"}
            response = await client.post("/v1/scrape", json=body)
            self.told.append((response.status_code, response.json().get("reason", "")))
        return await say({"price": 19})(asked, request)


@pytest.mark.parametrize(
    ("body", "told"),
    [(BY_PROMPT, (503, "overloaded")), (JUDGED, (200, ""))],
    ids=["a model that reads the page", "a judge, who reads the diff"],
)
def test_B19_a_page_is_held_as_long_as_it_is_needed(
    body: dict[str, Any], told: tuple[int, str]
) -> None:
    """While it is, another one may be too much; afterwards there is room again."""
    curious = _Curious()
    with (
        serve(LanguageModel(curious).app) as url,
        make_world(llm_base_url=f"{url}/v1", llm_model="any", bytes_in_flight=BOUND) as world,
    ):
        curious.world = world
        world.site.extra = PAGE
        world.data("/extra", **body)
        assert curious.told[0] == told
        assert world.data("/extra")["markdown"]
        metrics = world.client.get("/metrics").text
    refused = 'changetrack_fetches_total{result="overloaded"} 1.0'
    assert (refused in metrics) == (told[0] == 503)


def test_B19_pages_that_failed_to_be_read_are_let_go() -> None:
    """What a page does to its reader costs the next one nothing."""
    with make_world(page_elements="5", bytes_in_flight=BOUND) as world:
        world.site.extra = PAGE
        for _ in range(20):
            assert world.refusal("/pricing")[2] == "conversion_failed"
        assert world.data("/extra")["markdown"]
