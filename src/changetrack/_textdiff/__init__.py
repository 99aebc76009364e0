"""Text diffs in three stages that nothing skips (DESIGN §2).

    lines ──edits──▶ ranges that differ ──hunks──▶ groups ──unified | parsediff──▶ text | tree

`boundaries` betters the edits for readers, `reading` and `patching` go the way back, and
`composing` makes one diff of two.
"""

from __future__ import annotations

from changetrack._textdiff.composing import compose_text
from changetrack._textdiff.diff import TextDiff, diff_lines, diff_text
from changetrack._textdiff.hunks import Hunk
from changetrack._textdiff.patching import apply_text, revert_text
from changetrack._textdiff.reading import parse_unified

__all__ = [
    "Hunk",
    "TextDiff",
    "apply_text",
    "compose_text",
    "diff_lines",
    "diff_text",
    "parse_unified",
    "revert_text",
]
