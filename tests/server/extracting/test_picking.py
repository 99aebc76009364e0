"""Fields by `x-selector`: where they are looked for, what they are read as, what is left out."""

from __future__ import annotations

import pytest

from changetrack import JsonObject, JsonValue
from changetrack.errors import InvalidSchema
from changetrack_server.extracting import Extraction, check_selectors
from tests.server.extracting.fixtures import describe, extract, read_file

PRICING = read_file("pricing.html")


def _pick(schema: JsonValue, html: str = PRICING) -> JsonValue:
    return extract(html, schema).value


def _at(selector: str, kind: JsonValue = "string", **more: JsonValue) -> JsonObject:
    return {"type": kind, "x-selector": selector, **more}


def test_a_page_of_plans_becomes_a_list_of_plans() -> None:
    """Each element of the list's selector is an item, and fields are looked for in it."""
    plan = describe(
        id=_at("::attr(id)"),
        name=_at(".name"),
        price=_at(".price ins, .price", ["number", "null"]),
        features={"type": "array", "items": _at("li::text")},
        badge=_at(".badge"),
        url=_at("a.buy::attr(href)"),
    )
    schema = describe(
        title=_at("h1"), plans={"type": "array", "x-selector": ".plan", "items": plan}
    )
    assert extract(PRICING, schema) == Extraction(
        value={
            "title": "Pricing",
            "plans": [
                {
                    "id": "starter",
                    "name": "Starter",
                    "price": 19,
                    "features": ["1 user", "2 GB storage"],
                    "url": "https://example.com/buy?plan=starter",
                },
                {
                    "id": "pro",
                    "name": "Pro",
                    "price": None,
                    "features": ["10 users", "100 GB storage", "Backups"],
                    "badge": "Most popular",
                    "url": "https://example.com/buy?plan=pro",
                },
                {
                    "id": "enterprise",
                    "name": "Enterprise",
                    "price": None,
                    "url": "mailto:sales@acme.example",
                },
            ],
        },
        extractor="selectors",
        is_complete=True,
        warnings=(
            "plans[1].price: holds several numbers",
            "plans[2].price: holds no number",
        ),
    )


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (_at("h1"), "Pricing"),
        (_at("h1::text"), "Pricing"),
        ({"x-selector": "h1"}, "Pricing"),
        (_at("html::attr(lang)"), "en"),
        (_at("title"), "Pricing – Acme Hosting"),
        (_at("meta[name=description]::attr(content)"), "Plans for teams of every size."),
        (_at("link[rel=canonical]::attr(href)"), "https://example.com/pricing"),
        (_at("#pro .price ins", "number"), 49.5),
        (_at("#starter .price", "number"), 19),
        (_at("#starter .price", "integer"), 19),
        (_at("#starter .price", "string"), "$19/month"),
        (_at("#pro .price", "string"), "$59 $49.50/month"),
        (_at("td:contains('Frankfurt') + td", "integer"), 1204),
        (_at("time::attr(datetime)"), "2026-03-01"),
        (_at("input::attr(checked)", "boolean"), True),
        (_at("button::attr(disabled)", "boolean"), True),
        (_at("button::attr(disabled)", "string"), ""),
        (_at(".plan .name", enum=["Starter", "Pro"]), "Starter"),
        (_at(".plan:nth-child(2) .name"), "Pro"),
    ],
)
def test_a_single_value(part: JsonObject, value: JsonValue) -> None:
    """The first match counts, and is read as the type."""
    assert _pick(describe(field=part)) == {"field": value}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        # Each element of the list's selector is an item …
        ({"type": "array", "x-selector": ".name"}, ["Starter", "Pro", "Enterprise"]),
        (
            {"type": "array", "x-selector": ".name", "items": {"type": "string"}},
            ["Starter", "Pro", "Enterprise"],
        ),
        (
            {"type": "array", "x-selector": ".plan::attr(id)", "items": {"type": "string"}},
            ["starter", "pro", "enterprise"],
        ),
        (
            {"type": "array", "x-selector": "td:last-child", "items": {"type": "integer"}},
            [1204, 980],
        ),
        (
            {"type": "array", "x-selector": ".plan", "items": describe(n=_at(".name"))},
            [{"n": "Starter"}, {"n": "Pro"}, {"n": "Enterprise"}],
        ),
        # … or of its items' one, which is looked for in all of the former.
        ({"type": "array", "items": _at("td:first-child::text")}, ["Frankfurt", "Oregon"]),
        (
            {"type": "array", "x-selector": "#pro .features", "items": _at("li")},
            ["10 users", "100 GB storage", "Backups"],
        ),
        (
            {"type": "array", "items": {**describe(n=_at(".name")), "x-selector": ".plan"}},
            [{"n": "Starter"}, {"n": "Pro"}, {"n": "Enterprise"}],
        ),
        # Lists in lists.
        (
            {
                "type": "array",
                "items": {"type": "array", "x-selector": "tbody tr", "items": _at("td")},
            },
            [["Frankfurt", "1,204"], ["Oregon", "980"]],
        ),
        # What is empty is no item.
        (
            {"type": "array", "x-selector": ".plan", "items": describe(b=_at(".badge"))},
            [{"b": "Most popular"}],
        ),
    ],
)
def test_a_list(part: JsonObject, value: JsonValue) -> None:
    """Where its items come from, and what each of them is."""
    assert _pick(describe(field=part)) == {"field": value}


