"""Field changes as a person and a program both read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._fielddiff.models import RichField
from changetrack._fielddiff.paths import format_key_path, format_path
from changetrack._fielddiff.pointers import format_pointer

if TYPE_CHECKING:
    from changetrack._fielddiff.compare import FieldDiff
    from changetrack._models import FieldChange


def describe_fields(diff: FieldDiff) -> tuple[RichField, ...]:
    """Return every change with its place in all its forms, and by how much the value differs.

    Cut like the path map: at `limits.field_entries` changes and `limits.field_path_chars`
    characters of path. Values are the diff's own: copy them before changing them.

    >>> from changetrack import diff_fields
    >>> (field,) = describe_fields(diff_fields({"price": "$20"}, {"price": "$15.50"}))
    >>> field.pointer, field.delta.absolute, field.delta.percent, field.delta.currency
    ('/price', -4.5, -22.5, '$')
    """
    fields = []
    chars = 0
    for change in diff.changes[: diff.limits.field_entries]:
        described = _describe(change)
        chars += len(described.path)
        if chars > diff.limits.field_path_chars:
            break
        fields.append(described)
    return tuple(fields)


def _describe(change: FieldChange) -> RichField:
    from changetrack._fielddiff.values import understand

    is_pair = change.op == "replace"
    return RichField(
        op=change.op,
        path=format_path(change.path),
        pointer=format_pointer(change.path),
        segments=change.path,
        key_path=None if change.key_path is None else format_key_path(change.key_path),
        origin=None if change.origin is None else format_path(change.origin),
        previous=change.previous,
        current=change.current,
        delta=understand(change.previous, change.current) if is_pair else None,
    )
