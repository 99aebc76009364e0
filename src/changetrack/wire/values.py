"""Values → JSON: dataclasses become objects in the wire's spelling, tuples arrays.

What is None by default and is None is left out; dicts and lists are JSON already, and stay.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from changetrack._spelling import to_camel

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
    if isinstance(value, tuple):
        return [write_value(each) for each in value]
    kind = type(value)
    if not is_dataclass(kind):
        return cast("JsonValue", value)
    written: JsonObject = {}
    for name, key, is_optional in _list_fields(kind):
        own = getattr(value, name)
        if own is not None or not is_optional:
            written[key] = write_value(own)
    return written


@cache
def _list_fields(kind: type) -> tuple[tuple[str, str, bool], ...]:
    return tuple((each.name, to_camel(each.name), each.default is None) for each in fields(kind))
