"""Values → JSON: those with named fields become objects in the wire's spelling, tuples arrays.

What is None by default and is None is left out; dicts and lists are JSON already, and stay.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from changetrack._spelling import list_fields, to_camel

if TYPE_CHECKING:
    from changetrack._models import JsonObject, JsonValue

__all__ = ["write_value"]


def write_value(value: object) -> JsonValue:
    """Return the JSON of a value.

    >>> from changetrack._structure.models import LinePair, Span
    >>> pair = LinePair(old_line=1, new_line=2, deleted=(Span(0, 3),), inserted=())
    >>> write_value(pair)
    {'oldLine': 1, 'newLine': 2, 'deleted': [[0, 3]], 'inserted': [], 'coarse': False}
    """
    kind: type = type(value)
    keys = _list_keys(kind)
    if not keys:
        if isinstance(value, tuple):
            return [write_value(each) for each in value]
        return cast("JsonValue", value)
    written: JsonObject = {}
    for name, key, is_optional in keys:
        own = getattr(value, name)
        if own is not None or not is_optional:
            written[key] = write_value(own)
    return written


@cache
def _list_keys(kind: type) -> tuple[tuple[str, str, bool], ...]:
    return tuple((name, to_camel(name), is_optional) for name, is_optional in list_fields(kind))
