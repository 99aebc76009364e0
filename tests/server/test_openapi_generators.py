"""The document as generators of clients need it: names that stay apart, unions of what has a name.

Tried with openapi-python-client 0.29 and datamodel-code-generator 0.89, which are too heavy to be
run here; each rule is one that one of the two stumbled over, or would. The former warns that it
does not know the stream of lines, and generates the operation without it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import cast

import pytest

from changetrack import JsonObject, JsonValue, wire
from changetrack_server.openapi import describe_openapi
from changetrack_server.settings import Settings
from tests.spec.rows import find

DOCUMENT = describe_openapi(Settings())
SCHEMAS = cast("dict[str, JsonObject]", find(DOCUMENT, "components.schemas"))

_SCALARS = {"string", "integer", "number", "boolean", "null"}


def _fold(name: str) -> str:
    """Return a name as any language may spell it: `contentHash` is `content-hash`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _find_clashes(names: Iterable[str]) -> set[str]:
    counts = Counter(map(_fold, names))
    return {name for name, count in counts.items() if count > 1}


def _list_schemas(value: JsonValue, place: str = "#") -> Iterator[tuple[str, JsonObject]]:
    """Yield everything in the document that may be a schema, and where it stands."""
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from _list_schemas(each, f"{place}/{at}")
    if isinstance(value, dict):
        yield place, value
        for key, each in value.items():
            if key not in {"example", "examples", "default", "links"}:
                yield from _list_schemas(each, f"{place}/{key}")


NODES = [*_list_schemas(DOCUMENT)]


def _is_plain(schema: JsonValue) -> bool:
    """Tell whether a schema has a name, or needs none: a scalar, or a list of what is plain."""
    if not isinstance(schema, dict):
        return False
    if {*schema} == {"$ref"}:
        return True
    if schema.get("type") == "array":
        items = cast("JsonObject", schema["items"])
        return all(map(_is_plain, _list_union(items) or [items]))
    return schema.get("type") in _SCALARS


def _list_union(schema: JsonObject) -> list[JsonValue]:
    unions = (schema[word] for word in ("anyOf", "oneOf") if word in schema)
    return cast("list[JsonValue]", next(unions, []))


def test_no_two_words_of_an_enum_are_the_same_constant() -> None:
    """Of `change-tracking` and `changeTracking` both would be CHANGE_TRACKING."""
    clashes = {
        place: found
        for place, schema in NODES
        if isinstance(schema.get("enum"), list)
        and (found := _find_clashes(map(str, cast("list[JsonValue]", schema["enum"]))))
    }
    assert clashes == {}


def test_no_two_fields_of_an_object_are_the_same_attribute() -> None:
    """Nor two schemas the same class, nor two operations the same function."""
    clashes = {
        place: found
        for place, schema in NODES
        if isinstance(schema.get("properties"), dict)
        and (found := _find_clashes(cast("JsonObject", schema["properties"])))
    }
    assert clashes == {}
    assert _find_clashes(SCHEMAS) == set()
    assert _find_clashes(operation for _, operation in _list_operations()) == set()


def _list_operations() -> Iterator[tuple[str, str]]:
    for path, item in cast("dict[str, dict[str, JsonObject]]", DOCUMENT["paths"]).items():
        for operation in item.values():
            yield path, str(operation["operationId"])


def test_a_union_is_of_what_has_a_name_or_needs_none() -> None:
    """An object or a joined schema in it is a class that nobody has named, or none at all."""
    unions = [(place, _list_union(schema)) for place, schema in NODES if _list_union(schema)]
    assert [place for place, union in unions if not all(map(_is_plain, union))] == []
    assert len(unions) > 10


def test_what_is_joined_is_a_name_and_what_narrows_it() -> None:
    """Each field that is narrowed is a field of the named schema, and an enum a part of its own."""
    joined = [cast("list[JsonObject]", node["allOf"]) for _, node in NODES if "allOf" in node]
    for named, narrowing in joined:
        assert named == {"$ref": "#/components/schemas/ErrorEnvelope"}
        for key, schema in cast("dict[str, JsonObject]", narrowing["properties"]).items():
            words = find(SCHEMAS["ErrorEnvelope"], f"properties.{key}.enum")
            assert {*cast("list[str]", schema["enum"])} <= {*cast("list[str]", words)}
    assert len(joined) > 10


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_says_what_it_is(name: str) -> None:
    """What a generator writes above the class."""
    assert str(SCHEMAS[name].get("description")).endswith(".")


def test_every_operation_that_a_client_wants_can_be_called() -> None:
    """By its name, with a body that has one, and an answer of named schemas."""
    assert {
        ("/v1/change-tracking/diff", "diff"),
        ("/v1/scrape", "scrape"),
        ("/v2/scrape", "scrapeV2"),
    } <= {*_list_operations()}
    operations = cast("dict[str, dict[str, JsonObject]]", DOCUMENT["paths"])
    bodies = {
        path: find(operation, "requestBody.content.application/json.schema.$ref")
        for path, item in operations.items()
        for operation in item.values()
        if "requestBody" in operation
    }
    assert bodies == {
        "/v1/change-tracking/diff": "#/components/schemas/DiffRequest",
        **{
            f"/v1/change-tracking/{name}": f"#/components/schemas/{name.capitalize()}Request"
            for name in wire.OPERATIONS
        },
        "/v1/scrape": "#/components/schemas/ScrapeRequest",
        "/v2/scrape": "#/components/schemas/ScrapeRequestV2",
    }
