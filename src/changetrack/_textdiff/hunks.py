"""Stage two: edits → hunks, each a group of edits with the unchanged lines around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._textdiff.edits import Edit


class Hunk(NamedTuple):
    """Old lines `old_start:old_end` become new lines `new_start:new_end`.

    Lines count from zero and ends are exclusive, as in a slice; `edits` are the parts that differ,
    in order, numbered the same way.
    """

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    edits: list[Edit]

    def steps(self) -> Iterator[tuple[int, int, Edit]]:
        """Yield each edit after the run of context lines (old start, old end) before it.

        A last step with an empty edit carries the context after the last edit.
        """
        at = self.old_start
        for edit in self.edits:
            yield at, edit[0], edit
            at = edit[1]
        yield at, self.old_end, (self.old_end, self.old_end, self.new_end, self.new_end)


def group_edits(edits: Iterable[Edit], *, context: int, old_size: int, new_size: int) -> list[Hunk]:
    """Return the hunks; two edits share one when their context lines would touch."""
    groups: list[list[Edit]] = []
    last_end = -1
    for edit in edits:
        if groups and edit[0] - last_end <= 2 * context:
            groups[-1].append(edit)
        else:
            groups.append([edit])
        last_end = edit[1]
    return [_surround(group, context, old_size, new_size) for group in groups]


def _surround(group: list[Edit], context: int, old_size: int, new_size: int) -> Hunk:
    (first, _, new_first, _), (_, last, _, new_last) = group[0], group[-1]
    above = min(context, first, new_first)
    below = min(context, old_size - last, new_size - new_last)
    return Hunk(first - above, last + below, new_first - above, new_last + below, group)
