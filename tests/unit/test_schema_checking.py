"""checking: which schemas are refused, and that nothing else is read for one."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
from referencing.exceptions import Unresolvable

from changetrack._models import JsonObject, JsonValue, Limits
from changetrack._schema import CheckedSchema, check_schema, project_fields, validate_fields
from changetrack.errors import ChangeTrackError, InvalidJson, InvalidSchema, NumberTooLong


def _refuse(schema: JsonValue, limits: Limits | None = None) -> InvalidSchema:
    with pytest.raises(InvalidSchema) as caught:
        check_schema(schema, limits or Limits())
    return caught.value


def test_a_schema_is_copied_and_made_ready() -> None:
    """References have one spelling, names and dialect are gone, and the caller's stays as it is."""
    schema: JsonObject = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://example.com/s",
        "$dynamicRef": "#a",
        "$defs": {"x/y": {"$anchor": "a", "pattern": "b"}},
    }
    before = json.dumps(schema)
    checked = check_schema(schema, Limits())
    assert checked.document == {"$defs": {"x/y": {"pattern": "b"}}, "$ref": "#/$defs/x~1y"}
    assert checked.targets == {"#/$defs/x~1y": {"pattern": "b"}}
    assert (checked.dialect, list(checked.programs), json.dumps(schema)) == (2020, ["b"], before)


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (Limits(schema_bytes=40), "the schema has 48 bytes, at most 40 are allowed"),
        (Limits(schema_nodes=4), "the schema has 5 values, at most 4 are allowed"),
        (Limits(schema_depth=3), "the schema has 4 levels, at most 3 are allowed"),
    ],
)
def test_a_schema_has_a_size(limits: Limits, problem: str) -> None:
    """Each limit holds to the last byte, value and level."""
    schema: JsonValue = {"properties": {"a": {"items": {"type": "string"}}}}
    assert _refuse(schema, limits) == InvalidSchema(problem, "simplify it or raise the limit")
    check_schema(schema, Limits(schema_bytes=48, schema_nodes=5, schema_depth=4))


def _chain(length: int) -> JsonObject:
    definitions: JsonObject = {"0": {}}
    for at in range(1, length):
        definitions[str(at)] = {"$ref": f"#/$defs/{at - 1}"}
    return definitions


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a36_a_chain_of_references_has_an_end(*, is_reversed: bool) -> None:
    """Each is one more schema inside another, wherever the walk begins."""
    definitions = _chain(33)
    if is_reversed:
        definitions = dict(reversed(definitions.items()))
    error = _refuse({"$defs": definitions})
    assert error.problem == "more than 32 schemas apply inside one another to one value"
    check_schema({"$defs": _chain(32)}, Limits())
    assert _refuse({**_chain(200)["199"], "$defs": _chain(200)}).problem == error.problem  # type: ignore[dict-item]


def _double(times: int) -> JsonObject:
    definitions: JsonObject = {"0": {}}
    for at in range(times):
        child: JsonValue = {"$ref": f"#/$defs/{at}"}
        definitions[str(at + 1)] = {"allOf": [child, child]}
    return {"properties": {"a": {"$ref": f"#/$defs/{times}"}}, "$defs": definitions}


def test_a37_branches_multiply_up_to_a_limit() -> None:
    """The doubling chain counts every schema that one value is held against."""
    assert _refuse(_double(12)) == InvalidSchema(
        "its branches multiply to more than 10,000 schemas",
        "simplify it or raise the limit",
        "properties.a",
    )
    check_schema(_double(11), Limits())
    check_schema(_double(12), Limits(schema_expansion=20_000))


def test_fields_and_items_do_not_multiply() -> None:
    """What each applies to a part of its own is bounded by the value."""
    definitions: JsonObject = {"d0": {}}
    for at in range(1, 30):
        child: JsonValue = {"$ref": f"#/$defs/d{at - 1}"}
        definitions[f"d{at}"] = {"properties": {"a": child, "b": child}, "items": child}
    check_schema({"$defs": definitions, "$ref": "#/$defs/d29"}, Limits())


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"minimum": math.nan}, InvalidJson),
        ({"const": {1, 2}}, InvalidJson),
        ({"maximum": 10**5_000}, NumberTooLong),
    ],
)
def test_what_is_no_json_is_no_schema(schema: Any, kind: type[ChangeTrackError]) -> None:  # noqa: ANN401
    """It is refused as any JSON is."""
    with pytest.raises(kind):
        check_schema(schema, Limits())


