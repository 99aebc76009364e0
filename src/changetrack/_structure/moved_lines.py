"""Which runs that moved a line is part of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._structure.models import MovedRun
    from changetrack._textdiff.edits import Edit


class MovedLines(NamedTuple):
    """The runs that each moved line is part of, by where it was and by where it is."""

    runs: tuple[MovedRun, ...]
    old: dict[int, int]
    new: dict[int, int]

    def find(self, edit: Edit) -> tuple[MovedRun, ...]:
        """Return the runs that an edit deletes or inserts lines of."""
        i, i_end, j, j_end = edit
        numbers = {self.old[at] for at in range(i, i_end) if at in self.old}
        numbers.update(self.new[at] for at in range(j, j_end) if at in self.new)
        return tuple([self.runs[number] for number in sorted(numbers)])

    def explain(self, edit: Edit, removed: Sequence[str], added: Sequence[str]) -> bool:
        """Return whether nothing but blank lines of an edit did not move, all word for word."""
        moved = [self._find(self.old, at) for at, line in enumerate(removed, edit[0]) if line]
        moved += [self._find(self.new, at) for at, line in enumerate(added, edit[2]) if line]
        return all(run is not None and not run.edited for run in moved)

    def _find(self, lines: dict[int, int], at: int) -> MovedRun | None:
        number = lines.get(at)
        return None if number is None else self.runs[number]


def index_moves(runs: tuple[MovedRun, ...]) -> MovedLines:
    """Return the runs by their lines, counted from zero."""
    old: dict[int, int] = {}
    new: dict[int, int] = {}
    for number, run in enumerate(runs):
        start, new_start = run.old_start - 1, run.new_start - 1
        old.update(dict.fromkeys(range(start, start + run.old_lines), number))
        new.update(dict.fromkeys(range(new_start, new_start + run.new_lines), number))
    return MovedLines(runs, old, new)
