"""A diff used: onto a whole snapshot and back, and two diffs as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, overload

from changetrack._diffs import Diff
from changetrack._fielddiff import FieldDiff, apply_fields, compose_fields, revert_fields
from changetrack._hashing import hash_json, hash_text
from changetrack._kinds import name_kind
from changetrack._models import Limits
from changetrack._snapshots import Hashes, Snapshot, read_snapshot
from changetrack._textdiff import TextDiff, apply_text, compose_text, revert_text
from changetrack.errors import InvalidRequest, InvalidSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._models import FieldChange, JsonValue


_DEFAULT_LIMITS = Limits()


def apply(diff: Diff, previous: Snapshot | Mapping[str, object]) -> Snapshot:
    """Return the snapshot that a diff leads to from the previous one.

    Each side that the diff has is changed, and one that it does not have stays.

    Raises:
        PatchError: the previous snapshot is not the one that the diff was made from.
        InvalidRequest: something given is no diff, or no snapshot.

    >>> from changetrack import track
    >>> first = track("Starter $19")
    >>> later = track("Starter $24", previous=first.snapshot)
    >>> apply(later.diff, first.snapshot) == later.snapshot
    True
    """
    _check_diff(diff)
    return apply_sides(_read_page(previous, "previous"), diff.text_diff, diff.field_diff)


def revert(diff: Diff, current: Snapshot | Mapping[str, object]) -> Snapshot:
    """Return the snapshot that a diff came from; the inverse of `apply`.

    Raises:
        PatchError: the current snapshot is not the one that the diff leads to.
        InvalidRequest: something given is no diff, or no snapshot.

    >>> from changetrack import track
    >>> first = track("Starter $19")
    >>> later = track("Starter $24", previous=first.snapshot)
    >>> revert(later.diff, later.snapshot) == first.snapshot
    True
    """
    _check_diff(diff)
    return revert_sides(_read_page(current, "current"), diff.text_diff, diff.field_diff)


def _check_diff(diff: object) -> None:
    if not isinstance(diff, Diff):
        problem = f"expected a diff, got {name_kind(diff)}"
        raise InvalidRequest(problem, "pass result.diff; it is None where nothing changed", "diff")


def _read_page(page: object, path: str) -> Snapshot:
    if isinstance(page, Snapshot):
        return page
    if not isinstance(page, Mapping):
        problem = f"expected a snapshot, got {name_kind(page)}"
        raise InvalidSnapshot(problem, "pass result.snapshot, or the dict it was stored as", path)
    return read_snapshot(page, path=path, limits=_DEFAULT_LIMITS)


def apply_sides(
    previous: Snapshot, text: TextDiff | str | None, fields: Iterable[FieldChange] | None
) -> Snapshot:
    """Return the snapshot after a text diff, field changes, or both."""
    markdown, json = previous.markdown, previous.json
    return _make_snapshot(
        markdown if text is None else apply_text(text, markdown or ""),
        json if fields is None else apply_fields(fields, _fill(json)),
    )


def revert_sides(
    current: Snapshot, text: TextDiff | str | None, fields: Iterable[FieldChange] | None
) -> Snapshot:
    """Return the snapshot before a text diff, field changes, or both."""
    markdown, json = current.markdown, current.json
    return _make_snapshot(
        markdown if text is None else revert_text(text, markdown or ""),
        json if fields is None else revert_fields(fields, _fill(json)),
    )


def _fill(json: JsonValue) -> JsonValue:
    # A page without JSON is compared as one without fields.
    return {} if json is None else json


def _make_snapshot(markdown: str | None, json: JsonValue) -> Snapshot:
    if markdown is None:
        return Snapshot(json=json, content_hash=hash_json(json))
    text_hash = hash_text(markdown, "markdown")
    if json is None:
        return Snapshot(markdown=markdown, content_hash=text_hash)
    hashes = Hashes(text_hash, hash_json(json))
    return Snapshot(markdown=markdown, json=json, content_hash=text_hash, hashes=hashes)


@overload
def compose(first: TextDiff, second: TextDiff) -> TextDiff: ...
@overload
def compose(first: FieldDiff, second: FieldDiff) -> FieldDiff: ...
@overload
def compose(first: Diff, second: Diff) -> Diff: ...
def compose(
    first: TextDiff | FieldDiff | Diff, second: TextDiff | FieldDiff | Diff
) -> TextDiff | FieldDiff | Diff:
    """Return two diffs as one: from what the first came from to what the second leads to.

    Raises:
        DiffsDoNotMeet: the second does not begin where the first ends.
        InvalidRequest: they are not diffs of one kind.

    >>> from changetrack import diff_text
    >>> compose(diff_text("a", "b"), diff_text("b", "c")) == diff_text("a", "c")
    True
    """
    if isinstance(first, TextDiff) and isinstance(second, TextDiff):
        return compose_text(first, second)
    if isinstance(first, FieldDiff) and isinstance(second, FieldDiff):
        return compose_fields(first, second)
    if isinstance(first, Diff) and isinstance(second, Diff):
        return _compose_sides(first, second)
    problem = f"{name_kind(first)} and {name_kind(second)} cannot be joined"
    raise InvalidRequest(problem, "pass two diffs of one kind, such as result.diff twice")


def _compose_sides(first: Diff, second: Diff) -> Diff:
    text, fields = first.text_diff, first.field_diff
    text = second.text_diff if text is None else text
    fields = second.field_diff if fields is None else fields
    if first.text_diff is not None and second.text_diff is not None:
        text = compose_text(first.text_diff, second.text_diff)
    if first.field_diff is not None and second.field_diff is not None:
        fields = compose_fields(first.field_diff, second.field_diff)
    return Diff(text, fields)
