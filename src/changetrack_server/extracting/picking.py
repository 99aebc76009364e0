"""Values by selectors: the schema is walked along the page, each `x-selector` inside its element.

An object with a selector is looked for in that element, a list has an item for each element that is
found, and a field without a match is left out, or null where its type allows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack import JsonValue
from changetrack_server.extracting import values
from changetrack_server.extracting.metering import MAX_ITEMS, MAX_LEVELS, Meter, count_below
from changetrack_server.extracting.values import MISSING, Missing, leave_out
from changetrack_server.pages.urls import UrlResolver

if TYPE_CHECKING:
    from changetrack_server.extracting.fields import Field
    from changetrack_server.extracting.notes import Notes, Path
    from changetrack_server.extracting.selectors import Selector
    from changetrack_server.pages.document import Document, Element

__all__ = ["pick_fields"]

# What an element costs by being passed, and by being found, in conditions (measured).
_PASSING = 1 / 4
_KEEPING = 4
_ADDRESSES = frozenset({"action", "cite", "data-src", "formaction", "href", "poster", "src"})


def pick_fields(document: Document, root: Field, notes: Notes, meter: Meter) -> JsonValue | Missing:
    """Return what the selectors of a schema find; MISSING when that is nothing.

    Raises:
        EndpointError: the selectors take too much work on this page.
    """
    picker = _Picker(document, notes, meter)
    found = picker.pick(root, document.root, ())
    picker.note_idle()
    return found


class _Picker:
    """Walks one page."""

    def __init__(self, document: Document, notes: Notes, meter: Meter) -> None:
        self._document = document
        self._notes = notes
        self._resolver = UrlResolver(document.base_url, document.source_chars)
        self._meter = meter
        self._around: set[tuple[frozenset[int], Element]] = set()
        # Of the selector at a place of the schema: whether it has found anything; and whether that
        # has ever had the attribute, if it is one that is wanted.
        self._matched: dict[str, bool] = {}
        self._had: dict[str, tuple[str, bool]] = {}

    def pick(self, field: Field, scope: Element, path: Path) -> JsonValue | Missing:
        """Return what a field's selectors find in an element."""
        if not field.has_selectors or len(path) > MAX_LEVELS:
            return MISSING
        self._meter.spend(1)
        elements = [scope]
        if field.selector is not None:
            elements = self._find(field.path, field.selector, scope, first=field.shape != "array")
        if field.shape == "array":
            return self._fill_list(field, elements, path)
        return self._fill(field, elements[0], path) if elements else leave_out(field.kinds).value

    def note_idle(self) -> None:
        """Say which selectors found nothing at all on the page."""
        for place, found in self._matched.items():
            name, has_value = self._had.get(place, ("", True))
            if not found:
                self._notes.add_first(f"nothing matches {place}.x-selector")
            elif not has_value:
                self._notes.add_first(f"what matches {place}.x-selector has no usable {name}")

    def _fill(self, field: Field, element: Element, path: Path) -> JsonValue | Missing:
        """Return a field of which this is the element."""
        if field.shape == "single":
            return self._take(field, field.kinds, element, path)
        if field.shape == "array":
            return self._fill_list(field, [element], path)
        # A schema that refers to itself goes on where it finds another element to go on in.
        around = (frozenset(map(id, field.properties.values())), element)
        if around in self._around:
            return MISSING
        self._around.add(around)
        filled: dict[str, JsonValue] = {}
        for name, part in field.properties.items():
            value = self.pick(part, element, (*path, name))
            if not isinstance(value, Missing):
                filled[name] = value
        self._around.remove(around)
        is_empty = all(value is None for value in filled.values())
        return leave_out(field.kinds).value if is_empty else filled

    def _fill_list(self, field: Field, elements: list[Element], path: Path) -> JsonValue | Missing:
        """Return a list whose items stand in these elements, or are them."""
        items = field.items
        selector = items.selector if items is not None else None
        if items is not None and selector is not None:
            found = (each for scope in elements for each in self._find(items.path, selector, scope))
            elements = list(dict.fromkeys(found))
        if len(elements) > MAX_ITEMS:
            self._notes.add(path, f"has {len(elements):,} items, of which {MAX_ITEMS:,} are kept")
        filled: list[JsonValue] = []
        for element in elements[:MAX_ITEMS]:
            place = (*path, len(filled))
            if items is not None and items.has_selectors:
                value = self._fill(items, element, place)
            else:
                kinds = items.kinds if items is not None else frozenset[str]()
                value = self._take(field, kinds, element, place)
            if not isinstance(value, Missing):
                filled.append(value)
        return filled or leave_out(field.kinds).value

    def _take(
        self, field: Field, kinds: frozenset[str], element: Element, path: Path
    ) -> JsonValue | Missing:
        """Return the text or the attribute of an element, as the type that is wanted."""
        name = field.selector.attribute if field.selector is not None else ""
        said = element.get(name) if name else self._meter.read_text(element)
        reading = values.read_flag(said, name, kinds) if name else None
        if reading is None and said is not None and name in _ADDRESSES:
            said = self._resolver.resolve(said)
        if name and "boolean" not in kinds:
            had = self._had.get(field.path, (name, False))[1]
            self._had[field.path] = (name, had or said is not None)
        if reading is None:
            text = None if said is None else " ".join(said.split())
            reading = (
                leave_out(kinds)
                if text is None
                else values.read_text(text, kinds, self._document.language)
            )
        self._notes.add(path, reading.problem)
        return reading.value

    def _find(
        self, place: str, selector: Selector, scope: Element, *, first: bool = False
    ) -> list[Element]:
        """Return the elements that the selector at a place of the schema finds in an element."""
        shape, size = self._document, count_below(scope)
        cost = selector.cost.at(
            depth=shape.depth, width=min(shape.width, size), letters=shape.chars / shape.size
        )
        self._meter.spend(size * (_PASSING + cost) if selector.all_matches else 1)
        found = selector.find(scope, first=first)
        self._meter.spend(_KEEPING * len(found))
        self._matched[place] = self._matched.get(place, False) or bool(found)
        return found
