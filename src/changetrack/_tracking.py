"""The story of the product: observe → compare with the caller's snapshot → classify → answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._diffs import Diff
from changetrack._fielddiff import FieldDiff
from changetrack._hashing import copy_json
from changetrack._kinds import name_kind
from changetrack._mediatype import is_text
from changetrack._models import Limits, Options
from changetrack._results import Result
from changetrack._scopes import EVERYTHING, Scope, Scopes
from changetrack._sides import (
    Side,
    compare_binary_json,
    compare_binary_text,
    compare_json,
    compare_markdown,
)
from changetrack._snapshots import Hashes, Snapshot, mark_tracked, read_snapshot
from changetrack._spelling import show_fields
from changetrack._textdiff import TextDiff
from changetrack.errors import (
    ChangeTrackError,
    FieldTooLong,
    HistoryTooLong,
    InvalidRequest,
    InvalidSnapshot,
    MissingContent,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from changetrack._history import ThreeWay
    from changetrack._models import JsonObject, JsonValue, ListKeys, Order, Tolerance
    from changetrack._significance import Verdict

JSON_IGNORED = "the page has JSON, and the modes do not have json: it was not compared"

# A snapshot, or the dict that it was stored as.
Stored: TypeAlias = "Snapshot | Mapping[str, object]"

_DEFAULT_OPTIONS = Options()
_JSON_ALONE = Options(modes=("json",))
_MIXED = Options(modes=("gitDiff", "json"))
_DEFAULT_LIMITS = Limits()


class Earlier(NamedTuple):
    """The snapshots that a page is compared with, read."""

    previous: Snapshot | None
    baseline: Snapshot | None = None
    history: tuple[Snapshot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A page as it is now, and its snapshot as it was then.

    `history` are snapshots before that one, oldest first, and `baseline` one that stays whatever
    happens. `options` are for this page alone, instead of those of the whole call.
    """

    markdown: str | None = None
    json: JsonValue = field(default=None, hash=False)
    previous: Stored | None = field(default=None, hash=False)
    history: Sequence[Stored] = field(default=(), hash=False)
    baseline: Stored | None = field(default=None, hash=False)
    tag: str | None = None
    captured_at: str | None = None
    options: Options | None = None

    __repr__ = show_fields


def track(
    markdown: str | None = None,
    *,
    json: JsonValue = None,
    previous: Stored | None = None,
    history: Sequence[Stored] = (),
    baseline: Stored | None = None,
    modes: Sequence[str] | None = None,
    schema: JsonValue = None,
    content_type: str | None = None,
    list_keys: ListKeys | None = None,
    order: Order | None = None,
    tolerance: Tolerance | None = None,
    conditions: Sequence[JsonObject] | None = None,
    tag: str | None = None,
    captured_at: str | None = None,
    options: Options = _DEFAULT_OPTIONS,
    limits: Limits = _DEFAULT_LIMITS,
) -> Result:
    """Say what changed on a page since the previous snapshot, and give the next one.

    `previous` is the snapshot of an earlier result, or the dict that it was stored as; without it,
    this is the first observation. `history` are earlier ones, oldest first, and `baseline` is one
    that stays: both are answered on the result, and neither changes its status. `modes` and what
    else has the name of an option stand for those of `options`.

    Raises:
        InvalidRequest: something given is wrong; nothing was compared.
        LimitExceeded: the page is larger than `limits` allows.

    >>> first = track("Starter $19")
    >>> later = track("Starter $24", previous=first.snapshot)
    >>> later.status
    'changed'
    >>> print(later.diff.text, end="")
    --- previous
    +++ current
    @@ -1 +1 @@
    -Starter $19
    +Starter $24
    """
    page = Observation(
        markdown=markdown,
        json=json,
        previous=previous,
        history=history,
        baseline=baseline,
        tag=tag,
        captured_at=captured_at,
    )
    if modes is None and options is _DEFAULT_OPTIONS:
        options = _infer_options(page)
    chosen = options.with_given(
        modes=modes,
        schema=schema,
        content_type=content_type,
        list_keys=list_keys,
        order=order,
        tolerance=tolerance,
        conditions=conditions,
    )
    return _track_page(page, chosen, limits, Scopes(limits))


