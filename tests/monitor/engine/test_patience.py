"""How long a check waits for a page is what its monitor says, however it is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.monitor.engine.houses import House


@pytest.mark.parametrize(
    "given",
    [{}, {"modes": ("json",), "schema": {"properties": {"x": {"x-selector": "h1"}}}}],
    ids=["text", "schema"],
)
def test_a_page_is_waited_for_as_long_as_its_monitor_says(
    house: House, given: dict[str, Any]
) -> None:
    """One that says nothing for that long is an error, and not for the server's own limit."""
    house.site.silent.add("/a")
    house.watch(house.target("/a", scrape={"timeout": 50}, **given))
    page = house.page(house.run(), "/a")
    assert (page.status, page.error_code) == ("error", "deadline_exceeded")
