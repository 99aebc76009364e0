"""JSON-LD: the structured data that a page carries for search engines, as plain objects."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from changetrack import JsonObject, JsonValue, Limits, wire
from changetrack.errors import InvalidJson

if TYPE_CHECKING:
    from changetrack_server.pages.document import Document

__all__ = ["list_json_ld"]

# Vocabularies nest six levels deep; what is deeper is no data of a page.
_LIMITS = Limits(json_depth=64)
# Shops have ten; each is parsed, whatever is asked for.
_MAX_SCRIPTS = 100
# Line ends in the middle of a string are the commonest mistake, and mean a space.
_CONTROLS = dict.fromkeys(range(0x20), " ")


def list_json_ld(document: Document) -> list[JsonObject]:
    """Return the objects of a page's JSON-LD, in its order; lists and graphs are taken apart.

    A script that is not JSON is skipped, as search engines do.
    """
    found: list[JsonObject] = []
    for script in islice(document.root.iter("script"), _MAX_SCRIPTS):
        text = (script.text or "").translate(_CONTROLS).strip()
        try:
            found += _flatten(wire.load(text, limits=_LIMITS))
        except InvalidJson:
            continue
    return found


def _flatten(value: JsonValue) -> Iterator[JsonObject]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        elif isinstance(each, dict):
            graph = each.get("@graph")
            if isinstance(graph, list):
                waiting += reversed(graph)
            if each.keys() - {"@context", "@graph", "@id"}:
                yield each
