"""Fields by name: JSON-LD, microdata and `meta` elements, with no selector and no model."""

from __future__ import annotations

import json

import pytest

from changetrack import JsonObject, JsonValue
from changetrack_server.extracting import Extraction
from tests.server.extracting.fixtures import describe, extract, read_file

LAMP = read_file("product_json_ld.html")
SHOE = read_file("product_microdata.html")


def _map(html: str, schema: JsonValue) -> JsonValue:
    return extract(html, schema).value


def _page(*scripts: JsonValue, head: str = "") -> str:
    texts = (f"<script type='application/ld+json'>{json.dumps(each)}</script>" for each in scripts)
    return f"<html lang=en><head>{head}{''.join(texts)}</head><body><p>x"


def _list(**properties: JsonValue) -> JsonObject:
    return {"type": "array", "items": describe(**properties)}


def test_a_product_in_json_ld() -> None:
    """Names are found whatever their case and joints, and at whatever depth they stand."""
    schema = describe(
        name="string",
        SKU="string",
        description="string",
        brand="string",
        image="string",
        images={"type": "array", "items": {"type": "string"}},
        price="number",
        price_currency="string",
        rating_value="number",
        reviewCount="integer",
        site_name="string",
        gtin={"type": ["string", "null"]},
        color="string",
    )
    assert extract(LAMP, schema) == Extraction(
        value={
            "name": "Nora",
            "SKU": "N-100",
            "description": "Eine Lampe zum Lesen.",
            "brand": "Lumo",
            "image": "https://lichthaus.example/img/nora-1.jpg",
            "price": 1299,
            "price_currency": "EUR",
            "rating_value": 4.6,
            "reviewCount": 89,
            "site_name": "Lichthaus",
            "gtin": None,
        },
        extractor="structured",
        warnings=("image: there are 2 values, the first one is used",),
    )


def test_lists_and_objects_are_mapped_all_the_way_down() -> None:
    """The name of an offer without one is not the name of its seller."""
    schema = describe(
        image={"type": "array", "items": {"type": "string"}},
        offers=_list(name="string", price="number", seller=describe(name="string")),
        aggregate_rating=describe(rating_value="string", review_count="string"),
    )
    assert _map(LAMP, schema) == {
        "image": [f"https://lichthaus.example/img/nora-{number}.jpg" for number in (1, 2)],
        "offers": [
            {"name": "Weiß", "price": 1299, "seller": {"name": "Lichthaus"}},
            {"price": 1399, "seller": {"name": "Lichthaus"}},
        ],
        "aggregate_rating": {"rating_value": "4.6", "review_count": "89"},
    }


def test_an_object_of_several_is_the_first_one() -> None:
    """And what it does not have itself is not looked for further down."""
    schema = describe(offers=describe(name="string", price="number", seller={"type": "object"}))
    only = describe(seller=describe(name="string", price="number"))
    found = extract(LAMP, schema)
    offer = {
        "name": "Weiß",
        "price": 1299,
        "seller": {"@type": "Organization", "name": "Lichthaus"},
    }
    assert found.value == {"offers": offer}
    assert found.warnings == ("offers: there are 2, of which the first is used",)
    assert _map(LAMP, only) == {"seller": {"name": "Lichthaus"}}


def test_an_item_is_found_by_its_type_too() -> None:
    """`product` is the item that is a Product, `offers` in a list of its own are all Offers."""
    schema = describe(
        product=describe(name="string", price="number"),
        list_items={"type": "array", "items": describe(position="integer", name="string")},
    )
    assert _map(LAMP, schema) == {
        "product": {"name": "Nora", "price": 1299},
        "list_items": [{"position": 1, "name": "Lampen"}, {"position": 2, "name": "Leselampen"}],
    }


def test_a_product_in_microdata() -> None:
    """As the standard reads it, with `content` counting everywhere, and parts named by an id."""
    schema = describe(
        name="string",
        brand="string",
        image="string",
        url="string",
        price="number",
        price_currency="string",
        availability="string",
        price_valid_until="string",
        color={"type": "array", "items": {"type": "string"}},
        review=_list(author="string", review_body="string"),
    )
    assert extract(SHOE, schema) == Extraction(
        value={
            "name": "Trail Shoe",
            "brand": "Fell",
            "image": "https://example.com/img/trail.jpg",
            "url": "https://example.com/shoes/trail",
            "price": 89.9,
            "price_currency": "USD",
            "availability": "https://schema.org/InStock",
            "price_valid_until": "2026-12-31",
            "color": ["red", "blue"],
            "review": [{"author": "Ann", "review_body": "Holds well."}],
        },
        extractor="structured",
        is_complete=True,
    )


