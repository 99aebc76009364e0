"""How wide text stands on a terminal, and where it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._render.lines import Piece

# A terminal has stops every eight columns; beside another text there is no room for that.
_TAB = "    "

_WIDE = frozenset("WF")
# Marks that stand on the letter before them, and characters that only say how others are joined.
_WIDTHLESS = frozenset(("Mn", "Me", "Cf"))


def measure(text: str) -> int:
    r"""Return how many columns a text takes.

    >>> measure("Pro"), measure("東京"), measure("e\u0301")
    (3, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_measure_one, text))


def _measure_one(character: str) -> int:
    if character.isascii():
        return 1
    from unicodedata import category, east_asian_width

    if category(character) in _WIDTHLESS:
        return 0
    return 2 if east_asian_width(character) in _WIDE else 1


def expand_tabs(text: str) -> str:
    """Return a text whose width does not depend on where it stands."""
    return text.replace("\t", _TAB)


def wrap_pieces(pieces: Iterable[Piece], width: int) -> Iterator[list[Piece]]:
    """Yield the rows of a line that is wrapped at so many columns; an empty line is one row.

    It breaks behind a blank where there is one. A mark stays with its letter, and no character is
    split.
    """
    row: list[Piece] = []
    room = width
    for piece in pieces:
        at = 0
        while at < len(piece.text):
            end, used = _find_break(piece.text, at, room)
            blank = piece.text.rfind(" ", at, end) if end < len(piece.text) else -1
            if blank > at:
                # Behind a blank nothing more fits anyway: a word is better whole.
                end, used = blank + 1, room
            if end == at and row:
                yield row
                row, room = [], width
                continue
            if end == at:
                # A column that is narrower than one character still shows it.
                end, used = at + 1, room
            row.append(piece._replace(text=piece.text[at:end]))
            room -= used
            at = end
    yield row


def _find_break(text: str, start: int, room: int) -> tuple[int, int]:
    """Return where a text no longer fits, and how many columns it takes up to there."""
    used = 0
    for at in range(start, len(text)):
        width = _measure_one(text[at])
        if used + width > room:
            return at, used
        used += width
    return len(text), used
