"""How much selectors may find, say and cost."""

from __future__ import annotations

import time

import pytest

from changetrack import JsonObject, JsonValue
from changetrack_server.errors import EndpointError
from tests.server.extracting.fixtures import describe, extract


def _at(selector: str) -> JsonObject:
    return {"type": "string", "x-selector": selector}


def test_a_long_list_is_cut_and_said_so() -> None:
    """Ten thousand items, and how many there are."""
    schema = describe(items={"type": "array", "x-selector": "li", "items": {"type": "string"}})
    found = extract("<ul>" + "<li>a" * 10_001, schema)
    assert found.value == {"items": ["a"] * 10_000}
    assert found.warnings == ("items: has 10,001 items, of which 10,000 are kept",)


def test_many_warnings_are_counted() -> None:
    """Twenty are shown, then how many more there are."""
    schema = describe(items={"type": "array", "x-selector": "li", "items": {"type": "number"}})
    found = extract("<ul><li>1" + "<li>a" * 50, schema)
    shown = tuple(f"items[{min(at, 1)}]: holds no number" for at in (1,))
    assert (found.value, found.warnings) == ({"items": [1]}, shown)


@pytest.mark.parametrize(
    ("selector", "html"),
    [
        (".a ~ .b", "<p class=b>" * 150_000),
        ("p:nth-child(3n)", "<p>x</p>" * 150_000),
        (".a .b .c", "<div class='b c'>" * 150_000),
        ("div:contains('y')", "<div>" * 500 + "x" * 10_000_000),
        ("a:has(~ b)", "<a>x</a>" * 150_000),
    ],
)
def test_B31_work_beyond_measure_is_refused_before_it_is_done(selector: str, html: str) -> None:
    """What would take libxml2 minutes takes none, and the answer says what to do."""
    document_time = time.process_time()
    with pytest.raises(EndpointError) as caught:
        extract(html, describe(a=_at(selector)))
    assert time.process_time() - document_time < 5
    assert caught.value == EndpointError(
        "conversion_failed",
        "schema",
        problem="finding its fields takes too much work on this page",
        remedy="use plainer selectors, without ~, :has() and :contains(), or fewer fields",
    )


def test_B31_the_most_work_that_is_done_is_bounded() -> None:
    """Two hundred selectors on the largest page take less than a job may."""
    html = "<div class='a b c'><p class=d>x</p></div>" * 90_000
    schema = describe(**{f"f{at}": _at(f".a.b .z{at}") for at in range(200)})
    started = time.process_time()
    with pytest.raises(EndpointError):
        extract(html, schema)
    assert time.process_time() - started < 10


def test_lists_in_lists_are_bounded() -> None:
    """A schema that looks for everything in everything ends."""
    inner: JsonValue = {"x-selector": "div"}
    for _ in range(6):
        inner = {"type": "array", "x-selector": "div", "items": describe(a=inner)}
    with pytest.raises(EndpointError):
        extract("<div>" * 300 + "x", describe(a=inner))
