"""What kind of value something is, in words, and whether it is the kind that an option needs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TypeVar

from changetrack.errors import InvalidOption
from changetrack.errors.base import quote

_Known = TypeVar("_Known")

_KINDS = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}


def name_kind(value: object) -> str:
    """Return what a JSON value is, as a reader would say it.

    >>> name_kind([1]), name_kind(None), name_kind(b"x")
    ('an array', 'null', 'bytes')
    """
    return _KINDS.get(type(value), type(value).__name__)


def list_entries(values: object, what: str, remedy: str, path: str) -> list[object]:
    """Return what is in a list of words; one word alone is a list of one.

    Raises:
        InvalidOption: it is no list.
    """
    if isinstance(values, str):
        return [values]
    if isinstance(values, Mapping) or not isinstance(values, Iterable):
        raise InvalidOption(f"expected a list of {what}, got {name_kind(values)}", remedy, path)
    return list(values)


def read_names(
    values: object, known: Mapping[str, _Known], what: str, path: str
) -> tuple[_Known, ...]:
    """Return what the words of a list stand for, each once.

    Raises:
        InvalidOption: it is no list, or a word is none of those that are known.
    """
    words = list_entries(values, what, _list_known(known), path)
    found = (read_name(word, known, what, f"{path}[{at}]") for at, word in enumerate(words))
    return tuple(dict.fromkeys(found))


def read_name(word: object, known: Mapping[str, _Known], what: str, path: str) -> _Known:
    """Return what a word stands for.

    Raises:
        InvalidOption: it is none of those that are known.
    """
    if not isinstance(word, str):
        raise InvalidOption(f"expected a string, got {name_kind(word)}", _list_known(known), path)
    if word not in known:
        raise InvalidOption(f"there is no {quote(word)} among the {what}", _list_known(known), path)
    return known[word]


def _list_known(known: Mapping[str, object]) -> str:
    return f"use any of {', '.join(dict.fromkeys(map(str, known.values())))}"


def check_whole(value: object, allowed: range, default: object, path: str) -> None:
    """Check a whole number.

    Raises:
        InvalidOption: it is something else, or out of the range.
    """
    if type(value) is int and value in allowed:
        return
    got = name_kind(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.maxsize:
        got = f"{value:,}"
    problem = f"expected a whole number from {allowed[0]:,} to {allowed[-1]:,}, got {got}"
    raise InvalidOption(problem, f"leave it out for {default}", path)


def check_kind(value: object, kind: type | tuple[type, ...], what: str, path: str) -> None:
    """Check that a value is of a kind.

    Raises:
        InvalidOption: it is something else.
    """
    if not isinstance(value, kind):
        raise InvalidOption(f"expected {what}, got {name_kind(value)}", "leave it out", path)