def test_an_object_with_a_selector_is_looked_for_in_its_element() -> None:
    """One without is looked for where it stands."""
    inner = describe(name=_at(".name"), unit=_at(".unit"))
    schema = describe(pro={**inner, "x-selector": "#pro"}, first=inner)
    assert _pick(schema) == {
        "pro": {"name": "Pro", "unit": "/month"},
        "first": {"name": "Starter", "unit": "/month"},
    }


def test_a_root_may_be_a_list_or_have_a_selector() -> None:
    """A schema need not be an object around everything."""
    listed: JsonObject = {"type": "array", "x-selector": ".name", "items": {"type": "string"}}
    scoped = {**describe(name=_at(".name")), "x-selector": "#pro"}
    assert (_pick(listed), _pick(scoped)) == (["Starter", "Pro", "Enterprise"], {"name": "Pro"})


def test_what_does_not_match_is_left_out_or_null() -> None:
    """And a selector that finds nothing on the whole page is named."""
    schema = describe(
        one=_at(".zip"),
        two=_at(".zip", ["string", "null"]),
        three={"type": ["array", "null"], "x-selector": ".zip"},
        four={**describe(a=_at("h1")), "type": ["object", "null"], "x-selector": ".zip"},
        name=_at("h1"),
    )
    found = extract(PRICING, schema)
    assert found.value == {"two": None, "three": None, "four": None, "name": "Pricing"}
    assert found.warnings == tuple(
        f"nothing matches schema.properties.{name}.x-selector"
        for name in ("one", "two", "three", "four")
    )


def test_an_attribute_that_is_not_there_is_left_out() -> None:
    """It matches an element, but there is nothing to take; that is said where none has it."""
    found = extract(PRICING, describe(id=_at("h1::attr(id)"), name=_at("h1")))
    assert found.value == {"name": "Pricing"}
    assert found.warnings == ("what matches schema.properties.id.x-selector has no usable id",)
    html = "<p id=a>a<p>b<p>c"
    ids: JsonObject = {"type": "array", "x-selector": "p::attr(id)", "items": {"type": "string"}}
    assert extract(html, describe(ids=ids)) == Extraction(
        value={"ids": ["a"]}, extractor="selectors", is_complete=True
    )


def test_B32_a_link_to_a_script_is_no_value() -> None:
    """Nor is one that holds what it shows."""
    html = "<a id=a href=' java\nscript:x()'>a</a><img src='data:image/png;base64,aa'><p>x"
    schema = describe(a=_at("a::attr(href)"), b=_at("img::attr(src)"), c=_at("p"))
    assert _pick(schema, html) == {"c": "x"}


def test_digits_of_two_elements_are_no_number() -> None:
    """Shops write cents in an element of their own, and nobody reads 1999."""
    html = "<p class=a>$19<sup>99</sup></p><p class=b>$<b>19</b><i>.</i><i>99</i></p>"
    schema = describe(a=_at(".a", "number"), b=_at(".b", "number"))
    found = extract(html, schema)
    assert (found.value, found.warnings) == ({"b": 19.99}, ("a: holds several numbers",))


def test_the_language_of_the_page_decides_how_numbers_are_read() -> None:
    """The same text is two numbers."""
    schema = describe(price=_at("p", "number"))
    pages = ("<html lang=de><p>1.299 €", "<html lang=en><p>1.299 €", "<p>1.299 €")
    assert [_pick(schema, html) for html in pages] == [{"price": 1299}, {"price": 1.299}, None]


