"""Two sets of anything → what is new, changed, the same, moved, gone, or not known."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from changetrack._sets.models import Item, Pair, SetDiff
from changetrack.errors import InvalidOption

# Returns what identifies an item; None where it has nothing of the kind.
FindKey: TypeAlias = Callable[[Item], Hashable | None]

# When more than this share of a set vanishes at once, whatever holds it is at fault, not they.
GATE = 0.8
# Of a smaller set than this, all may well be gone: two pages say nothing about a site.
GATE_FROM = 5


def diff_set(
    previous: Iterable[Item],
    current: Iterable[Item],
    *,
    identity: Sequence[FindKey[Item]],
    compare: Callable[[Item, Item], bool],
    fingerprint: FindKey[Item] | None = None,
    is_error: Callable[[Item], bool] | None = None,
    complete: bool = True,
    gate: float | None = GATE,
    gate_from: int = GATE_FROM,
) -> SetDiff[Item]:
    """Return what became of each thing of a set.

    `identity` are passes, the strongest evidence first: each finds keys for what those before it
    left over, and equal keys are the same thing. Keys are equal as those of a dict are. A key that
    several items have pairs them in their order; an item whose key is None waits for the next pass.
    `compare` is given a pair, the previous one first, and tells whether it is the same. What no
    pass pairs is paired by `fingerprint`, where that is unique among all items of either side: it
    moved, or changed where `compare` does not find it the same.

    `is_error` tells which current items could not be observed; what they were before is `unseen`. A
    look that is not `complete` may have missed some: then nothing is removed or moved. Nothing is
    removed either when more than `gate` of at least `gate_from` previous items are missing or in
    error while fewer are good than there were: the site is down then. No `gate` (None) is right
    where a set may well be emptied. The work is linear in the items of each pass.

    Raises:
        InvalidOption: there is no pass, or the gate is no share.

    >>> found = diff_set(
    ...     ["a=1", "b=2", "c=3"],
    ...     ["a=1", "b=5", "d=4"],
    ...     identity=[lambda item: item[0]],
    ...     compare=lambda old, new: old == new,
    ... )
    >>> found.changed, found.new, found.removed
    ((Pair(previous='b=2', current='b=5'),), ('d=4',), ('c=3',))
    """
    _check(identity, gate)
    olds, news = list(previous), list(current)
    failed = {at for at, item in enumerate(news) if is_error is not None and is_error(item)}
    pairs = _find_pairs(olds, news, identity)
    moves: dict[int, int] = {}
    if complete and fingerprint is not None:
        moves = _find_moves(olds, news, fingerprint, pairs, failed)
    # Previous ones that are paired with nothing, and those that are paired with an error.
    left = set(range(len(olds))).difference(pairs.values(), moves.values())
    missed = {pairs[at] for at in failed if at in pairs}
    lost = len(missed) + (len(left) if complete else 0)
    down = len(olds) >= gate_from and _is_down(lost, len(olds), len(news) - len(failed), gate)
    removed = left if complete and not down else set()
    found = _sort_current(olds, news, pairs, moves, failed, compare=compare)
    return replace(
        found,
        removed=tuple(olds[at] for at in sorted(removed)),
        unseen=tuple(olds[at] for at in sorted((left | missed) - removed)),
        site_down=down,
    )


def _check(identity: Sequence[FindKey[Item]], gate: float | None) -> None:
    if not identity:
        problem = "there is no pass, so nothing could ever be the same"
        raise InvalidOption(problem, "give a function that finds an item's key", "identity")
    if gate is not None and not 0 <= gate <= 1:
        problem = f"expected a share from 0 to 1, got {gate}"
        raise InvalidOption(problem, f"leave it out for {GATE}, or use None for no gate", "gate")


def _find_pairs(
    olds: list[Item], news: list[Item], identity: Sequence[FindKey[Item]]
) -> dict[int, int]:
    """Return which current item is which previous one, both by their places."""
    pairs: dict[int, int] = {}
    old_rest, new_rest = list(range(len(olds))), list(range(len(news)))
    for find_key in identity:
        waiting: dict[Hashable, deque[int]] = {}
        for at in old_rest:
            key = find_key(olds[at])
            if key is not None:
                waiting.setdefault(key, deque()).append(at)
        for at in new_rest:
            key = find_key(news[at])
            if key is not None and waiting.get(key):
                pairs[at] = waiting[key].popleft()
        taken = set(pairs.values())
        old_rest = [at for at in old_rest if at not in taken]
        new_rest = [at for at in new_rest if at not in pairs]
        if not old_rest or not new_rest:
            break
    return pairs


def _find_moves(
    olds: list[Item],
    news: list[Item],
    fingerprint: FindKey[Item],
    pairs: dict[int, int],
    failed: set[int],
) -> dict[int, int]:
    """Return the pairs that only their content shows.

    Content that others have too, paired or not, shows nothing: many addresses of a site may answer
    with its one page that says "not found".
    """
    old_marks, new_marks = list(map(fingerprint, olds)), list(map(fingerprint, news))
    old_counts, new_counts = Counter(old_marks), Counter(new_marks)
    taken = set(pairs.values())
    places = {
        mark: at
        for at, mark in enumerate(old_marks)
        if mark is not None and old_counts[mark] == 1 and at not in taken
    }
    rest = [at for at in range(len(news)) if at not in pairs and at not in failed]
    return {
        at: places[new_marks[at]]
        for at in rest
        if new_counts[new_marks[at]] == 1 and new_marks[at] in places
    }


def _is_down(lost: int, before: int, good: int, gate: float | None) -> bool:
    """Tell whether so much is lost, with nothing in its place, that the site is at fault."""
    return gate is not None and lost > gate * before and good < before


def _sort_current(
    olds: list[Item],
    news: list[Item],
    pairs: dict[int, int],
    moves: dict[int, int],
    failed: set[int],
    *,
    compare: Callable[[Item, Item], bool],
) -> SetDiff[Item]:
    """Return what became of the current items alone."""
    new: list[Item] = []
    error: list[Item] = []
    changed: list[Pair[Item]] = []
    same: list[Pair[Item]] = []
    moved: list[Pair[Item]] = []
    for at, item in enumerate(news):
        origin = pairs.get(at, moves.get(at))
        if at in failed:
            error.append(item)
        elif origin is None:
            new.append(item)
        else:
            kept = moved if at in moves else same
            found = kept if compare(olds[origin], item) else changed
            found.append(Pair(olds[origin], item))
    return SetDiff(
        new=tuple(new),
        changed=tuple(changed),
        same=tuple(same),
        moved=tuple(moved),
        error=tuple(error),
    )
