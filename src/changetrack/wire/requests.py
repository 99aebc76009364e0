"""A request of the diff API: one page, or a batch of them, read and ready to be tracked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from changetrack._models import Limits, Options
from changetrack._reader import Reader
from changetrack._snapshots import read_snapshot
from changetrack._tracking import Observation
from changetrack.errors import (
    BatchTooLarge,
    ChangeTrackError,
    EmptyBatch,
    HistoryTooLong,
    MissingContent,
)
from changetrack.wire.options import read_options

if TYPE_CHECKING:
    from changetrack._models import JsonValue
    from changetrack._snapshots import Snapshot

__all__ = ["DiffItem", "DiffRequest", "read_request"]

_Value = TypeVar("_Value")

_DEFAULT_LIMITS = Limits()
_DEFAULT_OPTIONS = Options()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffItem:
    """One page of a request, read and ready to be tracked.

    `goal` and `judge_enabled` are for an orchestration that judges changes; `url` and `prompt` are
    labels that no diff depends on.
    """

    page: Observation
    previous: Snapshot | None
    options: Options
    baseline: Snapshot | None = None
    history: tuple[Snapshot, ...] = ()
    url: str | None = None
    prompt: str | None = None
    goal: str | None = None
    judge_enabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRequest:
    """A request: one item, or a batch. With `partial`, a wrong item stands as its error.

    With `cluster`, the answer also says which items changed in the same way.
    """

    items: tuple[DiffItem | ChangeTrackError, ...]
    is_batch: bool = False
    partial: bool = False
    cluster: bool = False


def read_request(body: JsonValue, *, limits: Limits = _DEFAULT_LIMITS) -> DiffRequest:
    """Return the request in a parsed body: a batch where the key `batch` is there, else one item.

    Raises:
        InvalidRequest: something in it is wrong; the error names the place.
        BatchTooLarge: the batch has more items than `limits` allows.
    """
    fields = Reader(body)
    options = read_options(fields, _DEFAULT_OPTIONS)
    labels = _read_labels(fields, _NO_LABELS)
    batch = fields.items("batch")
    if batch is None:
        return DiffRequest(items=(_read_item(fields, labels, options, limits),))
    if not batch:
        raise EmptyBatch
    if len(batch) > limits.batch_items:
        raise BatchTooLarge(limits.batch_items, len(batch), "batch")
    partial = fields.flag("partial") or False
    cluster = fields.flag("cluster") or False
    items: list[DiffItem | ChangeTrackError] = []
    for index, value in enumerate(batch):
        try:
            item = Reader(value, f"batch[{index}]")
            own = read_options(item, options)
            items.append(_read_item(item, _read_labels(item, labels), own, limits))
        except ChangeTrackError as error:
            if not partial:
                raise
            items.append(error)
    return DiffRequest(items=tuple(items), is_batch=True, partial=partial, cluster=cluster)


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
    return DiffItem(
        page=page,
        previous=read_stored(item, "previous", limits),
        options=options,
        baseline=read_stored(item, "baseline", limits),
        history=_read_history(item, limits),
        url=item.text("url", at_most=limits.url_chars),
        prompt=labels.prompt,
        goal=labels.goal,
        judge_enabled=labels.judge_enabled,
    )


def read_stored(fields: Reader, name: str, limits: Limits) -> Snapshot | None:
    """Return the snapshot that a field holds."""
    stored = fields.raw(name)
    if stored is None:
        return None
    return read_snapshot(stored, path=fields.place(name), limits=limits, is_plain=True)


def _read_history(item: Reader, limits: Limits) -> tuple[Snapshot, ...]:
    stored = item.items("history") or []
    place = item.place("history")
    if len(stored) > limits.history_snapshots:
        raise HistoryTooLong(limits.history_snapshots, len(stored), place)
    return tuple(
        read_snapshot(each, path=f"{place}[{index}]", limits=limits, is_plain=True)
        for index, each in enumerate(stored)
    )


def _first(own: _Value | None, shared: _Value | None) -> _Value | None:
    return shared if own is None else own
