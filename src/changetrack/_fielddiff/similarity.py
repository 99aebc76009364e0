"""Which of two sets of items are most alike; the library's home of DeepDiff.

DeepDiff takes a third of a millisecond for the smallest pair, so it is asked only where it decides
something: the leaves that two items share tell who could be a partner at all, and where nobody
else could, nothing is left to ask. It sees sketches: long texts shortened, no number beyond 64
bits, nothing deep.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from changetrack._fielddiff.keys import identify
from changetrack._hashing import hash_text

if TYPE_CHECKING:
    from changetrack._fielddiff.budget import Budget
    from changetrack._fielddiff.keys import Identity
    from changetrack._models import JsonValue

# Two of two fields that share one are the same item, two of three are not.
_LEAST_SHARE = 0.5
# Beyond the best few nobody is a partner.
_MAX_CANDIDATES = 3
# An item is known by its first leaves, and by those that are not deep in it.
_MAX_LEAVES = 64
_MAX_DEPTH = 8
# DeepDiff compares longer texts line by line, with difflib.
_MAX_TEXT = 64
# What machines count with.
_MAX_BITS = 64
# What a call costs beside its fields, in fields.
_STEPS_PER_CALL = 6

_Container: TypeAlias = "list[JsonValue] | dict[str, JsonValue]"
_Feature: TypeAlias = "tuple[Identity, ...]"
_Pair: TypeAlias = "tuple[int, int]"


def pair_similar(
    previous: list[JsonValue], current: list[JsonValue], budget: Budget
) -> list[tuple[int, int]]:
    """Return pairs of positions of items that are alike, each in one pair at most."""
    olds = [_list_features(item) for item in previous]
    news = [_list_features(item) for item in current]
    candidates = _find_candidates(olds, news)
    distances = _measure_contested(candidates, previous, current, budget)
    pairs: list[_Pair] = []
    taken: set[int] = set()
    found: set[int] = set()
    for old, new in sorted(candidates, key=lambda pair: (*distances[pair], *pair)):
        if old not in taken and new not in found:
            taken.add(old)
            found.add(new)
            pairs.append((old, new))
    return pairs


def _list_features(item: JsonValue) -> frozenset[_Feature]:
    """Return the leaves of an item, each with the keys that lead to it; positions do not count."""
    features: set[_Feature] = set()
    pending: list[tuple[_Feature, JsonValue]] = [((str(type(item)),), item)]
    for trail, value in pending:  # which grows: the first levels come first
        if len(features) == _MAX_LEAVES:
            break
        if not isinstance(value, (dict, list)) or not value:
            features.add(
                (*trail, type(value) if isinstance(value, (dict, list)) else identify(value))
            )
        elif len(trail) <= _MAX_DEPTH:
            rows = value.items() if isinstance(value, dict) else ((None, each) for each in value)
            pending += [((*trail, key), child) for key, child in islice(rows, _MAX_LEAVES)]
    return frozenset(features)


def _find_candidates(
    olds: list[frozenset[_Feature]], news: list[frozenset[_Feature]]
) -> dict[_Pair, float]:
    """Return the pairs that share enough, each with its share."""
    places: dict[_Feature, list[int]] = {}
    for old, features in enumerate(olds):
        for feature in features:
            places.setdefault(feature, []).append(old)
    candidates: dict[_Pair, float] = {}
    for new, features in enumerate(news):
        shared: Counter[int] = Counter()
        for feature in features:
            shared.update(places.get(feature, ()))
        shares = [
            (2 * count / (len(olds[old]) + len(features)), -old) for old, count in shared.items()
        ]
        for share, negated in sorted(shares, reverse=True)[:_MAX_CANDIDATES]:
            if share >= _LEAST_SHARE:
                candidates[-negated, new] = share
    return candidates


def _measure_contested(
    candidates: dict[_Pair, float],
    previous: list[JsonValue],
    current: list[JsonValue],
    budget: Budget,
) -> dict[_Pair, tuple[float, float]]:
    """Return how far apart the items of each pair are, and what they do not share.

    Where one pair of a list cannot be measured, none is: two measures do not compare.
    """
    unshared = {pair: 1 - share for pair, share in candidates.items()}
    plain = {pair: (0.0, rest) for pair, rest in unshared.items()}
    olds = Counter(old for old, _ in candidates)
    news = Counter(new for _, new in candidates)
    contested = [pair for pair in candidates if olds[pair[0]] > 1 or news[pair[1]] > 1]
    sketches = [(_sketch(previous[old]), _sketch(current[new])) for old, new in contested]
    steps = sum(_STEPS_PER_CALL + max(one[1], other[1]) for one, other in sketches)
    if not contested or not budget.take_steps(steps):
        return plain
    measured = {}
    for pair, (one, other) in zip(contested, sketches, strict=True):
        distance = _measure_distance(one[0], other[0])
        if distance is None:
            return plain
        measured[pair] = (distance, unshared[pair])
    return plain | measured


def _measure_distance(one: JsonValue, other: JsonValue) -> float | None:
    """Return DeepDiff's distance, None where the stack is too full for it."""
    from deepdiff import DeepDiff  # 80 ms

    try:
        found = DeepDiff(
            one,
            other,
            ignore_order=True,
            ignore_private_variables=False,
            get_deep_distance=True,
            # Lists within items: what differs is counted, not paired again.
            cutoff_intersection_for_pairs=0,
            threshold_to_diff_deeper=0,
        )
    except RecursionError:
        return None
    distance: float = found.get("deep_distance", 0.0)
    return distance


def _sketch(root: JsonValue) -> tuple[JsonValue, int]:
    """Return an item cut to what DeepDiff may see, and the number of its fields."""
    top: list[JsonValue] = [None]
    pending: list[tuple[JsonValue, _Container, str | int, int]] = [(root, top, 0, 0)]
    steps = 0
    for value, target, key, depth in pending:
        steps += 1
        copied: _Container
        if isinstance(value, dict):
            rows: list[tuple[str | int, JsonValue]] = [
                (_shorten_text(name), child) for name, child in islice(value.items(), _MAX_LEAVES)
            ]
            copied = {}
        elif isinstance(value, list):
            rows = list(enumerate(islice(value, _MAX_LEAVES)))
            copied = [None] * len(rows)
        else:
            target[key] = _shorten(value)  # type: ignore[index]
            continue
        target[key] = copied  # type: ignore[index]
        if depth < _MAX_DEPTH and steps + len(pending) <= 2 * _MAX_LEAVES:
            pending += [(child, copied, name, depth + 1) for name, child in rows]
    return top[0], steps


def _shorten(leaf: JsonValue) -> JsonValue:
    if isinstance(leaf, str):
        return _shorten_text(leaf)
    if isinstance(leaf, int) and leaf.bit_length() > _MAX_BITS:
        return str(leaf)
    return leaf


def _shorten_text(text: str) -> str:
    return hash_text(text) if len(text) > _MAX_TEXT or "\n" in text else text
