"""Fields by all ways together: which one is named, what is complete, and pages that are JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack import ChangeTrackError, JsonObject, JsonValue, track
from changetrack_server.errors import EndpointError
from changetrack_server.extracting import Extraction, extract_fields, read_json_document
from changetrack_server.pages.document import parse_document
from tests.server.extracting.fixtures import describe, extract, read_file
from tests.strategies.json_values import json_values

LAMP = read_file("product_json_ld.html")
_PRICE: JsonObject = {"type": "number", "x-selector": ".preis"}
_NOWHERE: JsonObject = {"type": "string", "x-selector": ".zip"}


@pytest.mark.parametrize(
    ("properties", "extractor", "value"),
    [
        ({"price": _PRICE}, "selectors", {"price": 1299}),
        ({"name": "string"}, "structured", {"name": "Nora"}),
        (
            {"name": "string", "price": _PRICE},
            "selectors+structured",
            {"name": "Nora", "price": 1299},
        ),
        ({"zip": "string", "price": _PRICE}, "selectors", {"price": 1299}),
        ({"name": "string", "zip": _NOWHERE}, "structured", {"name": "Nora"}),
        ({"zip": "string"}, None, None),
        ({"zip": _NOWHERE}, None, None),
    ],
)
def test_the_extractor_is_who_found_something(
    properties: dict[str, JsonValue], extractor: str | None, value: JsonValue
) -> None:
    """Both are named only where both contributed; the order is the schema's."""
    found = extract(LAMP, describe(**properties))
    # As text, because the order of fields counts.
    assert (found.extractor, json.dumps(found.value)) == (extractor, json.dumps(value))


def test_below_a_selector_nothing_comes_from_structured_data() -> None:
    """What is in another element of the page is not what the data of the whole page speaks of."""
    schema = describe(
        name="string", body={**describe(sku="string", p=_PRICE), "x-selector": "body"}
    )
    assert extract(LAMP, schema).value == {"name": "Nora", "body": {"p": 1299}}


@pytest.mark.parametrize(
    ("schema", "missing", "is_complete"),
    [
        (describe(name="string"), (), True),
        (describe(name="string", zip="string"), (), False),
        (describe(name="string", zip=_NOWHERE), (), True),
        ({**describe(name="string", zip="string"), "required": ["name"]}, (), True),
        ({**describe(name="string", zip="string"), "required": ["zip"]}, ("zip",), False),
        ({**describe(zip="string"), "required": ["zip"]}, ("zip",), False),
        (
            describe(
                offers={
                    "type": "array",
                    "items": {**describe(name="string", price="number"), "required": ["name"]},
                }
            ),
            ("offers[1].name",),
            False,
        ),
    ],
)
def test_complete_is_what_has_all_that_is_required(
    schema: JsonObject,
    missing: tuple[str, ...],
    is_complete: bool,  # noqa: FBT001
) -> None:
    """Where nothing is required, all that has no selector of its own."""
    found = extract(LAMP, schema)
    assert (found.missing, found.is_complete) == (missing, is_complete)


@pytest.mark.parametrize(
    ("required", "warnings"),
    [
        ([], ()),
        (["name"], ()),
        (["name", "zip"], ("required but not found: zip",)),
        (["zip", "na.me"], ('required but not found: zip, ["na.me"]',)),
        (
            [f"f{at}" for at in range(21)],
            (f"required but not found: {', '.join(f'f{at}' for at in range(20))} and more",),
        ),
    ],
)
def test_what_is_required_and_not_there_is_a_warning(
    required: list[JsonValue], warnings: tuple[str, ...]
) -> None:
    """Twenty are named."""
    schema = {**describe(name="string", zip="string"), "required": required}
    assert extract(LAMP, schema).warnings == warnings


def test_where_nothing_is_found_the_warnings_say_why() -> None:
    """Each selector in one line, by what became of it; that all is missing needs no words."""
    schema = describe(
        a={"type": "string", "x-selector": ".zip"},
        b={"type": "number", "x-selector": "h1"},
        c={"type": "string", "x-selector": "h1::attr(href)"},
        d={**describe(e={"type": "string", "x-selector": "p"}), "x-selector": ".zip"},
        f={"type": "array", "x-selector": "li", "items": {"type": "number"}},
    )
    found = extract("<h1>A</h1><ul><li>b<li>c</ul>", {**schema, "required": ["a"]})
    assert found == Extraction(
        missing=("a",),
        warnings=(
            "nothing matches schema.properties.a.x-selector",
            "what matches schema.properties.c.x-selector has no usable href",
            "nothing matches schema.properties.d.x-selector",
            "b: holds no number",
            "f[0]: holds no number",
        ),
    )


