"""The places in JSON whose list items go by their keys, wherever they stand (DESIGN §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._fielddiff.keys import describe_key, drop_repeated, infer_key, list_tokens
from changetrack._fielddiff.patterns import compile_patterns
from changetrack._history.leaves import ROOT, Leaf, Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._fielddiff.keys import Identity
    from changetrack._fielddiff.patterns import Place
    from changetrack._fielddiff.rules import FieldRules, KeyNames
    from changetrack._models import ItemKey, JsonValue, KeyPath, PathSegment


class KeyedPlaces(Places):
    """Places of items with a key, by that key; of all others, by their position.

    A key is one if no other item of the list has it. The first value whose leaves are listed says
    which path a place has.
    """

    def __init__(self, rules: FieldRules) -> None:
        """Take the rules that say which lists have keys."""
        super().__init__(by_position=True)
        self._infers = rules.infers
        # How far along the patterns a place is.
        self._patterns: dict[int, Place[KeyNames] | None] = {
            ROOT: compile_patterns(rules.list_keys)
        }
        self._inferred: dict[int, KeyNames | None] = {}
        self._keys: dict[int, ItemKey] = {}
        self._positions: dict[int, int] = {}

    def infer(self, previous: JsonValue, current: JsonValue) -> None:
        """Look for the keys of the lists in two versions, if the rules say so."""
        pending = [(ROOT, previous, current)] if self._infers else []
        while pending:
            place, old, new = pending.pop()
            if isinstance(new, list):
                olds = old if isinstance(old, list) else []
                names = self._find_names(place)
                self._inferred[place] = names or infer_key(olds, new)
                earlier = {leaf.place: leaf.value for leaf in self._list_items(place, olds)}
                for at, item in self._list_items(place, new):
                    pending.append((at, earlier.get(at), item))
            elif isinstance(new, dict):
                older = old if isinstance(old, dict) else {}
                for key, child in new.items():
                    pending.append((self._step(place, key), older.get(key), child))

    def unwind_keys(self, place: int) -> KeyPath:
        """Return the path of a place, in which items have their keys."""
        path: list[PathSegment | ItemKey] = []
        while place != ROOT:
            above, segment = self._steps[place]
            path.append(self._keys.get(place, segment))
            place = above
        path.reverse()
        return tuple(path)

    def _list_items(self, place: int, items: list[JsonValue]) -> list[Leaf]:
        names = self._find_names(place)
        if names is None:
            return super()._list_items(place, items)
        tokens: list[Identity] = list_tokens(items, names)
        drop_repeated(tokens, [])
        return list(self._key_items(place, items, tokens, names))

    def _key_items(
        self, place: int, items: list[JsonValue], tokens: list[Identity], names: KeyNames
    ) -> Iterator[Leaf]:
        for at, (item, token) in enumerate(zip(items, tokens, strict=True)):
            if token is None:
                yield Leaf(self._step(place, at), item)
                continue
            # The place is named by where it was found first; what tells it apart is the key.
            number = self._step(place, at, mark=(names, token))
            self._keys.setdefault(number, describe_key(item, names))
            yield Leaf(number, item)

    def _find_names(self, place: int) -> KeyNames | None:
        pattern = self._find_pattern(place)
        named = None if pattern is None else pattern.found
        return named or self._inferred.get(place)

    def _find_pattern(self, place: int) -> Place[KeyNames] | None:
        trail = []
        while place not in self._patterns:
            trail.append(place)
            place = self._steps[place][0]
        pattern = self._patterns[place]
        for below in reversed(trail):
            pattern = None if pattern is None else pattern.descend(self._steps[below][1])
            self._patterns[below] = pattern
        return pattern
