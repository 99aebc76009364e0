"""What makes the same change the same, wherever on whichever page it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._hashing import canonical_json, hash_plain_json
from changetrack._significance.markup import strip_position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._fielddiff import FieldDiff
    from changetrack._models import FieldChange, FieldPath, JsonValue
    from changetrack._textdiff import TextDiff

# 64 bits: among a million changes two share one with a chance of one in 40 million.
_HEX_DIGITS = 16


def fingerprint_change(text_diff: TextDiff | None, field_diff: FieldDiff | None) -> str:
    """Return what identifies a change: `c` and 16 hex digits.

    It depends on the removed and added lines, without their indentation and list markers, and on
    the typed field changes with their values, list positions left out and keys of items kept; how
    often each occurs counts, the order does not.
    """
    lines = _spell_lines(text_diff) if text_diff is not None else ()
    fields = () if field_diff is None else (_spell_field(field_diff, each) for each in field_diff)
    parts: list[JsonValue] = [*sorted([*lines, *fields])]
    return f"c{hash_plain_json(parts)[:_HEX_DIGITS]}"


def _spell_lines(diff: TextDiff) -> Iterator[str]:
    """Yield each removed and added line; blank ones matter where nothing else changed only."""
    blank = []
    is_empty = True
    for old_start, old_end, new_start, new_end in diff.edits:
        removed = (f"-{strip_position(line)}" for line in diff.old[old_start:old_end])
        added = (f"+{strip_position(line)}" for line in diff.new[new_start:new_end])
        for line in (*removed, *added):
            if len(line) == 1:
                blank.append(line)
            else:
                is_empty = False
                yield line
    if is_empty:
        yield from blank


def _spell_field(diff: FieldDiff, change: FieldChange) -> str:
    """Return one text for a field change; it cannot be that of a line, which begins otherwise."""
    segments: list[JsonValue] = []
    for segment in change.path if change.key_path is None else change.key_path:
        if isinstance(segment, str):
            segments.append(segment)
        elif isinstance(segment, int) or not segment.names:  # without a name, it is a position too
            segments.append(None)
        else:
            segments.append([list(segment.names), list(segment.values)])
    # What was not there is left out: null is a value.
    values = {
        "add": [change.current],
        "remove": [change.previous],
        "replace": [change.previous, change.current],
        "move": [_find(diff.current, change.path)],
    }
    return canonical_json([change.op, segments, values[change.op]]).decode()


def _find(value: JsonValue, path: FieldPath) -> JsonValue:
    """Return what stands at a place of a value; None where there is none."""
    for segment in path:
        if isinstance(value, dict) and isinstance(segment, str):
            value = value.get(segment)
        elif isinstance(value, list) and isinstance(segment, int) and segment < len(value):
            value = value[segment]
        else:
            return None
    return value