def test_references_branches_and_optional_types_are_followed() -> None:
    """As pydantic writes them."""
    schema: JsonObject = {
        "$defs": {
            "Plan": {
                "properties": {
                    "name": {"type": "string", "x-selector": ".name"},
                    "price": {
                        "anyOf": [{"type": "number"}, {"type": "null"}],
                        "x-selector": ".price",
                    },
                }
            }
        },
        "properties": {
            "plans": {"type": "array", "items": {"$ref": "#/$defs/Plan"}, "x-selector": ".plan"},
            "first": {"allOf": [{"$ref": "#/$defs/Plan"}], "x-selector": ".plan"},
        },
    }
    assert _pick(schema) == {
        "plans": [
            {"name": "Starter", "price": 19},
            {"name": "Pro", "price": None},
            {"name": "Enterprise", "price": None},
        ],
        "first": {"name": "Starter", "price": 19},
    }


def test_references_lead_anywhere_in_the_schema() -> None:
    """Into lists, by escaped names; one that leads nowhere says nothing."""
    schema: JsonObject = {
        "allOf": [{"properties": {"a/b": {"x-selector": "h1"}}}],
        "properties": {
            "one": {"$ref": "#/allOf/0/properties/a~1b"},
            "two": {"$ref": "#/allOf/1"},
            "three": {"$ref": "#/allOf/x"},
            "four": {"$ref": "https://example.com/schema"},
        },
    }
    assert _pick(schema) == {"a/b": "Pricing", "one": "Pricing"}


def test_a_schema_may_refer_to_itself() -> None:
    """It goes on as long as the page does, and ends where it would look in the same place again."""
    html = """<div class=c><p>one</p><div class=c><p>two</p><div class=c><p>three</p></div></div>
        <div class=c><p>four</p></div></div>"""
    schema: JsonObject = {
        "$defs": {
            "comment": {
                "properties": {
                    "text": {"x-selector": ":scope > p"},
                    "replies": {
                        "type": "array",
                        "x-selector": ":scope > .c",
                        "items": {"$ref": "#/$defs/comment"},
                    },
                    "me": {"$ref": "#/$defs/comment"},
                }
            }
        },
        "properties": {"top": {"$ref": "#/$defs/comment", "x-selector": "body > .c"}},
    }
    assert _pick(schema, html) == {
        "top": {
            "text": "one",
            "replies": [
                {"text": "two", "replies": [{"text": "three"}]},
                {"text": "four"},
            ],
        }
    }


@pytest.mark.parametrize(
    ("schema", "path", "problem"),
    [
        (
            describe(price=_at("a:foo")),
            "schema.properties.price.x-selector",
            "the selector is not supported or no CSS: The pseudo-class :foo is unknown",
        ),
        (
            {"properties": {"odd.key": {"x-selector": 1}}},
            'schema.properties["odd.key"].x-selector',
            "the selector is int, not a string",
        ),
        (
            describe(plans={"type": "array", "items": {"properties": {"a": {"x-selector": "["}}}}),
            "schema.properties.plans.items.properties.a.x-selector",
            "the selector is not supported or no CSS: Expected ident or '*', got <EOF at 1>",
        ),
        (
            describe(plans={"type": "array", "items": describe(a=_at("b"))}),
            "schema.properties.plans",
            "there are selectors for what is in the items of a list, but none for the items",
        ),
        (
            {**describe(a=_at("b")), "x-selector": ".a::text"},
            "schema.x-selector",
            "the selector takes ::text, where elements are wanted to look in",
        ),
        (
            describe(a={"type": "array", "x-selector": "b::attr(id)", "items": _at("c")}),
            "schema.properties.a.x-selector",
            "the selector takes ::attr(id), where elements are wanted to look in",
        ),
        (
            describe(**{f"a{number}": _at("b") for number in range(201)}),
            "schema",
            "the schema has more than 200 selectors",
        ),
        (
            describe(**{f"a{number}": "string" for number in range(2_001)}),
            "schema",
            "the schema unfolds to too many fields",
        ),
        ([], "schema", "a schema is an object"),
    ],
)
def test_a_selector_that_cannot_be_used_is_refused(
    schema: JsonValue, path: str, problem: str
) -> None:
    """At its place in the schema, and before a page is fetched for it."""
    with pytest.raises(InvalidSchema) as caught:
        check_selectors(schema)
    assert (caught.value.path, caught.value.problem) == (path, problem)


def test_whether_there_are_selectors_is_known_before() -> None:
    """Also when they are deep down, or behind a reference."""
    behind: JsonObject = {
        "$defs": {"a": {"x-selector": "b"}},
        "properties": {"x": {"type": "array", "items": {"$ref": "#/$defs/a"}}},
    }
    assert [check_selectors(each) for each in ({}, describe(a="string"), behind)] == [
        False,
        False,
        True,
    ]
