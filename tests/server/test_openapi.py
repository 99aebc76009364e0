"""The OpenAPI document: valid, complete, and true of what the endpoint reads and writes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import httpx2
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from changetrack import JsonObject, JsonValue, Limits, hash_markdown, wire
from changetrack_server.app import create_app
from changetrack_server.diffing import answer_diff, rules_of
from changetrack_server.errors import FAULTS
from changetrack_server.http.access import OPEN_PATHS
from changetrack_server.http.bodies import LINES as LINES_TYPE
from changetrack_server.openapi import describe_openapi, write_openapi
from changetrack_server.openapi.examples import DIFF_REQUESTS, LINES, answer_diffs, answer_lines
from changetrack_server.openapi.refusals import MONITOR_PLACES, PLACES, REASONS
from changetrack_server.routes import list_routes
from changetrack_server.settings import Settings
from tests.definitions import build_validator, close_objects, list_misfits, write_out
from tests.server.serving import serve
from tests.spec.rows import Row, find, load_rows, spell_body

SETTINGS = Settings()
DOCUMENT = describe_openapi(SETTINGS)
CLOSED = cast("JsonObject", close_objects(DOCUMENT))
ROWS = [row for name in ("change-tracking-diff", "tracking", "errors") for row in load_rows(name)]

DIFF = "#/paths/~1v1~1change-tracking~1diff/post"
_JSON = "content/application~1json/schema"


def _operations() -> Iterator[tuple[str, str, JsonObject]]:
    for path, item in cast("dict[str, JsonObject]", DOCUMENT["paths"]).items():
        for method, operation in item.items():
            yield path, method, cast("JsonObject", operation)


def test_the_document_is_openapi_3_1() -> None:
    """As the specification's own schema has it, with every reference, example and default in it."""
    errors = OpenAPIV31SpecValidator(DOCUMENT).iter_errors()
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_every_route_is_in_the_document_and_nothing_else() -> None:
    """A new route that nobody describes fails here, and so does a description without a route."""
    described = {(path, method.upper()) for path, method, _ in _operations()}
    routes = {
        (route.path, method) for route in list_routes(SETTINGS) for method in route.methods or ()
    }
    # Whoever may ask for something may ask for its headers alone.
    heads = {(path, "HEAD") for path, method in described if method == "GET"}
    assert routes == described | heads


def test_every_operation_has_a_name_of_its_own_and_a_group() -> None:
    """Generated clients call it by its name."""
    names = [operation["operationId"] for _, _, operation in _operations()]
    groups = {tag["name"] for tag in cast("list[dict[str, str]]", DOCUMENT["tags"])}
    assert len(names) == len(set(names))
    assert {cast("list[str]", each["tags"])[0] for _, _, each in _operations()} == groups


def test_a_key_is_asked_for_where_the_server_asks() -> None:
    """And only where it does, whether or not it has any."""
    is_open = {path: operation.get("security") == [] for path, _, operation in _operations()}
    assert {path for path, opened in is_open.items() if opened} == OPEN_PATHS
    assert {path for path, _, each in _operations() if "401" not in _responses(each)} == OPEN_PATHS
    with_key = describe_openapi(replace(SETTINGS, api_keys=("k",)))
    assert (DOCUMENT["security"], with_key["security"]) == ([{"bearer": []}, {}], [{"bearer": []}])


def test_every_reason_has_one_place() -> None:
    """A new error of the table that no route admits to fails here."""
    everywhere = {**PLACES, **MONITOR_PLACES}
    places = Counter(reason for reasons in everywhere.values() for reason in reasons)
    assert {reason: count for reason, count in places.items() if count > 1} == {}
    assert set(FAULTS) <= set(places)
    assert set(places) == set(REASONS)
    own = find(wire.describe_wire(), "ErrorEnvelope.properties.reason.enum")
    plain = {reason for reasons in PLACES.values() for reason in reasons}
    assert plain - set(FAULTS) == {*cast("list[str]", own)}


