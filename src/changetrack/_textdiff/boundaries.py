"""Edits moved to where a reader expects them; what they do stays the same (DESIGN §6).

An insertion between equal lines can often stand in several places. The engine leaves it at the
lowest; a reader wants it to begin with its heading, or after a blank line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changetrack._textdiff.edits import Edit, Lines

# A kept blank line splits one rewrite into two. Dropping it costs two changed lines, so it is
# dropped only between edits of at least this many lines: then the diff grows by no more than a
# tenth.
_REWRITE_LINES = 20


def tidy_edits(edits: list[Edit], old: Lines, new: Lines) -> list[Edit]:
    """Return edits that do the same and read better; still in order, and none touches the next."""
    return _slide(_join_rewrites(edits, old), old, new)


def _join_rewrites(edits: list[Edit], old: Lines) -> list[Edit]:
    joined = edits[:1]
    for edit in edits[1:]:
        i, _, j, _ = before = joined[-1]
        if _is_rewrite(before) and _is_rewrite(edit) and not any(old[before[1] : edit[0]]):
            joined[-1] = (i, edit[1], j, edit[3])
        else:
            joined.append(edit)
    return joined


def _is_rewrite(edit: Edit) -> bool:
    i, i_end, j, j_end = edit
    return i_end - i + j_end - j >= _REWRITE_LINES


def _slide(edits: list[Edit], old: Lines, new: Lines) -> list[Edit]:
    slid: list[Edit] = []
    # Old lines that must stay equal: those above belong to the edit before, those below to the
    # next.
    ceiling = 0
    for at, (i, i_end, j, j_end) in enumerate(edits):
        shift = 0
        if i == i_end or j == j_end:
            floor = edits[at + 1][0] if at + 1 < len(edits) else len(old)
            lines, start, end = (new, j, j_end) if i == i_end else (old, i, i_end)
            shift = _best_shift(lines, start, end, i - ceiling, floor - i_end)
        slid.append((i + shift, i_end + shift, j + shift, j_end + shift))
        ceiling = i_end + shift + 1
    return slid


def _best_shift(lines: Lines, start: int, end: int, room_above: int, room_below: int) -> int:
    """Return how far the run start:end moves; a line it takes in must equal the one it leaves."""
    lowest = 0
    while lowest + 1 < room_below and lines[start + lowest] == lines[end + lowest]:
        lowest += 1
    best, best_rank = lowest, _rank(lines, start + lowest)
    shift = lowest
    while shift > -room_above and lines[start + shift - 1] == lines[end + shift - 1]:
        shift -= 1
        rank = _rank(lines, start + shift)
        if rank > best_rank:
            best, best_rank = shift, rank
    return best


def _rank(lines: Lines, start: int) -> int:
    """Return how well a run may begin at this line: at a heading, else after a blank line."""
    if lines[start].startswith("#"):
        return 2
    return int(bool(lines[start]) and (start == 0 or not lines[start - 1]))
