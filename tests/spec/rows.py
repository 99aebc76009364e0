"""The rows of the specification, and how an answer is held against one.

What a row means is written in README.md beside this file; nothing here knows about the library.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

# A row is whatever JSON its file says; the README describes the keys of each file.
Row: TypeAlias = "dict[str, Any]"

_HERE = Path(__file__).parent
_MISSING = object()


def load_rows(name: str) -> list[Row]:
    """Return the rows of a file: one JSON object a line, lines end at LF only."""
    text = (_HERE / f"{name}.jsonl").read_bytes().decode()
    return [json.loads(line) for line in text.split("\n") if line]


def load_cases(name: str) -> list[object]:
    """Return the rows of a file as the cases of a parametrized test, each named as its row."""
    return [pytest.param(row, id=row["name"]) for row in load_rows(name)]


def spell_body(row: Row) -> bytes:
    """Return the bytes of a row's request: its JSON, or what its pieces spell."""
    if "body" not in row:
        return json.dumps(row["request"]).encode()
    return b"".join(_spell(piece) for piece in row["body"])


def _spell(piece: str | Row) -> bytes:
    if isinstance(piece, str):
        return piece.encode()
    if "hex" in piece:
        return bytes.fromhex(piece["hex"])
    repeated: str = piece["repeat"]
    return repeated.encode() * int(piece["times"])


def list_misses(row: Row, status: int, answer: object) -> list[str]:
    """Return where an answer is not what the row expects; nothing when it holds."""
    misses = [] if status == row["status"] else [f"status: want {row['status']}, got {status}"]
    misses += _list_differences(row["expect"], answer, "$")
    for key, (holds, wish) in _CHECKS.items():
        for path in row.get(key, ()):
            found = find(answer, path)
            if not holds(found, path, row):
                misses.append(f"{path}: must be {wish}, is {_show(found)}")
    return misses


_Check: TypeAlias = "Callable[[object, str, Row], bool]"
_CHECKS: dict[str, tuple[_Check, str]] = {
    "present": (lambda found, _path, _row: found is not _MISSING, "there"),
    "absent": (lambda found, _path, _row: found is _MISSING, "absent"),
    "nullOrAbsent": (lambda found, _path, _row: found in (None, _MISSING), "null or absent"),
    "exact": (lambda found, path, row: is_same(found, find(row["expect"], path)), "as expected"),
    "keys": (
        lambda found, path, row: isinstance(found, dict) and list(found) == row["keys"][path],
        "an object with the keys in order",
    ),
}


def find(value: object, path: str) -> object:
    """Return what stands at a dotted path such as `data.0.diff`; a marker when nothing does."""
    for key in [] if path == "$" else path.split("."):
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return _MISSING
    return value


def is_same(one: object, other: object) -> bool:
    """Return whether two JSON values are equal with types: true, 1 and 1.0 are three values."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return type(one) is type(other) and one == other


def _list_differences(want: object, got: object, at: str) -> list[str]:
    """Return where `got` lacks something; an object may have more keys than are wanted."""
    if isinstance(want, dict) and isinstance(got, dict):
        return [
            miss
            for key, value in want.items()
            for miss in _list_differences(value, got.get(key, _MISSING), f"{at}.{key}")
        ]
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return [
            miss
            for at_item, (one, other) in enumerate(zip(want, got, strict=True))
            for miss in _list_differences(one, other, f"{at}[{at_item}]")
        ]
    if is_same(want, got):
        return []
    return [f"{at}: must be {_show(want)}, is {_show(got)}"]


def _show(value: object) -> str:
    return "nothing" if value is _MISSING else f"{value!r:.200}"
