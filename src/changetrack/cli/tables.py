"""Rows for people: columns aligned, nothing in them that could command a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from changetrack._render.ansi import escape_line

__all__ = ["Sheet", "lay_out", "spell_local", "spell_time"]

_GAP = "  "
_RESET = "\x1b[m"
_BOLD, _DIM, _RED, _GREEN, _YELLOW, _CYAN = (
    f"\x1b[{code}m" for code in ("1", "2", "31", "32", "33", "36")
)

# Words of the API that stand out; everything else is as plain as it is.
_PAINTS: Mapping[str, str] = {
    **dict.fromkeys(("active", "completed", "delivered", "new", "confirmed"), _GREEN),
    **dict.fromkeys(("changed", "partial", "paused", "paused_no_credits", "pending"), _YELLOW),
    **dict.fromkeys(("error", "failed", "removed", "dead", "revoked"), _RED),
    **dict.fromkeys(("queued", "running"), _CYAN),
    **dict.fromkeys(("same", "skipped_overlap", "cancelled"), _DIM),
}


class Sheet:
    """Text in the making, painted or not."""

    def __init__(self, *, is_painted: bool) -> None:
        self.is_painted = is_painted
        self._parts: list[str] = []

    def word(self, text: str) -> str:
        """Return a word of the API in its colour."""
        return self._paint(_PAINTS.get(text, ""), _flatten(text))

    def title(self, text: str) -> str:
        """Return a heading."""
        return self._paint(_BOLD, _flatten(text))

    def add(self, line: str) -> None:
        """Add a line whose parts were made here or hold nothing of anybody."""
        self._parts.append(f"{line}\n")

    def add_block(self, text: str) -> None:
        """Add a text as it is, which was painted already."""
        if text:
            self._parts.append(text if text.endswith("\n") else f"{text}\n")

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def _paint(self, paint: str, text: str) -> str:
        return f"{paint}{text}{_RESET}" if self.is_painted and paint else text


def lay_out(sheet: Sheet, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Add a table; the last column is as long as it likes."""
    cells = [titles, *([_flatten(cell) for cell in row] for row in rows)]
    widths = [max(map(_measure, column)) for column in zip(*cells, strict=True)]
    for at, row in enumerate(cells):
        paint = sheet.title if at == 0 else sheet.word
        padded = (
            paint(cell) + " " * (width - _measure(cell))
            for cell, width in zip(row, widths, strict=True)
        )
        sheet.add(_GAP.join(padded).rstrip())


def _flatten(text: str) -> str:
    """Return a text on one line, with what commands a terminal spelled out."""
    return escape_line(text).replace("\t", "\\t")


def _measure(text: str) -> int:
    """Return how many places a text takes; most of the world's wide letters take two."""
    wide = sum(unicodedata.east_asian_width(letter) in {"W", "F"} for letter in text)
    bare = sum(unicodedata.combining(letter) != 0 for letter in text)
    return len(text) + wide - bare


def spell_time(value: object) -> str:
    """Return a time of the API for people; what is none stays what it is.

    >>> spell_time("2026-05-30T16:00:00.000Z"), spell_time(None)
    ('2026-05-30 16:00 UTC', '-')
    """
    if not isinstance(value, str):
        return "-"
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return value
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def spell_local(value: object, zone: object) -> str:
    """Return a time of the API in a time zone; nothing where that is UTC or not known here.

    >>> spell_local("2026-05-30T16:00:00.000Z", "Europe/Berlin")
    '2026-05-30 18:00 Europe/Berlin'
    """
    if not isinstance(value, str) or not isinstance(zone, str) or zone == "UTC":
        return ""
    try:
        time = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError):
        return ""
    return f"{time:%Y-%m-%d %H:%M} {zone}"
