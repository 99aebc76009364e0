"""Copies of JSON values that are still the same values, but spell themselves short.

jsonschema puts the value in question into every message it makes, wanted or not: a page of
megabytes once per finding, an integer that Python refuses to spell, a nesting that repr() cannot
follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changetrack._models import JsonValue

# Longer ones are worth a class of their own; shorter ones cost less to spell than to wrap.
_MAX_CHARS = 64
_MAX_BITS = 128


class _QuietObject(dict[str, "JsonValue"]):
    def __repr__(self) -> str:
        return "{…}"


class _QuietList(list["JsonValue"]):
    def __repr__(self) -> str:
        return "[…]"


class _QuietText(str):
    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


class _QuietInteger(int):
    def __repr__(self) -> str:
        return f"an integer of {self.bit_length():,} bits"


def quieten(value: JsonValue) -> JsonValue:
    """Return an equal value of which each part has a short repr.

    >>> quieten({"page": "text " * 1000}), quieten(["text " * 1000])[0] == "text " * 1000
    ({…}, True)
    """
    root = _copy(value)
    pending = [root]
    while pending:
        container = pending.pop()
        if isinstance(container, dict):
            for key, child in container.items():
                container[key] = _copy(child)  # the key is there, so the order of keys stays
            pending += filter(_is_container, container.values())
        elif isinstance(container, list):
            container[:] = map(_copy, container)
            pending += filter(_is_container, container)
    return root


def _is_container(value: JsonValue) -> bool:
    return isinstance(value, (dict, list))


def _copy(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return _QuietObject(value)
    if isinstance(value, list):
        return _QuietList(value)
    if isinstance(value, str):
        return value if len(value) <= _MAX_CHARS else _QuietText(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value.bit_length() <= _MAX_BITS else _QuietInteger(value)
    return value
