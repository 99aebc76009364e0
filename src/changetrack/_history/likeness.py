"""How much two pages have in common: the share of their lines, or of the leaves of their JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from changetrack._hashing import dump_json
from changetrack._history.leaves import Places
from changetrack._normalize import normalize_lines, split_lines

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from changetrack._history.states import State, StateReader
    from changetrack._snapshots import Snapshot

# What a page is made of: how often each line is in it, each leaf at its place.
Pieces: TypeAlias = "Counter[Hashable]"

# Each costs about what normalizing its page costs. Twice a week for a year.
MOST_COMPARED = 100


def find_closest(
    current: Snapshot, earlier: Sequence[Snapshot], states: Sequence[State], reader: StateReader
) -> tuple[int | None, float]:
    """Return which earlier page is most like the current one, the newest of equals; and how much.

    Of a state that came again and again, the newest stands for all. The newest hundred that were
    kept with their content are compared.
    """
    places = Places(by_position=False)
    own = _cut(current, reader, places)
    best: tuple[int | None, float] = (None, 0.0)
    met: set[State] = set()
    compared = 0
    for at in range(len(earlier) - 1, -1, -1):
        state = states[at]
        if state is not None and state in met:
            continue
        met.add(state)
        pieces = _cut(earlier[at], reader, places)
        if pieces is None or own is None:
            continue
        likeness = _measure(own, pieces)
        if likeness > best[1]:
            best = (at, likeness)
        compared += 1
        if compared == MOST_COMPARED:
            break
    return best


def _cut(snapshot: Snapshot, reader: StateReader, places: Places) -> Pieces | None:
    """Return the pieces of a page, of those sides that the current one has; None without any.

    Blank lines are none: every page has them. Nor is the position of an item in its list part of a
    leaf's place, or an item at the head would leave nothing in common.
    """
    pieces: Pieces = Counter()
    has_content = False
    if reader.has_markdown and snapshot.markdown is not None:
        split = split_lines if snapshot.is_tracked else _normalize
        pieces.update(filter(None, split(snapshot.markdown)))
        has_content = True
    if reader.has_json and snapshot.json is not None:
        leaves = places.list_leaves(reader.narrow(snapshot.json))
        pieces.update((place, dump_json(value)) for place, value in leaves)
        has_content = True
    return pieces if has_content else None


def _normalize(markdown: str) -> list[str]:
    return normalize_lines(markdown)[1]


def _measure(one: Pieces, other: Pieces) -> float:
    larger = max(one.total(), other.total())
    return (one & other).total() / larger if larger else 1.0
