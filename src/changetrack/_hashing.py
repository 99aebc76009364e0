"""Canonical JSON, exact copies of JSON, typed equality, content hashes (DESIGN §4.6, §4.7).

The library's home of orjson, which does all that it does exactly. The iterative code below takes
what it refuses (integers beyond 64 bits, more than 254 levels) or would falsify (NaN, which it
writes as null).
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from changetrack._normalize import encode_text, normalize_markdown
from changetrack.errors import InvalidJson, JsonTooDeep, NumberTooLong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._models import JsonValue

# From here on orjson reads an integer as a float and loses its last digits.
_FIRST_INEXACT = float(2**63)
# And no such integer has fewer digits.
_MANY_DIGITS = re.compile(rb"\d{19}")
# What orjson reads; beyond it nobody wrote anything that was kept.
_KEPT_DEPTH = 1_024


def hash_markdown(markdown: str) -> str:
    r"""Return the hex SHA-256 of the normalized markdown.

    Raises:
        InvalidText: the text holds a lone surrogate.

    >>> hash_markdown("Starter $24 \r\n") == hash_markdown("Starter $24")
    True
    """
    return hash_text(normalize_markdown(markdown))


def hash_text(text: str, path: str = "") -> str:
    """Return the hex SHA-256 of the text as it is; `path` names it in the error.

    Raises:
        InvalidText: the text holds a lone surrogate.
    """
    return _hash_bytes(encode_text(text, path))


def hash_json(value: JsonValue) -> str:
    """Return the hex SHA-256 of the canonical JSON; of the empty text when the value is None.

    Raises:
        InvalidJson: the value is not JSON.

    >>> hash_json({"b": 1, "a": 2}) == hash_json({"a": 2, "b": 1})
    True
    """
    return _hash_bytes(b"" if value is None else canonical_json(value))


def hash_plain_json(value: JsonValue) -> str:
    """Return what `hash_json` does, for plain JSON: what `copy_json` or `load_json` gave."""
    return _hash_bytes(b"" if value is None else _dump(value, sort_keys=True, is_plain=True))


def canonical_json(value: JsonValue) -> bytes:
    """Return the one spelling of a JSON value: compact, keys sorted by code point, non-ASCII raw.

    Integers of any size and nesting of any depth are exact. Two values have the same canonical JSON
    if and only if they are equal as JSON with types: 1, 1.0 and true are three values.

    Raises:
        InvalidJson: the value is not JSON.

    >>> canonical_json({"b": 1e16, "a": [2**64, "é"]}).decode()
    '{"a":[18446744073709551616,"é"],"b":1e+16}'
    """
    return _dump(value, sort_keys=True, is_plain=False)


def dump_json(value: JsonValue) -> bytes:
    """Return compact JSON in the caller's own key order, otherwise like `canonical_json`.

    Raises:
        InvalidJson: the value is not JSON.
    """
    return _dump(value, sort_keys=False, is_plain=False)


def dump_plain_json(value: JsonValue) -> bytes:
    """Return what `dump_json` does, for plain JSON: what `copy_json` or `load_json` gave."""
    return _dump(value, sort_keys=False, is_plain=True)


def same_json(one: JsonValue, other: JsonValue) -> bool:
    """Return whether two values are equal as JSON with types: 1, 1.0 and true all differ.

    >>> same_json({"a": 1, "b": [True]}, {"b": [True], "a": 1}), same_json([1], [1.0])
    (True, False)
    """
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is str or kind is int or kind is bool or one is other:
        return one == other
    return canonical_json(one) == canonical_json(other)


def copy_json(value: object) -> JsonValue:
    """Return a deep copy that is plain JSON: dicts, lists, strings, numbers, booleans, None.

    Tuples become lists. What is kept between two checks must not change when its giver changes it.

    Raises:
        InvalidJson: the value is not JSON; the error names the place.
    """
    import orjson

    if value is None:
        return None
    text = _dump_fast(value, sort_keys=False, is_plain=True)
    if text is None:
        return _copy_exactly(value)
    copied: JsonValue = orjson.loads(text)
    # Comparing is the fastest way to see that no null stands for NaN.
    return _copy_exactly(value) if b"null" in text and copied != value else copied


def load_json(text: bytes | str, *, depth: int, digits: int) -> JsonValue:
    """Return the value of a JSON text, integers of up to so many digits exact.

    Raises:
        JsonTooDeep: it is nested deeper than `depth` levels.
        NumberTooLong: an integer has more than `digits` digits.
        InvalidJson: it is not JSON, or not UTF-8.
    """
    import orjson

    try:
        value: JsonValue = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if "depth" in error.msg:  # the one word that its versions share; from 1,025 levels on
            raise JsonTooDeep(depth) from None
        if "infinity" not in error.msg:
            problem = f"not valid JSON: {error.msg} at line {error.lineno} column {error.colno}"
            raise InvalidJson(problem, "send one JSON value in UTF-8") from None
        value = _load_exactly(text, depth=depth, digits=digits)
    inexact = False
    for level, nodes in enumerate(_levels(value)):
        if level == depth and any(isinstance(node, (dict, list)) for node in nodes):
            raise JsonTooDeep(depth)
        inexact = inexact or any(
            type(node) is float and abs(node) >= _FIRST_INEXACT for node in nodes
        )
    return _load_exactly(text, depth=depth, digits=digits) if inexact else value


def load_plain_json(text: bytes | str) -> JsonValue:
    """Return the value of a JSON text that `dump_plain_json` gave; nothing is checked twice.

    Raises:
        InvalidJson: it is not JSON, or deeper than what is kept.
    """
    import orjson

    spelled = text.encode() if isinstance(text, str) else text
    if _MANY_DIGITS.search(spelled) is None:
        try:
            value: JsonValue = orjson.loads(spelled)
        except orjson.JSONDecodeError:
            pass  # the exact way says why, or knows better
        else:
            return value
    return load_json(spelled, depth=_KEPT_DEPTH, digits=sys.get_int_max_str_digits() or sys.maxsize)


def _hash_bytes(data: bytes) -> str:
    from hashlib import sha256  # 3 ms to import: it loads OpenSSL

    return sha256(data).hexdigest()


def _dump(value: object, *, sort_keys: bool, is_plain: bool) -> bytes:
    text = _dump_fast(value, sort_keys=sort_keys, is_plain=is_plain)
    return _dump_exactly(_copy_exactly(value), sort_keys=sort_keys) if text is None else text


def _dump_fast(value: object, *, sort_keys: bool, is_plain: bool) -> bytes | None:
    """Return what orjson writes, or None where it refuses or would falsify."""
    import orjson

    option = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
    try:
        text = orjson.dumps(value, option=option | orjson.OPT_SORT_KEYS if sort_keys else option)
    except TypeError:  # orjson's own error is one
        return None
    is_exact = is_plain or b"null" not in text or not _has_nan(value)
    return text if is_exact else None


def _has_nan(value: object) -> bool:
    # x - x is zero for every number but the infinities and NaN.
    return any(
        isinstance(node, float) and node - node != 0 for nodes in _levels(value) for node in nodes
    )


def _levels(value: object) -> Iterator[list[object]]:
    """Yield the nodes of a tree level by level, the root first."""
    nodes = [value]
    while nodes:
        yield nodes
        nodes = [
            child
            for node in nodes
            if isinstance(node, (dict, list, tuple))
            for child in (node.values() if isinstance(node, dict) else node)
        ]


def _load_exactly(text: bytes | str, *, depth: int, digits: int) -> JsonValue:
    """Read with the standard library: slower, but its integers have no largest value."""
    import json

    def read_integer(spelled: str) -> int:
        if len(spelled.lstrip("-")) > digits:
            raise NumberTooLong(digits)
        return int(spelled)

    try:
        read = text.decode() if isinstance(text, bytes) else text
        return copy_json(json.loads(read, parse_int=read_integer))
    except RecursionError:
        raise JsonTooDeep(depth) from None
    except InvalidJson:
        raise
    except ValueError as error:
        raise InvalidJson(f"not valid JSON: {error}", "send one JSON value in UTF-8") from None


def _dump_exactly(root: JsonValue, *, sort_keys: bool) -> bytes:
    """Write plain JSON without recursion; `pending` holds values, and bytes that are ready."""
    written: list[bytes] = []
    pending: list[JsonValue | bytes] = [root]
    while pending:
        item = pending.pop()
        if isinstance(item, bytes):
            written.append(item)
        elif isinstance(item, dict):
            pending.append(b"}")
            keys = sorted(item, reverse=True) if sort_keys else reversed(item)
            for key in keys:
                pending += (item[key], _spell(key) + b":", b",")
            pending[-1:] = [b"{"] if item else [b"}", b"{"]
        elif isinstance(item, list):
            pending.append(b"]")
            for child in reversed(item):
                pending += (child, b",")
            pending[-1:] = [b"["] if item else [b"]", b"["]
        else:
            written.append(_spell(item))
    return b"".join(written)


def _spell(leaf: JsonValue) -> bytes:
    import orjson

    try:
        return orjson.dumps(leaf)
    except TypeError:  # an integer beyond 64 bits
        return str(leaf).encode()


class _Place:
    """Where a value stands; the text is made only when an error needs it."""

    __slots__ = ("key", "parent")

    def __init__(self, parent: _Place | None = None, key: object = None) -> None:
        self.parent = parent
        self.key = key

    def __str__(self) -> str:
        keys = []
        place = self
        while place.parent is not None:
            keys.append(f"[{place.key}]" if isinstance(place.key, int) else f".{place.key}")
            place = place.parent
        return "".join(reversed(keys)).removeprefix(".")


def _copy_exactly(root: object) -> JsonValue:
    """Copy without recursion, checking every node."""
    top: list[JsonValue] = [None]
    # What is still to be copied, into which place of the copy; a lone id closes an open container.
    pending: list[tuple[object, dict[str, JsonValue] | list[JsonValue], str | int, _Place] | int]
    pending = [(root, top, 0, _Place())]
    opened: set[int] = set()
    while pending:
        step = pending.pop()
        if isinstance(step, int):
            opened.remove(step)
            continue
        value, target, key, place = step
        children = _children(value, place)
        if children is None:
            target[key] = _copy_leaf(value, place)  # type: ignore[index]
            continue
        if id(value) in opened:
            raise InvalidJson("the value contains itself", "send a tree", str(place))
        opened.add(id(value))
        pending.append(id(value))
        copied, items = children
        target[key] = copied  # type: ignore[index]
        pending += [(child, copied, at, _Place(place, at)) for at, child in items]
    return top[0]


def _children(
    value: object, place: _Place
) -> tuple[dict[str, JsonValue] | list[JsonValue], list[tuple[str | int, object]]] | None:
    """Return an empty copy of a container (its keys in order) and its items; None for a leaf."""
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                problem = f"a key is {type(key).__name__}, not a string"
                raise InvalidJson(problem, "JSON objects have string keys", str(place))
            _copy_leaf(key, place)
        return dict.fromkeys(value), list(value.items())
    if isinstance(value, (list, tuple)):
        return [None] * len(value), list(enumerate(value))
    return None


def _copy_leaf(value: object, place: _Place) -> JsonValue:
    import orjson

    if isinstance(value, int) and not isinstance(value, bool):
        return _copy_integer(int(value), place)
    if isinstance(value, float) and value - value != 0:
        raise InvalidJson(f"{value} is not a JSON number", "use null or a string", str(place))
    option = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
    try:
        copied: JsonValue = orjson.loads(orjson.dumps(value, option=option))
    except TypeError:
        if isinstance(value, str):
            problem = "a string holds a lone surrogate"
            raise InvalidJson(problem, "decode with errors='replace'", str(place)) from None
        problem = f"{type(value).__name__} is not a JSON type"
        raise InvalidJson(problem, "convert it to a string or a number", str(place)) from None
    return copied


def _copy_integer(value: int, place: _Place) -> int:
    try:
        str(value)
    except ValueError:  # Python converts no longer ones: the conversion is quadratic
        raise NumberTooLong(sys.get_int_max_str_digits(), str(place)) from None
    return value
