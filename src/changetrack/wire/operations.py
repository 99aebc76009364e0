"""What may be asked beside a diff: to apply one, to undo it, to join several, to tell history.

Each takes a parsed body and returns what stands under `data`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from changetrack._history import blame
from changetrack._models import Limits, Options
from changetrack._reader import Reader
from changetrack._reversal import apply_sides, revert_sides
from changetrack._scopes import REQUEST_STEPS, Scopes
from changetrack._sets import PageState, diff_pages
from changetrack._snapshots import Snapshot
from changetrack._tracking import Earlier, Observation, observe
from changetrack.errors import (
    ChangeTrackError,
    HistoryTooLong,
    MissingContent,
    SetTooLarge,
)
from changetrack.wire.answers import write_result
from changetrack.wire.changes import read_diff
from changetrack.wire.options import read_options
from changetrack.wire.requests import read_stored
from changetrack.wire.values import write_value

if TYPE_CHECKING:
    from changetrack._models import JsonValue

__all__ = ["find_data"]

_Operation: TypeAlias = "Callable[[Reader, Limits], JsonValue]"


def find_data(name: str, body: JsonValue, limits: Limits) -> JsonValue:
    """Return what stands under `data` in the answer to a parsed body.

    Raises:
        ChangeTrackError: something in it is wrong, or a diff does not apply.
    """
    return _OPERATIONS[name](Reader(body), limits)


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
    return write_result(observe(page, Earlier(previous), options, limits, scopes), options)


def _blame(body: Reader, limits: Limits) -> JsonValue:
    snapshots = body.items("snapshots")
    if not snapshots:
        problem = "there are no snapshots"
        raise MissingContent(problem, "send them in a list, oldest first", "snapshots")
    if len(snapshots) > limits.history_snapshots:
        raise HistoryTooLong(limits.history_snapshots, len(snapshots), "snapshots")
    read = [
        read_stored(Reader({"it": each}, f"snapshots[{index}]"), "it", limits) or Snapshot()
        for index, each in enumerate(snapshots)
    ]
    return {"lines": write_value(blame(read))}


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
    return [_read_state(Reader(each, f"{place}[{at}]"), limits) for at, each in enumerate(pages)]


def _read_state(page: Reader, limits: Limits) -> PageState:
    url = page.text("url", at_most=limits.url_chars)
    if not url:
        raise MissingContent("there is no url", "say which page it is", page.place("url"))
    known = page.text("contentHash", at_most=limits.hash_chars)
    return PageState(url, known or "", page.text("error"))


_OPERATIONS: dict[str, _Operation] = {
    "apply": _apply,
    "revert": _revert,
    "compose": _compose,
    "blame": _blame,
    "pages": _compare_pages,
}