@pytest.mark.parametrize(
    ("head", "schema", "value"),
    [
        ('<meta property="og:title" content="T">', describe(title="string"), {"title": "T"}),
        ('<meta property="og:title" content="T">', describe(name="string"), {"name": "T"}),
        ('<meta property="og:title" content="T">', describe(ogTitle="string"), {"ogTitle": "T"}),
        (
            '<meta name="description" content="D">',
            describe(description="string"),
            {"description": "D"},
        ),
        ("<title>T</title>", describe(title="string"), {"title": "T"}),
        ("<title>T</title>", describe(name="string"), None),
        (
            (
                '<meta property="product:price:amount" content="1.299">'
                '<meta property="product:price:currency" content="EUR">'
            ),
            describe(price="number", currency="string", priceCurrency="string"),
            {"price": 1.299, "currency": "EUR", "priceCurrency": "EUR"},
        ),
        (
            '<meta property="og:image" content="/i.png">',
            describe(image="string"),
            {"image": "https://example.com/i.png"},
        ),
        (
            '<meta property="article:tag" content="a"><meta property="article:tag" content="b">',
            describe(tags={"type": "array", "items": {"type": "string"}}),
            {"tags": ["a", "b"]},
        ),
        (
            '<meta property="article:published_time" content="2026-01-02">',
            describe(datePublished="string", published_time="string"),
            {"datePublished": "2026-01-02", "published_time": "2026-01-02"},
        ),
    ],
)
def test_what_a_page_says_about_itself(head: str, schema: JsonObject, value: JsonValue) -> None:
    """Under the meanings of the vocabularies' names, and under these names themselves."""
    assert _map(f"<head>{head}</head><body>x", schema) == value


def test_the_item_that_has_most_of_the_properties_counts() -> None:
    """Wherever it stands; nothing is put together from several items."""
    shop: JsonObject = {"@type": "Organization", "name": "Shop", "telephone": "1"}
    lamp: JsonObject = {"@type": "Product", "name": "Lamp", "sku": "L", "offers": {"price": 5}}
    schema = describe(name="string", sku="string", price="number", telephone="string")
    pages = (_page(shop, lamp), _page([lamp, shop]), _page({"@graph": [shop, lamp]}))
    assert [_map(page, schema) for page in pages] == 3 * [{"name": "Lamp", "sku": "L", "price": 5}]


def test_a_page_is_the_last_thing_that_a_page_is_about() -> None:
    """Its name is that of the tab, and the product's is the one that is meant."""
    lamp: JsonObject = {"@type": "Product", "@id": "#l", "name": "Lamp", "offers": {"price": 5}}
    page: JsonObject = {"@type": "WebPage", "name": "Lamp | Shop", "mainEntity": {"@id": "#l"}}
    nested: JsonObject = {**page, "@type": "ItemPage", "mainEntity": lamp}
    schema = describe(name="string", price="number")
    pages = (_page(page, lamp), _page(lamp, page), _page(nested))
    assert [_map(each, schema) for each in pages] == 3 * [{"name": "Lamp", "price": 5}]


def test_several_items_that_fit_are_a_warning() -> None:
    """The first one is used; items that say the same are one."""
    lamps: list[JsonValue] = [{"@type": "Product", "name": name} for name in ("A", "B", "C", "A")]
    found = extract(_page(lamps), describe(name="string"))
    same = extract(_page(lamps[0], lamps[3]), describe(name="string"))
    said = "$: 2 other items of the page fit as well as the first one"
    assert (found.value, found.warnings) == ({"name": "A"}, (said,))
    assert (same.value, same.warnings) == ({"name": "A"}, ())


def test_a_list_at_the_root_holds_all_items_of_a_kind() -> None:
    """Those that are what the best one is."""
    items: list[JsonValue] = [
        {"@type": "Product", "name": name, "offers": {"price": 1}} for name in "ab"
    ]
    listed: JsonObject = {"@type": "ItemList", "name": "All", "itemListElement": items}
    assert _map(_page(listed), _list(name="string", price="number")) == [
        {"name": "a", "price": 1},
        {"name": "b", "price": 1},
    ]


