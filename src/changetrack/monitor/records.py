"""Rows as plain JSON and back, driven by the hints of their classes.

A store that keeps JSON keeps a row through these four functions, and need not know what is in it.
Whoever reads is older or newer than whoever wrote, while an upgrade is rolled out: a field that the
reader does not know is left out, one that the writer did not know has its default.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from changetrack._hashing import dump_plain_json, load_plain_json

if TYPE_CHECKING:
    from changetrack._models import JsonObject, JsonValue

__all__ = ["dump_record", "find_hints", "load_record", "read_record", "write_record"]

R = TypeVar("R")

# Any: what a field holds is known by its class alone.
_Convert: TypeAlias = "Callable[[Any], Any]"
# A field, and what is done with its value unless it is None; None: it stays as it is.
_Plan: TypeAlias = "tuple[tuple[str, _Convert | None], ...]"

# JSON inside of a row is passed on by reference, whatever is in it. The aliases are recursive.
_JSON_HINTS = {"JsonObject": dict, "JsonValue": object}


def write_record(record: object) -> JsonObject:
    """Return a row as plain JSON; JSON that it holds is the same object.

    Raises:
        ValueError: a time has no zone.

    >>> from changetrack.monitor.models import Fact
    >>> write_record(Fact(name="color", value="blue"))
    {'name': 'color', 'value': 'blue'}
    """
    kind: Any = type(record)
    return cast("JsonObject", _write(_plan_writing(kind), record))


def read_record(kind: type[R], record: JsonObject) -> R:
    """Return the row that was written; unknown fields are ignored, missing ones have their default.

    Raises:
        TypeError: a field without a default is missing.

    >>> from changetrack.monitor.models import Fact
    >>> read_record(Fact, {"name": "color", "value": "blue", "newer": True}).name
    'color'
    """
    return cast("R", _read(kind, _plan_reading(cast("Any", kind)), record))


def dump_record(record: object) -> bytes:
    """Return a row as JSON text; integers of any size and floats are exact.

    Raises:
        InvalidJson: it holds a lone surrogate.
        ValueError: a time has no zone.
    """
    return dump_plain_json(write_record(record))


def load_record(kind: type[R], text: bytes | str) -> R:
    """Return the row whose text `dump_record` gave.

    Raises:
        InvalidJson: it is not JSON.
        TypeError: a field without a default is missing.
    """
    return read_record(kind, cast("JsonObject", load_plain_json(text)))


@cache
def find_hints(kind: type) -> dict[str, object]:
    """Return the hint of each field of a row, in order; where it holds JSON, dict or object."""
    hints = get_type_hints(kind, localns=_JSON_HINTS)
    return {each.name: hints[each.name] for each in fields(kind)}


def _write(plan: _Plan, record: object) -> dict[str, object]:
    written: dict[str, object] = {}
    for name, convert in plan:
        value = getattr(record, name)
        written[name] = value if convert is None or value is None else convert(value)
    return written


def _read(kind: Callable[..., object], plan: _Plan, record: dict[str, JsonValue]) -> object:
    given: dict[str, object] = {}
    for name, convert in plan:
        if name in record:
            value = record[name]
            given[name] = value if convert is None or value is None else convert(value)
    return kind(**given)


@cache
def _plan_writing(kind: type) -> _Plan:
    return tuple((name, _writer_of(hint)) for name, hint in find_hints(kind).items())


@cache
def _plan_reading(kind: type) -> _Plan:
    return tuple((name, _reader_of(hint)) for name, hint in find_hints(kind).items())


def _without_none(hint: object) -> object:
    """Return the hint of what a field holds unless it is None, which is never converted."""
    if get_origin(hint) not in {Union, UnionType}:
        return hint
    kinds = [each for each in get_args(hint) if each is not NoneType]
    return kinds[0] if len(kinds) == 1 else hint


def _writer_of(given: object) -> _Convert | None:
    hint = _without_none(given)
    if hint is datetime:
        return _spell_time
    if is_dataclass(hint) and isinstance(hint, type):
        plan = _plan_writing(hint)
        return lambda record: _write(plan, record)
    if get_origin(hint) is not tuple:
        return None
    convert = _writer_of(get_args(hint)[0])
    return list if convert is None else lambda items: [convert(item) for item in items]


def _reader_of(given: object) -> _Convert | None:
    hint = _without_none(given)
    if hint is datetime:
        return datetime.fromisoformat
    if is_dataclass(hint) and isinstance(hint, type):
        kind, plan = hint, _plan_reading(hint)
        return lambda record: _read(kind, plan, record)
    if get_origin(hint) is not tuple:
        return None
    convert = _reader_of(get_args(hint)[0])
    return tuple if convert is None else lambda items: tuple(convert(item) for item in items)


def _spell_time(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; a row holds times in UTC")
    return at.astimezone(UTC).isoformat()
