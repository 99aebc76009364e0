"""What schemathesis has to know of our endpoint; its command line loads it.

It sends what the document allows and what it forbids, and wants the one accepted and the other
refused. Where we do otherwise, the reason stands here, and the deviation is allowed exactly as far
as it reaches.
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias, cast

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData

from changetrack import JsonObject, JsonValue, wire
from changetrack_server.http.bodies import LINES
from changetrack_server.openapi import describe_openapi
from changetrack_server.openapi.refusals import PLACES
from changetrack_server.settings import Settings
from tests.definitions import ALIASES, build_validator, write_out

Context: TypeAlias = schemathesis.HookContext
Case: TypeAlias = "schemathesis.Case[Any]"
Response: TypeAlias = schemathesis.Response

# With what descriptions say in words: the tool finds other spellings by itself.
_DOCUMENT = cast("JsonObject", write_out(describe_openapi(Settings())))
_REQUESTS = {
    "/v1/change-tracking/diff": "DiffRequest",
    **{f"/v1/change-tracking/{name}": f"{name.capitalize()}Request" for name in wire.OPERATIONS},
    "/v1/scrape": "ScrapeRequest",
    "/v2/scrape": "ScrapeRequestV2",
}
_IS_REQUEST = {
    path: build_validator(_DOCUMENT, f"#/components/schemas/{name}")
    for path, name in _REQUESTS.items()
}

# Pages of the site that stands for all sites.
_PAGES = ("/pricing", "/product", "/plain", "/data.json", "/file.pdf", "/login", "/gone", "/latin")

# What no schema of a request can say: whether the caller's own schema is a good one, which formats
# need one, and what becomes of a page when it is fetched.
_BEYOND_SCHEMAS = {"invalid_schema", "missing_schema", *PLACES["addresses"], *PLACES["pages"]}

# Whether a diff fits a page, and whether there is a page at all.
_OPERATIONS = {f"/v1/change-tracking/{name}" for name in wire.OPERATIONS}
_BEYOND_OPERATIONS = {*PLACES["patches"], "missing_content", "invalid_request"}
_WRITTEN_OPTIONS = ("conditions", "listKeys", "tolerance", "cursor")

_FIRST_REFUSAL = 400

# Under which names the options of a format stand beside it, where it is a word.
_SIBLINGS = {
    "changeTracking": ["changeTracking", "changeTrackingOptions"],
    "json": ["jsonOptions", "extract", "jsonSchema"],
}


@schemathesis.serializer(LINES)
def write_lines(_context: schemathesis.SerializationContext, value: JsonValue) -> bytes:
    """Send a list as lines."""
    return b"\n".join(json.dumps(line).encode() for line in _as_lines(value))


@schemathesis.deserializer(LINES)
def read_lines(_context: schemathesis.DeserializationContext, response: Response) -> JsonValue:
    """Read lines as a list."""
    return [json.loads(line) for line in response.content.splitlines()]


@schemathesis.hook
def before_call(_context: Context, case: Case, _kwargs: dict[str, object]) -> None:
    """Scrape a site that exists: what the tool makes up is a page of nobody."""
    body = case.body if isinstance(case.body, dict) else {}
    url = body.get("url")
    if "scrape" in case.path and isinstance(url, str) and url.startswith(("http://", "https://")):
        body["url"] = f"http://site.example{_PAGES[len(url) % len(_PAGES)]}"


@schemathesis.hook
def filter_failure(_context: Context, failure: Failure, case: Case, response: Response) -> bool:
    """Return whether a failure is one."""
    if isinstance(failure, RejectedPositiveData):
        return not _may_refuse(case, str(response.json()["reason"]))
    if isinstance(failure, AcceptedNegativeData):
        # The tool does not count 413 among refusals.
        return response.status_code < _FIRST_REFUSAL and not _may_accept(case, response)
    return True


def _may_refuse(case: Case, reason: str) -> bool:
    # A page that has a wrong batch beside it: what is a batch, the document says in words.
    body = case.body
    if isinstance(body, dict) and not _IS_REQUEST[case.path].is_valid(body):
        return True
    if reason == "invalid_option":
        # To JSON Schema, 3.0 is an integer; here it is no whole number.
        numbers = [*_find_all(body, "context"), *_find_all(body, "budget")]
        # What patterns and conditions are, no schema says.
        written = any(_find_all(body, name) for name in _WRITTEN_OPTIONS)
        return written or any(isinstance(value, float) for value in numbers)
    return reason in _BEYOND_SCHEMAS or (case.path in _OPERATIONS and reason in _BEYOND_OPERATIONS)


def _find_all(value: object, key: str) -> list[object]:
    children = list(value.values()) if isinstance(value, dict) else value
    own = [value[key]] if isinstance(value, dict) and key in value else []
    if not isinstance(children, list):
        return own
    return own + [found for child in children for found in _find_all(child, key)]


def _may_accept(case: Case, response: Response) -> bool:
    if case.media_type != LINES:
        return _is_good(case.path, cast("JsonValue", case.body))
    # A line that is wrong ends nothing: it has an error in its place.
    answers = [json.loads(line) for line in response.content.splitlines()]
    lines = _as_lines(cast("JsonValue", case.body))
    return all(
        not answer["success"] or _is_good(case.path, line)
        for line, answer in zip(lines, answers, strict=True)
    )


def _as_lines(body: JsonValue) -> list[JsonValue]:
    return body if isinstance(body, list) else [body]


def _is_good(path: str, body: JsonValue) -> bool:
    """Tell whether a body is what the document allows, but for parts that are not looked at."""
    if not isinstance(body, dict):
        return False
    # An item of a partial batch may be anything: what is wrong with it is its answer.
    if isinstance(body.get("batch"), list) and body.get("partial") is True:
        body = {**body, "batch": [{"current": {}}]}
    looked_at = _prune_scrape(body) if "scrape" in path else _prune_diff(body)
    return _IS_REQUEST[path].is_valid(looked_at)


# What is not looked at where no fields are tracked.
_IDLE = ("schema", "listKeys", "tolerance")


def _prune_diff(body: JsonObject) -> JsonObject:
    """Return a request without the schemas by which no fields are tracked."""
    batch = body.get("batch")
    if not isinstance(batch, list):
        return _drop_idle_schema(body)
    pages = [{**body, **_given(page)} for page in batch if isinstance(page, dict)]
    items = [_drop_idle_schema(page, body) if isinstance(page, dict) else page for page in batch]
    own = body if any("json" in _modes(page) for page in pages) else _without(body, *_IDLE)
    return {**own, "batch": [*items]}


def _drop_idle_schema(page: JsonObject, batch: JsonObject | None = None) -> JsonObject:
    is_tracked = "json" in _modes({**(batch or {}), **_given(page)})
    return page if is_tracked else _without(page, *_IDLE)


def _modes(page: JsonObject) -> list[JsonValue]:
    modes = page.get("modes")
    return modes if isinstance(modes, list) else []


def _given(page: JsonObject) -> JsonObject:
    return {name: value for name, value in page.items() if value is not None}


def _without(value: JsonObject, *names: str) -> JsonObject:
    return {name: each for name, each in value.items() if name not in names}


def _prune_scrape(body: JsonObject) -> JsonObject:
    """Return a scrape without the options of formats that are not asked for by a word."""
    formats = body.get("formats")
    # Of a format that is asked for more than once, the last time counts.
    last = {_name_format(each): each for each in (formats if isinstance(formats, list) else [])}
    idle: list[str] = ["deadlineMs"] if body.get("timeout") is not None else []
    for kind, names in _SIBLINGS.items():
        # And of several names of the same options, the first one that is there.
        first = next((at for at, name in enumerate(names) if body.get(name) is not None), 0)
        idle += names[first + 1 :] if isinstance(last.get(kind), str) else names
    pruned = _without(body, *idle)
    for name in ("changeTracking", "changeTrackingOptions"):
        options = pruned.get(name)
        if isinstance(options, dict):
            pruned[name] = _drop_idle_schema(options)
    forms = [_prune_form(kind, each) for kind, each in last.items()]
    return {**pruned, "formats": [*forms]} if isinstance(formats, list) else pruned


def _name_format(value: JsonValue) -> str:
    name = value.get("type") if isinstance(value, dict) else value
    return ALIASES.get(str(name), str(name))


def _prune_form(kind: str, value: JsonValue) -> JsonValue:
    is_tracking = isinstance(value, dict) and kind == "changeTracking"
    return _drop_idle_schema(cast("JsonObject", value)) if is_tracking else value