def track_many(
    pages: Iterable[Observation],
    *,
    options: Options = _DEFAULT_OPTIONS,
    limits: Limits = _DEFAULT_LIMITS,
) -> list[Result]:
    """Track many pages, each as `track` does, and return the results in the same order.

    Raises:
        ChangeTrackError: a page is wrong; the error's path begins with its index, such as `[3]`.

    >>> pages = [Observation(markdown="a", previous={"markdown": "a"}), Observation(markdown="b")]
    >>> [result.status for result in track_many(pages)]
    ['same', 'changed']
    """
    results = []
    scopes = Scopes(limits)
    for index, page in enumerate(pages):
        try:
            _check_page(page)
            chosen = page.options or options
            if chosen is _DEFAULT_OPTIONS:
                chosen = _infer_options(page)
            results.append(_track_page(page, chosen, limits, scopes))
        except ChangeTrackError as error:
            raise error.under(f"[{index}]") from None
    return results


def _infer_options(page: Observation) -> Options:
    """Return what is meant where nobody says: what is given is compared."""
    if page.json is None:
        return _DEFAULT_OPTIONS
    return _JSON_ALONE if page.markdown is None else _MIXED


def _check_page(page: object) -> None:
    if not isinstance(page, Observation):
        problem = f"the page is {name_kind(page)}, not an Observation"
        raise InvalidRequest(problem, "wrap it: Observation(markdown=…, previous=…)")


def _check_label(label: object, allowed: int, path: str) -> None:
    if not isinstance(label, str | None):
        problem = f"expected a string, got {name_kind(label)}"
        raise InvalidRequest(problem, "spell it out", path)
    if label is not None and len(label) > allowed:
        raise FieldTooLong(allowed, len(label), path)


def _read_stored(stored: object, path: str, limits: Limits) -> Snapshot:
    if isinstance(stored, Snapshot):
        if stored.is_tracked:
            return stored
        return read_snapshot(stored.to_dict(), path=path, limits=limits)
    if not isinstance(stored, Mapping):
        problem = f"expected a snapshot, got {name_kind(stored)}"
        remedy = "pass result.snapshot, the dict it was stored as, or Snapshot.from_json(text)"
        raise InvalidSnapshot(problem, remedy, path)
    return read_snapshot(stored, path=path, limits=limits)


def _read_earlier(page: Observation, limits: Limits) -> Earlier:
    previous, baseline, history = page.previous, page.baseline, page.history
    if previous is not None:
        previous = _read_stored(previous, "previous", limits)
    if baseline is None and history == ():
        return Earlier(previous)
    return Earlier(
        previous,
        None if baseline is None else _read_stored(baseline, "baseline", limits),
        _read_history(history, limits),
    )


def _read_history(history: Sequence[Stored], limits: Limits) -> tuple[Snapshot, ...]:
    if isinstance(history, Mapping | str) or not isinstance(history, Sequence):
        problem = f"expected a list of snapshots, got {name_kind(history)}"
        raise InvalidSnapshot(problem, "put it into a list, oldest first", "history")
    if len(history) > limits.history_snapshots:
        raise HistoryTooLong(limits.history_snapshots, len(history), "history")
    return tuple(
        _read_stored(each, f"history[{index}]", limits) for index, each in enumerate(history)
    )


def _track_page(page: Observation, options: Options, limits: Limits, scopes: Scopes) -> Result:
    """Track a page of the caller's own, whose values may be anything and may change later."""
    if page.markdown is None and page.json is None:
        raise MissingContent("there is no page to track", "pass markdown, json or both")
    _check_label(page.tag, limits.tag_chars, "tag")
    _check_label(page.captured_at, limits.timestamp_chars, "captured_at")
    earlier = _read_earlier(page, limits)
    if page.json is not None:
        try:
            page = replace(page, json=copy_json(page.json))
        except ChangeTrackError as error:
            raise error.under("current.json") from None
    return observe(page, earlier, options, limits, scopes)


def observe(
    page: Observation, earlier: Earlier, options: Options, limits: Limits, scopes: Scopes
) -> Result:
    """Track a page whose earlier snapshots are read and whose JSON is plain and nobody else's."""
    scope = scopes.find(options) if "json" in options.modes else EVERYTHING
    judge = _read_judge(options) if options.conditions else None
    result = _compare(page, earlier.previous, options, limits, scope)
    if judge is not None:
        result = replace(result, conditions=judge(result.diff))
    if earlier.history:
        from changetrack._history import find_history

        history = find_history(
            result.snapshot,
            earlier.previous,
            earlier.history,
            changed=result.changed,
            narrow=scope.narrow,
        )
        result = replace(result, history=history)
    if earlier.baseline is not None:
        compare = partial(_compare, options=options, limits=limits, scope=scope)
        result = replace(result, baseline=_compare_three(page, result, earlier, scope, compare))
    return result


