"""The answers of the diff API: a result, the results of a batch, or an error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from changetrack._models import Limits, Options
from changetrack._scopes import REQUEST_STEPS, Scopes
from changetrack._tracking import Earlier, observe
from changetrack.errors import ChangeTrackError
from changetrack.wire.extras import write_diff, write_diff_extras, write_remarks
from changetrack.wire.options import respell
from changetrack.wire.values import write_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from changetrack._models import JsonObject, JsonValue
    from changetrack._results import Result
    from changetrack.wire.requests import DiffItem, DiffRequest

__all__ = ["answer_request", "write_error", "write_result"]

_DEFAULT_LIMITS = Limits()
_DEFAULT_OPTIONS = Options()

# A map of 500 changes with usual paths; what is beyond it, a batch shares.
_LEAST_PATH_CHARS = 20_000


def answer_request(request: DiffRequest, *, limits: Limits = _DEFAULT_LIMITS) -> JsonObject:
    """Return the envelope with the result of each item.

    Raises:
        ChangeTrackError: an item cannot be tracked, and the request is not `partial`.
    """
    answers: list[JsonValue] = []
    results: dict[int, Result] = {}
    limits = _share_limits(limits, len(request.items))
    scopes = Scopes(limits, REQUEST_STEPS)
    for index, item in enumerate(request.items):
        place = f"batch[{index}]" if request.is_batch else ""
        try:
            result, written = _answer_item(item, place, limits, scopes)
        except ChangeTrackError as error:
            if not request.partial:
                raise
            answers.append({**write_error(error), "index": index})
            continue
        answers.append(written)
        if request.cluster:
            results[index] = result
    envelope: JsonObject = {"success": True, "data": answers if request.is_batch else answers[0]}
    if request.cluster:
        envelope["clusters"] = _write_clusters(results)
    return envelope


def _answer_item(
    item: DiffItem | ChangeTrackError, place: str, limits: Limits, scopes: Scopes
) -> tuple[Result, JsonObject]:
    if isinstance(item, ChangeTrackError):
        raise item
    try:
        earlier = Earlier(item.previous, item.baseline, item.history)
        result = observe(item.page, earlier, item.options, limits, scopes)
        return result, write_result(result, item.options, limits=limits)
    except ChangeTrackError as error:
        raise respell(error).under(place) from None


def _write_clusters(results: Mapping[int, Result]) -> JsonValue:
    """Return the clusters of a batch; members are positions in it, wrong items counted."""
    from changetrack._clusters import cluster

    positions = [*results]
    found = cluster(results.values())
    return [
        write_value(replace(each, members=tuple(positions[at] for at in each.members)))
        for each in found
    ]


def write_result(
    result: Result, options: Options = _DEFAULT_OPTIONS, *, limits: Limits = _DEFAULT_LIMITS
) -> JsonObject:
    """Return a result as the wire shows it, with what `options.include` asks for.

    The keys stand in the seed's order, and what is ours behind them. `limits` say how much of
    `result.suppressed` is written; all of them are counted.

    >>> from changetrack import track
    >>> list(write_result(track("a", tag="home")))
    ['status', 'firstObservation', 'contentHash', 'snapshot', 'diff', 'judgment', 'tag']
    """
    diff, warnings = None, [*result.warnings]
    if result.diff is not None:
        extras, complaints = write_diff_extras(result.diff, options)
        diff = {**write_diff(result.diff), **extras}
        warnings += complaints
    written: JsonObject = {
        "status": result.status,
        "firstObservation": result.first_observation,
        "contentHash": result.content_hash,
        "snapshot": result.snapshot.to_dict(),
        "diff": diff,
        "judgment": result.judgment,
    }
    if result.tag is not None:
        written["tag"] = result.tag
    if result.truncated:
        written["truncated"] = True
    if warnings:
        written["warnings"] = [*warnings]
    return {**written, **write_remarks(result, options, limits)}


def write_error(error: ChangeTrackError) -> JsonObject:
    """Return the envelope of an error."""
    return {
        "success": False,
        "error": str(error),
        "errorCode": error.code,
        "reason": error.reason,
    }


def _share_limits(limits: Limits, items: int) -> Limits:
    """Return the limits of each item: a batch may not answer a thousandfold of what it is."""
    share = max(limits.field_path_chars // items, _LEAST_PATH_CHARS)
    return replace(limits, field_path_chars=min(limits.field_path_chars, share))
