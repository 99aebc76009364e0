"""Which item of a list is which item of another version of it (DESIGN §5).

By their keys first. Items without a usable key are paired with their equals, then with what is
most like them, then with what stands between the same neighbours; and where the list is too long
for that, by position.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._fielddiff.keys import (
    describe_key,
    drop_repeated,
    identify,
    identify_scalar,
    identify_unordered,
    list_tokens,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from changetrack._fielddiff.budget import Budget
    from changetrack._fielddiff.keys import Identity
    from changetrack._fielddiff.rules import KeyNames
    from changetrack._models import ItemKey, JsonValue, Order

_Items: TypeAlias = "list[JsonValue]"
# Of each current item, the position of the previous one that it was; None for a new item.
Partners: TypeAlias = "list[int | None]"


class Manner(NamedTuple):
    """How items without a key are paired."""

    budget: Budget
    order: Order = "keep"
    # So deep that hashing whole items would be repeated again and again.
    is_deep: bool = False


@dataclass(slots=True)
class Pairing:
    """The items of two versions of a list, paired.

    Nothing is paired twice. `by_position` says that items were paired by nothing better.
    """

    previous: _Items
    current: _Items
    names: KeyNames | None = None
    partners: Partners = field(default_factory=list)
    old_tokens: list[Identity] = field(default_factory=list)
    new_tokens: list[Identity] = field(default_factory=list)
    by_position: bool = False

    def find_old_key(self, at: int) -> ItemKey | None:
        """Return the key of a previous item, None where it has none that is usable."""
        if self.names is None or self.old_tokens[at] is None:
            return None
        return describe_key(self.previous[at], self.names)

    def find_new_key(self, at: int) -> ItemKey | None:
        """Return the key of a current item, None where it has none that is usable."""
        if self.names is None or self.new_tokens[at] is None:
            return None
        return describe_key(self.current[at], self.names)


def pair_items(
    previous: _Items,
    current: _Items,
    names: KeyNames | None,
    manner: Manner,
) -> Pairing:
    """Return the pairing of two versions of a list."""
    pairing = Pairing(previous, current, names)
    if names is None:
        pairing.partners = [None] * len(current)
        free = list(range(len(previous))), list(range(len(current)))
    else:
        pairing.old_tokens = list_tokens(previous, names)
        pairing.new_tokens = list_tokens(current, names)
        drop_repeated(pairing.old_tokens, pairing.new_tokens)
        places = {token: at for at, token in enumerate(pairing.old_tokens)}
        places.pop(None, None)
        pairing.partners = list(map(places.get, pairing.new_tokens))
        free = _list_keyless(pairing.old_tokens), _list_keyless(pairing.new_tokens)
    if all(free):
        _Rest(pairing, *free).pair(manner)
    return pairing


def _list_keyless(tokens: list[Identity]) -> list[int]:
    keyless = [token is None for token in tokens]
    return list(compress(range(len(tokens)), keyless)) if True in keyless else []


class _Rest:
    """The items without a usable key, while they find their partners."""

    def __init__(self, pairing: Pairing, olds: list[int], news: list[int]) -> None:
        self._pairing = pairing
        self._partners = pairing.partners
        self._olds = dict.fromkeys(olds)  # as sets that keep their order
        self._news = dict.fromkeys(news)

    def pair(self, manner: Manner) -> None:
        if len(self._pairing.previous) > 1 or len(self._pairing.current) > 1:
            # Of one and one it is known that they differ.
            self._pair_twins(_identify_by(manner))
        olds, news = self._list_containers()
        if olds and news:
            if manner.is_deep or not manner.budget.take_pairs(len(olds) * len(news)):
                self._pair_in_turn(olds, news)
            else:
                self._pair_similar(olds, news, manner.budget)
        if self._olds and self._news:
            self._pair_neighbours()

    def _join(self, old: int, new: int) -> None:
        self._partners[new] = old
        del self._olds[old], self._news[new]

    def _list_containers(self) -> tuple[list[int], list[int]]:
        previous, current = self._pairing.previous, self._pairing.current
        olds = [at for at in self._olds if isinstance(previous[at], (dict, list))]
        return olds, [at for at in self._news if isinstance(current[at], (dict, list))]

    def _pair_twins(self, read: Callable[[JsonValue], Identity]) -> None:
        """Pair equal items: those that are unique, then their neighbours, then the rest in turn."""
        olds = {at: read(self._pairing.previous[at]) for at in self._olds}
        news = {at: read(self._pairing.current[at]) for at in self._news}
        places, others = _list_places(olds), _list_places(news)
        for token, at in others.items():
            if len(at) == 1 == len(places.get(token, ())):
                self._join(places[token][0], at[0])
        if len(places) < len(olds) or len(others) < len(news):
            self._spread(olds, news, 1)
            self._spread(olds, news, -1)
            for token, at in others.items():
                free = [old for old in places.get(token, ()) if old in self._olds]
                for old, new in zip(free, [new for new in at if new in self._news], strict=False):
                    self._join(old, new)

    def _spread(self, olds: dict[int, Identity], news: dict[int, Identity], step: int) -> None:
        """Pair equal items next to a pair, in one direction."""
        partners = self._partners
        row = range(len(partners)) if step > 0 else range(len(partners) - 1, -1, -1)
        # Both beginnings, and both ends, are neighbours of nothing.
        near: int | None = -1 if step > 0 else len(self._pairing.previous)
        for new in row:
            old = None if near is None else near + step
            if partners[new] is None and old in self._olds and new in self._news:
                token = news[new]
                if token is not None and token == olds[old]:
                    self._join(old, new)
            near = partners[new]

    def _pair_similar(self, olds: list[int], news: list[int], budget: Budget) -> None:
        from changetrack._fielddiff.similarity import pair_similar

        previous, current = self._pairing.previous, self._pairing.current
        found = pair_similar([previous[at] for at in olds], [current[at] for at in news], budget)
        for old, new in found:
            self._join(olds[old], news[new])

    def _pair_in_turn(self, olds: list[int], news: list[int]) -> None:
        for old, new in zip(olds, news, strict=False):
            self._join(old, new)
        # One and one leave no doubt.
        self._pairing.by_position = len(olds) * len(news) > 1

    def _pair_neighbours(self) -> None:
        """Pair what stands between the same neighbours, as many items on either side, in turn."""
        for new, old, length in self._find_gaps():
            for step in range(length):
                one, other = self._pairing.previous[old + step], self._pairing.current[new + step]
                if _is_alike(one, other):
                    self._join(old + step, new + step)

    def _find_gaps(self) -> list[tuple[int, int, int]]:
        gaps = []
        partners, end = self._partners, len(self._partners)
        new = 0
        while new < end:
            start = new
            while new < end and new in self._news:
                new += 1
            if new > start:
                before = partners[start - 1] if start else -1
                behind = partners[new] if new < end else len(self._pairing.previous)
                length = new - start
                if before is not None and behind == before + length + 1:
                    old = before + 1
                    if all(at in self._olds for at in range(old, old + length)):
                        gaps.append((start, old, length))
            new += 1
        return gaps


def _identify_by(manner: Manner) -> Callable[[JsonValue], Identity]:
    if manner.is_deep:
        return identify_scalar
    return identify_unordered if manner.order == "ignore" else identify


def _list_places(tokens: dict[int, Identity]) -> dict[Identity, list[int]]:
    places: dict[Identity, list[int]] = {}
    for at, token in tokens.items():
        if token is not None:
            places.setdefault(token, []).append(at)
    return places


def _is_alike(one: JsonValue, other: JsonValue) -> bool:
    """Return whether one may well have become the other: the same kind, half of the fields."""
    if isinstance(one, dict) and isinstance(other, dict):
        return len(one.keys() & other.keys()) * 2 >= max(len(one), len(other))
    kinds = type(one), type(other)
    return kinds[0] is kinds[1] or all(kind in (int, float) for kind in kinds)