def _read_judge(options: Options) -> Callable[[Diff | None], tuple[Verdict, ...]]:
    """Return what judges a diff by the conditions; they are checked before anything is compared."""
    from changetrack._significance import evaluate, read_conditions

    return partial(evaluate, read_conditions(options.conditions))


def _compare_three(
    page: Observation,
    result: Result,
    earlier: Earlier,
    scope: Scope,
    compare: Callable[[Observation, Snapshot | None], Result],
) -> ThreeWay:
    """Return how the page stands to the baseline; `compare` does as the page was compared."""
    from changetrack._history import compare_three

    baseline, last = earlier.baseline or Snapshot(), earlier.previous
    was_changed = None
    if last is not None and last.json is not None and baseline.json is not None and scope.rules:
        # What a tolerance lets pass now, it let pass then.
        was = Observation(markdown=last.markdown, json=last.json)
        was_changed = compare(was, baseline).changed
    return compare_three(
        baseline,
        last,
        result.snapshot,
        since_baseline=compare(page, baseline),
        since_last=result,
        was_changed=was_changed,
        narrow=scope.narrow,
    )


def _compare(
    page: Observation, previous: Snapshot | None, options: Options, limits: Limits, scope: Scope
) -> Result:
    if not is_text(options.content_type):
        return _answer(page, previous, *_compare_binary(page, previous, options, limits, scope))
    markdown = fields = None
    if "gitDiff" in options.modes:
        markdown = compare_markdown(page.markdown or "", previous, options, limits)
    if "json" in options.modes:
        alone = markdown is None
        fields = compare_json(page.json, previous, scope, limits, alone=alone)
    return _answer(page, previous, markdown, fields)


def _compare_binary(
    page: Observation,
    previous: Snapshot | None,
    options: Options,
    limits: Limits,
    scope: Scope,
) -> tuple[Side | None, Side | None]:
    if page.markdown is None and page.json is not None:
        return None, compare_binary_json(page.json, previous, scope, alone=True)
    markdown = compare_binary_text(page.markdown or "", previous, limits)
    had_json = previous is not None and (previous.hashes or previous.json is not None)
    if "json" not in options.modes or (page.json is None and not had_json):
        return markdown, None
    return markdown, compare_binary_json(page.json, previous, scope, alone=False)


def _answer(
    page: Observation, previous: Snapshot | None, markdown: Side | None, fields: Side | None
) -> Result:
    sides = [side for side in (markdown, fields) if side is not None]
    changed = any(side.changed for side in sides)
    hashes = None
    if markdown is not None and fields is not None:
        hashes = Hashes(markdown.content_hash, fields.content_hash)
    snapshot = Snapshot(
        markdown=markdown.markdown if markdown else None,
        json=fields.json if fields else None,
        content_hash=sides[0].content_hash,
        captured_at=page.captured_at,
        hashes=hashes,
    )
    return Result(
        status="changed" if changed else "same",
        first_observation=previous is None,
        content_hash=snapshot.content_hash,
        snapshot=mark_tracked(snapshot),
        diff=_join_diffs(markdown, fields) if changed else None,
        tag=page.tag,
        warnings=(
            *(warning for side in sides for warning in side.warnings),
            *((JSON_IGNORED,) if fields is None and page.json is not None else ()),
        ),
        suppressed=() if fields is None else fields.suppressed,
    )


def _join_diffs(markdown: Side | None, fields: Side | None) -> Diff | None:
    """Return the diffs of the sides, if any; one without shows as empty beside the other."""
    text_diff = markdown.text_diff if markdown else None
    field_diff = fields.field_diff if fields else None
    if not text_diff and not field_diff:
        return None
    if markdown is not None and text_diff is None:
        text_diff = TextDiff([], [], [])
    if fields is not None and field_diff is None:
        # Only hashes could be compared, so there is nothing that a patch could change.
        field_diff = FieldDiff(previous=fields.json, current=fields.json)
    return Diff(text_diff, field_diff)