def test_broken_scripts_are_skipped() -> None:
    """As search engines do; what is around them counts."""
    scripts = ("{", "nothing", "[1, 'a'", "null", '"text"', '{"name": NaN}', "[" * 70 + "]" * 70)
    broken = "".join(f"<script type='application/ld+json'>{each}</script>" for each in scripts)
    good = '<script type=\'Application/LD+JSON; charset=utf-8\'>{"name": "N"}</script>'
    assert _map(broken + good + broken, describe(name="string")) == {"name": "N"}


def test_values_are_unwrapped() -> None:
    """JSON-LD wraps what has a language or an order, and refers to what stands elsewhere."""
    item: JsonObject = {
        "@id": "#i",
        "name": {"@value": "Lamp", "@language": "en"},
        "tags": {"@list": ["a", "b"]},
        "weight": {"@type": "QuantitativeValue", "value": 3, "unitText": "kg"},
        "maker": {"@id": "#m"},
        "https://schema.org/material": "oak",
        "schema:width": "30",
        "itself": {"@id": "#i"},
        "nobody": {"@id": "#x"},
    }
    schema = describe(
        name="string",
        tags={"type": "array", "items": {"type": "string"}},
        weight="number",
        maker=describe(name="string"),
        material="string",
        width="integer",
        itself=describe(itself=describe(name="string")),
        nobody=describe(name="string"),
    )
    assert _map(_page(item, {"@id": "#m", "name": "Ann"}), schema) == {
        "name": "Lamp",
        "tags": ["a", "b"],
        "weight": 3,
        "maker": {"name": "Ann"},
        "material": "oak",
        "width": 30,
        "itself": {"itself": {"name": "Lamp"}},
    }


def test_an_exact_name_comes_before_a_loose_one_and_both_before_a_deep_one() -> None:
    """And what says nothing does not count."""
    item: JsonObject = {
        "inner": {"name": "deep", "Other_Name": "deep"},
        "Name": "loose",
        "name": "exact",
        "otherName": "loose",
        "color": "",
        "size": None,
        "parts": {"color": "red", "size": "XL"},
    }
    schema = describe(name="string", other_name="string", color="string", size="string")
    assert _map(_page(item), schema) == {
        "name": "exact",
        "other_name": "loose",
        "color": "red",
        "size": "XL",
    }


def test_what_does_not_fit_its_type_is_left_out_and_said() -> None:
    """Unless another source has it."""
    item: JsonObject = {
        "@type": "Product",
        "price": "on request",
        "name": "Lamp",
        "offers": "none",
        "tags": [{}],
    }
    schema = describe(
        name="string",
        price="number",
        offers=describe(price="number"),
        stock={"type": ["integer", "null"]},
        tags={"type": "array", "items": {"type": "string"}},
    )
    meta = '<meta property="product:price:amount" content="5">'
    found, helped = extract(_page(item), schema), extract(_page(item, head=meta), schema)
    warnings = (
        "price: holds no number",
        "offers: is not an object",
        "tags[0]: is not a single value",
    )
    assert (found.value, found.warnings) == ({"name": "Lamp", "stock": None}, warnings)
    assert helped.value == {"name": "Lamp", "price": 5, "stock": None}


def test_without_a_type_the_data_is_kept_as_it_is() -> None:
    """An object that the schema does not describe is the page's own."""
    offers: JsonValue = [{"@type": "Offer", "price": "5.00"}]
    item: JsonObject = {"@type": "Product", "offers": offers, "brand": {"name": "B"}}
    schema = describe(offers={}, brand={"type": "object"})
    assert _map(_page(item), schema) == {"offers": offers, "brand": {"name": "B"}}


def test_an_item_in_microdata_may_have_a_name_of_its_own() -> None:
    """Then others refer to it as in JSON-LD."""
    item = "<div itemscope itemtype='https://schema.org/Brand' itemid='#b'><p itemprop=name>B</div>"
    lamp: JsonObject = {"@type": "Product", "sku": "L", "brand": {"@id": "#b"}}
    assert _map(_page(lamp) + item, describe(sku="string", brand="string")) == {
        "sku": "L",
        "brand": "B",
    }


def test_nothing_is_found_where_there_is_nothing() -> None:
    """No value, no extractor, and what is missing."""
    schema: JsonObject = {
        **describe(sku="string", size={"type": ["string", "null"]}),
        "required": ["sku"],
    }
    assert extract("<p>Lamp, $5", schema) == Extraction(missing=("sku",))
