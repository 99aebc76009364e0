"""Stage three, for programs: hunks → the parse-diff style tree (fastCRW contract §3.7, §3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._models import Change, Chunk, DiffAst

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._textdiff.edits import Lines
    from changetrack._textdiff.hunks import Hunk


def build_ast(
    old: Lines, new: Lines, hunks: Sequence[Hunk], *, totals: tuple[int, int], cap: int
) -> DiffAst:
    """Return the tree with at most `cap` entries of `changes` in all.

    A tree that is cut keeps the entries of its last chunk that still fit; `totals` (added, deleted) and
    the chunk headers speak of the whole diff all the same.
    """
    chunks: list[Chunk] = []
    room = cap
    for hunk in hunks:
        if room <= 0:
            break
        changes = _list_changes(old, new, hunk)
        del changes[room:]
        room -= len(changes)
        chunks.append(make_chunk(hunk, changes))
    return wrap_chunks(chunks, totals, truncated=count_entries(hunks) > cap)


def count_entries(hunks: Iterable[Hunk]) -> int:
    """Return how many entries of `changes` the whole tree has."""
    return sum(
        end - start + i_end - i + j_end - j
        for hunk in hunks
        for start, end, (i, i_end, j, j_end) in hunk.steps()
    )


def make_chunk(hunk: Hunk, changes: list[Change]) -> Chunk:
    """Return the chunk of a hunk; its header always prints the counts, unlike the text's."""
    old_lines = hunk.old_end - hunk.old_start
    new_lines = hunk.new_end - hunk.new_start
    old_start = hunk.old_start + (old_lines > 0)
    new_start = hunk.new_start + (new_lines > 0)
    return {
        "content": f"@@ -{old_start},{old_lines} +{new_start},{new_lines} @@",
        "changes": changes,
        "oldStart": old_start,
        "oldLines": old_lines,
        "newStart": new_start,
        "newLines": new_lines,
    }


def wrap_chunks(chunks: list[Chunk], totals: tuple[int, int], *, truncated: bool) -> DiffAst:
    """Return the tree around the chunks of its one file."""
    additions, deletions = totals
    ast: DiffAst = {
        "files": [
            {
                "from": "previous",
                "to": "current",
                "additions": additions,
                "deletions": deletions,
                "chunks": chunks,
            }
        ],
        "additions": additions,
        "deletions": deletions,
    }
    if truncated:
        ast["truncated"] = True
    return ast


def _list_changes(old: Lines, new: Lines, hunk: Hunk) -> list[Change]:
    changes: list[Change] = []
    shift = hunk.new_start - hunk.old_start
    for start, end, (i, i_end, j, j_end) in hunk.steps():
        changes += [
            {"type": "normal", "content": line, "ln1": at, "ln2": at + shift}
            for at, line in enumerate(old[start:end], start + 1)
        ]
        changes += [
            {"type": "del", "content": line, "ln": at}
            for at, line in enumerate(old[i:i_end], i + 1)
        ]
        changes += [
            {"type": "add", "content": line, "ln": at}
            for at, line in enumerate(new[j:j_end], j + 1)
        ]
        shift = j_end - i_end
    return changes
