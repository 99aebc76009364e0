"""Field changes as a person and a program both read them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.models import RichField
from changetrack._fielddiff.paths import count_key_chars, format_key_path, format_path
from changetrack._fielddiff.pointers import format_pointer
from changetrack._fielddiff.room import Room

if TYPE_CHECKING:
    from changetrack._fielddiff.compare import FieldDiff
    from changetrack._models import FieldChange

# Numbers are subtracted at once; a text is read first, which takes up to a tenth of a millisecond.
# Of more texts that changed in one page the others are told without their difference: two seconds.
_MOST_TEXTS = 20_000


class Described(NamedTuple):
    """The changes that are described, and where each stands among all of them.

    `left` are the characters that are left for the names of other places.
    """

    fields: tuple[RichField, ...] = ()
    places: tuple[int, ...] = ()
    left: int = 0


def describe_fields(diff: FieldDiff) -> tuple[RichField, ...]:
    """Return every change with its place in all its forms, and by how much the value differs.

    All of them are there, however many, as long as what names their places (paths, pointers,
    origins and paths by keys) has no more than `limits.field_path_chars` characters in all; those
    for which there is no room are left out. Of the texts among them the first 20,000 are read for
    their difference. Values are the diff's own: copy them before changing them.

    >>> from changetrack import diff_fields
    >>> (field,) = describe_fields(diff_fields({"price": "$20"}, {"price": "$15.50"}))
    >>> field.pointer, field.delta.absolute, field.delta.percent, field.delta.currency
    ('/price', -4.5, -22.5, '$')
    """
    return describe_where(diff).fields


def describe_where(diff: FieldDiff) -> Described:
    """Return the same, with what else there is to know of them."""
    fields: list[RichField] = []
    places: list[int] = []
    room = Room(diff.limits.field_path_chars)
    texts = 0
    for place, change in enumerate(diff.changes):
        if room.is_tight and not room.admits(_reckon_chars(change)):
            continue
        is_text = change.op == "replace" and isinstance(change.current, str)
        texts += is_text
        described = _describe(change, is_read=texts <= _MOST_TEXTS or not is_text)
        if room.take(_count_chars(described)):
            fields.append(described)
            places.append(place)
    return Described(tuple(fields), tuple(places), room.left)


def describe_moves(diff: FieldDiff, chars: int) -> tuple[RichField, ...]:
    """Return the moves that do not count, marked so, if their names have no more characters.

    Some of them would lead elsewhere: all of them are there, or none.
    """
    moves: list[RichField] = []
    room = Room(chars)
    for change in diff.list_uncounted_moves():
        described = replace(_describe(change, is_read=False), uncounted=True)
        if not room.take(_count_chars(described)):
            return ()
        moves.append(described)
    return tuple(moves)


def _reckon_chars(change: FieldChange) -> int:
    """Return how many characters name a place at least; spelling a long one takes long."""
    ways = (change.path, change.path, change.key_path, change.origin)
    return sum(max(0, count_key_chars(way) - 1) for way in ways if way is not None)


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
