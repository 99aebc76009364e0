"""Which items of a list moved: the fewest that explain the order (DESIGN §5)."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from operator import lt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changetrack._fielddiff.pairing import Partners


def find_moved(partners: Partners) -> frozenset[int]:
    """Return the current positions of the items that moved among those that stayed.

    All others stand in their previous order: they are a longest increasing run.

    >>> sorted(find_moved([3, 0, None, 1, 2]))
    [0]
    """
    stayed = [old for old in partners if old is not None]
    if all(map(lt, stayed, islice(stayed, 1, None))):
        return frozenset()
    kept = _find_longest_run(stayed)
    return frozenset(new for new, old in enumerate(partners) if old is not None and old not in kept)


def _find_longest_run(numbers: list[int]) -> set[int]:
    """Return the numbers of a longest increasing run; no number stands there twice."""
    ends: list[int] = []  # the smallest end of a run of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    run: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        run.add(last)
        last = before[last]
    return run
