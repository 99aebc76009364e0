"""Lines that moved and were edited on their way: which line became which."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._structure.models import MovedRun, RichHunk
    from changetrack._textdiff import TextDiff


@dataclass(frozen=True, slots=True)
class Carried:
    """The lines of both pages that belong together though they stand in different hunks.

    `origins` are the old lines by the number of the new one; `gone` are the numbers of those old
    lines, which are no loss where they stood.
    """

    origins: dict[int, str] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()


NOTHING_CARRIED = Carried()


def pair_carried(diff: TextDiff | None, hunks: Iterable[RichHunk]) -> Carried:
    """Return which lines belong together in the runs that moved and were edited."""
    runs = dict.fromkeys(run for hunk in hunks for run in hunk.moved if run.edited)
    if diff is None or not runs:
        return NOTHING_CARRIED
    origins: dict[int, str] = {}
    gone: set[int] = set()
    for run in runs:
        for old, new in _pair_run(diff, run):
            origins[new] = diff.old[old - 1]
            gone.add(old)
    return Carried(origins, frozenset(gone))


def _pair_run(diff: TextDiff, run: MovedRun) -> list[tuple[int, int]]:
    """Return the lines of a run in pairs: equal ones, then the others if they are as many."""
    olds = _number(diff.old, run.old_start, run.old_lines)
    news = _number(diff.new, run.new_start, run.new_lines)
    places: dict[str, list[int]] = {}
    for at in reversed(olds):
        places.setdefault(diff.old[at - 1], []).append(at)
    pairs, left = [], []
    for at in news:
        same = places.get(diff.new[at - 1])
        if same:
            pairs.append((same.pop(), at))
        else:
            left.append(at)
    paired = {old for old, _ in pairs}
    others = [at for at in olds if at not in paired]
    return pairs + (list(zip(others, left, strict=True)) if len(others) == len(left) else [])


def _number(lines: Sequence[str], start: int, size: int) -> list[int]:
    return [at for at in range(start, start + size) if lines[at - 1].strip()]
