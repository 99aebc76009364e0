"""Structured data that is made to be slow, deep or large (catalogue B31)."""

from __future__ import annotations

import json
import time

import pytest

from changetrack import JsonObject, JsonValue
from changetrack_server.errors import EndpointError
from tests.server.extracting.fixtures import describe, extract

# The time of a page is what is tested; watching every line would take most of it.
pytestmark = pytest.mark.no_cover


def _write(data: JsonValue) -> str:
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


def test_an_item_is_searched_up_to_a_limit() -> None:
    """Two thousand objects in it; whoever wants more wants a database."""
    parts: list[JsonValue] = [{"x": at} for at in range(2_500)]
    schema = describe(a="string", deep="string")
    late = _write({"@type": "T", "a": "1", "parts": [*parts, {"deep": "2"}]})
    early = _write({"@type": "T", "a": "1", "parts": [{"deep": "2"}, *parts]})
    assert (extract(late, schema).value, extract(early, schema).value) == (
        {"a": "1"},
        {"a": "1", "deep": "2"},
    )


_LD = "<script type='application/ld+json'>"
HOSTILE = {
    "items in items": "<div itemscope itemprop=a>" * 100_000,
    "properties": "<div itemscope itemtype=T>" + "<p itemprop=name>x</p>" * 100_000,
    "properties in properties": "<div itemscope>" + "<b itemprop=name>x" * 100_000,
    "references in a circle": "<p itemscope id=a itemref='a b'><b itemscope id=b itemref='a b'>",
    "references": f"<div itemscope itemref='{' '.join(f'i{at}' for at in range(100_000))}'>",
    "references to one": "<p id=x itemprop=y>z</p><div itemscope itemref=x>" * 50_000,
    "deep data": _LD + '{"name":' * 60 + "1" + "}" * 60 + "</script>",
    "many items": _LD + "[" + '{"@type":"T","a":{"@id":"#x"}},' * 100_000 + "{}]</script>",
    "one item many times": _LD
    + "["
    + '{"@type":"T","@id":"#x","a":[{"@id":"#x"}]},' * 50_000
    + "{}]</script>",
    "many properties": _LD + json.dumps({f"name{at}": at for at in range(200_000)}) + "</script>",
    "scripts in scripts": _LD * 100_000,
    "scripts": (_LD + "{}</script>") * 60_000,
    "metas": '<meta property="og:title" content="a">' * 100_000,
    "names of a meta": '<meta property="' + "a " * 200_000 + '" content="a">',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_B31_hostile_data_takes_a_moment(name: str) -> None:
    """It is read, or refused as too much work; never more than a job may take."""
    schema = describe(
        name="string",
        price="number",
        a={"type": "array", "items": describe(name="string")},
        b=describe(c="string"),
    )
    started = time.process_time()
    try:
        extract(HOSTILE[name], schema)
    except EndpointError as error:
        assert error.reason == "conversion_failed"  # noqa: PT017 - either way is right
    assert time.process_time() - started < 5


def test_B31_what_items_refer_to_is_walked_up_to_a_limit() -> None:
    """A page of 1.5 MB of which fifty items name all; beyond measure it is refused."""
    names = [f"i{at}" for at in range(50)]
    html = (
        f"<div itemscope itemref='{' '.join(names)}'></div>"
        + "".join(f"<div id={name}>" for name in names)
        + "<p id=x>" * 190_000
    )
    started = time.process_time()
    with pytest.raises(EndpointError) as caught:
        extract(html, describe(name="string"))
    # Traced, and beside another run on one core, it takes six times as long.
    assert time.process_time() - started < 24
    assert caught.value.reason == "conversion_failed"


def test_many_references_on_a_page_of_common_size_are_followed() -> None:
    """What a shop may write is no bomb."""
    rows = "".join(
        f"<div itemscope itemtype=Product itemref=p{at}></div><p id=p{at} itemprop=name>n{at}"
        for at in range(50)
    )
    html = rows + "<p>x</p>" * 20_000
    schema: JsonObject = {"type": "array", "items": describe(name="string")}
    assert extract(html, schema).value == [{"name": f"n{at}"} for at in range(50)]


def _measure(value: JsonValue) -> int:
    """Return how many levels of objects and lists a value has."""
    levels, level = 0, [value]
    while level:
        below: list[JsonValue] = []
        for each in level:
            below += (
                each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
            )
        levels, level = levels + any(isinstance(each, dict | list) for each in level), below
    return levels


@pytest.mark.parametrize(
    "html",
    [
        "<div itemscope itemprop=a>" * 300,
        "<div itemscope itemprop=a><b itemprop=a>x</b>" * 300,
        "<div itemscope><div itemscope itemprop=a><b itemprop=c>x</b>" * 150,
        "<p itemscope itemref=b></p><div id=b><p itemscope itemprop=a itemref=b><b itemprop=c>x",
    ],
    ids=("alone", "in lists", "in items of their own", "by reference"),
)
def test_microdata_nests_as_deep_as_json_ld_may(html: str) -> None:
    """Sixty-four levels; what is deeper is no data of a page, and its page is read all the same."""
    found = extract(f"<div itemscope>{html}", describe(a={})).value
    assert isinstance(found, dict)
    assert 2 <= _measure(found) <= 64


def test_an_item_of_its_own_may_stand_at_any_depth() -> None:
    """Only what is in another item's property is deep."""
    html = "<div itemscope>" * 100 + "<p itemprop=name>x"
    assert extract(html, describe(name="string")).value == {"name": "x"}


def test_a_graph_that_refers_to_itself_ends() -> None:
    """A circle of items, each wanted by a schema that is a circle as well."""
    items: list[JsonValue] = [
        {"@id": f"#{at}", "name": str(at), "next": {"@id": f"#{(at + 1) % 3}"}} for at in range(3)
    ]
    schema: JsonObject = {
        "$defs": {"item": {"properties": {"name": {}, "next": {"$ref": "#/$defs/item"}}}},
        "$ref": "#/$defs/item",
    }
    found = extract(_write(items), schema).value
    names = []
    while isinstance(found, dict):
        names.append(found.get("name"))
        found = found.get("next")
    assert names == [str(at % 3) for at in range(32)]
