"""JSON bodies of the diff API ↔ values; no HTTP here (DESIGN §4, seed 002).

    body ──load──▶ JSON ──read_request──▶ DiffRequest ──answer_request──▶ envelope ──encode──▶ bytes

`answer` is the whole way but the last step, and never raises for anything that a body can hold. The
seed's shape never changes: what we add stands under keys of its own, asked for by keys of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from changetrack._hashing import copy_json, dump_plain_json, load_json
from changetrack._models import Limits, Options
from changetrack._reader import Reader
from changetrack._scopes import REQUEST_STEPS, Scopes
from changetrack._snapshots import read_snapshot
from changetrack._tracking import Observation, observe
from changetrack.errors import (
    BatchTooLarge,
    ChangeTrackError,
    EmptyBatch,
    MissingContent,
)

if TYPE_CHECKING:
    from changetrack._diffs import Diff
    from changetrack._models import JsonObject, JsonValue
    from changetrack._results import Result
    from changetrack._snapshots import Snapshot

__all__ = [
    "DiffItem",
    "DiffRequest",
    "Reader",
    "answer",
    "answer_request",
    "describe_wire",
    "encode",
    "load",
    "read_request",
    "write_error",
    "write_result",
]

_Value = TypeVar("_Value")

_DEFAULT_LIMITS = Limits()
_DEFAULT_OPTIONS = Options()

# A map of 500 changes with usual paths; what is beyond it, a batch shares.
_LEAST_PATH_CHARS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffItem:
    """One page of a request, read and ready to be tracked.

    `goal` and `judge_enabled` are for an orchestration that judges changes; `url` and `prompt` are
    labels that no diff depends on.
    """

    page: Observation
    previous: Snapshot | None
    options: Options
    url: str | None = None
    prompt: str | None = None
    goal: str | None = None
    judge_enabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRequest:
    """A request: one item, or a batch. With `partial`, a wrong item stands as its error."""

    items: tuple[DiffItem | ChangeTrackError, ...]
    is_batch: bool = False
    partial: bool = False


def answer(body: bytes | str | JsonValue, *, limits: Limits = _DEFAULT_LIMITS) -> JsonObject:
    """Return the envelope that answers a body: the result, the results of a batch, or the error.

    Bytes and strings are read as JSON text; anything else is a body that is parsed already, by
    whatever parser: what is no JSON in it, such as NaN, is refused.

    >>> envelope = answer({"previous": {"markdown": "a"}, "current": {"markdown": "a"}})
    >>> envelope["success"], envelope["data"]["status"]
    (True, 'same')
    >>> answer({"batch": []})["errorCode"]
    'invalid_request'
    """
    try:
        value = load(body, limits=limits) if isinstance(body, (bytes, str)) else copy_json(body)
        return answer_request(read_request(value, limits=limits), limits=limits)
    except ChangeTrackError as error:
        return write_error(error)


def load(body: bytes | str, *, limits: Limits = _DEFAULT_LIMITS) -> JsonValue:
    """Return the JSON of a body; integers are exact, and of two equal keys the last one counts.

    Raises:
        InvalidJson: it is not JSON, or nested deeper or with longer integers than `limits` allows.
    """
    return load_json(body, depth=limits.json_depth, digits=limits.integer_digits)


def read_request(body: JsonValue, *, limits: Limits = _DEFAULT_LIMITS) -> DiffRequest:
    """Return the request in a parsed body: a batch where the key `batch` is there, else one item.

    Raises:
        InvalidRequest: something in it is wrong; the error names the place.
        BatchTooLarge: the batch has more items than `limits` allows.
    """
    fields = Reader(body)
    options = _read_options(fields, _DEFAULT_OPTIONS)
    labels = _read_labels(fields, _NO_LABELS)
    batch = fields.items("batch")
    if batch is None:
        return DiffRequest(items=(_read_item(fields, labels, options, limits),))
    if not batch:
        raise EmptyBatch
    if len(batch) > limits.batch_items:
        raise BatchTooLarge(limits.batch_items, len(batch), "batch")
    partial = fields.flag("partial") or False
    items: list[DiffItem | ChangeTrackError] = []
    for index, value in enumerate(batch):
        try:
            item = Reader(value, f"batch[{index}]")
            own = _read_options(item, options)
            items.append(_read_item(item, _read_labels(item, labels), own, limits))
        except ChangeTrackError as error:
            if not partial:
                raise
            items.append(error)
    return DiffRequest(items=tuple(items), is_batch=True, partial=partial)


def answer_request(request: DiffRequest, *, limits: Limits = _DEFAULT_LIMITS) -> JsonObject:
    """Return the envelope with the result of each item.

    Raises:
        ChangeTrackError: an item cannot be tracked, and the request is not `partial`.
    """
    answers: list[JsonValue] = []
    limits = _share_limits(limits, len(request.items))
    scopes = Scopes(limits, REQUEST_STEPS)
    for index, item in enumerate(request.items):
        place = f"batch[{index}]" if request.is_batch else ""
        try:
            answers.append(write_result(_track_item(item, place, limits, scopes)))
        except ChangeTrackError as error:
            if not request.partial:
                raise
            answers.append({**write_error(error), "index": index})
    return {"success": True, "data": answers if request.is_batch else answers[0]}


def write_result(result: Result) -> JsonObject:
    """Return a result as the wire shows it; the keys stand in the seed's order.

    >>> from changetrack import track
    >>> list(write_result(track("a", tag="home")))
    ['status', 'firstObservation', 'contentHash', 'snapshot', 'diff', 'judgment', 'tag']
    """
    written: JsonObject = {
        "status": result.status,
        "firstObservation": result.first_observation,
        "contentHash": result.content_hash,
        "snapshot": result.snapshot.to_dict(),
        "diff": None if result.diff is None else _write_diff(result.diff),
        "judgment": result.judgment,
    }
    if result.tag is not None:
        written["tag"] = result.tag
    if result.truncated:
        written["truncated"] = True
    if result.warnings:
        written["warnings"] = list(result.warnings)
    return written


def write_error(error: ChangeTrackError) -> JsonObject:
    """Return the envelope of an error."""
    return {
        "success": False,
        "error": str(error),
        "errorCode": error.code,
        "reason": error.reason,
    }


def encode(value: JsonValue) -> bytes:
    """Return the JSON text of what this module wrote; integers of any size are exact."""
    return dump_plain_json(value)


def describe_wire(limits: Limits = _DEFAULT_LIMITS, *, root: str = "#/$defs/") -> JsonObject:
    """Return the JSON Schema of each part of a request and of its answer, by name.

    They refer to each other under `root`: as they come, they are the `$defs` of a document, and
    with "#/components/schemas/" the components of an OpenAPI one. Objects may hold more than is
    described: unknown keys are ignored, and each known one may be spelled in snake_case.

    >>> definitions = describe_wire()
    >>> definitions["FieldPair"]["required"]
    ['previous', 'current']
    >>> schema_of_a_body = {"$ref": "#/$defs/DiffRequest", "$defs": definitions}
    """
    from changetrack._definitions import define_wire  # 3 ms; only documents ask

    return define_wire(limits, root)


def _share_limits(limits: Limits, items: int) -> Limits:
    """Return the limits of each item: a batch may not answer a thousandfold of what it is."""
    share = max(limits.field_path_chars // items, _LEAST_PATH_CHARS)
    return replace(limits, field_path_chars=min(limits.field_path_chars, share))


def _track_item(
    item: DiffItem | ChangeTrackError, place: str, limits: Limits, scopes: Scopes
) -> Result:
    if isinstance(item, ChangeTrackError):
        raise item
    try:
        return observe(item.page, item.previous, item.options, limits, scopes)
    except ChangeTrackError as error:
        raise error.under(place) from None


class _Labels(NamedTuple):
    """What a batch may share, and no diff depends on."""

    prompt: str | None
    goal: str | None
    judge_enabled: bool | None


_NO_LABELS = _Labels(None, None, None)


def _read_labels(fields: Reader, shared: _Labels) -> _Labels:
    return _Labels(
        _first(fields.text("prompt"), shared.prompt),
        _first(fields.text("goal"), shared.goal),
        _first(fields.flag("judgeEnabled"), shared.judge_enabled),
    )


def _read_item(item: Reader, labels: _Labels, options: Options, limits: Limits) -> DiffItem:
    current = item.within("current")
    if current is None:
        problem = "there is no current page"
        raise MissingContent(problem, 'send {"markdown": …} or {"json": …}', item.place("current"))
    page = Observation(
        markdown=current.text("markdown"),
        json=current.raw("json"),
        tag=item.text("tag", at_most=limits.tag_chars),
        captured_at=current.text("capturedAt", at_most=limits.timestamp_chars),
    )
    previous = None
    stored = item.raw("previous")
    if stored is not None:
        place = item.place("previous")
        previous = read_snapshot(stored, path=place, limits=limits, is_plain=True)
    return DiffItem(
        page=page,
        previous=previous,
        options=options,
        url=item.text("url", at_most=limits.url_chars),
        prompt=labels.prompt,
        goal=labels.goal,
        judge_enabled=labels.judge_enabled,
    )


def _read_options(fields: Reader, shared: Options) -> Options:
    given = {
        "modes": fields.items("modes"),
        "schema": fields.raw("schema"),
        "content_type": fields.text("contentType"),
        "context": fields.raw("context"),
        "track_only_schema": fields.flag("trackOnlySchema"),
    }
    try:
        return shared.with_given(**given)
    except ChangeTrackError as error:
        raise error.under(fields.path) from None


def _first(own: _Value | None, shared: _Value | None) -> _Value | None:
    return shared if own is None else own


def _write_diff(diff: Diff) -> JsonObject:
    # The leaves are TypedDicts, which are JSON objects in all but the type checker's eyes.
    json = cast("JsonValue", diff.json)
    return {"json": json} if diff.text is None else {"text": diff.text, "json": json}
