"""The pages that extraction is tested on, and the short way to ask for fields of one."""

from __future__ import annotations

from pathlib import Path

from changetrack import JsonObject, JsonValue
from changetrack_server.extracting import Extraction, extract_fields
from changetrack_server.pages.document import parse_document

_PAGES = Path(__file__).parents[1] / "pages"


def read_file(name: str) -> str:
    """Return a page that is kept as a file."""
    return (_PAGES / name).read_text(encoding="utf-8")


def extract(html: str, schema: JsonValue, url: str = "https://example.com/shop/page") -> Extraction:
    """Return the fields of a page."""
    return extract_fields(parse_document(html, url=url), schema)


def describe(**properties: JsonValue) -> JsonObject:
    """Return the schema of an object; a property that is a string has that type."""
    parts: JsonObject = {
        name: {"type": part} if isinstance(part, str) else part for name, part in properties.items()
    }
    return {"type": "object", "properties": parts}