def test_every_reason_is_in_the_document_under_its_status() -> None:
    """With its meaning, for people, and its word, for programs."""
    missing = set(FAULTS) - {reason for names in MONITOR_PLACES.values() for reason in names}
    for response in _all_responses():
        schema = find(response, "content.application/json.schema")
        for status, envelope in ((response["status"], each) for each in _envelopes(schema)):
            for reason in cast("list[str]", find(envelope, "allOf.1.properties.reason.enum")):
                assert status == str(REASONS[reason].status)
                assert f"- `{reason}`: " in str(response["description"])
                missing.discard(reason)
    # Its line has its error; the stream as a whole is a success.
    assert missing == {"line_too_large"}


def _responses(operation: JsonObject) -> dict[str, JsonObject]:
    return cast("dict[str, JsonObject]", operation["responses"])


def _all_responses() -> Iterator[JsonObject]:
    """Yield each response with its status, those that many share included."""
    shared = cast("dict[str, JsonObject]", find(DOCUMENT, "components.responses"))
    for response in shared.values():
        example = find(response, "content.application/json.example.reason")
        yield {**response, "status": str(REASONS[str(example)].status)}
    for _, _, operation in _operations():
        for status, response in _responses(operation).items():
            if "$ref" not in response:
                yield {**response, "status": status}


def _envelopes(schema: object) -> list[object]:
    one_of = find(schema, "oneOf")
    alternatives = one_of if isinstance(one_of, list) else [schema]
    resolved = [_resolve(each) for each in alternatives]
    return [each for each in resolved if isinstance(each, dict) and "allOf" in each]


def _resolve(schema: object) -> object:
    reference = find(schema, "$ref")
    if not isinstance(reference, str):
        return schema
    return find(DOCUMENT, reference.removeprefix("#/").replace("/", "."))


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in ROWS])
def test_an_answer_of_the_diff_route_is_what_its_status_says(row: Row) -> None:
    """To the last key, errors with a reason that this route admits to."""
    answer = answer_diff(spell_body(row), rules_of(SETTINGS))
    assert answer.status == row["status"]
    validator = build_validator(CLOSED, f"{DIFF}/responses/{answer.status}/{_JSON}")
    assert list_misfits(validator, json.loads(answer.body)) == []


def test_a_request_that_is_answered_is_one() -> None:
    """All rows of the specification that are answered 200, but for those with items in error."""
    document = cast("JsonObject", write_out(DOCUMENT))
    validator = build_validator(document, f"{DIFF}/requestBody/{_JSON}")
    answered = {row["name"]: json.loads(spell_body(row)) for row in ROWS if row["status"] == 200}
    misfits = {name for name, body in answered.items() if not validator.is_valid(body)}
    assert misfits == {"partial_answers_each_item_for_itself", "partial_with_everything_wrong"}


def test_every_example_is_as_its_schema_says() -> None:
    """What people copy is right."""
    examples = [*_list_examples(DOCUMENT, "#")]
    assert len(examples) > 30
    for pointer, example in examples:
        is_answer = "/responses/" in pointer
        validator = build_validator(CLOSED if is_answer else DOCUMENT, f"{pointer}/schema")
        is_partial = isinstance(example, dict) and example.get("partial") is True
        assert is_partial or "x-ndjson" in pointer or list_misfits(validator, example) == []


def test_every_hash_in_an_example_is_that_of_its_page() -> None:
    """Whoever copies a made-up one, and sends nothing else, is told `changed` for ever."""
    snapshots = [
        snapshot
        for _, example in _list_examples(DOCUMENT, "#")
        for snapshot in _find_snapshots(example)
    ]
    assert len(snapshots) > 10
    for snapshot in snapshots:
        assert re.fullmatch("[0-9a-f]{64}", str(snapshot["contentHash"]))
        if "markdown" in snapshot:
            assert snapshot["contentHash"] == hash_markdown(str(snapshot["markdown"]))


def test_a_hash_alone_has_an_example_that_says_same() -> None:
    """It is how a client that keeps no pages works."""
    answers = answer_diffs()
    said = [
        find(answers[name], "data.status")
        for name, request in DIFF_REQUESTS.items()
        if {"contentHash"} == {*cast("JsonObject", request.get("previous", {}))}
    ]
    assert said == ["same"]


