"""Two text diffs, one after the other, as one: the algebra of edit scripts.

Where the first inserts and the second deletes, nothing is left; so the ranges of both are laid over
each other, and what is in them is compared anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._textdiff.boundaries import tidy_edits
from changetrack._textdiff.diff import TextDiff
from changetrack._textdiff.edits import EditScript, compare_lines
from changetrack.errors import DiffsDoNotMeet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._textdiff.edits import Edit


def compose_text(first: TextDiff, second: TextDiff) -> TextDiff:
    r"""Return the diff from what the first one starts from to what the second one leads to.

    It is the direct diff of the two texts, with the context of the first; but where these differ so
    much that a direct diff is coarse, what is known of the steps between may say it better. It is
    never larger than both diffs together.

    Raises:
        DiffsDoNotMeet: the second does not start from what the first one leads to.

    >>> from changetrack._textdiff import diff_text
    >>> first, second = diff_text("a", "a\nb"), diff_text("a\nb", "a\nc")
    >>> compose_text(first, second).edits, compose_text(first, diff_text("a\nb", "a")).edits
    ([(1, 1, 1, 2)], [])
    """
    if first.new != second.old:
        raise DiffsDoNotMeet
    old, new = first.old, second.new
    script = compare_lines(old, new)
    if script.coarse:
        script = min(script, _join_scripts(first, second), key=lambda each: _count(each.edits))
    edits = tidy_edits(script.edits, old, new)
    # Tidying may give up a blank line that is the same on both sides.
    if _count(edits) > _count(first.edits) + _count(second.edits):
        edits = script.edits
    return TextDiff(old, new, edits, script.coarse, first.context, first.ast_changes)


def _join_scripts(first: TextDiff, second: TextDiff) -> EditScript:
    """Return what both scripts do, one after the other, without looking at what neither touches."""
    edits: list[Edit] = []
    for i, i_end, j, j_end in _overlay(first.edits, second.edits):
        script = compare_lines(first.old[i:i_end], second.new[j:j_end])
        edits += [(i + a, i + a_end, j + b, j + b_end) for a, a_end, b, b_end in script.edits]
    return EditScript(edits, coarse=True)


def _overlay(first: list[Edit], second: list[Edit]) -> Iterator[Edit]:
    """Yield the ranges in which either script changes something; none touches the next.

    Both scripts have the lines between them in common: the first one's new lines are the second
    one's old ones. There, ranges that meet are one.
    """
    # Each edit by its range of the lines between, with how it shifts the old side and the new.
    ranges = sorted(
        [(j, j_end, i_end - i - j_end + j, 0) for i, i_end, j, j_end in first]
        + [(i, i_end, 0, j_end - j - i_end + i) for i, i_end, j, j_end in second]
    )
    old_shift = new_shift = 0
    at = 0
    while at < len(ranges):
        start, end, old_growth, new_growth = ranges[at]
        at += 1
        while at < len(ranges) and ranges[at][0] <= end:
            end = max(end, ranges[at][1])
            old_growth += ranges[at][2]
            new_growth += ranges[at][3]
            at += 1
        yield (
            start + old_shift,
            end + old_shift + old_growth,
            start + new_shift,
            end + new_shift + new_growth,
        )
        old_shift += old_growth
        new_shift += new_growth


def _count(edits: list[Edit]) -> int:
    return sum(i_end - i + j_end - j for i, i_end, j, j_end in edits)
