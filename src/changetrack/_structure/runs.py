"""Runs of lines that were deleted in one place and inserted, word for word, in another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Lines

# A repeated line may come from the first so many places; what grows beside it does not count.
_PLACES = 8
# And at most so many runs grow at a time.
_GROWING = 16


class Run(NamedTuple):
    """Equal lines: where they start on both sides, from zero, how many they are, in which edits."""

    old: int
    new: int
    size: int
    old_edit: int
    new_edit: int


class _Deleted(NamedTuple):
    """Which edit deleted a line, and where each text was deleted."""

    edits: dict[int, int]
    places: dict[str, list[int]]


def grow_runs(diff: TextDiff) -> Iterator[Run]:
    """Yield the longest runs that can begin at each deleted and inserted line.

    They overlap. Blank lines go along, but none begins with one.
    """
    deleted = _index_deleted(diff)
    for number, (_, _, j, j_end) in enumerate(diff.edits):
        growing: dict[int, int] = {}
        for at in range(j, j_end):
            grown = _grow(diff, deleted, growing, number, at)
            for last, size in growing.items():
                if grown.get(last + 1, 0) != size + 1:
                    yield Run(last - size + 1, at - size, size, deleted.edits[last], number)
            growing = grown
        for last, size in growing.items():
            yield Run(last - size + 1, j_end - size, size, deleted.edits[last], number)


def _index_deleted(diff: TextDiff) -> _Deleted:
    deleted = _Deleted({}, {})
    for number, (i, i_end, _, _) in enumerate(diff.edits):
        for at in range(i, i_end):
            deleted.edits[at] = number
            places = deleted.places.setdefault(diff.old[at], [])
            if len(places) < _PLACES:
                places.append(at)
    deleted.places.pop("", None)
    return deleted


def _grow(
    diff: TextDiff, deleted: _Deleted, growing: dict[int, int], number: int, at: int
) -> dict[int, int]:
    """Return the runs that end with an inserted line: their last deleted line and their size."""
    line = diff.new[at]
    grown = {
        last + 1: size + 1
        for last, size in growing.items()
        if last + 1 in deleted.edits and diff.old[last + 1] == line
    }
    for place in deleted.places.get(line, ()):
        if len(grown) == _GROWING:
            break
        # What one edit deletes and inserts stayed where it was.
        if place not in grown and deleted.edits[place] != number:
            grown[place] = 1
    return grown


def pick_runs(runs: Iterable[Run], old: Lines) -> list[Run]:
    """Return runs that share no line, longest first; of what is taken in part the rest is left.

    None begins or ends with a blank line.
    """
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    picked = []
    for run in sorted(runs, key=lambda run: (-run.size, run.new, run.old)):
        rest = _trim(_find_rest(run, taken_old, taken_new), old)
        if rest.size:
            picked.append(rest)
            taken_old.update(range(rest.old, rest.old + rest.size))
            taken_new.update(range(rest.new, rest.new + rest.size))
    return picked


def _find_rest(run: Run, taken_old: set[int], taken_new: set[int]) -> Run:
    """Return the longest part of a run that no other one has taken."""
    best_start = best = start = 0
    for at in range(run.size + 1):
        if at == run.size or run.old + at in taken_old or run.new + at in taken_new:
            if at - start > best:
                best_start, best = start, at - start
            start = at + 1
    return run._replace(old=run.old + best_start, new=run.new + best_start, size=best)


def _trim(run: Run, old: Lines) -> Run:
    start, end = run.old, run.old + run.size
    while start < end and not old[start]:
        start += 1
    while start < end and not old[end - 1]:
        end -= 1
    return run._replace(old=start, new=run.new + start - run.old, size=end - start)


def chain_runs(runs: Sequence[Run], gap: int) -> list[list[Run]]:
    """Return the runs in groups that follow each other on both sides with a small gap between.

    No gap holds a line of another run.
    """
    old = {run.old + at for run in runs for at in range(run.size)}
    new = {run.new + at for run in runs for at in range(run.size)}
    chains: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.old_edit, run.new_edit, run.new)):
        last = chains[-1][-1] if chains else run
        i, j = last.old + last.size, last.new + last.size
        if (
            run[3:] == last[3:]
            and 0 <= run.old - i <= gap
            and 0 <= run.new - j <= gap
            and old.isdisjoint(range(i, run.old))
            and new.isdisjoint(range(j, run.new))
        ):
            chains[-1].append(run)
        else:
            chains.append([run])
    return chains
