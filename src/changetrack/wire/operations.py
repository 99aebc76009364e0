"""What may be asked beside a diff: to apply one, to undo it, to join several, to tell history.

Each takes a parsed body and returns what stands under `data`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from changetrack._fielddiff.rules import make_rules
from changetrack._history import blame, blame_some_fields
from changetrack._models import Limits, Options
from changetrack._reader import Reader
from changetrack._reversal import apply_sides, revert_sides
from changetrack._scopes import REQUEST_STEPS, Scopes
from changetrack._sets import diff_pages, read_pages
from changetrack._snapshots import Snapshot, read_snapshot
from changetrack._tracking import Earlier, Observation, observe
from changetrack.errors import (
    ChangeTrackError,
    HistoryTooLong,
    MissingContent,
    SetTooLarge,
)
from changetrack.wire.answers import write_result
from changetrack.wire.changes import read_diff
from changetrack.wire.options import read_options, respell
from changetrack.wire.requests import read_stored
from changetrack.wire.values import write_value

if TYPE_CHECKING:
    from changetrack._history import BlamedField, BlamedLine
    from changetrack._models import JsonObject, JsonValue
    from changetrack._sets import PageState

__all__ = ["find_data"]

_Operation: TypeAlias = "Callable[[Reader, Limits], JsonValue]"


def find_data(name: str, body: JsonValue, limits: Limits) -> JsonValue:
    """Return what stands under `data` in the answer to a parsed body.

    Raises:
        ChangeTrackError: something in it is wrong, or a diff does not apply.
    """
    try:
        return _OPERATIONS[name](Reader(body), limits)
    except ChangeTrackError as error:
        raise respell(error) from None


def _apply(body: Reader, limits: Limits) -> JsonValue:
    return _change(body, "previous", limits, apply_sides)


def _revert(body: Reader, limits: Limits) -> JsonValue:
    return _change(body, "current", limits, revert_sides)


def _change(body: Reader, side: str, limits: Limits, change: Callable[..., Snapshot]) -> JsonValue:
    sent = body.within("diff")
    if sent is None:
        raise MissingContent("there is no diff", 'send {"text": …} of an answer', "diff")
    snapshot = _read_page(body, side, limits)
    return {"snapshot": change(snapshot, *read_diff(sent)).to_dict()}


def _read_page(body: Reader, side: str, limits: Limits) -> Snapshot:
    snapshot = read_stored(body, side, limits)
    if snapshot is None or (snapshot.markdown is None and snapshot.json is None):
        problem = "there is no page"
        raise MissingContent(problem, 'send {"markdown": …} or {"json": …}', body.place(side))
    return snapshot


def _compose(body: Reader, limits: Limits) -> JsonValue:
    """Join diffs: the result of the page before the first one and the page after the last."""
    diffs = body.items("diffs")
    if not diffs:
        raise MissingContent("there are no diffs", "send them in a list, oldest first", "diffs")
    if len(diffs) > limits.history_snapshots:
        raise HistoryTooLong(limits.history_snapshots, len(diffs), "diffs")
    options = read_options(body, Options())
    previous = last = _read_page(body, "previous", limits)
    for index, value in enumerate(diffs):
        place = f"diffs[{index}]"
        try:
            last = apply_sides(last, *read_diff(Reader(value, place)))
        except ChangeTrackError as error:
            raise error if error.path.startswith(place) else error.under(place) from None
    page = Observation(markdown=last.markdown, json=last.json)
    scopes = Scopes(limits, REQUEST_STEPS)
    result = observe(page, Earlier(previous), options, limits, scopes)
    return write_result(result, options, limits=limits)


class _Blamed(NamedTuple):
    """What is told of the newest snapshot; the total is there where not all fields are."""

    lines: tuple[BlamedLine, ...] | None = None
    fields: tuple[BlamedField, ...] | None = None
    fields_total: int | None = None


def _blame(body: Reader, limits: Limits) -> JsonValue:
    """Tell of what the newest snapshot holds, its lines or its fields or both."""
    stored = body.items("snapshots")
    if not stored:
        problem = "there are no snapshots"
        raise MissingContent(problem, "send them in a list, oldest first", "snapshots")
    if len(stored) > limits.history_snapshots:
        raise HistoryTooLong(limits.history_snapshots, len(stored), "snapshots")
    snapshots = [
        read_snapshot(each, path=f"snapshots[{index}]", limits=limits, is_plain=True)
        for index, each in enumerate(stored)
    ]
    newest = snapshots[-1]
    list_keys = Options().with_given(list_keys=body.raw("listKeys")).list_keys
    make_rules(list_keys, "keep", None)  # what is wrong with them is no fault of a snapshot
    told = _Blamed()
    try:
        if newest.markdown is not None or newest.json is None:
            told = told._replace(lines=blame(snapshots, limits=limits))
        if newest.json is not None:
            fields, total = blame_some_fields(snapshots, list_keys=list_keys, limits=limits)
            is_cut = len(fields) < total
            told = told._replace(fields=fields, fields_total=total if is_cut else None)
    except ChangeTrackError as error:
        raise error.under("snapshots") from None
    return write_value(told)


def _compare_pages(body: Reader, limits: Limits) -> JsonValue:
    previous, current = (_read_pages(body, name, limits) for name in ("previous", "current"))
    is_complete = body.flag("complete") is not False
    return write_value(diff_pages(previous, current, complete=is_complete))


def _read_pages(body: Reader, name: str, limits: Limits) -> list[PageState]:
    pages = body.items(name)
    place = body.place(name)
    if pages is None:
        problem = "there is no list of pages"
        raise MissingContent(problem, 'send [{"url": …, "contentHash": …}]', place)
    if len(pages) > limits.set_items:
        raise SetTooLarge(limits.set_items, len(pages), place)
    # What is no page is said by whoever reads it.
    return read_pages(cast("list[JsonObject]", pages), place)


_OPERATIONS: dict[str, _Operation] = {
    "apply": _apply,
    "revert": _revert,
    "compose": _compose,
    "blame": _blame,
    "pages": _compare_pages,
}
