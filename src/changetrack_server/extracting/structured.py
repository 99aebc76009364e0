"""Values by names: JSON-LD, microdata and `meta` elements, mapped to the properties of a schema.

Of all items the one counts that has most of the properties; of these the outermost, a page itself
last, and the one that has them closest. Nothing is put together from several items, apart from what
a page says about itself in `meta` elements, and from items that are named by their type: `product`
is the item that is a Product.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from changetrack import JsonObject, JsonValue
from changetrack_server.extracting.fields import Field
from changetrack_server.extracting.items import Items, is_blank, list_types
from changetrack_server.extracting.json_ld import list_json_ld
from changetrack_server.extracting.meta_tags import read_meta_fields
from changetrack_server.extracting.metering import MAX_ITEMS, MAX_LEVELS, STEP
from changetrack_server.extracting.microdata import list_microdata
from changetrack_server.extracting.names import loosen
from changetrack_server.extracting.values import MISSING, Missing, fit_value, leave_out

if TYPE_CHECKING:
    from changetrack_server.extracting.metering import Meter
    from changetrack_server.extracting.notes import Notes, Path
    from changetrack_server.pages.document import Document

__all__ = ["map_fields"]

# What an item stands in, which has a name and a description as well.
_FRAME = frozenset({"BreadcrumbList", "ImageObject", "ItemList", "ListItem", "WebSite"})
# What stands for an object where a single value is wanted.
_MAIN = ("value", "name", "url", "contentUrl")
_ANYTHING = Field(path="", kinds=frozenset(), selector=None, required=())


def map_fields(document: Document, root: Field, notes: Notes, meter: Meter) -> JsonValue | Missing:
    """Return what a page's structured data says of the fields without selectors, or MISSING.

    Raises:
        EndpointError: it takes too much work.
    """
    items = Items([*list_json_ld(document), *list_microdata(document, meter)], meter)
    mapper = _Mapper(document, items, notes, meter)
    if root.shape == "array":
        return mapper.map_list(root)
    return mapper.map_root(root) if root.shape == "object" else MISSING


class _Mapper:
    """Maps the items of one page."""

    def __init__(self, document: Document, items: Items, notes: Notes, meter: Meter) -> None:
        self._items = items
        self._notes = notes
        self._meter = meter
        self._language = document.language
        self._said = read_meta_fields(document)

    def map_root(self, root: Field) -> JsonValue | Missing:
        """Return the object that a schema describes."""
        parts = {name: part for name, part in root.properties.items() if not part.has_selectors}
        best = self._choose(list(root.properties))
        mapped: JsonObject = {}
        for name, part in parts.items():
            value: JsonValue | Missing = MISSING
            for found, is_item in self._list_sources(best, name, part):
                value = self._map(part, found, (name,), deep=is_item)
                if not isinstance(value, Missing) and value is not None:
                    break
            if not isinstance(value, Missing):
                mapped[name] = value
            elif "null" in part.kinds:
                mapped[name] = None
        return MISSING if all(value is None for value in mapped.values()) else mapped

    def map_list(self, root: Field) -> JsonValue | Missing:
        """Return the list that a schema describes: all items that are what the best one is."""
        items = root.items or _ANYTHING
        best = self._choose(list(items.properties), is_list=True)
        if best is None:
            return MISSING
        alike = [each for each, _ in self._items.candidates if list_types(each) == list_types(best)]
        return self._map(root, list[JsonValue](alike), (), deep=True)

    def _choose(self, names: list[str], *, is_list: bool = False) -> JsonObject | None:
        """Return the item that fits best; for a list, one of those that do."""
        best: JsonObject | None = None
        best_score = (0, False, 0, 0)
        alike: list[list[str]] = []
        for item, depth in self._items.candidates:
            self._meter.spend(STEP * len(names))
            found = [self._items.find(item, name, deep=True) for name in names]
            distances = [each.distance for each in found if each is not None]
            nearness = (sum(distances), depth) if is_list else (depth, sum(distances))
            score = (-len(distances), _is_frame(item), *nearness)
            if score < best_score:
                best, best_score, alike = item, score, []
            if distances and score == best_score:
                alike.append([str(each.value) if each else "" for each in found])
        others = sum(each != alike[0] for each in alike)
        if others and not is_list:
            self._notes.add((), f"{others:,} other items of the page fit as well as the first one")
        return best

    def _list_sources(
        self, best: JsonObject | None, name: str, part: Field
    ) -> Iterator[tuple[JsonValue, bool]]:
        """Yield what may be a property, best first, and whether it is an item by itself."""
        found = self._items.find(best, name, deep=True) if best is not None else None
        if found is not None:
            yield found.value, False
        if part.shape != "single":
            typed = list[JsonValue](self._items.list_typed(name))
            if typed:
                yield typed, True
        said = self._said.get(loosen(name))
        if said and part.shape != "object":
            yield (said[0] if part.shape == "single" else said), False

    def _map(
        self, part: Field, value: JsonValue, path: Path, *, deep: bool = False
    ) -> JsonValue | Missing:
        """Return a value as a field; with `deep` it is an item, searched down to its leaves."""
        self._meter.spend(STEP)
        if len(path) > MAX_LEVELS:
            return MISSING
        value = self._items.follow(value)
        if part.shape == "single":
            return self._map_single(part, value, path)
        values: list[JsonValue] = value if isinstance(value, list) else [value]
        if part.shape == "array":
            return self._map_array(part, values, path, deep=deep)
        return self._map_object(part, values, path, deep=deep)

    def _map_array(
        self, part: Field, values: list[JsonValue], path: Path, *, deep: bool
    ) -> JsonValue | Missing:
        mapped: list[JsonValue] = []
        for each in values[:MAX_ITEMS]:
            value = self._map(part.items or _ANYTHING, each, (*path, len(mapped)), deep=deep)
            if not isinstance(value, Missing):
                mapped.append(value)
        return mapped or leave_out(part.kinds).value

    def _map_object(
        self, part: Field, values: list[JsonValue], path: Path, *, deep: bool
    ) -> JsonValue | Missing:
        objects = [each for each in map(self._items.follow, values) if isinstance(each, dict)]
        if not objects:
            self._notes.add(path, "is not an object")
            return leave_out(part.kinds).value
        if len(objects) > 1:
            self._notes.add(path, f"there are {len(objects):,}, of which the first is used")
        if not part.properties:
            return objects[0]
        mapped: JsonObject = {}
        for name, inner in part.properties.items():
            # The name of an offer that has none is not the name of its seller.
            found = self._items.find(objects[0], name, deep=deep)
            value = MISSING if found is None else self._map(inner, found.value, (*path, name))
            if not isinstance(value, Missing):
                mapped[name] = value
            elif "null" in inner.kinds:
                mapped[name] = None
        is_empty = all(value is None for value in mapped.values())
        return leave_out(part.kinds).value if is_empty else mapped

    def _map_single(self, part: Field, value: JsonValue, path: Path) -> JsonValue | Missing:
        if not part.kinds - {"null"}:
            return value
        if isinstance(value, list):
            values = [each for each in map(self._items.follow, value) if not is_blank(each)]
            if len(values) > 1:
                self._notes.add(path, f"there are {len(values):,} values, the first one is used")
            value = values[0] if values else None
        if isinstance(value, dict):
            main = (self._items.follow(value.get(key)) for key in _MAIN)
            value = next((each for each in main if not is_blank(each)), value)
        reading = fit_value(value, part.kinds, self._language)
        self._notes.add(path, reading.problem)
        return reading.value


def _is_frame(item: JsonObject) -> bool:
    """Tell what is around the matter of a page, or the page itself."""
    return any(kind in _FRAME or kind.endswith("Page") for kind in list_types(item))
