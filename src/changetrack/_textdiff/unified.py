"""Stage three, for people and for `patch`: hunks → unified text.

Lines are compared without their newline, so no end-of-file marker ever appears; a text with a final
newline on both sides is what `patch` and `git apply` take (DESIGN §4.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._textdiff.edits import Lines
    from changetrack._textdiff.hunks import Hunk

HEADER = "--- previous\n+++ current"


def render_unified(old: Lines, new: Lines, hunks: Iterable[Hunk]) -> str:
    """Return the unified text of the hunks; the empty text when there are none."""
    parts = [HEADER]
    for hunk in hunks:
        parts.append(spell_header(hunk))
        for start, end, (i, i_end, j, j_end) in hunk.steps():
            if start < end:
                parts.append(" " + "\n ".join(old[start:end]))
            if i < i_end:
                parts.append("-" + "\n-".join(old[i:i_end]))
            if j < j_end:
                parts.append("+" + "\n+".join(new[j:j_end]))
    if len(parts) == 1:
        return ""
    parts.append("")
    return "\n".join(parts)


def spell_header(hunk: Hunk) -> str:
    """Return the line that a hunk begins with: its range on each side."""
    old_range = _spell_range(hunk.old_start, hunk.old_end)
    new_range = _spell_range(hunk.new_start, hunk.new_end)
    return f"@@ -{old_range} +{new_range} @@"


def _spell_range(start: int, end: int) -> str:
    """Spell a range as POSIX diff does: no count for one line, the line before for none."""
    size = end - start
    if size == 1:
        return str(end)
    return f"{start + 1 if size else start},{size}"
