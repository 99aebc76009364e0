"""Field changes as a person and a program both read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._fielddiff.models import RichField
from changetrack._fielddiff.paths import format_key_path, format_path
from changetrack._fielddiff.pointers import format_pointer

if TYPE_CHECKING:
    from changetrack._fielddiff.compare import FieldDiff
    from changetrack._models import FieldChange

# Numbers are subtracted at once; a text is read first, which takes up to a tenth of a millisecond.
# Of more texts that changed in one page the others are told without their difference: two seconds.
_MOST_TEXTS = 20_000


def describe_fields(diff: FieldDiff) -> tuple[RichField, ...]:
    """Return every change with its place in all its forms, and by how much the value differs.

    All of them are there, however many, as long as what names their places (paths, pointers,
    origins and paths by keys) has no more than `limits.field_path_chars` characters in all; beyond
    that they are the first, and fewer than the diff has. Of the texts among them the first 20,000
    are read for their difference. Values are the diff's own: copy them before changing them.

    >>> from changetrack import diff_fields
    >>> (field,) = describe_fields(diff_fields({"price": "$20"}, {"price": "$15.50"}))
    >>> field.pointer, field.delta.absolute, field.delta.percent, field.delta.currency
    ('/price', -4.5, -22.5, '$')
    """
    fields: list[RichField] = []
    chars = texts = 0
    for change in diff.changes:
        is_text = change.op == "replace" and isinstance(change.current, str)
        texts += is_text
        described = _describe(change, is_read=texts <= _MOST_TEXTS or not is_text)
        chars += _count_chars(described)
        if chars > diff.limits.field_path_chars:
            break
        fields.append(described)
    return tuple(fields)


def _count_chars(field: RichField) -> int:
    names = (field.path, field.pointer, field.key_path, field.origin)
    return sum(len(name) for name in names if name is not None)


def _describe(change: FieldChange, *, is_read: bool) -> RichField:
    from changetrack._fielddiff.values import understand

    is_pair = is_read and change.op == "replace"
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
