"""One side of a diff alone: what came, or what went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._render.ansi import escape_controls
from changetrack._render.fields import spell_rest
from changetrack._render.wording import (
    begin_sentence,
    spell_lines,
    spell_path,
    spell_place,
    spell_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._diffs import Diff
    from changetrack._fielddiff.models import RichField
    from changetrack._models import JsonValue
    from changetrack._structure.models import RichHunk

# Of a value: these views are read, and a value may be a page.
_VALUE_CHARS = 2_000


def render_added(diff: Diff) -> str:
    r"""Return what was added as plain text: fields first, then lines by hunk, under where they are.

    A replaced line or field is what stands there now. Every line of the page has a `+` before it,
    so that no page can pass its own words for ours.

    >>> from changetrack import Diff, diff_text
    >>> diff = Diff(diff_text("# Plans\n\nStarter $19", "# Plans\n\nStarter $24"))
    >>> print(render_added(diff), end="")
    Line 3, Plans:
    + Starter $24
    """
    fields = [_spell_field("+", field, field.current) for field in diff.fields if field.op in _CAME]
    fields += _count_rest(diff, _CAME)
    hunks = ((hunk, spell_lines(hunk.new_start, hunk.new_lines), hunk.added) for hunk in diff.hunks)
    return _write("+", fields, hunks)


def render_removed(diff: Diff) -> str:
    r"""Return what was removed as plain text: fields first, then lines by hunk, by where they were.

    >>> from changetrack import Diff, diff_text
    >>> diff = Diff(diff_text("# Plans\n\nStarter $19", "# Plans\n\nStarter $24"))
    >>> print(render_removed(diff), end="")
    Line 3, Plans:
    - Starter $19
    """
    fields = [
        _spell_field("-", field, field.previous) for field in diff.fields if field.op in _WENT
    ]
    fields += _count_rest(diff, _WENT)
    hunks = (
        (hunk, spell_lines(hunk.old_start, hunk.old_lines), hunk.removed) for hunk in diff.hunks
    )
    return _write("-", fields, hunks)


_CAME = frozenset(("add", "replace"))
_WENT = frozenset(("remove", "replace"))


def _count_rest(diff: Diff, ops: frozenset[str]) -> list[str]:
    """Return a line for the fields of these kinds that are not listed, if there are any."""
    if len(diff.fields) == diff.field_count or diff.field_diff is None:
        return []
    left = sum(change.op in ops for change in diff.field_diff)
    left -= sum(field.op in ops for field in diff.fields)
    return [spell_rest(left)] if left else []


def _spell_field(sign: str, field: RichField, value: JsonValue) -> str:
    return f"{sign} {spell_path(field)}: {spell_value(value, _VALUE_CHARS)}"


def _write(
    sign: str, fields: list[str], hunks: Iterator[tuple[RichHunk, str, tuple[str, ...]]]
) -> str:
    blocks = [["Fields:", *fields]] if fields else []
    for hunk, where, lines in hunks:
        if lines:
            place = spell_place(hunk.place, lines)
            head = f"{begin_sentence(where)}{', ' if place else ''}{place}:"
            shown = (f"{sign} {escape_controls(line)}" if line else sign for line in lines)
            blocks.append([head, *shown])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n" * bool(blocks)
