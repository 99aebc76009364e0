"""Field changes as lines that a person reads; programs take the path map or the typed changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._fielddiff import format_path
from changetrack._hashing import dump_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._models import FieldChange, JsonValue

# A value may be a whole page; a line should fit a screen's width or two.
_MAX_VALUE = 120


def list_fields(changes: Iterable[FieldChange]) -> str:
    """Return one line for each change: `+` added, `-` removed, `~` replaced.

    >>> from changetrack._models import FieldChange
    >>> change = FieldChange(op="replace", path=("price",), previous="$19", current="$24")
    >>> print(list_fields([change]), end="")
    ~ price: "$19" → "$24"
    """
    return "".join(f"{_describe(change)}\n" for change in changes)


def _describe(change: FieldChange) -> str:
    path = _spell_path(change)
    if change.op == "add":
        return f"+ {path}: {_spell(change.current)}"
    if change.op == "remove":
        return f"- {path}: {_spell(change.previous)}"
    return f"~ {path}: {_spell(change.previous)} → {_spell(change.current)}"


def _spell_path(change: FieldChange) -> str:
    # A key may hold a line end and forge the next line.
    path = format_path(change.path)
    if path.isprintable():
        return path
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path)


def _spell(value: JsonValue) -> str:
    text = dump_json(value).decode()
    return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}…"
