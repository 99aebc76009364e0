"""Pages that are made to be slow, deep or large (catalogue B31): everything of them, in time.

What is measured is the time of this process at n and 4n: linear is 4, quadratic is 16.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from changetrack import JsonObject
from changetrack_server.reading import PageJob, read_page
from tests.server.extracting.fixtures import describe
from tests.unit.test_markdown_bombs import BOMBS

# The time of a page is what is tested; watching every line would take most of it.
pytestmark = pytest.mark.no_cover

# A machine that does other things besides spoils a ratio by half.
_MAX_RATIO = 12
_SIZE = 20_000
_ATTEMPTS = 4
# What a job may take of the processor is ten seconds; traced, and beside another run on one core,
# it takes up to six times as long. Quadratic time would take hours.
_MAX_SECONDS = 60

_SCHEMA: JsonObject = describe(
    name="string",
    price="number",
    first={"type": "string", "x-selector": "body div, li, td"},
    links={"type": "array", "x-selector": "a::attr(href)", "items": {"type": "string"}},
    cells={"type": "array", "x-selector": "tr td:first-child", "items": {"type": "number"}},
    deep={"type": "string", "x-selector": "div > div p:not(.a) + b"},
)

MORE: dict[str, Callable[[int], str]] = {
    "metas": lambda size: "<meta name=description content=a>" * (size // 33),
    "titles": lambda size: "<svg><title>a</title></svg>" * (size // 26),
    "main parts": lambda size: "<div role=main></div>" * (size // 21),
    "frames": lambda size: "<nav>a</nav><article>b<header>c</header></article>" * (size // 50),
    "nested articles": lambda size: "<article><header>a" * (size // 18),
    "nested hidden": lambda size: "<div hidden>" * (size // 12),
    "nested inline digits": lambda size: "<b>1" * (size // 4),
    "sources": lambda size: f"<img srcset='{'a 1x, ' * (size // 6)}'>",
    "backslashes": lambda size: "<a href='" + "\\" * 500 + "?\\'>" * (size // 500),
    "items": lambda size: "<p itemscope itemprop=name>a" * (size // 28),
    "json": lambda size: (
        "<script type=application/ld+json>["
        + '{"@type":"T","name":["a"]},' * (size // 27)
        + "0]</script>"
    ),
    "passwords": lambda size: "<form><input type=password><button>a</button>" * (size // 46),
    "not found": lambda size: "<title>" + "404 " * (size // 4) + "</title>",
    "headings": lambda size: "<h1>" + "the | " * (size // 6) + "</h1>",
    "captchas": lambda size: "<p class='" + "g-recaptch " * (size // 11) + "'>",
}
_ALL = {**BOMBS, **MORE}


def _seconds(html: str, *, main_content: bool) -> float:
    job = PageJob(
        url="https://example.com/",
        wants=("fields", "html", "links", "markdown", "raw_html"),
        main_content=main_content,
        schema=_SCHEMA,
    )
    started = time.process_time()
    read_page(html, job)
    return time.process_time() - started


@pytest.mark.parametrize("name", _ALL)
def test_B31_reading_takes_linear_time(name: str) -> None:
    """Four times the page takes about four times as long, whatever is wanted of it."""
    small, large = _ALL[name](_SIZE), _ALL[name](4 * _SIZE)
    ratio, least, most = 0.0, float("inf"), float("inf")
    for attempt in range(_ATTEMPTS):
        least = min(least, _seconds(small, main_content=attempt % 2 == 1))
        most = min(most, _seconds(large, main_content=attempt % 2 == 1))
        # Below a few milliseconds there is nothing to measure, and nothing to fear.
        ratio = most / max(least, 0.003)
        if ratio <= _MAX_RATIO:
            return
    pytest.fail(f"{ratio:.1f} times as long: {least:.3f} s, {most:.3f} s")


@pytest.mark.parametrize(
    "name", ["items", "nested_div", "cells", "links", "spaces", "nested_b_and_p"]
)
def test_B31_two_megabytes_take_less_than_a_job_may(name: str) -> None:
    """All of it together, Markdown included; a page may have as many elements as it likes here."""
    html = BOMBS[name](2_000_000)
    job = PageJob(
        url="https://example.com/",
        wants=("fields", "html", "links", "markdown"),
        schema=_SCHEMA,
        page_elements=1_000_000,
    )
    started = time.process_time()
    read_page(html, job)
    assert time.process_time() - started < _MAX_SECONDS