def test_an_error_names_the_place_and_what_stands_there() -> None:
    """The path is one into the schema."""
    error = _refuse({"properties": {"plan.price": {"type": "money"}}})
    assert str(error) == (
        'properties["plan.price"].type: must be one or a list of array, boolean, integer, null, '
        "number, object, string, is 'money'; correct it or leave it out"
    )


def test_an_unknown_dialect_names_those_that_are_known() -> None:
    """The text is quoted, not the whole of a long one."""
    error = _refuse({"$schema": "x" * 10_000})
    assert error.path == "$schema"
    assert len(str(error)) < 500
    assert "https://json-schema.org/draft/2020-12/schema" in error.remedy
    assert _refuse({"$schema": 5}).problem == "a number is no dialect that is known here"


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"$id": 5}, "$id"),
        ({"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}}, "$defs.b.$anchor"),
        ({"$ref": "#/$defs/a/pattern/0", "$defs": {"a": {"pattern": "b"}}}, "$ref"),
    ],
)
def test_names_are_texts_and_set_once(schema: JsonValue, path: str) -> None:
    """What a reference means is never a matter of order."""
    assert _refuse(schema).path == path


class _Canary(NamedTuple):
    """Something to fetch, and who fetched it."""

    server: str
    file: str
    hits: list[str]


SECRET = "the secret of the canary"  # noqa: S105 - to be found in no text


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[_Canary]:
    """Serve a schema on the loopback and in a file, and count who asks for it."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"const": SECRET}).encode())

        def log_message(self, *_: object) -> None:
            pass

    (tmp_path / "secret.json").write_text(json.dumps({"const": SECRET}), encoding="utf-8")
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield _Canary(
            f"http://127.0.0.1:{server.server_port}", (tmp_path / "secret.json").as_uri(), hits
        )
        server.shutdown()
        thread.join()


def _list_attacks(address: str) -> Iterator[JsonObject]:
    yield {"$ref": address}
    yield {"$ref": f"{address}#/a"}
    yield {"$dynamicRef": address}
    yield {"$recursiveRef": address}
    yield {"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveRef": address}
    yield {"$schema": address}
    yield {"$id": address, "$ref": "other"}
    yield {"properties": {"a": {"$id": address, "$ref": "#/other"}}}
    yield {"properties": {"a": {"$schema": address}}}
    yield {"$ref": "#/x", "x": {"$ref": address}}
    yield {"$schema": "http://json-schema.org/draft-04/schema#", "items": {"$ref": address}}
    yield {"$ref": address.partition(":")[2]}


def test_a35_nothing_is_fetched_for_a_schema(canary: _Canary) -> None:
    """Every form of reference is refused before anyone could follow it; no text tells the file."""
    for address in (canary.server, canary.file):
        for schema in _list_attacks(address):
            assert SECRET not in str(_refuse(schema))
    assert canary.hits == []


def test_a35_validation_could_not_fetch_either(canary: _Canary) -> None:
    """Were a reference to slip through the check, there is nothing that could follow it."""
    for address in (canary.server, canary.file, "https://json-schema.org/draft/2020-12/other"):
        for keyword in ("$ref", "$dynamicRef"):
            unchecked = CheckedSchema(
                dialect=2020, document={keyword: address}, targets={}, programs={}
            )
            with pytest.raises((LookupError, Unresolvable)) as caught:
                validate_fields({}, unchecked)
            assert SECRET not in str(caught.value)
    assert canary.hits == []


def test_the_canary_sings(canary: _Canary) -> None:
    """The test above can fail: jsonschema left to itself does fetch."""
    with pytest.warns(DeprecationWarning, match="retrieving remote references"):
        assert not jsonschema.Draft202012Validator({"$ref": f"{canary.server}/x"}).is_valid(1)
    assert canary.hits == ["/x"]


def test_identifiers_of_the_whole_are_names_only(canary: _Canary) -> None:
    """A schema that says where it lives is used as it is."""
    schema = check_schema(
        {"$id": canary.server, "$ref": "#/$defs/a", "$defs": {"a": {"properties": {"b": {}}}}},
        Limits(),
    )
    assert project_fields({"b": 1, "c": 1}, schema) == {"b": 1}
    assert validate_fields({"b": 1}, schema) == ()
    assert canary.hits == []
