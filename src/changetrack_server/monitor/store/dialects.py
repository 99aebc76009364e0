"""How two databases spell the same statements."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from changetrack.monitor.ports import Column

__all__ = ["Dialect", "Value", "list_values", "spell", "spell_bounded", "spell_list"]

# What a statement is given.
Value: TypeAlias = "str | int | bytes | None | list[str | int]"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
# An entry of a B-tree of PostgreSQL has at most 2,704 bytes, and ids stand beside the text.
_MOST_INDEXED_BYTES = 2_000
# Each character takes at most four.
_SHORT = _MOST_INDEXED_BYTES // 4


# There is one of each database, so it is compared by what it is, and fast.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dialect:
    """What differs between two databases."""

    # Stands before the name of each table, where others have tables beside ours.
    prefix: str
    # Stands for a value in a statement.
    mark: str
    # Types of columns.
    text: str
    integer: str
    # What is written for the text of a row, and how a row is asked for.
    body_mark: str
    body: str
    # How a column that may be None is ordered, so that None comes first (and last, downwards).
    nulls_first: str
    nulls_last: str
    # Behind a column: whether it is one of a list of texts, or of whole numbers.
    in_texts: str
    in_integers: str
    # Names the columns of a table; none if there is no such table.
    column_names: str
    spell: Callable[[Column], str | int | None]
    spell_list: Callable[[list[str | int]], Value]


def spell(value: Column) -> str | int | None:
    """Return a value as it is kept in a column: a time as microseconds since 1970.

    Text keeps its order by code point. NUL, which databases do not take, is escaped; a lone
    surrogate, which no row can hold, becomes something that no row holds.
    """
    if isinstance(value, datetime):
        return (value - _EPOCH) // _TICK
    return _escape(value) if isinstance(value, str) else value


def spell_bounded(value: Column) -> str | int | None:
    """Return what `spell` does; of a text that no index can hold, its start and its hash."""
    spelled = spell(value)
    if not isinstance(spelled, str) or len(spelled) <= _SHORT:
        return spelled
    encoded = spelled.encode()
    if len(encoded) <= _MOST_INDEXED_BYTES:
        return spelled
    start = encoded[: _MOST_INDEXED_BYTES - 128].decode(errors="ignore")
    return f"{start}\x01\x04{hashlib.sha256(encoded).hexdigest()}"


def spell_list(values: list[str | int]) -> str:
    """Return a list as one value, for a database that has no lists."""
    return json.dumps(values, ensure_ascii=False)


def list_values(values: list[str | int]) -> list[str | int]:
    """Return a list as it is, for a database that has lists."""
    return values


def _escape(text: str) -> str:
    if "\0" in text or "\1" in text:
        text = text.replace("\1", "\1\2").replace("\0", "\1\1")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "\1\3" + text.encode(errors="backslashreplace").decode()
    return text
