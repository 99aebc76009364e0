"""Microdata: `itemscope` and `itemprop` of a page, as the objects that JSON-LD would have.

As the HTML standard reads them, apart from two things that shops do and search engines follow: the
attribute `content` counts on every element, and an item's type is the last word of its address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from changetrack import JsonObject, JsonValue
from changetrack_server.extracting.metering import STEP, count_below
from changetrack_server.pages.urls import UrlResolver

if TYPE_CHECKING:
    from changetrack_server.extracting.metering import Meter
    from changetrack_server.pages.document import Document, Element

__all__ = ["list_microdata"]

# Of one page; a list of search results has a few hundred.
_MAX_PROPERTIES = 10_000
# Parts of items that stand elsewhere on the page; each may be the whole page once more.
_MAX_REFERENCES = 50
# Items in items: each may stand in a list, which makes the 64 levels that JSON-LD may have. The
# vocabularies nest six, and what is deeper is left out.
_MAX_NESTING = 32
_ADDRESSES = {
    **dict.fromkeys(("a", "area", "link"), "href"),
    **dict.fromkeys(("audio", "embed", "iframe", "img", "source", "track", "video"), "src"),
    "object": "data",
}
_SAID = {"data": "value", "meter": "value", "time": "datetime"}


def list_microdata(document: Document, meter: Meter) -> list[JsonObject]:
    """Return the items of a page that are no property of another one, in its order.

    Raises:
        EndpointError: reading them takes too much work.
    """
    collector = _Collector(document, meter)
    collector.collect()
    return collector.items


class _Open(NamedTuple):
    """An item that is being read, and in how many it stands, itself included; 0: none is."""

    item: JsonObject | None
    level: int


class _Collector:
    """Walks one page; a property belongs to the nearest item around it, or to one that names it."""

    def __init__(self, document: Document, meter: Meter) -> None:
        self.items: list[JsonObject] = []
        self._root = document.root
        self._meter = meter
        self._resolver = UrlResolver(document.base_url, document.source_chars)
        self._properties = 0
        # What is still to be walked for an item, and how many such parts there were.
        self._waiting: list[tuple[_Open, Element]] = []
        self._references = 0
        self._by_id: dict[str, Element] | None = None

    def collect(self) -> None:
        """Walk the page, and then what items name by an id."""
        self._walk(self._root, _Open(None, 0))
        while self._waiting:
            around, element = self._waiting.pop()
            self._walk(element, around)

    def _walk(self, root: Element, outermost: _Open) -> None:
        self._meter.spend(STEP * count_below(root))
        path = [outermost]
        for event, element in etree.iterwalk(root, events=("start", "end")):
            is_item = "itemscope" in element.attrib
            if event == "end":
                if is_item:
                    path.pop()
                continue
            around = path[-1]
            said = element.get("itemprop") if around.item is not None else None
            names = (said or "").split()
            if is_item:
                made, level = self._describe_item(element), around.level + 1 if names else 1
                path.append(_Open(made, level))
                self._refer(element, path[-1])
                if not names and (element is not root or outermost.item is None):
                    self.items.append(made)
                elif level <= _MAX_NESTING:
                    self._add(around.item, names, made)
            elif names:
                self._add(around.item, names, self._read_value(element))

    def _describe_item(self, element: Element) -> JsonObject:
        made: JsonObject = {}
        kinds: list[JsonValue] = [
            kind.rstrip("/#").rpartition("#")[2].rpartition("/")[2]
            for kind in (element.get("itemtype") or "").split()
        ]
        if kinds:
            made["@type"] = kinds[0] if len(kinds) == 1 else kinds
        if element.get("itemid"):
            made["@id"] = element.get("itemid")
        return made

    def _refer(self, element: Element, opened: _Open) -> None:
        """Take note of what an item names by an id."""
        for name in dict.fromkeys((element.get("itemref") or "").split()):
            if self._references == _MAX_REFERENCES:
                return
            self._references += 1
            found = self._find(name)
            if found is not None:
                self._waiting.append((opened, found))

    def _find(self, name: str) -> Element | None:
        """Return the first element with an id."""
        if self._by_id is None:
            self._meter.spend(STEP * count_below(self._root))
            self._by_id = {}
            for element in self._root.iter():
                self._by_id.setdefault(element.get("id", ""), element)
        return self._by_id.get(name)

    def _add(self, item: JsonObject | None, names: list[str], value: JsonValue) -> None:
        for name in names if item is not None else []:
            self._properties += 1
            if item is None or self._properties > _MAX_PROPERTIES:
                return
            known = item.get(name)
            if known is None:
                item[name] = value
            elif isinstance(known, list):
                known.append(value)
            else:
                item[name] = [known, value]

    def _read_value(self, element: Element) -> JsonValue:
        if self._properties >= _MAX_PROPERTIES:
            return None
        said = element.get("content")
        if said is None and element.tag in _SAID:
            said = element.get(_SAID[element.tag])
        if said is None and element.tag in _ADDRESSES:
            address = element.get(_ADDRESSES[element.tag])
            return self._resolver.resolve(address) if address else None
        return self._meter.read_text(element) if said is None else " ".join(said.split())
