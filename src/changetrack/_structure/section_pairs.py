"""Which section of the previous page is which of the current one."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict, deque
from itertools import count, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from changetrack._structure.likeness import measure_likeness, read_bag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._structure.section_list import SectionList
    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Edit, Lines

# A renamed section kept so much of its text: in its old place by words, elsewhere by whole lines
# that no other section has. Jobs, products and releases that follow one pattern have about half in
# common.
_ALIKE = 0.75
# A shorter text under another title elsewhere, such as "No incidents.", tells nothing.
_TELLING_CHARS = 60


class SectionPairs(NamedTuple):
    """For each previous section its place on the current page, and the other way; -1 for none."""

    current: list[int]
    previous: list[int]


def pair_sections(text_diff: TextDiff, old: SectionList, new: SectionList) -> SectionPairs:
    """Return which sections are the same: by path, then by what renaming one leaves.

    Each line of what the paths leave is looked at a bounded number of times.
    """
    pairing = _Pairing(text_diff, old, new)
    pairing.pair_paths()
    pairing.pair_places()
    pairing.pair_bodies()
    pairing.pair_children()
    return pairing.pairs


class _Pairing:
    """Sections as they find each other."""

    def __init__(self, text_diff: TextDiff, old: SectionList, new: SectionList) -> None:
        self._diff, self._old, self._new = text_diff, old, new
        self.pairs = SectionPairs([-1] * len(old.paths), [-1] * len(new.paths))

    def pair_paths(self) -> None:
        """Pair sections of one path: those of one text first, the others in their order."""
        old, new = self._old.paths, self._new.paths
        old_places, new_places = dict(zip(old, count())), dict(zip(new, count()))
        if len(old_places) == len(old) and len(new_places) == len(new):
            self.pairs.current[:] = map(new_places.get, old, repeat(-1))
            self.pairs.previous[:] = map(old_places.get, new, repeat(-1))
        else:
            self._pair_equal(
                [(path, *self._read_old(at)) for at, path in enumerate(old)],
                [(path, *self._read_new(at)) for at, path in enumerate(new)],
            )
            self._pair_equal(old, new)

    def pair_places(self) -> None:
        """Pair sections whose headings one edit replaced, and whose bodies are nearly the same."""
        edits = self._diff.edits
        waiting: defaultdict[tuple[int, int], deque[int]] = defaultdict(deque)
        current, previous = self.pairs
        for before in _list_alone(current):
            edit = find_edit(self._old.starts[before - 1], edits, 0)
            # A parent stands above: where it was replaced itself, it is paired by then.
            waiting[edit, self._old.parents[before]].append(before)
        for at in _list_alone(previous):
            edit = find_edit(self._new.starts[at - 1], edits, 2)
            places = waiting.get((edit, previous[self._new.parents[at]]))
            if edit >= 0 and places:
                before = places.popleft()
                if _is_alike(self._read_old(before)[1:], self._read_new(at)[1:]):
                    self._pair(before, at)

    def pair_bodies(self) -> None:
        """Pair sections by the lines that only they have, those with the most of them first."""
        current, previous = self.pairs
        old_bodies = {at: _read_body(self._read_old(at)) for at in _list_alone(current)}
        new_bodies = {at: _read_body(self._read_new(at)) for at in _list_alone(previous)}
        owners = _find_owners(old_bodies)
        shared: Counter[tuple[int, int]] = Counter()
        for line, at in _find_owners(new_bodies).items():
            if line in owners:
                shared[owners[line], at] += len(line)
        for (before, at), chars in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            largest = max(sum(map(len, old_bodies[before])), sum(map(len, new_bodies[at])))
            is_free = current[before] < 0 and previous[at] < 0
            is_namesake = self._old.paths[before][-1] == self._new.paths[at][-1]
            if is_free and chars >= max(_ALIKE * largest, not is_namesake and _TELLING_CHARS):
                self._pair(before, at)

    def pair_children(self) -> None:
        """Pair sections of one title under a heading that was renamed."""
        current, previous = self.pairs
        waiting: defaultdict[tuple[int, str], deque[int]] = defaultdict(deque)
        for before in _list_alone(current):
            waiting[self._old.parents[before], self._old.paths[before][-1]].append(before)
        for at in _list_alone(previous):
            places = waiting.get((previous[self._new.parents[at]], self._new.paths[at][-1]))
            if places:
                self._pair(places.popleft(), at)

    def _pair(self, before: int, at: int) -> None:
        self.pairs.current[before] = at
        self.pairs.previous[at] = before

    def _pair_equal(self, old: Sequence[object], new: Sequence[object]) -> None:
        """Pair the sections whose keys are equal, in their order."""
        current, previous = self.pairs
        waiting: defaultdict[object, deque[int]] = defaultdict(deque)
        for before in _list_alone(current):
            waiting[old[before]].append(before)
        for at in _list_alone(previous):
            places = waiting.get(new[at])
            if places:
                self._pair(places.popleft(), at)

    def _read_old(self, at: int) -> Lines:
        return self._old.read_lines(at, self._diff.old)

    def _read_new(self, at: int) -> Lines:
        return self._new.read_lines(at, self._diff.new)


def _list_alone(pairs: list[int]) -> list[int]:
    return [at for at, other in enumerate(pairs) if other < 0]


def find_edit(line: int, edits: Sequence[Edit], side: int) -> int:
    """Return which edit changes a line, or -1."""
    at = bisect_right(edits, line, key=itemgetter(side + 1))
    return at if at < len(edits) and edits[at][side] <= line else -1


def _read_body(lines: Lines) -> Lines:
    """Return the lines of a section without its heading and blank ones."""
    return [line for line in lines[1:] if line]


def _find_owners(bodies: dict[int, Lines]) -> dict[str, int]:
    """Return the lines that one section alone has, with it; one in which it stands twice, too."""
    owners: dict[str, int] = {}
    for at, body in bodies.items():
        for line in body:
            owners[line] = at if owners.get(line, at) == at else -1
    return {line: at for line, at in owners.items() if at >= 0}


def _is_alike(old: Lines, new: Lines) -> bool:
    """Tell whether two bodies are nearly the same, by the words that they share."""
    if old == new:
        return True
    one, other = read_bag("\n".join(old)), read_bag("\n".join(new))
    return measure_likeness(one, other) >= _ALIKE
