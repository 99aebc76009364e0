"""Each contiguous change of a page, with all that is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._structure.models import RichHunk
from changetrack._structure.moved_lines import index_moves
from changetrack._structure.moves import find_moves
from changetrack._structure.outline import read_outlines
from changetrack._structure.pairing import Pairing, join_pairs
from changetrack._structure.place_budget import PlaceBudget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._structure.models import HunkOp, LinePair, MovedRun, Place
    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Edit

# Of SHA-256, 48 bits: two of a million changes are alike by chance once in 500 times.
_ID_DIGITS = 12


def describe_hunks(diff: TextDiff) -> tuple[RichHunk, ...]:
    r"""Return each edit of a diff as a hunk of its own, in order.

    >>> from changetrack._textdiff import diff_text
    >>> diff = diff_text("# Plans\n\nStarter $19", "# Plans\n\nStarter $24")
    >>> [(hunk.op, hunk.place.heading, hunk.pairs[0].inserted) for hunk in describe_hunks(diff)]
    [('replace', ('Plans',), (Span(start=8, end=11),))]
    """
    describing = _Describing(diff)
    return tuple([describing.describe(edit) for edit in diff.edits])


class _Describing:
    """Walks from edit to edit of one diff."""

    def __init__(self, diff: TextDiff) -> None:
        from hashlib import sha256  # 3 ms to import: it loads OpenSSL

        self._hash = sha256
        self._old, self._new = diff.old, diff.new
        self._outlines = read_outlines(diff)
        self._moves = index_moves(find_moves(diff))
        self._pairing = Pairing(diff)
        self._carried: dict[MovedRun, tuple[LinePair, ...]] = {}
        self._budget = PlaceBudget(diff)
        self._seen: dict[str, int] = {}

    def describe(self, edit: Edit) -> RichHunk:
        i, i_end, j, j_end = edit
        removed, added = tuple(self._old[i:i_end]), tuple(self._new[j:j_end])
        op = _name_op(removed, added)
        pairs = self._pairing.pair(edit) if removed and added else ()
        moved: tuple[MovedRun, ...] = ()
        if self._moves.runs:
            moved = self._moves.find(edit)
            op = "move" if moved and self._moves.explain(edit, removed, added) else op
        return RichHunk(
            id=self._name(op, removed, added),
            op=op,
            # As in a unified diff, a side without lines names the line before it.
            old_start=i + (i < i_end),
            old_lines=i_end - i,
            new_start=j + (j < j_end),
            new_lines=j_end - j,
            removed=removed,
            added=added,
            place=self._budget.fit(self._find_place(i, j, removed, added)),
            pairs=self._add_carried(pairs, moved) if moved else pairs,
            moved=moved,
        )

    def _add_carried(
        self, pairs: tuple[LinePair, ...], moved: tuple[MovedRun, ...]
    ) -> tuple[LinePair, ...]:
        """Return the pairs of a hunk with those of the runs that moved and were edited."""
        carried = [pair for run in moved if run.edited for pair in self._pair_run(run)]
        return join_pairs(pairs, carried) if carried else pairs

    def _pair_run(self, run: MovedRun) -> tuple[LinePair, ...]:
        """Return the pairs of a run; the hunks on both of its sides have the same."""
        if run not in self._carried:
            self._carried[run] = self._pairing.pair_run(run)
        return self._carried[run]

    def _name(self, op: HunkOp, removed: Sequence[str], added: Sequence[str]) -> str:
        key = f"h{self._hash(_spell_change(op, removed, added)).hexdigest()[:_ID_DIGITS]}"
        times = self._seen[key] = self._seen.get(key, 0) + 1
        return key if times == 1 else f"{key}-{times}"

    def _find_place(self, i: int, j: int, removed: Sequence[str], added: Sequence[str]) -> Place:
        """Return where the first line is that says something."""
        if added:
            return self._outlines.new.find_place(j + (not added[0] and len(added) > 1))
        return self._outlines.old.find_place(i + (not removed[0] and len(removed) > 1))


def _name_op(removed: Sequence[str], added: Sequence[str]) -> HunkOp:
    if removed and added:
        return "replace"
    return "remove" if removed else "add"


def _spell_change(op: HunkOp, removed: Sequence[str], added: Sequence[str]) -> bytes:
    """Return what identifies a change; lines hold no line ends, so nothing else spells the same."""
    lines = [op, *[f"-{line}" for line in removed], *[f"+{line}" for line in added]]
    # A page that was not read by `track` may hold what UTF-8 cannot carry.
    return "\n".join(lines).encode("utf-8", "surrogatepass")
