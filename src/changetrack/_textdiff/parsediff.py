"""Stage three, for programs: hunks → the parse-diff style tree (fastCRW contract §3.7, §3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._models import Change, Chunk, DiffAst, FileDiff
    from changetrack._textdiff.edits import Lines
    from changetrack._textdiff.hunks import Hunk


def list_chunks(old: Lines, new: Lines, hunks: Iterable[Hunk], *, cap: int) -> list[Chunk]:
    """Return the chunks with at most `cap` entries of `changes` in all.

    Where that cuts, the last chunk keeps the entries that still fit, and its header speaks of the
    whole hunk all the same.
    """
    chunks: list[Chunk] = []
    room = cap
    for hunk in hunks:
        if room <= 0:
            break
        changes = _list_changes(old, new, hunk, room)
        room -= len(changes)
        chunks.append(make_chunk(hunk, changes))
    return chunks


def count_entries(hunks: Iterable[Hunk], deletions: int) -> int:
    """Return how many entries of `changes` the whole tree has: every new line, every deletion."""
    return deletions + sum([hunk.new_end - hunk.new_start for hunk in hunks])


def make_chunk(hunk: Hunk, changes: list[Change]) -> Chunk:
    """Return the chunk of a hunk; its header always prints the counts, unlike the text's."""
    old_lines = hunk.old_end - hunk.old_start
    new_lines = hunk.new_end - hunk.new_start
    old_start = hunk.old_start + (old_lines > 0)
    new_start = hunk.new_start + (new_lines > 0)
    return {
        "content": f"@@ -{old_start},{old_lines} +{new_start},{new_lines} @@",
        "oldStart": old_start,
        "oldLines": old_lines,
        "newStart": new_start,
        "newLines": new_lines,
        "changes": changes,
    }


def wrap_chunks(chunks: list[Chunk], *, additions: int, deletions: int) -> DiffAst:
    """Return the tree of the one file; the totals are of the whole diff."""
    file: FileDiff = {
        "from": "previous",
        "to": "current",
        "additions": additions,
        "deletions": deletions,
        "chunks": chunks,
    }
    return {"files": [file], "additions": additions, "deletions": deletions}


def _list_changes(old: Lines, new: Lines, hunk: Hunk, room: int) -> list[Change]:
    """Return the first entries of a hunk, as many as there is room for."""
    changes: list[Change] = []
    add = changes.append
    # Runs are short as a rule: plain loops beat one comprehension for each run.
    ln1, ln2 = hunk.old_start, hunk.new_start
    for start, end, (i, i_end, j, j_end) in hunk.steps():
        for line in old[start:end]:
            ln1 += 1
            ln2 += 1
            add({"type": "normal", "content": line, "ln1": ln1, "ln2": ln2})
        for line in old[i : min(i_end, i + room)]:
            ln1 += 1
            add({"type": "del", "content": line, "ln": ln1})
        for line in new[j : min(j_end, j + room)]:
            ln2 += 1
            add({"type": "add", "content": line, "ln": ln2})
        if len(changes) >= room:
            return changes[:room]
    return changes
