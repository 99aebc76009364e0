"""A diff that comes back: the text, and the fields as an answer had them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast, get_args

from changetrack._fielddiff import parse_key_path, parse_path
from changetrack._kinds import name_kind
from changetrack._models import FieldChange, FieldOp
from changetrack._reader import Reader
from changetrack.errors import ChangeTrackError, InvalidRequest

if TYPE_CHECKING:
    from changetrack._models import FieldPath, KeyPath

__all__ = ["FIELDS_CUT", "SentDiff", "read_diff"]

FIELDS_CUT = "the fields were cut; they do not lead from one page to the other"

_OPS: dict[str, FieldOp] = {op: op for op in get_args(FieldOp)}


class SentDiff(NamedTuple):
    """A diff of an earlier answer; None is a side that it does not have."""

    text: str | None
    fields: tuple[FieldChange, ...] | None


def read_diff(fields: Reader) -> SentDiff:
    """Return the diff in an object with `text`, `fields` or both, as answers have them.

    Raises:
        InvalidRequest: it has neither, its fields are not all there, or a field change is none.
    """
    text, changes = fields.text("text"), fields.items("fields")
    if text is None and changes is None:
        problem = "there is neither text nor fields"
        raise InvalidRequest(
            problem, "send `diff` of an answer that was asked to include fields", fields.path
        )
    if changes is None:
        return SentDiff(text, None)
    if fields.flag("fieldsTruncated"):
        remedy = "ask for jsonPatch, which never is, or track a part of the page"
        raise InvalidRequest(FIELDS_CUT, remedy, fields.place("fields"))
    place = fields.place("fields")
    return SentDiff(
        text,
        tuple(_read_change(Reader(each, f"{place}[{at}]")) for at, each in enumerate(changes)),
    )


def _read_change(change: Reader) -> FieldChange:
    op = _OPS.get(change.text("op") or "")
    if op is None:
        problem = f"there is no such op; use {', '.join(_OPS)}"
        raise InvalidRequest(problem, "send it as an answer had it", change.place("op"))
    path, origin = _read_segments(change), change.text("origin")
    try:
        return FieldChange(
            op=op,
            path=path,
            previous=change.raw("previous"),
            current=change.raw("current"),
            origin=None if origin is None else parse_path(origin),
            key_path=_read_key_path(change, len(path)),
        )
    except ChangeTrackError as error:
        raise error.under(change.path) if not error.path else error from None


def _read_key_path(change: Reader, steps: int) -> KeyPath | None:
    """Return the place by the keys of items, by which it is checked; it has as many steps."""
    text = change.text("keyPath")
    if text is None:
        return None
    keys = parse_key_path(text)
    if len(keys) != steps:
        problem = f"it has {len(keys)} steps, and segments has {steps}"
        raise InvalidRequest(problem, "send it as an answer had it", change.place("keyPath"))
    return keys


def _read_segments(change: Reader) -> FieldPath:
    segments = change.items("segments")
    place = change.place("segments")
    if segments is None:
        raise InvalidRequest("it is missing", "send it as an answer had it", place)
    for at, segment in enumerate(segments):
        if isinstance(segment, bool) or not isinstance(segment, str | int):
            problem = f"expected a key or a position, got {name_kind(segment)}"
            raise InvalidRequest(problem, "send it as an answer had it", f"{place}[{at}]")
    return cast("FieldPath", tuple(segments))