def _find_snapshots(value: JsonValue) -> Iterator[JsonObject]:
    if isinstance(value, dict) and "contentHash" in value:
        yield value
    children = value.values() if isinstance(value, dict) else value
    for child in children if isinstance(value, dict | list) else ():  # type: ignore[union-attr]
        yield from _find_snapshots(child)


def _list_examples(value: JsonValue, pointer: str) -> Iterator[tuple[str, JsonValue]]:
    """Yield the examples of all contents, and where each content stands."""
    if isinstance(value, dict) and "schema" in value:
        examples = cast("dict[str, JsonObject]", value.get("examples", {}))
        yield from ((pointer, each["value"]) for each in examples.values())
        if "example" in value:
            yield pointer, value["example"]
    elif isinstance(value, dict):
        for key, child in value.items():
            step = key.replace("~", "~0").replace("/", "~1")
            yield from _list_examples(child, f"{pointer}/{step}")


def test_the_examples_of_answers_are_what_a_server_answers() -> None:
    """The very bytes, over HTTP; the stream too."""
    with serve(create_app(replace(SETTINGS, work_processes=1))) as url:
        route = f"{url}/v1/change-tracking/diff"
        answers = {
            name: httpx2.post(route, json=body).json() for name, body in DIFF_REQUESTS.items()
        }
        stream = b"\n".join(wire.encode(line) for line in LINES)
        lines = httpx2.post(route, content=stream, headers={"Content-Type": LINES_TYPE})
    assert answers == answer_diffs()
    assert [json.loads(line) for line in lines.text.splitlines()] == answer_lines()


def test_what_is_served_is_the_document_of_that_server() -> None:
    """Byte for byte; the default one is committed, which tests/docs looks after."""
    settings = replace(SETTINGS, work_processes=1, batch_items=7, api_keys=("k",))
    with serve(create_app(settings)) as url:
        answer = httpx2.get(f"{url}/openapi.json")
    assert answer.content == write_openapi(settings)
    assert answer.headers["content-type"] == "application/json"
    served = answer.json()
    assert find(served, "components.schemas.DiffBatch.properties.batch.maxItems") == 7
    assert served == describe_openapi(settings)


def test_the_document_tells_no_secret() -> None:
    """It is open to everybody, so nothing of what an operator keeps to himself is in it."""
    canary = "canary5150"
    settings = Settings(
        api_keys=(canary,),
        api_keys_file=canary,
        llm_base_url=f"http://{canary}:1/v1",
        llm_model=canary,
        llm_api_key=canary,
        user_agent=canary,
        host=canary,
    )
    text = write_openapi(settings).decode()
    hashed = settings.api_keys[0].removeprefix("sha256:")
    assert (canary in text, hashed in text) == (False, False)


def test_the_document_is_the_same_whatever_the_order_of_sets() -> None:
    """In two processes that hash differently."""
    program = (
        "import hashlib\nfrom changetrack_server.openapi import write_openapi\n"
        "from changetrack_server.settings import Settings\n"
        "print(hashlib.sha256(write_openapi(Settings())).hexdigest())"
    )
    digests = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}  # noqa: TID251 - to hand it on
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_the_bounds_are_the_server_s() -> None:
    """Of the limits of the library, a server sets some."""
    limits = rules_of(replace(SETTINGS, batch_items=7)).limits
    document = describe_openapi(replace(SETTINGS, batch_items=7))
    assert limits == Limits(batch_items=7, json_depth=SETTINGS.json_depth)
    definitions = wire.describe_wire(limits, root="#/components/schemas/")
    schemas = cast("JsonObject", find(document, "components.schemas"))
    # Errors and judgments are said more precisely than the library can.
    widened = {"ErrorEnvelope", "ItemError", "ChangeTrackingResult"}
    assert {name: schemas[name] for name in definitions.keys() - widened} == {
        name: definitions[name] for name in definitions.keys() - widened
    }
