"""Fields of a page without a language model: by selectors, by structured data, by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

from changetrack import JsonObject, JsonValue, Limits, format_path, wire
from changetrack.errors import InvalidJson
from changetrack_server.errors import EndpointError
from changetrack_server.extracting.fields import Field, read_fields
from changetrack_server.extracting.metering import Meter
from changetrack_server.extracting.notes import Notes, Path
from changetrack_server.extracting.picking import pick_fields
from changetrack_server.extracting.structured import map_fields
from changetrack_server.extracting.values import Missing

if TYPE_CHECKING:
    from changetrack_server.pages.document import Document

__all__ = ["Extraction", "Extractor", "check_selectors", "extract_fields", "read_json_document"]

Extractor: TypeAlias = Literal["document", "selectors", "selectors+structured", "structured"]

# A schema lists a few required fields; of a long list every item may lack them.
_MAX_MISSING = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What was found in a page, and how; `extractor` is None when that is nothing."""

    value: JsonValue = None
    extractor: Extractor | None = None
    # Whether there is all that the schema requires; where it requires nothing, a value for each of
    # its properties, apart from those that have a selector: what that does not find is not there.
    is_complete: bool = False
    # The paths of required fields that are not there.
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_selectors(schema: JsonValue) -> bool:
    """Return whether a schema has selectors; to be asked before its page is fetched.

    Raises:
        InvalidSchema: a selector cannot be used; the error names its place.
    """
    return read_fields(schema).has_selectors


def extract_fields(document: Document, schema: JsonValue) -> Extraction:
    """Return what a schema asks for, as far as the page says it.

    Fields with an `x-selector` are where that says. Those without one are looked up by name in the
    structured data of the page; beside selectors, only those at the top of the schema are.

    Raises:
        InvalidSchema: a selector cannot be used; the error names its place.
        EndpointError: the schema takes too much work on this page.
    """
    root = read_fields(schema)
    notes, meter = Notes(), Meter()
    picked = pick_fields(document, root, notes, meter) if root.has_selectors else None
    mapped: JsonValue | Missing = None
    if not root.has_selectors or (root.shape == "object" and root.selector is None):
        mapped = map_fields(document, root, notes, meter)
    value, extractor = _put_together(root, _known(picked), _known(mapped))
    return _judge(root, value, extractor, notes.close())


def read_json_document(text: str, schema: JsonValue = None, *, json_depth: int = 128) -> Extraction:
    """Return a page that is JSON itself; what of it the schema tracks is the library's to say.

    Raises:
        EndpointError: it is not JSON, or nested deeper than `json_depth`.
    """
    try:
        value = wire.load(text, limits=Limits(json_depth=json_depth))
    except InvalidJson as error:
        problem = f"the page says that it is JSON, but {error.problem}"
        raise EndpointError("conversion_failed", problem=problem) from None
    root = read_fields(schema if schema is not None else {})
    return _judge(root, value, "document")


def _judge(
    root: Field, value: JsonValue, extractor: Extractor | None, warnings: tuple[str, ...] = ()
) -> Extraction:
    """Return an extraction with what is missing in it."""
    missing = tuple(islice(_list_missing(root, value, ()), _MAX_MISSING + 1))
    more = " and more" if len(missing) > _MAX_MISSING else ""
    missing = missing[:_MAX_MISSING]
    # Where nothing is found, that says it all; what is wrong with a page that is JSON by itself is
    # said by who compares it with the schema.
    if missing and extractor not in {None, "document"}:
        warnings = (*warnings, f"required but not found: {', '.join(missing)}{more}")
    wanted = (name for name, part in root.properties.items() if not part.has_selectors)
    has_all = bool(root.required) or all(_as_object(value).get(name) is not None for name in wanted)
    return Extraction(
        value=value,
        extractor=extractor,
        is_complete=extractor is not None and not missing and has_all,
        missing=missing,
        warnings=warnings,
    )


def _known(value: JsonValue | Missing) -> JsonValue:
    return None if isinstance(value, Missing) else value


def _put_together(
    root: Field, picked: JsonValue, mapped: JsonValue
) -> tuple[JsonValue, Extractor | None]:
    """Return one value in the schema's order, and who contributed to it."""
    if mapped is None or _is_empty(mapped):
        return (None, None) if _is_empty(picked) else (picked, "selectors")
    if picked is None or _is_empty(picked):
        return mapped, "structured"
    both = {**_as_object(mapped), **_as_object(picked)}
    return {name: both[name] for name in root.properties if name in both}, "selectors+structured"


def _is_empty(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return all(each is None for each in value.values())
    return value is None


def _as_object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list_missing(field: Field, value: JsonValue, path: Path) -> Iterator[str]:
    """Yield the paths of required fields that are not there."""
    if isinstance(value, list) and field.items is not None:
        for index, each in enumerate(value):
            yield from _list_missing(field.items, each, (*path, index))
    elif isinstance(value, dict):
        yield from (format_path((*path, name)) for name in field.required if name not in value)
        for name, part in field.properties.items():
            yield from _list_missing(part, value.get(name), (*path, name))
    elif not path and value is None:
        yield from map(_name, field.required)


def _name(name: str) -> str:
    return format_path((name,))
