"""The items of a page's structured data, and what can be found in each.

An item is searched level by level: its own properties first, by their exact name and then by a
loose one, then those of what it holds, and so on; the same page always gives the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from changetrack import JsonObject, JsonValue
from changetrack_server.extracting.metering import STEP
from changetrack_server.extracting.names import loosen

if TYPE_CHECKING:
    from changetrack_server.extracting.metering import Meter

__all__ = ["Found", "Items"]

# What an item may be at once; real ones are two things.
_MAX_TYPES = 8
# How far down is looked. `offers.priceSpecification.price` is two.
_MAX_DISTANCE = 6
# Items that are compared with a schema. A page that lists products has a few hundred.
_MAX_CANDIDATES = 1_000
# Objects in one item; a graph may refer to itself in circles, but nobody reads all of it.
_MAX_NODES = 2_000


class Found(NamedTuple):
    """A property's value, and how many levels down it stands."""

    value: JsonValue
    distance: int


class Items:
    """The structured data of one page."""

    def __init__(self, top: list[JsonObject], meter: Meter) -> None:
        self._meter = meter
        self._by_id: dict[str, JsonObject] = {}
        self._names: dict[int, dict[str, str]] = {}
        self._below: dict[int, dict[str, Found]] = {}
        for each in top:
            name = each.get("@id")
            if isinstance(name, str):
                self._by_id.setdefault(name, each)
        # What may be what a page is about, with the level that it stands on.
        self.candidates = list(self._list_candidates(top))
        self._typed: dict[str, list[JsonObject]] = {}
        for each, _ in self.candidates:
            for kind in list_types(each)[:_MAX_TYPES]:
                self._typed.setdefault(loosen(kind), []).append(each)

    def find(self, item: JsonObject, name: str, *, deep: bool) -> Found | None:
        """Return a property of an item; with `deep` also one of what the item holds."""
        value = item.get(name)
        if not is_blank(value):
            return Found(value, 0)
        loose = loosen(name)
        key = self._spell(item).get(loose)
        if key is not None:
            return Found(item[key], 0)
        return self._look_below(item).get(loose) if deep else None

    def list_typed(self, name: str) -> list[JsonObject]:
        """Return the items of a type that is named so, in the singular or the plural."""
        loose = loosen(name)
        found = [*self._typed.get(loose, []), *self._typed.get(loose.removesuffix("s"), [])]
        return list({id(each): each for each in found}.values())

    def follow(self, value: JsonValue) -> JsonValue:
        """Return a value as it is meant: without its wrapping, or the item that it refers to."""
        if not isinstance(value, dict):
            return value
        if value.keys() == {"@id"}:
            return self._by_id.get(str(value["@id"]), value)
        if "@value" in value:
            return value["@value"]
        return value.get("@list", value)

    def _list_candidates(self, top: list[JsonObject]) -> Iterator[tuple[JsonObject, int]]:
        """Yield items: those at the top, and those in them that have a type of their own."""
        seen: set[int] = set()
        level: list[JsonValue] = list(top)
        for depth in range(_MAX_DISTANCE):
            below: list[JsonValue] = []
            for each in level:
                if isinstance(each, list):
                    below += each
                elif isinstance(each, dict) and id(each) not in seen:
                    seen.add(id(each))
                    if list_types(each) or depth == 0:
                        yield each, depth
                        if len(seen) > _MAX_CANDIDATES:
                            return
                    below += each.values()
            level = below

    def _spell(self, item: JsonObject) -> dict[str, str]:
        """Return the properties of an item by their loose names; the first one counts."""
        known = self._names.get(id(item))
        if known is None:
            self._meter.spend(STEP * len(item))
            known = {}
            for key, value in item.items():
                if not is_blank(value):
                    known.setdefault(loosen(key), key)
            self._names[id(item)] = known
        return known

    def _look_below(self, item: JsonObject) -> dict[str, Found]:
        known = self._below.get(id(item))
        if known is None:
            known = self._below[id(item)] = {}
            for distance, node in self._list_below(item):
                for loose, key in self._spell(node).items():
                    known.setdefault(loose, Found(node[key], distance))
        return known

    def _list_below(self, item: JsonObject) -> Iterator[tuple[int, JsonObject]]:
        seen = {id(item)}
        level: list[JsonValue] = list(item.values())
        for distance in range(1, _MAX_DISTANCE + 1):
            below: list[JsonValue] = []
            for value in _flatten(level):
                each = self.follow(value)
                if not isinstance(each, dict) or id(each) in seen:
                    continue
                seen.add(id(each))
                if len(seen) > _MAX_NODES:
                    return
                self._meter.spend(STEP)
                yield distance, each
                below += each.values()
            level = below


def list_types(item: JsonObject) -> list[str]:
    """Return what an item is."""
    said = item.get("@type")
    return [kind for kind in (said if isinstance(said, list) else [said]) if isinstance(kind, str)]


def is_blank(value: JsonValue) -> bool:
    """Return whether a property says nothing."""
    return value is None or value in ("", [], {})


def _flatten(values: list[JsonValue]) -> Iterator[JsonValue]:
    for each in values:
        if isinstance(each, list):
            yield from each
        else:
            yield each