def test_selectors_that_find_nothing_come_before_values_that_do_not_fit() -> None:
    """Of many warnings the first are read, and of more than twenty the rest is only counted."""
    fields: JsonObject = {f"f{at}": {"type": "number", "x-selector": "h1"} for at in range(30)}
    schema = describe(**fields, zip=_NOWHERE)
    found = extract("<h1>A</h1>", schema)
    assert (found.warnings[0], found.warnings[1], found.warnings[-1], len(found.warnings)) == (
        "nothing matches schema.properties.zip.x-selector",
        "f0: holds no number",
        "and 11 more",
        21,
    )


def test_a_page_that_is_json_is_its_own_extraction() -> None:
    """The library says later what of it is tracked."""
    schema: JsonObject = {**describe(price="number"), "required": ["price", "name"]}
    text = ' {"price": 1.0, "big": 123456789012345678901234567890, "zip": [null]}\n'
    value: JsonObject = {"price": 1.0, "big": 123456789012345678901234567890, "zip": [None]}
    assert read_json_document(text, schema) == Extraction(
        value=value, extractor="document", missing=("name",)
    )
    assert read_json_document("[1]") == Extraction(
        value=[1], extractor="document", is_complete=True
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "the page says that it is JSON, but "),
        ("", "the page says that it is JSON, but "),
        ("[NaN]", "the page says that it is JSON, but "),
        ("[" * 200_000, "the page says that it is JSON, but "),
        (
            "[" * 129 + "]" * 129,
            "the page says that it is JSON, but the JSON is nested deeper than",
        ),
    ],
)
def test_a_page_that_only_says_it_is_json_is_refused(text: str, problem: str) -> None:
    """It cannot be read, and says why."""
    with pytest.raises(EndpointError) as caught:
        read_json_document(text)
    assert caught.value.reason == "conversion_failed"
    assert caught.value.problem.startswith(problem)


def test_the_library_takes_the_extensions_of_a_schema() -> None:
    """`x-selector` and `x-key` are unknown to it, and none of its business."""
    schema: JsonObject = {
        "properties": {
            "price": {"type": "number", "x-selector": ".price"},
            "plans": {"type": "array", "x-key": "name", "x-selector": ["not", {"even": "one"}]},
        }
    }
    result = track(json={"price": 19, "plans": []}, schema=schema, modes=["json"])
    assert (result.snapshot.json, result.warnings) == ({"price": 19, "plans": []}, ())


_KEYWORDS = st.sampled_from(
    (
        *(
            "type",
            "properties",
            "items",
            "required",
            "x-selector",
            "$ref",
            "anyOf",
            "allOf",
            "$defs",
        ),
        *("name", "price", "offers", "enum"),
    )
)
_WORDS = st.sampled_from(
    (
        *(
            "object",
            "array",
            "string",
            "number",
            "null",
            ".plan",
            "li::text",
            "a::attr(href)",
            "h2",
        ),
        *("#", "#/$defs/name", "#/properties/price", "price", "name", "::text", ":scope > *"),
    )
)
_SCHEMAS = st.recursive(
    st.one_of(_WORDS, st.none(), st.booleans(), st.integers(0, 9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_KEYWORDS, inner, max_size=4)
    ),
    max_leaves=20,
)
_DOCUMENTS = [parse_document(read_file(f"{name}.html")) for name in ("pricing", "product_json_ld")]


@given(schema=st.one_of(_SCHEMAS, json_values), which=st.sampled_from(_DOCUMENTS))
def test_any_schema_gives_an_extraction_or_an_error_of_ours(
    schema: JsonValue, which: object
) -> None:
    """Malformed, circular, absurd: never anything else, and twice the same."""
    results = []
    for _ in range(2):
        try:
            results.append(extract_fields(which, schema))  # type: ignore[arg-type] # a Document
        except ChangeTrackError as error:
            results.append(error)  # type: ignore[arg-type] # compared only
    assert results[0] == results[1]
