"""Schemas of one call: checked once, and bounded together."""

from __future__ import annotations

from typing import cast

import pytest

from changetrack import Observation, Options, track, track_many, wire
from changetrack._models import JsonObject, JsonValue, Limits
from changetrack._scopes import NOTHING_TRACKED, Scopes
from changetrack.errors import InvalidSchema

_PRICE: JsonValue = {"properties": {"price": {"type": "number"}}}
# Nearly as many steps as a page may cost: a value is looked for among so many, sixty times. They
# are counted as all others are, and they are quick ones.
_COSTLY: JsonValue = {"items": {"enum": [*range(1_500)]}}


def test_a_schema_that_pages_share_is_checked_once() -> None:
    """The scopes of a call know a schema by its identity."""
    scopes = Scopes(Limits())
    options = Options(modes=("json",), schema=_PRICE)
    scopes.find(options)
    first = dict(scopes._checked)
    scopes.find(Options(modes=("json",), schema=_PRICE, context=0))
    assert scopes._checked == first


def test_many_pages_may_share_a_schema() -> None:
    """What track_many() says of each page is what track() says of it."""
    options = Options(modes=("json",), schema=_PRICE)
    pages = [Observation(json={"price": 1, "at": 2}), Observation(json={"at": 2})]
    together = track_many(pages, options=options)
    alone = [track(json=page.json, options=options) for page in pages]
    assert (together, together[1].warnings) == (alone, (NOTHING_TRACKED,))


def test_a43_the_schemas_of_a_request_share_one_budget() -> None:
    """A43: a batch of items that each are allowed costs no more than a request may."""
    value: JsonValue = ["x"] * 60
    item: JsonObject = {"current": {"json": value}}
    body: JsonValue = {"modes": ["json"], "schema": _COSTLY, "batch": [item] * 200}
    answered = wire.answer(body)
    assert (answered["success"], answered["reason"]) == (False, "invalid_schema")
    assert wire.answer({"modes": ["json"], "schema": _COSTLY, **item})["success"] is True


def test_a37_patterns_are_bounded_together() -> None:
    """A37: many patterns that each are allowed do not make a program of millions of steps."""
    patterns: JsonValue = {f"a{{999}}{n}": {} for n in range(100)}
    with pytest.raises(InvalidSchema, match="the patterns are too large together"):
        track(json={"a": 1}, modes=["json"], schema={"patternProperties": patterns})


def test_a25_a_batch_shares_what_its_maps_may_say() -> None:
    """A25: a long key over many changes does not make a small batch answer megabytes each."""
    item: JsonValue = {
        "previous": {"json": {"k" * 4_000: [0] * 1_000}},
        "current": {"json": {"k" * 4_000: [1] * 1_000}},
    }
    body: JsonValue = {"modes": ["json"], "batch": [item] * 100}
    answered = wire.encode(wire.answer(body))
    assert len(answered) < 8 * len(wire.encode(body))


def test_the_likeness_of_items_is_bounded_for_a_whole_request() -> None:
    """What is left of it is given to the first pages; the others are compared by position."""
    olds: JsonValue = [{"a": number, "b": number} for number in range(200)]
    news: JsonValue = [{"a": number, "b": -number} for number in range(200, 0, -1)]
    item: JsonObject = {"previous": {"json": olds}, "current": {"json": news}}
    body: JsonObject = {"modes": ["json"], "listKeys": {"$": "id"}}
    answered = wire.answer({**body, "batch": [item] * 7})
    results = cast("list[dict[str, JsonValue]]", answered["data"])
    has_position = ["compared by position" in str(each["warnings"]) for each in results]
    assert has_position == [False] * 5 + [True] * 2
    options = Options(modes=("json",), list_keys={"$": "id"})
    page = Observation(json=news, previous={"json": olds})
    alone = track_many([page] * 7, options=options)
    assert not any("compared by position" in str(each.warnings) for each in alone)


def test_rules_that_pages_share_are_read_once() -> None:
    """Hundreds of patterns cost a twentieth of a second, which a batch would pay for each item."""
    scopes = Scopes(Limits())
    options = Options(modes=("json",), list_keys={"a": "id"}, tolerance={"*": {"abs": 1}})
    rules = scopes.find(options).rules
    assert scopes.find(options.with_given(context=0)).rules is rules
    assert scopes.find(options.with_given(order="ignore")).rules != rules
    assert scopes.find(options.with_given(schema={"x-key": "id"})).rules != rules
