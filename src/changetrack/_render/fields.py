"""Field changes as lines that a person reads; programs take the path map or the typed changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._fielddiff import format_path
from changetrack._render.wording import (
    count,
    make_printable,
    spell_delta,
    spell_origin,
    spell_path,
    spell_target,
    spell_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._diffs import Diff
    from changetrack._fielddiff.models import RichField
    from changetrack._models import FieldChange
    from changetrack._render.shown import Shown

# A value may be a whole page; a line should fit a screen's width or two.
_MAX_VALUE = 120


def list_fields(changes: Iterable[FieldChange]) -> str:
    """Return one line for each change: `+` added, `-` removed, `~` replaced, `>` moved.

    >>> from changetrack._models import FieldChange
    >>> change = FieldChange(op="replace", path=("price",), previous="$19", current="$24")
    >>> print(list_fields([change]), end="")
    ~ price: "$19" → "$24"
    """
    return "".join(f"{_describe(change)}\n" for change in changes)


def list_diff_fields(diff: Diff) -> str:
    """Return the fields of a diff for a pipe: by the keys of list items, where they have some.

    Without, each line has the two values and nothing else.
    """
    if diff.field_diff is None:
        return ""
    return list_fields(diff.field_diff) if diff.field_diff.rules is None else list_rich_fields(diff)


def list_rich_fields(diff: Shown) -> str:
    """Return the same lines, by the keys of list items, and with what each change amounts to.

    Fields that are not listed in the diff are counted on a line of their own.
    """
    lines = [describe_field(field, _MAX_VALUE) for field in diff.fields]
    left = diff.field_count - len(lines)
    return "".join(f"{line}\n" for line in [*lines, *([spell_rest(left)] if left else [])])


def spell_rest(left: int) -> str:
    """Return how many fields are not shown.

    >>> spell_rest(2_000)
    '… 2,000 more fields'
    """
    return f"… {count(left, 'more field')}"


def describe_field(field: RichField, chars: int) -> str:
    """Return one field change as one line; values longer than so many characters are cut.

    >>> from changetrack._fielddiff.models import Delta, RichField
    >>> delta = Delta(kind="number", previous=29, current=24, absolute=-5, percent=-17.2414)
    >>> field = RichField(op="replace", path="price", pointer="/price", segments=("price",),
    ...                   previous="$29", current="$24", delta=delta)
    >>> describe_field(field, 120)
    '~ price: "$29" → "$24" (-17.2 %)'
    """
    if field.op == "move":
        return _spell("move", spell_path(field), spell_origin(field), spell_target(field))
    before, after = spell_value(field.previous, chars), spell_value(field.current, chars)
    delta = spell_delta(field.delta)
    line = _spell(field.op, spell_path(field), before, after)
    return f"{line} ({delta})" if delta else line


def _describe(change: FieldChange) -> str:
    path = make_printable(format_path(change.path))
    if change.op == "move":
        origin = change.path if change.origin is None else change.origin
        return _spell("move", path, make_printable(format_path(origin)), path)
    before, after = (spell_value(v, _MAX_VALUE) for v in (change.previous, change.current))
    return _spell(change.op, path, before, after)


_FORMS = {
    "add": "+ {path}: {after}",
    "remove": "- {path}: {before}",
    "replace": "~ {path}: {before} → {after}",
    "move": "> {path}: moved, {before} → {after}",
}


def _spell(op: str, path: str, before: str, after: str) -> str:
    return _FORMS[op].format(path=path, before=before, after=after)
